#include "log/facts.h"
#include "test.h"

enum { NOW = 1795431600 }; /* 2026-11-23T11:00:00Z */

#define LINE(clock, host, tag) "2026-11-23T" clock "Z " host " " tag "[1]: x\n"

static bool wants_out(struct sw_raw syslog_name, void *ctx)
{
	(void)ctx;
	return raw_is(syslog_name, "postfix-out");
}

static void lines_are_counted_by_what_they_prove(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		bool wanted; /* one instance alone */
		struct log_facts want;
		const char *quote, *host;
		const char *given; /* seconds before NOW of each message */
	} rows[] = {
		{ "nothing", "", false, { .lines = 0 }, "", "", "" },
		{ "empty lines", "\n  \n\r\n", false, { .lines = 0 }, "", "", "" },
		{ "Postfix",
		  LINE("10:59:00", "mx", "postfix/smtpd"),
		  false,
		  { .lines = 1, .stamped = 1, .headed = 1, .postfix = 1, .ours = 1, .first = NOW - 60, .last = NOW - 60, .heard = NOW - 60, .ours_last = NOW - 60 },
		  "", "", "60 " },
		{ "another program",
		  LINE("10:59:00", "mx", "dovecot"),
		  false,
		  { .lines = 1, .stamped = 1, .headed = 1, .first = NOW - 60, .last = NOW - 60 },
		  "", "", "" },
		{ "in disorder: the last heard is the youngest",
		  LINE("10:59:00", "mx", "postfix/smtpd") LINE("10:58:00", "mx", "postfix/qmgr"),
		  false,
		  { .lines = 2, .stamped = 2, .headed = 2, .postfix = 2, .ours = 2, .first = NOW - 60, .last = NOW - 120, .heard = NOW - 60, .ours_last = NOW - 120, .beside = NOW - 60 },
		  "", "", "60 120 " },
		{ "another host, in another case, with a domain",
		  LINE("10:59:00", "hub", "postfix/smtpd") LINE("10:59:01", "MX.example", "postfix/smtpd"),
		  false,
		  { .lines = 2, .stamped = 2, .headed = 2, .postfix = 2, .ours = 1, .first = NOW - 60, .last = NOW - 59, .heard = NOW - 59, .ours_last = NOW - 59, .beside = NOW - 60 },
		  "", "hub", "59 " },
		{ "a name that begins like ours",
		  LINE("10:59:00", "mx2", "postfix/smtpd") LINE("10:59:00", "m", "postfix/smtpd"),
		  false,
		  { .lines = 2, .stamped = 2, .headed = 2, .postfix = 2, .first = NOW - 60, .last = NOW - 60 },
		  "", "mx2", "" },
		{ "another instance",
		  LINE("10:59:00", "mx", "postfix/smtpd") LINE("10:59:01", "mx", "postfix-out/smtpd"),
		  true,
		  { .lines = 2, .stamped = 2, .headed = 2, .postfix = 2, .ours = 1, .first = NOW - 60, .last = NOW - 59, .heard = NOW - 59, .ours_last = NOW - 59, .beside = NOW - 60 },
		  "", "", "59 " },
		{ "no stamp",
		  "hello\n" LINE("10:59:00", "mx", "postfix/smtpd") "postfix/smtpd is lost\nworld\n",
		  false,
		  { .lines = 4, .stamped = 1, .headed = 1, .postfix = 1, .ours = 1, .lost = 1, .run = 2, .first = NOW - 60, .last = NOW - 60, .heard = NOW - 60, .lost_run = 1, .ours_last = NOW - 60 },
		  "postfix/smtpd is lost", "", "60 " },
		{ "what is heard after what was lost",
		  "postfix/smtpd is lost\n" LINE("10:59:00", "mx", "dovecot") "x/qmgr too\n"
		  LINE("10:59:30", "mx", "postfix/smtpd"),
		  false,
		  { .lines = 4, .stamped = 2, .headed = 2, .postfix = 1, .ours = 1, .lost = 2, .first = NOW - 60, .last = NOW - 30, .heard = NOW - 30, .ours_last = NOW - 30, .beside = NOW - 60 },
		  "postfix/smtpd is lost", "", "30 " },
		{ "other lines without a header beside it",
		  "2026-11-23T10:59:00Z a\n2026-11-23T10:59:01Z b\nc\n",
		  false,
		  { .lines = 3, .stamped = 2, .run = 1 },
		  "2026-11-23T10:59:00Z a", "", "" },
		{ "a stamp without a header",
		  "2026-11-23T10:59:00Z mx (postfix) smtpd x\n",
		  false,
		  { .lines = 1, .stamped = 1, .lost = 1, .run = 1, .lost_run = 1 },
		  "2026-11-23T10:59:00Z mx (postfix) smtpd ", "", "" },
		{ "a day that is not",
		  "2026-02-30T10:59:00Z mx postfix/smtpd[1]: x\n",
		  false,
		  { .lines = 1, .lost = 1, .run = 1, .lost_run = 1 },
		  "2026-02-30T10:59:00Z mx postfix/smtpd[1]", "", "" },
		{ "a stamp that names no zone",
		  "Nov 23 10:59:00 mx postfix/smtpd[1]: x\n",
		  false,
		  { .lines = 1, .stamped = 1, .headed = 1, .postfix = 1, .ours = 1, .first = NOW - 60, .last = NOW - 60, .heard = NOW - 60, .local = true, .ours_last = NOW - 60 },
		  "", "", "60 " },
		{ "RFC 5424 that cut the tag at its slash",
		  "<22>1 2026-11-23T10:59:00Z mx postfix 1 - - x\n",
		  false,
		  { .lines = 1, .stamped = 1, .headed = 1, .postfix = 1, .ours = 1, .first = NOW - 60, .last = NOW - 60, .heard = NOW - 60, .ours_last = NOW - 60 },
		  "", "", "60 " },
		{ "another tag of one part",
		  "<22>1 2026-11-23T10:59:00Z mx dovecot 1 - - x\n",
		  false,
		  { .lines = 1, .stamped = 1, .headed = 1, .first = NOW - 60, .last = NOW - 60 },
		  "", "", "" },
		{ "a long line in two parts: the second has no header",
		  "2026-11-23T10:59:00Z stdout P Nov 23 10:59:00 mx postfix/smtpd[1]: x\n"
		  "2026-11-23T10:59:00Z stdout F Nov 23 10:59:00 mx postfix/smtpd[1]: forged\n"
		  "2026-11-23T10:59:01Z stdout F Nov 23 10:59:01 mx postfix/smtpd[1]: y\n",
		  false,
		  { .lines = 2, .stamped = 2, .headed = 2, .postfix = 2, .ours = 2, .first = NOW - 60, .last = NOW - 59, .heard = NOW - 59, .ours_last = NOW - 59, .beside = NOW - 60 },
		  "", "", "60 59 " },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		const struct log_facts *want = &rows[i].want;
		struct sw_raw rest = raw_of(rows[i].text);
		struct log_facts got = { .lines = 0 };
		struct log_message message;
		char given[64] = "";
		struct sw_raw line;

		r = (struct log_reader){ .clock.now = NOW, .wanted = rows[i].wanted ? wants_out : NULL };
		log_hosts_add(&r.hosts, raw_of("mx.example.com"));
		while (raw_line(&rest, &line))
			if (log_reader_take(&r, line, &got, &message))
				snprintf(given + strlen(given), sizeof(given) - strlen(given), "%lld ",
					 (long long)(NOW - message.time));
		want_text(rows[i].what, given, rows[i].given);
		want_number(rows[i].what, got.lines, want->lines);
		want_number(rows[i].what, got.stamped, want->stamped);
		want_number(rows[i].what, got.headed, want->headed);
		want_number(rows[i].what, got.postfix, want->postfix);
		want_number(rows[i].what, got.ours, want->ours);
		want_number(rows[i].what, got.lost, want->lost);
		want_number(rows[i].what, got.run, want->run);
		want_number(rows[i].what, got.lost_run, want->lost_run);
		want_number(rows[i].what, got.ours_last, want->ours_last);
		want_number(rows[i].what, got.beside, want->beside);
		want_text(rows[i].what, got.name.s, rows[i].wanted ? "postfix" : "");
		want_number(rows[i].what, got.first, want->first);
		want_number(rows[i].what, got.last, want->last);
		want_number(rows[i].what, got.heard, want->heard);
		want_number(rows[i].what, got.local, want->local);
		want_text(rows[i].what, got.quote.s, sw_label_from(raw_of(rows[i].quote)).s);
		want_text(rows[i].what, got.host.s, rows[i].host);
	}
}

