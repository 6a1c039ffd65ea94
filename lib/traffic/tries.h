/*
 * tries: failed logins of the last days, of an account, an address or of both, day by day (UTC),
 * in a record of base/slots.h, whose `day` is the last one of which it was told.
 */
#ifndef SW_TRAFFIC_TRIES_H
#define SW_TRAFFIC_TRIES_H

#include "base/slots.h"

enum { TRIES_DAYS = 8 };

/* Entry DAY % TRIES_DAYS. */
struct tries {
	uint32_t failed[TRIES_DAYS];
	uint32_t first[TRIES_DAYS]; /* second of the day */
	uint32_t used;		    /* bit i: it was used on that day before the first failure */
};

/* The day of a time (seconds since the epoch), counted from the epoch. */
int32_t tries_day(int64_t time);

/* Nothing is known of the days up to `day` that were not told of; at_use, as failed, may be NULL.
 */
void tries_go_to(struct slot *slot, struct tries *t, uint32_t *at_use, int32_t day);

/* One that failed; used: it was used on that day before. What is too long ago is left out. */
void tries_add(struct slot *slot, struct tries *t, int64_t time, bool used);

/* Is the day one of those that are kept? */
bool tries_has(const struct slot *slot, int32_t day);

/* Those of the days up to `day`; *since is when the first one was, untouched where there is none.
 */
uint64_t tries_sum(const struct slot *slot, const struct tries *t, int32_t day, int64_t *since);

#endif
