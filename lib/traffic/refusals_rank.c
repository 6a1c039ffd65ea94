/* refusals_rank: questions to what refusals.c has counted. */
#include "base/rank.h"
#include "traffic/refusals_tables.h"

static uint64_t sum_of(const uint32_t *minute, unsigned first, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned m = first; m < first + n && m < REFUSALS_MINUTES; m++)
		sum += minute[m];
	return sum;
}

uint64_t refusals_total(const struct refusals *s, unsigned kind, unsigned first, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned k = 0; k < REFUSAL_KINDS; k++)
		for (unsigned m = first; m < first + n && m < s->minutes; m++)
			if (kind == REFUSALS_ALL || kind == k)
				sum += s->total[k][m];
	return sum;
}

uint64_t refusals_receiver_sum(const struct refusals *s, uint32_t row, unsigned kind,
			       unsigned first, unsigned n)
{
	const struct refusing_receiver *r = topk_row(s->receiver, row)->value;
	uint64_t sum = 0;

	for (unsigned k = 0; k < REFUSAL_KINDS; k++)
		if (kind == REFUSALS_ALL || kind == k)
			sum += sum_of(r->minute[k], first, n);
	return sum;
}

bool refusals_receiver_is_tried(const struct refusals *s, uint32_t row)
{
	const struct refusing_receiver *r = topk_row(s->receiver, row)->value;

	return r->tried;
}

uint64_t refusals_account_sum(const struct refusals *s, uint32_t row, unsigned first, unsigned n)
{
	const struct refused_account *a = topk_row(s->account, row)->value;

	return sum_of(a->minute, first, n);
}

static bool is_before(const void *one, const void *other)
{
	const struct refusals_rank *a = one;
	const struct refusals_rank *b = other;

	return a->count != b->count ? a->count > b->count : raw_order(a->name, b->name) < 0;
}

static struct refusals_rank rank_of(const struct topk_row *row, size_t i, uint64_t count)
{
	return (struct refusals_rank){
		.name = row->name, .count = count, .error = row->error, .row = (uint32_t)i
	};
}

/* A rank of those of which there are `least`, and at least 1. */
struct ranking {
	uint64_t least;
	struct refusals_rank *ret;
	size_t found, kept, max;
};

static void rank(struct ranking *r, const struct topk_row *row, size_t i, uint64_t count)
{
	struct refusals_rank one = rank_of(row, i, count);

	if (count == 0 || count < r->least)
		return;
	r->found++;
	r->kept = rank_add(r->ret, r->kept, r->max, sizeof(one), &one, is_before);
}

size_t refusals_receivers(const struct refusals *s, unsigned kind, unsigned first, unsigned n,
			  uint64_t least, struct refusals_rank *ret, size_t max)
{
	struct ranking r = { .least = least, .ret = ret, .max = max };

	for (size_t i = 0; i < topk_rows(s->receiver); i++)
		rank(&r, topk_row(s->receiver, i), i,
		     refusals_receiver_sum(s, (uint32_t)i, kind, first, n));
	return r.found;
}

size_t refusals_accounts(const struct refusals *s, unsigned first, unsigned n, uint64_t least,
			 struct refusals_rank *ret, size_t max)
{
	struct ranking r = { .least = least, .ret = ret, .max = max };

	for (size_t i = 0; i < topk_rows(s->account); i++)
		rank(&r, topk_row(s->account, i), i,
		     refusals_account_sum(s, (uint32_t)i, first, n));
	return r.found;
}

/* The name of a pair, and what is counted of it; NULL when one of both has lost its place. */
static const struct refused_pair *pair_at(const struct refusals *s, size_t i,
					  struct refused_pair_name *name)
{
	const struct topk_row *row = topk_row(s->pair, i);
	const struct refused_pair *pair = row->value;

	memcpy(name, row->name.p, sizeof(*name));
	if (topk_row(s->receiver, pair->receiver_row)->id != name->receiver)
		return NULL;
	return name->account == REFUSALS_NOBODY ||
			       topk_row(s->account, pair->account_row)->id == name->account
		       ? pair
		       : NULL;
}

struct refusals_blamed refusals_blamed(const struct refusals *s, uint32_t receiver, unsigned kind,
				       unsigned first, unsigned n)
{
	struct refusals_blamed ret = { .all = refusals_receiver_sum(s, receiver, kind, first, n) };
	size_t kept = 0;

	for (size_t i = 0; i < topk_rows(s->pair); i++) {
		struct refused_pair_name name;
		const struct refused_pair *pair = pair_at(s, i, &name);
		uint64_t count = pair ? sum_of(pair->minute, first, n) : 0;
		struct refusals_rank one;

		if (count == 0 || pair->receiver_row != receiver || name.kind != kind)
			continue;
		if (name.at_connect)
			ret.at_connect += count;
		if (name.at_connect || name.account == REFUSALS_NOBODY)
			continue;
		one = rank_of(topk_row(s->account, pair->account_row), pair->account_row, count);
		kept = rank_add(&ret.account, kept, 1, sizeof(one), &one, is_before);
	}
	return ret;
}

struct refusals_rank refusals_of(const struct refusals *s, uint32_t account, unsigned first,
				 unsigned n)
{
	uint64_t count[REFUSALS_RECEIVERS] = { 0 };
	struct refusals_rank ret = { .count = 0 };
	struct ranking r = { .ret = &ret, .max = 1 };

	for (size_t i = 0; i < topk_rows(s->pair); i++) {
		struct refused_pair_name name;
		const struct refused_pair *pair = pair_at(s, i, &name);

		if (pair && name.account != REFUSALS_NOBODY && pair->account_row == account)
			count[pair->receiver_row] += sum_of(pair->minute, first, n);
	}
	for (size_t i = 0; i < topk_rows(s->receiver); i++)
		rank(&r, topk_row(s->receiver, i), i, count[i]);
	return ret;
}

uint64_t refusals_account_kind(const struct refusals *s, struct sw_raw key, enum refusal kind,
			       unsigned first, unsigned n)
{
	const struct topk_row *account = topk_find(s->account, key);
	uint64_t sum = 0;

	for (size_t i = 0; account && i < topk_rows(s->pair); i++) {
		struct refused_pair_name name;
		const struct refused_pair *pair = pair_at(s, i, &name);

		if (pair && name.account == account->id && name.kind == (uint32_t)kind &&
		    !name.at_connect)
			sum += sum_of(pair->minute, first, n);
	}
	return sum;
}

struct sw_raw refusals_words(const struct refusals *s, uint32_t receiver, unsigned kind)
{
	const struct refusing_receiver *r = topk_row(s->receiver, receiver)->value;

	return raw_from(r->words[kind], r->words_n[kind]);
}
