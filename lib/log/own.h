/*
 * own: the log that a program writes for itself, without syslog: lines of a stamp and a text, and
 * of nothing that names the program. Such a log proves nothing of Postfix.
 */
#ifndef SW_LOG_OWN_H
#define SW_LOG_OWN_H

#include "log/clock.h"
#include "os/host.h"

/* A line; borrowed. A value other than 0 ends the reading. */
typedef int (*log_own_fn)(int64_t time, struct sw_raw text, void *ctx);

struct log_own {
	bool found;	     /* there is such a file */
	int64_t last;	     /* the last stamp that could be placed; 0: there was none */
	struct sw_fault why; /* what could not be read; .code 0: nothing */
};

/*
 * The lines of the log at `path` (absolute), and of what rotation has made of it, that can be of
 * `since` or later, in the order of the files; fn sees others too. `zone` is of stamps that name
 * none, as in struct log_clock. After `by` (in clock_ms()) compressed files are read no further; a
 * plain one is until fn says otherwise. Returns 0, what fn returned, or -ENOMEM. A file that is not
 * there is not found, one that can't be read is, and *ret says why. Any bytes are legal.
 */
int log_own_read(const struct sw_host *h, const char *path, const struct log_zone *zone,
		 int64_t since, int64_t by, log_own_fn fn, void *ctx, struct log_own *ret,
		 struct sw_fault *why) SW_CHECK;

#endif
