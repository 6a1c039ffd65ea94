#include "incident/locks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static void a_line_says_who_has_which_inode(void **state)
{
	static const struct {
		const char *line;
		bool want, waits;
		int64_t pid;
		unsigned major, minor;
		uint64_t inode;
	} rows[] = {
		{ "1: FLOCK  ADVISORY  WRITE 708 08:01:393304 0 EOF", true, false, 708, 8, 1,
		  393304 },
		{ "2: POSIX  ADVISORY  READ  12 fd:0a:7 128 128", true, false, 12, 253, 10, 7 },
		{ "3: OFDLCK ADVISORY  WRITE -1 00:1f:99 0 EOF", true, false, -1, 0, 31, 99 },
		{ "3: -> FLOCK  ADVISORY  WRITE 9 00:1f:99 0 EOF", true, true, 9, 0, 31, 99 },
		{ "4: LEASE  ACTIVE    READ  1 08:01:5 0 EOF", true, false, 1, 8, 1, 5 },
		{ "5: FLOCK ADVISORY WRITE 1 08:01", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 xx:01:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 123456789:01:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: ->", false, false, 0, 0, 0, 0 },
		{ "", false, false, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct locks_line got;

		want_number(rows[i].line, locks_parse(raw_of(rows[i].line), &got), rows[i].want);
		if (!rows[i].want)
			continue;
		want_number(rows[i].line, got.waits, rows[i].waits);
		want_number(rows[i].line, got.pid, rows[i].pid);
		want_number(rows[i].line, got.major, rows[i].major);
		want_number(rows[i].line, got.minor, rows[i].minor);
		want_number(rows[i].line, got.inode, rows[i].inode);
	}
}

static void a_file_that_somebody_locks_is_seen_so(void **state)
{
	struct sw_host copy = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_host *h;
	struct locks l;
	struct stat st;
	int fd;

	(void)state;
	host_file(&copy, "/file", "");
	fd = open(host_path(&copy, "/file"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	assert_int_equal(sw_host_open(NULL, 0, &h, &why), 0);
	assert_int_equal(locks_read(h, fd, &l, &why), 0);
	assert_false(locks_has(&l, st.st_dev, st.st_ino));
	locks_free(&l);
	assert_int_equal(locks_holder(h, fd), 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(locks_read(h, fd, &l, &why), 0);
	assert_true(locks_has(&l, st.st_dev, st.st_ino));
	assert_false(locks_has(&l, st.st_dev, st.st_ino + 1));
	locks_free(&l);
	assert_int_equal(locks_holder(h, fd), getpid());
	close(fd);
	sw_host_close(h);
	host_remove(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_who_has_which_inode),
		cmocka_unit_test(a_file_that_somebody_locks_is_seen_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
