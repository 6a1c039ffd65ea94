/*
 * crowd: what many runs of a program at once cost, beside one alone, in processor time.
 *
 *     crowd N ROUNDS PROGRAM [ARG...]
 *
 * Each round runs it once, then N times at once; what it prints goes to /dev/null. One line: the
 * median of one, that of the N together, in milliseconds of user and system time, and their ratio. A
 * run that fails ends it with 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { ROUNDS_MAX = 1000, RUNS_MAX = 1000 };

extern char **environ;

static double used_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

/* Processor time of n runs at once, or -1. */
static double run(int n, char **argv, const posix_spawn_file_actions_t *actions)
{
	double before = used_ms();
	int status = 0;
	int failed = 0;
	pid_t pid;

	for (int i = 0; i < n; i++) {
		int rc = posix_spawn(&pid, argv[0], actions, NULL, argv, environ);

		if (rc) {
			fprintf(stderr, "crowd: %s: %s\n", argv[0], strerror(rc));
			failed = 1;
		}
	}
	while (wait(&status) > 0 || errno == EINTR)
		failed |= status != 0;
	return failed ? -1 : used_ms() - before;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double one[ROUNDS_MAX];
	static double all[ROUNDS_MAX];
	posix_spawn_file_actions_t actions;
	int n = argc > 3 ? atoi(argv[1]) : 0;
	int rounds = argc > 3 ? atoi(argv[2]) : 0;

	if (n < 1 || n > RUNS_MAX || rounds < 1 || rounds > ROUNDS_MAX) {
		fputs("crowd N ROUNDS PROGRAM [ARG...]\n", stderr);
		return 2;
	}
	if (posix_spawn_file_actions_init(&actions) ||
	    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0))
		return 1;
	for (int i = -1; i < rounds; i++) { /* the first one warms up */
		double alone = run(1, argv + 3, &actions);
		double at_once = run(n, argv + 3, &actions);

		if (alone < 0 || at_once < 0) {
			fprintf(stderr, "crowd: %s failed\n", argv[3]);
			return 1;
		}
		one[i < 0 ? 0 : i] = alone;
		all[i < 0 ? 0 : i] = at_once;
	}
	qsort(one, (size_t)rounds, sizeof(*one), compare);
	qsort(all, (size_t)rounds, sizeof(*all), compare);
	printf("%.1f %.1f %.2f\n", one[rounds / 2], all[rounds / 2],
	       all[rounds / 2] / one[rounds / 2]);
	return 0;
}
