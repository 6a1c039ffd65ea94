#include "words/share.h"
#include "test.h"

static void a_share_is_rounded_and_only_all_is_all(void **state)
{
	static const struct {
		double share, error;
		const char *want;
	} rows[] = {
		{ 0, 0, "0%" },
		{ 1, 0, "100%" },
		{ 0.999999, 0, "over 99%" }, /* all but one are not all */
		{ 0.995, 0, "over 99%" },
		{ 0.9949, 0, "99%" },
		{ 0.005, 0, "1%" },
		{ 0.0049, 0, "under 1%" },
		{ 1e-12, 0, "under 1%" },
		{ 0.97, 0.001, "97% +-1%" },
		{ 0.97, 0.01, "97% +-1%" },
		{ 0.97, 0.0101, "97% +-2%" },
		{ 29 / 100.0, 0, "29%" }, /* 100 * 0.29 is below 29 */
		{ 57 / 100.0, 0, "57%" },
		{ 2.0 / 3, 0, "67%" },
		{ 1.0 / 3, 0, "33%" },
		{ 40.0 / 51, 0, "78%" },
	};

	(void)state;
	for (int of = 1; of <= 1000; of++)
		for (int n = 0; n <= of; n++) {
			struct sw_label text = label_new();
			char want[16];
			int percent = (200 * n + of) / (2 * of);

			snprintf(want, sizeof(want), "%s%d%%",
				 n < of && percent == 100 ? "over "
				 : n > 0 && percent == 0  ? "under "
							  : "",
				 n < of && percent == 100 ? 99
				 : n > 0 && percent == 0  ? 1
							  : percent);
			words_share(&text, (double)n / of, 0);
			want_text("as whole numbers have it", text.s, want);
		}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label text = label_new();

		words_share(&text, rows[i].share, rows[i].error);
		want_text(rows[i].want, text.s, rows[i].want);
	}
}

static void a_sample_is_said_to_be_one(void **state)
{
	static const struct {
		uint64_t all, looked;
		const char *want;
	} rows[] = {
		{ 24, 24, "x of 24" },
		{ 24, 23, "x of 24 (sample of 23)" },
		{ 24, 0, "x of 24 (sample of 0)" },
		{ 24, 25, "x of 24" }, /* some came while it was counted */
		{ 0, 0, "x of 0" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label text = sw_label_printed("x");

		words_of(&text, rows[i].all, rows[i].looked);
		want_text(rows[i].want, text.s, rows[i].want);
	}
}

static void one_is_no_plural(void **state)
{
	static const char *const want[] = { "0 addresses", "1 address", "2 addresses" };

	(void)state;
	for (uint64_t n = 0; n < SW_COUNT(want); n++) {
		struct sw_label text = label_new();

		words_count(&text, n, "address", "addresses");
		want_text(want[n], text.s, want[n]);
	}
}

static void a_time_of_another_day_has_its_date(void **state)
{
	enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */, DAY = 86400 };
	static const struct {
		int64_t ago;
		const char *want;
	} rows[] = {
		{ 0, "x since 13:50" },
		{ DAY - 1, "x since 13:50" },
		{ DAY, "x since Nov 25 13:50" },
		{ 30 * DAY, "x since Oct 27 13:50" },
		{ -60, "x since 13:51" },
	};

	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label text = sw_label_printed("x");

		words_since(&text, NOW - rows[i].ago, NOW);
		want_text(rows[i].want, text.s, rows[i].want);
	}
}

