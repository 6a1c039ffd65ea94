/*
 * stamp: the time stamps that log lines begin with, and what instant they mean.
 *
 * Forms (hms may have a fraction behind '.' or ','):
 *   Mmm dd hms           RFC 3164, blank or zero padded; no year, local time
 *   Mmm dd yyyy hms, yyyy Mmm dd hms     the same with a year (syslog-ng ts-format(full))
 *   yyyy-mm-ddThms[zone] RFC 3339 and ISO 8601, also with a blank for the T; zone: Z, +hh:mm,
 * +hhmm, +hh, " UTC", " GMT", or +hh:SSSS (conmon's ctr_logging.c once wrote the rest of an hour in
 * seconds); none: local time yyyy-mm-dd_hms       svlogd -tt: UTC; -ttt has a T and five digits of
 * fraction, which nobody else writes without a zone: UTC too
 *   @4000000065a0b0c012345678   TAI64N (cr.yp.to/libtai/tai64.html)
 *   1795671428[.123]     seconds since the epoch
 * A stamp ends at a blank or at the end of the line.
 */
#ifndef SW_LOG_STAMP_H
#define SW_LOG_STAMP_H

#include "base/raw.h"

enum log_stamp_kind {
	STAMP_NONE,
	STAMP_LOCAL, /* a date of a zone that it does not name */
	STAMP_ZONED, /* a date and its zone */
	STAMP_EPOCH, /* an instant */
};

/* A stamp, read but not placed in time; its fields are in their ranges, the day may not exist. */
struct log_stamp {
	enum log_stamp_kind kind;
	int offset;	 /* ZONED: seconds east of Greenwich */
	int64_t seconds; /* EPOCH */
	int16_t year;	 /* 1970 to 9999; 0: not written */
	int8_t month, day, hour, minute, second;
	/* EPOCH: of a TAI64N label; 10 s were taken off (multilog), s6-log's are 37 ahead */
	bool label;
};

/* Read the stamp at the beginning of any bytes: its length, or 0 with kind STAMP_NONE. */
size_t log_stamp_read(struct sw_raw line, struct log_stamp *ret);

/*
 * The date of a stamp with a date, as seconds since the epoch if it were UTC's; for telling how far
 * two stamps are apart. Without a year it is 1972's.
 */
int64_t log_stamp_civil(const struct log_stamp *stamp);

#endif
