#include "base/label.h"
#include "test.h"

static struct sw_label named(const char *name)
{
	struct sw_label l = label_new();

	sw_label_add_name(&l, raw_of(name));
	return l;
}

static void what_a_reader_behind_munin_takes_for_syntax_is_encoded(void **state)
{
	static const struct {
		const char *what;
		const char *in;
		const char *want;
	} rows[] = {
		{ "plain", "email@ourdomain.com", "email@ourdomain.com" },
		{ "all that is kept", "aZ09 @._+-/:,=()%[]", "aZ09 @._+-/:,=()%[]" },
		{ "command substitution", "$(id)", "%24(id)" },
		{ "backquotes", "`id`", "%60id%60" },
		{ "quotes", "a'b\"c", "a%27b%22c" },
		{ "pipe, list, redirection", "|;&<>", "%7C%3B%26%3C%3E" },
		{ "comment and continuation", "a#b\\", "a%23b%5C" },
		{ "shell patterns and history", "*?!~{}^", "%2A%3F%21%7E%7B%7D%5E" },
		{ "a new line", "a\nx.value 0", "a%0Ax.value 0" },
		{ "carriage return, tab", "\r\t", "%0D%09" },
		{ "terminal escape", "\033[31m", "%1B[31m" },
		{ "delete", "\177", "%7F" },
		{ "UTF-8", "m\303\274ller", "m%C3%BCller" },
		{ "no UTF-8", "\377\200", "%FF%80" },
		{ "the master's abort word", "# timeout", "%23 timeout" },
		{ "a percentage", "97% of", "97% of" },
		{ "what looks encoded", "a%41b", "a%2541b" },
		{ "what looks encoded, small", "%aF", "%25aF" },
		{ "what almost looks encoded", "%4g%", "%4g%" },
		{ "nothing", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label l = sw_label_from(raw_of(rows[i].in));

		want_text(rows[i].what, l.s, rows[i].want);
		want_number(rows[i].what, l.n, strlen(rows[i].want));
		want_number(rows[i].what, l.cut, false);
	}
}

static void what_stands_behind_a_text_is_not_of_it(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *want;
	} rows[] = {
		{ "%41", 0, "" },
		{ "%41", 1, "%" },
		{ "%41", 2, "%4" },
		{ "%41", 3, "%2541" },
		{ "\303\274", 1, "%C3" },
		{ "\303\274", 2, "%C3%BC" },
		{ "\342\202\254", 2, "%E2%82" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label l = sw_label_from(raw_from(rows[i].text, rows[i].n));

		want_text(rows[i].want, l.s, rows[i].want);
	}
}

static void every_byte_comes_back(void **state)
{
	static const char kept[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789 @._+-/:,=()%[]";
	char back[SW_LABEL_MAX];

	(void)state;
	for (unsigned pair = 0; pair < 65536; pair++) {
		const char in[4] = { (char)(pair >> 8), (char)pair, '4', '1' };
		struct sw_label l = sw_label_from(raw_from(in, sizeof(in)));
		size_t n = sw_label_decode(&l, back, sizeof(back));

		if (n != sizeof(in) || memcmp(back, in, n) != 0)
			fail_msg("%04x: %s is not what came in", pair, l.s);
		if (strspn(l.s, kept) != l.n)
			fail_msg("%04x: %s holds a byte that may be syntax", pair, l.s);
	}
}

static void pieces_that_meet_make_no_escape(void **state)
{
	static const char *const rows[][3] = {
		{ "100%", "41", "100%41" },
		{ "100%4", "1x", "100%41x" },
		{ "%", "%41", "%%41" },
	};
	char back[SW_LABEL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label l = sw_label_from(raw_of(rows[i][0]));

		sw_label_add(&l, raw_of(rows[i][1]));
		back[sw_label_decode(&l, back, SW_LABEL_MAX)] = '\0';
		want_text(l.s, back, rows[i][2]);
	}
}

static void what_is_too_long_is_cut_on_a_whole_character(void **state)
{
	static const struct {
		const char *what;
		const char *unit; /* of the input, again and again */
		const char *want; /* of the output */
	} rows[] = {
		{ "letters", "a", "a" },
		{ "escapes", "\n", "%0A" },
		{ "two bytes", "\303\274", "%C3%BC" },
		{ "three bytes", "\342\202\254", "%E2%82%AC" },
		{ "four bytes", "\360\237\222\251", "%F0%9F%92%A9" },
		{ "no UTF-8", "\303\303", "%C3" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char in[1200];
		size_t unit = strlen(rows[i].unit);
		size_t want = strlen(rows[i].want);
		struct sw_label l;

		for (size_t at = 0; at < sizeof(in); at++)
			in[at] = rows[i].unit[at % unit];
		l = sw_label_from(raw_from(in, sizeof(in) - sizeof(in) % unit));
		want_number(rows[i].what, l.cut, true);
		want_number(rows[i].what, l.n, strlen(l.s));
		want_number(rows[i].what, l.n <= SW_LABEL_MAX, true);
		want_number(rows[i].what, l.n + (long)want > SW_LABEL_MAX - 3, true);
		want_text(rows[i].what, l.s + l.n - 3, "...");
		for (size_t at = 0; at + 3 < l.n; at++)
			want_number(rows[i].what, l.s[at], rows[i].want[at % want]);
		want_number(rows[i].what, (l.n - 3) % (long)want, 0);
	}
}

static void what_just_fits_is_not_cut(void **state)
{
	char in[SW_LABEL_MAX + 2];
	struct sw_label l;

	(void)state;
	memset(in, 'a', sizeof(in));
	l = sw_label_from(raw_from(in, SW_LABEL_MAX));
	want_number("350 letters", l.cut, false);
	want_number("350 letters", l.n, SW_LABEL_MAX);
	sw_label_add(&l, raw_of("b"));
	want_number("one more", l.cut, true);
	want_number("one more", l.n, SW_LABEL_MAX);
	want_text("one more", l.s + SW_LABEL_MAX - 4, "a...");
}

static void after_a_cut_nothing_is_added(void **state)
{
	char in[400];
	struct sw_label l;
	struct sw_label before;

	(void)state;
	memset(in, 'a', sizeof(in));
	l = sw_label_from(raw_from(in, sizeof(in)));
	before = l;
	sw_label_add(&l, raw_of("b"));
	sw_label_print(&l, "c");
	sw_label_add_name(&l, raw_of("d"));
	sw_label_append(&l, &(struct sw_label){ "e", 1, 1, false });
	want_number("whole piece", label_add_whole(&l, &(struct sw_label){ "f", 1, 1, false }),
		    false);
	want_text("same", l.s, before.s);
}

static void words_bring_in_nothing_unconverted(void **state)
{
	struct sw_label l = sw_label_printed("open %s: %d%%", "/a b\n$(id)", 97);

	(void)state;
	want_text("printed", l.s, "open /a b%0A%24(id): 97%");
	sw_label_print(&l, ", %s", "then `x`");
	want_text("added", l.s, "open /a b%0A%24(id): 97%, then %60x%60");
}

static void a_name_can_not_be_read_as_our_words(void **state)
{
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "email@ourdomain.com", "email@ourdomain.com" },
		{ "/var/spool", "/var/spool" },
		{ "a_b+c-d", "a_b+c-d" },
		{ "50%", "50%" },
		{ "50%41", "50%2541" },
		{ "", "[]" },
		{ "bob 2562 msg, 97% from 192.0.2.1", "[bob 2562 msg, 97% from 192.0.2.1]" },
		{ "a,b", "[a,b]" },
		{ "a]: bob [", "[a%5D: bob %5B]" },
		{ "a(b)", "[a(b)]" },
		{ "2001:db8::1", "[2001:db8::1]" },
		{ "x=1", "[x=1]" },
		{ "\303\274", "[%C3%BC]" },
		{ "new\nline", "[new%0Aline]" },
	};
	struct sw_label nul = label_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].in, named(rows[i].in).s, rows[i].want);
	sw_label_add_name(&nul, raw_from("a\0b", 3));
	want_text("a NUL", nul.s, "[a%00b]");
}

