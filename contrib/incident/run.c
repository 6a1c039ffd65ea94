#include "incident/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "os/clock.h"

static volatile sig_atomic_t ended;

int run_fail(const struct run *r, const struct sw_fault *why)
{
	fprintf(stderr, "spoolwatch: %s%s%s\n", r->verb ? r->verb->name : "", r->verb ? ": " : "",
		why->text.s);
	return why->code == EACCES || why->code == EPERM ? EXIT_NOT_PERMITTED : EXIT_PARTLY;
}

int run_spool(const struct run *r, struct spool *ret, struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = r->options->config_directory };
	const char *path;
	int rc = spool_open(r->host, &where, ret, why);

	if (rc == 0)
		rc = spool_path(ret, &path, why);
	if (rc == 0)
		rc = spool_directory(ret, why);
	if (rc >= 0)
		rc = spool_is_queue_directory(rc)
			     ? 0
			     : sw_fault(why, ENOENT, "%s holds no queue of Postfix", path);
	return rc;
}

static void note(int number)
{
	(void)number;
	ended = 1;
}

void run_catch_signals(void)
{
	/* no SA_RESTART: what waits is to look */
	const struct sigaction act = { .sa_handler = note };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

bool run_is_ended(void)
{
	return ended;
}

void run_pause(int64_t ms)
{
	const int64_t until = clock_ms() + ms;
	const struct timespec piece = { .tv_nsec = 20000000 };

	/* in pieces: a signal may come between the look and the sleep */
	while (!ended && clock_ms() < until)
		nanosleep(&piece, NULL);
}
