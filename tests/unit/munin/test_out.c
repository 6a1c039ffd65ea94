/* A text that is whole, or known not to be. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "munin/out.h"
#include "test.h"

static bool no_memory; /* the next realloc() finds none; --wrap in the Makefile */

void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n)
{
	return no_memory ? NULL : __real_realloc(p, n);
}

static void a_text_grows(void **state)
{
	struct out o = { .n = 0 };

	(void)state;
	for (int i = 0; i < 10000; i++)
		out_print(&o, "%d,", i);
	out_put(&o, "end", 3);
	want_number("whole", o.failed, 0);
	want_number("length", o.n, 10 * 2 + 90 * 3 + 900 * 4 + 9000 * 5 + 3);
	assert_memory_equal(o.text + o.n - 8, "9999,end", 8);
	out_free(&o);
}

static void a_line_that_is_lost_in_the_middle_is_known(void **state)
{
	struct out o = { .n = 0 };
	FILE *null = fopen("/dev/null", "w");
	static char large[20000];

	(void)state;
	memset(large, 'x', sizeof(large));
	out_print(&o, "first\n");
	no_memory = true;
	out_put(&o, large, sizeof(large));
	no_memory = false;
	out_print(&o, "last\n");
	want_number("why", o.failed, ENOMEM);
	want_number("nothing after it", o.n, 6);
	want_number("not written", out_write(&o, null), -ENOMEM);
	fclose(null);
	out_free(&o);
}

static void a_fixed_text_keeps_to_its_room(void **state)
{
	char room[8];
	struct out o = { .text = room, .room = sizeof(room), .fixed = true };

	(void)state;
	out_put(&o, "1234", 4);
	out_print(&o, "%s", "56789");
	want_number("full", o.failed, ENOMEM);
	want_number("length", o.n, 4);
}

static void what_a_stream_refuses_is_an_error(void **state)
{
	struct out o = { .n = 0 };
	FILE *full = fopen("/dev/full", "w");
	FILE *closed = fopen("/dev/null", "r");
	int ends[2];
	FILE *gone;

	(void)state;
	assert_true(full && closed && pipe(ends) == 0);
	gone = fdopen(ends[1], "w");
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	out_print(&o, "text\n");
	want_number("a full disk", out_write(&o, full), -ENOSPC);
	want_number("not for writing", out_write(&o, closed), -EBADF);
	want_number("nobody reads", out_write(&o, gone), -EPIPE);
	signal(SIGPIPE, SIG_DFL);
	fclose(full);
	fclose(closed);
	fclose(gone);
	out_free(&o);
}

/* A pipe that does not block, and whose reader is slow. */
static void a_full_pipe_is_waited_for(void **state)
{
	struct out o = { .n = 0 };
	static char line[1000];
	int ends[2];
	size_t got = 0;
	ssize_t n;
	pid_t child;
	FILE *to;

	(void)state;
	memset(line, 'y', sizeof(line));
	for (int i = 0; i < 500; i++)
		out_put(&o, line, sizeof(line));
	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		to = fdopen(ends[1], "w");
		setvbuf(to, NULL, _IONBF, 0);
		_exit(out_write(&o, to) == 0 ? 0 : 1);
	}
	close(ends[1]);
	fcntl(ends[0], F_SETFL, 0);
	while ((n = read(ends[0], line, 300)) > 0)
		got += (size_t)n;
	want_number("bytes", got, o.n);
	close(ends[0]);
	out_free(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_grows),
		cmocka_unit_test(a_line_that_is_lost_in_the_middle_is_known),
		cmocka_unit_test(a_fixed_text_keeps_to_its_room),
		cmocka_unit_test(what_a_stream_refuses_is_an_error),
		cmocka_unit_test(a_full_pipe_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