static void a_whole_piece_is_added_or_left(void **state)
{
	char in[SW_LABEL_MAX];
	struct sw_label l;
	struct sw_label piece = sw_label_printed("12345");

	(void)state;
	memset(in, 'a', sizeof(in));
	l = sw_label_from(raw_from(in, SW_LABEL_MAX - 5));
	want_number("fits", label_add_whole(&l, &piece), true);
	want_number("fits", l.n, SW_LABEL_MAX);
	want_text("fits", l.s + SW_LABEL_MAX - 6, "a12345");
	l = sw_label_from(raw_from(in, SW_LABEL_MAX - 4));
	want_number("does not fit", label_add_whole(&l, &piece), false);
	want_number("does not fit", l.n, SW_LABEL_MAX - 4);
	want_number("does not fit", l.cut, false);
	sw_label_add(&l, raw_of("67890"));
	want_text("cut after all", l.s + SW_LABEL_MAX - 4, "6...");
}

static void what_is_converted_is_not_converted_again(void **state)
{
	struct sw_label l = sw_label_from(raw_of("a%41\n"));
	struct sw_label sum = sw_label_printed("x: ");
	char in[SW_LABEL_MAX - 2];

	(void)state;
	sw_label_append(&sum, &l);
	want_text("appended", sum.s, "x: a%2541%0A");
	memset(in, 'a', sizeof(in));
	sum = sw_label_from(raw_from(in, sizeof(in)));
	l = sw_label_from(raw_of("\n"));
	sw_label_append(&sum, &l);
	want_number("an escape is not cut in two", sum.cut, true);
	want_text("an escape is not cut in two", sum.s + SW_LABEL_MAX - 4, "a...");
}

