/*
 * Lines read by comparing with the last ones' heads mean what they mean read alone; and those of a
 * log's usual forms are read so.
 */
#include <stdlib.h>

#include "header_forms.h"
#include "reference_shape.h"
#include "test.h"

static struct shape_pair pair;

static unsigned not_of_anvil(struct sw_raw program)
{
	return raw_is(program, "anvil") ? 0 : (unsigned)program.n;
}

static bool is_postfix_s(struct sw_raw syslog_name, void *ctx)
{
	(void)ctx;
	return raw_is(syslog_name, "postfix");
}

static void begin(const char *tz)
{
	memset(&pair, 0, sizeof(pair));
	zone(tz);
	pair.learning.clock.now = FIVE + 300;
	pair.learning.role = not_of_anvil;
	log_hosts_add(&pair.learning.hosts, raw_of("mx"));
	log_hosts_add(&pair.learning.hosts, raw_of("mail"));
	pair.plain = pair.running = pair.learning;
	pair.heard.now = pair.ran.now = pair.learning.clock.now;
}

/* Nothing of what lies behind the line may be read. */
static void take(const char *what, struct sw_raw line)
{
	char *exact = malloc(line.n ? line.n : 1);

	assert_non_null(exact);
	if (line.n > 0)
		memcpy(exact, line.p, line.n);
	if (!shape_pair_take(&pair, raw_from(exact, line.n)))
		fail_msg("%s: by its shape it is another line: %.*s", what, (int)line.n, line.p);
	free(exact);
}

/* Has the second line the shape of the first? */
static void want_fit(const char *what, const char *first, const char *second, bool want)
{
	begin("UTC0");
	take(what, raw_of(first));
	want_number(what, pair.learning.shapes.fitted, 0);
	take(what, raw_of(second));
	if (pair.learning.shapes.fitted != want)
		fail_msg("%s: got %s, want %s: %s", what, want ? "no fit" : "a fit",
			 want ? "one" : "none", second);
}

static const char cet[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static const struct {
	const char *tag, *text;
} texts[] = {
	{ "postfix/submission/smtpd", "4ABC012345: client=pc.example[192.0.2.9]" },
	{ "postfix/qmgr", "4ABC012345: from=<a@b.example>, size=1, nrcpt=1 (queue active)" },
	{ "postfix/anvil", "statistics: max connection count 1" },
	{ "postfix-in/smtp", "4ABC012345: to=<a\\\"b@c.example>, status=sent" },
	{ "dovecot", "imap-login: Login: user=<a>" },
	{ "postfix/smtpd", "message repeated 2 times: [ x]" },
	{ "postfix/smtpd", "[x] y" },
	{ "postfix", "4ABC012345: client=pc.example[192.0.2.9]" },
};

/* All texts under a form's head, as often as they must be learned from. */
static void teach(const struct header_form *form)
{
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < SW_COUNT(texts); k++) {
			struct sw_raw line = header_line(form, texts[k].tag, texts[k].text);

			take(form->what, line);
			free((char *)line.p);
		}
}

static void a_line_one_byte_off_is_read_as_if_alone(void **state)
{
	static const char bytes[] = "0179 :.[]{}<>/\\\"-,mnZTFP@\r\0\xEF";

	(void)state;
	for (size_t i = 0; i < header_forms_n; i++) {
		struct sw_raw whole =
			header_line(&header_forms[i], "postfix/smtpd", "4ABC012345: client=a[::1]");
		char *line = (char *)whole.p;

		begin(cet);
		pair.learning.wanted = pair.plain.wanted = pair.running.wanted = i % 2 ? is_postfix_s : NULL;
		teach(&header_forms[i]);
		for (size_t at = 0; at < whole.n; at++) {
			char was = line[at];

			for (size_t k = 0; k < sizeof(bytes); k++) {
				line[at] = was;
				take(header_forms[i].what, whole);
				line[at] = bytes[k];
				take(header_forms[i].what, whole);
			}
			line[at] = was;
			take(header_forms[i].what, raw_from(whole.p, at));
			take(header_forms[i].what, raw_skip(whole, at));
			if (pair.learning.shapes.missed > 2000) {
				log_reader_restart(&pair.learning);
				log_reader_restart(&pair.plain);
				log_reader_restart(&pair.running);
				teach(&header_forms[i]);
			}
		}
		free(line);
	}
	zone("UTC0");
}

/* Each form's lines among those of each other one. */
static void forms_mixed_are_read_as_if_alone(void **state)
{
	(void)state;
	begin(cet);
	for (size_t i = 0; i < header_forms_n; i++)
		for (size_t k = 0; k < header_forms_n; k++) {
			teach(&header_forms[i]);
			teach(&header_forms[k]);
		}
	zone("UTC0");
}

