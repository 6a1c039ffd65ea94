/* report --day: all accounts of the last day, a line each. */
#include "incident/report_day.h"

#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "incident/fold.h"
#include "incident/report.h"
#include "incident/who.h"
#include "postfix/account.h"
#include "traffic/role.h"

enum { FAILING = 16384, QUEUED = 65536 };

typedef unsigned long long ull;

/* An account that logins failed for: a row's value; its count is of all of them. */
struct failing {
	uint64_t before; /* its last use */
};

/* --- the log */

static void take_login(const struct failures_login *login, void *ctx)
{
	struct days *d = ctx;
	char buf[ACCOUNT_KEY];
	struct topk_row *row;

	d->silent += login->silent;
	if (login->user.n == 0)
		return;
	if (login->failed) {
		topk_count(d->failing, account_login(login->user, buf), login->n);
		return;
	}
	row = topk_find(d->failing, account_login(login->user, buf));
	if (row)
		((struct failing *)row->value)->before = row->count - row->error;
}

static int take_line(const struct log_message *message, void *ctx)
{
	struct days *d = ctx;

	if (run_is_ended()) {
		d->stopped = true;
		return 1;
	}
	say_progress(&d->progress, "lines of the log", ++d->lines, 0);
	(void)failures_message(message, &d->logins);
	if (!message->is_other)
		day_message(&d->day, message);
	return 0;
}

static bool may_matter(unsigned role, struct sw_raw text)
{
	return role == ROLE_SMTP || role == ROLE_SMTPD ? role_may_matter(role, text)
						       : failures_may_matter(role, text);
}

static void count_known(struct days *d)
{
	const struct log_reason *why;
	const unsigned first = (unsigned)((day_time(d->end - DAY_BUCKETS) - d->proof.start) / 60);
	bool any = false;

	d->whole = true;
	d->minutes = d->proof.minutes - first;
	for (unsigned i = 0; i < d->proof.minutes; i++) {
		if (log_proof_state(&d->proof, i, 1, &why) == LOG_MINUTE_KNOWN) {
			d->known += i >= first;
			any = true;
			continue;
		}
		d->whole &= why->doubt == LOG_BEGINS && !any;
		d->hole = *why;
	}
}

static int read_log(struct days *d, struct spool *spool, struct sw_fault *why)
{
	const struct sw_host *h = d->run->host;
	const struct failures_where rules = { .rules = { .guesses = 5, .networks = 3 },
					      .dovecot = dovecot_logs(h, d->dovecot),
					      .budget_ms = PAST_DOVECOT_MS };
	const int64_t now = h->now - h->now % 60;
	const int64_t since = now - 60 * (int64_t)PAST_MINUTES;
	/* a graph waits until all of a day is known; a person wants what is known now */
	const int64_t until = now + DAY_LAG + DAY_BUCKET;
	struct log_where where = { .spool = spool, .patient = true };
	int rc = failures_new(&d->logins, h, &rules, 1, why);

	if (rc == 0)
		rc = topk_new(FAILING, TRAFFIC_NAME, sizeof(struct failing), h->secret, &d->failing,
			      why);
	if (rc == 0)
		rc = day_new(&d->day, h, until, until, true, why);
	d->room = calloc(1, PAST_MINUTES);
	if (rc == 0 && !d->room)
		rc = sw_fault_errno(why, ENOMEM, "read the log");
	if (rc < 0)
		return rc;
	d->end = day_end(until);
	d->day.stop = day_time(d->day.end) + DAY_LAG;
	failures_follow(&d->logins, since);
	d->logins.told = take_login;
	d->logins.told_ctx = d;
	rc = failures_follow_dovecot(&d->logins, why);
	if (rc < 0)
		return rc;
	failures_ask(&where, false);
	where.role = role_of_day;
	where.may_matter = may_matter;
	log_proof_begin_days(&d->proof, h->now, since, PAST_MINUTES, d->room);
	rc = log_read(h, &where, since, take_line, d, &d->proof, &d->report, why);
	if (rc < 0)
		return rc;
	failures_dovecot(&d->logins, INT64_MAX);
	day_lines_end(&d->day);
	mute_doubt(&d->logins.mute, &d->report, &d->proof);
	count_known(d);
	return 0;
}

