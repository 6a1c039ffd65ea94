#include "incident/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "descriptors.h"
#include "test.h"

/* What /bin/sh answers that runs this; what it said is in `said`. */
static int shell(const char *script, struct sw_raw in, int keep, char said[CHILD_SAID])
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct sw_fault why = { 0 };

	return child_run(argv, in, keep, said, &why);
}

static void what_a_child_says_and_how_it_ends_is_known(void **state)
{
	static const struct {
		const char *what, *script, *in;
		int want;
		const char *said;
	} rows[] = {
		{ "nothing to say", "exit 0", "", 0, "" },
		{ "a byte", "printf x", "", 0, "x" },
		{ "both outputs", "echo one; echo two >&2", "", 0, "one\ntwo\n" },
		{ "it fails", "echo bad; exit 3", "", 3, "bad\n" },
		{ "it is killed", "kill -9 $$", "", 128 + SIGKILL, "" },
		{ "what it is given", "cat", "ID1\nID2\n", 0, "ID1\nID2\n" },
		{ "it reads nothing", "exit 1", "ID1\n", 1, "" },
		{ "a session of its own",
		  "read -r _ _ _ _ _ session _ </proc/$$/stat; [ $session = $$ ] && echo yes", "",
		  0, "yes\n" },
		{ "a signal that is ignored here", "kill -USR1 $$; echo alive", "", 128 + SIGUSR1,
		  "" },
		{ "a signal that is blocked here", "kill -USR2 $$; echo alive", "", 128 + SIGUSR2,
		  "" },
	};
	sigset_t set;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char said[CHILD_SAID] = "before";

		want_number(rows[i].what, shell(rows[i].script, raw_of(rows[i].in), -1, said),
			    rows[i].want);
		want_text(rows[i].what, said, rows[i].said);
	}
	assert_int_equal(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
}

static void of_much_the_end_is_kept(void **state)
{
	static const struct {
		const char *what;
		size_t says, kept;
	} rows[] = {
		{ "what fits", CHILD_SAID - 1, CHILD_SAID - 1 },
		{ "one byte more", CHILD_SAID, CHILD_SAID - 1 },
		{ "much more", 100000, CHILD_SAID - 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char said[CHILD_SAID];
		char script[128];

		snprintf(script, sizeof(script), "head -c %zu /dev/zero | tr '\\0' x; printf end",
			 rows[i].says - 3);
		want_number(rows[i].what, shell(script, raw_of(""), -1, said), 0);
		want_number(rows[i].what, strlen(said), rows[i].kept);
		want_text(rows[i].what, said + rows[i].kept - 4, "xend");
	}
}

static void what_a_pipe_takes_at_once_is_given_whole(void **state)
{
	static const char ids[PIPE_BUF + 1] = { [0 ... PIPE_BUF] = 'A' };
	const char *const none[] = { "/no/such/postsuper", NULL };
	int open_before;
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	want_number("all of it", shell("wc -c", raw_from(ids, PIPE_BUF), -1, said), 0);
	want_number("all of it", strtol(said, NULL, 10), PIPE_BUF);
	want_number("a byte more", shell("wc -c", raw_from(ids, PIPE_BUF + 1), -1, said), -E2BIG);
	want_number("of which it had none", strtol(said, NULL, 10), 0);
	open_before = descriptors_open();
	want_number("no such program", child_run(none, raw_of(""), -1, said, &why), -ENOENT);
	want_number("left open", descriptors_open(), open_before);
	want_in("it is named", why.text.s, "run /no/such/postsuper: ");
}

static void a_descriptor_is_kept_by_one_child_alone(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char script[64];
	char said[CHILD_SAID];

	(void)state;
	assert_true(fd >= 0);
	snprintf(script, sizeof(script), "[ -e /proc/self/fd/%d ]", fd);
	want_number("not without being asked", shell(script, raw_of(""), -1, said), 1);
	want_number("kept", shell(script, raw_of(""), fd, said), 0);
	want_number("not by the next one", shell(script, raw_of(""), -1, said), 1);
	close(fd);
	want_number("nothing else is left open", open("/dev/null", O_RDONLY | O_CLOEXEC), fd);
	close(fd);
}

/* Of descriptors, at each place where one is wanted. */
static void without_a_descriptor_nothing_is_run_and_none_is_lost(void **state)
{
	const char *const argv[] = { "/bin/sh", "-c", "exit 0", NULL };
	const int before = descriptors_open();
	struct rlimit was;
	int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	for (int more = 0; more < 3; more++) {
		const struct rlimit few = { .rlim_cur = (rlim_t)(lowest + more), .rlim_max = was.rlim_max };
		struct child c = { .pid = 4711 };
		struct sw_fault why = { 0 };
		int rc;

		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		rc = child_start(argv, -1, &c, &why);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
		want_number("none", rc, -EMFILE);
		want_in("what", why.text.s, "run /bin/sh: ");
		want_number("no child", c.pid, 0);
		want_number("as before", descriptors_open(), before);
	}
}

static void the_cause_is_the_last_fatal_line(void **state)
{
	static const struct {
		const char *what, *said, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "a line", "postsuper: Placed on hold: 1 message\n",
		  "postsuper: Placed on hold: 1 message" },
		{ "the last one", "a\nb\nc", "c" },
		{ "fatal, and more", "a\npostsuper: fatal: no\nb\n", "postsuper: fatal: no" },
		{ "a panic", "a\npostsuper: panic: no\nb\n", "postsuper: panic: no" },
		{ "the second of two", "x: fatal: one\ny\nx: fatal: two\nz\n", "x: fatal: two" },
		{ "a word that begins so", "a: fatality\nb: fatal:ity\nc: panic:ky\nlast\n", "last" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_raw(rows[i].what, child_cause(rows[i].said), rows[i].want);
}

/* A shell that runs `script`. */
static struct child shell_that_stays(const char *script)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct sw_fault why = { 0 };
	struct child c;

	assert_int_equal(child_start(argv, -1, &c, &why), 0);
	return c;
}

/* Not when it had said it the time before: it takes its time for the first. */
static void it_goes_on_when_it_has_said_the_last_word(void **state)
{
	struct child c = shell_that_stays("while read -r id; do [ $id != AB ] || sleep 0.02; "
					  "echo \"p: $id: moved\"; done; exit 3");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" CD: "), said, &why), 0);
		assert_true(c.pid > 0);
		assert_int_equal(strlen(said), (size_t)(i + 1) * 26);
	}
	assert_int_equal(child_finish(&c, "sh", raw_of("EF\n"), said, &why), 3);
	assert_int_equal(c.pid, 0);
	assert_string_equal(said, "p: AB: moved\np: CD: moved\np: AB: moved\np: CD: moved\n"
				  "p: AB: moved\np: CD: moved\np: EF: moved\n");
}

