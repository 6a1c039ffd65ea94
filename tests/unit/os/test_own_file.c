/* own_file: which files are ours by what stands in them, and what is made of each. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/own_file.h"
#include "test.h"

enum { SECOND = 8192, SIZE = 16384 };

static const char mark[OWN_FILE_MARK] = "swmark1";
static const struct own_layout twice = { .mark = mark, .second = SECOND, .size = SIZE };
static const struct own_layout once = { .mark = mark, .size = SIZE };

static struct sw_host h;
static char path[4096];

static int set_up(void **state)
{
	(void)state;
	h = host_new(NULL);
	snprintf(path, sizeof(path), "%s", host_path(&h, "/own"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&h);
	return 0;
}

/* A file of `size` zeros with n bytes of the mark at its beginning, and some bytes at `at`. */
static void write_file(size_t size, size_t n, const char *bytes, size_t bytes_n, size_t at)
{
	char *text = calloc(1, SIZE + 4096);

	memcpy(text, mark, n);
	memcpy(text + at, bytes, bytes_n);
	unlink(path);
	host_bytes(&h, "/own", text, size);
	free(text);
}

static int lowest_free(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static bool is_own(const struct own_layout *layout)
{
	int fd = open(path, O_RDONLY);
	bool ret = own_file_is(fd, layout);

	close(fd);
	return ret;
}

/* What own_file_open() says must be the same, and who is refused keeps his bytes. */
static void want_own(const char *what, const struct own_layout *layout, bool want)
{
	struct sw_fault why = { 0 };
	uint64_t before = file_hash(path);
	bool read_only = true;
	int free_before = lowest_free();
	struct stat st;
	int fd;

	want_number(what, is_own(layout), want);
	fd = own_file_open(path, 0600, layout, &read_only, &why);
	if (!want) {
		want_number(what, fd, -EEXIST);
		want_in(what, why.text.s, "is no state file of ours: it stays as it is");
		want_number(what, file_hash(path) == before, true);
		want_number(what, lowest_free(), free_before);
		return;
	}
	want_number(what, fd >= 0, true);
	want_number(what, read_only, false);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	want_number(what, st.st_size, layout->size);
	want_number(what, is_own(layout), true);
}

static void it_is_ours_by_its_mark_or_as_far_as_it_was_begun(void **state)
{
	char what[64];

	(void)state;
	for (size_t n = 0; n <= OWN_FILE_MARK; n++) {
		snprintf(what, sizeof(what), "%zu bytes of the mark", n);
		write_file(n, n, "", 0, 0);
		want_own(what, &once, true);
		write_file(n, n, "", 0, 0);
		want_own(what, &twice, true);
		snprintf(what, sizeof(what), "%zu bytes of the mark in so many zeros", n);
		for (size_t size = SIZE - 1; size <= SIZE + 1; size++) {
			write_file(size, n, "", 0, 0);
			/* with seven the eighth, which is 0, is there, too */
			want_own(what, &once, size == SIZE || n >= OWN_FILE_MARK - 1);
		}
	}
	for (size_t at = 0; at < OWN_FILE_MARK; at++) {
		snprintf(what, sizeof(what), "byte %zu is another", at);
		for (size_t size = at + 1; size <= OWN_FILE_MARK + 1; size++) {
			write_file(size, size < 8 ? size : 8, "?", 1, at);
			want_own(what, &once, false);
		}
		write_file(SIZE, OWN_FILE_MARK, "?", 1, at);
		want_own(what, &once, false);
	}
	for (size_t size = 1; size < OWN_FILE_MARK; size++) {
		write_file(size, 0, "", 0, 0);
		want_own("a few zeros", &once, false);
		write_file(size, size - 1, "", 0, 0);
		want_own("a piece of the mark and a zero", &once, false);
	}
	write_file(OWN_FILE_MARK, 0, "", 0, 0);
	want_own("as many zeros as a mark has", &once, false);
}

static void a_byte_anywhere_makes_zeros_a_strangers(void **state)
{
	static const size_t places[] = { 3, 4, 7, 8, 100, 4095, 4096, 8191, SECOND, SIZE - 1 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(places); i++) {
		char what[64];

		snprintf(what, sizeof(what), "at %zu", places[i]);
		write_file(SIZE, 3, "\1", 1, places[i]);
		want_own(what, &once, false);
		want_own(what, &twice, false);
		write_file(SIZE, OWN_FILE_MARK, "\1", 1, places[i] < 8 ? 8 : places[i]);
		want_own("behind a mark", &once, true);
	}
}

static void the_second_mark_is_as_good_where_there_is_one(void **state)
{
	(void)state;
	write_file(SIZE, 0, mark, sizeof(mark), SECOND);
	host_bytes(&h, "/other", "", 0);
	want_own("one of our length", &twice, true);
	want_own("where none is", &once, false);
	write_file(SECOND + OWN_FILE_MARK, 0, mark, sizeof(mark), SECOND);
	want_own("a shorter one", &twice, true);
	write_file(SECOND + OWN_FILE_MARK - 1, 0, mark, sizeof(mark), SECOND);
	want_own("a piece of it", &twice, false);
	write_file(SIZE, 0, mark, sizeof(mark), SECOND + 1);
	want_own("a byte further", &twice, false);
}

static bool has_mark_at(off_t at)
{
	char got[OWN_FILE_MARK];
	int fd = open(path, O_RDONLY);
	bool ret = pread(fd, got, sizeof(got), at) == sizeof(got) &&
		   memcmp(got, mark, sizeof(got)) == 0;

	close(fd);
	return ret;
}

static void open_own(const char *what, mode_t mode, const struct own_layout *layout)
{
	struct sw_fault why = { 0 };
	bool read_only = true;
	int fd;

	errno = EACCES; /* of something before */
	fd = own_file_open(path, mode, layout, &read_only, &why);
	want_number(what, fd >= 0, true);
	want_number(what, read_only, false);
	want_number(what, fcntl(fd, F_GETFD), FD_CLOEXEC);
	want_number("may be written", fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
	close(fd);
}

static void what_is_made_has_its_mode_its_room_and_its_marks(void **state)
{
	static const mode_t modes[] = { 0600, 0644 };
	mode_t was = umask(0);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(modes); i++)
		for (int marks = 1; marks <= 2; marks++) {
			struct stat st;

			unlink(path);
			open_own("made", modes[i], marks == 1 ? &once : &twice);
			assert_int_equal(stat(path, &st), 0);
			want_number("mode", st.st_mode & 07777, modes[i]);
			want_number("size", st.st_size, SIZE);
			want_number("its room is taken", st.st_blocks * 512 >= SIZE, true);
			want_number("mark", has_mark_at(0), true);
			want_number("second mark", has_mark_at(SECOND), marks == 2);
		}
	umask(was);
}

static void one_of_another_length_gets_ours_and_keeps_what_it_has(void **state)
{
	static const struct {
		size_t size;
		bool second;
	} rows[] = {
		{ OWN_FILE_MARK, true }, { 4096, true },	   { SECOND - 1, true },
		{ SECOND, true },	 { SECOND + 4096, false }, { SIZE - 1, false },
		{ SIZE, false },	 { SIZE + 1, false },	   { SIZE + 4096, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t last = rows[i].size < SIZE ? rows[i].size - 1 : SIZE - 1;
		char what[64];
		struct stat st;
		char byte = 0;
		int fd;

		snprintf(what, sizeof(what), "of %zu bytes", rows[i].size);
		write_file(rows[i].size, OWN_FILE_MARK, last > 8 ? "x" : "", last > 8, last);
		open_own(what, 0600, &twice);
		assert_int_equal(stat(path, &st), 0);
		want_number(what, st.st_size, SIZE);
		want_number(what, has_mark_at(0), true);
		want_number(what, has_mark_at(SECOND), rows[i].second);
		fd = open(path, O_RDONLY);
		assert_int_equal(pread(fd, &byte, 1, (off_t)last), 1);
		close(fd);
		want_number(what, byte, last > 8 ? 'x' : 0);
	}
}

static void what_is_no_file_of_ours_alone_stays(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *words;
	} rows[] = {
		{ "/directory", EEXIST, "is no regular file" },
		{ "/fifo", EEXIST, "is no regular file" },
		{ "/link", EEXIST, "is no regular file" },
		{ "/dangling", EEXIST, "is no regular file" },
		{ "/two", EEXIST, "has another name, too" },
		{ "/of1234", EEXIST, "belongs to uid 1234, this is uid 0" },
		{ "/none/x", ENOENT, "open the state file" },
		{ "/file/x", ENOTDIR, "open the state file" },
	};

	(void)state;
	host_file(&h, "/file", "");
	host_file(&h, "/two", "");
	host_file(&h, "/of1234", "");
	assert_int_equal(mkdir(host_path(&h, "/directory"), 0755), 0);
	assert_int_equal(mkfifo(host_path(&h, "/fifo"), 0644), 0);
	assert_int_equal(symlink("file", host_path(&h, "/link")), 0);
	assert_int_equal(symlink("made", host_path(&h, "/dangling")), 0);
	assert_int_equal(linkat(h.root, "two", h.root, "too", 0), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		int free_before = lowest_free();
		bool read_only;

		if (strcmp(rows[i].path, "/of1234") == 0 &&
		    chown(host_path(&h, rows[i].path), 1234, 0) < 0)
			continue; /* not root */
		want_number(
			rows[i].path,
			own_file_open(host_path(&h, rows[i].path), 0600, &once, &read_only, &why),
			-rows[i].code);
		want_in(rows[i].path, why.text.s, rows[i].words);
		want_number(rows[i].path, read_only, false);
		want_number(rows[i].path, lowest_free(), free_before);
	}
	want_number("made by the link", access(host_path(&h, "/made"), F_OK), -1);
}

/* 2: it may be read alone, 1: written, too; or -errno. */
static int opens(void *ctx)
{
	struct sw_fault why = { 0 };
	bool read_only;
	int fd = own_file_open(ctx, 0600, &once, &read_only, &why);
	int n = lowest_free();

	if (fd < 0)
		return fd;
	close(fd);
	return n == fd ? -ENOTSUP : read_only ? -2 : -1;
}

static void roots_file_may_be_read_by_others_and_nothing_more(void **state)
{
	static const struct {
		const char *what;
		uid_t owner;
		mode_t mode;
		size_t size;
		int want;
	} rows[] = {
		{ "root's, to be read", 0, 0644, SIZE, -2 },
		{ "of another length: it keeps that", 0, 0644, 100, -2 },
		{ "root's, empty", 0, 0644, 0, -2 },
		{ "root's, to be read by root", 0, 0600, SIZE, -EACCES },
		{ "root's, to be written by all", 0, 0666, SIZE, -EEXIST },
		{ "another user's", 1000, 0644, SIZE, -EEXIST },
		{ "its own", 65534, 0600, SIZE, -1 },
		{ "its own, to be read", 65534, 0400, SIZE, -2 },
		{ "its own, of another length", 65534, 0400, 100, -2 },
	};

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped - not root: files of other users\n");
		skip();
	}
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("none, and none may be made", as_nobody(opens, path), -EACCES);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct stat st;

		write_file(rows[i].size, rows[i].size ? OWN_FILE_MARK : 0, "", 0, 0);
		assert_int_equal(chown(path, rows[i].owner, 0), 0);
		assert_int_equal(chmod(path, rows[i].mode), 0);
		want_number(rows[i].what, as_nobody(opens, path), rows[i].want);
		assert_int_equal(stat(path, &st), 0);
		want_number(rows[i].what, st.st_size, rows[i].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_ours_by_its_mark_or_as_far_as_it_was_begun,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_byte_anywhere_makes_zeros_a_strangers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_second_mark_is_as_good_where_there_is_one,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_made_has_its_mode_its_room_and_its_marks,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_of_another_length_gets_ours_and_keeps_what_it_has, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_file_of_ours_alone_stays, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(roots_file_may_be_read_by_others_and_nothing_more,
						set_up, tear_down),
	};

	return cmocka_run_group_tests_name("own file", tests, NULL, NULL);
}
