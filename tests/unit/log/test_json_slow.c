/* Strings and objects made of pieces, read as regular expressions read them. */
#include <stdlib.h>

#include "log/json.h"
#include "pieces.h"
#include "reference_json.h"
#include "test.h"

enum { STRINGS = 15000, OBJECTS = 15000, ROOM = 400 };

/* Exactly as large as it is, so that a step behind it is seen. */
static char *copy(const char *text, size_t n)
{
	char *exact = malloc(n ? n : 1);

	assert_non_null(exact);
	memcpy(exact, text, n);
	return exact;
}

/* What it stands for, in a room of `left` bytes. */
static void want_text_of(struct sw_raw escaped, bool is, struct sw_raw want, size_t left)
{
	bool has_escapes = raw_find(escaped, '\\') < escaped.n;
	char *bytes = malloc(left + 1);
	char *room = bytes;
	size_t n = left;
	struct sw_raw got;
	bool fits = !has_escapes || want.n <= left;

	assert_non_null(bytes);
	memset(bytes, '#', left + 1);
	bytes = realloc(bytes, left ? left : 1);
	room = bytes;
	want_number(escaped.p, log_json_text(escaped, &room, &n, &got), is && fits);
	if (is && fits) {
		want_number(escaped.p, raw_same(got, want), true);
		want_number(escaped.p, room - bytes, has_escapes ? want.n : 0);
		want_number(escaped.p, n, left - (size_t)(room - bytes));
	}
	free(bytes);
}

static void strings_are_what_their_escapes_stand_for(void **state)
{
	static const char *const piece[] = {
		"a",
		"0123456789abcde",
		"0123456789abcdef",
		"0123456789abcdefg",
		"\\\\",
		"\\/",
		"\\b",
		"\\f",
		"\\n",
		"\\r",
		"\\t",
		"\\u003c",
		"\\u0000",
		"\\u007f",
		"\\u0080",
		"\\u07ff",
		"\\u0800",
		"\\ud7ff",
		"\\ud800",
		"\\udbff",
		"\\udc00",
		"\\udfff",
		"\\ue000",
		"\\uffff",
		"\\uD83D",
		"\\uDE00",
		"\\u00E9",
		"\\u0041",
		"xyz",
		"\\uDC01",
		"01234567890123456789012345678901",
	};
	static const char *const none[] = { "\\",      "\\x",	  "\\u",     "\\u0",	"\\u00",
					    "\\u00f",  "\\u00g0", "\\u000g", "\\u:000", "\\u0/00",
					    "\\u@000", "\\u00`0", "\\ug000" };
	char text[ROOM];

	(void)state;
	for (int i = 0; i < STRINGS; i++) {
		struct ref_kept kept = { .n = 0 };
		struct sw_raw want = { NULL, 0 };
		size_t n = pieces_make(text, sizeof(text) - 10, piece, SW_COUNT(piece), 9);
		struct sw_raw escaped;
		char *exact;
		bool is;

		if (i % 3 == 0) {
			strcpy(text + n, none[pieces_draw(SW_COUNT(none))]);
			n += strlen(text + n);
		}
		exact = copy(text, n);
		escaped = raw_from(exact, n);
		is = ref_json_text(raw_from(text, n), &kept, &want);
		want_text_of(escaped, is, want, want.n);
		want_text_of(escaped, is, want, want.n + 1);
		want_text_of(escaped, is, want, ROOM);
		want_text_of(escaped, is, want, pieces_draw(want.n + 1));
		want_number(text, log_json_is_text(escaped), is);
		free(kept.text[0]);
		free(exact);
	}
}

static void objects_have_the_members_that_they_have(void **state)
{
	static const char *const keys[] = { "a", "b" };
	static const char *const piece[] = {
		"\"a\"",
		"\"b\"",
		"\"\"",
		"\"a\\\"\"",
		"\"x\\\\\"",
		":",
		":",
		",",
		"}",
		"{",
		"[",
		"]",
		" ",
		"\n",
		"1",
		"null",
		"-2.",
		"+",
		"\"a\":\"x\",",
		"\"b\":\"\",",
		"\"c\":[{\"}\":1}],",
		"\"a\":1,",
		"\"",
		"\\",
		"\"a\" : \"y\" ,",
		"\"b\":{},",
		"\"b\":[[1],2],",
		"\"d\":tru,",
	};
	char text[ROOM];

	(void)state;
	for (int i = 0; i < OBJECTS; i++) {
		struct sw_raw got[2] = { { NULL, 0 } };
		struct sw_raw want[2] = { { NULL, 0 } };
		size_t n = 1 + pieces_make(text + 1, sizeof(text) - 20, piece, SW_COUNT(piece), 8);
		struct sw_raw rest;
		char *exact;
		bool is = true;
		bool more = true;

		text[0] = '{';
		strcpy(text + n, i % 2 ? "\"a\":\"z\"}" : "");
		n += strlen(text + n);
		exact = copy(text, n);
		rest = raw_from(exact + 1, n - 1);
		while (is && more) {
			struct sw_raw key;
			struct sw_raw value;

			is = log_json_member(&rest, &key, &value, &more);
			for (size_t k = 0; is && k < SW_COUNT(keys); k++)
				if (value.p && raw_is(key, keys[k]) && !got[k].p)
					got[k] = value;
		}
		is = is && rest.n == 0;
		want_number(text, is, ref_json_members(raw_from(text, n), keys, 2, want));
		for (size_t k = 0; is && k < SW_COUNT(keys); k++) {
			want_number(text, !got[k].p, !want[k].p);
			want_number(text, raw_same(got[k], want[k]), true);
		}
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_what_their_escapes_stand_for),
		cmocka_unit_test(objects_have_the_members_that_they_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
