/* The part of the screen on accounts: by the log of now and of a day, and by the queues. */
#include <errno.h>
#include <stdlib.h>

#include "base/rank.h"
#include "incident/screen.h"
#include "postfix/account.h"
#include "words/blocked.h"
#include "words/day.h"
#include "words/failures.h"
#include "words/source.h"

/* Seconds that may be read of the hours before, and of the week before that. */
enum { DAY_SECONDS = 3, WEEK_MS = 2000, OWNERS = 2048, DAYS = 4096 };

/* Everybody who is known of, before the few are chosen; large. */
struct all {
	struct traffic_rank now[TRAFFIC_ACCOUNTS];
	struct sw_queue_owner owner[OWNERS];
	struct day_rank day[DAYS];
	size_t now_n, owner_n, day_n;
	struct screen_account row[3 * SCREEN_MOST];
	size_t n;
};

/* Of the last moment that is told. */
static uint32_t end_of_day(const struct screen_accounts *a)
{
	return day_end(a->traffic.start + 60 * (int64_t)a->traffic.minutes);
}

static void doubt_rate(struct screen_accounts *a, const struct sw_host *h)
{
	const struct log_reason *why;

	if (log_proof_state(&a->traffic.proof, 0, SCREEN_MINUTES, &why) != LOG_MINUTE_KNOWN)
		a->no_rate = words_source_doubt(why, h->now, NULL);
	else if (a->traffic.blocked.minutes)
		a->no_rate = words_blocked_rate(&a->traffic.blocked, false);
	else if (topk_evicted(a->traffic.account) > 0)
		a->no_rate = sw_label_printed("more than %d, only the busiest are kept",
					      TRAFFIC_ACCOUNTS);
	for (unsigned i = 0; i < SCREEN_MINUTES; i++)
		a->unread &= log_proof_state(&a->traffic.proof, i, 1, NULL) != LOG_MINUTE_KNOWN;
	if (a->traffic.blocked.since > 0)
		a->blocked = words_blocked(&a->traffic.blocked);
}

static void doubt_day(struct screen_accounts *a)
{
	uint32_t end = end_of_day(a);
	struct sw_fault why = { 0 };
	unsigned hours;

	if (a->day.failed) {
		sw_fault_errno(&why, a->day.failed, "a day of each account");
		a->no_day = why.text;
	} else if (day_state(&a->day, end, &hours) != LOG_MINUTE_KNOWN) {
		a->no_day = words_day_known(&a->day, end, hours, NULL);
	}
}

static void read_log(struct screen_accounts *a, const struct sw_host *h,
		     const struct log_where *where)
{
	static const struct day_request request = { .minutes = SCREEN_MINUTES,
						    .history = 1,
						    .local = true,
						    .seconds = DAY_SECONDS,
						    .source = "" };
	struct sw_fault unsaved = { 0 };
	struct sw_fault why = { 0 };
	struct share nobody;
	int rc;

	share_begin(&nobody, h, NULL);
	rc = day_read(&a->day, &a->traffic, &nobody, h, where, &request, &unsaved, &why);
	share_end(&nobody);
	a->unread = true;
	if (rc < 0) {
		a->no_rate = a->no_day = why.text;
		return;
	}
	doubt_rate(a, h);
	doubt_day(a);
}

static void read_failures(struct screen_accounts *a, const struct sw_host *h,
			  const struct log_where *log, const char *dovecot, size_t top)
{
	/* as postfix_sasl_failures has it by default */
	const struct failures_where where = { .log = *log,
					      .rules = { .guesses = 5, .networks = 3 },
					      .dovecot = dovecot,
					      .budget_ms = WEEK_MS };
	struct failures *f = &a->failures;
	struct sw_fault why = { 0 };

	if (failures_read(f, h, &where, SCREEN_MINUTES, &why) < 0) {
		a->no_break_in = why.text;
		return;
	}
	a->broken_n =
		break_in_last(&f->kept->in, f->start + 60 * (int64_t)f->minutes, a->broken, top);
	a->no_break_in = words_failures_doubt(f, f->minutes - 1, NULL);
}

