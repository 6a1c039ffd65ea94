/*
 * logset: a log file and what rotation has made of it.
 *
 * Rotated files bear the log's name, then '.' or '-' and digits (a number, or a date and time),
 * then perhaps .gz, .xz, .zst or .bz2: logrotate's mail.log.1, mail.log.2.gz, maillog-20261123;
 * savelog's mail.log.0; Postfix's own maillog.20261123-104320.gz (postfix(1), `postfix logrotate`).
 */
#ifndef SW_LOG_SET_H
#define SW_LOG_SET_H

#include "os/host.h"
#include "os/unpack.h"

enum { LOG_SET_MAX = 16 };

struct log_set_file {
	int fd;
	bool compressed;
	enum unpack_format format; /* where it is compressed */
	int64_t written;	   /* st_mtime */
	char name[256];
};

struct log_set {
	struct log_set_file source[LOG_SET_MAX]; /* oldest first; the log itself is the last */
	size_t n;
	struct sw_label
		unread; /* a rotated file of the time in a format that isn't read, or empty */
};

/*
 * Open the log at `path` (absolute) and each rotated file that was written at `since` or later. All
 * descriptors are of one moment: when files were renamed meanwhile, it is done again. A file that
 * is the same as another (hard link, .1 beside its .1.gz while gzip works, a copy that copytruncate
 * has just made) is there once. Returns 0 or -errno for the log itself; *ret ends with
 * log_set_close().
 */
int log_set_open(const struct sw_host *h, const char *path, int64_t since, struct log_set *ret,
		 struct sw_fault *why) SW_CHECK;

void log_set_close(struct log_set *s);

#endif
