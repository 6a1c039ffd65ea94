#include "parts/account_graphs.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/account_field.h"
#include "parts/colours.h"
#include "words/blocked.h"
#include "words/command.h"

#define WHAT_TO_DO                                                                                 \
	"Whose line leaves the others: spoolwatch report ACCOUNT, and if it is no newsletter "     \
	"spoolwatch contain ACCOUNT."

/* A sub-graph: one stable field with levels, then a line an account. */
struct by {
	enum traffic_what what;
	struct sw_munin_graph graph;
	const char *most, *most_info; /* its name; NULL: none */
	bool others;
};

static const struct by subs[] = {
	{ .what = TRAFFIC_MESSAGES,
	  .graph = MINUTES_GRAPH("by_account", "SASL send rate by account", "messages per minute",
				 "The busiest accounts, and all others together. " WHAT_TO_DO),
	  .others = true },
	{ .what = TRAFFIC_RECIPIENTS,
	  .graph = MINUTES_GRAPH(
		  "by_recipients", "SASL recipients by account", "recipients per minute",
		  "Recipients of the messages that accounts submitted, when the queue manager "
		  "first sees them. The most are over the 5 minutes before. " WHAT_TO_DO),
	  .most = "most_recipients",
	  .most_info = "Recipients per minute of the account that has most",
	  .others = true },
	{ .what = TRAFFIC_ADDRESSES,
	  .graph = MINUTES_GRAPH("by_address", "SASL client addresses by account",
				 "addresses in 5 minutes",
				 "Different client addresses that used an account within 5 "
				 "minutes: a handful for a person, "
				 "many for a password that was sold. " WHAT_TO_DO),
	  .most = "most_addresses",
	  .most_info = "Client addresses of the account that has most" },
};

struct words_account_span account_graphs_span(unsigned i)
{
	return (struct words_account_span){ minutes_first(i), MINUTES_WINDOW };
}

bool account_graphs_blocked(const struct account_graphs *r, unsigned first, unsigned n,
			    struct sw_label *why)
{
	int64_t end = r->s.start + 60 * (int64_t)(first + n);
	bool is = (r->s.blocked.minutes >> first & (((uint64_t)1 << n) - 1)) != 0 ||
		  (r->full && end > r->s.blocked.accepted + 60);

	if (is && why)
		*why = words_blocked_rate(&r->s.blocked, r->full);
	return is;
}

static bool is_blocked(void *ctx, unsigned first, unsigned n, struct sw_label *why)
{
	return account_graphs_blocked(ctx, first, n, why);
}

static struct minutes minutes_of(struct account_graphs *r)
{
	return (struct minutes){ .m = r->m,
				 .proof = &r->s.proof,
				 .history = r->history,
				 .failed = r->failed,
				 .spoilt = is_blocked,
				 .spoilt_ctx = r };
}

struct sw_munin_field account_graphs_series(struct account_graphs *r, struct sw_munin_field f)
{
	struct minutes minutes = minutes_of(r);

	return minutes_series(&minutes, f);
}

void account_graphs_add(struct account_graphs *r, const struct sw_munin_field *f, unsigned n)
{
	struct minutes minutes = minutes_of(r);

	minutes_add(&minutes, f, n, false);
}

bool account_graphs_is_known(struct account_graphs *r, const struct sw_munin_field *f)
{
	struct minutes minutes = minutes_of(r);

	return minutes_is_known(&minutes, f);
}

void account_graphs_add_blocked(struct account_graphs *r)
{
	struct minutes minutes = minutes_of(r);
	const struct blocked *b = &r->s.blocked;
	struct sw_munin_field f = account_graphs_series(
		r, (struct sw_munin_field){
			   .name = sw_field_own("blocked"),
			   .colour = COLOUR_DOUBT,
			   .label = sw_label_printed("minutes blocked"),
			   .own_levels = true,
			   .info = "Minutes of the last 5 in which Postfix could not put mail into "
				   "its queue, by its own lines" });

	for (unsigned i = 0; i < f.points && !r->failed.code; i++) {
		struct words_account_span span = account_graphs_span(i);

		f.at[i] = sw_munin_value_of(__builtin_popcountll(b->minutes >> span.first &
								 (((uint64_t)1 << span.n) - 1)));
	}
	if (!r->failed.code && f.at[f.points - 1].number > 0)
		f.extinfo = words_blocked(b);
	minutes_add(&minutes, &f, MINUTES_WINDOW, true);
}

