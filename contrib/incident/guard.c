/*
 * The verb guard: what contain does, unasked, to an account that two signs and its own queue files
 * speak against (guard_judge.h). It never deletes. Each run looks at the last hour of the log anew,
 * so that one that was killed, or a clock that was set back, leaves nothing behind.
 */
#include "incident/guard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "incident/guard_files.h"
#include "incident/journal.h"
#include "incident/say.h"
#include "os/clock.h"

enum {
	OTHER_MS = 5000,
	MINUTE = 60,
	AFTER = 6,   /* seconds, when the last minute is complete */
	ALARMS = 20, /* of each kind that are told in an hour: anybody can write a log of many */
};

void guard_save(struct guard *g)
{
	struct sw_fault why = { 0 };

	if (g->no_state.code || locked_save(&g->locked, &why) == 0)
		return;
	g->no_state = why;
	guard_complain(g, &why.text);
}

/* 0, or -EBUSY: another one is at work. */
static int open_state(struct guard *g, struct sw_fault *why)
{
	const int64_t until = clock_ms() + OTHER_MS;
	char path[LOCKED_PATH_ROOM];
	int rc;

	locked_path(g->run->options->config_directory, path);
	if (g->run->host->copied) {
		sw_fault(&g->no_state, ENOENT, "a copied host has no state of ours");
		return 0;
	}
	for (;;) {
		struct sw_fault cause = { 0 };

		rc = locked_open(&g->locked, path, &cause);
		if (rc != -EBUSY) {
			g->no_state = cause;
			break;
		}
		if (clock_ms() >= until || run_is_ended())
			return fault_wrap(why, &cause, "%s", "");
		run_pause(100);
	}
	if (g->no_state.code)
		guard_complain(g, &g->no_state.text);
	else if (g->locked.state.damage.code)
		guard_complain(g, &g->locked.state.damage.text);
	return 0;
}

/* A record of what was decided, kept before anything is done. NULL: an hour has not passed. */
static struct locked_record *take(struct guard *g, enum locked_kind kind, struct sw_raw name,
				  const struct sw_label *reason)
{
	struct locked_block *b = &g->locked.block;
	struct locked_record *r = locked_find(b, kind, name);

	if (kind != LOCKED_LOCK && r && locked_age(b, r->at) < LOCKED_HOUR)
		return NULL;
	if (kind != LOCKED_LOCK && locked_of_hour(b, kind) >= ALARMS) {
		g->more = true;
		return NULL;
	}
	if (kind != LOCKED_LOCK && r)
		*r = (struct locked_record){ 0 };
	r = locked_take(b, kind, name);
	if (!r)
		return NULL;
	snprintf(r->reason, sizeof(r->reason), "%s", reason->s);
	guard_save(g);
	return r;
}

static void judge(struct guard *g, struct guard_account *a)
{
	struct locked_block *b = &g->locked.block;
	const struct locked_record *before = locked_find(b, LOCKED_LOCK, a->key);
	struct locked_record *r = NULL;
	enum guard_verdict verdict;
	struct sw_label reason;

	a->facts.since_lifted = before ? (int64_t)locked_age(b, before->ended_at) : -1;
	a->facts.no_state = g->no_state.code != 0 && g->config->hold;
	a->facts.locks = locked_of_hour(b, LOCKED_LOCK);
	verdict = guard_judge(g->config, &a->facts, &reason);
	/* what a person has done already needs no lock of ours */
	if (verdict == GUARD_CALM || guard_is_blocked(g, a->key))
		return;
	if (verdict == GUARD_LOCK)
		r = take(g, g->config->hold ? LOCKED_LOCK : LOCKED_WOULD, a->key, &reason);
	if (verdict == GUARD_ALARM)
		r = take(g, LOCKED_ALARM, a->key, &reason);
	if (!r && verdict == GUARD_LOCK && g->config->hold) {
		reason = sw_label_printed("no room for another lock: %d are in force",
					  LOCKED_RECORDS);
		guard_complain(g, &reason);
	}
	if (r && r->kind == LOCKED_LOCK)
		guard_lock(g, r);
}

