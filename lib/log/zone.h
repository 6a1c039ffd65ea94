/*
 * zone: the offset from UTC of a time zone at an instant, without touching TZ: a log may be written
 * in another zone than ours (a container's, musl's UTC), and a library changes nothing of its
 * process. Compiled zones are read as RFC 8536 has them (TZif, version 2 and later).
 */
#ifndef SW_LOG_ZONE_H
#define SW_LOG_ZONE_H

#include "os/host.h"

/* No zone was ever further from UTC, in seconds (RFC 8536, 3.2). */
enum { LOG_ZONE_MAX = 26 * 3600 };

/* The days of a change that a POSIX TZ string names: Jn, n, Mm.w.d */
struct log_zone_day {
	char kind; /* 'J': day n of 365, 'D': day n of 366 from 0, 'M' */
	int month, week, day;
	int64_t time; /* seconds after the midnight before it, -167 to 167 hours */
};

struct log_zone {
	int64_t standard; /* seconds east of Greenwich, where no change is written */
	int64_t summer;	  /* the other one of a rule, smaller in Dublin */
	bool ruled;	  /* there is a rule for the years after the last change */
	struct log_zone_day begin, end;
	struct sw_raw times, indexes, types; /* of the file; n is 0 for an offset alone */
	char *owned;			     /* ours: the file */
};

/*
 * A zone by its name in the tz database ("Europe/Berlin": /usr/share/zoneinfo of the host, then of
 * this machine) or by its offset ("+05:30", "-0330", "+01"); "UTC" needs no file. Returns 0, or
 * -errno with a sentence and *ret safe to close: -EINVAL for what is no such name (dots and a
 * leading '/' included) or whose file is none of the tz database's, -ENOENT when there is none,
 * -EFBIG above 64 KiB.
 */
int log_zone_open(struct log_zone *ret, const struct sw_host *h, const char *name,
		  struct sw_fault *why) SW_CHECK;

void log_zone_close(struct log_zone *zone);

/*
 * A TZif file of version 2 or later; borrowed by *ret. Any bytes are legal input. False for what is
 * not one, one of version 1, one that counts leap seconds ("right/"), or one whose rule for the
 * future is none of POSIX's.
 */
bool log_zone_parse(struct sw_raw file, struct log_zone *ret);

/* Seconds east of Greenwich at an instant. */
int64_t log_zone_offset(const struct log_zone *zone, int64_t time);

#endif
