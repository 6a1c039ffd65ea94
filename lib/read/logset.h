/*
 * logset: a log file and what rotation has made of it.
 *
 * Rotated files bear the log's name, then '.' or '-' and digits (a number, or a date and time),
 * then perhaps .gz, .xz, .zst or .bz2: logrotate's mail.log.1, mail.log.2.gz, maillog-20261123;
 * savelog's mail.log.0; Postfix's own maillog.20261123-104320.gz (postfix(1), `postfix logrotate`).
 */
#ifndef SW_LOGSET_H
#define SW_LOGSET_H

#include "os/host.h"
#include "os/unpack.h"

enum { LOGSET_MAX = 16 };

struct log_source {
	int fd;
	bool compressed;
	enum unpack_format format; /* where it is compressed */
	int64_t written;	   /* st_mtime */
	char name[256];
};

struct logset {
	struct log_source source[LOGSET_MAX]; /* oldest first; the log itself is the last */
	size_t n;
	struct label unread; /* a rotated file of the time in a format that isn't read, or empty */
};

/*
 * Open the log at `path` (absolute) and each rotated file that was written at `since` or later. All
 * descriptors are of one moment: when files were renamed meanwhile, it is done again. A file that
 * is the same as another (hard link, .1 beside its .1.gz while gzip works, a copy that copytruncate
 * has just made) is there once. Returns 0 or -errno for the log itself; *ret ends with
 * logset_close().
 */
int logset_open(const struct host *h, const char *path, int64_t since, struct logset *ret,
		struct fault *why) SW_CHECK;

void logset_close(struct logset *s);

#endif
