/* traffic_rank: questions to what submit.c has counted. */
#include <stdlib.h>

#include "base/rank.h"
#include "postfix/account.h"
#include "traffic/network.h"
#include "traffic/tables.h"

static uint64_t bits(unsigned first, unsigned n)
{
	uint64_t all = n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;

	return first >= 64 ? 0 : all << first;
}

static struct account *account_at(const struct traffic *s, size_t row)
{
	return topk_row(s->account, row)->value;
}

static inline uint64_t sum_of(const uint32_t *minute, unsigned first, unsigned end)
{
	uint64_t sum = 0;

	for (unsigned m = first; m < end; m++)
		sum += minute[m];
	return sum;
}

static unsigned end_of(const struct traffic *s, unsigned first, unsigned n)
{
	return first + n < s->minutes ? first + n : s->minutes;
}

/* What of an account was in minutes first..end-1, which are those of `minutes`. */
static inline uint64_t count_of(const struct traffic *s, struct account *account,
				enum traffic_what what, unsigned first, unsigned end,
				uint64_t minutes)
{
	if (!(account->active[what] & minutes))
		return 0;
	return sum_of(account_minutes(s, account, what), first, end);
}

/* One pass over the pairs, whatever is asked. */
static void each_addresses(const struct traffic *s, uint32_t row, unsigned first, unsigned n,
			   uint64_t *ret, unsigned spans)
{
	uint32_t id = topk_row(s->account, row)->id;
	const struct topk_row *pair = topk_row(s->peer, 0); /* they follow each other */
	size_t pairs = topk_rows(s->peer);

	memset(ret, 0, spans * sizeof(*ret));
	for (size_t i = 0; i < pairs; i++) {
		const struct peer *peer = pair[i].value;

		for (unsigned k = 0; k < spans && peer->account == id; k++)
			ret[k] += (peer->minutes & bits(first + k, n)) != 0;
	}
}

void traffic_each_sum(const struct traffic *s, uint32_t row, enum traffic_what what, unsigned first,
		      unsigned n, uint64_t *ret, unsigned spans)
{
	struct account *account = account_at(s, row);

	if (what == TRAFFIC_ADDRESSES)
		each_addresses(s, row, first, n, ret, spans);
	else
		for (unsigned k = 0; k < spans; k++)
			ret[k] = count_of(s, account, what, first + k, end_of(s, first + k, n),
					  bits(first + k, n));
}

uint64_t traffic_sum(const struct traffic *s, uint32_t row, enum traffic_what what, unsigned first,
		     unsigned n)
{
	uint64_t sum;

	traffic_each_sum(s, row, what, first, n, &sum, 1);
	return sum;
}

static struct traffic_rank rank_of(const struct traffic *s, size_t row, uint64_t count)
{
	const struct topk_row *r = topk_row(s->account, row);

	return (struct traffic_rank){
		.key = r->name, .count = count, .error = r->error, .row = (uint32_t)row
	};
}

void traffic_leave_out(struct traffic *s, traffic_skip_fn skip, void *ctx)
{
	for (size_t i = 0; i < topk_rows(s->account); i++) {
		struct traffic_rank rank = rank_of(s, i, 0);

		account_at(s, i)->left_out = skip(&rank, ctx);
	}
}

unsigned traffic_left_out(const struct traffic *s, uint32_t row)
{
	return account_at(s, row)->left_out;
}

struct sw_label traffic_name(const struct traffic *s, const struct traffic_rank *account)
{
	return account_name(s->host, account->key);
}

static bool is_before(const void *one, const void *other)
{
	const struct traffic_rank *a = one;
	const struct traffic_rank *b = other;

	return a->count != b->count ? a->count > b->count : raw_order(a->key, b->key) < 0;
}

static int by_count(const void *a, const void *b)
{
	return is_before(a, b) ? -1 : is_before(b, a);
}

/* Each account's number of distinct addresses, in one pass over the pairs. */
static void count_addresses(const struct traffic *s, uint64_t minutes, uint16_t *ret)
{
	const struct topk_row *row = topk_row(s->account, 0);
	const struct topk_row *pair = topk_row(s->peer, 0);
	size_t pairs = topk_rows(s->peer);

	memset(ret, 0, topk_rows(s->account) * sizeof(*ret));
	for (size_t i = 0; i < pairs; i++) {
		const struct peer *peer = pair[i].value;

		if (peer->minutes & minutes && row[peer->row].id == peer->account)
			ret[peer->row]++;
	}
}

