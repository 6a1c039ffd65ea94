/* The script that the header of a message names. */
#include "queue/script.h"
#include "reference_script.h"
#include "test.h"

#define TO     "To: v@far.example\n"
#define HEADER "X-PHP-Originating-Script"

static void the_first_header_of_the_name_tells_the_script(void **state)
{
	static const struct {
		const char *what;
		const char *lines;
		const char *want; /* UID:NAME, or "" */
	} rows[] = {
		{ "as PHP writes it", TO HEADER ": 1001:mailer.php\nFrom: a@b\n\nhi\n",
		  "1001:mailer.php" },
		{ "the last line of all", TO HEADER ": 1001:mailer.php", "1001:mailer.php" },
		{ "folded behind the name", TO HEADER ":\n 1001:mailer.php\n\n",
		  "1001:mailer.php" },
		{ "folded behind the uid", HEADER ": 1001:\n\tmailer.php\n\n", "1001:mailer.php" },
		{ "folded within the name", HEADER ": 1001:a.php(3) :\n eval()'d code\n",
		  "1001:a.php(3) : eval()'d code" },
		{ "in small letters", "x-php-originating-script:33:a.php\n", "33:a.php" },
		{ "a blank before the colon", HEADER " \t: 33:a.php\r\n", "33:a.php" },
		{ "a second one", HEADER ": 1:a.php\n" HEADER ": 2:b.php\n", "1:a.php" },
		{ "a second one where the first says nothing", HEADER ": a.php\n" HEADER ": 2:b\n",
		  "" },
		{ "in the body", TO "\n" HEADER ": 1:a.php\n", "" },
		{ "behind a line that is no header", TO "hello\n" HEADER ": 1:a.php\n", "" },
		{ "behind a line that goes on with nothing", " x: y\n" HEADER ": 1:a.php\n", "" },
		{ "in another header's lines", TO "Subject: x\n " HEADER ": 1:a.php\n", "" },
		{ "a longer name", HEADER "s: 1:a.php\n", "" },
		{ "another name", "X-PHP-Script: 1:a.php\n", "" },
		{ "no uid", HEADER ": x:a.php\n", "" },
		{ "a uid of more than 32 bits", HEADER ": 4294967296:a.php\n", "" },
		{ "the greatest uid", HEADER ": 4294967295:a.php\n", "4294967295:a.php" },
		{ "no script", HEADER ": 1: \n", "" },
		{ "a colon in it", HEADER ": 1:a:b\n", "1:a:b" },
		{ "hostile", HEADER ": 0:$(touch x);reboot<b>\n", "0:$(touch x);reboot<b>" },
		{ "bytes", HEADER ": 0:\xff\x01\n", "0:\xff\x01" },
		{ "a byte that no header's name has", "X\177: y\n" HEADER ": 1:a.php\n", "" },
		{ "bytes that one may have", "!~: y\n" HEADER ": 1:a.php\n", "1:a.php" },
		{ "nothing", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw lines = raw_of(rows[i].lines);
		struct queue_script script = { 0 };
		char got[512] = "";
		struct sw_raw line;
		struct sw_raw name;

		for (size_t piece = 0; piece < 20; piece++)
			if (!reference_script_agrees(lines, piece))
				fail_msg("%s: the reference has another one", rows[i].what);
		while (raw_line(&lines, &line) && queue_script_take(&script, line, true))
			;
		if (queue_script_end(&script, &name))
			snprintf(got, sizeof(got), "%llu:%.*s", (unsigned long long)script.uid,
				 (int)name.n, name.p);
		want_text(rows[i].what, got, rows[i].want);
	}
}

static void a_name_without_an_end_is_cut(void **state)
{
	struct queue_script script = { 0 };
	char line[1000];
	struct sw_raw name;

	(void)state;
	memset(line, 'x', sizeof(line));
	assert_true(queue_script_take(&script, raw_of(HEADER ": 7:"), false));
	for (int i = 0; i < 100; i++)
		assert_true(queue_script_take(&script, raw_from(line, sizeof(line)), i == 99));
	assert_false(queue_script_take(&script, raw_of(""), true));
	assert_true(queue_script_end(&script, &name));
	want_number("cut", (long long)name.n, QUEUE_SCRIPT_NAME);
}

/* Around the bytes that are looked at, and those of a name; short and folded lines beside them. */
static void lines_of_any_length_and_order_are_read_as_slowly(void **state)
{
	static const char *const pieces[] = { HEADER,	     "x-php-originating-script",
					      ":",	     " ",
					      "\t",	     "\n",
					      "\n ",	     "\r\n",
					      "1",	     "4294967295",
					      "a.php",	     "To: x\n",
					      HEADER ": 7:", "\n\n",
					      "b:" };
	char text[700];
	uint32_t dice = 3;

	(void)state;
	for (size_t n = 0; n < 340; n++) {
		int at = snprintf(text, sizeof(text), TO HEADER ": 7:");

		memset(text + at, 'x', n);
		snprintf(text + (size_t)at + n, 32, "%s\n", n % 2 ? "\n y" : " z");
		for (size_t piece = 1; piece < 400; piece += 133)
			if (!reference_script_agrees(raw_of(text), piece))
				fail_msg("%zu bytes, by %zu: the reference has another one", n,
					 piece);
	}
	for (int turn = 0; turn < 20000; turn++) {
		size_t at = 0;

		for (int k = 0; k < 12; k++) {
			dice = dice * 1664525 + 1013904223;
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s",
					       pieces[(dice >> 16) % SW_COUNT(pieces)]);
		}
		if (!reference_script_agrees(raw_of(text), dice >> 24 & 7))
			fail_msg("the reference has another one of \"%s\"", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_header_of_the_name_tells_the_script),
		cmocka_unit_test(a_name_without_an_end_is_cut),
		cmocka_unit_test(lines_of_any_length_and_order_are_read_as_slowly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
