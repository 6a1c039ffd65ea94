/* sourcetext: a host with logs, read as a whole, and what was proven; of test_source*.c. */
#ifndef SW_SOURCETEXT_H
#define SW_SOURCETEXT_H

#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include "log/source.h"
#include "test.h"

/* 2026-11-23T11:00:00Z, host_new()'s; the window is the 15 minutes before it. */
enum { NOW = 1795431600, MINUTES = 15, SINCE = NOW - 60 * MINUTES };

#define LINE(clock, tag, text) "2026-11-23T" clock "Z mx " tag "[1]: " text "\n"
#define AT(clock, text)	       LINE(clock, "postfix/smtpd", text)
#define OLD		       AT("10:00:00", "old")
#define ALIVE		       OLD AT("10:59:00", "alive")

#define KNOWN "..............."
#define U     "UUUUUUUUUUUUUUU"
#define WAITS "UUUUUU?????????" /* a cause that may pass: for nine minutes */

struct source_file {
	const char *path;
	const char *text; /* NULL: a directory; of a name that ends in .gz what is packed */
	int age;	  /* it was last written so many seconds before now */
};

struct source_row {
	const char *what;
	const char *main_cf; /* NULL: there is none */
	struct source_file file[5];
	struct log_where where; /* .spool and .journal are filled in */
	int moved;		/* the queue, so many seconds before now; 0: there is none */
	const char *heard;	/* the texts of all messages that were given, "|" behind each */
	const char *states;	/* of each minute: '.' known, '?' waits, 'U' unknown */
	enum log_doubt doubt;	/* of the last minute that is not known */
	const char *from;	/* what was read; NULL: any */
};

struct source_got {
	char heard[2048];
	int stop_after;
	int n;
	int rc;
	struct log_proof proof;
	struct log_report report;
	char states[MINUTES + 1];
	const struct log_reason *why;
};

static inline void source_time(const struct sw_host *h, const char *path, int64_t time)
{
	const struct timespec times[2] = { { .tv_sec = time }, { .tv_sec = time } };

	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), times, 0), 0);
}

static inline void source_put(const struct sw_host *h, const struct source_file *file)
{
	size_t n = strlen(file->path);

	if (!file->text) {
		char below[300];

		snprintf(below, sizeof(below), "%s/x", file->path);
		host_file(h, below, "");
	} else if (strcmp(file->path + n - 3, ".gz") == 0) {
		gzFile gz;

		host_file(h, file->path, "");
		gz = gzopen(host_path(h, file->path), "w");
		assert_non_null(gz);
		assert_int_equal(gzwrite(gz, file->text, (unsigned)strlen(file->text)),
				 strlen(file->text));
		assert_int_equal(gzclose(gz), Z_OK);
	} else {
		host_file(h, file->path, file->text);
	}
	source_time(h, file->path, NOW - file->age);
}

static inline struct sw_host source_host(const struct source_row *row)
{
	struct sw_host h = host_new(NULL);

	host_file(&h, "/etc/passwd", "");
	if (row->main_cf)
		host_file(&h, "/etc/postfix/main.cf", row->main_cf);
	for (size_t i = 0; i < SW_COUNT(row->file) && row->file[i].path; i++)
		source_put(&h, &row->file[i]);
	if (row->moved) {
		host_file(&h, "/var/spool/postfix/active/A", "");
		source_time(&h, "/var/spool/postfix/active", NOW - row->moved);
	}
	return h;
}

static inline int source_hear(const struct log_message *message, void *ctx)
{
	struct source_got *got = ctx;
	size_t n = strlen(got->heard);

	snprintf(got->heard + n, sizeof(got->heard) - n, "%.*s|", (int)message->text.n,
		 message->text.p);
	return ++got->n == got->stop_after ? 42 : 0;
}

static inline void source_states(struct source_got *got)
{
	got->why = &got->proof.reason[0];
	for (unsigned m = 0; m < MINUTES; m++) {
		const struct log_reason *reason;
		enum log_minute state = log_proof_state(&got->proof, m, 1, &reason);

		got->states[m] = state == LOG_MINUTE_KNOWN ? '.' : state == LOG_MINUTE_WAITS ? '?' : 'U';
		if (state != LOG_MINUTE_KNOWN)
			got->why = reason;
	}
}

/* No assertions here: it runs in children, too. */
static inline void source_read(const struct sw_host *h, const struct log_where *row,
			       struct source_got *got, struct sw_fault *why)
{
	static const struct spool_where here = { .instance = NULL };
	struct log_where where = *row;
	struct sw_fault ignored = { 0 };
	struct spool spool;

	(void)!spool_open(h, &here, &spool, &ignored);
	where.spool = &spool;
	where.journal = LOG_JOURNAL_NO;
	log_proof_begin(&got->proof, NOW, SINCE, MINUTES);
	got->rc = log_read(h, &where, SINCE, source_hear, got, &got->proof, &got->report, why);
	source_states(got);
	spool_close(&spool);
}

static inline const char *source_chosen(const struct source_got *got)
{
	return got->report.chosen < got->report.candidates
		       ? got->report.candidate[got->report.chosen].where.s
		       : "";
}

static inline void source_try(const struct source_row *row)
{
	struct sw_host h = source_host(row);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };

	source_read(&h, &row->where, &got, &why);
	if (got.rc != 0)
		fail_msg("%s: got %d (%s), want 0", row->what, got.rc, why.text.s);
	want_text(row->what, got.heard, row->heard);
	want_text(row->what, got.states, row->states);
	want_number(row->what, got.why->doubt, row->doubt);
	if (row->from)
		want_text(row->what, source_chosen(&got), row->from);
	host_remove(&h);
}

#define source_try_all(rows)                                                                       \
	do {                                                                                       \
		for (size_t i_ = 0; i_ < SW_COUNT(rows); i_++)                                     \
			source_try(&(rows)[i_]);                                                   \
	} while (0)

#endif
