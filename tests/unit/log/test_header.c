/* The head of a line, in the form of every writer; what poses as one: test_header_trust.c. */
#include <stdlib.h>

#include "header_forms.h"
#include "log/header.h"
#include "test.h"

static struct log_scratch scratch;

static void every_writer_s_head_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < header_forms_n; i++) {
		const struct header_form *form = &header_forms[i];
		struct sw_raw line = header_line(form, "postfix/submission/smtpd", EV);
		struct log_head head;

		want_number(form->what, log_header(line, &scratch, &head), true);
		want_number(form->what, head.form, form->form);
		want_number(form->what, time_of(&head), FIVE);
		want_raw(form->what, head.host, form->host);
		want_raw(form->what, head.syslog_name, "postfix/submission");
		want_raw(form->what, head.program, "smtpd");
		want_raw(form->what, head.tag, "postfix/submission/smtpd");
		want_raw(form->what, head.text, EV);
		want_number(form->what, head.is_postfix, true);
		want_number(form->what, head.program_unknown, false);
		want_number(form->what, head.repeated, 0);
		want_number(form->what, head.partial, form->partial);
		free((char *)line.p);
	}
}

#define STAMP "Nov 26 06:00:00 "

static void tags_are_of_many_kinds(void **state)
{
	static const struct {
		const char *line;
		const char *host, *tag, *syslog_name, *program, *text;
		bool is_postfix, program_unknown;
	} rows[] = {
		{ STAMP "mx postfix/smtpd[1]: x", "mx", "postfix/smtpd", "postfix", "smtpd", "x",
		  true, false },
		{ STAMP "mx postfix/192.0.2.5:587/smtpd[1]: x", "mx", "postfix/192.0.2.5:587/smtpd",
		  "postfix/192.0.2.5:587", "smtpd", "x", true, false },
		{ STAMP "mx postfix/[::1]:10025/smtpd[1]: x", "mx", "postfix/[::1]:10025/smtpd",
		  "postfix/[::1]:10025", "smtpd", "x", true, false },
		{ STAMP "mx out@2.example/qmgr[1]: x", "mx", "out@2.example/qmgr", "out@2.example",
		  "qmgr", "x", true, false },
		{ STAMP "mx postfix/smtpd: x", "mx", "postfix/smtpd", "postfix", "smtpd", "x", true,
		  false },
		{ STAMP "mx postfix/smtpd[-]: x", "mx", "postfix/smtpd", "postfix", "smtpd", "x",
		  true, false },
		{ STAMP "mx postfix/smtpd[1]: ", "mx", "postfix/smtpd", "postfix", "smtpd", "",
		  true, false },
		{ STAMP "mx postfix/smtpd[1]:", "mx", "postfix/smtpd", "postfix", "smtpd", "", true,
		  false },
		{ STAMP "postfix/smtpd[1]: x", "", "postfix/smtpd", "postfix", "smtpd", "x", true,
		  false },
		{ STAMP "mx postfix/postfix-script[1]: x", "mx", "postfix/postfix-script",
		  "postfix", "postfix-script", "x", true, false },
		{ STAMP "mx postfix[1]: x", "mx", "postfix", "postfix", "", "x", false, false },
		{ STAMP "mx smtpd[1]: x", "mx", "smtpd", "smtpd", "", "x", false, false },
		{ STAMP "mx sympa/bulk[9]: x", "mx", "sympa/bulk", "sympa", "bulk", "x", false,
		  false },
		{ STAMP "mx postfix/[1]: x", "mx", "postfix/", "postfix", "", "x", false, false },
		{ STAMP "mx (systemd)[1]: x", "mx", "(systemd)", "(systemd)", "", "x", false,
		  false },
		{ STAMP "2001:db8::25 postfix/smtpd[1]: x", "2001:db8::25", "postfix/smtpd",
		  "postfix", "smtpd", "x", true, false },
		{ STAMP "INFO.example postfix/smtpd[1]: x", "INFO.example", "postfix/smtpd",
		  "postfix", "smtpd", "x", true, false },
		/* docker compose's */
		{ "amavis-1  | " STAMP "mx postfix/smtpd[1]: x", "mx", "postfix/smtpd", "postfix",
		  "smtpd", "x", true, false },
		{ "z | " STAMP "mx postfix/smtpd[1]: x", "mx", "postfix/smtpd", "postfix", "smtpd",
		  "x", true, false },
		/* torn at the colon */
		{ STAMP "[postfix/127.0.0.1] 10025/smtpd[29728]: x", "", "postfix/127.0.0.1",
		  "postfix/127.0.0.1", "smtpd", "x", true, false },
		{ "<22>1 2026-11-26T05:00:00Z mx postfix/127.0.0.1 - - - 10025/smtpd[29728]: x",
		  "mx", "postfix/127.0.0.1", "postfix/127.0.0.1", "smtpd", "x", true, false },
		{ STAMP "[postfix/127.0.0.1] 10025/smtpd: x", "", "postfix/127.0.0.1", "postfix",
		  "127.0.0.1", "10025/smtpd: x", false, false },
		{ STAMP "[php] 10025/smtpd[29728]: x", "", "php", "php", "",
		  "10025/smtpd[29728]: x", false, false },
		{ STAMP "mx postfix/127.0.0.1: 10025/smtpd[29728]: x", "mx", "postfix/127.0.0.1",
		  "postfix", "127.0.0.1", "10025/smtpd[29728]: x", false, false },
		/* metalog's, without a host */
		{ "<22>1 2026-11-26T05:00:00Z postfix/smtpd 1 - - x", "", "postfix/smtpd",
		  "postfix", "smtpd", "x", true, false },
		/* cut at the slash */
		{ "<22>1 2026-11-26T05:00:00Z mx postfix 2100 - -  x", "mx", "postfix", "postfix",
		  "", "x", false, true },
		{ "<22>1 2026-11-26T05:00:00Z mx - - - - x", "mx", "-", "-", "", "x", false, true },
		/* what syslogd says for itself */
		{ STAMP "mx last message repeated 2 times", "mx", "", "", "",
		  "last message repeated 2 times", false, false },
		{ STAMP "last message repeated 2 times", "", "", "", "",
		  "last message repeated 2 times", false, false },
		{ STAMP "mx -- MARK --", "mx", "", "", "", "-- MARK --", false, false },
		{ STAMP "--- last message repeated 1 time ---", "", "", "", "",
		  "--- last message repeated 1 time ---", false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		want_number(rows[i].line, log_header(raw_of(rows[i].line), &scratch, &head), true);
		want_raw(rows[i].line, head.host, rows[i].host);
		want_raw(rows[i].line, head.tag, rows[i].tag);
		want_raw(rows[i].line, head.syslog_name, rows[i].syslog_name);
		want_raw(rows[i].line, head.program, rows[i].program);
		want_raw(rows[i].line, head.text, rows[i].text);
		want_number(rows[i].line, head.is_postfix, rows[i].is_postfix);
		want_number(rows[i].line, head.program_unknown, rows[i].program_unknown);
		want_number(rows[i].line, time_of(&head), FIVE);
	}
}

static void what_is_around_a_text_is_taken_off(void **state)
{
	static const struct {
		const char *text; /* behind the tag */
		const char *want;
		unsigned repeated;
	} rows[] = {
		{ "x", "x", 0 },
		{ " x", "x", 0 },
		{ "x \r", "x", 0 },
		{ "x\r", "x", 0 },
		{ "x  ", "x", 0 },
		{ "x\t", "x\t", 0 },
		{ "a  b", "a  b", 0 },
		{ "#011x#012", "#011x#012", 0 },
		{ "[ID 197553 mail.info] x", "x", 0 },
		{ "[ID 197553 mail.info]", "", 0 },
		{ "[ID x mail.info] x", "[ID x mail.info] x", 0 },
		{ "[ID 1 mail.x] x", "[ID 1 mail.x] x", 0 },
		{ "message repeated 3 times: [ x]", "x", 3 },
		{ "message repeated 3 times: [ x", "x", 3 },
		{ "message repeated 12 times: [x [y]]", "x [y]", 12 },
		{ "message repeated 0 times: [ x]", "message repeated 0 times: [ x]", 0 },
		{ "message repeated -1 times: [ x]", "message repeated -1 times: [ x]", 0 },
		{ "message repeated 12345678 times: [ x]", "message repeated 12345678 times: [ x]",
		  0 },
		{ "message repeated 3 times: x", "message repeated 3 times: x", 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char line[256];
		struct log_head head;

		snprintf(line, sizeof(line), STAMP "mx postfix/smtpd[1]: %s", rows[i].text);
		want_number(line, log_header(raw_of(line), &scratch, &head), true);
		want_raw(line, head.text, rows[i].want);
		want_number(line, head.repeated, rows[i].repeated);
	}
}

static void holes_and_marks_before_a_line_are_skipped(void **state)
{
	static const char line[] = "\0\0\0\0\xEF\xBB\xBF" STAMP "mx postfix/smtpd[1]: x\r";
	struct log_head head;

	(void)state;
	want_number("NULs and BOM", log_header(raw_from(line, sizeof(line) - 1), &scratch, &head),
		    true);
	want_raw("NULs and BOM", head.text, "x");
	want_number("nothing but NULs", log_header(raw_from(line, 4), &scratch, &head), false);
	want_number("nothing but NULs", head.time.kind, STAMP_NONE);
}

static void lines_without_a_head_are_told(void **state)
{
	static const struct {
		const char *line;
		bool stamped;
	} rows[] = {
		{ "", false },
		{ " " STAMP "mx postfix/smtpd[1]: x", false },
		{ "20261126050503|mx|postfix/smtpd[1]: x", false },
		{ "[26/Nov/2026:05:02:02 +0000] mx postfix/smtpd[1]: x", false },
		{ "[postfix/smtpd] x", false },
		{ "postfix/smtpd[1]: x", false },
		{ "<22> " STAMP "mx postfix/smtpd[1]: x", false },
		{ "<2222>" STAMP "mx postfix/smtpd[1]: x", false },
		{ "<22>1 - mx postfix/smtpd 1 - - x", false },
		{ "                - Last output repeated twice -", false },
		{ "mail-1 |" STAMP "mx postfix/smtpd[1]: x", false },
		{ STAMP, true },
		{ STAMP "mx", true },
		{ STAMP "mx postfix/smtpd", true },
		{ STAMP "mx postfix/smtpd[1]", true },
		{ STAMP "mx postfix/smtpd[1] x", true },
		{ STAMP "mx postfix/smtpd[]: x", true },
		{ STAMP "mx postfix/smtpd[x]: x", true },
		{ STAMP "mx postfix/ smtpd[1]: x", true },
		{ STAMP "mx [1]: x", true },
		{ STAMP "[] x", true },
		{ STAMP "[][INFO] x", true },
		{ STAMP "mx [postfix/smtpd] x", true },
		{ STAMP "[some prog] postfix/smtpd[1]: x", true },
		{ STAMP "mx two postfix/smtpd[1]: x", true },
		{ STAMP "INFO WARNING postfix/smtpd[1]: x", true },
		{ STAMP "php[1]:postfix/smtpd[1]: x", true },
		{ STAMP "mx postfix/127.0.0.1:10025/smtpd: x", true },
		{ STAMP "mx php:postfix/smtpd: x", true },
		{ STAMP "Forwarded from mx postfix/smtpd[1]: x", true },
		{ STAMP "Forwarded from : postfix/smtpd[1]: x", true },
		{ STAMP "Forwarded from ", true },
		{ STAMP "php:x: postfix/smtpd[1]: y", true },
		{ STAMP "x[1] postfix/smtpd[1]: y", true },
		/* a container's line needs a stamp of its own */
		{ "@400000006b07bcda38dee044 mx postfix/smtpd[1]: x", true },
		{ "2026-11-26T05:00:00Z stdout F postfix/smtpd[1]: x", true },
		{ "mail-1  | postfix/smtpd[1]: x", false },
		{ "{\"log\":\"postfix/smtpd[1]: x\\n\",\"time\":\"2026-11-26T05:00:00Z\"}", true },
		{ "{\"log\":\"" STAMP "mx postfix/smtpd[1]: x\\n\"", false },
		{ "{\"log\":\"" STAMP "mx postfix/smtpd[1]: x\\n\"}x", false },
		{ "{\"log\":\"" STAMP "mx postfix/smtpd[1]: \\x\\n\"}", false },
		{ "{\"log\":\"" STAMP "mx postfix/smtpd[1]: \\u12g4\\n\"}", false },
		{ "{\"message\":\"x\",\"tag\":\"postfix/smtpd[1]:\"}", false },
		{ "{}", false },
		{ "<22>1 2026-11-26T05:00:00Z mx postfix/smtpd 1 - [x y=\"]\" z", true },
		{ "<22>1 2026-11-26T05:00:00Z mx postfix/smtpd 1 - x", true },
		{ "<22>1 2026-11-26T05:00:00Z mx postfix/smtpd 1 -", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		want_number(rows[i].line, log_header(raw_of(rows[i].line), &scratch, &head), false);
		if (rows[i].stamped ||
		    rows[i].line[0] != '{') /* a cut object's stamp is nobody's */
			want_number(rows[i].line, head.time.kind != STAMP_NONE, rows[i].stamped);
	}
}

static void of_two_stamps_the_surer_one_counts(void **state)
{
	static const struct {
		const char *what;
		const char *line;
		int64_t want; /* seconds after five */
	} rows[] = {
		{ "outer with a zone",
		  "2026-11-26T05:00:07Z Nov 26 05:00:01 mx postfix/smtpd[1]: x", 7 },
		{ "inner with a zone",
		  "Nov 26 06:00:07 2026-11-26T05:00:01Z mx postfix/smtpd[1]: x", 1 },
		{ "both with a zone",
		  "2026-11-26T05:00:07Z 2026-11-26T05:00:01Z mx postfix/smtpd[1]: x", 7 },
		{ "both local", "2026-11-26 06:00:07 Nov 26 05:00:01 mx postfix/smtpd[1]: x", 7 },
		{ "multilog, UTC inside",
		  "@400000006b07bcdd00000000 Nov 26 05:00:01 postfix/smtpd[1]: x", 3 },
		{ "multilog, local inside",
		  "@400000006b07bcdd00000000 Nov 26 06:00:03 postfix/smtpd[1]: x", 3 },
		{ "s6-log, UTC inside",
		  "@400000006b07bcf800000000 Nov 26 05:00:01 postfix/smtpd[1]: x", 3 },
		{ "s6-log, half an hour off",
		  "@400000006b07bcf800000000 Nov 26 10:30:02 postfix/smtpd[1]: x", 3 },
		{ "s6-log, an instant inside",
		  "@400000006b07bcf800000000 2026-11-26T05:00:02Z mx postfix/smtpd[1]: x", 3 },
		{ "three",
		  "{\"log\":\"Nov 26 06:00:01 2026-11-26T05:00:02Z mx postfix/smtpd[1]: x\\n\","
		  "\"time\":\"2026-11-26T05:00:07Z\"}",
		  7 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		want_number(rows[i].what, log_header(raw_of(rows[i].line), &scratch, &head), true);
		want_number(rows[i].what, time_of(&head) - FIVE, rows[i].want);
		want_number(rows[i].what, head.is_postfix, true);
	}
}

static void part_of_a_long_line_is_told(void **state)
{
	static const struct {
		const char *line;
		bool fine, partial;
	} rows[] = {
		{ "2026-11-26T05:00:00Z stdout P Nov 26 05:00:00 mx postfix/smtpd[1]: x", true,
		  true },
		{ "2026-11-26T05:00:00Z stdout P no head", false, true },
		{ "2026-11-26T05:00:00Z stdout F no head", false, false },
		/* what Fluent Bit writes; of Docker's own see the next test */
		{ "{\"log\":\"Nov 26 05:00:00 mx postfix/smtpd[1]: "
		  "x\",\"time\":\"2026-11-26T05:00:00Z\"}",
		  true, false },
		{ "{\"log\":\"no head\",\"time\":\"2026-11-26T05:00:00Z\"}", false, false },
		{ "{\"log\":\"no head\\n\",\"time\":\"2026-11-26T05:00:00Z\"}", false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		want_number(rows[i].line, log_header(raw_of(rows[i].line), &scratch, &head),
			    rows[i].fine);
		want_number(rows[i].line, head.partial, rows[i].partial);
	}
}

/* Docker cuts a line into pieces of 16 KiB; only the last one ends in a newline. */
static void a_piece_of_docker_is_told_by_its_size(void **state)
{
	static const struct {
		size_t n;
		const char *end;
		bool partial;
	} rows[] = {
		{ 16384, "", true },	     { 16383, "", false },     { 16382, "\\n", false },
		{ 16384, "\\n", false },     { 16381, "\\\\n", true }, { 16384, "\\\\n", true },
		{ 16380, "\\\\\\n", false }, { 16384, "n", true },
	};
	static char x[16385];
	static char line[20000];

	(void)state;
	memset(x, 'x', 16384);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		snprintf(line, sizeof(line),
			 "{\"log\":\"%.*s%s\",\"stream\":\"stderr\",\"time\":"
			 "\"2026-11-26T05:00:00Z\"}",
			 (int)rows[i].n, x, rows[i].end);
		want_number(rows[i].end, log_header(raw_of(line), &scratch, &head), false);
		want_number(rows[i].end, head.partial, rows[i].partial);
		want_number(rows[i].end, head.is_stderr, true);
	}
}

static void strings_of_json_are_whole_or_none(void **state)
{
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "a\\u003cb\\u003e\\u0026", "a<b>&" },
		{ "\\\"\\\\\\/\\t", "\"\\/\t" },
		{ "\\u00fc\\u20AC\\ud83d\\ude00", "\303\274\342\202\254\360\237\230\200" },
		{ "\\ud83dx\\ude00", "\357\277\275x\357\277\275" },
		{ "\\ud83d\\u003c", "\357\277\275<" },
		{ "\\ud83d\\ue000", "\357\277\275\356\200\200" },
		{ "\\\\\\\"", "\\\"" },
		{ "\\\\u003c", "\\u003c" },
	};
	static char line[LOG_SCRATCH + 4096];
	struct log_head head;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		snprintf(line, sizeof(line), "{\"log\":\"" STAMP "mx postfix/smtpd[1]: %s\\n\"}",
			 rows[i].in);
		want_number(rows[i].in, log_header(raw_of(line), &scratch, &head), true);
		want_raw(rows[i].in, head.text, rows[i].want);
	}
	for (size_t n = LOG_SCRATCH - 100; n < LOG_SCRATCH + 100; n++) {
		int head_n =
			snprintf(line, sizeof(line), "{\"log\":\"" STAMP "mx postfix/smtpd[1]: ");
		bool fits = n + strlen(STAMP "mx postfix/smtpd[1]: ") + 1 <= LOG_SCRATCH;

		memset(line + head_n, 'x', n);
		strcpy(line + head_n + n, "\\n\"}");
		want_number("as much as there is room for",
			    log_header(raw_of(line), &scratch, &head), fits);
		if (fits)
			want_number("all of it", head.text.n, n);
	}
}

static void a_line_that_ends_anywhere_is_legal(void **state)
{
	(void)state;
	for (size_t i = 0; i < header_forms_n; i++) {
		struct sw_raw line = header_line(&header_forms[i], "postfix/smtpd", EV);

		for (size_t n = 0; n <= line.n; n++) {
			char *exact = malloc(n ? n : 1); /* for the sanitizer */
			struct log_head head;

			assert_non_null(exact);
			memcpy(exact, line.p, n);
			log_header(raw_from(exact, n), &scratch, &head);
			free(exact);
		}
		free((char *)line.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_writer_s_head_is_read),
		cmocka_unit_test(tags_are_of_many_kinds),
		cmocka_unit_test(what_is_around_a_text_is_taken_off),
		cmocka_unit_test(holes_and_marks_before_a_line_are_skipped),
		cmocka_unit_test(lines_without_a_head_are_told),
		cmocka_unit_test(of_two_stamps_the_surer_one_counts),
		cmocka_unit_test(part_of_a_long_line_is_told),
		cmocka_unit_test(a_piece_of_docker_is_told_by_its_size),
		cmocka_unit_test(strings_of_json_are_whole_or_none),
		cmocka_unit_test(a_line_that_ends_anywhere_is_legal),
	};

	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
