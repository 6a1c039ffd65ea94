/* day_read: the minutes of now (traffic/counts.h) and the day of each account in one reading. */
#ifndef SW_TRAFFIC_DAY_READ_H
#define SW_TRAFFIC_DAY_READ_H

#include "os/share.h"
#include "traffic/counts.h"
#include "traffic/day.h"

struct day_request {
	unsigned minutes; /* of traffic_read() */
	unsigned history; /* the moments that are told: the last so many minutes */
	bool local;
	unsigned seconds;   /* that may be spent on the hours before, where no state has them */
	const char *state;  /* path of the file that keeps them for the next run; NULL: none */
	const char *source; /* the settings that tell one log from another, as text */
};

/*
 * As traffic_read_shared(); and of the same lines the day, for the moments that are told. Both are
 * the caller's, to end with traffic_free() and day_free() whatever is returned. What goes wrong
 * with the day is said by d->failed and day_state() alone: the minutes are told as without it.
 * *unsaved is why hours could not be kept for the next run, or not be had from the one before.
 */
int day_read(struct day *d, struct traffic *s, struct share *share, const struct sw_host *h,
	     const struct log_where *where, const struct day_request *request,
	     struct sw_fault *unsaved, struct sw_fault *why) SW_CHECK;

#endif
