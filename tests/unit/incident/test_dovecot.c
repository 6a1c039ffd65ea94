#include "incident/dovecot.h"

#include <stdlib.h>
#include <sys/stat.h>

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

/* What has filled the room for it may go on. */
static void doveconf_is_asked(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[4200];
	char buf[DOVECOT_LOGS];
	static char said[DOVECOT_LOGS + 1];

	(void)state;
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", host_path(&h, "/bin"));
	host_file(&h, "/bin/doveconf", "#!/bin/sh\ncat \"$0.says\"\n");
	assert_int_equal(setenv("PATH", path, 1), 0);
	assert_null(dovecot_logs(&h, buf)); /* of a copy it would be another's */
	h.copied = false;
	assert_null(dovecot_logs(&h, buf)); /* it can't be run */
	assert_int_equal(chmod(host_path(&h, "/bin/doveconf"), 0755), 0);
	for (size_t n = DOVECOT_LOGS - 3; n <= DOVECOT_LOGS; n++) {
		const char *got;

		memset(said, 'd', n);
		said[0] = '/';
		said[n - 1] = '\n';
		said[n] = '\0';
		host_file(&h, "/bin/doveconf.says", said);
		got = dovecot_logs(&h, buf);
		want_number("all of it", got ? (int64_t)strlen(got) : 0, n < DOVECOT_LOGS - 1 ? (int64_t)n - 1 : 0);
	}
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_files_that_doveconf_names_are_the_logs),
		cmocka_unit_test(doveconf_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
