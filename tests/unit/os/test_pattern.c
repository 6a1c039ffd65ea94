#include <errno.h>

#include "os/pattern.h"
#include "test.h"

static void a_list_matches_where_one_of_it_does(void **state)
{
	static const struct {
		const char *list;
		const char *text;
		bool want;
	} rows[] = {
		{ NULL, "/run/user/1000", false },
		{ "", "/run/user/1000", false },
		{ " \t\n", "/run/user/1000", false },
		{ "^/run/user", "/run/user/1000", true },
		{ "^/run/user", "/mnt/run/user", false },
		{ "run", "/run", true },
		{ "^/a$ ^/b$", "/b", true },
		{ "  ^/a$\t^/b$ ", "/b", true },
		{ "^/a$ ^/b$", "/c", false },
		{ "^/mnt/(?!keep)", "/mnt/keep", false }, /* Perl's, not POSIX */
		{ "^/mnt/(?!keep)", "/mnt/drop", true },
		{ "\\d{4}$", "/run/user/1000", true },
		{ "(?i)^/DATA", "/data", true },
		{ "a.b", "a\nb", false },
		{ "^$", "", true },
		{ "x*", "", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct patterns *p;

		want_number("compiled", patterns_from(rows[i].list, &p, &why), 0);
		want_number(rows[i].list ? rows[i].list : "none",
			    patterns_match(p, raw_of(rows[i].text)), rows[i].want);
		patterns_free(p);
	}
}

static void any_bytes_are_a_text(void **state)
{
	struct sw_fault why = { 0 };
	struct patterns *p;

	(void)state;
	want_number("compiled", patterns_from("^/a.b\\x{ff}$", &p, &why), 0);
	want_number("a NUL and no UTF-8", patterns_match(p, raw_from("/a\0b\377", 5)), true);
	want_number("nothing", patterns_match(p, raw_from(NULL, 0)), false);
	patterns_free(p);
}

static void a_bad_pattern_is_named_and_the_others_hold(void **state)
{
	struct sw_fault why = { 0 };
	struct patterns *p;

	(void)state;
	want_number("returned", patterns_from("^/a (b ^/c", &p, &why), -EINVAL);
	want_in("which", why.text.s, "(b is not a pattern");
	want_number("before it", patterns_match(p, raw_of("/a")), true);
	want_number("behind it", patterns_match(p, raw_of("/c")), true);
	want_number("itself", patterns_match(p, raw_of("(b")), false);
	patterns_free(p);
}

static void more_patterns_than_are_kept_are_said(void **state)
{
	char list[70 * 16] = "";
	size_t at = 0;
	struct sw_fault why = { 0 };
	struct patterns *p;

	(void)state;
	for (int i = 0; i < 70; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "^x%02d$ ", i);
	want_number("returned", patterns_from(list, &p, &why), -EINVAL);
	want_in("said", why.text.s, "64");
	want_number("the first", patterns_match(p, raw_of("x00")), true);
	want_number("the last kept", patterns_match(p, raw_of("x63")), true);
	want_number("the next", patterns_match(p, raw_of("x64")), false);
	patterns_free(p);
}

static void a_pattern_that_explodes_ends(void **state)
{
	struct sw_fault why = { 0 };
	struct patterns *p;
	char text[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = 'b';
	want_number("compiled", patterns_from("^(a|a)*(a|a)*$", &p, &why), 0);
	want_number("no match", patterns_match(p, raw_from(text, sizeof(text))), false);
	patterns_free(p);
}

static void nothing_can_be_freed_and_matched(void **state)
{
	(void)state;
	patterns_free(NULL);
	want_number("none", patterns_match(NULL, raw_of("/")), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_matches_where_one_of_it_does),
		cmocka_unit_test(any_bytes_are_a_text),
		cmocka_unit_test(a_bad_pattern_is_named_and_the_others_hold),
		cmocka_unit_test(more_patterns_than_are_kept_are_said),
		cmocka_unit_test(a_pattern_that_explodes_ends),
		cmocka_unit_test(nothing_can_be_freed_and_matched),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
