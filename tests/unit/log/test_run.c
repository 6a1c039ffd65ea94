#include "log/run.h"

#include "reference_shape.h"
#include "pieces.h"
#include "test.h"

enum { NOW = 1795669800 }; /* 2026-11-26 05:10:00 UTC */

static struct log_reader reader;

struct heard {
	char text[256];
	int stop_at; /* the message that ends the reading; 0: none does */
	int n;
};

static int hear(const struct log_message *message, void *ctx)
{
	struct heard *h = ctx;
	size_t n = strlen(h->text);

	snprintf(h->text + n, sizeof(h->text) - n, "%.*s|", (int)message->text.n, message->text.p);
	return ++h->n == h->stop_at ? 42 : 0;
}

static unsigned role(struct sw_raw program)
{
	return raw_is(program, "anvil") ? 0 : raw_is(program, "qmgr") ? 2 : 1;
}

static const struct log_dull dull[] = {
	{ 1, { "connect ", "disconne" }, "" },
	{ 2, { "", "" }, " active)" },
	{ 0, { "", "" }, "" },
};

/* Of each tag a line was seen to learn it, and one to know it again. */
static void begin(void)
{
	static const char *const first[] = {
		"Nov 26 05:09:01 mx postfix/smtpd[1]: connect from a[::1]",
		"Nov 26 05:09:01 mx postfix/qmgr[1]: AAAAAA1: removed",
		"Nov 26 05:09:01 mx postfix/anvil[1]: statistics",
		"Nov 26 05:09:01 mx dovecot: imap-login: Login",
	};
	struct log_facts facts = { .lines = 0 };
	struct log_message message;

	reader = (struct log_reader){ .clock.now = NOW, .role = role, .dull = dull };
	for (size_t i = 0; i < 2 * SW_COUNT(first); i++)
		(void)log_reader_take(&reader, raw_of(first[i / 2]), &facts, &message);
}

#define SMTPD "Nov 26 05:09:01 mx postfix/smtpd[12]: "
#define QMGR  "Nov 26 05:09:02 mx postfix/qmgr[1203]: "

/* What is taken, and what of it is given. */
static const struct {
	const char *what, *lines;
	unsigned taken;
	const char *given;
} rows[] = {
	{ "one", SMTPD "AAAAAA1: client=a\n", 1, "AAAAAA1: client=a|" },
	{ "of a tag the first is given, dull or not",
	  SMTPD "connect from a\n" SMTPD "connect from b\n" SMTPD "disconnect from a\n", 3,
	  "connect from a|" },
	{ "what only begins nearly so is given",
	  SMTPD "x\n" SMTPD "connecting\n" SMTPD "connect\n" SMTPD "reconnect from a\n", 4,
	  "x|connecting|connect|reconnect from a|" },
	{ "what does not end so is not, from the second one on",
	  QMGR "removed\n" QMGR "B: removed\n" QMGR "B: x (queue active)\n" QMGR "xactive)\n" QMGR
	       "active) \n",
	  4, "removed|B: x (queue active)|" },
	{ "nobody asks for anvil, and dovecot is not Postfix",
	  "Nov 26 05:09:01 mx postfix/anvil[1]: statistics\nNov 26 05:09:01 mx dovecot: "
	  "imap-login: connect\n",
	  2, "" },
	{ "any pid, and any byte of a text",
	  "Nov 26 05:09:01 mx postfix/smtpd[7]: \xFF\xFE\nNov 26 05:09:01 mx postfix/smtpd[9876543]: "
	  "b\xFF\n",
	  2, "\xFF\xFE|b\xFF|" },
	{ "a pid of eight digits", "Nov 26 05:09:01 mx postfix/smtpd[98765432]: b\n", 0, "" },
	{ "none", "Nov 26 05:09:01 mx postfix/smtpd[]: b\n", 0, "" },
	{ "another tag is another's", SMTPD "a\nNov 26 05:09:01 mx postfix/smtp[1]: b\n", 1, "a|" },
	{ "another minute", SMTPD "a\nNov 26 05:08:01 mx postfix/smtpd[1]: b\n", 1, "a|" },
	{ "another host", SMTPD "a\nNov 26 05:09:01 my postfix/smtpd[1]: b\n", 1, "a|" },
	{ "no text", SMTPD "a\n" SMTPD "\n" SMTPD "b\n", 1, "a|" },
	{ "NULs of a hole before it", SMTPD "a\n@" SMTPD "b\n", 1, "a|" },
	{ "half a line is none", SMTPD "a\n" SMTPD, 1, "a|" },
	{ "nothing that is known", "x\n", 0, "" },
};

