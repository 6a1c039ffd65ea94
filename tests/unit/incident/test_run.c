/* How a verb fails, what a shell can be given to undo it, and what a signal ends. */
#include "incident/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "printed.h"
#include "test.h"

static const struct verb hold = { .name = "hold", .takes = TAKES_ACCOUNT | TAKES_SELECT | TAKES_YES };
static const struct verb who = { .name = "who", .takes = TAKES_BY };
static const struct verb report = { .name = "report", .takes = TAKES_ACCOUNT };
static const struct verb guard = { .name = "guard", .takes = TAKES_CONFIG };

static struct run run;
static struct sw_fault why;
static int code;
static char err[1024];

static void fail_now(void)
{
	code = run_fail(&run, &why);
}

static void fail_into_err(void)
{
	printed(stderr, fail_now, err, sizeof(err));
}

static void a_failure_is_the_last_word_of_what_acts_or_speaks_json(void **state)
{
	static const struct {
		const char *what;
		const struct verb *verb;
		struct options options;
		int code, want;
		const char *err, *out;
	} rows[] = {
		{ "no verb", NULL, { 0 }, EINVAL, 1, "spoolwatch: no\n", "" },
		{ "no verb, JSON", NULL, { .json = true }, EINVAL, 1, "spoolwatch: no\n", "" },
		{ "no verb, not permitted", NULL, { 0 }, EPERM, 77, "spoolwatch: no\n", "" },
		{ "one that acts", &hold, { .value = "a b@x" }, EIO, 1, "spoolwatch: hold: no\n", "hold of account [a b@x] failed: no\n" },
		{ "of a sender", &hold, { .by = BY_SENDER, .value = "<>" }, EIO, 1, "spoolwatch: hold: no\n",
		  "hold of sender [%3C%3E] failed: no\n" },
		{ "one that has no name", &hold, { 0 }, EIO, 1, "spoolwatch: hold: no\n", "hold failed: no\n" },
		{ "not permitted", &hold, { .value = "a@x" }, EPERM, 77, "spoolwatch: hold: no\n", "" },
		{ "no access", &hold, { .value = "a@x", .json = true }, EACCES, 77, "spoolwatch: hold: no\n", "" },
		{ "one that only looks", &who, { .by = BY_DOMAIN }, EIO, 1, "spoolwatch: who: no\n", "" },
		{ "that speaks JSON", &who, { .json = true }, EIO, 1, "spoolwatch: who: no\n",
		  "{\"schema\":1,\"verb\":\"who\",\"error\":\"no\"}\n" },
		{ "of an account", &report, { .value = "a@x" }, EIO, 1, "spoolwatch: report: no\n", "" },
		{ "the guard", &guard, { .guard_config = "/g" }, EIO, 1, "spoolwatch: guard: no\n", "" },
		{ "of an account, JSON", &hold, { .json = true, .value = "a\"@x" }, ENOENT, 1, "spoolwatch: hold: no\n",
		  "{\"schema\":1,\"verb\":\"hold\",\"select\":{\"account\":\"a\\\"@x\"},\"error\":\"no\"}\n" },
		{ "of a client, JSON", &hold, { .json = true, .by = BY_CLIENT, .value = "::1" }, ENOENT, 1, "spoolwatch: hold: no\n",
		  "{\"schema\":1,\"verb\":\"hold\",\"select\":{\"client\":\"::1\"},\"error\":\"no\"}\n" },
		{ "of a user, JSON", &hold, { .json = true, .by = BY_UID, .uid = 33, .value = "033" }, ENOENT, 1, "spoolwatch: hold: no\n",
		  "{\"schema\":1,\"verb\":\"hold\",\"select\":{\"uid\":33},\"error\":\"no\"}\n" },
		{ "of nobody, JSON", &report, { .json = true, .day = true }, ENOENT, 1, "spoolwatch: report: no\n",
		  "{\"schema\":1,\"verb\":\"report\",\"select\":{},\"error\":\"no\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char out[1024];

		run = (struct run){ .verb = rows[i].verb, .options = &rows[i].options };
		why = (struct sw_fault){ 0 };
		sw_fault(&why, rows[i].code, "no");
		printed(stdout, fail_into_err, out, sizeof(out));
		want_number(rows[i].what, code, rows[i].want);
		want_text(rows[i].what, err, rows[i].err);
		want_text(rows[i].what, out, rows[i].out);
	}
}

/* Both on one terminal, or stdout alone on it; where there are no pseudoterminals nothing is shown. */
static void what_a_terminal_has_shown_is_not_said_again(void **state)
{
	const struct options options = { .value = "a@x" };

	(void)state;
	for (int both = 0; both < 2; both++) {
		const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
		const int none = open("/dev/null", O_WRONLY | O_CLOEXEC);
		char said[1024];
		int of[2];
		int end;
		ssize_t n;

		if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0)
			return;
		end = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
		assert_true(end >= 0 && none >= 0);
		run = (struct run){ .verb = &hold, .options = &options };
		why = (struct sw_fault){ 0 };
		sw_fault(&why, EIO, "no");
		fflush(stdout);
		of[0] = dup(STDOUT_FILENO);
		of[1] = dup(STDERR_FILENO);
		dup2(end, STDOUT_FILENO);
		dup2(both ? end : none, STDERR_FILENO);
		fail_now();
		fflush(stdout);
		dup2(of[0], STDOUT_FILENO);
		dup2(of[1], STDERR_FILENO);
		close(of[0]);
		close(of[1]);
		n = read(terminal, said, sizeof(said) - 1);
		said[n > 0 ? n : 0] = '\0';
		want_text("shown", said, both ? "spoolwatch: hold: no\r\n" : "hold of account a@x failed: no\r\n");
		close(end);
		close(none);
		close(terminal);
	}
}

