/* test_fold: names that a map of Postfix takes for one; what postmap -q itself says is compared by
 * tests/system/incident.sh. */
#include "incident/fold.h"

#include "test.h"

static void names_that_differ_in_case_are_one(void **state)
{
	static const struct {
		const char *what, *in, *ascii, *utf8;
	} rows[] = {
		{ "ASCII", "Alice@Example.COM", "alice@example.com", "alice@example.com" },
		{ "nothing is trimmed", " Lead ", " lead ", " lead " },
		{ "Latin", "ÄÖ@x", "ÄÖ@x", "äö@x" },
		{ "every second one", "Ā", "Ā", "ā" },
		{ "that is folded already", "ā", "ā", "ā" },
		{ "Greek, a final sigma", "ΣΑΣ ς", "ΣΑΣ ς", "σασ σ" },
		{ "Cyrillic", "ПОЧТА@x", "ПОЧТА@x", "почта@x" },
		{ "one becomes two", "Straße", "straße", "strasse" },
		{ "one becomes three", "\xCE\x90", "\xCE\x90", "\xCE\xB9\xCC\x88\xCC\x81" },
		{ "Kelvin's sign", "\xE2\x84\xAA", "\xE2\x84\xAA", "k" },
		{ "above 16 bits", "\xF0\x90\x90\x80", "\xF0\x90\x90\x80", "\xF0\x90\x90\xA8" },
		{ "no letter", "日本%\"'*", "日本%\"'*", "日本%\"'*" },
		{ "no UTF-8", "\xC4\x41\xC4", "\xC4\x61\xC4", "\xC4\x61\xC4" },
		{ "overlong", "\xC1\x81", "\xC1\x81", "\xC1\x81" },
		{ "a surrogate", "\xED\xA0\x80\x41", "\xED\xA0\x80\x61", "\xED\xA0\x80\x61" },
		{ "nothing", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[256];

		want_raw(rows[i].what, fold(raw_of(rows[i].in), false, buf), rows[i].ascii);
		want_raw(rows[i].what, fold(raw_of(rows[i].in), true, buf), rows[i].utf8);
	}
}

static void what_is_folded_stays_so_and_fits(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x20000; c++) {
		char in[8];
		char once[64];
		char twice[64];
		struct sw_raw first;
		int n = c < 0x80 ? sprintf(in, "%c", (int)c)
			: c < 0x800
				? sprintf(in, "%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 63)))
			: c < 0x10000
				? sprintf(in, "%c%c%c", (int)(0xE0 | c >> 12),
					  (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)))
				: sprintf(in, "%c%c%c%c", (int)(0xF0 | c >> 18),
					  (int)(0x80 | (c >> 12 & 63)), (int)(0x80 | (c >> 6 & 63)),
					  (int)(0x80 | (c & 63)));

		first = fold(raw_from(in, (size_t)n), true, once);
		assert_true(first.n <= fold_room((size_t)n));
		assert_true(raw_same(fold(first, true, twice), first));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_differ_in_case_are_one),
		cmocka_unit_test(what_is_folded_stays_so_and_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
