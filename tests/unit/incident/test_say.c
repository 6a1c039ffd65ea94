#include "incident/say.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char *said(void (*say)(FILE *to, struct sw_raw text), struct sw_raw text)
{
	char *ret = NULL;
	size_t n;
	FILE *to = open_memstream(&ret, &n);

	assert_non_null(to);
	say(to, text);
	fclose(to);
	return ret;
}

static void a_name_is_a_json_string_of_ascii(void **state)
{
	static const struct {
		const char *what, *in, *want;
	} rows[] = {
		{ "a name", "a@x", "\"a@x\"" },
		{ "quotes", "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "control characters", "\033[2J\n\x7f", "\"\\u001b[2J\\u000a\\u007f\"" },
		{ "UTF-8", "\xC3\xA4", "\"\\u00e4\"" },
		{ "above 16 bits", "\xF0\x9F\x98\x80", "\"\\ud83d\\ude00\"" },
		{ "a byte that is none", "a\xFF", "\"a\\udcff\"" },
		{ "nothing", "", "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *got = said(say_json, raw_of(rows[i].in));

		want_text(rows[i].what, got, rows[i].want);
		free(got);
	}
}

static void a_shell_has_the_bytes_back(void **state)
{
	static const char *const rows[] = { "a@x",	"sp ace@x", "it's",    "$(id)`id`",
					    "a\"b",	"*",	    "-dash",   "",
					    "#hash",	"~root",    "\033[2J", "\xC3\xA4'",
					    "a\\b\xFF", "a\nb",	    "!!" };

	(void)state;
	if (access("/bin/bash", X_OK) != 0) {
		print_message("skipped - a_shell_has_the_bytes_back: no bash\n");
		skip();
	}
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *word = said(say_shell, raw_of(rows[i]));
		char command[512];
		char got[128] = "";
		FILE *from;

		for (const char *p = word; *p; p++)
			assert_true(*p >= ' ' && *p < 0x7F);
		snprintf(command, sizeof(command),
			 "exec /bin/bash <<'END'\nprintf '%%s.' %s\nEND\n", word);
		from = popen(command, "r");
		assert_non_null(from);
		got[fread(got, 1, sizeof(got) - 1, from)] = '\0';
		assert_int_equal(pclose(from), 0);
		assert_int_equal(strlen(got), strlen(rows[i]) + 1);
		got[strlen(rows[i])] = '\0';
		want_text(word, got, rows[i]);
		free(word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_a_json_string_of_ascii),
		cmocka_unit_test(a_shell_has_the_bytes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
