#include "incident/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "descriptors.h"
#include "test.h"

#define TO_21 " 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "

static void a_line_says_who_a_process_is(void **state)
{
	static const struct {
		const char *text;
		bool is;
		uint64_t pid, parent, began;
		const char *name;
	} rows[] = {
		{ "77 (qmgr) S 70" TO_21 "4711 22 23\n", true, 77, 70, 4711, "qmgr" },
		{ "77 (qmgr) S 70" TO_21 "4711", true, 77, 70, 4711, "qmgr" },
		{ "77 () S 70" TO_21 "4711 22", true, 77, 70, 4711, "" },
		/* a name that anybody can give himself */
		{ "8 (qmgr) S 1" TO_21 "1 (x) S 70" TO_21 "4711 22", true, 8, 70, 4711,
		  "qmgr) S 1 3 4 5" },
		{ "8 (a (b) c) S 70" TO_21 "4711 22", true, 8, 70, 4711, "a (b) c" },
		{ "8 (\n)) S 70" TO_21 "4711 22", true, 8, 70, 4711, "\n)" },
		{ "77 (qmgr)S 70" TO_21 "4711", true, 77, 70, 4711, "qmgr" },
		{ "77 (qmgr) S 70" TO_21, false, 0, 0, 0, NULL },
		{ "77 (qmgr) S x" TO_21 "4711", false, 0, 0, 0, NULL },
		{ "77 (qmgr) S 70" TO_21 "-1", false, 0, 0, 0, NULL },
		{ "x (qmgr) S 70" TO_21 "4711", false, 0, 0, 0, NULL },
		{ "77 qmgr) S 70" TO_21 "4711", false, 0, 0, 0, NULL },
		{ "77 )qmgr( S 70" TO_21 "4711", false, 0, 0, 0, NULL },
		{ "77 (qmgr S 70" TO_21 "4711", false, 0, 0, 0, NULL },
		{ "77", false, 0, 0, 0, NULL },
		{ "77)", false, 0, 0, 0, NULL },
		{ "77(", false, 0, 0, 0, NULL },
		{ "77 (qmgr", false, 0, 0, 0, NULL },
		{ "(", false, 0, 0, 0, NULL },
		{ ")", false, 0, 0, 0, NULL },
		{ "", false, 0, 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct process got;

		want_number(rows[i].text, process_parse(raw_of(rows[i].text), &got), rows[i].is);
		if (!rows[i].is)
			continue;
		want_number(rows[i].text, got.pid, rows[i].pid);
		want_number(rows[i].text, got.parent, rows[i].parent);
		want_number(rows[i].text, got.began, rows[i].began);
		want_text(rows[i].text, got.name, rows[i].name);
	}
}

static void a_process_began_between_now_and_now(void **state)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct timespec before;
	struct timespec after;
	struct process got;
	int open_before;
	char name[16];
	pid_t child;

	(void)state;
	clock_gettime(CLOCK_REALTIME, &before);
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	snprintf(name, sizeof(name), "%d", (int)child);
	want_number("it is there", process_read(proc, name, &got), true);
	clock_gettime(CLOCK_REALTIME, &after);
	want_number("its parent", got.parent, getpid());
	/* it is told in hundredths of a second */
	want_within("when it began", process_time(&got) / 1000000,
		    (int64_t)before.tv_sec * 1000 + before.tv_nsec / 1000000 - 20,
		    (int64_t)after.tv_sec * 1000 + after.tv_nsec / 1000000 + 20);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	open_before = descriptors_open();
	want_number("it has ended", process_read(proc, name, &got), false);
	want_number("we are there", process_read(proc, "self", &got), true);
	want_number("we", got.pid, getpid());
	want_number("left open", descriptors_open(), open_before);
	close(proc);
}

/* A child that is called so, in that directory, and waits to be killed. */
static pid_t child_called(const char *name, const char *directory)
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && chdir(directory) == 0 && prctl(PR_SET_NAME, name) == 0 && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

/* The youngest first; of more than there is room for some. */
static void queue_managers_are_seen_by_name_and_directory(void **state)
{
	static const struct {
		const char *name;
		bool elsewhere, is;
	} rows[] = {
		{ "qmgr", false, true },  { "oqmgr", false, true }, { "nqmgr", false, true }, { "mgr", false, false },
		{ "qmgrs", false, false }, { "qmgr", true, false },  { "smtpd", false, false },
	};
	const struct timespec tick = { .tv_nsec = 12000000 };
	struct sw_host h = host_new(NULL);
	pid_t child[SW_COUNT(rows) + QMGRS];
	struct sw_fault why = { 0 };
	struct qmgrs got;
	struct stat st;
	size_t want = 0;
	size_t n = 0;

	(void)state;
	assert_int_equal(stat(h.root_path, &st), 0);
	for (size_t i = 0; i < SW_COUNT(child); i++) {
		const bool is = i >= SW_COUNT(rows) || rows[i].is;

		child[n++] = child_called(i < SW_COUNT(rows) ? rows[i].name : "qmgr",
					  i < SW_COUNT(rows) && rows[i].elsewhere ? "/" : h.root_path);
		want += is && want < QMGRS;
		assert_int_equal(qmgrs_see(&st, &got, &why), 0);
		want_number("so many", (int64_t)got.n, (int64_t)want);
		if (is && want < QMGRS)
			want_number("the youngest", (int64_t)got.of[0].pid, child[i]);
		for (size_t k = 1; k < got.n; k++)
			want_number("the younger first", got.of[k - 1].began > got.of[k].began, true);
		nanosleep(&tick, NULL);
	}
	for (size_t i = 0; i < n; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
	host_remove(&h);
}

/* /proc has it by two other names, too. */
static void one_that_looks_sees_itself_once(void **state)
{
	struct sw_host h = host_new(NULL);
	char name[PROCESS_NAME];
	struct sw_fault why = { 0 };
	struct qmgrs got;
	struct stat st;
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc;

	(void)state;
	assert_int_equal(stat(h.root_path, &st), 0);
	assert_int_equal(prctl(PR_GET_NAME, name), 0);
	assert_int_equal(prctl(PR_SET_NAME, "qmgr"), 0);
	assert_int_equal(chdir(h.root_path), 0);
	rc = qmgrs_see(&st, &got, &why);
	assert_int_equal(fchdir(here), 0);
	assert_int_equal(prctl(PR_SET_NAME, name), 0);
	close(here);
	want_number("seen", rc, 0);
	want_number("once", (int64_t)got.n, 1);
	want_number("itself", (int64_t)got.of[0].pid, getpid());
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_who_a_process_is),
		cmocka_unit_test(a_process_began_between_now_and_now),
		cmocka_unit_test(queue_managers_are_seen_by_name_and_directory),
		cmocka_unit_test(one_that_looks_sees_itself_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
