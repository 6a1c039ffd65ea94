#include <regex.h>
#include <stdlib.h>
#include <strings.h>

#include "incident/access.h"
#include "test.h"

static void a_name_is_written_so_that_it_stands_for_itself(void **state)
{
	static const struct {
		const char *name;
		enum access_kind kind;
		bool utf8;
	} rows[] = {
		{ "alice@x", ACCESS_PLAIN, true },
		{ "-x", ACCESS_PLAIN, true },
		{ "a%b,c:$(d)'{}*", ACCESS_PLAIN, true },
		{ "a#b", ACCESS_PLAIN, true },
		{ "\303\244@x", ACCESS_PLAIN, true },
		{ "\303\244@x", ACCESS_NEVER, false },
		{ "sp ace@x", ACCESS_PATTERN_ONLY, true },
		{ " lead", ACCESS_PATTERN_ONLY, true },
		{ "#hash", ACCESS_PATTERN_ONLY, true },
		{ "q\"uote", ACCESS_PATTERN_ONLY, true },
		{ "back\\slash", ACCESS_PATTERN_ONLY, true },
		{ "tab\tx", ACCESS_NEVER, true },
		{ "new\nline", ACCESS_NEVER, true },
		{ "del\177", ACCESS_NEVER, true },
		{ "\377x", ACCESS_NEVER, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };

		want_number(rows[i].name, access_kind(raw_of(rows[i].name), rows[i].utf8, &why),
			    rows[i].kind);
		want_number(rows[i].name, why.code != 0, rows[i].kind == ACCESS_NEVER);
	}
}

/* The C library's own regcomp(3), which Postfix's regexp tables call. */
static void a_pattern_matches_its_name_alone(void **state)
{
	static const char *const names[] = { "sp ace@x", "sp", "^a$b.*[c]\\d(e)+?{1}|x", "a/b'c\"",
					     "\\", "[", "]", "^", "-", "#", "a b c", "sp aceX",
					     "\303\244 b" };
	char buf[ACCESS_PATTERN];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++) {
		struct sw_raw pattern = access_pattern(raw_of(names[i]), buf);
		char again[ACCESS_NAME];
		struct sw_raw name;
		regex_t compiled;
		char inside[ACCESS_PATTERN];

		assert_true(access_name(pattern, again, &name));
		want_raw("its name", name, names[i]);
		want_number(names[i], pattern.p[0] == '/' && pattern.p[pattern.n - 1] == '/', 1);
		memcpy(inside, pattern.p + 1, pattern.n - 2);
		inside[pattern.n - 2] = '\0';
		assert_int_equal(regcomp(&compiled, inside, REG_EXTENDED | REG_ICASE | REG_NOSUB),
				 0);
		for (size_t k = 0; k < SW_COUNT(names); k++)
			want_number(names[k], regexec(&compiled, names[k], 0, NULL, 0) == 0, i == k);
		regfree(&compiled);
	}
}

static void a_line_is_found_by_its_whole_key(void **state)
{
	static const char text[] = "# alice REJECT\n alice no\nalice@x\tOK\nBob  REJECT by\n\n"
				   "  hand\nsp ace REJECT\n\xCE\x90 OK\nlast";
	static const struct {
		const char *key, *line, *value;
	} rows[] = {
		{ "alice@x", "alice@x\tOK\n", "OK" },
		{ "ALICE@X", "alice@x\tOK\n", "OK" },
		{ "bob", "Bob  REJECT by\n\n  hand\n", "REJECT by" },
		{ "sp", "sp ace REJECT\n", "ace REJECT" },
		{ "\xCE\x90", "\xCE\x90 OK\n", "OK" }, /* three times as long when folded */
		{ "last", "last", "" },
		{ "alice", NULL, NULL },
		{ "sp ace", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct access_line line = { 0 };
		bool found = access_find(raw_of(text), raw_of(rows[i].key), true, false, &line);

		want_number(rows[i].key, found, rows[i].line != NULL);
		if (!rows[i].line)
			continue;
		want_raw(rows[i].key, raw_from(text + line.at, line.n), rows[i].line);
		want_raw(rows[i].key, line.value, rows[i].value);
	}
}

/* Each byte of ASCII and each of two, at the beginning and behind. */
static void each_character_of_a_name_is_told_apart(void **state)
{
	(void)state;
	for (int c = 1; c < 0x100; c++)
		for (int at = 0; at < 2; at++)
			for (int utf8 = 0; utf8 < 2; utf8++) {
				char name[8] = "a";
				char want[32] = "/^a";
				char buf[ACCESS_PATTERN];
				char again[ACCESS_NAME];
				struct sw_fault why = { 0 };
				enum access_kind kind = ACCESS_PLAIN;
				struct sw_raw got;

				if (c < 0x80)
					snprintf(name + at, 4, "%c", c);
				else
					snprintf(name + at, 4, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 63));
				snprintf(want + 2 + at, 12,
					 c >= 0x80 || strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM"
							     "NOPQRSTUVWXYZ0123456789@_",
							     c)
						 ? "%s$/"
						 : strchr("/\\^", c) ? "\\%s$/" : "[%s]$/",
					 name + at);
				if (strchr(" \"\\", c) || (c == '#' && at == 0))
					kind = ACCESS_PATTERN_ONLY;
				if (c < 0x20 || c == 0x7F || (c > 0x7F && !utf8))
					kind = ACCESS_NEVER;
				want_number(name, access_kind(raw_of(name), utf8, &why), kind);
				want_raw(name, access_pattern(raw_of(name), buf), want);
				assert_true(access_name(raw_of(want), again, &got));
				want_raw(name, got, name);
			}
}