static void a_host_has_few_names_that_say_something(void **state)
{
	static const struct {
		const char *name;
		const char *want; /* NULL: left out */
	} rows[] = {
		{ "mx", "mx" },
		{ "mx.example.org", "mx" },
		{ " mx\n", "mx" },
		{ "", NULL },
		{ "\n", NULL },
		{ "localhost", NULL },
		{ "localhost.localdomain", NULL },
		{ "192.0.2.1", NULL },
		{ "x23456789012345678901234567890123456789012345678901234567890123",
		  "x23456789012345678901234567890123456789012345678901234567890123" },
		{ "x234567890123456789012345678901234567890123456789012345678901234", NULL },
	};
	struct log_hosts many = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_hosts hosts = { .n = 0 };

		log_hosts_add(&hosts, raw_of(rows[i].name));
		want_number(rows[i].name, hosts.n, rows[i].want != NULL);
		if (rows[i].want)
			want_text(rows[i].name, hosts.name[0], rows[i].want);
	}
	for (int i = 0; i < 2 * LOG_HOSTS; i++)
		log_hosts_add(&many, raw_of("mx"));
	want_number("bounded", many.n, LOG_HOSTS);
}

static void another_file_begins_with_a_whole_line(void **state)
{
	static struct log_reader r = { .clock.now = NOW };
	struct log_facts f = { .lines = 0 };
	struct log_message message;

	(void)state;
	assert_true(log_reader_take(&r,
				    raw_of("2026-11-23T10:59:00Z stdout P Nov 23 10:59:00 mx "
					   "postfix/smtpd[1]: x"),
				    &f, &message));
	log_reader_restart(&r);
	want_number("a line",
		    log_reader_take(&r, raw_of("Nov 23 10:59:00 mx postfix/smtpd[1]: x"), &f, &message),
		    true);
}

