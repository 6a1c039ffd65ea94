/* maillog: where the mail log of a host is, and its lines in a window of time. */
#ifndef SW_MAILLOG_H
#define SW_MAILLOG_H

#include "os/host.h"
#include "read/logfile.h"

struct maillog_where {
	const char *logfile;          /* NULL: look at the usual places */
	const char *logdir;           /* where a logfile without '/' is; NULL: /var/log */
	const char *config_directory; /* whose main.cf may set maillog_file; NULL: none */
};

/*
 * Call fn for each line that can be of since..now; see logfile_window(). Returns 0, what fn
 * returned, or -errno: -ENOENT when there is no log at any of the places, which *why lists with
 * what to set, -EACCES when the log may not be read.
 */
int maillog_window(const struct host *h, const struct maillog_where *where, int64_t since,
		   struct log_clock *clock, logfile_fn fn, void *ctx, struct fault *why) SW_CHECK;

/* Is there a log that can be read? 0, or as maillog_window(). */
int maillog_probe(const struct host *h, const struct maillog_where *where, struct fault *why)
	SW_CHECK;

#endif