/* The legend of a graph: what does not fit ends in dots, and no escape is cut in two. */
static void a_short_one_is_cut_on_a_whole_character(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *want;
	} rows[] = {
		{ "abcdef", 6, "abcdef" },     { "abcdefg", 6, "abc..." },
		{ "abcdefg", 5, "ab..." },     { "abc\ndefgh", 9, "abc%0A..." },
		{ "abc\ndefgh", 8, "abc..." }, { "\303\274bcdef", 9, "%C3%BC..." },
		{ "\303\274bcdef", 8, "..." }, { "abcdef", 3, "..." },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label l = sw_label_from(raw_of(rows[i].in));
		struct sw_label got = label_short(&l, rows[i].max);

		want_text(rows[i].in, got.s, rows[i].want);
		want_number(rows[i].in, got.n, strlen(rows[i].want));
	}
}

static void decoding_stays_in_its_buffer(void **state)
{
	struct sw_label l = sw_label_from(raw_of("ab\ncd"));
	char back[5] = "zzzz";

	(void)state;
	want_number("three bytes", sw_label_decode(&l, back, 3), 3);
	want_text("three bytes", back, "ab\nz");
	want_number("none", sw_label_decode(&l, back, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_reader_behind_munin_takes_for_syntax_is_encoded),
		cmocka_unit_test(what_stands_behind_a_text_is_not_of_it),
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(pieces_that_meet_make_no_escape),
		cmocka_unit_test(what_is_too_long_is_cut_on_a_whole_character),
		cmocka_unit_test(what_just_fits_is_not_cut),
		cmocka_unit_test(after_a_cut_nothing_is_added),
		cmocka_unit_test(words_bring_in_nothing_unconverted),
		cmocka_unit_test(a_name_can_not_be_read_as_our_words),
		cmocka_unit_test(a_whole_piece_is_added_or_left),
		cmocka_unit_test(what_is_converted_is_not_converted_again),
		cmocka_unit_test(a_short_one_is_cut_on_a_whole_character),
		cmocka_unit_test(decoding_stays_in_its_buffer),
	};

	return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
