/* spoolwatch without a verb: part by part, as each is known, and what to type next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "incident/dovecot.h"
#include "incident/others.h"
#include "incident/say.h"
#include "incident/screen.h"
#include "os/clock.h"
#include "os/confine.h"
#include "os/reach.h"

enum { HOLD_MS = 1500 /* the directories of full file systems */ };

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

/* The queue directory, or -1. */
static int open_queues(struct screen *s, struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = s->run->options->config_directory };
	const char *path;
	int rc = -1;

	s->spool = (struct spool){ .host = s->run->host, .directory = -1 };
	if (!screen_watch_part(&s->watch, PART_MAIN, &s->spool.why)) {
		s->spool.unopened = s->spool.why;
		*why = s->spool.why;
		return -1;
	}
	if (spool_open(s->run->host, &where, &s->spool, why) == 0)
		rc = spool_path(&s->spool, &path, why);
	if (rc < 0)
		return -1;
	if (!screen_watch_part(&s->watch, PART_DIRECTORY, why)) {
		s->spool.unopened = *why;
		return -1;
	}
	return run_queues(&s->spool, why);
}

/* Is all known but for what lies back? */
static bool is_whole(const struct screen *s)
{
	for (size_t i = 0; i < s->disks.n; i++)
		if (s->disks.disk[i].use.why.code)
			return false;
	return !s->disks.why.code && !screen_queues_doubt(&s->queues) && !s->accounts.unread &&
	       !s->clients.why.code && !s->locks.why.code && !s->locks.no_journal.code &&
	       !s->no_next;
}

static char *next_of(struct screen *s)
{
	char *next = screen_next(s);

	s->no_next = !next;
	if (!next)
		fprintf(stderr, "spoolwatch: what to type next: %s\n", strerror(ENOMEM));
	return next;
}

static void say_next(struct screen *s)
{
	char *next = next_of(s);

	screen_head(s->run->host, "Next");
	if (next && *next)
		printf("  %s\n", next);
	else if (is_whole(s))
		printf("  nothing to be done%s\n",
		       others_of(s->run, &s->spool).n > 0 ? " in this instance" : "");
	else
		printf("  see to what is not known%s\n",
		       geteuid() == 0 || s->run->host->copied ? "" : ": sudo spoolwatch");
	free(next);
}

static void say_json_all(struct screen *s, size_t top)
{
	char *next = next_of(s);

	printf("{\"schema\":1,\"time\":%lld,", (long long)s->run->host->now);
	screen_disks_json(&s->disks);
	screen_queues_json(&s->queues);
	others_json(s->run, &s->spool);
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

static void say_others(struct screen *s)
{
	struct sw_label text = others_of(s->run, &s->spool);

	if (text.n == 0)
		return;
	fputs("  ", stdout);
	say_wrapped(text.s, 2, 4);
}

static void look_at_disks(struct screen *s, int directory, const struct sw_fault *no_queue)
{
	const struct sw_host *h = s->run->host;
	struct sw_fault why = { 0 };

	if (!screen_watch_part(&s->watch, PART_DISKS, &s->disks.why))
		return;
	screen_disks_look(&s->disks, h);
	if (screen_watch_part(&s->watch, PART_HOLDERS, &why))
		screen_disks_hold(&s->disks, h, directory, no_queue, HOLD_MS);
	else
		screen_disks_leave(&s->disks, &why.text);
}

static void look_at_accounts(struct screen *s, const char *dovecot, size_t top)
{
	struct screen_accounts *a = &s->accounts;
	struct sw_fault why = { 0 };

	if (screen_watch_part(&s->watch, PART_ACCOUNTS, &why))
		screen_accounts_look(a, s->run->host, &s->spool, dovecot, &s->queues, top);
	else
		screen_accounts_leave(a, &s->queues, &why.text, top);
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
	char logs[DOVECOT_LOGS];
	const char *dovecot = NULL;
	int directory = open_queues(s, &no_queues);

	if (screen_watch_part(&s->watch, PART_LOCKS, &s->locks.why)) {
		screen_locks_look(&s->locks, s->run);
		spool_settle(&s->spool);
		dovecot = dovecot_logs(h, logs);
	}
	look_at_disks(s, directory, &no_queues);
	if (text && screen_watch_says(&s->watch))
		screen_disks_say(&s->disks, h, top);
	screen_watch_said(&s->watch);
	if (screen_watch_part(&s->watch, PART_CLIENTS, &s->clients.why))
		screen_clients_look(&s->clients, h);
	confine(CONFINE_WRITE | CONFINE_EXEC);
	if (!no_queues.code && !screen_watch_part(&s->watch, PART_QUEUES, &no_queues))
		directory = -1;
	screen_queues_look(&s->queues, h, directory, &no_queues);
	if (text && screen_watch_says(&s->watch)) {
		screen_queues_say(&s->queues, h);
		say_others(s);
	}
	screen_watch_said(&s->watch);
	look_at_accounts(s, dovecot, top);
	screen_watch_end(&s->watch);
	if (!text) {
		say_json_all(s, top);
	} else {
		screen_accounts_say(&s->accounts, &s->queues, h);
		screen_clients_say(&s->clients, h, &s->spool, top);
		screen_broken_say(&s->accounts, h, top);
		screen_locks_say(&s->locks, h, top);
		say_next(s);
	}
	screen_watch_said(&s->watch);
}

int screen_run(struct run *r)
{
	struct screen *s = calloc(1, sizeof(*s)); /* too large for a small stack */
	struct sw_fault why = { 0 };
	size_t top = r->options->top ? r->options->top : SCREEN_TOP;
	bool whole;
	int rc;

	if (!s) {
		sw_fault_errno(&why, ENOMEM, "look");
		return run_fail(r, &why);
	}
	s->run = r;
	(void)say_colour(r->host, SAY_PLAIN); /* who is watched writes to a pipe */
	if (!screen_watch_begin(&s->watch, &rc)) {
		free(s);
		return rc;
	}
	r->host->deadline = clock_ms() + SCREEN_ALL_MS;
	reach_begin(r->host);
	look_and_say(s, top < SCREEN_MOST ? top : SCREEN_MOST);
	whole = is_whole(s);
	screen_locks_free(&s->locks);
	screen_clients_free(&s->clients);
	screen_accounts_free(&s->accounts);
	screen_queues_free(&s->queues);
	spool_close(&s->spool);
	reach_end(r->host);
	free(s);
	return whole ? EXIT_DONE : EXIT_PARTLY;
}