static void a_script_is_named_with_whose_and_how_much_it_is(void **state)
{
	static const struct {
		const char *script;
		double share;
		const char *want;
	} rows[] = {
		{ "", 1, "he" },
		{ "x", 1, "he, script x (uid 7)" },
		{ "x", 0.999, "he, script x (uid 7) for over 99% of it," },
		{ "x", 0.5, "he, script x (uid 7) for 50% of it," },
		{ "012345678901234567890123456789012345678901234567890123456789", 1,
		  "he, script 012345678901234567890123456789012345678901234567890123456789 (uid 7)" },
		{ "0123456789012345678901234567890123456789012345678901234567890", 1,
		  "he, script 012345678901234567890123456789012345678901234567890123456... (uid 7)" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label text = sw_label_printed("he");

		words_script(&text, raw_of(rows[i].script), 7, rows[i].share);
		want_text(rows[i].script, text.s, rows[i].want);
	}
}

static struct sw_label of_length(size_t n)
{
	char text[SW_LABEL_MAX + 10];

	memset(text, 'x', sizeof(text));
	return sw_label_from(raw_from(text, n));
}

static void a_list_ends_with_a_whole_item(void **state)
{
	static const struct {
		const char *what;
		size_t first, second;
		bool added;
	} rows[] = {
		{ "both fit", 10, 10, true },
		{ "just fit", SW_LABEL_MAX - 7 - 10, 10, true },
		{ "one byte too much", SW_LABEL_MAX - 7 - 9, 10, false },
		{ "no room at all", SW_LABEL_MAX, 1, false },
		{ "the first was cut", SW_LABEL_MAX + 1, 1, false },
		{ "the second was cut", 1, SW_LABEL_MAX + 1, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label first = of_length(rows[i].first);
		struct sw_label second = of_length(rows[i].second);
		struct sw_label list = label_new();
		char want[3 * SW_LABEL_MAX];

		want_number(rows[i].what, words_then(&list, &first), !first.cut);
		want_text(rows[i].what, list.s, first.s);
		snprintf(want, sizeof(want), "%s%s%s", first.s, rows[i].added ? ", then " : "",
			 rows[i].added ? second.s : "");
		want_number(rows[i].what, words_then(&list, &second), rows[i].added);
		want_text(rows[i].what, list.s, want);
	}
}

/* 350 bytes are "9 silent", items, and what is said of the others. */
static void reasons_are_whole_and_the_others_counted(void **state)
{
	static const struct {
		const char *what;
		size_t length[3], n, all, said;
		const char *end;
	} rows[] = {
		{ "nobody", { 0 }, 0, 0, 0, "silent" },
		{ "none has a reason", { 0 }, 0, 2, 0, "silent" },
		{ "one", { 10 }, 1, 1, 1, "x" },
		{ "all", { 10, 11, 12 }, 3, 3, 3, "x" },
		{ "one has no reason", { 10, 11, 12 }, 3, 4, 3, "x, and 1 more" },
		{ "just fit", { 10, 323 }, 2, 2, 2, "x" },
		{ "a byte too much", { 10, 324 }, 2, 2, 1, "x, and 1 more" },
		{ "no room for the third, but to count it", { 10, 311, 6 }, 3, 3, 2, "x, and 1 more" },
		{ "which takes as much as a short one", { 10, 311, 5 }, 3, 3, 3, "x" },
		{ "nor for that", { 10, 312, 6 }, 3, 3, 1, "x, and 2 more" },
		{ "two digits", { 10, 310, 40 }, 3, 12, 2, "x, and 10 more" },
		{ "of which the second has no room", { 10, 311, 40 }, 3, 12, 1, "x, and 11 more" },
		{ "the first just fits", { 340 }, 1, 1, 1, "x" },
		{ "it is cut", { 341 }, 1, 1, 1, "..." },
		{ "it is cut for the count", { 341, 9 }, 2, 2, 1, "..., and 1 more" },
		{ "it was cut", { 351, 9 }, 2, 2, 1, "..., and 1 more" },
		{ "the second was", { 1, 351 }, 2, 2, 1, "x, and 1 more" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label text = sw_label_printed("9 silent");
		struct sw_label item[3];
		size_t said = 0;

		for (size_t k = 0; k < rows[i].n; k++)
			item[k] = of_length(rows[i].length[k]);
		words_reasons(&text, item, rows[i].n, rows[i].all);
		for (const char *p = text.s; (p = strpbrk(p, ":t")); p++)
			said += strncmp(p, ": x", 3) == 0 || strncmp(p, "then x", 6) == 0;
		want_number(rows[i].what, said, rows[i].said);
		want_number(rows[i].what, text.cut, false);
		want_text(rows[i].what, text.s + text.n - strlen(rows[i].end), rows[i].end);
		if (rows[i].end[0] == 'x')
			want_number(rows[i].what, strstr(text.s, "...") != NULL, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_rounded_and_only_all_is_all),
		cmocka_unit_test(a_sample_is_said_to_be_one),
		cmocka_unit_test(one_is_no_plural),
		cmocka_unit_test(a_time_of_another_day_has_its_date),
		cmocka_unit_test(a_script_is_named_with_whose_and_how_much_it_is),
		cmocka_unit_test(a_list_ends_with_a_whole_item),
		cmocka_unit_test(reasons_are_whole_and_the_others_counted),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
