/* Why nothing is known of a minute, in sentences. */
#include <errno.h>

#include "test.h"
#include "words/source.h"

enum { NOW = 1795431600 };

static struct log_reason reason(enum log_doubt doubt)
{
	return (struct log_reason){ .doubt = doubt,
				    .where = sw_label_printed("/var/log/mail.log"),
				    .quote = sw_label_printed("postfix-out"),
				    .heard = NOW - 60,
				    .moved = NOW - 30,
				    .offset = 3600,
				    .lines = 12,
				    .understood = 2 };
}

/* Nothing is encoded that is not from outside, and what is meant is named. */
static void every_doubt_is_a_plain_sentence(void **state)
{
	static const char *const links[] = { "postfix_sasl_rate", "", NULL };

	(void)state;
	for (int doubt = LOG_FINE + 1; doubt <= LOG_PART; doubt++)
		for (unsigned i = 0; i < 4 * SW_COUNT(links); i++) {
			struct log_reason why = reason((enum log_doubt)doubt);
			struct sw_label text;
			char what[32];

			snprintf(what, sizeof(what), "doubt %d, form %u", doubt, i);
			why.by_config = i & 1;
			why.journal = i & 2;
			sw_fault(&why.cause, i & 1 ? EACCES : EIO, "the cause");
			text = words_source_doubt(&why, NOW, links[i / 4]);
			want_number(what, text.n > 20, true);
			if (strchr(text.s, '%') || text.cut)
				fail_msg("%s: got \"%s\", want it plain and whole", what, text.s);
		}
}