/* Those with two signs that are not locked yet: the others need no look into the queues. */
static void choose(struct guard *g, struct guard_log *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct locked_record *r =
			locked_find(&g->locked.block, LOCKED_LOCK, l->account[i].key);

		if (guard_count(guard_signs(g->config, &l->account[i].facts)) >= 2 &&
		    !(r && locked_is_in_force(r)))
			l->account[n++] = l->account[i];
	}
	l->n = n;
}

/* Instances may share a log: postfix-out/submission is postfix-out's, postfix/smtpd is not. */
static bool is_instance(struct sw_raw syslog_name, void *ctx)
{
	const char *name = ctx;

	return raw_take(&syslog_name, name) && (syslog_name.n == 0 || syslog_name.p[0] == '/');
}

static struct log_where where_of(struct guard *g)
{
	struct log_where where = { .spool = &g->spool };
	struct sw_fault ignored = { 0 };
	const char *name;

	if (g->run->options->config_directory &&
	    spool_syslog_name(&g->spool, &name, &ignored) == 0 && *name) {
		where.wanted = is_instance;
		where.wanted_ctx = (void *)(uintptr_t)name;
	}
	return where;
}

/* What hinders it stands in the state, and is said when it begins. */
static void trouble(struct guard *g, const struct sw_label *text)
{
	snprintf(g->locked.block.trouble, LOCKED_TEXT, "%s", text->s);
	g->partly = true;
	if (strcmp(g->trouble, text->s) != 0)
		guard_complain(g, text);
}

static int judge_all(struct guard *g, struct guard_log *l, struct sw_fault *why)
{
	const char *mynetworks = g->spool.main ? maincf_text(g->spool.main, "mynetworks") : NULL;
	const struct log_where where = where_of(g);
	char state[LOCKED_PATH_ROOM];
	int rc;

	locked_path(g->run->options->config_directory, state);
	rc = guard_log_read(g->run->host, &where, g->config, state, l, why);

	if (rc < 0)
		return rc;
	if (l->trouble.n > 0)
		trouble(g, &l->trouble);
	choose(g, l);
	if (l->n == 0)
		return 0;
	rc = guard_files_read(g->run->host, g->directory,
			      raw_of(mynetworks ? mynetworks : "127.0.0.0/8 [::1]/128"), l->account,
			      l->n, why);
	for (size_t i = 0; rc == 0 && i < l->n && !run_is_ended(); i++)
		judge(g, &l->account[i]);
	if (g->more) {
		struct sw_label text = sw_label_printed(
			"more than %d accounts in an hour have two signs: the others are not told",
			ALARMS);

		trouble(g, &text);
	}
	return rc;
}

static void tell_rest(struct guard *g)
{
	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		struct locked_record *r = &g->locked.block.record[i];

		if (r->kind != LOCKED_NONE && !r->told && !r->ended)
			guard_tell(g, r);
	}
}

static int work(struct guard *g, struct sw_fault *why)
{
	struct guard_log *l = calloc(1, sizeof(*l)); /* too large for a stack */
	int rc;

	if (!l)
		return sw_fault_errno(why, ENOMEM, "guard");
	memcpy(g->trouble, g->locked.block.trouble, LOCKED_TEXT);
	locked_begin(&g->locked.block, g->run->host->now);
	g->locked.block.hold = g->config->hold;
	guard_save(g);
	/* what was begun before comes first, whatever is to be said of now */
	if (!g->run->host->copied)
		guard_tend(g);
	rc = judge_all(g, l, why);
	/* not before all is done: a command may be slow */
	tell_rest(g);
	guard_log_free(l);
	free(l);
	if (rc < 0)
		snprintf(g->locked.block.trouble, LOCKED_TEXT, "%s", why->text.s);
	guard_save(g);
	return rc;
}

