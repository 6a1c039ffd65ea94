/*
 * day_state: a day as bytes, so that the next run need not read its hours again.
 *
 * What is kept is a function of the log alone, up to a bucket: who goes on from there with the same
 * log ends with the same day as who reads all of it. A state of another log is known by the
 * messages of its last DAY_LAG seconds, which the run that goes on reads once more.
 */
#ifndef SW_TRAFFIC_DAY_STATE_H
#define SW_TRAFFIC_DAY_STATE_H

#include "traffic/day.h"

enum {
	DAY_STATE_SIZE = 2 * 1024 * 1024 - 4096, /* bytes at most; two slots of it are 4 MiB */
	DAY_STATE_VERSION = 1,
};

/*
 * What is known before bucket `end` (above d->first), into room for DAY_STATE_SIZE bytes, of which
 * the first `old` are not zero; those behind the state are then. `source` tells where it comes
 * from. Returns how many it took; 0: there is no memory
 * for it, and the room is as it was. Accounts that find no room there are those with fewest
 * messages; the state says that some are lost.
 */
size_t day_state_write(const struct day *d, uint64_t source, uint32_t end, void *ret, size_t old);

/*
 * Go on where a state ended: *d, which must be empty, holds it and is to be given the lines of
 * d->begin.. on. False, and *d must be made anew, when it is of another source, of a later time,
 * too old, or no state at all: any bytes are legal.
 */
bool day_state_read(struct day *d, uint64_t source, const void *bytes, size_t n);

/* How many bytes of a block a state has; 0: there is none in it. */
size_t day_state_size(const void *bytes);

/* After the lines of d->begin.. were given: are they those that the state ended with? */
bool day_state_fits(const struct day *d);

#endif
