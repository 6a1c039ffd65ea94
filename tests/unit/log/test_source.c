/* Which log is read, whose lines count, which cause leaves a minute unknown; what of its minutes is
 * missing: test_source_part.c. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sourcetext.h"

static void the_usual_log_is_the_one_that_postfix_writes_to(void **state)
{
	static const struct source_row rows[] = {
		{ "Debian",
		  .file = { { "/var/log/mail.log", ALIVE }, { "/var/log/syslog", OLD } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
		{ "Red Hat",
		  .file = { { "/var/log/maillog", ALIVE }, { "/var/log/messages", OLD } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/maillog" },
		{ "SUSE",
		  .file = { { "/var/log/mail", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/mail" },
		{ "Zimbra",
		  .file = { { "/var/log/zimbra.log", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/zimbra.log" },
		{ "the first that exists has stopped",
		  .file = { { "/var/log/mail.log", OLD }, { "/var/log/syslog", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/syslog" },
		{ "the first one is empty, and fresh",
		  .file = { { "/var/log/mail.log", "" }, { "/var/log/syslog", ALIVE, 60 } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/syslog" },
		{ "the first one is another program's, and younger",
		  .file = { { "/var/log/mail.log",
			      LINE("10:59:59", "dovecot", "imap-login: Login: user=<postfix/smtpd>") },
			    { "/var/log/messages", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/messages" },
		{ "a directory of the name",
		  .file = { { "/var/log/mail", NULL }, { "/var/log/messages", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/messages" },
		{ "two are alike: the first",
		  .file = { { "/var/log/syslog", ALIVE }, { "/var/log/mail.log", ALIVE } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
		{ "just rotated: the young lines are in .1",
		  .file = { { "/var/log/mail.log", "" },
			    { "/var/log/mail.log.1", ALIVE, 60 },
			    { "/var/log/syslog", OLD } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
		{ "just rotated, nothing was logged since",
		  .file = { { "/var/log/mail.log.1", ALIVE, 60 }, { "/var/log/syslog", OLD } },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
		{ "logdir",
		  .file = { { "/logs/maillog", ALIVE }, { "/var/log/mail.log", ALIVE } },
		  .where = { .logdir = "/logs" },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/logs/maillog" },
		{ "quiet, and nothing else",
		  .file = { { "/var/log/mail.log", OLD } },
		  .heard = "old|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
	};

	(void)state;
	source_try_all(rows);
}

static void where_nobody_heard_postfix_all_is_in_doubt(void **state)
{
	static const struct source_row rows[] = {
		{ "nothing", .heard = "", .states = U, .doubt = LOG_NOWHERE },
		{ "other programs'",
		  .file = { { "/var/log/mail.log", LINE("10:59:00", "dovecot", "x") } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_OTHERS },
		{ "a program that looks like it",
		  .file = { { "/var/log/mail.log", LINE("10:59:00", "postfix/sympa", "x")
			      LINE("10:59:00", "sshd", "postfix/smtpd[1]: x") } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_OTHERS },
		{ "empty",
		  .file = { { "/var/log/mail.log", "" } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_OTHERS },
		{ "stamps that nobody understands",
		  .file = { { "/var/log/mail.log", "23.11.2026 10:59:00 mx postfix/smtpd[1]: x\n" } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_STAMPS },
		{ "a header that nobody understands",
		  .file = { { "/var/log/mail.log", "2026-11-23T10:59:00Z mx (postfix) smtpd 1 x\n" } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_HEADERS },
		{ "another host's",
		  .file = { { "/etc/hostname", "ours\n" }, { "/var/log/mail.log", ALIVE } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_FOREIGN },
		{ "a directory, and no file",
		  .file = { { "/var/log/mail.log", NULL } },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_UNREADABLE },
	};

	(void)state;
	source_try_all(rows);
}

#define INSTEAD { "/var/log/syslog", ALIVE }

static void a_named_log_is_the_only_one(void **state)
{
	static const struct source_row rows[] = {
		{ "maillog_file", "maillog_file = /srv/postlog\n",
		  .file = { { "/srv/postlog", ALIVE }, INSTEAD },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/srv/postlog" },
		{ "maillog_file set to nothing", "maillog_file =\n",
		  .file = { INSTEAD },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/syslog" },
		{ "not set", "mail_owner = postfix\n",
		  .file = { INSTEAD },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/var/log/syslog" },
		{ "maillog_file is not there", "maillog_file = /srv/postlog\n",
		  .file = { INSTEAD },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_MISSING,
		  .from = "/srv/postlog" },
		{ "is empty", "maillog_file = /srv/postlog\n",
		  .file = { { "/srv/postlog", "" }, INSTEAD },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_EMPTY,
		  .from = "/srv/postlog" },
		{ "is a directory", "maillog_file = /srv/postlog\n",
		  .file = { { "/srv/postlog", NULL }, INSTEAD },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_UNREADABLE,
		  .from = "/srv/postlog" },
		{ "is the standard output", "maillog_file = /dev/stdout\n",
		  .file = { INSTEAD },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_STDOUT },
		{ "can't be expanded", "maillog_file = ${nothing\n",
		  .file = { INSTEAD },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_NO_CONFIG },
		{ "env.logfile goes before it", "maillog_file = /dev/stdout\n",
		  .file = { { "/srv/x", ALIVE }, INSTEAD },
		  .where = { .logfile = "/srv/x" },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/srv/x" },
		{ "relative to logdir",
		  .file = { { "/logs/a/x", ALIVE }, INSTEAD },
		  .where = { .logfile = "a/x", .logdir = "/logs" },
		  .heard = "old|alive|",
		  .states = KNOWN,
		  .from = "/logs/a/x" },
		{ "env.logfile is not there",
		  .file = { INSTEAD },
		  .where = { .logfile = "x" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_MISSING,
		  .from = "/var/log/x" },
		{ "below a file",
		  .file = { INSTEAD },
		  .where = { .logfile = "syslog/x" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_MISSING },
		{ "is somebody else's",
		  .file = { { "/srv/x", LINE("10:00:00", "dovecot", "a") LINE("10:59:00", "dovecot",
									       "b") },
			    INSTEAD },
		  .where = { .logfile = "/srv/x" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_OTHERS },
		{ "in which Postfix was quiet for long",
		  .file = { { "/srv/x", OLD LINE("10:59:00", "dovecot", "b") } },
		  .where = { .logfile = "/srv/x" },
		  .heard = "old|",
		  .states = KNOWN },
		{ "of another host: who names it knows",
		  .file = { { "/etc/hostname", "ours\n" }, { "/srv/x", ALIVE } },
		  .where = { .logfile = "/srv/x" },
		  .heard = "old|alive|",
		  .states = KNOWN },
		{ "stamps that nobody understands",
		  .file = { { "/srv/x", "23.11.2026 10:59:00 mx postfix/smtpd[1]: x\n" } },
		  .where = { .logfile = "/srv/x" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_STAMPS },
		{ "half of the stamps",
		  .file = { { "/srv/x", OLD "23.11.2026 10:58:00 mx postfix/smtpd[1]: x\n"
				      "23.11.2026 10:58:00 mx postfix/smtpd[1]: x\n" } },
		  .where = { .logfile = "/srv/x" },
		  .heard = "old|",
		  .states = U,
		  .doubt = LOG_STAMPS },
		{ "a header that nobody understands",
		  .file = { { "/srv/x", OLD "2026-11-23T10:58:00Z mx (postfix) smtpd 1 x\n"
				      "2026-11-23T10:59:00Z mx (postfix) smtpd 1 x\n" } },
		  .where = { .logfile = "/srv/x" },
		  .heard = "old|",
		  .states = U,
		  .doubt = LOG_HEADERS },
	};

	(void)state;
	source_try_all(rows);
}

static void several_files_are_read_one_after_the_other(void **state)
{
#define ONE   { "/var/log/one.log", OLD AT("10:58:00", "one") }
#define OTHER { "/var/log/two.log", OLD AT("10:59:00", "two") }
	static const struct source_row rows[] = {
		{ "a list",
		  .file = { ONE, OTHER },
		  .where = { .logfile = "one.log\t /var/log/two.log " },
		  .heard = "old|one|old|two|",
		  .states = KNOWN },
		{ "one of them is missing",
		  .file = { ONE },
		  .where = { .logfile = "one.log two.log" },
		  .heard = "old|one|",
		  .states = U,
		  .doubt = LOG_MISSING },
		{ "a pattern",
		  .file = { ONE, OTHER, { "/var/log/.hid.log", ALIVE } },
		  .where = { .logfile = "*.log" },
		  .heard = "old|one|old|two|",
		  .states = KNOWN },
		{ "one character",
		  .file = { { "/var/log/mail1", OLD AT("10:59:00", "one") }, OTHER },
		  .where = { .logfile = "mail?" },
		  .heard = "old|one|",
		  .states = KNOWN,
		  .from = "/var/log/mail1" },
		{ "a pattern that matches what is rotated: once",
		  .file = { { "/var/log/mail.log", AT("10:59:00", "now") },
			    { "/var/log/mail.log.1", AT("10:50:00", "before"), 600 },
			    { "/var/log/mail.log.2.gz", OLD AT("10:46:00", "packed"), 800 } },
		  .where = { .logfile = "mail.log*" },
		  .heard = "old|packed|before|now|",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
		{ "a pattern of nothing",
		  .file = { ONE },
		  .where = { .logfile = "mail.*" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_MISSING },
	};

	(void)state;
	source_try_all(rows);
}

/* A quiet night of Postfix in a busy log: its last line is far from the window, but it is there. */
static void a_quiet_night_in_a_busy_log_is_calm(void **state)
{
	static char text[1 << 20];
	struct source_row rows[] = {
		{ "named, and the queue rests",
		  .where = { .logfile = "busy.log" },
		  .moved = 3600,
		  .heard = "",
		  .states = KNOWN },
		{ "named, and Postfix was never heard",
		  .where = { .logfile = "busy.log" },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_OTHERS },
		{ "found, and the queue rests",
		  .moved = 3600,
		  .heard = "",
		  .states = KNOWN,
		  .from = "/var/log/mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = (size_t)sprintf(text, "%s", i == 1 ? "" : OLD);

		for (int minute = 10; minute < 60; minute++)
			for (int k = 0; k < 100; k++)
				n += (size_t)sprintf(text + n,
						     "2026-11-23T10:%d:%02dZ mx dovecot[1]: %0100d\n",
						     minute, k * 6 / 10, k);
		rows[i].file[0] = (struct source_file){
			i == 2 ? "/var/log/mail.log" : "/var/log/busy.log", text, 0
		};
		source_try(&rows[i]);
	}
}

static bool wants_out(struct sw_raw syslog_name, void *ctx)
{
	return raw_is(syslog_name, ctx);
}

static void only_lines_of_this_host_and_instance_count(void **state)
{
#define ALL                                                                                        \
	OLD LINE("10:59:01", "postfix-out/smtpd", "b") LINE("10:59:02", "postfix-out/a/smtpd", "c") \
		LINE("10:59:03", "sshd", "postfix/smtpd[1]: d") "nonsense\n"                       \
		"2026-11-23T10:59:04Z hub postfix/qmgr[1]: e\n"                                    \
		"2026-11-23T10:59:05Z MX.example.org postfix/qmgr[1]: f\n"                         \
		"2026-11-23T10:59:06Z localhost postfix/qmgr[1]: g\n"
	static char out[] = "postfix-out";
	static char none[] = "postfix-none";
	static const struct source_row rows[] = {
		{ "whose name is not known: all",
		  .file = { { "/var/log/mail.log", ALL } },
		  .heard = "old|b|c|e|f|g|",
		  .states = KNOWN },
		{ "/etc/hostname",
		  .file = { { "/etc/hostname", "mx.example.com\n" }, { "/var/log/mail.log", ALL } },
		  .heard = "old|b|c|f|g|",
		  .states = KNOWN },
		{ "myhostname, too", "myhostname = hub.example.com\n",
		  .file = { { "/etc/hostname", "mx\n" }, { "/var/log/mail.log", ALL } },
		  .heard = "old|b|c|e|f|g|",
		  .states = KNOWN },
		{ "one instance",
		  .file = { { "/var/log/mail.log", ALL } },
		  .where = { .wanted = wants_out, .wanted_ctx = out },
		  .heard = "b|",
		  .states = KNOWN },
		{ "an instance that is not heard",
		  .file = { { "/var/log/mail.log", ALL } },
		  .where = { .wanted = wants_out, .wanted_ctx = none },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_UNNAMED },
		{ "not in a named file, either",
		  .file = { { "/var/log/mail.log", ALL } },
		  .where = { .logfile = "mail.log", .wanted = wants_out, .wanted_ctx = none },
		  .heard = "",
		  .states = U,
		  .doubt = LOG_UNNAMED },
	};

	(void)state;
	source_try_all(rows);
}

static void silence_is_calm_only_where_the_queue_rests(void **state)
{
	static const struct source_row rows[] = {
		{ "all is well",
		  .file = { { "/var/log/mail.log", ALIVE } },
		  .moved = 60,
		  .heard = "old|alive|",
		  .states = KNOWN },
		{ "calm log, calm queue",
		  .file = { { "/var/log/mail.log", OLD } },
		  .moved = 3600,
		  .heard = "old|",
		  .states = KNOWN },
		{ "calm log, busy queue",
		  .file = { { "/var/log/mail.log", OLD } },
		  .moved = 60,
		  .heard = "old|",
		  .states = WAITS,
		  .doubt = LOG_SILENT },
		{ "quiet for eleven minutes",
		  .file = { { "/var/log/mail.log", OLD AT("10:49:00", "x") } },
		  .moved = 60,
		  .heard = "old|x|",
		  .states = "..............?",
		  .doubt = LOG_SILENT },
		{ "a named one likewise",
		  .file = { { "/srv/x", OLD AT("10:49:00", "x") } },
		  .where = { .logfile = "/srv/x" },
		  .moved = 60,
		  .heard = "old|x|",
		  .states = "..............?",
		  .doubt = LOG_SILENT },
	};

	(void)state;
	source_try_all(rows);
}

static void stamps_of_another_zone_are_told_from_a_log_that_stopped(void **state)
{
#define LOCAL(clock, text) "Nov 23 " clock " mx postfix/smtpd[1]: " text "\n"
	static const struct source_row rows[] = {
		{ "two hours ahead",
		  .file = { { "/var/log/mail.log", LOCAL("12:00:00", "a") LOCAL("12:59:58", "b") } },
		  .heard = "a|b|",
		  .states = U,
		  .doubt = LOG_ZONE },
		{ "and told so",
		  .file = { { "/var/log/mail.log", LOCAL("12:00:00", "a") LOCAL("12:59:58", "b") } },
		  .where = { .zone = "+02:00" },
		  .heard = "a|b|",
		  .states = KNOWN },
		{ "Nepal: five hours and three quarters",
		  .file = { { "/var/log/mail.log", LOCAL("16:44:00", "b") } },
		  .heard = "b|",
		  .states = U,
		  .doubt = LOG_ZONE },
		{ "a quarter behind",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:44:30", "b") } },
		  .heard = "a|b|",
		  .states = U,
		  .doubt = LOG_ZONE },
		{ "and two minutes",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:43:00", "b") } },
		  .heard = "a|b|",
		  .states = U,
		  .doubt = LOG_ZONE },
		{ "and a second more",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:42:59", "b") } },
		  .heard = "a|b|",
		  .states = KNOWN },
		{ "a quarter less two minutes",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:47:00", "b") } },
		  .heard = "a|b|",
		  .states = U,
		  .doubt = LOG_ZONE },
		{ "and a second less",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:47:01", "b") } },
		  .heard = "a|b|",
		  .states = KNOWN },
		{ "ten minutes behind is no zone",
		  .file = { { "/var/log/mail.log", LOCAL("10:00:00", "a") LOCAL("10:50:00", "b") } },
		  .heard = "a|b|",
		  .states = KNOWN },
		{ "a log that stopped two hours ago",
		  .file = { { "/var/log/mail.log", LOCAL("09:00:00", "a"), 7200 } },
		  .heard = "a|",
		  .states = KNOWN },
		{ "a zone that is written is right",
		  .file = { { "/var/log/mail.log",
			      OLD "2026-11-23T12:59:58+02:00 mx postfix/smtpd[1]: b\n" } },
		  .heard = "old|b|",
		  .states = KNOWN },
		{ "and an hour ahead",
		  .file = { { "/var/log/mail.log", OLD AT("12:00:00", "b") } },
		  .heard = "old|b|",
		  .states = U,
		  .doubt = LOG_AHEAD },
		{ "a minute ahead is no doubt",
		  .file = { { "/var/log/mail.log", OLD AT("11:01:00", "b") } },
		  .heard = "old|b|",
		  .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void no_such_zone_is_a_fault(void **state)
{
	const struct source_row row = { .file = { { "/var/log/mail.log", ALIVE } } };
	struct sw_host h = source_host(&row);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };

	(void)state;
	source_read(&h, &(struct log_where){ .zone = "+25:00" }, &got, &why);
	want_number("returned", got.rc, -EINVAL);
	want_in("said", why.text.s, "+25:00");
	want_text("nothing read", got.heard, "");
	host_remove(&h);
}

static void what_the_function_returns_ends_it(void **state)
{
	const struct source_row row = {
		.file = { { "/var/log/mail.log",
			    AT("10:59:00", "a") AT("10:59:00", "b") AT("10:59:00", "c") } }
	};
	struct sw_host h = source_host(&row);
	struct source_got got = { .stop_after = 2 };
	struct sw_fault why = { 0 };

	(void)state;
	source_read(&h, &row.where, &got, &why);
	want_number("returned", got.rc, 42);
	want_text("given", got.heard, "a|b|");
	host_remove(&h);
}

/* What is looked at stands in the report, with the last line of Postfix in it. */
static void the_report_names_what_was_looked_at(void **state)
{
	const struct source_row row = { .file = { { "/var/log/mail.log", OLD },
						  { "/var/log/syslog", ALIVE },
						  { "/var/log/messages", "" },
						  { "/var/log/mail", NULL } } };
	struct sw_host h = source_host(&row);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };
	char text[400] = "";

	(void)state;
	source_read(&h, &row.where, &got, &why);
	for (size_t i = 0; i < got.report.candidates; i++) {
		const struct log_candidate *c = &got.report.candidate[i];
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "%.40s %lld %d|", c->where.s,
			 c->heard ? (long long)(NOW - c->heard) : -1, c->error);
	}
	want_text("candidates", text,
		  "/var/log/mail.log 3600 0|/var/log/mail -1 22|/var/log/syslog 60 0|"
		  "/var/log/messages -1 0|");
	want_text("chosen", source_chosen(&got), "/var/log/syslog");
	host_remove(&h);
}

struct denied {
	const struct sw_host *h;
	struct log_where where;
};

static int doubt_as_nobody(void *ctx)
{
	const struct denied *d = ctx;
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };

	source_read(d->h, &d->where, &got, &why);
	if (got.rc != 0 || strcmp(got.states, WAITS) != 0)
		return -200;
	return -(int)got.why->doubt;
}

