/*
 * timeline: memory of runs that one wrong clock can't spoil.
 *
 * Two blocks of the same layout: the line that is gone on with, and another one. A run that is
 * later than the last by more than a step leaves a copy of what was; a run that is earlier begins
 * a new line and keeps the old one. So when a clock was wrong for a run (1970, 2040, a week ahead),
 * the next right one finds the memory as the last right one left it; and a clock that is really
 * new (the host was off for a month, or had been wrong for days) is gone on with at once.
 */
#ifndef SW_TIMELINE_H
#define SW_TIMELINE_H

#include "base/base.h"

/* How both blocks begin, in the caller's unit of time; all zeros is an empty line. */
struct timeline {
	int64_t last;	/* when the last run of the line was */
	int64_t begun;	/* when it began, or went on after more than a step */
	int64_t jump;	/* by how much it went on then; the greatest number when it began */
	int64_t is_old; /* 0: empty */
};

/*
 * How much may go by between runs (0 and up) before a copy is kept. A line that jumped by `far` and
 * went on for no more than `moment` since may be of a wrong clock: it is no reason to give up the
 * other one.
 */
struct timeline_step {
	int64_t step, moment, far;
};

/*
 * Make *line (`size` bytes, a struct timeline first) the one that a run at `now` goes on with: the
 * line whose last run is the latest of those not after it, else an empty one. *other is the second
 * line; when more than a step went by it is a copy of what *line was. *ret_gone is how much went by
 * since the last run of the line, -1 when it was empty. Returns whether anything changed. Any bytes
 * are blocks.
 */
bool timeline_go(void *line, void *other, size_t size, int64_t now, struct timeline_step steps,
		 int64_t *ret_gone);

#endif