/* --- the queues */

static int take_rows(struct days *d, struct who *w, struct sw_fault *why)
{
	struct who_row *rows = NULL;
	int64_t n = who_rows(w, &rows, why);
	char *room = malloc(fold_room(WHO_NAME) + 1);
	int rc = n < 0 ? (int)n : room ? 0 : sw_fault_errno(why, ENOMEM, "the queues");

	for (int64_t i = 0; rc == 0 && i < n; i++) {
		char buf[ACCOUNT_KEY];
		struct sw_raw key = rows[i].name;
		uint64_t uid = 0;

		if (rows[i].kind == WHO_UID && num_from(key, &uid))
			key = account_uid(uid, buf);
		else if (rows[i].kind == WHO_NAMED)
			key = fold(key, true, room);
		else
			key.n = 0;
		if (key.n > 0)
			topk_count(d->queued, key, rows[i].messages);
		else
			d->nobodys += rows[i].messages;
	}
	free(room);
	free(rows);
	return rc;
}

static void seen(uint64_t n, void *ctx)
{
	say_progress(ctx, "queue files", n, 0);
}

static int read_queues(struct days *d, struct spool *spool, struct sw_fault *why)
{
	struct who *w = calloc(1, sizeof(*w));
	int directory = spool_directory(spool, &d->no_queue);
	int rc = w ? 0 : sw_fault_errno(why, ENOMEM, "the queues");

	if (rc == 0)
		rc = topk_new(QUEUED, WHO_NAME, 1, d->run->host->secret, &d->queued, why);
	if (rc == 0 && directory >= 0 && !spool_is_queue_directory(directory))
		sw_fault(&d->no_queue, ENOENT, "there is no queue of Postfix");
	if (rc == 0 && !d->no_queue.code) {
		w->host = d->run->host;
		w->spool = directory;
		w->by = BY_ACCOUNT;
		w->utf8 = true;
		w->seen = seen;
		w->ctx = &d->progress;
		rc = who_read(w, &d->no_queue);
		rc = rc == -ENOMEM ? sw_fault_errno(why, ENOMEM, "the queues") : 0;
	}
	if (rc == 0 && !d->no_queue.code) {
		rc = take_rows(d, w, why);
		if (w->broken.code)
			d->no_queue = w->broken;
		else if (w->unreadable > 0)
			fault_wrap(&d->no_queue, &w->first,
				   "%llu queue files could not be read: ", (ull)w->unreadable);
	}
	if (w)
		who_free(w);
	free(w);
	return rc;
}

/* --- rows */

static const struct break_in *broken_into(const struct days *d, struct sw_raw key)
{
	const struct break_ins *all = failures_seen(&d->logins);
	const struct break_in *last = NULL;

	for (size_t i = 0; i < BREAK_IN_BROKEN; i++) {
		const struct break_in *one = &all->broken[i];

		if (one->account && raw_same(raw_from(one->name, one->name_n), key) &&
		    (!last || one->first > last->first))
			last = one;
	}
	return last;
}

/* Of who is in the queues; once it is asked for it is nobody's any more. */
static uint64_t take_queued(struct days *d, struct sw_raw key)
{
	char room[3 * DAY_NAME + 1];
	struct topk_row *row;
	uint64_t n;

	if (account_kind(key) == SW_ACCOUNT_LOGIN && key.n <= DAY_NAME)
		key = fold(key, true, room);
	row = topk_find(d->queued, key);
	n = row ? row->count : 0;
	if (row)
		row->count = 0;
	return n;
}

