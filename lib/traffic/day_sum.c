/* Numbers of a day. */
#include "traffic/day_parts.h"
#include "base/rank.h"
#include "postfix/account.h"

/* Was it seen in the day that ends with `end`? */
static bool is_of(const struct day *d, const struct day_seen *s, uint32_t end)
{
	/* an end is never before the base, and at most DAY_RECENT after it */
	return s->last + DAY_BUCKETS >= end || s->recent & ((1U << (end - d->base)) - 1);
}

static bool is_blind(const struct day_account *a, uint32_t end)
{
	return a->blind + DAY_BUCKETS >= end;
}

static const struct day_list *list_of(const struct day_account *a, enum day_what what)
{
	return &a->list[what == DAY_NETWORKS ? DAY_LIST_NETWORKS : DAY_LIST_SENDERS];
}

static struct day_count distinct(const struct day *d, const struct day_list *list, uint32_t end)
{
	bool gave_way = list->dropped + DAY_BUCKETS >= end;
	struct day_count c = { .n = 0 };

	for (uint32_t i = 0; i < list->n; i++)
		c.n += is_of(d, &list->seen[i], end);
	c.more = gave_way && c.n == DAY_SEEN;
	/* else some of those that gave way were seen in this day, others of these after it */
	c.sure = c.more || !gave_way;
	return c;
}

static uint32_t sum_before(const struct day_account *a, enum day_what what, uint32_t bucket)
{
	uint32_t n = day_cells_before(a, bucket);

	if (n == 0)
		return 0;
	return what == DAY_MESSAGES ? a->cell[n - 1].messages : a->cell[n - 1].external;
}

bool day_is_short(const struct day *d, uint32_t end)
{
	return d->short_until + DAY_BUCKETS >= end;
}

struct day_count day_count(const struct day *d, uint32_t row, enum day_what what, uint32_t end)
{
	const struct day_account *a = &d->of[row];
	struct day_count c = { .sure = true };

	if (what == DAY_NETWORKS || what == DAY_SENDERS)
		c = distinct(d, list_of(a, what), end);
	else
		c.n = sum_before(a, what, end) - sum_before(a, what, end - DAY_BUCKETS);
	if (a->until + DAY_BUCKETS >= end)
		c.sure = false;
	if ((what == DAY_SENDERS || what == DAY_EXTERNAL) && is_blind(a, end))
		c.sure = false;
	if (what == DAY_EXTERNAL && day_is_short(d, end))
		c.sure = false;
	return c;
}

uint32_t day_since(const struct day *d, uint32_t row, uint32_t end)
{
	const struct day_account *a = &d->of[row];
	uint32_t first = day_cells_before(a, end - DAY_BUCKETS);

	return first < a->cells && a->cell[first].bucket < end ? a->cell[first].bucket : 0;
}

static struct sw_label text_of(const struct day_account *a, uint64_t key)
{
	struct sw_label text = label_new();

	for (uint32_t i = 0; i < a->texts; i++)
		if (a->text[i].key == key && a->text[i].n > 0)
			sw_label_add_name(&text, raw_from(a->text[i].text, a->text[i].n));
	return text;
}

struct told {
	uint64_t key;
	uint32_t latest;
};

/* Of two the one that was seen later goes first; of those of one bucket the smaller key. */
static bool goes_before(const void *a, const void *b)
{
	const struct told *x = a;
	const struct told *y = b;

	return x->latest != y->latest ? x->latest > y->latest : x->key < y->key;
}

size_t day_telling(const struct day *d, uint32_t row, enum day_what what, uint32_t end,
		   struct sw_label ret[DAY_TELLING])
{
	const struct day_account *a = &d->of[row];
	const struct day_list *list = list_of(a, what);
	struct told best[DAY_TELLING];
	size_t n = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		const struct day_seen *s = &list->seen[i];
		struct told one = { .key = s->key, .latest = day_latest(d, s) };

		if (is_of(d, s, end))
			n = rank_add(best, n, DAY_TELLING, sizeof(one), &one, goes_before);
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = what == DAY_NETWORKS ? day_network_name(best[i].key)
					      : text_of(a, best[i].key);
	return n;
}

