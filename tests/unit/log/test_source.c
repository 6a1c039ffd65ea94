#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "log/source.h"
#include "test.h"

enum { NOW = 1795431600, SINCE = NOW - 300 }; /* 2026-11-23T11:00:00Z */

#define AT(clock) "2026-11-23T" clock "Z mx postfix/smtpd[1]: "

/* The texts of all messages that were given, each with '|' behind it. */
struct heard {
	char text[1024];
	int stop_after;
	int n;
};

static int hear(const struct log_source_message *message, void *ctx)
{
	struct heard *heard = ctx;
	size_t n = strlen(heard->text);

	snprintf(heard->text + n, sizeof(heard->text) - n, "%.*s|", (int)message->head.text.n,
		 message->head.text.p);
	return ++heard->n == heard->stop_after ? 42 : 0;
}

static struct log_source_report report;

static int listen_at(const struct sw_host *h, struct log_source_where where, struct heard *heard,
		     struct sw_fault *why)
{
	struct log_clock clock = { .now = h->now };

	where.journal = LOG_SOURCE_JOURNAL_NO;
	return log_source_window(h, &where, SINCE, &clock, hear, heard, &report, why);
}

static void want_heard(const char *what, const struct sw_host *h, struct log_source_where where,
		       const char *want)
{
	struct heard heard = { .n = 0 };
	struct sw_fault why = { 0 };
	int rc = listen_at(h, where, &heard, &why);

	if (rc < 0)
		fail_msg("%s: got %s, want \"%s\"", what, why.text.s, want);
	want_text(what, heard.text, want);
}

static void set_time(const struct sw_host *h, const char *path, int64_t time)
{
	const struct timespec times[2] = { { .tv_sec = time }, { .tv_sec = time } };

	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), times, 0), 0);
}

