#include "log/lines.h"

#include <stdlib.h>

#include "test.h"

/* Newlines of any bytes, against looking at one after the other; nothing is read behind them. */
static void check(const char *bytes, size_t n)
{
	static struct log_lines lines;
	char *exact = malloc(n);
	size_t at = 0;

	memcpy(exact, bytes, n);
	while (at < n) {
		size_t found = 0;

		log_lines_find(&lines, exact + at, exact + n);
		assert_true(lines.n > 0 && lines.p == exact + at);
		for (size_t i = 0; i <= lines.end[lines.n - 1]; i++)
			if (exact[at + i] == '\n')
				want_number("a newline", lines.end[found++], i);
		want_number("of them", lines.n, found);
		at += lines.end[lines.n - 1] + 1;
	}
	free(exact);
}

static void newlines_are_found_where_they_are(void **state)
{
	static char bytes[20000];
	uint64_t random = 1;

	(void)state;
	for (int every = 1; every < 3000; every = every * 3 / 2 + 1)
		for (size_t n = 1; n < sizeof(bytes); n = n * 5 / 4 + 1) {
			for (size_t i = 0; i < n; i++) {
				random = random * UINT64_C(6364136223846793005) +
					 1442695040888963407U;
				bytes[i] = (random >> 33) % (uint64_t)every == 0
						   ? '\n'
						   : (char)(random >> 50);
			}
			bytes[n - 1] = '\n';
			check(bytes, n);
		}
}

static int note(struct sw_raw line, void *ctx)
{
	char *text = ctx;

	snprintf(text + strlen(text), 64 - strlen(text), "%zu:%.*s|", line.n,
		 line.n < 9 ? (int)line.n : 0, line.p);
	return raw_is(line, "end") ? 42 : 0;
}

static void what_is_no_line_is_not_given(void **state)
{
	static char bytes[3 * LOG_LINE_MOST];
	static struct log_lines lines;
	char said[64] = "";

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "a\n\n\0\0b\n", 7);
	bytes[7 + LOG_LINE_MOST] = '\n';
	bytes[8 + 2 * LOG_LINE_MOST + 1] = '\n';
	memcpy(bytes + 8 + 2 * LOG_LINE_MOST + 2, "end\nc\n", 6);
	for (size_t at = 0; at < 8 + 2 * LOG_LINE_MOST + 8;
	     at += lines.end[lines.n - 1] + (size_t)1) {
		log_lines_find(&lines, bytes + at, bytes + 8 + 2 * LOG_LINE_MOST + 8);
		if (log_lines_each(&lines, note, said) == 42)
			break;
	}
	want_text("given", said, "1:a|0:|1:b|65536:|3:end|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newlines_are_found_where_they_are),
		cmocka_unit_test(what_is_no_line_is_not_given),
	};

	return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
