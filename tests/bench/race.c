/*
 * race: how long programs take from start to end, run in turn (A B C A B C ...), so that what else
 * the machine does hits all of them alike.
 *
 *     race [-c] [-n ROUNDS] [-t SECONDS] LABEL [NAME=VALUE...] PROGRAM [ARG...] [--- LABEL ...]...
 *
 * One line for each: median, least and 90th percentile in milliseconds, the median as a multiple of
 * the first one's, the floor, the most memory (resident, its children's too) in MB, and the least
 * page faults that a run took without reading a disk (ru_minflt). -t ends the race after that time,
 * but not before five rounds. -c empties the kernel's caches before each run;
 * then, and with -n 1, there is no round to warm up. The environment is what munin-node gives and
 * the NAME=VALUEs, nothing else; but a BEFORE=COMMAND is for sh(1), before each run, and not timed. Output goes into a pipe that is read, as munin-node reads it: with
 * /dev/null grep would stop at its first match. A program that fails ends the race with 1: its time
 * would mean nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNNERS_MAX = 16, ENV_MAX = 16, ROUNDS_MAX = 10000, ROUNDS_MIN = 5 };

struct runner {
	const char *label;
	const char *before;
	char *env[ENV_MAX + 3];
	char **argv;
	double *ms;
	long most_kb;
	long faults;
};

static double clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void drain(int fd)
{
	static char buf[64 * 1024];
	ssize_t n;

	do {
		n = read(fd, buf, sizeof(buf));
	} while (n > 0 || (n < 0 && errno == EINTR));
}

static int spawn(const struct runner *r, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return rc;
	rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (!rc)
		rc = posix_spawnp(pid, r->argv[0], &actions, NULL, r->argv, r->env);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

static int empty_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	bool fine;

	sync(); /* only what is written can be dropped */
	fine = fd >= 0 && write(fd, "3\n", 2) == 2;
	if (!fine)
		perror("race: drop_caches");
	if (fd >= 0)
		close(fd);
	return fine ? 0 : -1;
}

/* Milliseconds, or -1 with the reason on stderr. */
static double run(struct runner *r)
{
	struct rusage use;
	double start;
	double end;
	int ends[2];
	int status;
	pid_t pid;
	int rc;

	if (r->before && system(r->before) != 0) {
		fprintf(stderr, "race: %s: %s failed\n", r->label, r->before);
		return -1;
	}
	if (pipe2(ends, O_CLOEXEC) < 0) {
		perror("race: pipe");
		return -1;
	}
	start = clock_ms();
	rc = spawn(r, ends[1], &pid);
	close(ends[1]);
	if (rc == 0)
		drain(ends[0]);
	close(ends[0]);
	if (rc) {
		fprintf(stderr, "race: %s: %s\n", r->argv[0], strerror(rc));
		return -1;
	}
	while (wait4(pid, &status, 0, &use) < 0)
		if (errno != EINTR)
			return -1;
	end = clock_ms();
	if (use.ru_maxrss > r->most_kb)
		r->most_kb = use.ru_maxrss;
	if (!r->faults || use.ru_minflt < r->faults)
		r->faults = use.ru_minflt;
	if (status == 0)
		return end - start;
	fprintf(stderr, "race: %s ended with %s %d\n", r->label,
		WIFEXITED(status) ? "status" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return -1;
}

/* Take LABEL [NAME=VALUE...] PROGRAM [ARG...] from argv; how many words, or 0 if that's not it. */
static int take_runner(char **argv, struct runner *r)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static char locale[] = "LC_ALL=C";
	static const char before[] = "BEFORE=";
	size_t env = 2;
	int n = 0;

	*r = (struct runner){ .label = argv[n++], .env = { path, locale } };
	for (; argv[n] && strchr(argv[n], '=') && env < ENV_MAX + 2; n++) {
		if (strncmp(argv[n], before, strlen(before)) == 0)
			r->before = argv[n] + strlen(before);
		else
			r->env[env++] = argv[n];
	}
	r->argv = argv + n;
	while (argv[n] && strcmp(argv[n], "---") != 0)
		n++;
	if (argv[n])
		argv[n++] = NULL;
	r->ms = calloc(ROUNDS_MAX, sizeof(*r->ms));
	return r->argv[0] && r->ms ? n : 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(struct runner *r, size_t n, size_t rounds)
{
	printf("%-32s %10s %10s %10s %8s %8s %8s\n", "", "median ms", "min", "p90", "ratio",
	       "MB", "faults");
	for (size_t i = 0; i < n; i++) {
		qsort(r[i].ms, rounds, sizeof(*r[i].ms), by_size);
		printf("%-32s %10.3f %10.3f %10.3f %8.2f %8.1f %8ld\n", r[i].label, r[i].ms[rounds / 2],
		       r[i].ms[0], r[i].ms[rounds * 9 / 10],
		       r[i].ms[rounds / 2] / r[0].ms[rounds / 2], (double)r[i].most_kb / 1024,
		       r[i].faults);
	}
}

static int race(struct runner *r, size_t n, size_t rounds, double limit_ms, bool cold)
{
	double start = clock_ms();
	size_t done = 0;

	for (size_t i = 0; i < n && rounds > 1 && !cold; i++) /* to warm up, not counted */
		if (run(&r[i]) < 0)
			return 1;
	while (done < rounds && (done < ROUNDS_MIN || clock_ms() - start < limit_ms)) {
		for (size_t i = 0; i < n; i++) {
			if (cold && empty_caches() < 0)
				return 1;
			r[i].ms[done] = run(&r[i]);
			if (r[i].ms[done] < 0)
				return 1;
		}
		done++;
	}
	report(r, n, done);
	return 0;
}

int main(int argc, char **argv)
{
	static struct runner runners[RUNNERS_MAX];
	unsigned long rounds = 101;
	double limit_ms = 60e3;
	size_t n = 0;
	bool fine = true;
	bool cold = false;
	int option;
	int status;

	while ((option = getopt(argc, argv, "+cn:t:")) != -1) {
		if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 'c')
			cold = true;
		else if (option == 't')
			limit_ms = strtod(optarg, NULL) * 1e3;
		else
			fine = false;
	}
	argv += optind;
	fine = fine && *argv && rounds > 0 && rounds <= ROUNDS_MAX;
	while (fine && *argv && n < RUNNERS_MAX) {
		int taken = take_runner(argv, &runners[n]);

		fine = taken > 0;
		argv += taken;
		n += fine;
	}
	if (!fine || *argv) {
		fputs("usage: race [-c] [-n ROUNDS] [-t SECONDS] LABEL [NAME=VALUE...] PROGRAM "
		      "[ARG...] [--- LABEL ...]...\n",
		      stderr);
		return 2;
	}
	status = race(runners, n, rounds, limit_ms, cold);
	for (size_t i = 0; i < n; i++)
		free(runners[i].ms);
	return status;
}
