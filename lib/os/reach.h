/*
 * reach: no path can hold a program up for ever.
 *
 * A path that leads through the mount of another machine or of a daemon, by itself or by a symbolic
 * link, is asked for by a child first; and when that answers, what is left of the run is done by
 * another child, for what answers now may be gone in the middle of a read. The program itself waits
 * for that child, passes on what it wrote, and ends as it ended. When no answer comes in time, the
 * program goes on from here with -ETIMEDOUT for this mount, and what the child wrote is dropped: so
 * that one thing is unknown, and the others are as they would be.
 *
 * For a whole program (sw_munin_main()) and not for a library: it forks.
 */
#ifndef SW_REACH_H
#define SW_REACH_H

#include "os/host.h"

enum {
	REACH_ASK_MS = 2000, /* for the question */
	REACH_RUN_MS = 8000, /* for the rest of the run, of which it is at most half */
};

/*
 * Watch the paths of host_openat(). Without memory, and for a copied host, it is not done. The
 * mount table is read when the first path is opened that may lead off the root's mount
 * (host_open_at_hand()); where no mount is doubtful nothing else is asked.
 */
void reach_begin(struct sw_host *h);

void reach_end(struct sw_host *h);

/* Does a path lead through no doubtful mount? Asks nobody; true as well where nobody watches. */
bool reach_is_sure(const struct sw_host *h, const char *path);

#endif