static unsigned asks_for_dovecot(struct sw_raw tag)
{
	return raw_is(tag, "dovecot") ? 7 : 0;
}

static bool may_be_a_login(unsigned role, struct sw_raw text)
{
	return role != 7 || raw_starts(text, "imap-login");
}

/* Read a line at a time, the second time by its shape: the same is given, and nothing is heard. */
static void others_that_are_asked_for_prove_nothing(void **state)
{
	static const struct {
		const char *line;
		bool given;
	} rows[] = {
		{ "2026-11-23T10:59:00Z mx dovecot: imap-login: Login: user=<bob>", true },
		{ "2026-11-23T10:59:00Z mx dovecot[9]: imap-login: Login: user=<bob>", true },
		{ "Nov 23 10:59:00 mx mail.info dovecot: imap-login: Login: user=<bob>", true },
		{ "2026-11-23T10:59:00Z mx dovecot: lmtp(bob): saved", false },
		{ "2026-11-23T10:59:00Z hub dovecot: imap-login: Login: user=<bob>", false },
		{ "2026-11-23T10:59:00Z mx dovecot2: imap-login: Login: user=<bob>", false },
		{ "2026-11-23T10:59:00Z mx php: dovecot: imap-login: Login: user=<bob>", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		struct log_facts f = { .lines = 0 };
		struct log_message message;

		r = (struct log_reader){ .clock.now = NOW,
					 .others = asks_for_dovecot,
					 .may_matter = may_be_a_login };
		log_hosts_add(&r.hosts, raw_of("mx"));
		for (int k = 0; k < 3; k++) {
			/* shapes are learned from Postfix's lines */
			want_number(rows[i].line,
				    log_reader_take(&r,
						    raw_of("2026-11-23T10:58:00Z mx postfix/smtpd[1]: x"),
						    &f, &message),
				    true);
			want_number(rows[i].line, message.is_other, false);
			want_number(rows[i].line,
				    log_reader_take(&r, raw_of(rows[i].line), &f, &message), rows[i].given);
			if (!rows[i].given)
				continue;
			want_number(rows[i].line, message.is_other, true);
			want_number(rows[i].line, message.role, 7);
			want_raw(rows[i].line, message.text, "imap-login: Login: user=<bob>");
		}
		want_number(rows[i].line, f.heard, NOW - 120);
		want_number(rows[i].line, f.ours, 3);
		want_number(rows[i].line, f.postfix, 3);
	}
}

/* Twice: the first time a line is read, the second it is compared with its like. */
static void the_process_that_wrote_a_line_is_told(void **state)
{
	static const struct {
		const char *line;
		uint64_t pid;
	} rows[] = {
		{ "2026-11-23T10:59:00Z mx postfix/smtpd[4711]: connect from x[192.0.2.1]", 4711 },
		{ "Nov 23 10:59:00 mx postfix/submission/smtpd[1]: smtpd[2]: x", 1 },
		{ "Nov 23 10:59:00 mx postfix/smtpd: smtpd[2]: x", 0 },
		{ "Nov 23 10:59:00 mx postfix/smtpd[-]: [3]: x", 0 },
		{ "<22>1 2026-11-23T10:59:00Z mx postfix/smtpd 4712 - - x", 4712 },
		{ "<22>1 2026-11-23T10:59:00Z mx postfix/smtpd - - - 4713 x", 0 },
	};
	static struct log_reader r = { .clock.now = NOW };
	struct log_facts f = { .lines = 0 };
	struct log_message message;

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		for (size_t i = 0; i < SW_COUNT(rows); i++) {
			assert_true(log_reader_take(&r, raw_of(rows[i].line), &f, &message));
			want_number(rows[i].line, log_message_pid(&message), rows[i].pid);
		}
	}
}

