/* The list of one host. */
#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "postfix/account.h"
#include "traffic/fleet.h"

/* The most bytes of an account: its line and those of its networks, each with a '#' and an end. */
enum { PER_LINE = (SW_LABEL_MAX - 20) / DAY_NETWORK_HEX };
enum { ROW_MOST = (2 + (DAY_SEEN + PER_LINE - 1) / PER_LINE) * (SW_LABEL_MAX + 2) };

struct account {
	struct sw_raw key;
	uint64_t rate, day;
	uint32_t row; /* of the day; NONE: it is not there */
	unsigned skip;
};
enum { NONE = UINT32_MAX };

static uint64_t rate_of(const struct fleet_source *f, const struct topk_row *row)
{
	return traffic_sum(f->s, (uint32_t)(row - topk_row(f->s->account, 0)), TRAFFIC_MESSAGES,
			   f->first, FLEET_WINDOW);
}

static size_t take(const struct fleet_source *f, struct account a, struct account *ret, size_t n)
{
	if ((a.rate < f->least && a.day < f->least) || account_kind(a.key) != SW_ACCOUNT_LOGIN)
		return n;
	a.skip = f->skip ? f->skip(a.key, f->ctx) : 0;
	ret[n] = a;
	return n + !(a.skip & FLEET_WHOLLY);
}

static size_t gather(const struct fleet_source *f, struct account *ret)
{
	uint32_t end = day_end(f->at);
	size_t n = 0;

	for (uint32_t i = 0; i < topk_rows(f->d->account); i++) {
		struct account a = { .key = topk_row(f->d->account, i)->name, .row = i };
		const struct topk_row *now = topk_find(f->s->account, a.key);

		a.rate = now ? rate_of(f, now) : 0;
		a.day = day_count(f->d, i, DAY_MESSAGES, end).n;
		n = take(f, a, ret, n);
	}
	for (uint32_t i = 0; i < topk_rows(f->s->account); i++) {
		const struct topk_row *now = topk_row(f->s->account, i);
		struct account a = { .key = now->name, .row = NONE };

		if (topk_find(f->d->account, a.key))
			continue;
		a.rate = rate_of(f, now);
		n = take(f, a, ret, n);
	}
	return n;
}

/* The one with most messages first, equal ones by key. */
static int order(const void *left, const void *right)
{
	const struct account *a = left;
	const struct account *b = right;
	uint64_t x = a->rate > a->day ? a->rate : a->day;
	uint64_t y = b->rate > b->day ? b->rate : b->day;

	return x != y ? (x < y) - (x > y) : raw_order(a->key, b->key);
}

static void put(const struct fleet_source *f, const struct sw_label *line, size_t *bytes)
{
	*bytes += line->n + 2u;
	f->line(line, f->ctx);
}

static void put_networks(const struct fleet_source *f, uint32_t row, size_t *bytes)
{
	uint32_t end = day_end(f->at);
	struct day_count count = day_count(f->d, row, DAY_NETWORKS, end);
	uint64_t network[DAY_SEEN];
	size_t n = day_networks(f->d, row, end, network);
	bool more = count.more || !count.sure;

	num_sort(network, n);
	for (size_t i = 0; i < n || more;) {
		struct sw_label line = sw_label_printed("fleet networks");

		for (size_t k = 0; k < PER_LINE && i < n; k++) {
			char hex[DAY_NETWORK_HEX];

			day_network_hex(network[i++], hex);
			sw_label_print(&line, " %s", hex);
		}
		if (i == n && more) {
			sw_label_print(&line, " +");
			more = false;
		}
		put(f, &line, bytes);
	}
}

static void put_number(struct sw_label *line, uint64_t number, bool is_left_out)
{
	if (is_left_out)
		sw_label_print(line, "- ");
	else
		sw_label_print(line, "%llu ",
			       (unsigned long long)(number < FLEET_NUMBER ? number : FLEET_NUMBER));
}

static void put_account(const struct fleet_source *f, const struct account *a, size_t *bytes)
{
	struct sw_label name = account_name(f->d->host, a->key);
	struct sw_label line = sw_label_printed("fleet account ");

	put_number(&line, a->rate, a->skip & FLEET_RATE);
	put_number(&line, a->day, a->skip & FLEET_DAY);
	sw_label_append(&line, &name);
	put(f, &line, bytes);
	if (a->row != NONE)
		put_networks(f, a->row, bytes);
}

static void put_begin(const struct fleet_source *f, bool listed, size_t *bytes)
{
	struct sw_label line = sw_label_printed("fleet begin 1 ");
	uint32_t end = day_end(f->at);
	unsigned hours;
	bool rate =
		listed &&
		log_proof_state(&f->s->proof, f->first, FLEET_WINDOW, NULL) == LOG_MINUTE_KNOWN &&
		topk_evicted(f->s->account) == 0;
	bool day = listed && day_state(f->d, end, &hours) == LOG_MINUTE_KNOWN &&
		   day_is_sure(f->d, DAY_MESSAGES, end, NULL);

	sw_label_print(&line, "%lld %lld %llu %s %s ", (long long)f->at, (long long)day_time(end),
		       (unsigned long long)f->least,
		       listed && f->blocked ? "blocked"
		       : rate		    ? "known"
					    : "some",
		       day ? "known" : "some");
	sw_label_append(&line, &f->link);
	put(f, &line, bytes);
}

int fleet_write(const struct fleet_source *f, struct sw_fault *why)
{
	struct account *account = NULL;
	struct sw_label line;
	size_t bytes = 0;
	size_t n = 0;
	size_t i = 0;
	int rc = 0;

	if (f->s) {
		account = calloc(TRAFFIC_ACCOUNTS + DAY_ACCOUNTS, sizeof(*account));
		if (!account)
			rc = sw_fault_errno(why, ENOMEM, "list the accounts");
		n = account ? gather(f, account) : 0;
		if (n > 0)
			qsort(account, n, sizeof(*account), order);
	}
	put_begin(f, account != NULL, &bytes);
	for (; i < n && i < FLEET_ROWS && bytes + ROW_MOST <= FLEET_BYTES; i++)
		put_account(f, &account[i], &bytes);
	line = sw_label_printed("fleet end %zu %zu", i, n);
	put(f, &line, &bytes);
	free(account);
	return rc;
}