/* What an admin reads, whole: the fact, then what to do, where the program that says it knows. */
static void a_doubt_is_told_with_what_to_do(void **state)
{
	enum { CONFIG = 1, ADM = 2, JOURNAL = 4, NO_QUOTE = 8, LOCAL = 16, UNHEARD = 32 };
	static const struct {
		enum log_doubt doubt;
		unsigned is;
		const char *link;
		const char *want;
		int code;
		int lines; /* 10 of them are not understood */
		int ago;   /* seconds since the last line */
		int offset;
	} rows[] = {
		{ LOG_FINE, 0, "s", "" },
		{ LOG_NOWHERE, 0, NULL, "no mail log (tried postfix-out)" },
		{ LOG_NOWHERE, 0, "", "no mail log (tried postfix-out): set env.logfile" },
		{ LOG_MISSING, 0, NULL, "/var/log/mail.log is not there" },
		{ LOG_MISSING, 0, "s", "/var/log/mail.log is not there: set env.logfile" },
		{ LOG_MISSING, CONFIG, "s",
		  "/var/log/mail.log (maillog_file of main.cf) is not there: no other log takes "
		  "its place, set env.logfile to where these lines go" },
		{ LOG_EMPTY, 0, NULL, "/var/log/mail.log is empty" },
		{ LOG_STDOUT, 0, NULL, "/var/log/mail.log is no file" },
		{ LOG_STDOUT, CONFIG, NULL,
		  "/var/log/mail.log (maillog_file of main.cf): Postfix logs to its standard "
		  "output" },
		{ LOG_UNREADABLE, 0, "", "/var/log/mail.log: the cause: set env.logfile", EIO },
		{ LOG_DENIED, 0, NULL, "/var/log/mail.log: permission denied" },
		{ LOG_DENIED, CONFIG, NULL,
		  "/var/log/mail.log (maillog_file of main.cf): permission denied" },
		{ LOG_DENIED, 0, "",
		  "/var/log/mail.log: permission denied: add user root in plugin-conf.d" },
		{ LOG_DENIED, ADM, "s",
		  "/var/log/mail.log: permission denied: add group adm to [s] in plugin-conf.d" },
		{ LOG_DENIED, CONFIG, "s",
		  "/var/log/mail.log (maillog_file of main.cf): permission denied: postconf -e "
		  "maillog_file_permissions=0640, chgrp adm /var/log/mail.log, postfix logrotate, "
		  "or add user root to [s] in plugin-conf.d" },
		{ LOG_NO_CONFIG, 0, "s", "where Postfix logs is not known: the cause", EIO },
		{ LOG_NO_CONFIG, 0, NULL, "where Postfix logs is not known: the cause", EACCES },
		{ LOG_NO_CONFIG, 0, "s",
		  "where Postfix logs is not known: the cause: add user root to [s] in "
		  "plugin-conf.d, or set env.logfile",
		  EACCES },
		{ LOG_OTHERS, NO_QUOTE, NULL, "/var/log/mail.log: no line of Postfix" },
		{ LOG_OTHERS, NO_QUOTE, NULL, "/var/log/mail.log: 1 line, none of Postfix", 0, 1 },
		{ LOG_OTHERS, 0, "s",
		  "/var/log/mail.log: 2 lines, none of Postfix (also looked at postfix-out): set "
		  "env.logfile or env.journal",
		  0, 2 },
		{ LOG_OTHERS, JOURNAL | NO_QUOTE, NULL, "/var/log/mail.log: no line of Postfix" },
		{ LOG_OTHERS, JOURNAL | NO_QUOTE, "s",
		  "/var/log/mail.log: no line of Postfix: add group systemd-journal to [s] in "
		  "plugin-conf.d, or set env.logfile" },
		{ LOG_FOREIGN, 0, "s",
		  "/var/log/mail.log: its lines of Postfix are of another host, postfix-out: set "
		  "env.logfile if they are of this one" },
		{ LOG_UNNAMED, 0, "s",
		  "/var/log/mail.log: its lines of Postfix are of another instance, postfix-out: "
		  "env.syslog_name matches none" },
		{ LOG_STAMPS, NO_QUOTE, NULL,
		  "/var/log/mail.log: the time stamp of its line is not understood", 0, 1 },
		{ LOG_STAMPS, NO_QUOTE, NULL,
		  "/var/log/mail.log: the time stamps of 10 of 12 lines are not understood", 0,
		  12 },
		{ LOG_STAMPS, 0, "s",
		  "/var/log/mail.log: the time stamps of 10 of 10 lines are not understood, such "
		  "as [postfix-out]: use a format of the list in the manual",
		  0, 10 },
		{ LOG_STAMPS, LOCAL, "s",
		  "/c/local-logs/container.log: the log driver local of Docker writes no text: "
		  "use its log driver journald or json-file",
		  0, 10 },
		{ LOG_HEADERS, 0, "s",
		  "/var/log/mail.log: stamps are understood, what follows them is not, such as "
		  "[postfix-out]: use a format of the list in the manual" },
		{ LOG_AHEAD, 0, "s",
		  "/var/log/mail.log: its last time stamp lies 59 min in the future: a wrong clock "
		  "or time zone: set env.log_timezone",
		  0, 0, 0, 3599 },
		{ LOG_AHEAD, 0, NULL,
		  "/var/log/mail.log: its last time stamp lies 1 h in the future: a wrong clock or "
		  "time zone",
		  0, 0, 0, 3600 },
		{ LOG_AHEAD, 0, NULL,
		  "/var/log/mail.log: its last time stamp lies 0 min in the future: a wrong clock "
		  "or time zone",
		  0, 0, 0, 59 },
		{ LOG_ZONE, 0, NULL,
		  "/var/log/mail.log: its time stamps run 5 h 30 min ahead of the time at which it "
		  "is written: another time zone (a container, musl): set env.log_timezone, such "
		  "as UTC",
		  0, 0, 0, 19800 },
		{ LOG_ZONE, 0, NULL,
		  "/var/log/mail.log: its time stamps run 2 h behind the time at which it is "
		  "written: another time zone (a container, musl): set env.log_timezone, such as "
		  "UTC",
		  0, 0, 0, -7200 },
		{ LOG_ZONE, 0, NULL,
		  "/var/log/mail.log: its time stamps run 1 h 59 min ahead of the time at which it "
		  "is written: another time zone (a container, musl): set env.log_timezone, such "
		  "as UTC",
		  0, 0, 0, 7140 },
		{ LOG_SILENT, UNHEARD, NULL,
		  "/var/log/mail.log: no line of Postfix, but its queue moved 30 s ago: it logs "
		  "somewhere else" },
		{ LOG_SILENT, 0, "s",
		  "/var/log/mail.log: last line of Postfix 119 s ago, but its queue moved 30 s "
		  "ago: it logs somewhere else: set env.logfile or env.journal",
		  0, 0, 119 },
		{ LOG_UNSEEN, 0, NULL,
		  "/var/log/mail.log: last line of Postfix 0 s ago, and whether its queue moves "
		  "may not be seen",
		  0, 0, -5 },
		{ LOG_UNSEEN, 0, "s",
		  "/var/log/mail.log: last line of Postfix 2 min ago, and whether its queue moves "
		  "may not be seen: set env.config_directory",
		  0, 0, 120 },
		{ LOG_UNSEEN, 0, NULL,
		  "/var/log/mail.log: last line of Postfix 119 min ago, and whether its queue "
		  "moves may not be seen",
		  0, 0, 7199 },
		{ LOG_UNSEEN, 0, NULL,
		  "/var/log/mail.log: last line of Postfix 2 h ago, and whether its queue moves "
		  "may not be seen",
		  0, 0, 7200 },
		{ LOG_UNSEEN, 0, NULL,
		  "/var/log/mail.log: last line of Postfix 47 h ago, and whether its queue moves "
		  "may not be seen",
		  0, 0, 172799 },
		{ LOG_UNSEEN, 0, NULL,
		  "/var/log/mail.log: last line of Postfix 2 days ago, and whether its queue moves "
		  "may not be seen",
		  0, 0, 172800 },
		{ LOG_MUTE, NO_QUOTE, NULL,
		  "/var/log/mail.log: the queue manager is heard, smtpd is not (its chroot has no "
		  "/dev/log, or the log daemon was started anew: postfix reload)" },
		{ LOG_MUTE, 0, NULL,
		  "/var/log/mail.log: the queue manager is heard, postfix-out is not (its chroot has "
		  "no /dev/log, or the log daemon was started anew: postfix reload)" },
		{ LOG_BEGINS, 0, NULL,
		  "/var/log/mail.log begins within the time, and nothing before it was found" },
		{ LOG_DROPPED, 0, NULL, "/var/log/mail.log: messages lost 5 s ago due to rate-limiting", 0, 0, 5 },
		{ LOG_DROPPED, 0, NULL, "/var/log/mail.log: 1 message lost 5 s ago due to rate-limiting", 0, 1, 5 },
		{ LOG_DROPPED, 0, "s",
		  "/var/log/mail.log: 2 messages lost 3 min ago due to rate-limiting: raise ratelimit.burst of "
		  "rsyslog, or RateLimitBurst of journald",
		  0, 2, 180 },
		{ LOG_PART, 0, "s", "/var/log/mail.log: the cause", EIO },
		{ LOG_PART, 0, NULL, "/var/log/mail.log: the cause", EACCES },
		{ LOG_PART, ADM, "s",
		  "/var/log/mail.log: the cause: add group adm to [s] in plugin-conf.d", EACCES },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_reason why = {
			.doubt = rows[i].doubt,
			.by_config = rows[i].is & CONFIG,
			.for_adm = rows[i].is & ADM,
			.journal = rows[i].is & JOURNAL,
			.where = sw_label_printed("%s", rows[i].is & LOCAL
								? "/c/local-logs/container.log"
								: "/var/log/mail.log"),
			.quote = sw_label_printed("%s",
						  rows[i].is & NO_QUOTE ? "" : "postfix-out"),
			.heard = rows[i].is & UNHEARD ? 0 : NOW - rows[i].ago,
			.moved = NOW - 30,
			.offset = rows[i].offset,
			.lines = (uint64_t)rows[i].lines,
			.understood = rows[i].lines > 10 ? (uint64_t)rows[i].lines - 10 : 0,
		};

		if (rows[i].code)
			sw_fault(&why.cause, rows[i].code, "the cause");
		want_text("sentence", words_source_doubt(&why, NOW, rows[i].link).s, rows[i].want);
	}
}

