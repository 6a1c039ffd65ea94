/* Members of an object and the text of its strings, as containers' logs have them (RFC 8259). */
#include "log/json.h"
#include "test.h"

static void a_string_is_what_its_escapes_stand_for(void **state)
{
	static const struct {
		const char *escaped;
		const char *want; /* NULL: no string */
	} rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "a\\\"b\\\\c\\/d", "a\"b\\c/d" },
		{ "\\b\\f\\n\\r\\t", "\b\f\n\r\t" },
		{ "from=\\u003ca@b\\u003e, x", "from=<a@b>, x" },
		{ "\\u003C\\u003E", "<>" },
		{ "\\u007f\\u0080\\u00e9\\u00ff", "\x7f\xc2\x80\xc3\xa9\xc3\xbf" },
		{ "\\u07ff\\u0800\\uffff", "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf" },
		{ "\\u20AC", "\xe2\x82\xac" },
		{ "\\ud83d\\ude00", "\xf0\x9f\x98\x80" },
		{ "\\ud800\\udc00", "\xf0\x90\x80\x80" },
		{ "\\udbff\\udfff", "\xf4\x8f\xbf\xbf" },
		/* half of a pair */
		{ "\\ud83dx", "\xef\xbf\xbdx" },
		{ "\\ud83d\\u0041", "\xef\xbf\xbd"
				     "A" },
		{ "\\ud83d\\ue000", "\xef\xbf\xbd\xee\x80\x80" },
		{ "\\ud83d\\udbff", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\\udc00", "\xef\xbf\xbd" },
		{ "\\udfff\\ud7ff\\ue000", "\xef\xbf\xbd\xed\x9f\xbf\xee\x80\x80" },
		/* no escapes */
		{ "\\", NULL },
		{ "x\\", NULL },
		{ "\\x41", NULL },
		{ "\\u", NULL },
		{ "\\u004", NULL },
		{ "\\u00g1", NULL },
		{ "\\u001g", NULL },
		{ "\\u00`1", NULL },
		{ "\\u00:1", NULL },
		{ "\\u00/1", NULL },
		{ "\\u00@1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char bytes[64];
		char *room = bytes;
		size_t n = sizeof(bytes);
		struct sw_raw got;
		bool escapes = strchr(rows[i].escaped, '\\') != NULL;

		want_number(rows[i].escaped, log_json_text(raw_of(rows[i].escaped), &room, &n, &got),
			    rows[i].want != NULL);
		if (!rows[i].want)
			continue;
		want_raw(rows[i].escaped, got, rows[i].want);
		want_number(rows[i].escaped, room - bytes, escapes ? strlen(rows[i].want) : 0);
		want_number(rows[i].escaped, n, sizeof(bytes) - (size_t)(room - bytes));
	}
}

static void a_nul_is_a_byte_of_a_string(void **state)
{
	char bytes[8];
	char *room = bytes;
	size_t n = sizeof(bytes);
	struct sw_raw got;

	(void)state;
	want_number("escaped", log_json_text(raw_of("a\\u0000b"), &room, &n, &got), true);
	want_number("length", got.n, 3);
	assert_memory_equal(got.p, "a\0b", 3);
	want_number("behind a backslash", log_json_text(raw_from("\\\0", 2), &room, &n, &got), false);
}

static void a_string_needs_the_room_that_it_takes(void **state)
{
	static const struct {
		const char *escaped;
		size_t needs;
	} rows[] = { { "a\\nb", 3 },	  { "abc\\n", 4 },	   { "\\u003c", 1 }, { "\\u00e9", 2 },
		     { "\\u20ac", 3 },	  { "\\ud83d\\ude00", 4 }, { "\\n", 1 },     { "\\u003cb", 2 },
		     { "\\u003cabc", 4 }, { "plain", 0 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (size_t n = 0; n <= rows[i].needs + 1; n++) {
			char bytes[8];
			char *room = bytes;
			size_t left = n;
			struct sw_raw got;

			want_number(rows[i].escaped,
				    log_json_text(raw_of(rows[i].escaped), &room, &left, &got),
				    n >= rows[i].needs);
		}
}

static void members_are_taken_one_by_one(void **state)
{
	static const struct {
		const char *object; /* behind its "{" */
		const char *want;   /* KEY=VALUE| for strings, KEY| for others; what is left */
	} rows[] = {
		{ "\"a\":\"b\"}", "a=b|" },
		{ "\"a\":\"b\",\"c\":\"d\"}", "a=b|c=d|" },
		{ " \t\r\n\"a\" \n:\t\"b\" , \"c\" : \"d\" }rest", "a=b|c=d|rest" },
		{ "\"a\":\"\"}", "a=|" },
		{ "\"a\":\"x\\\"y\\\\\"}", "a=x\\\"y\\\\|" },
		{ "\"a\":1.5e+3}", "a|" },
		{ "\"a\":-1,\"b\":null,\"c\":true}", "a|b|c|" },
		{ "\"a\":{\"b\":[1,\"]}\",{}],\"c\":{}},\"d\":\"e\"}", "a|d=e|" },
		{ "\"a\":[],\"b\":{}}", "a|b|" },
		{ "\"a\":[ 1 , 2 ]}", "a|" },
		/* none */
		{ "}", "no member" },
		{ "", "no member" },
		{ "\"a\"}", "no member" },
		{ "\"a\":}", "no member" },
		{ "\"a\":,", "no member" },
		{ "\"a\":\"b\"", "no member" },
		{ "\"a\":\"b\";", "no member" },
		{ "\"a\":\"b", "no member" },
		{ "\"a\":\"b\\\"}", "no member" },
		{ "\"a\":[1}}", "a|" }, /* brackets are counted, not told apart */
		{ "\"a\":[1", "no member" },
		{ "\"a\":[\"1]}", "no member" },
		{ "\"a\":{{}", "no member" },
		{ "\"a\":\"b\",", "a=b|no member" },
		{ "a:\"b\"}", "no member" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw rest = raw_of(rows[i].object);
		char text[128] = "";
		bool more = true;

		while (more) {
			struct sw_raw key;
			struct sw_raw value;
			size_t n = strlen(text);

			if (!log_json_member(&rest, &key, &value, &more)) {
				strcat(text, "no member");
				rest.n = 0;
				break;
			}
			snprintf(text + n, sizeof(text) - n, "%.*s%s%.*s|", (int)key.n, key.p,
				 value.p ? "=" : "", (int)value.n, value.n ? value.p : "");
		}
		strncat(text, rest.p, rest.n);
		want_text(rows[i].object, text, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_string_is_what_its_escapes_stand_for),
		cmocka_unit_test(a_nul_is_a_byte_of_a_string),
		cmocka_unit_test(a_string_needs_the_room_that_it_takes),
		cmocka_unit_test(members_are_taken_one_by_one),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
