/*
 * screen_watch: the screen comes, whatever does not answer.
 *
 * A disk can be too slow, or hang in a state that no signal ends, wherever it is asked. So all of
 * the screen is the work of a child, which says what it looks at, and whose words are passed on
 * part by part. When one part takes too long another child begins anew, which leaves out that part,
 * and what was said already.
 */
#ifndef SW_INCIDENT_SCREEN_WATCH_H
#define SW_INCIDENT_SCREEN_WATCH_H

#include <stdbool.h>

#include "base/fault.h"

enum {
	SCREEN_PART_MS = 10000, /* longer than os/reach.h waits for a mount */
	SCREEN_ALL_MS = 30000,	/* all parts */
	SCREEN_END_MS = 5000,	/* what is said of them, after that; those known, once more */
};

/* What is looked at, in this order. */
enum screen_part {
	PART_MAIN,
	PART_DIRECTORY,
	PART_LOCKS,
	PART_DISKS,
	PART_HOLDERS,
	PART_CLIENTS,
	PART_QUEUES,
	PART_ACCOUNTS,
	PART_PARTS,
};

struct screen_watch {
	unsigned stuck;		/* bits of parts that took too long */
	unsigned unseen;	/* and of those that no time was left for */
	bool hastes;		/* the time of all is over */
	unsigned said;		/* how many pieces were passed on */
	unsigned saying;	/* the child's: the piece that comes next */
	struct screen_now *now; /* shared with the child; NULL: nobody watches */
};

/*
 * True: go on, as a child that is watched, or where there can be none without that. False: the
 * child ended, *ret_status is its exit status, EXIT_PARTLY where it never did (which is then said
 * on stderr). Nothing may wait in stdout.
 */
bool screen_watch_begin(struct screen_watch *w, int *ret_status);

/* A part begins. False with the reason: leave it out. */
bool screen_watch_part(struct screen_watch *w, enum screen_part part, struct sw_fault *why);

/* All is looked at. */
void screen_watch_end(struct screen_watch *w);

/* Was this piece passed on already, or is it to be said now? screen_watch_said() ends each. */
bool screen_watch_says(const struct screen_watch *w);
void screen_watch_said(struct screen_watch *w);

#endif