static void the_log_is_found_at_its_usual_places(void **state)
{
	static const struct {
		const char *what;
		const char *files[2]; /* the first is the one to be read */
		struct log_source_where where;
	} rows[] = {
		{ "Debian", { "/var/log/mail.log", "/var/log/syslog" }, { .logfile = NULL } },
		{ "Red Hat", { "/var/log/maillog", "/var/log/messages" }, { .logfile = NULL } },
		{ "SUSE", { "/var/log/mail", "/var/log/messages" }, { .logfile = NULL } },
		{ "syslog alone", { "/var/log/syslog", NULL }, { .logfile = NULL } },
		{ "a directory of the name",
		  { "/var/log/syslog", "/var/log/mail/x" },
		  { .logfile = NULL } },
		{ "logdir", { "/logs/maillog", "/var/log/mail.log" }, { .logdir = "/logs" } },
		{ "logfile", { "/var/log/x", "/var/log/mail.log" }, { .logfile = "x" } },
		{ "both", { "/logs/x", "/var/log/x" }, { .logfile = "x", .logdir = "/logs" } },
		{ "a path", { "/srv/x", "/logs/x" }, { .logfile = "/srv/x", .logdir = "/logs" } },
		{ "a relative path",
		  { "/srv/x", "/logs/x" },
		  { .logfile = "srv/x", .logdir = "/logs" } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		if (rows[i].files[1])
			host_file(&h, rows[i].files[1], AT("10:59:00") "wrong\n");
		host_file(&h, rows[i].files[0], AT("10:59:00") "right\n");
		want_heard(rows[i].what, &h, rows[i].where, "right|");
		want_text(rows[i].what, report.source.s, rows[i].files[0]);
		want_number(rows[i].what, report.last, NOW - 60);
		host_remove(&h);
	}
}

static void main_cf_tells_where_postlogd_writes(void **state)
{
	static const struct {
		const char *what;
		const char *main_cf;
		const char *want;
	} rows[] = {
		{ "set", "maillog_file = /srv/postlog\n", "postlogd|" },
		{ "set to nothing", "maillog_file =\n", "syslogd|" },
		{ "set to a terminal", "maillog_file = /dev/stdout\n", "syslogd|" },
		{ "set to a file that is not there", "maillog_file = /srv/none\n", "syslogd|" },
		{ "not set", "\n", "syslogd|" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		host_file(&h, "/etc/postfix/main.cf", rows[i].main_cf);
		host_file(&h, "/srv/postlog", AT("10:59:00") "postlogd\n");
		host_file(&h, "/var/log/mail.log", AT("10:59:00") "syslogd\n");
		want_heard(rows[i].what, &h,
			   (struct log_source_where){ .config_directory = "/etc/postfix" },
			   rows[i].want);
		host_remove(&h);
	}
}

static void a_log_that_is_not_found_is_said_with_where_was_looked(void **state)
{
	static const struct {
		struct log_source_where where;
		const char *want[3];
	} rows[] = {
		{ { .logfile = NULL },
		  { "/var/log/mail.log", "/var/log/messages", "env.logfile" } },
		{ { .logdir = "/logs" }, { "/logs/mail.log", "/logs/maillog", "env.logfile" } },
		{ { .logfile = "/srv/x" }, { "/srv/x", "env.logfile", "" } },
		{ { .config_directory = "/etc/postfix" },
		  { "/srv/postlog", "/var/log/mail.log", "" } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct heard heard = { .n = 0 };
		struct sw_fault why = { 0 };
		struct sw_fault probed = { 0 };
		struct log_source_where where = rows[i].where;

		host_file(&h, "/etc/postfix/main.cf", "maillog_file = /srv/postlog\n");
		want_number("returned", listen_at(&h, where, &heard, &why), -ENOENT);
		for (size_t k = 0; k < 3; k++)
			want_in("said", why.text.s, rows[i].want[k]);
		where.journal = LOG_SOURCE_JOURNAL_NO;
		want_number("probed", log_source_probe(&h, &where, &probed), -ENOENT);
		want_text("probed", probed.text.s, why.text.s);
		host_remove(&h);
	}
}

static int listen_as_nobody(void *ctx)
{
	static const struct log_source_where wheres[] = { { .logfile = NULL },
							  { .logfile = "mail.log" } };

	for (size_t i = 0; i < SW_COUNT(wheres); i++) {
		struct heard heard = { .n = 0 };
		struct sw_fault why = { 0 };
		int rc = listen_at(ctx, wheres[i], &heard, &why);

		if (rc != -EACCES || why.code != EACCES ||
		    !strstr(why.text.s, "/var/log/mail.log") || !strstr(why.text.s, "group adm"))
			return -1;
	}
	return -EACCES;
}

static void a_log_that_may_not_be_read_is_said_with_the_remedy(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/var/log/mail.log", AT("10:59:00") "secret\n");
	assert_int_equal(chmod(host_path(&h, "/"), 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log"), 0), 0);
	want_number("returned", as_nobody(listen_as_nobody, &h), -EACCES);
	host_remove(&h);
}

static void what_is_no_log_is_not_an_empty_one(void **state)
{
	struct sw_host h = host_new(NULL);
	struct heard heard = { .n = 0 };
	struct sw_fault why = { 0 };

	(void)state;
	assert_int_equal(mkfifo(host_path(&h, "/fifo"), 0644), 0);
	want_number("a FIFO",
		    listen_at(&h, (struct log_source_where){ .logfile = "/fifo" }, &heard, &why) <
			    0,
		    true);
	why = (struct sw_fault){ 0 };
	want_number("a directory",
		    listen_at(&h, (struct log_source_where){ .logfile = "/" }, &heard, &why) < 0,
		    true);
	host_remove(&h);
}

static bool wants_out(struct sw_raw syslog_name, void *ctx)
{
	return raw_is(syslog_name, ctx);
}

static void only_messages_of_postfix_and_of_the_instance_are_given(void **state)
{
	static const char log[] =
		AT("10:59:00") "a\n"
			       "2026-11-23T10:59:01Z mx postfix-out/smtpd[1]: b\n"
			       "2026-11-23T10:59:01Z mx postfix-out/submission/smtpd[1]: c\n"
			       "2026-11-23T10:59:02Z mx sshd[1]: postfix/smtpd[1]: d\n"
			       "2026-11-23T10:59:03Z mx kernel: e\n"
			       "nonsense\n"
			       "Nov 23 10:59:04 mx postfix/qmgr[1]: f\n";
	struct sw_host h = host_new(NULL);
	char out[] = "postfix-out";

	(void)state;
	host_file(&h, "/var/log/mail.log", log);
	want_heard("all", &h, (struct log_source_where){ .logfile = NULL }, "a|b|c|f|");
	want_heard("one", &h, (struct log_source_where){ .wanted = wants_out, .wanted_ctx = out },
		   "b|");
	host_remove(&h);
}

static void what_the_function_returns_ends_it(void **state)
{
	struct sw_host h = host_new(NULL);
	struct heard heard = { .stop_after = 2 };
	struct sw_fault why = { 0 };

	(void)state;
	host_file(&h, "/var/log/mail.log",
		  AT("10:59:00") "a\n" AT("10:59:00") "b\n" AT("10:59:00") "c\n");
	want_number("returned",
		    listen_at(&h, (struct log_source_where){ .logfile = NULL }, &heard, &why), 42);
	want_text("given", heard.text, "a|b|");
	host_remove(&h);
}

static void write_gz(const struct sw_host *h, const char *path, const char *text)
{
	gzFile gz = gzopen(host_path(h, path), "w");

	assert_non_null(gz);
	assert_int_equal(gzwrite(gz, text, (unsigned)strlen(text)), strlen(text));
	assert_int_equal(gzclose(gz), Z_OK);
}

static void what_rotation_took_away_is_read_too(void **state)
{
	struct sw_host h = host_new(NULL);
	const struct log_source_where where = { .logfile = NULL };

	(void)state;
	host_file(&h, "/var/log/mail.log", AT("10:59:00") "now\n");
	host_file(&h, "/var/log/mail.log.1", AT("10:58:00") "before\n");
	write_gz(&h, "/var/log/mail.log.2.gz", AT("10:57:00") "packed\n");
	host_file(&h, "/var/log/mail.log.3", AT("10:50:00") "old\n");
	host_file(&h, "/var/log/mail.log.save", AT("10:58:30") "not rotated\n");
	host_file(&h, "/var/log/mail.err.1", AT("10:58:30") "another\n");
	set_time(&h, "/var/log/mail.log.1", NOW - 120);
	set_time(&h, "/var/log/mail.log.2.gz", NOW - 180);
	set_time(&h, "/var/log/mail.log.3", NOW - 86400);
	want_heard("oldest first", &h, where, "packed|before|now|");
	/* while gzip works, a file is there twice */
	write_gz(&h, "/var/log/mail.log.1.gz", AT("10:58:00") "before\n");
	set_time(&h, "/var/log/mail.log.1.gz", NOW - 120);
	want_heard("packed and plain", &h, where, "packed|before|now|");
	/* just rotated: nothing has been logged since */
	assert_int_equal(unlink(host_path(&h, "/var/log/mail.log")), 0);
	want_heard("no log yet", &h, where, "packed|before|");
	host_remove(&h);
}

/* Of a writer that does not append, under `copytruncate`: every log of his begins with NULs. */
static void two_logs_that_begin_with_a_hole_are_two(void **state)
{
	static const char before[] = AT("10:58:00") "before\n";
	static const char now[] = AT("10:59:00") "now\n";
	struct sw_host h = host_new(NULL);
	char log[600] = "";

	(void)state;
	memcpy(log + 400, before, sizeof(before) - 1);
	host_bytes(&h, "/var/log/mail.log.1", log, 400 + sizeof(before) - 1);
	set_time(&h, "/var/log/mail.log.1", NOW - 120);
	memset(log, 0, sizeof(log));
	memcpy(log + 400, now, sizeof(now) - 1);
	host_bytes(&h, "/var/log/mail.log", log, 400 + sizeof(now) - 1);
	want_heard("both", &h, (struct log_source_where){ .logfile = NULL }, "before|now|");
	host_remove(&h);
}

static void a_damaged_old_log_is_said_and_the_rest_read(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/var/log/mail.log", AT("10:59:00") "now\n");
	write_gz(&h, "/var/log/mail.log.1.gz", AT("10:58:00") "before\n");
	assert_int_equal(truncate(host_path(&h, "/var/log/mail.log.1.gz"), 30), 0);
	set_time(&h, "/var/log/mail.log.1.gz", NOW - 120);
	want_heard("the rest", &h, (struct log_source_where){ .logfile = NULL }, "now|");
	want_in("said", report.unread.s, "mail.log.1.gz");
	host_remove(&h);
}

static void a_log_that_has_ended_while_the_queue_moves_is_no_calm(void **state)
{
	static const struct {
		const char *what;
		const char *log;
		int64_t moved; /* seconds ago */
		int want;
	} rows[] = {
		{ "all is well", AT("10:59:00") "x\n", 60, 0 },
		{ "calm log, calm queue", AT("09:00:00") "x\n", 7200, 0 },
		{ "calm log, busy queue", AT("09:00:00") "x\n", 60, -ESTALE },
		{ "no stamps, busy queue", "x\n", 60, -ESTALE },
		{ "empty log, busy queue", "", 60, -ESTALE },
		{ "an hour ahead", AT("12:00:00") "x\n", 7200, -ESTALE },
		{ "a minute ahead", AT("11:01:00") "x\n", 60, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct log_source_where where = { .config_directory = "/etc/postfix" };
		struct heard heard = { .n = 0 };
		struct sw_fault why = { 0 };
		int rc;

		host_file(&h, "/var/log/mail.log", rows[i].log);
		host_file(&h, "/var/spool/postfix/incoming/A", "");
		set_time(&h, "/var/spool/postfix/incoming", NOW - rows[i].moved);
		rc = listen_at(&h, where, &heard, &why);
		want_number(rows[i].what, rc, rows[i].want);
		if (rc < 0)
			want_in(rows[i].what, why.text.s, "/var/log/mail.log");
		why = (struct sw_fault){ 0 };
		where.journal = LOG_SOURCE_JOURNAL_NO;
		want_number("a log all the same", log_source_probe(&h, &where, &why), 0);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_is_found_at_its_usual_places),
		cmocka_unit_test(main_cf_tells_where_postlogd_writes),
		cmocka_unit_test(a_log_that_is_not_found_is_said_with_where_was_looked),
		cmocka_unit_test(a_log_that_may_not_be_read_is_said_with_the_remedy),
		cmocka_unit_test(what_is_no_log_is_not_an_empty_one),
		cmocka_unit_test(only_messages_of_postfix_and_of_the_instance_are_given),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(what_rotation_took_away_is_read_too),
		cmocka_unit_test(two_logs_that_begin_with_a_hole_are_two),
		cmocka_unit_test(a_damaged_old_log_is_said_and_the_rest_read),
		cmocka_unit_test(a_log_that_has_ended_while_the_queue_moves_is_no_calm),
	};

	return cmocka_run_group_tests_name("maillog", tests, NULL, NULL);
}
