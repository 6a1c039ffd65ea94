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
 * What is known before bucket `end` (above d->first, and not before d->from of a day that goes on
 * where a state ended), into room for DAY_STATE_SIZE bytes. `source` tells where it comes from.
 * Returns how many it took; 0: there is no memory for it, and the room is as it was. Accounts that
 * find no room there are those with fewest messages; the state says that some are lost.
 */
size_t day_state_write(const struct day *d, uint64_t source, uint32_t end, void *ret);

/*
 * Go on where a state ended: *d, which must be empty, holds it and is to be given the lines of
 * d->begin.. on. What day_state_write() says of most of it are these bytes, which must stay till
 * then. False, and *d must be made anew, when it is of another source, of a later time, too old, or
 * no state at all: any bytes are legal.
 */
bool day_state_read(struct day *d, uint64_t source, const void *bytes, size_t n);

/* How many of the bytes, of which zeros may be missing at the end, a state has; 0: they are none.
 */
size_t day_state_size(struct sw_raw bytes);

/* After the lines of d->begin.. were given: are they those that the state ended with? */
bool day_state_fits(const struct day *d);

#endif
