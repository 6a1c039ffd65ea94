#include "log/run.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_docker_are_given_unescaped),
		cmocka_unit_test(lines_are_taken_and_those_asked_for_given),
		cmocka_unit_test(at_the_end_of_the_bytes_none_is_taken),
		cmocka_unit_test(who_is_given_one_can_end_it),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
