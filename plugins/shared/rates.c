#include "shared/rates.h"

#include <math.h>

#include "read/account.h"

enum { LEGEND = 60 }; /* one long label pads every row of a legend */

/* A sub-graph: one stable field with levels, then a line an account. */
struct by {
	enum submit_what what;
	struct munin_graph graph;
	struct munin_field most; /* no name: none */
	bool others;
};

static const struct by subs[] = {
	{ .what = SUBMIT_MESSAGES,
	  .graph = RATES_GRAPH("by_account", "SASL send rate by account", "messages per minute",
			       "The busiest accounts, and all others together."),
	  .others = true },
	{ .what = SUBMIT_RECIPIENTS,
	  .graph = RATES_GRAPH(
		  "by_recipients", "SASL recipients by account", "recipients per minute",
		  "Recipients of the messages that accounts submitted, when the queue manager "
		  "first sees them. The most are over the 5 minutes before."),
	  .most = { .name = { "most_recipients" },
		    .warning = "100",
		    .critical = "500",
		    .info = "Recipients per minute of the account that has most" },
	  .others = true },
	{ .what = SUBMIT_ADDRESSES,
	  .graph = RATES_GRAPH("by_address", "SASL client addresses by account",
			       "addresses in 5 minutes",
			       "Different client addresses that used an account within 5 minutes."),
	  .most = { .name = { "most_addresses" },
		    .warning = "10",
		    .critical = "30",
		    .info = "Client addresses of the account that has most" } },
};

unsigned rates_minutes(const struct rates *r)
{
	return RATES_LINGER + r->history + RATES_WINDOW - 1;
}

struct senders_span rates_span(unsigned i)
{
	return (struct senders_span){ RATES_LINGER + i, RATES_WINDOW };
}

unsigned rates_last_minute(unsigned i)
{
	return RATES_LINGER + i + RATES_WINDOW - 1;
}

struct munin_field rates_series(const struct rates *r, struct munin_field f)
{
	f.points = r->history;
	f.first = r->s.start + 60 * (RATES_LINGER + RATES_WINDOW);
	f.step = 60;
	f.min = "0";
	return f;
}

void rates_add(struct rates *r, const struct munin_field *f)
{
	if (r->failed.code)
		munin_add_unknown(r->m, f, &r->failed);
	else
		munin_add(r->m, f);
}

/* What a span's count is in the unit of its graph. */
static double per_unit(enum submit_what what, uint64_t count)
{
	return what == SUBMIT_ADDRESSES ? (double)count : (double)count / RATES_WINDOW;
}

/* A field of the greatest account of each span, which the last one names. */
void rates_add_greatest(struct rates *r, struct munin_field f, enum submit_what what)
{
	struct submit_rank top[RATES_ACCOUNTS_MAX];
	size_t n = 0;

	f = rates_series(r, f);
	for (unsigned i = 0; i < f.points && !r->failed.code; i++) {
		n = submit_top(&r->s, what, rates_span(i).first, rates_span(i).n, 1, false, top, 1);
		f.at[i] = n ? per_unit(what, top[0].count) : 0;
	}
	if (n > 0) {
		struct senders_span now = rates_span(r->history - 1);

		n = submit_top(&r->s, what, now.first, now.n, 1, false, top, r->accounts);
		n = n < r->accounts ? n : r->accounts;
		f.extinfo = senders_list(&r->s, top, n, what, now, munin_upper_warning(r->m, &f));
	}
	rates_add(r, &f);
}

/* Did an account reach the floor in a span that ends with point i or a little before? */
static bool reaches(const struct rates *r, uint32_t row, enum submit_what what, unsigned i,
		    uint64_t least)
{
	for (unsigned k = 0; k <= RATES_LINGER; k++)
		if (submit_sum(&r->s, row, what, i + k, RATES_WINDOW) >= least)
			return true;
	return false;
}

