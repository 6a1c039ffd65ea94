/*
 * dovecot_log: logins that Dovecot writes into a log of its own (log_path, info_log_path), which is
 * not Postfix's: refused ones and those of its login processes (traffic/login_events.h), in the
 * order of time.
 *
 * Its lines name neither host nor program and prove nothing: where it is silent, whoever asks it
 * has no answer. Memory is bounded: of what does not fit dovecot_log_until() is the first.
 */
#ifndef SW_TRAFFIC_DOVECOT_LOG_H
#define SW_TRAFFIC_DOVECOT_LOG_H

#include "os/host.h"
#include "traffic/login_events.h"

struct dovecot_log; /* opaque */

struct dovecot_log_where {
	/*
	 * Paths separated by blanks, relative ones below `directory`; "no": none. NULL: those of
	 * dovecot.log and dovecot-info.log, in `directory` and in dovecot/ below it, that are
	 * there.
	 */
	const char *names;
	const char *directory;
	const char *zone; /* of stamps that name none: see log_zone_open(); NULL: the host's */
};

/*
 * Lines of `since` up to `end`; after `by` (in clock_ms()) no more are read. *ret ends with
 * dovecot_log_free() whatever is returned. Returns 0 or -ENOMEM.
 */
int dovecot_log_read(struct dovecot_log **ret, const struct sw_host *h,
		     const struct dovecot_log_where *where, int64_t since, int64_t end, int64_t by,
		     struct sw_fault *why) SW_CHECK;
void dovecot_log_free(struct dovecot_log *d); /* NULL is fine */

/* All lines before this time were read; INT64_MAX: all. */
int64_t dovecot_log_until(const struct dovecot_log *d);

/* Why one that is named, or is there, could not be read, or not be understood; .code 0: all could.
 */
const struct sw_fault *dovecot_log_why(const struct dovecot_log *d);

struct dovecot_login {
	int64_t time;
	bool refused;		   /* else somebody got in: `line` holds user and address */
	struct login_refusal line; /* borrowed from the log */
};

/* The next one, if it is of `time` or before. */
bool dovecot_log_next(struct dovecot_log *d, int64_t time, struct dovecot_login *ret);

#endif