static void its_first_line_may_be_the_last_word(void **state)
{
	struct child c = shell_that_stays("read -r id; echo \"p: $id: moved\"; read -r id; read -r id; exit 3");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" AB: "), said, &why), 0);
	assert_string_equal(said, "p: AB: moved\n");
	assert_int_equal(child_finish(&c, "sh", raw_of(""), said, &why), 3);
}

/* It leaves the second ID where it is, and takes its time. */
static void one_that_has_not_read_all_is_not_silent(void **state)
{
	struct child c = shell_that_stays("read -r id; sleep 0.2; echo 'p: CD: moved'; read -r id; read -r id; exit 3");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" CD: "), said, &why), 0);
	assert_true(c.pid > 0);
	assert_int_equal(child_finish(&c, "sh", raw_of(""), said, &why), 3);
}

static void one_that_is_silent_is_waited_for_to_its_end(void **state)
{
	struct child c = shell_that_stays("cat >/dev/null; exit 4");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID] = "before";

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\n"), raw_of(" AB: "), said, &why), 4);
	assert_int_equal(c.pid, 0);
	assert_string_equal(said, "");
}

static void one_that_ends_in_between_tells_how(void **state)
{
	struct child c = shell_that_stays("read -r id; echo \"p: $id: moved\"; exit 5");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" CD: "), said, &why), 5);
	assert_string_equal(said, "p: AB: moved\n");
}

static void one_that_says_fatal_is_not_waited_for(void **state)
{
	struct child c = shell_that_stays("read -r id; echo \"p: fatal: $id\"; exec sleep 100");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];
	struct sw_raw cause;

	(void)state;
	c.hasty = true;
	assert_int_equal(child_finish(&c, "sh", raw_of("AB\n"), said, &why), 128 + 9);
	cause = child_cause(said);
	assert_true(raw_is(cause, "p: fatal: AB"));
}

static void only_a_hasty_one_that_says_fatal_is_ended(void **state)
{
	static const struct {
		const char *what, *script;
		bool hasty;
		int want;
	} rows[] = {
		{ "hasty, and slow", "sleep 0.1; echo done; exit 6", true, 6 },
		{ "fatal, not hasty", "echo 'p: fatal: no'; sleep 0.1; exit 7", false, 7 },
		{ "a word like it", "echo 'p: fatality'; sleep 0.1; exit 8", true, 8 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct child c = shell_that_stays(rows[i].script);
		struct sw_fault why = { 0 };
		char said[CHILD_SAID];

		c.hasty = rows[i].hasty;
		want_number(rows[i].what, child_finish(&c, "sh", raw_of(""), said, &why), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_child_says_and_how_it_ends_is_known),
		cmocka_unit_test(of_much_the_end_is_kept),
		cmocka_unit_test(what_a_pipe_takes_at_once_is_given_whole),
		cmocka_unit_test(a_descriptor_is_kept_by_one_child_alone),
		cmocka_unit_test(without_a_descriptor_nothing_is_run_and_none_is_lost),
		cmocka_unit_test(the_cause_is_the_last_fatal_line),
		cmocka_unit_test(it_goes_on_when_it_has_said_the_last_word),
		cmocka_unit_test(its_first_line_may_be_the_last_word),
		cmocka_unit_test(one_that_has_not_read_all_is_not_silent),
		cmocka_unit_test(one_that_is_silent_is_waited_for_to_its_end),
		cmocka_unit_test(one_that_ends_in_between_tells_how),
		cmocka_unit_test(one_that_says_fatal_is_not_waited_for),
		cmocka_unit_test(only_a_hasty_one_that_says_fatal_is_ended),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
