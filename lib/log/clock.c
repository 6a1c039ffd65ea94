#include "log/clock.h"

#include <time.h>

#include "log/civil.h"

enum { STEP = 9 * 3600 }; /* there is no change there and back within nine hours */

int64_t log_clock_offset(const struct log_clock *clock, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (clock->zone)
		return log_zone_offset(clock->zone, at);
	return localtime_r(&t, &tm) ? (int64_t)tm.tm_gmtoff : 0;
}

static void add_offset(struct log_clock *clock, int64_t offset)
{
	for (size_t i = 0; i < clock->offsets_n; i++)
		if (clock->offsets[i] == offset)
			return;
	if (clock->offsets_n < LOG_CLOCK_OFFSETS)
		clock->offsets[clock->offsets_n++] = offset;
}

/* The instants, in their order, at which a clock on the wall shows `civil`. */
static size_t instants_of(const struct log_clock *clock, int64_t civil,
			  int64_t ret[LOG_CLOCK_OFFSETS])
{
	size_t n = 0;

	for (size_t i = 0; i < clock->offsets_n; i++) {
		int64_t t = civil - clock->offsets[i];
		size_t at = n;

		if (log_clock_offset(clock, t) != clock->offsets[i])
			continue;
		for (; at > 0 && ret[at - 1] > t; at--)
			ret[at] = ret[at - 1];
		ret[at] = t;
		n++;
	}
	return n;
}

/*
 * What mktime(3) does is not asked: of a time that comes twice it gives one as it likes (tm_isdst
 * does not tell them apart in Casablanca, and the wrong way round in Dublin), and glibc 2.31 gives
 * -1. No zone is further than 26 hours from UTC, so the offsets around the date as if it were UTC
 * are all that can hold.
 */
static void look_around(struct log_clock *clock)
{
	int64_t first[LOG_CLOCK_OFFSETS];
	int64_t end[LOG_CLOCK_OFFSETS];

	clock->offsets_n = 0;
	for (int i = -3; i <= 3; i++)
		add_offset(clock, log_clock_offset(clock, clock->civil + i * STEP));
	clock->plain = clock->offsets_n == 1;
	if (clock->plain)
		return;
	if (instants_of(clock, clock->civil, first) != 1 ||
	    instants_of(clock, clock->civil + 3600, end) != 1 || end[0] - first[0] != 3600)
		return;
	clock->offsets[0] = clock->civil - first[0];
	clock->offsets_n = 1;
	clock->plain = true;
}

/* The latest year that has the day and in which its hour is not a day after now. */
static bool year_of(const struct log_clock *clock, const struct log_stamp *stamp, int *ret)
{
	int64_t latest = clock->now + log_clock_offset(clock, clock->now) + CIVIL_DAY;
	int year = civil_year_of(latest / CIVIL_DAY);

	/* back to the last one with a February 29 */
	for (int oldest = year - 9; year > oldest && year > 0; year--) {
		if (stamp->day > civil_month_days(year, stamp->month) ||
		    civil_days(year, stamp->month, stamp->day) * CIVIL_DAY + stamp->hour * 3600 >
			    latest)
			continue;
		*ret = year;
		return true;
	}
	return false;
}

/* Nearly all lines of a log share their hour with the line before. */
static bool find_hour(struct log_clock *clock, const struct log_stamp *stamp)
{
	uint32_t hour = (uint32_t)(((stamp->year * 16 + stamp->month) * 32 + stamp->day) * 32 +
				   stamp->hour);
	int year = stamp->year;

	if (clock->hour == hour)
		return true;
	if (!year && !year_of(clock, stamp, &year))
		return false;
	if (stamp->day > civil_month_days(year, stamp->month))
		return false;
	clock->civil = civil_days(year, stamp->month, stamp->day) * CIVIL_DAY + stamp->hour * 3600;
	clock->hour = hour;
	look_around(clock);
	return true;
}

/* Which of several instants it is, the log itself tells: its lines are in order. */
static int64_t choose(const struct log_clock *clock, const int64_t *t, size_t n)
{
	while (n > 1 && t[n - 1] > clock->now + 120)
		n--;
	for (size_t i = 0; i < n && clock->last; i++)
		if (t[i] >= clock->last - 600)
			return t[i];
	return t[n - 1];
}

static bool local_time(struct log_clock *clock, const struct log_stamp *stamp, int64_t *ret)
{
	int64_t t[LOG_CLOCK_OFFSETS];
	int64_t within = stamp->minute * 60 + stamp->second;
	size_t n;

	if (!find_hour(clock, stamp))
		return false;
	if (clock->plain) {
		*ret = clock->civil + within - clock->offsets[0];
		return true;
	}
	n = instants_of(clock, clock->civil + within, t);
	if (n > 0)
		*ret = choose(clock, t, n);
	return n > 0;
}

/* The day of a date with a year, which is mostly that of the line before. */
static inline bool find_day(struct log_clock *clock, const struct log_stamp *stamp)
{
	uint32_t day = (uint32_t)((stamp->year * 16 + stamp->month) * 32 + stamp->day);

	if (clock->day == day)
		return true;
	if (stamp->day > civil_month_days(stamp->year, stamp->month))
		return false;
	clock->day = day;
	clock->day_start = civil_days(stamp->year, stamp->month, stamp->day) * CIVIL_DAY;
	return true;
}

bool log_clock_time(struct log_clock *clock, const struct log_stamp *stamp, int64_t *ret)
{
	switch (stamp->kind) {
	case STAMP_NONE:
		return false;
	case STAMP_EPOCH:
		*ret = stamp->seconds;
		break;
	case STAMP_ZONED:
		if (!find_day(clock, stamp))
			return false;
		*ret = clock->day_start + (stamp->hour * 60 + stamp->minute) * 60 + stamp->second -
		       stamp->offset;
		break;
	case STAMP_LOCAL:
		if (!local_time(clock, stamp, ret))
			return false;
		break;
	}
	clock->last = *ret;
	return true;
}

int64_t log_clock_before_change(const struct log_clock *clock, int64_t since)
{
	enum { AROUND = 3 * STEP };
	int64_t next = log_clock_offset(clock, since - AROUND);

	for (int64_t t = since - AROUND; t < since + AROUND; t += STEP) {
		int64_t offset = next;
		int64_t from = t;
		int64_t to = t + STEP; /* the change is in (from, to] */
		int64_t back;

		next = log_clock_offset(clock, to);
		back = offset - next;
		if (back <= 0)
			continue;
		while (to - from > 1) {
			int64_t middle = from + (to - from) / 2;

			if (log_clock_offset(clock, middle) == offset)
				from = middle;
			else
				to = middle;
		}
		if (to <= clock->now && since >= to - back && since < to + back)
			return to - back - 3600;
	}
	return since;
}