static void a_command_can_be_given_to_a_shell(void **state)
{
	static const struct {
		struct options options;
		const char *want;
	} rows[] = {
		{ { .value = "a@x" }, "spoolwatch release --yes -- a@x" },
		{ { .value = "sp ace@x" }, "spoolwatch release --yes -- 'sp ace@x'" },
		{ { .value = "--yes" }, "spoolwatch release --yes -- --yes" },
		{ { .by = BY_CLIENT, .value = "192.0.2.1" }, "spoolwatch release --yes --client=192.0.2.1" },
		{ { .by = BY_SENDER, .value = "<>" }, "spoolwatch release --yes --sender='<>'" },
		{ { .by = BY_UID, .uid = 33, .value = "33" }, "spoolwatch release --yes --uid=33" },
		{ { .value = "a@x", .config_directory = "/etc/post fix" }, "spoolwatch release --yes -c '/etc/post fix' -- a@x" },
		{ { .by = BY_UID, .value = "33", .config_directory = "/p" }, "spoolwatch release --yes -c /p --uid=33" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct run r = { .options = &rows[i].options };
		char *text = NULL;
		size_t n = 0;
		FILE *to = open_memstream(&text, &n);

		assert_non_null(to);
		run_say_command(to, &r, "release");
		assert_int_equal(fclose(to), 0);
		want_text("command", text, rows[i].want);
		free(text);
	}
}

static void the_queues_are_those_of_the_instance(void **state)
{
	static const struct {
		const char *what, *main_cf, *queue, *directory;
		int want;
		const char *why;
	} rows[] = {
		{ "Postfix's own", "myhostname = mx\nqueue_directory = /q\n", "/q/active/.x", NULL, 0, "" },
		{ "by its default", "myhostname = mx\n", "/var/spool/postfix/deferred/.x", NULL, 0, "" },
		{ "by -c", "queue_directory = /elsewhere\n", "/o/hold/.x", "/etc/other", 0, "" },
		{ "a directory of others", "queue_directory = /q\n", "/q/new/.x", NULL, -ENOENT, "/q holds no queue of Postfix" },
		{ "it is not there", "queue_directory = /q\n", "/p/active/.x", NULL, -ENOENT, "/q" },
		{ "there is no instance", "queue_directory = /q\n", "/q/active/.x", "/etc/none", -ENOENT, "/etc/none" },
		{ "no path", "queue_directory = q\n", "/q/active/.x", NULL, -EINVAL, "queue_directory" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct options options = { .config_directory = rows[i].directory };
		struct sw_host h = host_new(NULL);
		struct run r = { .options = &options, .host = &h };
		struct spool spool;

		host_file(&h, "/etc/postfix/main.cf", rows[i].main_cf);
		host_file(&h, "/etc/other/main.cf", "queue_directory = /o\n");
		host_file(&h, rows[i].queue, "");
		why = (struct sw_fault){ 0 };
		want_number(rows[i].what, run_spool(&r, &spool, &why), rows[i].want);
		want_in(rows[i].what, why.text.s, rows[i].why);
		want_number(rows[i].what, why.code, -rows[i].want);
		spool_close(&spool);
		host_remove(&h);
	}
}

static int catch_one(int number)
{
	const int64_t from = clock_ms();

	run_catch_signals();
	if (run_is_ended())
		return 9;
	run_pause(0);
	run_pause(30);
	if (clock_ms() - from < 30)
		return 8;
	(void)raise(number);
	if (run_is_ended())
		run_pause(3600000); /* it would be too long */
	return run_is_ended();
}

/* In a child of ours, as a signal stays: what is it then? */
static int of_a_child(bool ignored, int number)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)signal(number, ignored ? SIG_IGN : SIG_DFL); /* the test may run under nohup(1) */
		_exit(catch_one(number));
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void three_signals_end_a_run(void **state)
{
	static const struct {
		const char *what;
		int number;
		bool ignored; /* before */
		int want;
	} rows[] = {
		{ "TERM", SIGTERM, false, 1 },	 { "INT", SIGINT, false, 1 },
		{ "HUP", SIGHUP, false, 1 },	 { "TERM, ignored", SIGTERM, true, 1 },
		{ "INT, in the background", SIGINT, true, 1 }, { "HUP, by nohup", SIGHUP, true, 0 },
		{ "PIPE", SIGPIPE, false, 0 },	 { "another", SIGUSR1, false, -SIGUSR1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what,
			    of_a_child(rows[i].ignored, rows[i].number),
			    rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_is_the_last_word_of_what_acts_or_speaks_json),
		cmocka_unit_test(what_a_terminal_has_shown_is_not_said_again),
		cmocka_unit_test(a_command_can_be_given_to_a_shell),
		cmocka_unit_test(the_queues_are_those_of_the_instance),
		cmocka_unit_test(three_signals_end_a_run),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