size_t traffic_top(const struct traffic *s, enum traffic_what what, unsigned first, unsigned n,
		   uint64_t least, bool everyone, struct traffic_rank *ret, size_t max)
{
	uint16_t distinct[TRAFFIC_ACCOUNTS];		      /* of TRAFFIC_PEERS at most */
	const struct topk_row *row = topk_row(s->account, 0); /* they follow each other */
	size_t rows = topk_rows(s->account);
	unsigned end = end_of(s, first, n);
	uint64_t minutes = bits(first, n);
	bool all = max >= rows; /* then they are put in order at the end */
	size_t found = 0;
	size_t kept = 0;

	if (what == TRAFFIC_ADDRESSES)
		count_addresses(s, minutes, distinct);
	for (size_t i = 0; i < rows; i++) {
		struct account *account = row[i].value;
		struct traffic_rank rank;
		uint64_t count;

		if (what != TRAFFIC_ADDRESSES && account->sum[what] < least)
			continue;
		count = what == TRAFFIC_ADDRESSES ? distinct[i]
						  : count_of(s, account, what, first, end, minutes);
		if (count == 0 || count < least || (account->left_out >> what & 1 && !everyone))
			continue;
		found++;
		if (kept == max && (max == 0 || count < ret[max - 1].count))
			continue;
		rank = rank_of(s, i, count);
		if (all)
			ret[kept++] = rank;
		else
			kept = rank_add(ret, kept, max, sizeof(*ret), &rank, is_before);
	}
	if (all && kept > 1)
		qsort(ret, kept, sizeof(*ret), by_count);
	return found;
}

static uint64_t peer_count(const struct traffic *s, const struct peer *peer, unsigned first,
			   unsigned n)
{
	uint64_t sum = 0;

	for (unsigned m = first; m < first + n && m < s->minutes; m++)
		sum += peer->minute[m];
	return sum;
}

void traffic_peers_of(const struct traffic *s, uint32_t row, unsigned first, unsigned n,
		      struct traffic_peers *ret)
{
	uint32_t id = topk_row(s->account, row)->id;
	const struct topk_row *pair = topk_row(s->peer, 0);
	size_t pairs = topk_rows(s->peer);
	uint64_t minutes = bits(first, n);

	*ret = (struct traffic_peers){ .count = 0 };
	for (size_t i = 0; i < pairs; i++) {
		const struct peer *peer = pair[i].value;
		struct sw_raw address;
		uint64_t count;

		if (peer->account != id || !(peer->minutes & minutes))
			continue;
		address = raw_skip(pair[i].name, sizeof(id));
		ret->others++;
		count = peer_count(s, peer, first, n);
		if (count < ret->count ||
		    (count == ret->count && raw_order(address, ret->address) >= 0))
			continue;
		ret->address = address;
		ret->name = raw_from(peer->name, peer->name_n);
		ret->count = count;
	}
	if (ret->others > 0)
		ret->others--;
}

unsigned traffic_networks_of(const struct traffic *s, uint32_t row, unsigned first, unsigned n)
{
	struct network_address seen[TRAFFIC_NETWORKS];
	uint32_t id = topk_row(s->account, row)->id;
	size_t pairs = topk_rows(s->peer);
	unsigned found = 0;

	for (size_t i = 0; i < pairs && found < TRAFFIC_NETWORKS; i++) {
		const struct topk_row *r = topk_row(s->peer, 0) + i;
		const struct peer *peer = r->value;
		struct network_address address;
		unsigned k = 0;

		if (peer->account != id || !(peer->minutes & bits(first, n)) ||
		    !network_address(raw_skip(r->name, sizeof(id)), &address))
			continue;
		address = network_of(&address);
		while (k < found && memcmp(&seen[k], &address, sizeof(address)) != 0)
			k++;
		seen[k] = address;
		found += k == found;
	}
	return found;
}
