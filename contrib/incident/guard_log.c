#include "incident/guard_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/dovecot.h"
#include "postfix/account.h"
#include "postfix/locked.h"
#include "traffic/day_read.h"
#include "words/source.h"

enum { BUDGET_S = 20, NEW_NETWORKS = 3, RECENT_FIRST = GUARD_WINDOW - GUARD_RECENT };
enum { KEPT_PATH = LOCKED_PATH_ROOM + 16 };

struct reading {
	const struct sw_host *h;
	const struct guard_config *c;
	const char *state;
	struct log_where where;
	struct guard_log *log;
	struct traffic_rank *rank; /* all accounts of the window */
	size_t ranks;
};

static void trouble(struct guard_log *l, const struct sw_label *text)
{
	if (l->trouble.n == 0)
		l->trouble = *text;
}

/* NULL: nothing is kept. */
static const char *kept(const struct reading *r, const char *what, char path[KEPT_PATH])
{
	snprintf(path, KEPT_PATH, "%s.%s", r->state, what);
	return r->h->copied ? NULL : path;
}

static int read_traffic(struct reading *r, struct sw_fault *why)
{
	char path[KEPT_PATH];
	const struct day_request request = {
		.minutes = GUARD_WINDOW,
		.history = GUARD_WINDOW + 1,
		.seconds = BUDGET_S,
		.state = kept(r, "day", path),
		.source = "guard",
	};
	struct guard_log *l = r->log;
	struct share alone = { .fd = -1 };
	struct sw_fault unsaved = { 0 };
	const struct log_reason *reason = NULL;
	int rc = day_read(&l->day, &l->traffic, &alone, r->h, &r->where, &request, &unsaved, why);

	if (rc == 0)
		(void)log_proof_state(&l->traffic.proof, RECENT_FIRST, GUARD_RECENT, &reason);
	/* of one that begins just now there is no more to be had */
	if (reason && reason->doubt != LOG_FINE && reason->doubt != LOG_BEGINS) {
		struct sw_label text = words_source_doubt(reason, r->h->now, "");

		trouble(l, &text);
	}
	return rc;
}

static int read_failures(struct reading *r, struct sw_fault *why)
{
	char path[KEPT_PATH];
	char logs[DOVECOT_LOGS];
	const struct failures_where where = {
		.log = r->where,
		.rules = { .guesses = (unsigned)r->c->number[GUARD_GUESSES],
			   .networks = NEW_NETWORKS },
		.state = kept(r, "failures", path),
		.instance = "guard",
		.dovecot = dovecot_logs(r->h, logs),
		.budget_ms = BUDGET_S * 1000,
	};

	return failures_read(&r->log->failures, r->h, &where, GUARD_WINDOW, why);
}

/* The account of a key; of one that sent nothing in the window there is none. */
static struct guard_account *find(struct guard_log *l, struct sw_raw key)
{
	for (size_t i = 0; i < l->n; i++)
		if (raw_same(l->account[i].key, key))
			return &l->account[i];
	return NULL;
}

static void take_messages(struct reading *r)
{
	struct guard_log *l = r->log;
	struct traffic *s = &l->traffic;

	for (size_t i = 0; i < r->ranks; i++) {
		struct guard_account *a = &l->account[l->n];
		uint32_t row = r->rank[i].row;

		if (account_kind(r->rank[i].key) != SW_ACCOUNT_LOGIN)
			continue;
		*a = (struct guard_account){ .key = r->rank[i].key };
		a->facts.since_lifted = -1;
		a->facts.nameless = a->key.n >= LOCKED_NAME || memchr(a->key.p, '\0', a->key.n);
		a->facts.recent = traffic_sum(s, row, TRAFFIC_MESSAGES, RECENT_FIRST, GUARD_RECENT);
		a->facts.recipients = traffic_sum(s, row, TRAFFIC_RECIPIENTS, 0, GUARD_WINDOW);
		l->n++;
	}
}

static void take_networks(struct reading *r)
{
	struct traffic *s = &r->log->traffic;
	size_t n = traffic_top(s, TRAFFIC_ADDRESSES, 0, GUARD_WINDOW, r->c->number[GUARD_NETWORKS],
			       true, r->rank, TRAFFIC_ACCOUNTS);

	for (size_t i = 0; i < n; i++) {
		struct guard_account *a = find(r->log, r->rank[i].key);

		if (a)
			a->facts.networks = traffic_networks_of(s, r->rank[i].row, 0, GUARD_WINDOW);
	}
}

