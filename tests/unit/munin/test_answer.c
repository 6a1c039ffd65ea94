#include <errno.h>
#include <stdlib.h>

#include "munin/answer.h"
#include "test.h"

#define BEGIN "# munin node at mx.example.com\ncap multigraph dirtyconfig\n"

/* In pieces of so many bytes. */
static struct answer heard(struct sw_raw text, size_t piece)
{
	struct answer a = { .bytes = 0 };

	while (text.n > 0) {
		size_t n = text.n < piece ? text.n : piece;

		if (!answer_take(&a, raw_from(text.p, n)))
			break;
		text = raw_skip(text, n);
	}
	(void)!answer_end(&a);
	return a;
}

static void what_a_node_says_is_its_lines_beside_or_why_not(void **state)
{
	static const struct {
		const char *what, *text, *beside, *failed;
	} rows[] = {
		{ "values alone", BEGIN "multigraph x\na.value 1\n.\n", "", "" },
		{ "lines beside", BEGIN "a.value 1\n#fleet begin\n#fleet end\n.\n",
		  "fleet begin\nfleet end\n", "" },
		{ "what comes behind the end is nothing", BEGIN "#a\n.\n#b\n", "a\n", "" },
		{ "CR LF", "# munin node at mx\r\ncap\r\n#a\r\n.\r\n", "a\n", "" },
		{ "no answer to cap that is known", "# munin node at mx\n# Unknown command.\n.\n",
		  "", "" },
		{ "a value that looks like an end", BEGIN "..\n. \n#a\n.\n", "a\n", "" },
		{ "nothing", "", "",
		  "it ended without a word, as where its munin-node.conf does not allow this "
		  "host" },
		{ "a banner alone", "# munin node at mx\n", "", "it ended before its answer did" },
		{ "no end", BEGIN "#a\n", "a\n", "it ended before its answer did" },
		{ "no newline", BEGIN "#a\n.", "a\n", "it ended before its answer did" },
		{ "another server", "220 mx ESMTP Postfix\r\n", "",
		  "it is no munin-node: its first line is 220 mx ESMTP Postfix" },
		{ "bytes", "\033]0;x\a\n", "",
		  "it is no munin-node: its first line is %1B]0%3Bx%07" },
		{ "TLS", "# munin node at mx\n# I require TLS. Closing.\n", "",
		  "it demands TLS, which is not spoken here: tls auto in its munin-node.conf takes "
		  "both, and ssh -L hides what is said" },
		{ "no plugin", BEGIN "# Unknown service\n.\n", "", "it has no such plugin" },
		{ "a plugin that failed", BEGIN "# Bad exit\n.\n", "",
		  "its plugin failed (Bad exit), see its munin-node.log" },
		{ "one that hung", BEGIN "# Timed out\n.\n", "",
		  "its plugin failed (Timed out), see its munin-node.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (size_t piece = 1; piece < 70; piece = piece * 3 + 1) {
			struct answer a = heard(raw_of(rows[i].text), piece);

			want_raw(rows[i].what, raw_from(a.beside.text, a.beside.n), rows[i].beside);
			want_text(rows[i].what, a.failed.text.s, rows[i].failed);
			answer_free(&a);
		}
}

static void a_line_that_is_too_long_is_none_of_ours(void **state)
{
	struct answer a = { .bytes = 0 };
	char line[ANSWER_LINE + 2];

	(void)state;
	memset(line, 'y', sizeof(line));
	line[0] = '#';
	line[sizeof(line) - 1] = '\n';
	assert_true(answer_take(&a, raw_of(BEGIN)));
	assert_true(answer_take(&a, raw_from(line, sizeof(line))));
	assert_false(answer_take(&a, raw_of("#a\n.\n")));
	want_number("whole", answer_end(&a), 0);
	want_raw("it", raw_from(a.beside.text, a.beside.n), "a\n");
	answer_free(&a);
}

/* A line of so many bytes, of which the last is the newline. */
static struct sw_raw line_of(char *room, size_t n)
{
	memset(room, 'y', n);
	room[0] = '#';
	room[n - 1] = '\n';
	return raw_from(room, n);
}

static void as_much_as_may_be_is_heard_and_no_more(void **state)
{
	static char line[ANSWER_LINE + 2];
	const size_t begin = strlen(BEGIN);

	(void)state;
	for (size_t n = ANSWER_LINE - 1; n <= ANSWER_LINE + 1; n++) {
		struct answer a = { .bytes = 0 };

		assert_true(answer_take(&a, raw_of(BEGIN)));
		assert_true(answer_take(&a, line_of(line, n)));
		/* less its mark; the newline is kept, of a line of ANSWER_LINE - 1 bytes */
		want_number("a line", a.beside.n, n <= ANSWER_LINE ? n - 1 : 0);
		answer_free(&a);
	}
	for (size_t more = 0; more < 2; more++) {
		struct answer a = { .bytes = 0 };
		size_t kept = 0;

		assert_true(answer_take(&a, raw_of(BEGIN)));
		while (kept + 500 < ANSWER_BESIDE) {
			assert_true(answer_take(&a, line_of(line, 501)));
			kept += 500;
		}
		want_number("beside", answer_take(&a, line_of(line, ANSWER_BESIDE - kept + 1 + more)),
			    !more);
		answer_free(&a);
	}
	for (size_t more = 0; more < 2; more++) {
		struct answer a = { .bytes = 0 };
		size_t left = ANSWER_BYTES - begin + more;

		assert_true(answer_take(&a, raw_of(BEGIN)));
		while (left > 500) {
			line_of(line, 500);
			line[0] = 'v';
			assert_true(answer_take(&a, raw_from(line, 500)));
			left -= 500;
		}
		line_of(line, left);
		line[0] = 'v';
		want_number("all", answer_take(&a, raw_from(line, left)), !more);
		answer_free(&a);
	}
}

static void sixty_bytes_of_another_server_are_told(void **state)
{
	static const char sixty[] = "220 mx ESMTP 7890123456789012345678901234567890123456789012";

	(void)state;
	for (size_t n = 57; n < 63; n++) {
		char text[100];
		char want[100];
		struct answer a;

		snprintf(text, sizeof(text), "%sxxxxxxxx", sixty);
		text[n] = '\n';
		snprintf(want, sizeof(want), "it is no munin-node: its first line is %.*s",
			 (int)(n < 60 ? n : 60), text);
		a = heard(raw_from(text, n + 1), 100);
		want_text("first line", a.failed.text.s, want);
		answer_free(&a);
	}
}

/* A node that says the same for ever. */
static void who_never_ends_is_heard_so_far(void **state)
{
	static const struct {
		const char *what, *begin, *again;
		size_t most;
		const char *failed;
	} rows[] = {
		{ "values", BEGIN, "a.value 1\n", ANSWER_BYTES,
		  "it says more than 16777216 bytes" },
		{ "one line", BEGIN, "yyyyyyyyyyy", ANSWER_BYTES,
		  "it says more than 16777216 bytes" },
		{ "a banner", "# munin", "yyyyyyyyyyy", ANSWER_BYTES,
		  "it says more than 16777216 bytes" },
		{ "lines beside", BEGIN, "#fleet account 1 1 a\n", 2 * ANSWER_BESIDE,
		  "it says more than 1048576 bytes beside its values" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct answer a = { .bytes = 0 };
		size_t bytes = 0;

		assert_true(answer_take(&a, raw_of(rows[i].begin)));
		while (answer_take(&a, raw_of(rows[i].again)))
			bytes += strlen(rows[i].again);
		want_within(rows[i].what, bytes, 1, rows[i].most);
		want_within("kept", a.beside.room, 0, 2 * ANSWER_BESIDE);
		want_text(rows[i].what, a.failed.text.s, rows[i].failed);
		want_number(rows[i].what, answer_end(&a), -EFBIG);
		answer_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_node_says_is_its_lines_beside_or_why_not),
		cmocka_unit_test(a_line_that_is_too_long_is_none_of_ours),
		cmocka_unit_test(as_much_as_may_be_is_heard_and_no_more),
		cmocka_unit_test(sixty_bytes_of_another_server_are_told),
		cmocka_unit_test(who_never_ends_is_heard_so_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