static const struct {
	const char *what;
	const char *first, *second;
	bool fits;
} rows[] = {
	{ "the same", "Nov 26 06:00:01 mx postfix/smtpd[1]: x", NULL, true },
	{ "other seconds, pid, text", "Nov 26 06:00:01 mx postfix/smtpd[1]: x",
	  "Nov 26 06:00:59 mx postfix/smtpd[23456]: y z", true },
	{ "no such second", "Nov 26 06:00:01 mx postfix/smtpd[1]: x",
	  "Nov 26 06:00:61 mx postfix/smtpd[1]: x", false },
	{ "another minute", "Nov 26 06:00:01 mx postfix/smtpd[1]: x",
	  "Nov 26 06:01:01 mx postfix/smtpd[1]: x", false },
	{ "another host", "Nov 26 06:00:01 mx postfix/smtpd[1]: x",
	  "Nov 26 06:00:01 my postfix/smtpd[1]: x", false },
	{ "another tag", "Nov 26 06:00:01 mx postfix/smtpd[1]: x",
	  "Nov 26 06:00:01 mx postfix/smtpe[1]: x", false },
	{ "as short as can be", "Nov 26 06:00:01 mx a: x", "Nov 26 06:00:01 mx a: y", true },
	{ "no text", "Nov 26 06:00:01 mx postfix/smtpd[1]: x", "Nov 26 06:00:01 mx postfix/smtpd[1]: ",
	  false },
	{ "no tag", "Nov 26 06:00:01 mx postfix/smtpd[1]: x", "Nov 26 06:00:01 mx", false },
	{ "another program's tag", "Nov 26 06:00:01 mx dovecot: x", "Nov 26 06:00:02 mx dovecot: y",
	  true },
	{ "a pid more", "Nov 26 06:00:01 mx dovecot: x", "Nov 26 06:00:02 mx dovecot[1]: y",
	  false },
	{ "an hour in which the clock changes", "Oct 25 02:00:01 mx postfix/smtpd[1]: x", NULL,
	  false },
	{ "another fraction", "2026-11-26T05:00:01.071694+00:00 mx postfix/smtpd[1]: x",
	  "2026-11-26T05:00:02.999999+00:00 mx postfix/smtpd[1]: x", true },
	{ "a longer fraction", "2026-11-26T05:00:01.071694+00:00 mx postfix/smtpd[1]: x",
	  "2026-11-26T05:00:01.0716944+00:00 mx postfix/smtpd[1]: x", false },
	{ "BusyBox", "Nov 26 06:00:01 mx mail.info postfix/smtpd[1]: x",
	  "Nov 26 06:00:02 mx mail.info postfix/smtpd[2]: y", true },
	{ "metalog", "Nov 26 06:00:01 [postfix/smtpd] x", "Nov 26 06:00:02 [postfix/smtpd] y",
	  true },
	{ "RFC 5424", "<22>1 2026-11-26T05:00:01.1Z mx postfix/smtpd 1 - - x",
	  "<22>1 2026-11-26T05:00:02.2Z mx postfix/smtpd 23 - - y", true },
	{ "RFC 5424, two blanks, cut at the slash",
	  "<22>1 2026-11-26T05:00:01.1Z mx postfix 1 - -  x",
	  "<22>1 2026-11-26T05:00:02.2Z mx postfix 23 - -  y", true },
	{ "RFC 5424, a number for each line",
	  "<22>1 2026-11-26T05:00:01Z mx postfix/smtpd 1 - [meta sequenceId=\"1\"] x",
	  "<22>1 2026-11-26T05:00:02Z mx postfix/smtpd 1 - [meta sequenceId=\"23\"] y", true },
	{ "seconds since the epoch", "1795669201.1 mx postfix/smtpd[1]: x",
	  "1795669299.9 mx postfix/smtpd[1]: x", true },
	{ "a label", "@400000006b07bcda38dee044 Nov 26 06:00:00 mx postfix/smtpd[1]: x",
	  "@400000006b07bcff00000001 Nov 26 06:00:37 mx postfix/smtpd[1]: x", true },
	{ "a label and two stamps",
	  "@400000006b07bcda38dee044 Nov 26 06:00:00 2026-11-26T05:00:00Z mx postfix/smtpd[1]: x",
	  NULL, false },
	{ "s6-log's, then multilog's",
	  "@400000006b07bcf538dee044 Nov 26 06:00:00 mx postfix/smtpd[1]: x",
	  "@400000006b07bcda38dee044 Nov 26 06:00:00 mx postfix/smtpd[1]: x", true },
	{ "a label in capitals", "@400000006b07bcda38dee044 Nov 26 06:00:00 mx postfix/smtpd[1]: x",
	  "@400000006b07bcdA38dee044 Nov 26 06:00:00 mx postfix/smtpd[1]: x", false },
	{ "Kubernetes",
	  "2026-11-26T05:00:01.048613527Z stdout F Nov 26 05:00:01 mx postfix/smtpd[1]: x",
	  "2026-11-26T05:00:03.148613528Z stdout F Nov 26 05:00:02 mx postfix/smtpd[1]: x", true },
#define DOCKER(second, text, fraction)                                                             \
	"{\"log\":\"Nov 26 05:00:0" second " mx postfix/smtpd[1]: " text                           \
	"\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-26T05:00:0" second "." fraction "Z\"}"
	{ "docker", DOCKER("1", "x", "048613527"), DOCKER("2", "y\\u003c\\u003e", "14"), true },
	{ "docker, an escape first", DOCKER("1", "x", "048613527"), DOCKER("2", "\\u005by", "1"),
	  false },
	{ "docker, a quote", DOCKER("1", "x", "048613527"), DOCKER("2", "\\\"y\\\"", "1"), false },
	{ "docker, a quote inside, a backslash last", DOCKER("1", "x", "048613527"),
	  DOCKER("2", "y\\\"z\\\\", "148613527"), true },
	{ "docker, escapes over and over", DOCKER("1", "x", "048613527"),
	  DOCKER("2", "y\\u003c\\u003e and sixteen bytes more \\u003c\\t\\ud83d\\ude00 end", "1"),
	  true },
	{ "docker, no newline", DOCKER("1", "x", "048613527"), DOCKER("2", "y\\", "1"), false },
	{ "docker, no escape", DOCKER("1", "x", "048613527"), DOCKER("2", "y\\q", "1"), false },
	{ "docker, another member", DOCKER("1", "x", "048613527"),
	  DOCKER("2", "y\\n\",\"a\":\"", "1"), false },
};