static void take_failures(struct reading *r)
{
	const struct failures *f = &r->log->failures;
	int64_t end = f->start + 60 * (int64_t)f->minutes;

	for (size_t i = 0; i < BREAK_IN_BROKEN; i++) {
		const struct break_in *one = &f->kept->in.broken[i];
		struct guard_account *a;

		if (!break_in_is_of(one, end))
			continue;
		a = find(r->log, raw_from(one->name, one->name_n));
		if (!a)
			continue;
		a->facts.failures = one->failures > 0 ? one->failures : 1;
		a->intruder = one->network;
	}
}

static void take_day(struct reading *r)
{
	struct day *d = &r->log->day;
	int64_t last = r->log->traffic.start + 60 * (int64_t)GUARD_WINDOW;
	uint32_t end = day_end(last);
	uint32_t before = day_end(last - 60 * (int64_t)GUARD_WINDOW);
	uint64_t all = 0;

	for (size_t i = 0; !d->failed && i < topk_rows(d->account); i++) {
		uint32_t row = (uint32_t)i;
		uint64_t n = day_count(d, row, DAY_MESSAGES, before).n;
		struct guard_account *a = find(r->log, topk_row(d->account, i)->name);

		all += n;
		if (!a)
			continue;
		a->facts.day = day_count(d, row, DAY_MESSAGES, end).n;
		a->facts.day_before = n;
	}
	for (size_t i = 0; i < r->log->n; i++)
		r->log->account[i].facts.all_before = all;
}

/* Of those alone that have a sign already: it is the only one that reads the log once more. */
static int take_refusals(struct reading *r, struct sw_fault *why)
{
	struct guard_log *l = r->log;
	int rc;

	if (l->n == 0)
		return 0;
	rc = refusals_read(&l->refusals, r->h, &r->where, GUARD_WINDOW, NULL, NULL, why);
	for (size_t i = 0; rc == 0 && i < l->n; i++) {
		struct guard_account *a = &l->account[i];

		a->facts.refused = refusals_account_kind(&l->refusals, a->key, REFUSAL_UNKNOWN_USER,
							 0, GUARD_WINDOW) +
				   refusals_account_kind(&l->refusals, a->key, REFUSAL_REPUTATION,
							 0, GUARD_WINDOW);
	}
	return rc;
}

/* Who is ignored, or has no sign, is none of ours. */
static void leave_out(struct reading *r)
{
	struct guard_log *l = r->log;
	size_t kept_n = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct guard_account *a = &l->account[i];
		struct sw_label name = account_name(r->h, a->key);

		a->facts.ignored = patterns_match(r->c->ignore, raw_of(name.s)) ||
				   patterns_match(r->c->ignore, a->key);
		if (guard_signs(r->c, &a->facts) != 0 && !a->facts.ignored)
			l->account[kept_n++] = *a;
	}
	l->n = kept_n;
}

static int by_recent(const void *one, const void *other)
{
	const struct guard_account *a = one;
	const struct guard_account *b = other;

	if (a->facts.recent != b->facts.recent)
		return a->facts.recent > b->facts.recent ? -1 : 1;
	return raw_order(a->key, b->key);
}

static int take_all(struct reading *r, struct sw_fault *why)
{
	struct guard_log *l = r->log;

	r->rank = calloc(TRAFFIC_ACCOUNTS, sizeof(*r->rank));
	if (!r->rank)
		return sw_fault_errno(why, ENOMEM, "look at accounts");
	r->ranks = traffic_top(&l->traffic, TRAFFIC_MESSAGES, 0, GUARD_WINDOW, 1, true, r->rank,
			       TRAFFIC_ACCOUNTS);
	l->account = calloc(r->ranks + 1, sizeof(*l->account));
	if (!l->account)
		return sw_fault_errno(why, ENOMEM, "look at accounts");
	take_messages(r);
	take_networks(r);
	take_failures(r);
	take_day(r);
	leave_out(r);
	qsort(l->account, l->n, sizeof(*l->account), by_recent);
	return take_refusals(r, why);
}

int guard_log_read(const struct sw_host *h, const struct log_where *where,
		   const struct guard_config *c, const char *state, struct guard_log *ret,
		   struct sw_fault *why)
{
	struct reading r = { .h = h, .c = c, .state = state, .where = *where, .log = ret };
	int rc = read_traffic(&r, why);

	if (rc == 0)
		rc = read_failures(&r, why);
	if (rc == 0)
		rc = take_all(&r, why);
	free(r.rank);
	return rc;
}

void guard_log_free(struct guard_log *l)
{
	free(l->account);
	l->account = NULL;
	traffic_free(&l->traffic);
	day_free(&l->day);
	failures_free(&l->failures);
	refusals_free(&l->refusals);
}