static void what_may_not_be_read_waits_and_is_said(void **state)
{
	static const struct {
		const char *what;
		struct source_row row;
		const char *shut;
		enum log_doubt want;
	} rows[] = {
		{ "the usual log",
		  { .file = { { "/var/log/mail.log", ALIVE } } },
		  "/var/log/mail.log",
		  LOG_DENIED },
		{ "env.logfile",
		  { .file = { { "/var/log/x", ALIVE } }, .where = { .logfile = "x" } },
		  "/var/log/x",
		  LOG_DENIED },
		{ "maillog_file, 0600 since Postfix 3.9; another is there",
		  { .main_cf = "maillog_file = /srv/postlog\n",
		    .file = { { "/srv/postlog", ALIVE }, INSTEAD } },
		  "/srv/postlog",
		  LOG_DENIED },
		{ "the directory of it",
		  { .main_cf = "maillog_file = /srv/postlog\n",
		    .file = { { "/srv/postlog", ALIVE }, INSTEAD } },
		  "/srv",
		  LOG_DENIED },
		{ "main.cf",
		  { .main_cf = "maillog_file = /srv/postlog\n", .file = { INSTEAD } },
		  "/etc/postfix/main.cf",
		  LOG_NO_CONFIG },
		{ "the queue, of a log that is silent",
		  { .file = { { "/var/log/mail.log", OLD } }, .moved = 60 },
		  "/var/spool/postfix",
		  LOG_UNSEEN },
		{ "a rotated file",
		  { .file = { { "/var/log/mail.log", AT("10:59:59", "x") },
			      { "/var/log/mail.log.1", ALIVE, 60 } } },
		  "/var/log/mail.log.1",
		  LOG_PART },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = source_host(&rows[i].row);
		struct denied d = { &h, rows[i].row.where };

		assert_int_equal(chmod(host_path(&h, "/"), 0755), 0);
		assert_int_equal(chmod(host_path(&h, rows[i].shut), 0), 0);
		want_number(rows[i].what, -as_nobody(doubt_as_nobody, &d), rows[i].want);
		assert_int_equal(chmod(host_path(&h, rows[i].shut), 0700), 0);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_log_is_the_one_that_postfix_writes_to),
		cmocka_unit_test(where_nobody_heard_postfix_all_is_in_doubt),
		cmocka_unit_test(a_named_log_is_the_only_one),
		cmocka_unit_test(several_files_are_read_one_after_the_other),
		cmocka_unit_test(a_quiet_night_in_a_busy_log_is_calm),
		cmocka_unit_test(only_lines_of_this_host_and_instance_count),
		cmocka_unit_test(silence_is_calm_only_where_the_queue_rests),
		cmocka_unit_test(stamps_of_another_zone_are_told_from_a_log_that_stopped),
		cmocka_unit_test(no_such_zone_is_a_fault),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(the_report_names_what_was_looked_at),
		cmocka_unit_test(what_may_not_be_read_waits_and_is_said),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
