#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/command.h"
#include "test.h"

enum { LONG_MS = 20000 };

static int shell(const char *script, unsigned timeout_ms, char *buf, size_t size,
		 struct sw_fault *why)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return command_output(argv, clock_ms() + timeout_ms, buf, size, why);
}

static void what_a_program_prints_is_kept(void **state)
{
	static const struct {
		const char *what;
		const char *script;
		const char *want;
	} rows[] = {
		{ "a line", "echo x", "x\n" },
		{ "nothing", ":", "" },
		{ "in pieces", "printf a; printf b; printf c", "abc" },
		{ "standard error is not kept", "echo x >&2; echo y", "y\n" },
		{ "standard input is empty", "cat", "" },
		{ "late", "sleep 0.1; echo late", "late\n" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char buf[64];
		int n = shell(rows[i].script, LONG_MS, buf, sizeof(buf), &why);

		want_number(rows[i].what, n, strlen(rows[i].want));
		want_text(rows[i].what, buf, rows[i].want);
		want_number(rows[i].what, why.code, 0);
	}
}

static void no_shell_reads_the_arguments(void **state)
{
	static const char *const argv[] = { "printf", "%s|", "a b", "$(id)", "`x`;\n", "", NULL };
	struct sw_fault why = { 0 };
	char buf[64];

	(void)state;
	want_number("length", command_output(argv, clock_ms() + LONG_MS, buf, sizeof(buf), &why),
		    17);
	want_text("printed", buf, "a b|$(id)|`x`;\n||");
}

static void a_program_that_fails_is_a_fault(void **state)
{
	static const struct {
		const char *script;
		int want;
		const char *says;
	} rows[] = {
		{ "echo x; exit 1", -EIO, "sh failed, exit status 1" },
		{ "exit 255", -EIO, "sh failed, exit status 255" },
		{ "kill -9 $$", -EIO, "sh was ended by signal 9" },
		{ "no-such-program", -EIO, "sh failed, exit status 127" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char buf[64];

		want_number(rows[i].script, shell(rows[i].script, LONG_MS, buf, sizeof(buf), &why),
			    rows[i].want);
		want_text(rows[i].script, why.text.s, rows[i].says);
	}
}

static void a_program_that_is_not_there_is_named(void **state)
{
	static const char *const argv[] = { "no-such-program", NULL };
	static const char *const not_a_program[] = { "/dev/null", NULL };
	struct sw_fault why = { 0 };
	const char *set = getenv("PATH");
	char *path = strdup(set ? set : "");
	char buf[64];

	(void)state;
	setenv("PATH", "/nowhere", 1); /* the caller's may hold what he may not enter */
	want_number("missing", command_output(argv, clock_ms() + LONG_MS, buf, sizeof(buf), &why),
		    -ENOENT);
	want_in("missing", why.text.s, "no-such-program");
	setenv("PATH", path, 1);
	free(path);
	why.code = 0;
	want_number("no program",
		    command_output(not_a_program, clock_ms() + LONG_MS, buf, sizeof(buf), &why),
		    -EACCES);
}

/* Each would take a minute; none may keep us much longer than its limit. */
static void a_program_that_takes_too_long_is_ended(void **state)
{
	static const struct {
		const char *what;
		const char *script;
	} rows[] = {
		{ "silent", "exec sleep 60" },
		{ "talked before", "echo x; exec sleep 60" },
		{ "deaf to SIGTERM", "trap '' TERM; sleep 60; :" },
		{ "closed its output", "exec >&-; exec sleep 60" },
		{ "filled the buffer",
		  "echo 0123456789012345678901234567890123456789; exec sleep 60" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		time_t start = time(NULL);
		char buf[16];

		want_number(rows[i].what, shell(rows[i].script, 200, buf, sizeof(buf), &why),
			    -ETIME);
		want_number(rows[i].what, time(NULL) - start < 30, true);
		want_in(rows[i].what, why.text.s, "sh took more than 200 ms");
	}
}

static void what_does_not_fit_is_cut(void **state)
{
	struct sw_fault why = { 0 };
	char buf[6] = "zzzzz";
	char one[1] = { 'z' };

	(void)state;
	want_number("just fits", shell("printf 12345", LONG_MS, buf, sizeof(buf), &why), 5);
	want_text("just fits", buf, "12345");
	want_number("one more", shell("printf 123456", LONG_MS, buf, sizeof(buf), &why), 5);
	want_text("one more", buf, "12345");
	want_number("no room", shell(":", LONG_MS, one, 1, &why), 0);
	want_number("no room", one[0], '\0');
}

static void a_program_that_never_stops_printing_ends(void **state)
{
	struct sw_fault why = { 0 };
	char buf[64];
	int n;

	(void)state;
	n = shell("while :; do echo x; done", 1000, buf, sizeof(buf), &why);
	want_number("cut or a fault", n < 0 || n == sizeof(buf) - 1, true);
	want_number("terminated", strlen(buf), sizeof(buf) - 1);
}

static void no_descriptor_is_left(void **state)
{
	static const char *const rows[] = { "echo x", "exit 1", "exec sleep 5" };
	int before = dup(0);

	(void)state;
	close(before);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		char buf[64];
		int n = shell(rows[i], 200, buf, sizeof(buf), &why);
		int after = dup(0);

		want_number(rows[i], n<0, i> 0);
		want_number(rows[i], after, before);
		close(after);
	}
}

/* A program that links us may ignore SIGCHLD; ours undo it. */
static void where_ends_are_not_heard_of_it_is_said_at_once(void **state)
{
	struct sw_fault why = { 0 };
	int64_t began = clock_ms();
	char buf[64];

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	want_number("its end", shell("echo x", LONG_MS, buf, sizeof(buf), &why), -ECHILD);
	signal(SIGCHLD, SIG_DFL);
	want_in("why", why.text.s, "SIGCHLD is ignored");
	want_number("at once", clock_ms() - began < LONG_MS / 2, true);
}

static void what_we_ignore_the_command_does_not(void **state)
{
	struct sw_fault why = { 0 };
	char buf[64] = "";

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	want_number("it dies of SIGPIPE",
		    shell("sh -c 'kill -PIPE $$'; echo $?", LONG_MS, buf, sizeof(buf), &why) > 0,
		    true);
	signal(SIGPIPE, SIG_DFL);
	want_text("it dies of SIGPIPE", buf, "141\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_program_prints_is_kept),
		cmocka_unit_test(no_shell_reads_the_arguments),
		cmocka_unit_test(a_program_that_fails_is_a_fault),
		cmocka_unit_test(a_program_that_is_not_there_is_named),
		cmocka_unit_test(a_program_that_takes_too_long_is_ended),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(a_program_that_never_stops_printing_ends),
		cmocka_unit_test(no_descriptor_is_left),
		cmocka_unit_test(where_ends_are_not_heard_of_it_is_said_at_once),
		cmocka_unit_test(what_we_ignore_the_command_does_not),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
