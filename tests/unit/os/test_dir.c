#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/dir.h"
#include "test.h"

static int open_dir(const struct sw_host *h, const char *path)
{
	int fd = open(host_path(h, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

struct seen {
	int files;
	unsigned char type;
	char name[256];
	int stop_after;
};

static int look(const struct dir_entry *entry, void *ctx)
{
	struct seen *seen = ctx;

	want_number(entry->name, entry->length, strlen(entry->name));
	want_number(entry->name, entry->inode != 0, true);
	snprintf(seen->name, sizeof(seen->name), "%s", entry->name);
	seen->type = entry->type;
	return ++seen->files == seen->stop_after ? 42 : 0;
}

static void every_name_is_seen_once_and_no_dots(void **state)
{
	enum { FILES = 800 }; /* more than one call of the kernel gives */
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	int fd;

	(void)state;
	for (int i = 0; i < FILES; i++) {
		char path[300];

		snprintf(path, sizeof(path), "/d/%0*d", i % 2 ? 8 : 200, i);
		host_file(&h, path, "");
	}
	fd = open_dir(&h, "/d");
	want_number("returned", dir_each(fd, look, &seen, &why), 0);
	want_number("files", seen.files, FILES);
	close(fd);
	host_remove(&h);
}

static void names_that_only_begin_with_dots_are_names(void **state)
{
	static const char *const rows[] = {
		"/d/...", "/d/.a", "/d/..a", "/d/ ", "/d/\n", "/d/\377"
	};
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	int fd;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		host_file(&h, rows[i], "");
	fd = open_dir(&h, "/d");
	want_number("returned", dir_each(fd, look, &seen, &why), 0);
	want_number("files", seen.files, SW_COUNT(rows));
	close(fd);
	host_remove(&h);
}

static void a_name_of_255_bytes_is_whole(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	char path[300] = "/d/";
	int fd;

	(void)state;
	memset(path + 3, 'x', 255);
	host_file(&h, path, "");
	fd = open_dir(&h, "/d");
	want_number("returned", dir_each(fd, look, &seen, &why), 0);
	want_text("name", seen.name, path + 3);
	close(fd);
	host_remove(&h);
}

static void an_empty_directory_is_no_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	int fd = open_dir(&h, "/");

	(void)state;
	want_number("returned", dir_each(fd, look, &seen, &why), 0);
	want_number("files", seen.files, 0);
	close(fd);
	host_remove(&h);
}

static void the_type_is_told_where_it_is_known(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	int fd;

	(void)state;
	assert_int_equal(mkdir(host_path(&h, "/d"), 0755), 0);
	assert_int_equal(mkdir(host_path(&h, "/d/sub"), 0755), 0);
	fd = open_dir(&h, "/d");
	want_number("returned", dir_each(fd, look, &seen, &why), 0);
	want_number("type", seen.type == DT_DIR || seen.type == DT_UNKNOWN, true);
	close(fd);
	host_remove(&h);
}

static void what_the_function_returns_ends_it(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { .stop_after = 2 };
	int fd;

	(void)state;
	host_file(&h, "/d/a", "");
	host_file(&h, "/d/b", "");
	host_file(&h, "/d/c", "");
	fd = open_dir(&h, "/d");
	want_number("returned", dir_each(fd, look, &seen, &why), 42);
	want_number("files", seen.files, 2);
	want_number("no fault", why.code, 0);
	close(fd);
	host_remove(&h);
}

static void what_is_no_directory_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	int fd;

	(void)state;
	host_file(&h, "/file", "");
	fd = open(host_path(&h, "/file"), O_RDONLY | O_CLOEXEC);
	want_number("a file", dir_each(fd, look, &seen, &why), -ENOTDIR);
	want_number("a file", why.code, ENOTDIR);
	close(fd);
	why.code = 0;
	want_number("nothing", dir_each(-1, look, &seen, &why), -EBADF);
	want_number("files", seen.files, 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_seen_once_and_no_dots),
		cmocka_unit_test(names_that_only_begin_with_dots_are_names),
		cmocka_unit_test(a_name_of_255_bytes_is_whole),
		cmocka_unit_test(an_empty_directory_is_no_fault),
		cmocka_unit_test(the_type_is_told_where_it_is_known),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(what_is_no_directory_is_a_fault),
	};

	return cmocka_run_group_tests_name("dir", tests, NULL, NULL);
}