/* A text, its @ as NULs, with so many bytes behind it. */
static size_t run(const char *text, size_t behind, struct heard *h, int *rc)
{
	static char bytes[4096];
	static struct log_lines lines;
	struct log_facts facts = { .lines = 0 };
	struct log_proof proof = { .now = NOW };
	const struct log_run r = { &reader, &facts, &proof, hear, h };
	size_t n = strlen(text);
	size_t taken;

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = 0; i < n; i++)
		bytes[i] = text[i] == '@' ? '\0' : text[i];
	while (n > 0 && bytes[n - 1] != '\n')
		n--;
	log_lines_find(&lines, bytes, bytes + n);
	lines.limit = bytes + n + behind;
	taken = log_run(&r, &lines, 0, rc);
	want_number("counted", facts.lines, taken);
	want_number("placed", facts.headed, taken);
	return taken;
}

static void lines_are_taken_and_those_asked_for_given(void **state)
{
	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct heard h = { .n = 0 };
		int rc;

		begin();
		want_number(rows[i].what, run(rows[i].lines, 1024, &h, &rc), rows[i].taken);
		want_text(rows[i].what, h.text, rows[i].given);
		want_number(rows[i].what, rc, 0);
	}
}

#define DOCKER(seconds, tag, text)                                                                 \
	"{\"log\":\"Nov 26 05:09:" seconds " mx " tag ": " text                                    \
	"\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-26T05:09:" seconds ".123456789Z\"}"

/* The same in Docker's JSON: texts are given unescaped, and asked for by what they then are. */
static const struct {
	const char *what, *tag, *text;
	unsigned taken;
	const char *given;
} in_docker[] = {
	{ "one", "postfix/smtpd[12]", "AAAAAA1: client=a", 1, "AAAAAA1: client=a|" },
	{ "of one byte", "postfix/smtpd[12]", "x", 1, "x|" },
	{ "dull from its beginning", "postfix/smtpd[12]", "connect from a", 1, "" },
	{ "dull by its end", "postfix/qmgr[1203]", "B: removed", 1, "" },
	{ "not dull by its end", "postfix/qmgr[1203]", "B: from=\\u003ca\\u003e (queue active)", 1,
	  "B: from=<a> (queue active)|" },
	{ "its end is an escape", "postfix/qmgr[1203]", "B: x (queue active\\u0029", 1,
	  "B: x (queue active)|" },
	{ "nobody asks for it", "postfix/anvil[1]", "statistics \\\"", 1, "" },
	{ "nobody asks for it, but it is no string", "postfix/anvil[1]", "statistics \\q", 0, "" },
	{ "no string", "postfix/smtpd[12]", "a \" b", 0, "" },
	{ "no string, dull", "postfix/smtpd[12]", "connect \" b", 0, "" },
	{ "it begins with an escape", "postfix/smtpd[12]", "\\u003ca", 0, "" },
};

static void lines_of_docker_are_given_unescaped(void **state)
{
	static const char *const first[] = {
		DOCKER("01", "postfix/smtpd[1]", "AAAAAA1: client=a"),
		DOCKER("01", "postfix/qmgr[1]", "AAAAAA1: x (queue active)"),
		DOCKER("01", "postfix/anvil[1]", "statistics"),
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(in_docker); i++) {
		struct heard h = { .n = 0 };
		struct log_facts facts = { .lines = 0 };
		struct log_message message;
		char line[512];
		int rc;

		reader = (struct log_reader){ .clock.now = NOW, .role = role, .dull = dull };
		for (size_t k = 0; k < 2 * SW_COUNT(first); k++)
			(void)log_reader_take(&reader, raw_of(first[k / 2]), &facts, &message);
		snprintf(line, sizeof(line), DOCKER("01", "%s", "%s") "\n", "postfix/smtpd[12]",
			 "first");
		want_number("the first", run(line, 1024, &h, &rc), 1);
		snprintf(line, sizeof(line), DOCKER("01", "%s", "%s") "\n", "postfix/qmgr[12]",
			 "first (queue active)");
		want_number("the first", run(line, 1024, &h, &rc), 1);
		h = (struct heard){ .n = 0 };
		snprintf(line, sizeof(line), DOCKER("02", "%s", "%s") "\n", in_docker[i].tag,
			 in_docker[i].text);
		want_number(in_docker[i].what, run(line, 1024, &h, &rc), in_docker[i].taken);
		want_text(in_docker[i].what, h.text, in_docker[i].given);
	}
}

