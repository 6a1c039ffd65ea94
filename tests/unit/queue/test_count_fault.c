/*
 * Directories that fail while they are read. The linker hands us the library's calls of syscall(2)
 * (Makefile: --wrap), of which getdents64(2) is made to fail where a test says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "queue/sample.h"
#include "test.h"

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static ino_t failing; /* the directory's inode; 0: none */
static int error;
static int good; /* calls that it answers before */
static const char *removed; /* the directory, while it is read; NULL: none */
static const struct sw_host *host;

long __wrap_syscall(long number, ...)
{
	long arg[6];
	struct stat st;
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < SW_COUNT(arg); i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	if (number == SYS_getdents64 && failing && fstat((int)arg[0], &st) == 0 &&
	    st.st_ino == failing && good-- <= 0) {
		if (removed)
			assert_int_equal(rmdir(host_path(host, removed)), 0);
		errno = error;
		return -1;
	}
	return __real_syscall(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

static ino_t inode_of(const struct sw_host *h, const char *path)
{
	struct stat st;

	assert_int_equal(stat(host_path(h, path), &st), 0);
	return st.st_ino;
}

static void a_queue_that_fails_to_be_read_is_not_an_empty_one(void **state)
{
	static const struct {
		const char *what;
		const char *path;
		int error;
		int good;
		int want; /* 0: what else is there is counted */
	} rows[] = {
		{ "none fails", "/", EIO, 0, 0 },
		{ "the queue", "/deferred", EIO, 0, EIO },
		{ "the queue, later", "/deferred", EIO, 1, EIO },
		{ "a hash directory", "/deferred/B", EIO, 0, EIO },
		{ "a hash directory, later", "/deferred/B", EIO, 1, EIO },
		{ "one of a server that is gone", "/deferred/B", ESTALE, 0, ESTALE },
		{ "ENOENT, but it is there", "/deferred/B", ENOENT, 0, EIO },
		{ "ENOENT of the queue itself", "/deferred", ENOENT, 0, EIO },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct queue_sample s = { .n = 1, .queue = { { .name = "deferred" } } };
		struct sw_fault why = { 0 };
		uint64_t n = 4711;
		int spool;

		host_file(&h, "/deferred/A/AAAAAA1", "");
		host_file(&h, "/deferred/B/BBBBBB1", "");
		spool = open(host_path(&h, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
		failing = inode_of(&h, rows[i].path);
		error = rows[i].error;
		good = rows[i].good;
		want_number(rows[i].what, sw_queue_count(spool, "deferred", &n, &why),
			    -rows[i].want);
		want_number(rows[i].what, n, rows[i].want ? 4711 : 2);
		if (rows[i].want)
			want_in(rows[i].what, why.text.s, "queue deferred: read a directory: ");
		good = rows[i].good;
		why = (struct sw_fault){ 0 };
		want_number(rows[i].what, queue_sample_take(&s, spool, 10, 1, &why), 0);
		want_number(rows[i].what, s.queue[0].why.code, rows[i].want);
		want_number(rows[i].what, s.queue[0].picked, rows[i].want ? 0 : 2);
		failing = 0;
		queue_sample_free(&s);
		close(spool);
		host_remove(&h);
	}
}

static void a_hash_directory_that_was_removed_held_nothing(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	uint64_t n = 4711;
	int spool;

	(void)state;
	host_file(&h, "/deferred/B/BBBBBB1", "");
	assert_int_equal(mkdir(host_path(&h, "/deferred/A"), 0755), 0);
	spool = open(host_path(&h, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	host = &h;
	failing = inode_of(&h, "/deferred/A");
	error = ENOENT;
	good = 0;
	removed = "/deferred/A";
	want_number("returned", sw_queue_count(spool, "deferred", &n, &why), 0);
	want_number("counted", n, 1);
	want_number("no fault", why.code, 0);
	failing = 0;
	removed = NULL;
	close(spool);
	host_remove(&h);
}

static void a_queue_that_was_removed_is_not_an_empty_one(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	uint64_t n = 4711;
	int spool;

	(void)state;
	assert_int_equal(mkdir(host_path(&h, "/deferred"), 0755), 0);
	spool = open(host_path(&h, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	host = &h;
	failing = inode_of(&h, "/deferred");
	error = ENOENT;
	good = 0;
	removed = "/deferred";
	want_number("returned", sw_queue_count(spool, "deferred", &n, &why), -EIO);
	want_number("counted", n, 4711);
	failing = 0;
	removed = NULL;
	close(spool);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_that_fails_to_be_read_is_not_an_empty_one),
		cmocka_unit_test(a_hash_directory_that_was_removed_held_nothing),
		cmocka_unit_test(a_queue_that_was_removed_is_not_an_empty_one),
	};

	return cmocka_run_group_tests_name("count_fault", tests, NULL, NULL);
}
