/* maillog: where the mail log of a host is, and its messages in a window of time. */
#ifndef SW_LOG_SOURCE_H
#define SW_LOG_SOURCE_H

#include "os/host.h"
#include "log/file.h"

enum log_source_journal { LOG_SOURCE_JOURNAL_AUTO, LOG_SOURCE_JOURNAL_YES, LOG_SOURCE_JOURNAL_NO };

struct log_source_where {
	const char *logfile;	      /* NULL: look at the usual places */
	const char *logdir;	      /* where a logfile without '/' is; NULL: /var/log */
	const char *config_directory; /* whose main.cf may set maillog_file, queue_directory; NULL:
					 none */
	enum log_source_journal journal; /* AUTO: when there is no log file that is written to */
	/* Is this the syslog_name of the instance asked for? NULL: any name is. */
	bool (*wanted)(struct sw_raw syslog_name, void *ctx);
	void *wanted_ctx;
	/* Messages without any of these words may be left out; see log_file_window(). NULL: none
	 * are. */
	const char *const *words;
};

/*
 * One message of a Postfix daemon. Of a file, head->stamp is what log_stamp_time() converts; of the
 * journal it is empty and `time` is set: use log_source_time().
 */
struct log_source_message {
	struct log_head head;
	int64_t time;
};

/* A value other than 0 ends the reading and is what log_source_window() returns. */
typedef int (*log_source_fn)(const struct log_source_message *message, void *ctx);

/* What was read, for messages to the admin. */
struct log_source_report {
	struct sw_label source; /* "/var/log/mail.log", "the journal" */
	struct sw_label unread; /* part of the window that could not be read and why, or empty */
	bool has_last;
	int64_t last; /* stamp of the log's last message */
};

/*
 * Call fn for each message of Postfix that can be of since..now (LOG_DISORDER older ones among
 * them), oldest first, through rotated and
 * compressed files; fn sees older ones too and decides by their time. Returns 0, what fn returned,
 * or -errno: -ENOENT when there is no log at any of the places, which *why lists with what to set;
 * -EACCES when the log may not be read; -ESTALE when the log has been quiet for ten minutes
 * although Postfix's queue has moved meanwhile, or it may not be seen whether it has, or when the
 * last stamp lies in the future: then what the log says about now is wrong.
 */
int log_source_window(const struct sw_host *h, const struct log_source_where *where, int64_t since,
		      struct log_clock *clock, log_source_fn fn, void *ctx,
		      struct log_source_report *report, struct sw_fault *why) SW_CHECK;

/* The time of a message; false when its stamp is none. */
bool log_source_time(struct log_clock *clock, const struct log_source_message *message,
		     int64_t *ret);

/* Is there a log that can be read? 0, or as log_source_window(). */
int log_source_probe(const struct sw_host *h, const struct log_source_where *where,
		     struct sw_fault *why) SW_CHECK;

#endif
