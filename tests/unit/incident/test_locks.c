#include "incident/locks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
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
		{ "5: FLOCK ADVISORY WRITE 1 :01:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08::5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08:01: 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08:01:x 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08:0g:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 0`:01:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 0/:01:5 0 EOF", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY WRITE 1 08:01:2:5", false, false, 0, 0, 0, 0 },
		{ "6: FLOCK ADVISORY WRITE 7 ffffffff:AbCdEf09:18446744073709551615", true, false,
		  7, 0xffffffff, 0xabcdef09, UINT64_MAX },
		{ "6:\tFLOCK\tADVISORY\tREAD\t8\ta:f:1", true, false, 8, 10, 15, 1 },
		{ "6: FLOCK ADVISORY WRITE 2147483647 9:0:1", true, false, 2147483647, 9, 0, 1 },
		{ "6: FLOCK ADVISORY WRITE 2147483648 9:0:1", true, false, -1, 9, 0, 1 },
		{ "6: FLOCK ADVISORY WRITE x 9:0:1", true, false, -1, 9, 0, 1 },
		{ "5: FLOCK ADVISORY WRITE 1", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY", false, false, 0, 0, 0, 0 },
		{ "5: -> FLOCK ADVISORY WRITE 1", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK", false, false, 0, 0, 0, 0 },
		{ "5: FLOCK ADVISORY", false, false, 0, 0, 0, 0 },
		{ "-> FLOCK ADVISORY WRITE 3 8:1:5 0", true, false, 3, 8, 1, 5 },
		{ "6: -> FLOCK ADVISORY WRITE 9 8:1:5", true, true, 9, 8, 1, 5 },
		{ "6: FLOCK -> WRITE 9 8:1:5", true, false, 9, 8, 1, 5 },
		{ "5:", false, false, 0, 0, 0, 0 },
		{ "5: ->", false, false, 0, 0, 0, 0 },
		{ "", false, false, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const size_t n = strlen(rows[i].line);
		char *copy = malloc(n > 0 ? n : 1); /* nothing behind it is looked at */
		struct locks_line got;

		memcpy(copy, rows[i].line, n);
		want_number(rows[i].line, locks_parse(raw_from(copy, n), &got), rows[i].want);
		free(copy);
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

/* Of a table that is known; `file` is on a device that is not of it. */
static void a_lock_is_that_of_the_inode_on_its_device(void **state)
{
	static const struct {
		unsigned major, minor;
		uint64_t inode;
		bool want;
	} rows[] = {
		{ 8, 1, 5, true },   { 8, 1, 6, true },  { 253, 10, 7, true },
		{ 8, 1, 7, false },  { 8, 2, 5, false }, { 9, 1, 5, false },
		{ 8, 1, 99, false }, { 0, 0, 0, false }, { 8, 1, 11, true },
	};
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	char own[128];
	struct statfs fs;
	struct locks l;
	struct stat st;
	int fd;

	(void)state;
	host_file(&h, "/file", "");
	fd = open(host_path(&h, "/file"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	want_number("no table", locks_read(&h, fd, &l, &why), -ENOENT);
	assert_false(locks_has(&l, 0, 0));
	locks_free(&l);
	want_number("nor a holder", locks_holder(&h, fd), 0);
	host_file(&h, "/proc/locks",
		  "1: FLOCK  ADVISORY  WRITE 708 08:01:5 0 EOF\n"
		  "1: -> FLOCK  ADVISORY  WRITE 12 08:01:99 0 EOF\n"
		  "what it never says\n"
		  "2: FLOCK  ADVISORY  WRITE 709 08:01:6 0 EOF\n"
		  "3: POSIX  ADVISORY  READ 710 fd:0a:7 128 128\n"
		  "4: FLOCK  ADVISORY  WRITE 711 08:01:11 0 EOF");
	want_number("a table", locks_read(&h, fd, &l, &why), 0);
	want_number("held", l.n, 4);
	assert_int_equal(fstatfs(fd, &fs), 0);
	want_number("devices are told otherwise", l.loose, (uint32_t)fs.f_type == BTRFS_SUPER_MAGIC);
	l.loose = false;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number("lock",
			    locks_has(&l, makedev(rows[i].major, rows[i].minor), rows[i].inode),
			    rows[i].want);
	/* btrfs has other devices in the table than stat(2) */
	l.loose = true;
	assert_true(locks_has(&l, makedev(9, 9), 5));
	assert_false(locks_has(&l, makedev(9, 9), 99));
	locks_free(&l);
	assert_false(locks_has(&l, makedev(9, 9), 5));
	snprintf(own, sizeof(own), "1: FLOCK ADVISORY WRITE 321 %x:%x:%llu 0 EOF\n",
		 major(st.st_dev), minor(st.st_dev), (unsigned long long)st.st_ino);
	host_file(&h, "/proc/locks", own);
	want_number("its holder", locks_holder(&h, fd), 321);
	own[strlen(own) - 1] = '\0';
	host_file(&h, "/proc/locks", own);
	want_number("without a newline", locks_holder(&h, fd), 321);
	want_number("of no file", locks_holder(&h, -1), 0);
	want_number("it can't be told of what", locks_read(&h, -1, &l, &why), 0);
	want_number("devices count", l.loose, false);
	locks_free(&l);
	close(fd);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_says_who_has_which_inode),
		cmocka_unit_test(a_lock_is_that_of_the_inode_on_its_device),
		cmocka_unit_test(a_file_that_somebody_locks_is_seen_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
