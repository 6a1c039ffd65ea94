#include <math.h>
#include <stdlib.h>

#include "munin/range.h"
#include "test.h"

static void a_value_is_printed_as_munin_reads_it(void **state)
{
	static const struct {
		const char *what;
		double in;
		const char *want;
	} rows[] = {
		{ "whole", 100, "100" },
		{ "zero", 0, "0" },
		{ "negative zero", -0.00001, "0" },
		{ "fraction", 98.4375, "98.4375" },
		{ "rounded", 2.46513, "2.4651" },
		{ "trailing zeros", 2.5, "2.5" },
		{ "a million has no exponent", 1e6, "1000000" },
		{ "large", 123456789012345.0, "123456789012345" },
		{ "not a number", NAN, "U" },
		{ "infinity", INFINITY, "U" },
		{ "minus infinity", -INFINITY, "U" },
		{ "too large", 1e300, "U" },
		{ "the first that is", 1e15, "U" },
		{ "the last that is not", 1e15 - 1, "999999999999999" },
		{ "nor this", 1 - 1e15, "-999999999999999" },
		{ "and the first below", -1e15, "U" },
		{ "negative", -12.25, "-12.25" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[RANGE_VALUE];

		range_value(text, rows[i].in);
		want_text(rows[i].what, text, rows[i].want);
	}
}

static void a_range_is_what_munin_limits_understands(void **state)
{
	static const struct {
		const char *in;
		bool want;
	} rows[] = {
		{ "92", true },	    { ":92", true },  { "5:", true },	  { "5:92", true },
		{ "-5:+9", true },  { "0.5", true },  { " 92 ", true },	  { ":", true },
		{ ".5", true },	    { "92%", false }, { "1e3", false },	  { "abc", false },
		{ "", false },	    { "-", false },   { "1:2:3", false }, { "1.2.3", false },
		{ "92 98", false }, { "--5", false },
	};

	char *end = malloc(1); /* behind it nothing may be read */

	(void)state;
	assert_non_null(end);
	want_number("nothing", range_is(raw_from(end + 1, 0)), false);
	free(end);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].in, range_is(raw_of(rows[i].in)), rows[i].want);
}

static void the_ends_are_what_strtod_reads(void **state)
{
	static const struct {
		const char *in;
		const char *lower, *upper; /* NULL: none */
	} rows[] = {
		{ "92", NULL, "92" },
		{ ":0", NULL, "0" },
		{ "0:", "0", NULL },
		{ "5:92.5", "5", "92.5" },
		{ "5:", "5", NULL },
		{ "", NULL, NULL },
		{ ":", NULL, NULL },
		{ "-5:+9.25", "-5", "9.25" },
		{ "0.1", NULL, "0.1" },
		{ "-0.3:-0.1", "-0.3", "-0.1" },
		{ ":.7", NULL, ".7" },
		{ "3.", NULL, "3." },
		{ "0.000000000000007", NULL, "0.000000000000007" },
		{ "99.999999999999999999:", "99.999999999999999999", NULL },
		{ "99.999999999999999999", NULL, "99.999999999999999999" },
		{ "123456789012345", NULL, "123456789012345" },
		{ ":1234567890123456789", NULL, "1234567890123456789" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *const want[2] = { rows[i].lower, rows[i].upper };
		double got[2] = { range_lower(rows[i].in), range_upper(rows[i].in) };

		for (size_t k = 0; k < 2; k++)
			if (want[k] ? got[k] != strtod(want[k], NULL) : !isnan(got[k]))
				fail_msg("%s: got %g, want %s", rows[i].in, got[k], want[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_printed_as_munin_reads_it),
		cmocka_unit_test(a_range_is_what_munin_limits_understands),
		cmocka_unit_test(the_ends_are_what_strtod_reads),
	};

	return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