/* It stands between the program and the text: "[PID]: ", or " PID ID DATA " of RFC 5424. */
static void a_pid_stands_in_what_lies_between(void **state)
{
	static const struct {
		const char *between;
		size_t length; /* filled up with blanks; 0: as it is */
		uint64_t pid;
	} rows[] = {
		{ "[1]:", 0, 1 },     { "[1]", 0, 0 },	    { "[12]", 0, 12 },
		{ "[4194304]: ", 0, 4194304 },		    { "[7]: ", 21, 7 },
		{ "[7]: ", 22, 7 },   { "[7]: ", 23, 0 },   { "[x]: ", 0, 0 },
		{ "[]: x", 0, 0 },    { " 12 - - ", 0, 12 }, { " 12 - - ", 23, 12 },
		{ " 12 - - ", 63, 12 }, { " 12 - - ", 64, 12 }, { " 12 - - ", 65, 0 },
		{ " - - - ", 0, 0 },  { " 1 -", 0, 1 },	    { " 1 ", 0, 0 },
		{ ":12 - - ", 0, 0 }, { "1234 ", 0, 0 },    { "[1234567890123", 0, 1234567890123 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char line[100];
		size_t n = strlen(rows[i].between);
		size_t gap = rows[i].length ? rows[i].length : n;
		struct log_message message = { .program = raw_from(line, 5),
					       .text = raw_from(line + 5 + gap, 1) };

		memset(line, ' ', sizeof(line));
		memcpy(line, "smtpd", 5);
		memcpy(line + 5, rows[i].between, n);
		want_number(rows[i].between, log_message_pid(&message), rows[i].pid);
		message.pid = 9;
		want_number("told by the journal", log_message_pid(&message), 9);
		message.pid = 0;
		message.program.n = 0;
		want_number("no program", log_message_pid(&message), 0);
	}
}

/* Whatever their case, and not by a part of the name; one without a name is of this host. */
static void lines_of_this_host_are_known_by_its_names(void **state)
{
	static const char letters[] = "AaBbYyZz019-_m";
	static struct log_reader r;

	(void)state;
	for (size_t i = 0; letters[i]; i++)
		for (size_t k = 0; letters[k]; k++)
			for (int shorter = 0; shorter < 3; shorter++) {
				char name[] = { 'm', letters[i], letters[i], '\0' };
				char other[] = { 'M', letters[k], letters[k], '\0' };
				struct log_facts f = { .lines = 0 };
				struct log_message message;
				char line[100];
				bool same = (letters[i] | 0x20) == (letters[k] | 0x20) &&
					    raw_is_digit(letters[i]) == raw_is_digit(letters[k]) &&
					    (letters[i] == '_') == (letters[k] == '_') &&
					    (letters[i] == '-') == (letters[k] == '-');

				if (shorter > 0)
					(shorter == 1 ? name : other)[2] = '\0';
				memset(&r, 0, sizeof(r));
				r.clock.now = NOW;
				log_hosts_add(&r.hosts, raw_of("hub"));
				log_hosts_add(&r.hosts, raw_of(name));
				snprintf(line, sizeof(line),
					 "2026-11-23T10:59:00Z %s postfix/smtpd[1]: x", other);
				want_number(line, log_reader_take(&r, raw_of(line), &f, &message),
					    same && shorter == 0);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_counted_by_what_they_prove),
		cmocka_unit_test(a_host_has_few_names_that_say_something),
		cmocka_unit_test(another_file_begins_with_a_whole_line),
		cmocka_unit_test(others_that_are_asked_for_prove_nothing),
		cmocka_unit_test(the_process_that_wrote_a_line_is_told),
		cmocka_unit_test(a_pid_stands_in_what_lies_between),
		cmocka_unit_test(lines_of_this_host_are_known_by_its_names),
	};

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