/* Nothing is read behind what may be. */
static void at_the_end_of_the_bytes_none_is_taken(void **state)
{
	static const char text[] = SMTPD "a\n";
	struct heard h = { .n = 0 };
	int rc;

	(void)state;
	begin();
	want_number("at the end", run(text, 0, &h, &rc), 0);
	want_number("with some bytes behind it", run(text, 256, &h, &rc), 1);
}

static void who_is_given_one_can_end_it(void **state)
{
	static const char text[] = SMTPD "a\n" SMTPD "b\n" SMTPD "c\n";
	struct heard h = { .stop_at = 2 };
	int rc;

	(void)state;
	begin();
	want_number("taken", run(text, 1024, &h, &rc), 2);
	want_number("with", rc, 42);
	want_text("given", h.text, "a|b|");
}

/* One line; who hears has the time that its proof goes by. */
static size_t run_one(const char *line, int64_t now)
{
	static char bytes[1024];
	static struct log_lines lines;
	struct log_facts facts = { .lines = 0 };
	struct log_proof proof = { .now = now };
	struct heard h = { .n = 0 };
	const struct log_run r = { &reader, &facts, &proof, hear, &h };
	int n = snprintf(bytes, sizeof(bytes) - 512, "%s\n", line);
	int rc;

	log_lines_find(&lines, bytes, bytes + n);
	lines.limit = bytes + sizeof(bytes);
	return log_run(&r, &lines, 0, &rc);
}

static void what_may_be_more_than_it_seems_is_not_taken(void **state)
{
	static const char first[] = "\r [m\\\xEF";
	char line[128];

	(void)state;
	begin();
	for (int c = 1; c < 256; c++) {
		if (c == '\n')
			continue;
		snprintf(line, sizeof(line), SMTPD "%cx", c);
		want_number(line, run_one(line, NOW), !strchr(first, c));
		snprintf(line, sizeof(line), SMTPD "x%c", c);
		want_number(line, run_one(line, NOW), c > ' ');
	}
}

