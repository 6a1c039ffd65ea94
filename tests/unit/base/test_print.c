#include "base/print.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "test.h"

enum { ROOM = 400 };

static unsigned left; /* how often libc was asked; --wrap in the Makefile */

SW_PRINTF(3, 0) int __real_vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
SW_PRINTF(3, 0) int __wrap_vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
int __wrap_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	left++;
	return __real_vsnprintf(buf, size, fmt, args);
}

/* What -D_FORTIFY_SOURCE makes of it. */
SW_PRINTF(5, 0)
int __wrap___vsnprintf_chk(char *buf, size_t size, int flag, size_t room, const char *fmt,
			   va_list args);
int __wrap___vsnprintf_chk(char *buf, size_t size, int flag, size_t room, const char *fmt,
			   va_list args)
{
	(void)flag;
	(void)room;
	return __wrap_vsnprintf(buf, size, fmt, args);
}

/* In each room the same as by printf(3), and nothing behind it; left to it, or not. */
SW_PRINTF(2, 0) static void same(unsigned is_left, const char *fmt, va_list all)
{
	char want[ROOM];
	char got[ROOM];
	int n = ROOM;

	for (int room = 0; room <= n + 2 && room < ROOM; room++) {
		va_list args;

		memset(got, 'x', sizeof(got));
		memset(want, 'x', sizeof(want));
		va_copy(args, all);
		n = vsnprintf(want, (size_t)room, fmt, args);
		va_end(args);
		va_copy(args, all);
		left = 0;
		want_number(fmt, print_args(got, (size_t)room, fmt, args), n);
		want_number(fmt, left, is_left);
		va_end(args);
		if (memcmp(got, want, sizeof(got)) != 0)
			fail_msg("%s in %d: got %.*s, want %.*s", fmt, room, room, got, room, want);
	}
}

SW_PRINTF(1, 2) static void ours(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	same(0, fmt, args);
	va_end(args);
}

SW_PRINTF(1, 2) static void libcs(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	same(1, fmt, args);
	va_end(args);
}

static void texts_are_those_of_printf(void **state)
{
	const char *none = "";

	(void)state;
	ours("a word of ours");
	ours("%s", none);
	ours("%s and %s", "one", "two");
	ours("<%.*s|%.*s|%.*s>", 2, "cut", 9, "short", -1, "whole");
	ours("%.*s", 3, (const char[]){ 'a', 'b', 'c' }); /* which ends nowhere */
	ours("<%.*s>", 0, "gone");
	ours("%c%d%%", 'x', 7);
	ours("%d %d %d", 0, INT_MIN, INT_MAX);
	ours("%u %u", 0U, UINT_MAX);
	ours("%zu %zu", (size_t)0, (size_t)INT_MAX);
	ours("%lld %lld", LLONG_MIN, LLONG_MAX);
	ours("%llu %llu", 0ULL, (unsigned long long)LLONG_MAX);
	ours("%llu of %s", 12ULL, "them");
	ours("%llx %llx %llx", 0ULL, ULLONG_MAX, 0x10ULL);
	ours("%08x %04x %04x %01x %09x", 0xbeefU, 0U, 0xabcdef01U, 0U, 16U);
	ours("%.0f %.0f", 7.0, 0.0);
	ours("%.0f%% %.1f %.4f", 41.7, 0.06, -3.00004);
	ours("%%");
	ours("%02x%s", 5U, "two digits");
}

static void what_it_does_not_know_is_left_to_printf(void **state)
{
	const char *const volatile nothing = NULL;

	(void)state;
	libcs("%s of %s, %.*s.", "a plugin's table", nothing, 9, nothing);
	libcs("%s %5d", "behind a word", 3);
	libcs("%-4s|%4s", "ab", "cd");
	libcs("%ld %lu %x %X", -1L, 1UL, 255U, 255U);
	libcs("%.0f %.1f %.2f", 0.5, 0.25, 1e20);
	libcs("%.4f", -3.00005);
	libcs("%.5f %g", 1.5, 2.25);
	libcs("%.3s", "three");
	libcs("%llu", ULLONG_MAX);
	libcs("%llu", LLONG_MAX + 1ULL);
	libcs("%18x", 255U);
	libcs("%0lx", 255UL);
	libcs("%08u", 255U);
	libcs("%04f", 1.5);
	libcs("%.*f", 3, 1.5);
	libcs("%.3d", 5);
}

static void a_text_of_its_own_is_as_long_as_it_must_be(void **state)
{
	char *text = print_new("%s/%u.%.3s", "directory", 12U, "more");
	char small[8];

	(void)state;
	assert_non_null(text);
	want_text("left to printf in part", text, "directory/12.mor");
	free(text);
	text = print_new("%s", "");
	assert_non_null(text);
	want_text("of no bytes", text, "");
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
