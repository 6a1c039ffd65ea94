/* How a log is cut into lines; where the window begins: test_file.c. */
#include <errno.h>

#include "logtext.h"

static void complete_lines_are_given_as_they_are(void **state)
{
	static const struct {
		const char *what;
		const char *file;
		const char *want;
	} rows[] = {
		{ "empty", "", "" },
		{ "two lines", "a\nb\n", "a|b|" },
		{ "a half line at the end", "a\nb", "a|" },
		{ "only a half line", "a", "" },
		{ "empty lines", "\n\na\n", "||a|" },
		{ "no stamps", "x y z\n-- MARK --\n", "x y z|-- MARK --|" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct text t = { 0 };
		struct seen s = { 0 };

		add(&t, rows[i].file, strlen(rows[i].file));
		read_text(&t, START, &s);
		want_text(rows[i].what, s.text.p, rows[i].want);
		free(s.text.p);
		free(t.p);
	}
}

static void a_line_of_more_than_64_kib_is_skipped_and_no_other(void **state)
{
	static const size_t lengths[] = { LINE_LIMIT - 1, LINE_LIMIT, LINE_LIMIT + 1, 100000,
					  BLOCK - 3,	  BLOCK,      BLOCK + 1,      2 * BLOCK - 3,
					  2 * BLOCK - 2,  2 * BLOCK,  3 * BLOCK };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(lengths); i++) {
		struct text t = { 0 };
		struct seen s = { 0 };
		char *line = malloc(lengths[i]);

		assert_non_null(line);
		memset(line, 'x', lengths[i]);
		add(&t, "a\n", 2);
		add(&t, line, lengths[i]);
		add(&t, "\nb\nc\n", 5);
		read_text(&t, START, &s);
		want_number("lines", s.lines, lengths[i] > LINE_LIMIT ? 3 : 4);
		want_text("the last", s.text.p + strlen(s.text.p) - 4, "b|c|");
		free(s.text.p);
		free(t.p);
		free(line);
	}
}

static void a_hole_of_nuls_is_not_part_of_a_line(void **state)
{
	/* a writer that does not append goes on at its old place behind `copytruncate` */
	static const char hole[] = "\0\0\0\0\0\0\0a\nb\n\0\0c\n\0\n";
	struct text t = { 0 };
	struct seen s = { 0 };

	(void)state;
	add(&t, hole, sizeof(hole) - 1);
	read_text(&t, START, &s);
	want_text("lines", s.text.p, "a|b|c||");
	free(s.text.p);
	free(t.p);
}

static void what_the_function_returns_ends_it(void **state)
{
	struct sw_host h = host_new(NULL);
	struct seen s = { .stop_after = 2 };
	int fd;

	(void)state;
	host_file(&h, "/log", "a\nb\nc\n");
	fd = open_file(&h, "/log");
	want_number("returned", read_fd(fd, START, &s), 42);
	want_number("lines", s.lines, 2);
	free(s.text.p);
	close(fd);
	host_remove(&h);
}

static void what_can_not_be_read_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);
	struct seen s = { 0 };
	int fd = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	want_number("nothing", read_fd(-1, START, &s), -EBADF);
	want_number("a directory", read_fd(fd, START, &s) < 0, true);
	want_number("lines", s.lines, 0);
	close(fd);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete_lines_are_given_as_they_are),
		cmocka_unit_test(a_line_of_more_than_64_kib_is_skipped_and_no_other),
		cmocka_unit_test(a_hole_of_nuls_is_not_part_of_a_line),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(what_can_not_be_read_is_a_fault),
	};

	return cmocka_run_group_tests_name("file lines", tests, NULL, NULL);
}
