/* spoolwatch without a verb: part by part, as each is known, and what to type next. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "incident/say.h"
#include "incident/screen.h"
#include "os/clock.h"
#include "os/confine.h"

/* The whole of it; the directories of full file systems. */
enum { ALL_MS = 30000, HOLD_MS = 1500 };

void screen_head(const struct sw_host *h, const char *name)
{
	printf("%s%s%s\n", say_colour(h, SAY_STRONG), name, say_colour(h, SAY_PLAIN));
}

void screen_unknown(const char *what, const struct sw_label *why)
{
	size_t column = (size_t)printf("  %s: not known: ", what);

	say_wrapped(why->s, column, 4);
}

void screen_json_unknown(const char *key, const struct sw_label *why)
{
	printf(",\"%s\":", key);
	say_json(stdout, raw_from(why->s, why->n));
}

static int open_queues(struct screen *s, struct sw_fault *why)
{
	int rc = run_spool(s->run, &s->spool, why);

	return rc < 0 ? rc : spool_directory(&s->spool, why);
}

/* Is all known but for what lies back? */
static bool is_whole(const struct screen *s)
{
	for (size_t i = 0; i < s->disks.n; i++)
		if (s->disks.disk[i].use.why.code)
			return false;
	return !s->disks.why.code && !screen_queues_doubt(&s->queues) && !s->accounts.unread &&
	       !s->clients.why.code && !s->locks.why.code && !s->locks.no_journal.code;
}

static void say_next(const struct screen *s)
{
	char *next = screen_next(s);

	screen_head(s->run->host, "Next");
	if (next && *next)
		printf("  %s\n", next);
	else if (is_whole(s))
		puts("  nothing to be done");
	else
		printf("  see to what is not known%s\n",
		       geteuid() == 0 || s->run->host->copied ? "" : ": sudo spoolwatch");
	free(next);
}

static void say_json_all(struct screen *s, size_t top)
{
	char *next = screen_next(s);

	printf("{\"schema\":1,\"time\":%lld,", (long long)s->run->host->now);
	screen_disks_json(&s->disks);
	screen_queues_json(&s->queues);
	screen_accounts_json(&s->accounts, &s->queues, s->run->host);
	screen_clients_json(&s->clients, top);
	screen_broken_json(&s->accounts);
	screen_locks_json(&s->locks);
	fputs(",\"next\":", stdout);
	if (next && *next)
		say_json(stdout, raw_of(next));
	else
		fputs("null", stdout);
	puts("}");
	free(next);
}

/*
 * Each part is said as soon as it is known, but for JSON. In this order: who is confined runs no
 * postmap, enters no container and sees no files that others hold open.
 */
static void look_and_say(struct screen *s, size_t top)
{
	const struct sw_host *h = s->run->host;
	const bool text = !s->run->options->json;
	struct sw_fault no_queues = { 0 };
	int directory = open_queues(s, &no_queues);

	screen_locks_look(&s->locks, s->run);
	spool_settle(&s->spool);
	screen_disks_look(&s->disks, h);
	screen_disks_hold(&s->disks, h, directory, HOLD_MS);
	if (text)
		screen_disks_say(&s->disks, h, top);
	fflush(stdout);
	screen_clients_look(&s->clients, h);
	confine(CONFINE_WRITE | CONFINE_EXEC);
	screen_queues_look(&s->queues, h, directory, &no_queues);
	if (text)
		screen_queues_say(&s->queues, h);
	fflush(stdout);
	screen_accounts_look(&s->accounts, h, &s->spool, &s->queues, top);
	if (!text) {
		say_json_all(s, top);
		return;
	}
	screen_accounts_say(&s->accounts, &s->queues, h);
	screen_clients_say(&s->clients, h, &s->spool, top);
	screen_broken_say(&s->accounts, h, top);
	screen_locks_say(&s->locks, h, top);
	say_next(s);
}

int screen_run(struct run *r)
{
	struct screen *s = calloc(1, sizeof(*s)); /* too large for a small stack */
	struct sw_fault why = { 0 };
	size_t top = r->options->top ? r->options->top : SCREEN_TOP;
	bool whole;

	if (!s) {
		sw_fault_errno(&why, ENOMEM, "look");
		return run_fail(r, &why);
	}
	s->run = r;
	r->host->deadline = clock_ms() + ALL_MS;
	look_and_say(s, top < SCREEN_MOST ? top : SCREEN_MOST);
	whole = is_whole(s);
	screen_locks_free(&s->locks);
	screen_clients_free(&s->clients);
	screen_accounts_free(&s->accounts);
	screen_queues_free(&s->queues);
	spool_close(&s->spool);
	free(s);
	return whole ? EXIT_DONE : EXIT_PARTLY;
}
