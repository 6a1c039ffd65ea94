/* state_path: where a plugin keeps what its next run is to know. */
#ifndef SW_PARTS_STATE_PATH_H
#define SW_PARTS_STATE_PATH_H

#include "munin/munin.h"

/*
 * `path`, or MUNIN_STATEFILE where that is NULL; borrowed. NULL where there is none, and where it
 * may be on a network that does not answer: then *why says so, and is left alone otherwise.
 */
const char *state_path(struct sw_munin *m, const char *path, struct sw_fault *why);

#endif
