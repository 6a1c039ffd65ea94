/* logstamp: the time stamp that a log line begins with. */
#ifndef SW_LOG_STAMP_H
#define SW_LOG_STAMP_H

#include "base/raw.h"

/* Converts stamps; one for a run. Start with .now set and the rest 0. */
struct log_clock {
	int64_t now;	 /* a stamp without a year is the latest that is not a day after this */
	char cached[16]; /* ours: the last date and hour, and the time of its beginning */
	size_t cached_n;
	int64_t cached_time;
	int64_t last; /* the line before, 0: none; of another place it misleads */
};

/*
 * Seconds since the epoch of the stamp that a line or a log_head.stamp begins with. BSD stamps are
 * local time (TZ) and have no year; of the hour that comes twice when summer time ends, the lines
 * before tell which one it is, so lines must then be given in their order. False when there is
 * none.
 */
bool log_stamp_time(struct log_clock *clock, struct sw_raw line, int64_t *ret);

/* Bytes of the stamp at the beginning of a line, by its form alone; 0 when it has none. */
size_t log_stamp_length(struct sw_raw line);

/*
 * Where reading must begin so that stamps without a zone are understood from `since` on: earlier,
 * when summer time ended shortly before or ends until now.
 */
int64_t log_stamp_before_change(int64_t since, int64_t now);

#endif
