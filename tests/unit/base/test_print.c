#include "base/print.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "test.h"

enum { ROOM = 400 };

/* In each room the same as by printf(3), and nothing behind it. */
SW_PRINTF(1, 2) static void both(const char *fmt, ...)
{
	char want[ROOM];
	char got[ROOM];
	int n = ROOM;

	for (int room = 0; room <= n + 2 && room < ROOM; room++) {
		va_list args;

		memset(got, 'x', sizeof(got));
		memset(want, 'x', sizeof(want));
		va_start(args, fmt);
		n = vsnprintf(want, (size_t)room, fmt, args);
		va_end(args);
		va_start(args, fmt);
		want_number(fmt, print_args(got, (size_t)room, fmt, args), n);
		va_end(args);
		if (memcmp(got, want, sizeof(got)) != 0)
			fail_msg("%s in %d: got %.*s, want %.*s", fmt, room, room, got, room, want);
	}
}

static void texts_are_those_of_printf(void **state)
{
	const char *none = "";

	(void)state;
	both("a word of ours");
	both("%s", none);
	both("%s and %s", "one", "two");
	both("<%.*s|%.*s|%.*s>", 2, "cut", 9, "short", -1, "whole");
	both("%.*s", 3, (const char[]){ 'a', 'b', 'c' }); /* which ends nowhere */
	both("%c%d%%", 'x', 7);
	both("%d %d %d", 0, INT_MIN, INT_MAX);
	both("%u %u", 0U, UINT_MAX);
	both("%zu %zu", (size_t)0, SIZE_MAX);
	both("%lld %lld", LLONG_MIN, LLONG_MAX);
	both("%llu %llu", 0ULL, ULLONG_MAX);
	both("%llu of %s", 12ULL, "them");
	both("%llx %llx", 0ULL, ULLONG_MAX);
	both("%08x %04x %04x", 0xbeefU, 0U, 0xabcdef01U);
	both("%.0f%% %.1f %.4f", 41.7, 0.06, -3.00005);
}

static void what_it_does_not_know_is_left_to_printf(void **state)
{
	const char *const volatile nothing = NULL;

	(void)state;
	both("%s of %s, %.*s.", "a plugin's table", nothing, 9, nothing);
	both("%s %5d", "behind a word", 3);
	both("%-4s|%4s", "ab", "cd");
	both("%ld %lu %x %X", -1L, 1UL, 255U, 255U);
	both("%.0f %.1f %.2f", 0.5, 0.25, 1e20);
	both("%.5f %g", 1.5, 2.25);
	both("%02x%s", 5U, "two digits");
	both("%.3s", "three");
}

static void a_text_of_its_own_is_as_long_as_it_must_be(void **state)
{
	char *text = print_new("%s/%u.%.3s", "directory", 12U, "more");
	char small[8];

	(void)state;
	assert_non_null(text);
	want_text("left to printf in part", text, "directory/12.mor");
	free(text);
	want_number("length", print_text(small, sizeof(small), "%s-%d", "longer", 12), 9);
	want_text("cut", small, "longer-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_those_of_printf),
		cmocka_unit_test(what_it_does_not_know_is_left_to_printf),
		cmocka_unit_test(a_text_of_its_own_is_as_long_as_it_must_be),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
