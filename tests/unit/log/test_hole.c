#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
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

/* NULs that were written, around what is read in one go, up to the last that is looked at. */
static void a_hole_of_any_length_ends_where_it_ends(void **state)
{
	enum { FIRST = 512, NEXT = 8192, MOST = FIRST + 8192 * NEXT };
	static const off_t lengths[] = { 1, FIRST, FIRST + NEXT, FIRST + 2 * NEXT };
	static const char zeros[FIRST + 3 * NEXT];
	int fd = new_file(NULL);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < SW_COUNT(lengths); i++)
		for (off_t n = lengths[i] - 1; n <= lengths[i] + 1; n++) {
			assert_int_equal(ftruncate(fd, 0), 0);
			assert_int_equal(pwrite(fd, zeros, (size_t)n, 0), n);
			put(fd, n, "x\n");
			want_number("before a line", log_file_after_hole(fd, 0), n);
			assert_int_equal(ftruncate(fd, n), 0);
			want_number("before the end", log_file_after_hole(fd, 0), n);
			want_number("from its end", log_file_after_hole(fd, n), n);
		}
	for (off_t at = 0; at < MOST; at += (off_t)sizeof(zeros))
		assert_int_equal(pwrite(fd, zeros, sizeof(zeros), at), sizeof(zeros));
	put(fd, MOST - 1, "x");
	want_number("the last byte", log_file_after_hole(fd, 0), MOST - 1);
	put(fd, MOST - 1, "\n");
	assert_int_equal(pwrite(fd, zeros, 1, MOST - 1), 1);
	want_number("none of them", log_file_after_hole(fd, 0), -EFBIG);
	close(fd);
}

/* Pages with data, of a file of so many. */
static void a_hole_at_the_end_begins_where_data_ends(void **state)
{
	enum { PAGE = 4096, BLOCK = 64 * 1024 / PAGE };
	static const struct {
		const char *what;
		off_t pages, data[3]; /* 0: none; else the number of one, from 1 */
		off_t want;
	} rows[] = {
		{ "so small that it is read whole", BLOCK, { 1 }, BLOCK },
		{ "nothing but a hole", BLOCK + 1, { 0 }, 0 },
		{ "a page", BLOCK + 1, { 1 }, 1 },
		{ "the second", BLOCK + 1, { 2 }, 2 },
		{ "the last", BLOCK + 1, { BLOCK + 1 }, BLOCK + 1 },
		{ "far from the end", 1000, { 1 }, 1 },
		{ "of two the last", 1000, { 1, 500 }, 500 },
		{ "just before what is looked at first", 1000, { 1, 1000 - BLOCK }, 1000 - BLOCK },
		{ "just in it", 1000, { 1, 1000 - BLOCK + 1 }, 1000 - BLOCK + 1 },
		{ "several in it", 1000, { 1, 990, 995 }, 995 },
		{ "to the end", 1000, { 1, 990, 1000 }, 1000 },
	};
	int ends[2];

	(void)state;
	if (sysconf(_SC_PAGESIZE) != PAGE)
		skip();
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int fd = memfd_create("hole", MFD_CLOEXEC);

		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, rows[i].pages * PAGE), 0);
		for (size_t k = 0; k < SW_COUNT(rows[i].data) && rows[i].data[k]; k++)
			put(fd, (rows[i].data[k] - 1) * PAGE, "x");
		errno = ENXIO; /* of an earlier call */
		want_number(rows[i].what, log_file_before_hole(fd, rows[i].pages * PAGE),
			    rows[i].want * PAGE);
		close(fd);
	}
	assert_int_equal(pipe(ends), 0);
	want_number("what can't tell", log_file_before_hole(ends[0], 1 << 20), 1 << 20);
	close(ends[0]);
	close(ends[1]);
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
		cmocka_unit_test(a_hole_of_any_length_ends_where_it_ends),
		cmocka_unit_test(a_hole_at_the_end_begins_where_data_ends),
		cmocka_unit_test(what_can_not_be_read_is_said),
	};

	return cmocka_run_group_tests_name("hole", tests, NULL, NULL);
}