static void a_name_has_a_longest(void **state)
{
	static char name[2 * ACCESS_PATTERN];
	static char pattern[ACCESS_PATTERN];
	char again[ACCESS_NAME];
	struct sw_fault why = { 0 };
	struct sw_raw got;

	(void)state;
	memset(name, 'a', sizeof(name));
	want_number("0", access_kind(raw_from(name, 0), true, &why), ACCESS_PLAIN);
	want_number("400", access_kind(raw_from(name, 400), true, &why), ACCESS_PLAIN);
	want_number("401", access_kind(raw_from(name, 401), true, &why), ACCESS_PATTERN_ONLY);
	want_number("2000", access_kind(raw_from(name, 2000), true, &why), ACCESS_PATTERN_ONLY);
	want_number("2001", access_kind(raw_from(name, 2001), true, &why), ACCESS_NEVER);
	want_text("why", why.text.s,
		  "a name of 2001 bytes is longer than any that Postfix looks up");
	assert_true(access_name(access_pattern(raw_from(name, 2000), pattern), again, &got));
	want_number("2000", got.n, 2000);
	assert_false(access_name(access_pattern(raw_from(name, 2001), pattern), again, &got));
	/* what is too long for any use stays within its bounds */
	for (size_t letters = 0; letters < 6; letters++) {
		const size_t begin = 2 + letters;
		size_t n = begin;

		memset(name, '*', sizeof(name));
		memset(name, 'a', letters);
		while (n + 7 < ACCESS_PATTERN)
			n += 3;
		want_number("pattern", access_pattern(raw_from(name, sizeof(name)), pattern).n,
			    (int64_t)n + 2);
	}
}

static void what_is_no_pattern_of_ours_has_no_name(void **state)
{
	static const char *const texts[] = { "",      "/",	"/^",	   "/^$",    "/^$/",
					     "/^a/",  "/a$/",	"/^[a]$/", "/^\\a$/", "/^[ab]$/",
					     "/^a$/ ", "/^[$/", "/^\\$/",  "/^.$/",  "x^a$/",
					     "/^a$x", "/^[*$/" };
	char buf[ACCESS_NAME];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(texts); i++) {
		const size_t n = strlen(texts[i]);
		char *copy = malloc(n + 1); /* ends where the text does, as far as anybody looks */
		struct sw_raw got;

		memcpy(copy, texts[i], n);
		want_number(texts[i], access_name(raw_from(copy, n), buf, &got), false);
		free(copy);
	}
}

/* The same by whole lines: where each begins and ends, then which of them has the key. */
static size_t key_slowly(struct sw_raw line, bool is_pattern)
{
	size_t quotes = 0;
	size_t i = is_pattern;

	while (i < line.n) {
		if (is_pattern && line.p[i] == '/')
			return i + 1;
		if (!is_pattern && raw_is_blank(line.p[i]) && quotes % 2 == 0)
			return i;
		quotes += line.p[i] == '"';
		i += line.p[i] == '\\' ? 2 : 1;
	}
	return line.n;
}

static size_t keys_slowly(struct sw_raw text)
{
	size_t n = 0;

	for (size_t at = 0; at < text.n; at++) {
		size_t first = at;

		if (at > 0 && text.p[at - 1] != '\n')
			continue;
		while (first < text.n && strchr(" \t", text.p[first]))
			first++;
		n += first == at && text.p[at] != '\n' && text.p[at] != '#';
	}
	return n;
}

static bool find_slowly(struct sw_raw text, struct sw_raw key, bool is_pattern,
			struct access_line *ret)
{
	size_t begin[64];
	size_t end[64];
	bool goes_on[64];
	size_t n = 0;

	/* lines that say something */
	for (size_t at = 0; at < text.n;) {
		const char *newline = memchr(text.p + at, '\n', text.n - at);
		const size_t to = newline ? (size_t)(newline - text.p) + 1 : text.n;
		const struct sw_raw words = raw_trim(raw_from(text.p + at, to - at));

		if (words.n > 0 && words.p[0] != '#' && raw_trim(words).n > 0 &&
		    words.p[0] != '\n') {
			begin[n] = at;
			end[n] = to;
			goes_on[n++] = text.p[at] == ' ' || text.p[at] == '\t';
		}
		at = to;
	}
	for (size_t i = 0; i < n; i++) {
		struct sw_raw line = raw_from(text.p + begin[i], end[i] - begin[i]);
		size_t k;

		if (line.p[line.n - 1] == '\n')
			line.n--;
		k = key_slowly(line, is_pattern);
		if (goes_on[i] || k != key.n || strncasecmp(line.p, key.p, k) != 0)
			continue;
		ret->at = begin[i];
		ret->value = raw_trim(raw_skip(line, k));
		for (; i + 1 < n && goes_on[i + 1]; i++)
			;
		ret->n = end[i] - ret->at;
		return true;
	}
	return false;
}