/* A line of a form that was learned, and one that has its shape or not. */
static void each_form_is_taken_for_what_it_is(void **state)
{
#define RFC5424 "<22>1 2026-11-26T05:09:01Z mx postfix/smtpd "
#define LONG_HOST	"Nov 26 05:09:01 a-host-of-a-long-name-in-three-pieces"
	static const struct {
		const char *first, *second;
		bool taken;
	} forms[] = {
		{ RFC5424 "1 - - x", RFC5424 "23 - - A: y", true },
		{ RFC5424 "1 - - x", RFC5424 "23 - -  y", false },
		{ RFC5424 "1 - - x", RFC5424 "23 - -y", false },
		{ RFC5424 "1 - - x", RFC5424 "23 - x y", false },
		{ RFC5424 "1 - - x", RFC5424 "- - - y", false },
		{ "Nov 26 05:09:01 [postfix/smtpd] x", "Nov 26 05:09:02 [postfix/smtpd] A: y", true },
		{ "Nov 26 05:09:01 [postfix/smtpd] x", "Nov 26 05:09:02 [postfix/smtpd]my", false },
		{ LONG_HOST " postfix/smtpd[1]: x", LONG_HOST " postfix/smtpd[2]: y", true },
		{ LONG_HOST " postfix/smtpd[1]: x", LONG_HOST "x postfix/smtpd[2]: y", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(forms); i++) {
		struct log_facts facts = { .lines = 0 };
		struct log_message message;

		reader = (struct log_reader){ .clock.now = NOW, .role = role };
		for (int k = 0; k < 2; k++)
			(void)log_reader_take(&reader, raw_of(forms[i].first), &facts, &message);
		want_number(forms[i].second, run_one(forms[i].second, NOW), forms[i].taken);
	}
}

static void what_is_of_the_future_is_not_taken(void **state)
{
	enum { TIME = NOW - 59 }; /* of SMTPD */

	(void)state;
	begin();
	for (int64_t ahead = LOG_PROOF_SLACK - 2; ahead <= LOG_PROOF_SLACK + 2; ahead++)
		want_number("so far ahead", run_one(SMTPD "x", TIME - ahead), ahead <= LOG_PROOF_SLACK);
}

static void so_many_bytes_must_be_there(void **state)
{
	enum { REACH = LOG_SHAPE_PIECES * LOG_PATTERN + LOG_TAG_NAME + 32 };
	static const char text[] = SMTPD "a\n";

	(void)state;
	for (size_t behind = REACH - sizeof(text) - 3; behind < REACH - sizeof(text) + 5; behind++) {
		struct heard h = { .n = 0 };
		int rc;

		begin();
		want_number("one", run(text, behind, &h, &rc), sizeof(text) - 1 + behind >= REACH);
		begin();
		h.text[0] = '\0';
		want_number("the second of two", run(SMTPD "a\n" SMTPD "a\n", behind, &h, &rc),
			    1 + (sizeof(text) - 1 + behind >= REACH));
	}
}

struct all {
	struct log_reader reader;
	struct log_facts facts;
	struct log_proof proof;
	char given[8000];
};

static int note(const struct log_message *m, void *ctx)
{
	char *given = ctx;
	size_t n = strlen(given);

	snprintf(given + n, 8000 - n, "%lld %u %.*s %.*s|", (long long)m->time, m->role,
		 (int)m->program.n, m->program.p, (int)m->text.n, m->text.p);
	return 0;
}

static void take_alone(struct all *a, struct sw_raw line)
{
	struct log_message m = { .role = 0 };

	if (!log_reader_take(&a->reader, line, &a->facts, &m))
		return;
	log_proof_hear(&a->proof, m.time);
	if (m.role)
		(void)note(&m, a->given);
}

static void take_by_runs(struct all *a, const char *bytes, size_t n, size_t *taken)
{
	static struct log_lines lines;
	const struct log_run run = { &a->reader, &a->facts, &a->proof, note, a->given };
	size_t at = 0;

	while (at < n) {
		struct sw_raw line;
		int rc;

		log_lines_find(&lines, bytes + at, bytes + n);
		lines.limit = bytes + n + 512;
		for (size_t i = 0; i < lines.n; i++) {
			size_t first = i;

			i = log_run(&run, &lines, i, &rc);
			*taken += i - first;
			if (i < lines.n && log_lines_get(&lines, i, &line))
				take_alone(a, line);
		}
		at += lines.end[lines.n - 1] + 1U;
	}
}

/* Of any lines in any order: what is known of them at last, and what was given. */
static void lines_in_a_run_are_what_they_are_one_by_one(void **state)
{
	static const char *const heads[] = { "mx postfix/smtpd[1]", "mx postfix/qmgr[23]",
					     "mx postfix/anvil[4]", "mx dovecot",
					     "mx postfix/smtpd[55]", "my postfix/smtpd[1]" };
	static const char *const texts[] = { "A: client=a", "B: removed", "x", " y", "connect", "" };
	static struct all alone, run;
	size_t taken = 0;

	(void)state;
	for (int round = 0; round < 400; round++) {
		static char bytes[8192 + 512];
		size_t n = 0;

		alone = (struct all){ .reader = { .clock.now = NOW, .role = role },
				      .proof = { .now = NOW } };
		log_hosts_add(&alone.reader.hosts, raw_of("mx"));
		run = alone;
		for (size_t lines = 1 + pieces_draw(60); lines > 0; lines--) {
			size_t from = n;

			n += (size_t)snprintf(bytes + n, 128, "Nov 26 05:%02zu:%02zu %s: %s\n",
					      pieces_draw(30) ? 9 : 8 + pieces_draw(6), pieces_draw(60),
					      heads[pieces_draw(pieces_draw(10) ? 5 : 6)],
					      texts[pieces_draw(pieces_draw(5) ? 3 : 6)]);
			if (pieces_draw(40) == 0)
				n = from + (size_t)snprintf(bytes + from, 128, "no header\n");
			take_alone(&alone, raw_from(bytes + from, n - from - 1));
		}
		take_by_runs(&run, bytes, n, &taken);
		want_text("given", run.given, alone.given);
		want_number("the last", run.reader.clock.last, alone.reader.clock.last);
		want_number("heard", run.proof.heard, alone.proof.heard);
		want_number("facts", is_same_facts(&run.facts, &alone.facts), true);
	}
	want_within("of some 12000 lines were taken so", taken, 1000, 11000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_docker_are_given_unescaped),
		cmocka_unit_test(lines_are_taken_and_those_asked_for_given),
		cmocka_unit_test(at_the_end_of_the_bytes_none_is_taken),
		cmocka_unit_test(who_is_given_one_can_end_it),
		cmocka_unit_test(what_may_be_more_than_it_seems_is_not_taken),
		cmocka_unit_test(each_form_is_taken_for_what_it_is),
		cmocka_unit_test(what_is_of_the_future_is_not_taken),
		cmocka_unit_test(so_many_bytes_must_be_there),
		cmocka_unit_test(lines_in_a_run_are_what_they_are_one_by_one),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
