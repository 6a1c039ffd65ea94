#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/hole.h"
#include "test.h"

/* Sparse files are made there too: other file systems tell holes in other pieces. */
static const char *const places[] = { NULL, "/dev/shm", "/var/tmp", "." };

/* How often this process has read, and how many bytes; false when the kernel does not count. */
static bool count_reads(long long *calls, long long *bytes)
{
	FILE *f = fopen("/proc/self/io", "r");
	int got = f ? fscanf(f, "rchar: %lld wchar: %*d syscr: %lld", bytes, calls) : 0;

	if (f)
		fclose(f);
	return got == 2;
}

static int new_file(const char *place)
{
	char path[4096];
	int fd;

	if (!place)
		place = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	snprintf(path, sizeof(path), "%s/spoolwatch.XXXXXX", place);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static void put(int fd, off_t at, const char *text)
{
	assert_int_equal(pwrite(fd, text, strlen(text), at), strlen(text));
}

static void a_hole_ends_where_the_next_line_begins(void **state)
{
	static const struct {
		const char *what;
		off_t hole; /* after a line of 10 bytes */
		bool line;  /* behind it */
		off_t at;
		off_t want;
	} rows[] = {
		{ "no hole", 0, true, 10, 10 },
		{ "inside a line", 4096, true, 3, 3 },
		{ "one NUL", 1, true, 10, 11 },
		{ "less than a look", 500, true, 10, 510 },
		{ "more than one", 100000, true, 10, 100010 },
		{ "from its middle", 100000, true, 50000, 100010 },
		{ "whole blocks", 1 << 20, true, 10, (1 << 20) + 10 },
		{ "to the end of the file", 1 << 20, false, 10, (1 << 20) + 10 },
		{ "at the end of the file", 100, true, 120, 120 },
		{ "behind it", 100, true, 5000, 5000 },
	};

	(void)state;
	for (size_t place = 0; place < SW_COUNT(places); place++)
		for (size_t i = 0; i < SW_COUNT(rows); i++) {
			char what[128];
			int fd = new_file(places[place]);

			if (fd < 0)
				continue;
			snprintf(what, sizeof(what), "%s in %s", rows[i].what,
				 places[place] ? places[place] : "TMPDIR");
			put(fd, 0, "123456789\n");
			assert_int_equal(ftruncate(fd, 10 + rows[i].hole), 0);
			if (rows[i].line)
				put(fd, 10 + rows[i].hole, "987654321\n");
			errno = EINTR; /* of an earlier call: of no meaning */
			want_number(what, log_file_after_hole(fd, rows[i].at), rows[i].want);
			close(fd);
		}
}

static void a_hole_of_5_gb_costs_a_few_reads(void **state)
{
	static const off_t hole = (off_t)5 << 30;
	int tried = 0;

	(void)state;
	for (size_t place = 0; place < SW_COUNT(places); place++)
		for (int last = 0; last < 2; last++) {
			long long calls[2], bytes[2];
			int fd = new_file(places[place]);
			off_t end = 10 + hole;

			if (fd < 0)
				continue;
			put(fd, 0, "123456789\n");
			if (ftruncate(fd, end) == 0 && count_reads(&calls[0], &bytes[0])) {
				if (!last)
					put(fd, end, "987654321\n");
				want_number("end of the hole", log_file_after_hole(fd, 10), end);
				assert_true(count_reads(&calls[1], &bytes[1]));
				if (calls[1] - calls[0] > 8 || bytes[1] - bytes[0] > 200000)
					fail_msg("got %lld reads of %lld bytes, want at most 8 of "
						 "200000",
						 calls[1] - calls[0], bytes[1] - bytes[0]);
				tried++;
			}
			close(fd);
		}
	if (!tried)
		skip();
}

static void written_nuls_are_read_up_to_a_bound(void **state)
{
	static char block[1 << 20];
	int fd = new_file(NULL);

	(void)state;
	assert_true(fd >= 0);
	for (int i = 0; i < 63; i++)
		assert_int_equal(write(fd, block, sizeof(block)), sizeof(block));
	put(fd, 63 << 20, "line\n");
	want_number("63 MiB", log_file_after_hole(fd, 0), 63 << 20);
	for (int i = 63; i < 67; i++)
		assert_int_equal(pwrite(fd, block, sizeof(block), (off_t)i << 20), sizeof(block));
	want_number("67 MiB", log_file_after_hole(fd, 0), -EFBIG);
	close(fd);
}

static void what_can_not_be_read_is_said(void **state)
{
	int ends[2];
	int fd = open("/", O_RDONLY | O_CLOEXEC);

	(void)state;
	want_number("a directory", log_file_after_hole(fd, 0), -EISDIR);
	close(fd);
	assert_int_equal(pipe(ends), 0);
	want_number("a pipe", log_file_after_hole(ends[0], 0), -ESPIPE);
	close(ends[0]);
	close(ends[1]);
	want_number("no descriptor", log_file_after_hole(ends[0], 0), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hole_ends_where_the_next_line_begins),
		cmocka_unit_test(a_hole_of_5_gb_costs_a_few_reads),
		cmocka_unit_test(written_nuls_are_read_up_to_a_bound),
		cmocka_unit_test(what_can_not_be_read_is_said),
	};

	return cmocka_run_group_tests_name("hole", tests, NULL, NULL);
}
