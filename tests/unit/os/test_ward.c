#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/ward.h"
#include "test.h"

enum { GIVEN_UP = 77 };

/* What the child of the ward does. */
static void ends_well(void)
{
	printf("all of it\n");
	fflush(stdout);
	fprintf(stderr, "a word\n");
	exit(3);
}

static void writes_much(void)
{
	for (int i = 0; i < 100000; i++)
		puts("0123456789");
	fflush(stdout);
	exit(0);
}

static void hangs(void)
{
	printf("half of it\n");
	fflush(stdout);
	for (;;)
		pause();
}

static void is_killed(void)
{
	printf("half of it\n");
	fflush(stdout);
	kill(getpid(), SIGKILL);
}

static void closes_and_hangs(void)
{
	printf("all of it\n");
	fflush(stdout);
	close(1);
	close(2);
	for (;;)
		pause();
}

/* What stands in stderr comes long after the end of stdout. */
static void ends_one_by_one(void)
{
	const struct timespec moment = { .tv_nsec = 50000000 };

	printf("first\n");
	fflush(stdout);
	close(1);
	nanosleep(&moment, NULL);
	fprintf(stderr, "then\n");
	exit(4);
}

static void ends_the_other_first(void)
{
	const struct timespec moment = { .tv_nsec = 50000000 };

	fprintf(stderr, "first\n");
	close(2);
	nanosleep(&moment, NULL);
	printf("then\n");
	exit(5);
}

static void writes_nothing(void)
{
	exit(255);
}

/* While nothing comes. */
static void wakes_its_ward(void)
{
	const struct timespec moment = { .tv_nsec = 20000000 };

	for (int i = 0; i < 3; i++) {
		nanosleep(&moment, NULL);
		kill(getppid(), SIGUSR1);
	}
	nanosleep(&moment, NULL);
	printf("all of it\n");
	exit(6);
}

static void wakes(int signal)
{
	(void)signal;
}

