/*
 * access: the text of an access(5) table and names in it: how a name is written so that it stands
 * for itself alone, its line found, put in and taken out.
 */
#ifndef SW_INCIDENT_ACCESS_H
#define SW_INCIDENT_ACCESS_H

#include "base/fault.h"
#include "base/raw.h"

enum {
	ACCESS_KEY = 400,   /* bytes of a name in an lmdb table, whose keys have 511 when folded */
	ACCESS_NAME = 2000, /* of any name that Postfix logs or writes */
	ACCESS_PATTERN = 4 * ACCESS_NAME,
};

enum access_kind {
	ACCESS_PLAIN,	     /* stands as it is in the source of an indexed table */
	ACCESS_PATTERN_ONLY, /* has what postmap(1) cuts or drops: as a pattern of regexp_table(5)
			      */
	ACCESS_NEVER,	     /* no login that Postfix tells has such a name; see *why */
};

/*
 * How can a login name be written? Postfix has '?' in place of control bytes and of what is no
 * UTF-8 (util/printable.c), without `utf8` (smtputf8_enable) of each byte that is not ASCII, so
 * such names are never looked up.
 */
enum access_kind access_kind(struct sw_raw name, bool utf8, struct sw_fault *why);

/* "/^...$/" that matches the name and, but for the case of ASCII letters, nothing else. */
struct sw_raw access_pattern(struct sw_raw name, char buf[ACCESS_PATTERN]);

/* A place in a text: a line, with its newline and what continues it. */
struct access_line {
	size_t at, n;
	struct sw_raw value; /* behind the key, without blanks at its ends; borrowed */
};

/*
 * Find the first line whose key is `key`, as postmap(1) splits it, or with the pattern of
 * `is_pattern` texts. Names fold as in a table (fold.h). False: there is none.
 */
bool access_find(struct sw_raw text, struct sw_raw key, bool utf8, bool is_pattern,
		 struct access_line *ret);

/*
 * Take the next line of *rest that has a key, as postmap(1) splits it, or a pattern, into *key and
 * *value. False at the end.
 */
bool access_next(struct sw_raw *rest, bool is_pattern, struct sw_raw *key, struct sw_raw *value);

/* The name that access_pattern() has made a pattern of; false: of none. */
bool access_name(struct sw_raw pattern, char buf[ACCESS_NAME], struct sw_raw *ret);

/*
 * What stands behind a text with another line, "KEY VALUE": into buf what is to be written at its
 * end. A text without a last newline keeps that, so that without_line() gives the same bytes back.
 * Returns the length, 0: no room.
 */
size_t access_added(struct sw_raw text, struct sw_raw key, const char *value, char *buf,
		    size_t size);

/* The bytes that go with a line: itself, and of a last one without a newline the one before it. */
void access_cut(struct sw_raw text, struct access_line *line);

#endif
