#include "base/num.h"
#include "test.h"

static void only_plain_decimal_digits_are_a_number(void **state)
{
	static const struct {
		const char *in;
		bool fine;
		uint64_t want;
	} rows[] = {
		{ "0", true, 0 },
		{ "007", true, 7 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "99999999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-1", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1e3", false, 0 },
		{ "1.0", false, 0 },
		{ "0x10", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		uint64_t got = 42;

		want_number(rows[i].in, num_from(raw_of(rows[i].in), &got), rows[i].fine);
		want_number(rows[i].in, got, rows[i].fine ? rows[i].want : 42);
	}
}

static void a_number_is_printed_as_printf_has_it(void **state)
{
	static const int64_t rows[] = { 0,	   1,	      -1,	    9,
					10,	   -10,	      1795431300,   999999999999999,
					INT64_MAX, INT64_MIN, INT64_MIN + 1 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[NUM_MAX];
		char want[32];
		int n = snprintf(want, sizeof(want), "%lld", (long long)rows[i]);

		want_number(want, (int64_t)num_to(rows[i], got), n);
		want_text("text", got, want);
	}
}

static void numbers_are_put_in_order(void **state)
{
	uint64_t n[] = { 5, UINT64_MAX, 0, 5, 1, (uint64_t)1 << 63 };
	const uint64_t want[] = { 0, 1, 5, 5, (uint64_t)1 << 63, UINT64_MAX };

	(void)state;
	num_sort(n, SW_COUNT(n));
	for (size_t i = 0; i < SW_COUNT(n); i++)
		want_number("number", n[i], want[i]);
	num_sort(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_plain_decimal_digits_are_a_number),
		cmocka_unit_test(a_number_is_printed_as_printf_has_it),
		cmocka_unit_test(numbers_are_put_in_order),
	};

	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
