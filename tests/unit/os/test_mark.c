#include <errno.h>
#include <unistd.h>

#include "os/mark.h"
#include "os/vfs.h"
#include "test.h"

/* Of this process alone: others may run the same test. */
static uint64_t number(void)
{
	return (uint64_t)getpid() << 8;
}

static void there_are_so_many_and_no_more(void **state)
{
	int fd[MARKS];

	(void)state;
	for (int i = 0; i < MARKS; i++) {
		fd[i] = mark_take(number());
		want_number("a mark", fd[i] >= 0, true);
	}
	want_number("one more", mark_take(number()), -EBUSY);
	close(fd[1]);
	fd[1] = mark_take(number());
	want_number("one was given back", fd[1] >= 0, true);
	want_number("one more again", mark_take(number()), -EBUSY);
	for (int i = 0; i < MARKS; i++)
		close(fd[i]);
}

static void each_thing_has_marks_of_its_own(void **state)
{
	int fd[MARKS];
	int other;

	(void)state;
	for (int i = 0; i < MARKS; i++)
		fd[i] = mark_take(number());
	other = mark_take(number() + 1);
	want_number("another thing", other >= 0, true);
	close(other);
	for (int i = 0; i < MARKS; i++)
		close(fd[i]);
}

static int answers(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	(void)path;
	*ret = (struct statvfs){ .f_files = 7 };
	return 0;
}

/* Children that wait for a dead server hold the marks: no run adds one more to them. */
static void what_nobody_answers_for_is_asked_no_more(void **state)
{
	struct sw_host h = { .root = -1, .statvfs = answers };
	struct vfs_query q = { .path = "/remote", .doubtful = true, .mark = number() };
	int fd[MARKS];
	int before = dup(0);
	int after;

	(void)state;
	close(before);
	for (int i = 0; i < MARKS; i++)
		fd[i] = mark_take(number());
	vfs_ask(&h, &q, 1, 20000);
	want_number("all wait", q.error, -EBUSY);
	want_number("nothing was asked", q.got.f_files, 0);
	for (int i = 0; i < MARKS; i++)
		close(fd[i]);
	for (int i = 0; i < 2 * MARKS; i++) {
		vfs_ask(&h, &q, 1, 20000);
		want_number("they are gone", q.error, 0);
		want_number("the answer", q.got.f_files, 7);
	}
	after = dup(0);
	want_number("no descriptor is left", after, before);
	close(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_so_many_and_no_more),
		cmocka_unit_test(each_thing_has_marks_of_its_own),
		cmocka_unit_test(what_nobody_answers_for_is_asked_no_more),
	};

	return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
