#include "base/num.h"

#include <math.h>

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

/* Sizes of all orders, whole, halves and quarters among them, and what lies beside them. */
static double piece(uint64_t *state)
{
	static const double places[] = { 1, 1, 10, 16, 1000, 8192, 1e4, 1e6, 1e9 };
	uint64_t r = *state = *state * 6364136223846793005 + 1442695040888963407;
	double size = (double)((r >> 20) % 1000003) / places[(r >> 48) % SW_COUNT(places)];

	if (r & 1)
		size = nextafter(size, r & 2 ? 0 : 1e9);
	return r & 4 ? -size : size;
}

static void a_fraction_is_printed_as_printf_has_it(void **state)
{
	static const double rows[] = { 0,	-0.0,	 0.5,	   0.125,
				       0.99995, 0.99994, -0.00001, 1.0005,
				       1.00005, 99.9999, 99.99996, 999999999999999.25,
				       1e15,	-1e300,	 NAN,	   INFINITY };
	uint64_t seed = 7;
	unsigned left = 0;

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		double number = i < SW_COUNT(rows) ? rows[i] : piece(&seed);
		unsigned decimals = (unsigned)(i % 5);
		char got[NUM_FIXED] = "";
		char want[400];
		int n = snprintf(want, sizeof(want), "%.*f", (int)decimals, number);

		if (num_fixed(number, decimals, got) == 0)
			left++;
		else if (strcmp(got, want) != 0)
			fail_msg("%.17g with %u: got %s, want %s", number, decimals, got, want);
		else
			want_number(want, strlen(got), n);
	}
	want_within("of 100000 left to printf", left, 1, 20000);
	want_number("five decimals", num_fixed(1.5, 5, (char[NUM_FIXED]){ "" }), 0);
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
		cmocka_unit_test(a_fraction_is_printed_as_printf_has_it),
		cmocka_unit_test(numbers_are_put_in_order),
	};

	return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
