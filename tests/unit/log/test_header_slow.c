/* Lines as every writer writes them, a byte or two changed, read as regular expressions read them.
 */
#include "header_forms.h"
#include "pieces.h"
#include "reference_header.h"

enum { EDITS = 300 };

static void a_changed_line_says_what_the_grammar_says(void **state)
{
	static const char *const tags[] = { "postfix/smtpd", "postfix", "a", "a b",
					    "postfix-x/submission/smtpd" };
	static const char *const texts[] = { "x", "", "connect from a[1]", ": x",
					     "4ABC012345: client=x" };

	(void)state;
	zone(BERLIN);
	for (size_t i = 0; i < header_forms_n; i++)
		for (int k = 0; k < EDITS; k++) {
			struct sw_raw whole =
				header_line(&header_forms[i], tags[pieces_draw(SW_COUNT(tags))],
					    texts[pieces_draw(SW_COUNT(texts))]);
			char line[4000];
			size_t n = whole.n;
			char *exact;

			assert_true(n + 4 < sizeof(line));
			memcpy(line, whole.p, n);
			free((char *)whole.p);
			for (size_t edits = pieces_draw(4); edits > 0 && n > 1; edits--)
				n = pieces_edit(line, n, k % 2 ? 40 : n,
						" :[]<>/.,-+TZ0159\"\\{}=am\t");
			exact = malloc(n);
			assert_non_null(exact);
			memcpy(exact, line, n);
			if (!reference_header_agrees(raw_from(exact, n)))
				fail_msg("the grammar says something else of \"%.*s\"", (int)n,
					 line);
			free(exact);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_line_says_what_the_grammar_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
