/*
 * guard_config: the file that the verb guard is told by: a line NAME = VALUE each, '#' before what
 * is no line. What it does not know, or is set twice or out of bounds, is refused by name.
 */
#ifndef SW_INCIDENT_GUARD_CONFIG_H
#define SW_INCIDENT_GUARD_CONFIG_H

#include "os/host.h"
#include "os/pattern.h"

enum { GUARD_CONFIG_BYTES = 64 << 10, GUARD_COMMAND = 1024, GUARD_IGNORE = 8192 };

/* Numbers; their bounds and defaults stand in guard_config.c. */
enum guard_number {
	GUARD_MAX_LOCKS,     /* in an hour; beyond them alarms alone */
	GUARD_RATE,	     /* messages a minute, over five minutes */
	GUARD_DAY,	     /* messages in 24 hours */
	GUARD_NETWORKS,	     /* client networks in an hour */
	GUARD_GUESSES,	     /* failed logins before the first success */
	GUARD_REFUSED,	     /* percent of the recipients of an hour */
	GUARD_FILES,	     /* messages of the hour that must be in the queues */
	GUARD_RELAY,	     /* percent of all mail of a day, above which it is a relay's */
	GUARD_REJECT_INODES, /* percent in use, from which on mail is refused, not held */
	GUARD_NUMBERS
};

struct guard_config {
	bool hold; /* mode = hold; else it only says what it would do */
	uint64_t number[GUARD_NUMBERS];
	char command[GUARD_COMMAND]; /* a path; "": none */
	struct patterns *ignore;     /* NULL: nobody is ignored */
};

/*
 * The text of such a file. Any bytes are legal. 0 with *ret to be freed, or -EINVAL with a sentence
 * that names the line, the variable, its value and what is allowed (and nothing to be freed).
 */
int guard_config_parse(struct sw_raw text, struct guard_config *ret, struct sw_fault *why) SW_CHECK;

/*
 * The file itself: because it names a program that root runs, nobody but root may write to it, nor
 * to that. 0, -EINVAL, -EPERM, -errno.
 */
int guard_config_read(const struct sw_host *h, const char *path, struct guard_config *ret,
		      struct sw_fault *why) SW_CHECK;

void guard_config_free(struct guard_config *c);

#endif
