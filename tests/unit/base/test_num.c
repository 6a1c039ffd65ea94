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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_plain_decimal_digits_are_a_number),
	};

	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