/* Whole units are never rounded up; a time that lies ahead is now. */
static void how_long_ago_is_as_exact_as_it_matters(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ -1, "0 s" },	      { 0, "0 s" },	    { 1, "1 s" },
		{ 2, "2 s" },	      { 119, "119 s" },	    { 120, "2 min" },
		{ 179, "2 min" },     { 180, "3 min" },	    { 7199, "119 min" },
		{ 7200, "2 h" },      { 10799, "2 h" },	    { 10800, "3 h" },
		{ 172799, "47 h" },   { 172800, "2 days" }, { 259199, "2 days" },
		{ 259200, "3 days" }, { 864000000, "10000 days" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_report report = {
			.candidate = { { .where = sw_label_printed("l"), .heard = NOW - rows[i].seconds } },
			.candidates = 1,
		};
		char want[80];

		snprintf(want, sizeof(want), "Read from l: last line of Postfix %s ago.", rows[i].want);
		want_text(rows[i].want, words_source_choice(&report, NOW).s, want);
	}
}

static void the_choice_is_told_with_the_others(void **state)
{
	struct log_report report = {
		.candidates = 4,
		.chosen = 3,
		.candidate = { { .where = sw_label_printed("/var/log/mail.log") },
			       { .where = sw_label_printed("/var/log/maillog"), .error = EACCES },
			       { .where = sw_label_printed("/var/log/syslog"), .error = EIO },
			       { .where = sw_label_printed("the journal"), .heard = NOW - 12 } },
	};

	(void)state;
	want_text("a choice", words_source_choice(&report, NOW).s,
		  "Read from the journal: last line of Postfix 12 s ago, not /var/log/mail.log: no "
		  "line of Postfix, /var/log/maillog: may not be read, /var/log/syslog: not "
		  "readable.");
	report.candidate[2].error = ENOENT;
	report.chosen = 0;
	want_text("the first", words_source_choice(&report, NOW).s,
		  "Read from /var/log/mail.log: no line of Postfix, not /var/log/maillog: may not "
		  "be read, /var/log/syslog: not there, the journal: last line of Postfix 12 s "
		  "ago.");
	report.chosen = 4;
	want_text("none", words_source_choice(&report, NOW).s,
		  "Read from no log, not /var/log/mail.log: no line of Postfix, /var/log/maillog: "
		  "may not be read, /var/log/syslog: not there, the journal: last line of Postfix "
		  "12 s ago.");
	report = (struct log_report){ .candidates = 0 };
	want_text("nothing was looked at", words_source_choice(&report, NOW).s, "");
}

static void a_place_that_does_not_fit_ends_the_choice(void **state)
{
	struct log_report report = { .candidates = 4, .chosen = 0 };
	char path[SW_LABEL_MAX / 3];
	char want[2 * SW_LABEL_MAX];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (size_t i = 0; i < 4; i++)
		report.candidate[i].where = sw_label_printed("%s", i < 3 ? path : "y");
	snprintf(want, sizeof(want), "Read from %s: no line of Postfix, not %s: no line of Postfix.",
		 path, path);
	want_text("two of four", words_source_choice(&report, NOW).s, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_doubt_is_a_plain_sentence),
		cmocka_unit_test(a_doubt_is_told_with_what_to_do),
		cmocka_unit_test(how_long_ago_is_as_exact_as_it_matters),
		cmocka_unit_test(the_choice_is_told_with_the_others),
		cmocka_unit_test(a_place_that_does_not_fit_ends_the_choice),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