/* What a span's count is in the unit of its graph. */
static double per_unit(enum traffic_what what, uint64_t count)
{
	return what == TRAFFIC_ADDRESSES ? (double)count : minutes_rate(count);
}

/* A field of the greatest account of each span, which the last one names. */
void account_graphs_add_greatest(struct account_graphs *r, struct sw_munin_field f,
				 enum traffic_what what)
{
	const struct sw_fault failed = r->failed;
	struct traffic_rank *top = malloc(r->accounts * sizeof(*top));
	bool lost = !r->failed.code && topk_evicted(r->s.account) > 0;
	struct minutes minutes;
	size_t n = 0;

	if (!top)
		sw_fault_errno(&r->failed, ENOMEM, "rank the accounts");
	minutes = minutes_of(r);
	f = minutes_series(&minutes, f);
	for (unsigned i = 0; i < f.points && !r->failed.code; i++) {
		n = traffic_top(&r->s, what, account_graphs_span(i).first, account_graphs_span(i).n,
				1, false, top, 1);
		f.at[i] = sw_munin_value_of(n ? per_unit(what, top[0].count) : 0);
		/* of so many, others may have been as busy */
		if (lost && (n == 0 || top[0].error > top[0].count))
			f.at[i] = (struct sw_munin_value){ .is_set = false };
	}
	if (n > 0) {
		struct words_account_span now = account_graphs_span(r->history - 1);
		double level = munin_upper_warning(r->m, &f);

		n = traffic_top(&r->s, what, now.first, now.n, 1, false, top, r->accounts);
		n = n < r->accounts ? n : r->accounts;
		f.extinfo = words_account_list(&r->s, top, n, what, now, level);
		if (per_unit(what, top[0].count) > level)
			minutes.command =
				words_contain(top[0].key, sw_munin_text(r->m, "config_directory"));
	}
	minutes_add(&minutes, &f, MINUTES_WINDOW, false);
	r->failed = failed;
	free(top);
}

/* Too large for a small stack. */
struct room {
	struct traffic_rank top[ACCOUNT_GRAPHS_ACCOUNTS_MAX];
	uint64_t drawn[TRAFFIC_ACCOUNTS]; /* of each account at which points it is drawn: bits */
};

/* Bit i: the account reached the floor in a span that ends with point i or a little before. */
static uint64_t reaches(const struct account_graphs *r, uint32_t row, enum traffic_what what,
			uint64_t least)
{
	uint64_t sums[MINUTES_HISTORY_MAX + MINUTES_LINGER];
	uint64_t points = 0;

	traffic_each_sum(&r->s, row, what, 0, MINUTES_WINDOW, sums, r->history + MINUTES_LINGER);
	for (unsigned i = 0; i < r->history; i++)
		for (unsigned k = 0; k <= MINUTES_LINGER; k++)
			points |= (uint64_t)(sums[i + k] >= least) << i;
	return points;
}

/* The minutes before and of a point by which it is chosen who is drawn at it. */
enum { CHOOSING = MINUTES_LINGER + MINUTES_WINDOW };

/* Which accounts are drawn at which points. */
static void choose(struct account_graphs *r, enum traffic_what what, uint64_t least,
		   struct room *room)
{
	struct traffic_rank *top = room->top;
	uint32_t rows = r->failed.code ? 0 : (uint32_t)topk_rows(r->s.account);

	memset(room->drawn, 0, rows * sizeof(room->drawn[0]));
	for (unsigned i = 0; i < r->history && !r->failed.code; i++) {
		size_t n = traffic_top(&r->s, what, i, CHOOSING, least, true, top, r->accounts);

		for (size_t k = 0; k < n && k < r->accounts; k++)
			room->drawn[top[k].row] |= (uint64_t)1 << i;
	}
	for (uint32_t row = 0; row < rows; row++)
		if (room->drawn[row])
			room->drawn[row] &= reaches(r, row, what, least);
}

/* May a later run choose otherwise who is drawn at point i? */
static bool choice_waits(struct account_graphs *r, unsigned i)
{
	struct minutes minutes = minutes_of(r);

	return minutes_wait(&minutes, i, i, CHOOSING);
}

/* The values of an account's points: of the minutes; of addresses, of the spans. */
static void values_of(const struct account_graphs *r, const struct by *by, uint32_t row,
		      uint64_t ret[MINUTES_HISTORY_MAX])
{
	if (by->others)
		traffic_each_sum(&r->s, row, by->what, minutes_last(0), 1, ret, r->history);
	else
		traffic_each_sum(&r->s, row, by->what, minutes_first(0), MINUTES_WINDOW, ret,
				 r->history);
}

