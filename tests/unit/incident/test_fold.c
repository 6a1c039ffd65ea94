/* test_fold: names that a map of Postfix takes for one; what postmap -q itself says is compared by
 * tests/system/incident.sh. */
#include "incident/fold.h"
#include "incident/fold_table.h"

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
		{ "no UTF-8 at its end", "\x41\xC4", "\x61\xC4", "\x61\xC4" },
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

static void a_nul_is_a_character(void **state)
{
	char buf[64];
	struct sw_raw got = fold(raw_from("\xC3\x84\0B", 4), true, buf);

	(void)state;
	want_number("bytes", (int64_t)got.n, 4);
	assert_memory_equal(got.p, "\xC3\xA4\0b", 4);
}

/* RFC 3629, section 4, row by row: the ranges of the bytes of a character, and where it begins. */
static const struct {
	unsigned char low[4], high[4];
	size_t n;
	uint32_t base;
} utf8_rows[] = {
	{ { 0 }, { 0x7F }, 1, 0 },
	{ { 0xC2, 0x80 }, { 0xDF, 0xBF }, 2, 0x80 },
	{ { 0xE0, 0xA0, 0x80 }, { 0xE0, 0xBF, 0xBF }, 3, 0x800 },
	{ { 0xE1, 0x80, 0x80 }, { 0xEC, 0xBF, 0xBF }, 3, 0x1000 },
	{ { 0xED, 0x80, 0x80 }, { 0xED, 0x9F, 0xBF }, 3, 0xD000 },
	{ { 0xEE, 0x80, 0x80 }, { 0xEF, 0xBF, 0xBF }, 3, 0xE000 },
	{ { 0xF0, 0x90, 0x80, 0x80 }, { 0xF0, 0xBF, 0xBF, 0xBF }, 4, 0x10000 },
	{ { 0xF1, 0x80, 0x80, 0x80 }, { 0xF3, 0xBF, 0xBF, 0xBF }, 4, 0x40000 },
	{ { 0xF4, 0x80, 0x80, 0x80 }, { 0xF4, 0x8F, 0xBF, 0xBF }, 4, 0x100000 },
};

static int64_t by_the_rows(const unsigned char *bytes, size_t room, size_t *n)
{
	for (size_t i = 0; i < SW_COUNT(utf8_rows); i++) {
		int64_t c = 0;
		size_t k = 0;

		*n = utf8_rows[i].n;
		for (; k < *n && k < room; k++) {
			if (bytes[k] < utf8_rows[i].low[k] || bytes[k] > utf8_rows[i].high[k])
				break;
			c = c * 64 + (bytes[k] - utf8_rows[i].low[k]);
		}
		/* the second byte of some does not begin at 0x80, but the base does with it */
		if (k == *n)
			return c + utf8_rows[i].base;
	}
	*n = 0;
	return -1;
}

static void a_character_is_what_the_standard_says(void **state)
{
	static const unsigned char bytes[] = { 0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
					       0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
					       0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF };
	enum { N = SW_COUNT(bytes) };
	struct sw_raw empty = { NULL, 0 };

	(void)state;
	assert_int_equal(fold_next(&empty), -1);
	for (size_t i = 0; i < (size_t)N * N * N * N; i++) {
		unsigned char all[] = { bytes[i / N / N / N], bytes[i / N / N % N],
					bytes[i / N % N], bytes[i % N] };

		for (size_t room = i % (N * N * N) == 0 ? 1 : 2; room <= 4; room++) {
			size_t n;
			int64_t want = by_the_rows(all, room, &n);
			struct sw_raw rest = raw_from((const char *)all, room);

			if (fold_next(&rest) != want || rest.n != room - n ||
			    rest.p != (const char *)all + n)
				fail_msg("%02x %02x %02x %02x, %zu of them", all[0], all[1], all[2],
					 all[3], room);
		}
	}
}

static size_t encode(uint32_t c, char *out)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const int head[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = 0; i < n; i++)
		out[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 63));
	out[0] = (char)(head[n] | (int)(c >> 6 * (n - 1)));
	return n;
}

/* The same table, looked through from its beginning. */
static size_t fold_slowly(uint32_t c, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < SW_COUNT(fold_many); i++)
		for (size_t k = 0; fold_many[i].from == c && k < 3 && fold_many[i].to[k]; k++)
			n += encode(fold_many[i].to[k], out + n);
	for (size_t i = 0; n == 0 && i < SW_COUNT(fold_ranges); i++)
		for (uint32_t r = fold_ranges[i].first; r <= fold_ranges[i].last;
		     r += fold_ranges[i].step)
			if (r == c)
				return encode((uint32_t)((int32_t)c + fold_ranges[i].delta), out);
	return n > 0 ? n : encode(c, out);
}

static void each_character_is_folded_by_the_table_and_stays_so(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c += c == 0xD7FF ? 0x801 : c < 0x1F000 ? 1 : 0xFFF) {
		char in[8];
		char want[64];
		char once[64];
		char twice[64];
		size_t n = encode(c, in);
		struct sw_raw first = fold(raw_from(in, n), true, once);

		if (c >= 'A' && c <= 'Z') {
			assert_int_equal(*once, c + 32);
		} else if (!raw_same(first, raw_from(want, fold_slowly(c, want)))) {
			fail_msg("U+%04X", c);
		}
		assert_true(first.n <= fold_room(n));
		assert_true(raw_same(fold(first, true, twice), first));
		first = fold(raw_from(in, n), false, once);
		assert_int_equal(first.n, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(once[i], in[i] + (in[i] >= 'A' && in[i] <= 'Z' ? 32 : 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_differ_in_case_are_one),
		cmocka_unit_test(a_nul_is_a_character),
		cmocka_unit_test(a_character_is_what_the_standard_says),
		cmocka_unit_test(each_character_is_folded_by_the_table_and_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
