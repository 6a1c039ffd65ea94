/*
 * table: a table of access(5) that Postfix looks names up in, and the text that it is made of: one
 * for logins, one for those logins that an indexed table can't hold, one for addresses.
 *
 * Nothing is made anew here but by table_create(): a name goes in and out by postmap(1)'s -i and
 * -d, the text is written in place, so that a full disk is no hindrance. What was written is read
 * back, postmap says nothing of a full disk.
 */
#ifndef SW_INCIDENT_TABLE_H
#define SW_INCIDENT_TABLE_H

#include "incident/access.h"
#include "incident/setup.h"

enum table_name { TABLE_LOGIN, TABLE_PATTERN, TABLE_CLIENT, TABLES };

struct table {
	const struct setup *setup;
	bool is_pattern;
	const char *value;	    /* what it says of a name that is blocked */
	const char *other;	    /* what it may say of one besides; NULL: nothing */
	const char *check;	    /* "check_sasl_access" */
	char text[SETUP_PATH + 32]; /* a path */
	char map[SETUP_PATH + 48];  /* "lmdb:/etc/postfix/spoolwatch_block" */
};

void table_name(const struct setup *s, enum table_name name, struct table *ret);

/* From here on mail of a login is put into hold where it would be refused. */
void table_hold(struct table *t);

/* Is all of it there? */
bool table_is_there(const struct table *t);

/*
 * Make what is not there, and room for some thousand names, which a file system that can keeps for
 * it. 0 or -errno.
 */
int table_create(const struct table *t, struct sw_fault *why) SW_CHECK;

/*
 * What does the table say of a name? 1: that it is blocked by us; TABLE_OTHER: likewise, but
 * refused where it would be held, or held where refused; 0: nothing; -EEXIST, with a sentence:
 * something else, written by somebody; -errno.
 */
enum { TABLE_OTHER = 2 };
int table_ask(const struct table *t, struct sw_raw name, struct sw_fault *why) SW_CHECK;

/*
 * Put a name in, or take it out, and read that back. 0: done, of one that was in or out as well;
 * one that said the other thing says ours then. *behind is 0, or why the text does not say the same
 * as the table (no room). -EEXIST as above.
 */
int table_put(const struct table *t, struct sw_raw name, struct sw_fault *behind,
	      struct sw_fault *why) SW_CHECK;
int table_take(const struct table *t, struct sw_raw name, struct sw_fault *behind,
	       struct sw_fault *why) SW_CHECK;

#endif