/* Which accounts are drawn at which points: bit i of ret[row]. */
static void choose(struct rates *r, enum submit_what what, uint64_t least, uint64_t *ret)
{
	struct submit_rank top[RATES_ACCOUNTS_MAX];

	memset(ret, 0, SUBMIT_ACCOUNTS * sizeof(*ret));
	for (unsigned i = 0; i < r->history && !r->failed.code; i++) {
		size_t n = submit_top(&r->s, what, i, RATES_LINGER + RATES_WINDOW, least, true, top,
				      r->accounts);

		for (size_t k = 0; k < n && k < r->accounts; k++)
			if (reaches(r, top[k].row, what, i, least))
				ret[top[k].row] |= (uint64_t)1 << i;
	}
}

/* The value of point i of an account: of the minute; of addresses, of the span. */
static double value_at(const struct rates *r, const struct by *by, uint32_t row, unsigned i)
{
	if (by->others)
		return (double)submit_sum(&r->s, row, by->what, rates_last_minute(i), 1);
	return (double)submit_sum(&r->s, row, by->what, rates_span(i).first, RATES_WINDOW);
}

static void add_account(struct rates *r, const struct by *by, struct submit_rank *account,
			uint64_t drawn, struct munin_field *others)
{
	struct munin_field f = rates_series(
		r, (struct munin_field){
			   .name = field_hashed(account_prefix(account->key), account->key),
			   .label = label_short(&account->name, LEGEND),
			   .own_levels = true });

	for (unsigned i = 0; i < r->history; i++) {
		bool is_drawn = drawn >> i & 1;

		f.at[i] = value_at(r, by, account->row, i);
		if (is_drawn)
			others->at[i] -= f.at[i];
		else if (f.at[i] > 0)
			f.at[i] = NAN; /* it is among the others */
	}
	account->count = submit_sum(&r->s, account->row, by->what, rates_span(r->history - 1).first,
				    RATES_WINDOW);
	if (account->count > 0)
		f.extinfo = senders_describe(&r->s, account, by->what, rates_span(r->history - 1));
	rates_add(r, &f);
}

static void add_sub(struct rates *r, const struct by *by, uint64_t least)
{
	struct submit_rank top[RATES_ACCOUNTS_MAX];
	uint64_t drawn[SUBMIT_ACCOUNTS];
	struct munin_field others =
		rates_series(r, (struct munin_field){ .name = field_own("others"),
						      .label = label_printed("all others"),
						      .own_levels = true });
	size_t n = 0;

	choose(r, by->what, least, drawn);
	for (unsigned i = 0; i < r->history && by->others && !r->failed.code; i++)
		others.at[i] = (double)r->s.total[by->what][rates_last_minute(i)];
	if (!r->failed.code)
		n = submit_top(&r->s, by->what, 0, rates_minutes(r), least, true, top,
			       RATES_ACCOUNTS_MAX);
	for (size_t k = 0; k < n && k < RATES_ACCOUNTS_MAX; k++)
		if (drawn[top[k].row])
			add_account(r, by, &top[k], drawn[top[k].row], &others);
	/* a count that is too high must not make this negative */
	for (unsigned i = 0; i < r->history; i++)
		others.at[i] = others.at[i] > 0 ? others.at[i] : 0;
	if (by->others)
		rates_add(r, &others);
}

void rates_add_subs(struct rates *r)
{
	uint64_t least[] = { [SUBMIT_MESSAGES] = munin_count(r->m, "floor") * RATES_WINDOW,
			     [SUBMIT_RECIPIENTS] = munin_count(r->m, "floor") * RATES_WINDOW,
			     [SUBMIT_ADDRESSES] = 2 };

	for (size_t i = 0; i < SW_COUNT(subs); i++) {
		struct munin_field most = subs[i].most;

		munin_graph(r->m, &subs[i].graph);
		most.label = label_printed("most of one account");
		most.own_levels = true;
		if (most.name.s[0])
			rates_add_greatest(r, most, subs[i].what);
		add_sub(r, &subs[i], least[subs[i].what]);
	}
}
