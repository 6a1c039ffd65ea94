/*
 * source: where the mail log of a host is, its messages in a window of time, and what proves that
 * these are all.
 */
#ifndef SW_LOG_SOURCE_H
#define SW_LOG_SOURCE_H

#include "log/window.h"
#include "postfix/spool.h"

#define LOG_DIRECTORY "/var/log" /* of the usual places, and of relative paths */

enum log_journal { LOG_JOURNAL_AUTO, LOG_JOURNAL_YES, LOG_JOURNAL_NO };

enum { LOG_CANDIDATES = 8 };

struct log_where {
	/*
	 * Named by the admin: paths separated by blanks; one without a leading '/' is below logdir,
	 * a last part with '*' or '?' stands for the files that it matches. All of them are read.
	 * NULL: main.cf's maillog_file; without that the usual places.
	 */
	const char *logfile;
	const char *logdir;  /* NULL: LOG_DIRECTORY */
	const char *zone;    /* of stamps that name none: see log_zone_open(); NULL: the host's */
	struct spool *spool; /* the Postfix instance; NULL: none is known */
	enum log_journal journal; /* AUTO: when no usual file has heard Postfix in ten minutes */
	/* Is this the syslog_name of the instance asked for? NULL: any name is. */
	bool (*wanted)(struct sw_raw syslog_name, void *ctx);
	void *wanted_ctx;
	/* Called first by log_read(): from then on lines of others are read. NULL: nothing is done.
	 */
	void (*before)(void *ctx);
	void *before_ctx;
	/* as in struct log_reader */
	unsigned (*role)(struct sw_raw program);
	bool (*may_matter)(unsigned role, struct sw_raw text);
	const struct log_dull *dull;
	unsigned (*others)(struct sw_raw tag);
	int64_t by;   /* give up then, in clock_ms(); 0: never */
	bool patient; /* a person waits: compressed files may take the time that they take */
};

/* A place that was looked at. */
struct log_candidate {
	struct sw_label where;
	int error;     /* an errno, 0: it could be read */
	int64_t heard; /* Postfix's last line in it, in seconds since the epoch; 0: none */
};

struct log_report {
	struct log_candidate candidate[LOG_CANDIDATES];
	size_t candidates;
	size_t chosen; /* which one was read; candidates: none */
};

/*
 * Call fn for each message of this Postfix, and of the other programs of the same log that `others`
 * asks for (see struct log_reader), that can be of `since`..now, in the order of the log, through
 * rotated and compressed files; fn sees older and younger ones too and decides by their time.
 * *proof, begun by the caller, is told what was heard and what is in doubt: where no source can be
 * read, all of it is. *report says what was looked at.
 *
 * A source that the admin or main.cf named is the only one. Of the usual files that one is read in
 * which Postfix was heard last; a file of somebody else's is none. Lines of another host prove
 * nothing and are not given, except of a named file; nor are those of an instance not asked for.
 *
 * Returns 0, what fn returned, LOG_LATE after where->by, or -ENOMEM; -EINVAL when the zone is none.
 * Any bytes are legal in a log. Time is bounded by the window, by host_left() and for a compressed
 * file by UNPACKED bytes, and seconds unless who reads is patient.
 */
int log_read(const struct sw_host *h, const struct log_where *where, int64_t since, log_fn fn,
	     void *ctx, struct log_proof *proof, struct log_report *report,
	     struct sw_fault *why) SW_CHECK;

#endif