static void add_account(struct account_graphs *r, const struct by *by, struct traffic_rank *account,
			uint64_t drawn, double *others)
{
	struct sw_label name = traffic_name(&r->s, account);
	struct sw_munin_field f = account_graphs_series(
		r, (struct sw_munin_field){ .name = account_field(account->key),
					    .label = label_short(&name, MINUTES_LEGEND),
					    .draw = "LINE2",
					    .own_levels = true });
	uint64_t values[MINUTES_HISTORY_MAX];

	values_of(r, by, account->row, values);
	for (unsigned i = 0; i < r->history; i++) {
		double value = (double)values[i];
		bool is_drawn = drawn >> i & 1;

		if (is_drawn)
			others[i] -= value;
		if (is_drawn || value <= 0) /* else it is among the others */
			f.at[i] = sw_munin_value_of(value);
		else /* or would be drawn, by minutes that are not known yet */
			f.at[i].waits = choice_waits(r, i);
	}
	account->count = traffic_sum(&r->s, account->row, by->what,
				     account_graphs_span(r->history - 1).first, MINUTES_WINDOW);
	if (account->count > 0)
		f.extinfo = words_account(&r->s, account, by->what,
					  account_graphs_span(r->history - 1));
	account_graphs_add(r, &f, by->others ? 1 : MINUTES_WINDOW);
}

static void add_sub(struct account_graphs *r, const struct by *by, uint64_t least)
{
	const struct sw_fault failed = r->failed;
	struct room *room = malloc(sizeof(*room)); /* of which choose() clears what counts */
	struct sw_munin_field others = account_graphs_series(
		r, (struct sw_munin_field){ .name = sw_field_own("others"),
					    .label = sw_label_printed("all others"),
					    .colour = COLOUR_OTHERS,
					    .own_levels = true });
	double rest[MINUTES_HISTORY_MAX] = { 0 };
	size_t n = 0;

	if (!room && !r->failed.code) {
		sw_fault_errno(&r->failed, ENOMEM, "rank the accounts");
		sw_munin_complain(r->m, &r->failed); /* a graph may have no field to say it */
	}
	if (!r->failed.code)
		choose(r, by->what, least, room);
	for (unsigned i = 0; i < r->history && by->others && !r->failed.code; i++)
		rest[i] = (double)r->s.total[by->what][minutes_last(i)];
	if (!r->failed.code)
		n = traffic_top(&r->s, by->what, 0, minutes_read(r->history), least, true,
				room->top, ACCOUNT_GRAPHS_ACCOUNTS_MAX);
	for (size_t k = 0; k < n && k < ACCOUNT_GRAPHS_ACCOUNTS_MAX; k++)
		if (room->drawn[room->top[k].row])
			add_account(r, by, &room->top[k], room->drawn[room->top[k].row], rest);
	for (unsigned i = 0; i < r->history && !r->failed.code; i++)
		if (rest[i] > 0 && choice_waits(r, i))
			others.at[i].waits = true;
		else /* a count that is too high must not make this negative */
			others.at[i] = sw_munin_value_of(rest[i] > 0 ? rest[i] : 0);
	if (by->others)
		account_graphs_add(r, &others, 1);
	r->failed = failed;
	free(room);
}

void account_graphs_add_subs(struct account_graphs *r)
{
	uint64_t least[] = { [TRAFFIC_MESSAGES] = sw_munin_count(r->m, "floor") * MINUTES_WINDOW,
			     [TRAFFIC_RECIPIENTS] = sw_munin_count(r->m, "floor") * MINUTES_WINDOW,
			     [TRAFFIC_ADDRESSES] = 2 };

	const struct sw_fault failed = r->failed;

	for (size_t i = 0; i < SW_COUNT(subs); i++) {
		if (!failed.code)
			r->failed = subs[i].what == TRAFFIC_RECIPIENTS ? r->no_recipients : failed;
		sw_munin_graph(r->m, &subs[i].graph);
		if (subs[i].most) /* wide: the line of who has most lies upon it */
			account_graphs_add_greatest(
				r,
				(struct sw_munin_field){
					.name = sw_field_own(subs[i].most),
					.label = sw_label_printed("most of one account"),
					.draw = "LINE5",
					.colour = COLOUR_MOST,
					.own_levels = true,
					.info = subs[i].most_info },
				subs[i].what);
		add_sub(r, &subs[i], least[subs[i].what]);
	}
	r->failed = failed;
}