static struct screen_account *row_of(struct all *all, struct sw_raw key)
{
	for (size_t i = 0; i < all->n; i++)
		if (raw_same(all->row[i].key, key))
			return &all->row[i];
	all->row[all->n] = (struct screen_account){ .key = key };
	return &all->row[all->n++];
}

static void lift(struct screen_account *row, double share)
{
	row->share = row->share > share ? row->share : share;
}

/*
 * Of so many as there may be only those count that can be among the first: the greatest of each
 * kind.
 */
static void put_together(const struct screen_accounts *a, struct all *all, size_t top)
{
	uint64_t now = 0;
	uint64_t day = 0;

	for (size_t i = 0; i < all->now_n; i++)
		now += all->now[i].count;
	for (size_t i = 0; i < all->day_n; i++)
		day += all->day[i].count.n;
	for (size_t i = 0; i < all->now_n && i < top; i++)
		lift(row_of(all, all->now[i].key), (double)all->now[i].count / (double)now);
	for (size_t i = 0; i < all->owner_n && i < top; i++)
		lift(row_of(all, all->owner[i].key), all->owner[i].share);
	for (size_t i = 0; i < all->day_n && i < top; i++)
		lift(row_of(all, all->day[i].key), (double)all->day[i].count.n / (double)day);
	for (size_t i = 0; i < all->n; i++) {
		struct screen_account *row = &all->row[i];

		for (size_t k = 0; k < all->now_n; k++) {
			if (!raw_same(all->now[k].key, row->key))
				continue;
			row->now = all->now[k].count;
			row->addresses = traffic_sum(&a->traffic, all->now[k].row,
						     TRAFFIC_ADDRESSES, 0, SCREEN_MINUTES);
		}
		for (size_t k = 0; k < all->owner_n; k++)
			if (raw_same(all->owner[k].key, row->key))
				row->queued = all->owner[k].messages;
		for (size_t k = 0; k < all->day_n; k++)
			if (raw_same(all->day[k].key, row->key))
				row->day = all->day[k].count.n;
		/* a day ends some minutes ago */
		row->day = row->day > row->now ? row->day : row->now;
	}
}

static bool is_greater(const void *a, const void *b)
{
	const struct screen_account *x = a;
	const struct screen_account *y = b;

	if (x->share < y->share || x->share > y->share)
		return x->share > y->share;
	return raw_order(x->key, y->key) < 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void choose(struct screen_accounts *a, const struct screen_queues *q, size_t top)
{
	struct all *all = malloc(sizeof(*all));

	if (!all) {
		a->no_rate = sw_label_printed("rank the accounts: out of memory");
		return;
	}
	all->n = all->now_n = all->owner_n = all->day_n = 0;
	if (a->traffic.account)
		all->now_n = least(traffic_top(&a->traffic, TRAFFIC_MESSAGES, 0, SCREEN_MINUTES, 1,
					       true, all->now, TRAFFIC_ACCOUNTS),
				   TRAFFIC_ACCOUNTS);
	if (!a->day.failed && a->day.account)
		all->day_n = least(day_top(&a->day, DAY_MESSAGES, end_of_day(a), 1, NULL, NULL,
					   all->day, DAYS),
				   DAYS);
	if (!q->why.code)
		all->owner_n =
			sw_queue_owners_top(&q->owners, SW_QUEUE_OWNERS_ALL, all->owner, OWNERS);
	put_together(a, all, top);
	for (size_t i = 0; i < all->n; i++)
		a->n = rank_add(a->row, a->n, top, sizeof(all->row[i]), &all->row[i], is_greater);
	free(all);
}

void screen_accounts_look(struct screen_accounts *a, const struct sw_host *h, struct spool *spool,
			  const char *dovecot, const struct screen_queues *q, size_t top)
{
	const struct log_where where = { .spool = spool };

	read_log(a, h, &where);
	read_failures(a, h, &where, dovecot, top);
	choose(a, q, top);
}

void screen_accounts_leave(struct screen_accounts *a, const struct screen_queues *q,
			   const struct sw_label *why, size_t top)
{
	a->unread = true;
	a->no_rate = a->no_day = a->no_break_in = *why;
	choose(a, q, top);
}

void screen_accounts_free(struct screen_accounts *a)
{
	traffic_free(&a->traffic);
	day_free(&a->day);
	failures_free(&a->failures);
}