static int by_messages(const void *one, const void *other)
{
	const struct day_row *a = one;
	const struct day_row *b = other;
	const uint64_t x = a->count[DAY_MESSAGES].n;
	const uint64_t y = b->count[DAY_MESSAGES].n;

	if (x != y)
		return x < y ? 1 : -1;
	if (a->queued != b->queued)
		return a->queued < b->queued ? 1 : -1;
	return raw_order(a->key, b->key);
}

static void add_day(struct days *d, const struct day_rank *rank)
{
	struct day_row *row = &d->row[d->rows++];
	struct topk_row *failing = topk_find(d->failing, rank->key);

	row->name = day_name(&d->day, rank);
	row->key = rank->key;
	for (unsigned i = 0; i < DAY_KINDS; i++)
		row->count[i] = day_count(&d->day, rank->row, (enum day_what)i, d->end);
	row->failures = failing ? ((struct failing *)failing->value)->before : 0;
	row->broken = broken_into(d, rank->key);
	row->queued = take_queued(d, rank->key);
}

/* Who sent nothing in this day, and has something in the queues all the same. */
static void add_queued(struct days *d)
{
	for (size_t i = 0; i < topk_rows(d->queued); i++) {
		const struct topk_row *t = topk_row(d->queued, i);
		struct day_row *row;

		if (t->count == 0)
			continue;
		row = &d->row[d->rows++];
		row->name = account_name(d->run->host, t->name);
		row->key = t->name;
		row->queued = t->count;
		for (unsigned k = 0; k < DAY_KINDS; k++)
			row->count[k].sure = d->known == d->minutes;
	}
}

static int make_rows(struct days *d, struct sw_fault *why)
{
	struct day_rank *rank = calloc(DAY_ACCOUNTS, sizeof(*rank));
	size_t n = 0;

	d->row = calloc(DAY_ACCOUNTS + topk_rows(d->queued), sizeof(*d->row));
	if (rank && d->row)
		n = day_top(&d->day, DAY_MESSAGES, d->end, 1, NULL, NULL, rank, DAY_ACCOUNTS);
	for (size_t i = 0; i < n && i < DAY_ACCOUNTS; i++)
		add_day(d, &rank[i]);
	free(rank);
	if (!d->row)
		return sw_fault_errno(why, ENOMEM, "rows");
	add_queued(d);
	qsort(d->row, d->rows, sizeof(*d->row), by_messages);
	return 0;
}

static int read_all(struct days *d, struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = d->run->options->config_directory };
	struct sw_fault ignored = { 0 };
	struct spool spool;
	int rc;

	(void)!spool_open(d->run->host, &where, &spool, &ignored);
	say_progress_begin(&d->progress);
	rc = read_log(d, &spool, why);
	if (rc == 0 && !d->stopped)
		rc = read_queues(d, &spool, why);
	say_progress_end(&d->progress);
	spool_close(&spool);
	if (rc == 0 && d->stopped)
		rc = sw_fault(why, EINTR, "ended by a signal");
	if (rc == 0 && d->known == 0 && d->hole.doubt == LOG_DENIED && d->no_queue.code == EACCES)
		rc = sw_fault(why, EACCES, "neither the mail log nor the queues may be read: %s",
			      d->no_queue.text.s);
	return rc == 0 ? make_rows(d, why) : rc;
}

int report_day_run(struct run *r)
{
	struct days *d = calloc(1, sizeof(*d));
	struct sw_fault why = { 0 };
	int rc = d ? 0 : sw_fault_errno(&why, ENOMEM, "report");

	if (!d)
		return run_fail(r, &why);
	d->run = r;
	rc = read_all(d, &why);
	rc = rc < 0 ? run_fail(r, &why) : report_day_say(d);
	failures_free(&d->logins);
	day_free(&d->day);
	topk_free(d->failing);
	topk_free(d->queued);
	free(d->room);
	free(d->row);
	free(d);
	return rc;
}
