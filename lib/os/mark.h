/*
 * mark: a bound on processes that nobody can end.
 *
 * A process that waits for a dead server outlives the run that made it, and each run would leave
 * one more. Each carries one of a few marks for what it waits for: a name in Linux's abstract
 * socket namespace (unix(7)), which needs no file, holds over all runs, and vanishes with the
 * process.
 */
#ifndef SW_MARK_H
#define SW_MARK_H

#include "base/raw.h"

enum { MARKS = 3 };

/*
 * Take one of the marks for `what`, a number of the caller's choice. Returns a descriptor that
 * holds it, for the process that is to bear it; -EBUSY when all are held by processes of this user
 * (of any that bind such names: the worst that another can do is to keep us from asking); -errno
 * when there can be no marks here.
 */
int mark_take(uint64_t what) SW_CHECK;

#endif
