#include "incident/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "incident/say.h"
#include "os/clock.h"

static volatile sig_atomic_t ended;

/* {"account":"alice@example.com"} */
static void say_select(const struct options *o)
{
	if (!o->value)
		fputs("{}", stdout);
	else if (o->by == BY_UID)
		printf("{\"uid\":%llu}", (unsigned long long)o->uid);
	else {
		printf("{\"%s\":", options_by_name[o->by]);
		say_json(stdout, raw_of(o->value));
		putchar('}');
	}
}

static void say_failed_json(const struct run *r, const struct sw_fault *why)
{
	printf("{\"schema\":1,\"verb\":\"%s\"", r->verb->name);
	if (r->verb->takes & TAKES_ACCOUNT) {
		fputs(",\"select\":", stdout);
		say_select(r->options);
	}
	fputs(",\"error\":", stdout);
	say_json(stdout, raw_from(why->text.s, why->text.n));
	puts("}");
}

static void say_failed(const struct run *r, const struct sw_fault *why)
{
	const struct options *o = r->options;
	struct sw_label who = { 0 };

	if (o->value) {
		sw_label_print(&who, " of %s ", options_by_name[o->by]);
		sw_label_add_name(&who, raw_of(o->value));
	}
	printf("%s%s failed: %s\n", r->verb->name, who.s, why->text.s);
}

int run_fail(const struct run *r, const struct sw_fault *why)
{
	fprintf(stderr, "spoolwatch: %s%s%s\n", r->verb ? r->verb->name : "", r->verb ? ": " : "",
		why->text.s);
	if (why->code == EACCES || why->code == EPERM)
		return EXIT_NOT_PERMITTED;
	if (r->verb && r->options->json)
		say_failed_json(r, why);
	else if (r->verb && r->verb->takes & TAKES_YES &&
		 !(isatty(STDOUT_FILENO) && isatty(STDERR_FILENO))) /* it was just seen there */
		say_failed(r, why);
	return EXIT_PARTLY;
}

void run_say_command(FILE *to, const struct run *r, const char *verb)
{
	const struct options *o = r->options;

	fprintf(to, "spoolwatch %s --yes", verb);
	if (o->config_directory) {
		fputs(" -c ", to);
		say_shell(to, raw_of(o->config_directory));
	}
	if (o->by == BY_ACCOUNT)
		fputs(" -- ", to);
	else
		fprintf(to, " --%s=", options_by_name[o->by]);
	say_shell(to, raw_of(o->value));
}

int run_queues(struct spool *spool, struct sw_fault *why)
{
	const char *path;
	int rc = spool_path(spool, &path, why);

	if (rc == 0)
		rc = spool_directory(spool, why);
	if (rc >= 0 && !spool_is_queue_directory(rc))
		rc = sw_fault(why, ENOENT, "%s holds no queue of Postfix", path);
	return rc;
}

int run_spool(const struct run *r, struct spool *ret, struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = r->options->config_directory };
	int rc = spool_open(r->host, &where, ret, why);

	if (rc == 0)
		rc = run_queues(ret, why);
	return rc < 0 ? rc : 0;
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
	struct sigaction was;

	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	/* nohup(1) is obeyed; a shell has SIGINT ignored by all that it puts into the background */
	if (sigaction(SIGHUP, NULL, &was) < 0 || was.sa_handler != SIG_IGN)
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
