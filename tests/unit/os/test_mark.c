#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/mark.h"
#include "test.h"

static void there_are_so_many_and_they_come_back(void **state)
{
	uint64_t what = (uint64_t)getpid() << 8;
	int fd[MARKS];

	(void)state;
	for (int i = 0; i < MARKS; i++) {
		fd[i] = mark_take(what);
		want_number("taken", fd[i] >= 0, true);
	}
	want_number("one more", mark_take(what), -EBUSY);
	close(fd[1]);
	fd[1] = mark_take(what);
	want_number("given back", fd[1] >= 0, true);
	fd[0] = mark_take(what + 1);
	want_number("of something else", fd[0] >= 0, true);
}

static void a_mark_ends_with_the_process_that_bears_it(void **state)
{
	uint64_t what = ((uint64_t)getpid() << 8) + 2;
	pid_t child[MARKS];

	(void)state;
	for (int i = 0; i < MARKS; i++) {
		int fd = mark_take(what);

		want_number("taken", fd >= 0, true);
		child[i] = fork();
		if (child[i] == 0)
			for (;;)
				pause();
		close(fd);
	}
	want_number("children bear them", mark_take(what), -EBUSY);
	kill(child[0], SIGKILL);
	waitpid(child[0], NULL, 0);
	want_number("one has ended", mark_take(what) >= 0, true);
	for (int i = 1; i < MARKS; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_so_many_and_they_come_back),
		cmocka_unit_test(a_mark_ends_with_the_process_that_bears_it),
	};

	return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