size_t day_networks(const struct day *d, uint32_t row, uint32_t end, uint64_t ret[DAY_SEEN])
{
	const struct day_list *list = list_of(&d->of[row], DAY_NETWORKS);
	size_t n = 0;

	for (uint32_t i = 0; i < list->n; i++)
		if (is_of(d, &list->seen[i], end))
			ret[n++] = list->seen[i].key;
	return n;
}

static bool is_before(const void *a, const void *b)
{
	const struct day_rank *x = a;
	const struct day_rank *y = b;

	return x->count.n != y->count.n ? x->count.n > y->count.n : raw_order(x->key, y->key) < 0;
}

size_t day_top(const struct day *d, enum day_what what, uint32_t end, uint64_t least,
	       day_skip_fn skip, void *ctx, struct day_rank *ret, size_t max)
{
	size_t found = 0;
	size_t kept = 0;

	for (uint32_t i = 0; i < topk_rows(d->account); i++) {
		struct day_rank rank = { .row = i, .count = day_count(d, i, what, end) };

		if (rank.count.n == 0 || rank.count.n < least)
			continue;
		rank.key = topk_row(d->account, i)->name;
		if (skip && skip(rank.key, ctx))
			continue;
		found++;
		kept = rank_add(ret, kept, max, sizeof(rank), &rank, is_before);
	}
	return found;
}

struct sw_label day_name(const struct day *d, const struct day_rank *account)
{
	return account_name(d->host, account->key);
}

uint64_t day_lost(const struct day *d)
{
	uint64_t least = UINT64_MAX;

	if (topk_evicted(d->account) == 0)
		return d->lost;
	for (uint32_t i = 0; i < topk_rows(d->account); i++)
		if (topk_row(d->account, i)->count < least)
			least = topk_row(d->account, i)->count;
	return d->lost + least;
}

bool day_is_blind(const struct day *d, uint32_t end)
{
	for (uint32_t i = 0; i < topk_rows(d->account); i++)
		if (is_blind(&d->of[i], end))
			return true;
	return false;
}

bool day_is_sure(const struct day *d, enum day_what what, uint32_t end,
		 const struct day_rank *greatest)
{
	bool some = topk_evicted(d->account) > 0 || d->lost_until + DAY_BUCKETS >= end;
	uint64_t most = some ? day_lost(d) : 0;
	uint64_t n = greatest ? greatest->count.n : 0;

	if (greatest && !greatest->count.sure)
		return false;
	if ((what == DAY_SENDERS || what == DAY_EXTERNAL) && day_is_blind(d, end))
		return false;
	if (what == DAY_EXTERNAL && day_is_short(d, end))
		return false;
	if (most == 0)
		return true;
	if (what == DAY_EXTERNAL || most > n)
		return false;
	for (uint32_t i = 0; i < topk_rows(d->account); i++) {
		const struct day_account *a = &d->of[i];

		if (a->until + DAY_BUCKETS >= end && day_count(d, i, what, end).n + a->lost > n)
			return false;
	}
	return true;
}

enum log_minute day_state_of(const struct day *d, uint32_t bucket)
{
	uint32_t at = bucket - d->first;
	unsigned worst = LOG_MINUTE_KNOWN;

	for (uint32_t i = at; i <= at + DAY_LAG / DAY_BUCKET; i++)
		if (i >= DAY_SPANS || d->state[i] > worst)
			worst = i < DAY_SPANS ? d->state[i] : LOG_MINUTE_UNKNOWN;
	return (enum log_minute)worst;
}

enum log_minute day_state(const struct day *d, uint32_t end, unsigned *hours)
{
	const uint32_t lag = DAY_LAG / DAY_BUCKET;
	unsigned worst = LOG_MINUTE_KNOWN;
	uint32_t row = 0; /* spans that are known, one after the other, from here on */
	unsigned known = 0;

	for (uint32_t b = end + lag; b-- > end - DAY_BUCKETS;) {
		uint32_t at = b - d->first; /* wraps below the first */
		unsigned state = at < DAY_SPANS ? d->state[at] : LOG_MINUTE_UNKNOWN;

		row = state == LOG_MINUTE_KNOWN ? row + 1 : 0;
		known += row > lag;
		worst = state > worst ? state : worst;
	}
	*hours = known * DAY_BUCKET / 3600;
	return (enum log_minute)worst;
}
