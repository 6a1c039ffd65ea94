/* day_log: the minutes of now and a day of each account, read with the settings of a plugin. */
#ifndef SW_PARTS_DAY_LOG_H
#define SW_PARTS_DAY_LOG_H

#include "os/share.h"
#include "parts/account_graphs.h"
#include "traffic/day.h"

/*
 * traffic_read_shared() for the history of *r, and the day: see day_read(). Hours that need not be
 * read again are kept in the file MUNIN_STATEFILE.day; why that can't be is said.
 */
int day_log_read(struct account_graphs *r, struct day *d, struct share *share,
		 const struct log_where *place, struct sw_fault *why) SW_CHECK;

#endif