/* A program of which the rest is `rest`: its status, and how many bytes it wrote. */
static int run_of(void (*rest)(void), unsigned most_ms, char *text, size_t size, size_t *n)
{
	char drop[4096];
	int status;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		const struct sigaction action = { .sa_handler = wakes };

		sigaction(SIGUSR1, &action, NULL);
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		errno = EAGAIN; /* of something before */
		if (ward_try(-1, clock_ms() + most_ms) == WARD_CHILD)
			rest();
		_exit(GIVEN_UP);
	}
	close(ends[1]);
	*n = 0;
	for (;;) {
		bool keep = *n + 1 < size;
		ssize_t got =
			read(ends[0], keep ? text + *n : drop, keep ? size - 1 - *n : sizeof(drop));

		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	text[*n < size ? *n : size - 1] = '\0';
	close(ends[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_the_child_did_in_time_counts_and_nothing_else(void **state)
{
	static const struct {
		const char *what;
		void (*rest)(void);
		unsigned most_ms;
		int status;
		const char *text;
	} rows[] = {
		{ "ends well", ends_well, 20000, 3, "a word\nall of it\n" },
		{ "ends stdout first", ends_one_by_one, 20000, 4, "then\nfirst\n" },
		{ "ends stderr first", ends_the_other_first, 20000, 5, "first\nthen\n" },
		{ "writes nothing", writes_nothing, 20000, 255, "" },
		{ "wakes who waits", wakes_its_ward, 20000, 6, "all of it\n" },
		{ "hangs", hangs, 200, GIVEN_UP, "" },
		{ "is killed", is_killed, 20000, GIVEN_UP, "" },
		{ "closes its output and hangs", closes_and_hangs, 200, GIVEN_UP, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[256];
		size_t n;

		want_number(rows[i].what,
			    run_of(rows[i].rest, rows[i].most_ms, text, sizeof(text), &n),
			    rows[i].status);
		want_text(rows[i].what, text, rows[i].text);
	}
}

static void much_is_passed_on_whole(void **state)
{
	char text[16];
	size_t n;

	(void)state;
	want_number("status", run_of(writes_much, 20000, text, sizeof(text), &n), 0);
	want_number("bytes", n, 1100000);
}

static size_t much; /* bytes */

static void writes_so_much(void)
{
	static char piece[65536];

	memset(piece, 'x', sizeof(piece));
	for (size_t n = 0; n < much;) {
		ssize_t wrote =
			write(1, piece, much - n < sizeof(piece) ? much - n : sizeof(piece));

		if (wrote < 0)
			_exit(9);
		n += (size_t)wrote;
	}
	_exit(0);
}

/* What is passed on is kept in memory, which is doubled up to its bound. */
static void more_than_can_be_kept_is_given_up(void **state)
{
	enum { MOST = 32 << 20 };
	static const struct {
		const char *what;
		size_t n;
		int status;
	} rows[] = { { "a byte", 1, 0 },
		     { "the first room", 65536, 0 },
		     { "a byte more", 65537, 0 },
		     { "the most", MOST - 1, 0 },
		     { "more", MOST, GIVEN_UP } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[16];
		size_t n;

		much = rows[i].n;
		want_number(rows[i].what, run_of(writes_so_much, 20000, text, sizeof(text), &n),
			    rows[i].status);
		want_number(rows[i].what, n, rows[i].status ? 0 : rows[i].n);
	}
}

static int count_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* 1, 2, 4: in 0, 1 and 2, what there should be, is not. */
static int wrong_streams(void)
{
	struct stat st;
	struct stat null;

	return (fstat(0, &st) < 0 || stat("/dev/null", &null) < 0 || st.st_rdev != null.st_rdev) +
	       2 * (fstat(1, &st) < 0 || !S_ISFIFO(st.st_mode)) +
	       4 * (fstat(2, &st) < 0 || !S_ISFIFO(st.st_mode));
}

/*
 * The child has /dev/null and the two pipes for its streams, and nothing else that was not open
 * before; who goes on without it has what was open before, but the mark, which is the child's.
 */
static void each_side_has_its_descriptors_and_no_more(void **state)
{
	(void)state;
	for (int hang = 0; hang < 2; hang++) {
		int status;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		if (pid == 0) {
			int mark = open("/dev/zero", O_RDONLY);
			int input = dup2(mark, 0); /* which the child is not to read */
			int before = count_open();
			enum ward side = ward_try(mark, clock_ms() + (hang ? 100 : 20000));

			if (side == WARD_CHILD && hang)
				for (;;)
					pause();
			if (side == WARD_CHILD)
				_exit(wrong_streams() + 8 * (count_open() != before) +
				      16 * (fcntl(mark, F_GETFD) < 0));
			_exit(input != 0 || !hang || side != WARD_GIVEN_UP || count_open() != before - 1 ||
			      fcntl(mark, F_GETFD) >= 0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		want_number("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
	}
}

/* A signal ends a write(2) that waits for its reader after a part. */
static void what_a_signal_cuts_is_gone_on_with(void **state)
{
	const struct sigaction action = { .sa_handler = wakes };
	const struct timespec moment = { .tv_nsec = 30000000 };
	char text[4096];
	size_t all = 0;
	int status;
	int ends[2];
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		sigaction(SIGUSR1, &action, NULL);
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		if (ward_try(-1, clock_ms() + 20000) == WARD_CHILD)
			writes_much();
		_exit(GIVEN_UP);
	}
	close(ends[1]);
	while ((n = read(ends[0], text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			want_number("byte", text[i],
				    (all + (size_t)i) % 11 == 10 ? '\n'
								 : '0' + (all + (size_t)i) % 11);
		if (all < 5 * sizeof(text)) { /* the pipe is full then, and more is to come */
			nanosleep(&moment, NULL);
			kill(pid, SIGUSR1);
		}
		all += (size_t)n;
	}
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	want_number("status", status, 0);
	want_number("bytes", all, 1100000);
}

struct lack {
	bool descriptors; /* else it is processes that there may be none of */
	int more;     /* descriptors that there may still be */
};

/* 1: a child all the same; 2: something was left open; 4: the mark is not there any more. */
static int try_without(void *ctx)
{
	const struct lack *lack = ctx;
	int mark = open("/dev/zero", O_RDONLY);
	int before = count_open();
	int next = dup(0);
	struct rlimit none = { 0, 0 };
	enum ward side;

	close(next);
	if (lack->descriptors)
		none.rlim_cur = none.rlim_max = (rlim_t)(next + lack->more);
	setrlimit(lack->descriptors ? RLIMIT_NOFILE : RLIMIT_NPROC, &none);
	side = ward_try(mark, clock_ms() + 20000);
	return -((side != WARD_GIVEN_UP) + 2 * (count_open() != before) +
		 4 * (fcntl(mark, F_GETFD) < 0));
}

static void who_can_not_have_a_child_goes_on_without(void **state)
{
	static const struct {
		const char *what;
		struct lack lack;
	} rows[] = {
		{ "no process", { false, 0 } },
		{ "no descriptor", { true, 0 } },
		{ "one", { true, 1 } },
		{ "those of one pipe", { true, 2 } },
		{ "and one more", { true, 3 } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct lack lack = rows[i].lack;

		want_number(rows[i].what, as_nobody(try_without, &lack), 0);
	}
}

/* What nobody reads any more was not given, whatever the child's status. */
static void what_can_not_be_passed_on_is_an_error(void **state)
{
	(void)state;
	for (int to = 1; to <= 2; to++) {
		int status;
		int ends[2];
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		close(ends[0]);
		fflush(NULL);
		pid = fork();
		if (pid == 0) {
			signal(SIGPIPE, SIG_IGN);
			dup2(ends[1], to);
			if (ward_try(-1, clock_ms() + 20000) == WARD_CHILD) {
				(void)!write(to, "x", 1);
				_exit(0);
			}
			_exit(GIVEN_UP);
		}
		close(ends[1]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		want_number("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_child_did_in_time_counts_and_nothing_else),
		cmocka_unit_test(much_is_passed_on_whole),
		cmocka_unit_test(more_than_can_be_kept_is_given_up),
		cmocka_unit_test(each_side_has_its_descriptors_and_no_more),
		cmocka_unit_test(what_a_signal_cuts_is_gone_on_with),
		cmocka_unit_test(who_can_not_have_a_child_goes_on_without),
		cmocka_unit_test(what_can_not_be_passed_on_is_an_error),
	};

	return cmocka_run_group_tests_name("ward", tests, NULL, NULL);
}
