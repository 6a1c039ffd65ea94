/* maillog: where the mail log of a host is, and its messages in a window of time. */
#ifndef SW_MAILLOG_H
#define SW_MAILLOG_H

#include "os/host.h"
#include "read/logfile.h"

enum maillog_journal { MAILLOG_JOURNAL_AUTO, MAILLOG_JOURNAL_YES, MAILLOG_JOURNAL_NO };

struct maillog_where {
	const char *logfile;	      /* NULL: look at the usual places */
	const char *logdir;	      /* where a logfile without '/' is; NULL: /var/log */
	const char *config_directory; /* whose main.cf may set maillog_file, queue_directory; NULL:
					 none */
	enum maillog_journal journal; /* AUTO: when there is no log file that is written to */
	/* Is this the syslog_name of the instance asked for? NULL: any name is. */
	bool (*wanted)(struct raw syslog_name, void *ctx);
	void *wanted_ctx;
	/* Messages without any of these words may be left out; see logfile_window(). NULL: none
	 * are. */
	const char *const *words;
};

/*
 * One message of a Postfix daemon. Of a file, head->stamp is what logline_time() converts; of the
 * journal it is empty and `time` is set: use maillog_time().
 */
struct maillog_message {
	struct log_head head;
	int64_t time;
};

/* A value other than 0 ends the reading and is what maillog_window() returns. */
typedef int (*maillog_fn)(const struct maillog_message *message, void *ctx);

/* What was read, for messages to the admin. */
struct maillog_report {
	struct label source; /* "/var/log/mail.log", "the journal" */
	struct label unread; /* part of the window that could not be read and why, or empty */
	bool has_last;
	int64_t last; /* stamp of the log's last message */
};

/*
 * Call fn for each message of Postfix that can be of since..now (LOGFILE_DISORDER older ones among
 * them), oldest first, through rotated and
 * compressed files; fn sees older ones too and decides by their time. Returns 0, what fn returned,
 * or -errno: -ENOENT when there is no log at any of the places, which *why lists with what to set;
 * -EACCES when the log may not be read; -ESTALE when the log has been quiet for ten minutes
 * although Postfix's queue has moved meanwhile, or it may not be seen whether it has, or when the
 * last stamp lies in the future: then what the log says about now is wrong.
 */
int maillog_window(const struct host *h, const struct maillog_where *where, int64_t since,
		   struct log_clock *clock, maillog_fn fn, void *ctx, struct maillog_report *report,
		   struct fault *why) SW_CHECK;

/* The time of a message; false when its stamp is none. */
bool maillog_time(struct log_clock *clock, const struct maillog_message *message, int64_t *ret);

/* Is there a log that can be read? 0, or as maillog_window(). */
int maillog_probe(const struct host *h, const struct maillog_where *where,
		  struct fault *why) SW_CHECK;

#endif
