/*
 * drop: what a log daemon says of messages that it threw away because there were too many of them.
 *
 * rsyslog (runtime/ratelimit.c), when it begins and when it goes on again:
 *   rsyslogd: imuxsock[pid 9]: begin to drop messages due to rate-limiting
 *   rsyslogd: imjournal: 900 messages lost due to rate-limiting (20000 allowed within 600 seconds)
 * before version 8 "imuxsock begins to drop messages from pid 9 due to rate-limiting" and "imuxsock
 * lost 900 messages from pid 9 due to rate-limiting". journald (src/journal/journald-server.c),
 * with the unit or the path of its control group, before the next message of that unit:
 *   systemd-journald[9]: Suppressed 917 messages from postfix@-.service
 */
#ifndef SW_LOG_DROP_H
#define SW_LOG_DROP_H

#include "base/raw.h"

struct log_drop {
	int64_t time;	   /* of the line; 0: there was none */
	uint64_t messages; /* 0: it has begun, how many is said later */
	int64_t span;	   /* seconds before the last message that was kept, where they can lie */
};

/* Is this the tag of a daemon that says so? */
bool log_drop_is_daemon(struct sw_raw tag);

/*
 * What such a daemon's text says, of messages that can be Postfix's: journald names a unit, which
 * may be a container's. False when it says something else. Any bytes are legal.
 */
bool log_drop_read(struct sw_raw text, int64_t time, struct log_drop *ret);

/* How many lines were kept, minute by minute. Start with all 0. */
struct log_kept {
	int64_t begun; /* messages are dropped since then; 0: none are */
	size_t n;
	struct {
		int64_t minute;
		uint64_t lines; /* that were kept before it */
	} mark[16];		/* a ring */
};

/* Up to `time` so many lines were kept. */
void log_kept_mark(struct log_kept *kept, int64_t time, uint64_t lines);

/* The same of a new file, whose lines are counted from 0. */
void log_kept_restart(struct log_kept *kept);

/*
 * Some were dropped, after a line of `last` (0: none) as the latest that was kept, `lines` in all.
 * *from is where the time in doubt begins; true when more were dropped since than were kept.
 */
bool log_kept_drop(struct log_kept *kept, const struct log_drop *drop, int64_t last, uint64_t lines,
		   int64_t *from);

#endif
