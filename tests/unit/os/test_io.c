/* Reads and writes that come in pieces (Makefile: --wrap=pread64 and its like). */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/io.h"
#include "test.h"

/* What each call does: at most so many bytes, or fails with -errno. 0: the real call. */
static const int *next;

/* glibc calls them so where files are large */
ssize_t __wrap_pread64(int fd, void *buf, size_t n, off_t at);
ssize_t __wrap_pwrite64(int fd, const void *buf, size_t n, off_t at);

static bool fails(size_t *n)
{
	int what = next && *next ? *next++ : 0;

	if (what > 0 && (size_t)what < *n)
		*n = (size_t)what;
	errno = what < 0 ? -what : 0;
	return what < 0;
}

ssize_t __wrap_pread64(int fd, void *buf, size_t n, off_t at)
{
	return fails(&n) ? -1 : syscall(SYS_pread64, fd, buf, n, at);
}

ssize_t __wrap_pwrite64(int fd, const void *buf, size_t n, off_t at)
{
	return fails(&n) ? -1 : syscall(SYS_pwrite64, fd, buf, n, at);
}

static const struct {
	const char *what;
	int calls[8];
	int want; /* what comes of it: 0 is all */
} rows[] = {
	{ "at once", { 0 }, 0 },
	{ "a byte, then the rest", { 1, 0 }, 0 },
	{ "interrupted", { -EINTR, -EINTR, 3, -EINTR, 0 }, 0 },
	{ "an error", { -EIO, 0 }, -EIO },
	{ "an error after some", { 4, -EIO, 0 }, -EIO },
	{ "no room after some", { 4, -ENOSPC, 0 }, -ENOSPC },
};

static void pieces_make_a_whole(void **state)
{
	struct sw_host h = host_new(NULL);
	static const char text[] = "0123456789";
	int fd;

	(void)state;
	host_file(&h, "/file", "");
	fd = open(host_path(&h, "/file"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[10] = "";

		next = rows[i].calls;
		want_number(rows[i].what, io_pwrite(fd, text, 10, 0), rows[i].want);
		next = NULL;
		assert_int_equal(io_pwrite(fd, text, 10, 0), 0);
		next = rows[i].calls;
		want_number(rows[i].what, io_pread(fd, got, 10, 0),
			    rows[i].want ? rows[i].want : 10);
		if (rows[i].want == 0)
			assert_memory_equal(got, text, 10);
	}
	next = NULL;
	want_number("the end of the file", io_pread(fd, (char[20]){ "" }, 20, 4), 6);
	close(fd);
	host_remove(&h);
}

static void a_device_that_is_full_says_so(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	want_number("write", io_write(fd, "x", 1), -ENOSPC);
	want_number("nothing", io_write(fd, "x", 0), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_make_a_whole),
		cmocka_unit_test(a_device_that_is_full_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
