/* run: what a verb is given, and how it fails. */
#ifndef SW_INCIDENT_RUN_H
#define SW_INCIDENT_RUN_H

#include <stdio.h>

#include "incident/options.h"
#include "postfix/spool.h"

struct run {
	const struct options *options;
	const struct verb *verb;
	struct sw_host *host; /* without a deadline */
};

/*
 * One line on stderr. The exit code: 77 where the cause is that it is not permitted, else 1. Then
 * it is the last word on stdout, too: of a verb that acts, or with --json.
 */
int run_fail(const struct run *r, const struct sw_fault *why);

/*
 * The instance that -c names, and its queue directory, open. Returns 0 with *ret to be closed with
 * spool_close(), -errno with *why, also when the directory holds none of Postfix's queues.
 */
int run_spool(const struct run *r, struct spool *ret, struct sw_fault *why) SW_CHECK;

/* The queue directory of one that is open: the descriptor, which the spool owns, or as above. */
int run_queues(struct spool *spool, struct sw_fault *why) SW_CHECK;

/* "spoolwatch release --yes -- 'sp ace@x'": a verb for what the options select, for a shell. */
void run_say_command(FILE *to, const struct run *r, const char *verb);

/* Has TERM, INT or HUP come since run_catch_signals()? */
void run_catch_signals(void);
bool run_is_ended(void);

/* Sleep at most so long; less when a signal comes. */
void run_pause(int64_t ms);

/* The verbs; without one the screen. */
int screen_run(struct run *r);
int who_run(struct run *r);
int inodes_run(struct run *r);
int block_run(struct run *r); /* and unblock */
int contain_run(struct run *r);
int letter_run(struct run *r);
int report_run(struct run *r);
int guard_run(struct run *r);

#endif
