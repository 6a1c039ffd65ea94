#include <regex.h>

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
		regex_t compiled;
		char inside[ACCESS_PATTERN];

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
				   "  hand\nsp ace REJECT\nlast";
	static const struct {
		const char *key, *line, *value;
	} rows[] = {
		{ "alice@x", "alice@x\tOK\n", "OK" },
		{ "ALICE@X", "alice@x\tOK\n", "OK" },
		{ "bob", "Bob  REJECT by\n\n  hand\n", "REJECT by" },
		{ "sp", "sp ace REJECT\n", "ace REJECT" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_written_so_that_it_stands_for_itself),
		cmocka_unit_test(a_pattern_matches_its_name_alone),
		cmocka_unit_test(a_line_is_found_by_its_whole_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
