/* clock: places stamps in time, in any zone of the tz database and at its changes. */
#ifndef SW_LOG_CLOCK_H
#define SW_LOG_CLOCK_H

#include "log/stamp.h"
#include "log/zone.h"

enum { LOG_CLOCK_OFFSETS = 4 };

/* One for a run. Start with .now (and .zone) set and the rest 0. */
struct log_clock {
	int64_t now; /* a stamp without a year is not of an hour a day after this */
	const struct log_zone
		*zone; /* of stamps that name none, borrowed; NULL: the process's TZ */
	int64_t last;  /* the line before, 0: none; of another place it misleads */
	/* ours: the last hour of a date without a zone, and the offsets that may hold in it */
	uint32_t hour;
	int64_t civil; /* its beginning, as if it were UTC */
	int64_t offsets[LOG_CLOCK_OFFSETS];
	size_t offsets_n;
	bool plain;   /* the first offset holds in all of it */
	uint32_t day; /* the last day of a date with a zone */
	int64_t day_start;
};

/*
 * Seconds since the epoch. A stamp without a year is of the latest year that has its day and is not
 * a day after now. Of a time that comes twice (a clock set back by whatever amount) the lines
 * before tell which one it is, so lines must then be given in their order: the first one that is
 * not 600 s before the last line and not to come; without a last line the second. False for a day
 * that is not, and for a time that the zone's clock jumped over.
 */
bool log_clock_time(struct log_clock *clock, const struct log_stamp *stamp, int64_t *ret);

/* Seconds east of Greenwich, at an instant, of stamps that name no zone. */
int64_t log_clock_offset(const struct log_clock *clock, int64_t at);

/*
 * Where reading must begin so that stamps without a zone are understood from `since` on: earlier
 * (an hour before the first of the times that come twice) when `since` lies in them.
 */
int64_t log_clock_before_change(const struct log_clock *clock, int64_t since);

#endif