static void say_summary(const struct guard *g, const char *objects)
{
	unsigned in_force = locked_in_force(&g->locked.block);
	uint64_t said = g->told[LOCKED_LOCK] + g->told[LOCKED_WOULD] + g->told[LOCKED_ALARM];

	if (objects)
		printf("{\"schema\":1,\"verb\":\"guard\",\"mode\":\"%s\",\"told\":[%s],"
		       "\"lifted\":%llu,\"in_force\":%u}\n",
		       g->config->hold ? "hold" : "report", objects, (unsigned long long)g->lifted,
		       in_force);
	/* each minute, for cron to mail: nothing, where there is nothing */
	else if (said > 0 || g->lifted > 0 || isatty(STDOUT_FILENO))
		printf("%llu locked, %llu would be, %llu alarms; %u locks in force\n",
		       (unsigned long long)g->told[LOCKED_LOCK],
		       (unsigned long long)g->told[LOCKED_WOULD],
		       (unsigned long long)g->told[LOCKED_ALARM], in_force);
}

/* One look. The exit code. */
static int once(struct run *r, const struct guard_config *config)
{
	struct guard *g = calloc(1, sizeof(*g));
	struct sw_fault why = { 0 };
	char *objects = NULL;
	size_t n = 0;
	int rc;

	if (!g) {
		sw_fault_errno(&why, ENOMEM, "look");
		return run_fail(r, &why);
	}
	g->run = r;
	g->config = config;
	g->locked.state.fd = -1;
	if (r->options->json)
		g->json = open_memstream(&objects, &n);
	if (r->options->json && !g->json)
		rc = sw_fault_errno(&why, ENOMEM, "tell");
	else
		rc = run_spool(r, &g->spool, &why);
	if (rc == 0)
		rc = g->directory = spool_directory(&g->spool, &why);
	if (rc >= 0)
		rc = open_state(g, &why);
	if (rc == 0)
		rc = work(g, &why);
	if (g->json && !say_close(g->json, &objects) && rc == 0)
		rc = sw_fault_errno(&why, ENOMEM, "tell");
	if (rc == 0)
		say_summary(g, r->options->json ? objects : NULL);
	rc = rc < 0 ? run_fail(r, &why) : g->partly || run_is_ended() ? EXIT_PARTLY : EXIT_DONE;
	locked_close(&g->locked);
	spool_close(&g->spool);
	free(objects);
	free(g);
	fflush(stdout);
	return rc;
}

/* Until the minute that now runs is over, and its lines have come. */
static void wait_minute(struct run *r)
{
	int64_t now = time(NULL);

	run_pause(1000 * (MINUTE - now % MINUTE + AFTER));
	r->host->now = time(NULL);
}

static int check(const struct run *r, struct sw_fault *why)
{
	if (geteuid() != 0 && !r->host->copied)
		return sw_fault(why, EPERM, "only root may do this");
	(void)mkdir(JOURNAL_DIRECTORY, 0755); /* the install makes it */
	return 0;
}

int guard_run(struct run *r)
{
	struct guard_config config;
	struct sw_fault why = { 0 };
	int rc;

	if (check(r, &why) < 0)
		return run_fail(r, &why);
	if (guard_config_read(r->host, r->options->guard_config, &config, &why) < 0) {
		(void)run_fail(r, &why);
		return EXIT_USAGE;
	}
	if (r->host->copied && config.hold) {
		fputs("spoolwatch: guard: SPOOLWATCH_ROOT is set: a copy of a host can be read "
		      "only (mode = report)\n",
		      stderr);
		guard_config_free(&config);
		return EXIT_USAGE;
	}
	run_catch_signals();
	rc = once(r, &config);
	while (!r->options->once && !run_is_ended()) {
		wait_minute(r);
		if (!run_is_ended())
			rc = once(r, &config);
	}
	guard_config_free(&config);
	return rc;
}