/* Of a program nobody asks for a text need not be read, but must be one. */
static const struct {
	const char *text;
	bool fits;
} unasked[] = {
	{ "x \\u003ca@b.example\\u003e, \\\"a\\\"", true },
	{ "x \\q", false },
	{ "x \\u00", false },
	{ "x \" y", false },
	{ "x \\\\\\", false },
	{ "\r", false },
};

static void an_unasked_text_must_be_one(void **state)
{
	static const char line[] = "{\"log\":\"Nov 26 05:00:01 mx postfix/anvil[1]: %s\\n\","
				   "\"stream\":\"stdout\",\"time\":\"2026-11-26T05:00:01.5Z\"}";
	char buf[512];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(unasked); i++) {
		begin("UTC0");
		snprintf(buf, sizeof(buf), line, "x");
		take("first", raw_of(buf));
		snprintf(buf, sizeof(buf), line, unasked[i].text);
		take(unasked[i].text, raw_of(buf));
		want_number(unasked[i].text, pair.learning.shapes.fitted, unasked[i].fits);
	}
}

static void what_differs_in_time_pid_and_text_alone_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin(strstr(rows[i].first, " 06:") || strstr(rows[i].first, " 02:") ? cet
										     : "UTC0");
		take(rows[i].what, raw_of(rows[i].first));
		want_number(rows[i].what, pair.learning.shapes.fitted, 0);
		take(rows[i].what, raw_of(rows[i].second ? rows[i].second : rows[i].first));
		want_number(rows[i].what, pair.learning.shapes.fitted, rows[i].fits);
	}
	zone("UTC0");
}

