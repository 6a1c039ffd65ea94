#include "incident/dovecot.h"
#include "test.h"

static void the_files_that_doveconf_names_are_the_logs(void **state)
{
	static const struct {
		const char *what, *said, *want; /* NULL: it names none */
	} rows[] = {
		{ "both alike", "/v/d.log\n/v/d.log\n", "/v/d.log /v/d.log" },
		{ "one each", "/v/d.log\n/v/info.log\n", "/v/d.log /v/info.log" },
		{ "the second one longer", "/d\n/v/info.log\n", "/d /v/info.log" },
		{ "syslog, and a file", "syslog\n/v/info.log\n", "/v/info.log" },
		{ "a file, and nothing", "/v/d.log\n\n", "/v/d.log" },
		{ "nothing, and a file", "\n/v/info.log\n", "/v/info.log" },
		{ "no newline", "/v/d.log\n/v/info.log", "/v/d.log /v/info.log" },
		{ "syslog", "syslog\n\n", NULL },
		{ "terminals", "/dev/stderr\n/dev/stdout\n", NULL },
		{ "blanks in names", "/v/d log\n/v/info\tlog\n", NULL },
		{ "nothing", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[DOVECOT_LOGS];
		const char *got;

		snprintf(buf, sizeof(buf), "%s", rows[i].said);
		got = dovecot_logs_said(buf, strlen(rows[i].said));
		want_text(rows[i].what, got ? got : "none", rows[i].want ? rows[i].want : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_files_that_doveconf_names_are_the_logs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
