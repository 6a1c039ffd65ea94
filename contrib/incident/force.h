/* force: on which smtpd services of master.cf a block is in force, and what is lacking on others.
 */
#ifndef SW_INCIDENT_FORCE_H
#define SW_INCIDENT_FORCE_H

#include "incident/running.h"
#include "incident/table.h"

enum { FORCE_COMMAND = 8192 };

enum force_state {
	FORCE_YES,
	FORCE_NO,
	FORCE_UNREAD,	/* not, or not known, until Postfix reads master.cf as it is now */
	FORCE_NO_LOGIN, /* a block of a login is not, and nobody can log in there */
};

struct force_service {
	struct sw_label name; /* as in master.cf */
	enum force_state state;
	char *command; /* that brings it into force, beginning with "postconf"; NULL: none */
};

struct force {
	struct force_service *service;
	size_t n;
	size_t yes, no; /* how many of them */
	size_t unread;
	struct running running;
	struct sw_fault unlooked; /* why nothing is known of what runs */
	bool main_reaches;	  /* main.cf's line has all checks, whatever services have */
	char *main_command;	  /* what sets main.cf's line, all that was there behind ours */
	char *main_line;	  /* the value that it sets */
};

/*
 * Look at each smtpd(8) of master.cf: is the check of this table reached there, whatever the list
 * has before it? What can't be expanded counts as not in force, and so does all where Postfix runs
 * and has not read this master.cf, or that is not known. 0 or -errno; to be freed always.
 */
int force_look(struct setup *s, enum table_name table, struct force *ret,
	       struct sw_fault *why) SW_CHECK;
void force_free(struct force *f);

/* Is it in force wherever somebody can log in, in every smtpd(8) that runs? */
bool force_is_whole(const struct force *f);

#endif