static const char digits[] = "1234567890123456";
static const char xs[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

static void what_has_a_length_fits_up_to_a_bound(void **state)
{
	enum { PID = 10, FRACTION = 9, HEAD = LOG_SHAPE_PIECES * LOG_PATTERN };
	char first[512], line[512];

	(void)state;
	for (int n = 0; n < 14; n++) {
		snprintf(line, sizeof(line), "Nov 26 05:00:02 mx postfix/smtpd[%.*s]: x", n, digits);
		want_fit("a pid", "Nov 26 05:00:01 mx postfix/smtpd[1]: x", line, n > 0 && n <= PID);
		snprintf(line, sizeof(line), "<22>1 2026-11-26T05:00:01Z mx postfix/smtpd %.*s - - x",
			 n, digits);
		want_fit("of RFC 5424", "<22>1 2026-11-26T05:00:01Z mx postfix/smtpd 1 - - x", line,
			 n > 0 && n <= PID);
		snprintf(line, sizeof(line),
			 "{\"log\":\"Nov 26 05:00:02 mx postfix/smtpd[1]: a text of some bytes\\n\",\"stream\":\"stdout\","
			 "\"time\":\"2026-11-26T05:00:02.%.*sZ\"}",
			 n, digits);
		want_fit("Docker's fraction", DOCKER("1", "x", "048613527"), line,
			 n > 0 && n <= FRACTION);
	}
	for (int n = 1; n < 100; n++) {
		snprintf(line, sizeof(line), "Nov 26 05:00:01 %.*s postfix/smtpd[1]: x", n, xs);
		want_fit("a host", line, line, strlen("Nov 26 05:00:01  ") + (size_t)n <= HEAD);
	}
	for (int n = 1; n < 50; n++) {
		snprintf(line, sizeof(line), "Nov 26 05:00:01 mx %.*s: x", n, xs);
		want_fit("a tag", line, line, n < LOG_TAG_NAME);
		snprintf(line, sizeof(line), "Nov 26 05:00:01 mx %.*s/smtpd[1]: x", n, xs);
		want_fit("a tag with a pid", line, line, n + 6 < LOG_TAG_NAME);
		snprintf(line, sizeof(line), "Nov 26 05:00:01 [%.*s/smtpd] x", n, xs);
		want_fit("metalog's", line, line, n + 6 < LOG_TAG_NAME);
		snprintf(line, sizeof(line), "<22>1 2026-11-26T05:00:01Z mx %.*s/smtpd 1 - - x", n, xs);
		want_fit("RFC 5424's", line, line, n + 6 < LOG_TAG_NAME);
	}
	for (int n = 0; n < 120; n++) {
		size_t tail;

		snprintf(first, sizeof(first),
			 "{\"log\":\"Nov 26 05:00:01 mx postfix/smtpd[1]: a text of some bytes\\n\",\"%.*s\":\"\","
			 "\"time\":\"2026-11-26T05:00:01.1Z\"}",
			 n, xs);
		tail = (size_t)(strstr(first, "01.1Z") - strstr(first, "\\n"));
		want_fit("before Docker's seconds", first, first, tail <= LOG_SHAPE_TAIL);
		if (n < 30) {
			snprintf(first, sizeof(first),
				 "{\"log\":\"Nov 26 05:00:01 mx postfix/smtpd[1]: a text of some bytes\\n\","
				 "\"time\":\"2026-11-26T05:00:01.1Z\",\"%.*s\":0}",
				 n, xs);
			want_fit("behind them", first, first,
				 strlen(strstr(first, "Z\",")) <= LOG_PATTERN);
		}
	}
}

/* The longest text of Docker's that is looked for the end of. */
static void a_long_text_of_docker_s_fits_up_to_a_bound(void **state)
{
	enum { MOST = 4096 };
	static char line[MOST + 512], text[MOST + 64];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (int n = MOST - 100; n < MOST; n++) {
		snprintf(line, sizeof(line),
			 "{\"log\":\"Nov 26 05:00:02 mx postfix/smtpd[1]: %.*s\\n\",\"stream\":\"stdout\","
			 "\"time\":\"2026-11-26T05:00:02.1Z\"}",
			 n, text);
		want_fit("a text", DOCKER("1", "x", "048613527"), line,
			 strlen(strstr(line, "xxx")) <= MOST);
	}
}

static bool is_the_first(struct sw_raw syslog_name, void *ctx)
{
	return raw_is(syslog_name, ctx);
}

/* As long as can be, and at each of its bytes. */
static void names_that_differ_in_a_byte_are_told_apart(void **state)
{
	(void)state;
	for (int n = 1; n + 6 < LOG_TAG_NAME; n++) {
		char name[64], line[128];

		snprintf(name, sizeof(name), "%.*s", n, xs);
		snprintf(line, sizeof(line), "Nov 26 05:00:01 mx %s/smtpd[1]: x", name);
		begin("UTC0");
		pair.learning.wanted = pair.plain.wanted = pair.running.wanted = is_the_first;
		pair.learning.wanted_ctx = pair.plain.wanted_ctx = pair.running.wanted_ctx = name;
		take("learned", raw_of(line));
		for (int at = 0; at < n; at++) {
			char *p = line + strlen("Nov 26 05:00:01 mx ") + at;

			*p = 'y';
			take("another", raw_of(line));
			take("and again", raw_of(line));
			*p = 'x';
			take("the first", raw_of(line));
		}
	}
}

/* Learned from are the first ones, one of some, and one more for four that fitted. */
static void how_much_is_learned_is_what_it_has_brought(void **state)
{
	const struct log_shapes *s = &pair.learning.shapes;
	uint64_t learned = 0, missed = 0;

	(void)state;
	begin("UTC0");
	for (int i = 0; i < 3000; i++) {
		uint64_t fitted = s->fitted;
		char line[64];

		snprintf(line, sizeof(line), "Nov 26 05:00:01 %s%u postfix/smtpd[1]: x",
			 i % 500 < 300 ? "m" : "n", i % 500 < 300 ? (unsigned)i : 1);
		take("one of many hosts", raw_of(line));
		if (s->fitted == fitted)
			learned += learned < 64 + fitted / 4 || (missed + 1) % 16 == 0;
		missed += s->fitted == fitted;
		want_number("learned", s->learned, learned);
		want_number("missed", s->missed, missed);
	}
	want_within("fitted", s->fitted, 1000, 1200);
}

static void a_file_that_teaches_nothing_is_learned_from_seldom(void **state)
{
	char line[] = "Nov 26 06:00:01 0000 postfix/smtpd[1]: x";

	(void)state;
	begin(cet);
	for (int i = 0; i < 3200; i++) {
		snprintf(line + 16, 5, "m%03u", (unsigned)i % 1000);
		line[20] = ' ';
		take("hosts", raw_of(line));
	}
	want_number("fitted", pair.learning.shapes.fitted, 0);
	want_number("learned", pair.learning.shapes.learned < 64 + 3200 / 16 + 1, true);
	zone("UTC0");
}

/* Read by its tag's shape a line costs a tenth: a log has more tags than one. */
static void the_tags_of_a_whole_mail_log_are_kept(void **state)
{
	static const char *const tags[] = {
		"postfix/smtpd",
		"postfix/smtp",
		"postfix/qmgr",
		"postfix/cleanup",
		"postfix/anvil",
		"postfix/postscreen",
		"postfix/pickup",
		"postfix/bounce",
		"postfix/local",
		"postfix/lmtp",
		"postfix/virtual",
		"postfix/error",
		"postfix/trivial-rewrite",
		"postfix/dnsblog",
		"postfix/tlsproxy",
		"postfix/submission/smtpd",
		"postfix/scache",
		"postfix/smtps/smtpd",
		"dovecot",
		"opendkim",
		"amavis",
		"clamd",
	};

	(void)state;
	begin(cet);
	for (int round = 1; round <= 3; round++) {
		for (size_t i = 0; i < SW_COUNT(tags); i++) {
			char line[128];

			snprintf(line, sizeof(line), "Nov 26 06:00:01 mx %s[%d]: x", tags[i],
				 round);
			take(tags[i], raw_of(line));
		}
		want_number("each is learned once", pair.learning.shapes.learned, SW_COUNT(tags));
		want_number("then fits", pair.learning.shapes.fitted,
			    (unsigned)(round - 1) * SW_COUNT(tags));
	}
	zone("UTC0");
}

static void several_heads_are_kept_beside_each_other(void **state)
{
	(void)state;
	begin(cet);
	for (unsigned round = 0; round < 5; round++)
		for (unsigned i = 0; i < LOG_SHAPES; i++) {
			char line[128];

			snprintf(line, sizeof(line), "Nov 26 06:00:01 mx%u postfix/smtpd[1]: x", i);
			take("hosts", raw_of(line));
			want_number("learned", pair.learning.shapes.learned,
				    round == 0 ? i + 1 : LOG_SHAPES);
			want_number("fitted", pair.learning.shapes.fitted,
				    round == 0 ? 0 : (round - 1) * LOG_SHAPES + i + 1);
		}
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_one_byte_off_is_read_as_if_alone),
		cmocka_unit_test(an_unasked_text_must_be_one),
		cmocka_unit_test(forms_mixed_are_read_as_if_alone),
		cmocka_unit_test(what_differs_in_time_pid_and_text_alone_fits),
		cmocka_unit_test(several_heads_are_kept_beside_each_other),
		cmocka_unit_test(what_has_a_length_fits_up_to_a_bound),
		cmocka_unit_test(a_long_text_of_docker_s_fits_up_to_a_bound),
		cmocka_unit_test(names_that_differ_in_a_byte_are_told_apart),
		cmocka_unit_test(how_much_is_learned_is_what_it_has_brought),
		cmocka_unit_test(the_tags_of_a_whole_mail_log_are_kept),
		cmocka_unit_test(a_file_that_teaches_nothing_is_learned_from_seldom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