static void texts_by_chance_are_read_as_slowly(void **state)
{
	static const char letters[] = "aaAb  \t\n\n\"\\#/^$";
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 40000; round++) {
		const bool is_pattern = round % 2;
		char bytes[40];
		char added[64];
		size_t n = (size_t)round % sizeof(bytes);
		char *copy = malloc(n + sizeof(added));
		struct sw_raw text = raw_from(copy, n);
		struct sw_raw rest;
		struct sw_raw key;
		struct sw_raw value;
		size_t keys = 0;
		char *tight;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			copy[i] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		memcpy(bytes, copy, n);
		/* nothing behind it is looked at */
		tight = malloc(n > 0 ? n : 1);
		memcpy(tight, bytes, n);
		for (rest = raw_from(tight, n); access_next(&rest, is_pattern, &key, &value);)
			keys++;
		want_number("keys", (int64_t)keys, (int64_t)keys_slowly(text));
		keys = 0;
		free(tight);
		/* each key that is there, and one that may be */
		for (rest = text;; keys++) {
			const bool more = access_next(&rest, is_pattern, &key, &value);
			struct access_line want = { .n = 0 };
			struct access_line got = { .n = 0 };
			bool found;

			if (!more)
				want_number("keys", (int64_t)keys, (int64_t)keys_slowly(text));
			if (!more)
				key = raw_of(is_pattern ? "/^a$/" : "aa");
			found = find_slowly(text, key, is_pattern, &want);
			if (access_find(text, key, false, is_pattern, &got) != found ||
			    got.at != want.at || got.n != want.n || !raw_same(got.value, want.value))
				fail_msg("\"%.*s\", key \"%.*s\"", (int)n, bytes, (int)key.n, key.p);
			if (!more) {
				/* put in, and taken out again */
				const size_t m = access_added(text, key, "OK", added, sizeof(added));
				struct access_line mine = { .n = 0 };

				if (found)
					break;
				memcpy(copy + n, added, m);
				text.n = n + m;
				assert_true(access_find(text, key, false, is_pattern, &mine));
				want_raw("value", mine.value, "OK");
				access_cut(text, &mine);
				want_number("at", mine.at, (int64_t)n);
				want_number("length", mine.n, (int64_t)m);
				break;
			}
			/* the first that has it is the one that next() gives, or stands before */
			assert_true(found && want.at <= (size_t)(key.p - text.p));
			if (want.at == (size_t)(key.p - text.p))
				assert_true(raw_same(want.value, value));
		}
		free(copy);
	}
}

static void a_line_is_added_where_there_is_room(void **state)
{
	static const struct {
		const char *text, *want;
		size_t size;
	} rows[] = {
		{ "", "a@x\tOK\n", 8 },	     { "b OK\n", "a@x\tOK\n", 8 },
		{ "b OK", "\na@x\tOK", 8 },  { "b OK", "", 7 },
		{ "b OK\n", "", 7 },	     { "\n", "a@x\tOK\n", 64 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[64];
		size_t n = access_added(raw_of(rows[i].text), raw_of("a@x"), "OK", buf, rows[i].size);

		want_raw(rows[i].text, raw_from(buf, n), rows[i].want);
	}
}

static void what_goes_with_a_line(void **state)
{
	static const struct {
		const char *text;
		size_t at, n, want_at, want_n;
	} rows[] = {
		{ "a OK\nb OK\n", 5, 5, 5, 5 }, { "a OK\nb OK", 5, 4, 4, 5 },
		{ "b OK", 0, 4, 0, 4 },		{ "a OK\nb OK", 0, 5, 0, 5 },
		{ "a\nb", 2, 1, 1, 2 },		{ "\nb", 1, 1, 0, 2 },
		{ "a\nb", 2, 0, 2, 0 },	 { "ab", 1, 0, 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct access_line line = { .at = rows[i].at, .n = rows[i].n };

		access_cut(raw_of(rows[i].text), &line);
		want_number(rows[i].text, line.at, (int64_t)rows[i].want_at);
		want_number(rows[i].text, line.n, (int64_t)rows[i].want_n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_written_so_that_it_stands_for_itself),
		cmocka_unit_test(a_pattern_matches_its_name_alone),
		cmocka_unit_test(a_line_is_found_by_its_whole_key),
		cmocka_unit_test(each_character_of_a_name_is_told_apart),
		cmocka_unit_test(a_name_has_a_longest),
		cmocka_unit_test(what_is_no_pattern_of_ours_has_no_name),
		cmocka_unit_test(texts_by_chance_are_read_as_slowly),
		cmocka_unit_test(a_line_is_added_where_there_is_room),
		cmocka_unit_test(what_goes_with_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
