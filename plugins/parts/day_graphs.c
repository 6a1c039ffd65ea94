#include "parts/day_graphs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/print.h"
#include "parts/account_field.h"
#include "parts/colours.h"
#include "words/command.h"
#include "words/day.h"
#include "words/share.h"

enum { POLL = 5, NAMED = 8 };

/* Different days that the points of a history end: one in five minutes. */
enum { ENDS = MINUTES_HISTORY_MAX / 5 + 1 };

struct graphs {
	struct account_graphs *r;
	const struct day *d;
	day_skip_fn ignore;
	void *ctx;
	bool limited;	    /* some accounts have a limit of their own */
	enum day_what what; /* of the graph that is added */
	/* of it the greatest of all accounts at each end, `most` of them, and how many there are */
	struct day_rank *top;
	size_t most;
	size_t found[ENDS];
	struct sw_label command; /* words_contain() of who is above its level */
	size_t ends;
	uint32_t end[ENDS];
	enum log_minute state[ENDS];
	unsigned hours[ENDS];
	struct sw_label unknown; /* of the last of them, in words: the same for all graphs */
	unsigned char of[MINUTES_HISTORY_MAX]; /* which of them a point has */
};

#define GRAPH(NAME, TITLE, VLABEL, INFO)                                                           \
	MINUTES_GRAPH(                                                                             \
		NAME, TITLE, VLABEL,                                                               \
		INFO " in the 24 hours that ended 10 to 15 minutes before. Who stays under every " \
		     "level of a minute is seen here: spoolwatch report ACCOUNT tells more.")

static const struct {
	struct sw_munin_graph graph;
	const char *most, *info;
	uint64_t least; /* to be drawn */
} subs[DAY_KINDS] = {
	[DAY_MESSAGES] = { GRAPH("by_day", "SASL messages in a day by account",
				 "messages in 24 hours", "Messages that accounts submitted"),
			   "most_day", "Messages in 24 hours of the account that has most", 100 },
	[DAY_NETWORKS] = { GRAPH("by_network", "SASL client networks in a day by account",
				 "networks in 24 hours",
				 "Different client networks (/16, of IPv6 /32) that used an "
				 "account"),
			   "most_networks", "Client networks of the account that has most", 2 },
	[DAY_SENDERS] = { GRAPH("by_sender", "SASL envelope senders in a day by account",
				"senders in 24 hours",
				"Different envelope senders (without extensions, VERP) of an "
				"account"),
			  "most_senders", "Envelope senders of the account that has most", 2 },
	[DAY_EXTERNAL] = { GRAPH("by_external", "SASL recipients outside in a day by account",
				 "recipients in 24 hours",
				 "Recipients of an account for whom another server was tried"),
			   "most_external",
			   "Recipients outside, in 24 hours, of the account that has most", 100 },
};

bool day_graphs_limit(struct sw_munin *m, struct sw_raw key, uint64_t *ret)
{
	struct sw_field f = account_field(key);
	char name[SW_FIELD_MAX + 16];

	print_text(name, sizeof(name), "limit_day_%s", f.s);
	return munin_number(m, name, "limit_day_FIELD", ret);
}

static bool skip(struct sw_raw key, void *ctx)
{
	struct graphs *g = ctx;
	uint64_t limit;

	return (g->ignore && g->ignore(key, g->ctx)) ||
	       (g->limited && g->what == DAY_MESSAGES && day_graphs_limit(g->r->m, key, &limit));
}

/* Who is greatest is asked several times. */
static void find_greatest(struct graphs *g)
{
	for (size_t e = 0; e < g->ends; e++)
		g->found[e] = day_top(g->d, g->what, g->end[e], 1, NULL, NULL, g->top + e * g->most,
				      g->most);
}

/* The greatest that are not skipped, up to NAMED, into room if some are; borrowed. How many. */
static size_t top_of(struct graphs *g, size_t e, struct day_rank room[NAMED],
		     const struct day_rank **ret)
{
	if (!g->ignore && !(g->limited && g->what == DAY_MESSAGES)) {
		*ret = g->top + e * g->most;
		return g->found[e];
	}
	*ret = room;
	return day_top(g->d, g->what, g->end[e], 1, skip, g, room, NAMED);
}

static void find_ends(struct graphs *g)
{
	int64_t first = account_graphs_series(g->r, (struct sw_munin_field){ 0 }).first;

	for (unsigned i = 0; i < g->r->history; i++) {
		uint32_t end = day_end(first + 60 * (int64_t)i);

		if (g->ends == 0 || g->end[g->ends - 1] != end) {
			g->state[g->ends] = day_state(g->d, end, &g->hours[g->ends]);
			g->end[g->ends++] = end;
		}
		g->of[i] = (unsigned char)(g->ends - 1);
	}
}

static struct sw_label doubt(struct graphs *g, size_t e)
{
	struct sw_label link = sw_munin_link(g->r->m);

	if (g->state[e] != LOG_MINUTE_KNOWN && g->unknown.n == 0)
		g->unknown = words_day_known(g->d, g->end[e], g->hours[e], link.s);
	if (g->state[e] != LOG_MINUTE_KNOWN)
		return g->unknown;
	if (g->what >= DAY_SENDERS && day_is_blind(g->d, g->end[e]))
		return sw_label_printed(
			"the filter of smtpd_proxy_filter did not say under which queue ID it gave "
			"a message back: its senders and recipients are not known");
	if (g->what == DAY_EXTERNAL && day_is_short(g->d, g->end[e]))
		return sw_label_printed(
			"not all recipients could be told apart: there were too many");
	return sw_label_printed("others may have as many: more than %d accounts in a day, only the "
				"busiest are kept",
				DAY_ACCOUNTS);
}

/*
 * A line in the node's log each run: not where a log is younger than a day, which is no fault of
 * the host, nor where nothing is known of the minutes either, which they have said.
 */
static void add_doubted(struct graphs *g, struct sw_munin_field *f, const struct sw_label *why)
{
	const struct log_proof *proof = &g->r->s.proof;
	bool is_said = log_proof_state(proof, proof->minutes - 1, 1, NULL) != LOG_MINUTE_KNOWN;

	f->extinfo = *why;
	if ((g->hours[g->ends - 1] == 0 && is_said) ||
	    (g->d->doubted && g->d->reason.doubt == LOG_BEGINS))
		sw_munin_add(g->r->m, f);
	else
		munin_add_doubted(g->r->m, f, why);
}

/* The greatest, and what else is above the level. */
static struct sw_label list(struct graphs *g, const struct sw_munin_field *f, bool at_least)
{
	size_t e = g->ends - 1;
	struct day_rank room[NAMED];
	const struct day_rank *top;
	size_t n = top_of(g, e, room, &top);
	double level = munin_upper_warning(g->r->m, f);
	struct sw_label text = label_new();

	for (size_t i = 0; i < n && i < NAMED && (i == 0 || (double)top[i].count.n > level); i++) {
		struct sw_label one = words_day(g->d, &top[i], g->what, g->end[e],
						at_least || !top[i].count.sure);

		if (i == 0 && (double)top[0].count.n > level)
			g->command = words_contain(top[0].key,
						   sw_munin_text(g->r->m, "config_directory"));
		if (!words_then(&text, &one))
			break;
	}
	return text;
}

/* Wide: the line of the account that has most lies upon it. */
static struct sw_munin_field most_of(struct graphs *g)
{
	return account_graphs_series(
		g->r, (struct sw_munin_field){ .name = sw_field_own(subs[g->what].most),
					       .label = sw_label_printed("most of one account"),
					       .draw = "LINE5",
					       .colour = COLOUR_MOST,
					       .own_levels = true,
					       .info = subs[g->what].info });
}

static void add_most(struct graphs *g)
{
	struct sw_munin *m = g->r->m;
	struct sw_munin_field f = most_of(g);
	struct sw_munin_value value[ENDS] = { { 0 } };
	struct day_rank room[NAMED];
	double level = munin_upper(m, &f);
	bool sure = false;
	struct sw_label why;

	g->command = label_new();
	for (size_t e = 0; e < g->ends; e++) {
		const struct day_rank *top;
		size_t n = top_of(g, e, room, &top);
		double number = n ? (double)top->count.n : 0;

		sure = g->state[e] == LOG_MINUTE_KNOWN &&
		       day_is_sure(g->d, g->what, g->end[e], n ? top : NULL);
		if (sure || number > level)
			value[e] = sw_munin_value_of(number);
		else
			value[e].waits = g->state[e] == LOG_MINUTE_WAITS;
	}
	for (unsigned i = 0; i < f.points; i++) {
		f.at[i] = value[g->of[i]];
		/* the next run tells it no more; and a field must say something */
		f.at[i].waits &= i >= POLL;
	}
	if (f.at[f.points - 1].is_set)
		f.extinfo = list(g, &f, !sure);
	if (sure) {
		words_contain_behind(&f.extinfo, &g->command);
		sw_munin_add(m, &f);
		return;
	}
	why = doubt(g, g->ends - 1);
	if (f.extinfo.n > 0) {
		sw_label_print(&f.extinfo, ", only ");
		sw_label_append(&f.extinfo, &why);
		words_contain_behind(&f.extinfo, &g->command);
		why = f.extinfo;
	}
	f.no_level = !f.at[f.points - 1].is_set;
	add_doubted(g, &f, &why);
}

static void add_account(struct graphs *g, uint32_t row, uint16_t drawn)
{
	struct sw_raw key = topk_row(g->d->account, row)->name;
	struct day_rank account = { .key = key, .row = row };
	struct sw_label name = day_name(g->d, &account);
	struct sw_munin_field f = account_graphs_series(
		g->r, (struct sw_munin_field){ .name = account_field(key),
					       .label = label_short(&name, MINUTES_LEGEND),
					       .draw = "LINE2",
					       .own_levels = true });
	uint32_t end = g->end[g->ends - 1];

	for (unsigned i = 0; i < f.points; i++) {
		struct day_count c = day_count(g->d, row, g->what, g->end[g->of[i]]);

		if (drawn >> g->of[i] & 1 && c.sure)
			f.at[i] = sw_munin_value_of((double)c.n);
	}
	account.count = day_count(g->d, row, g->what, end);
	if (account.count.n > 0)
		f.extinfo =
			words_day(g->d, &account, g->what, end,
				  g->state[g->ends - 1] != LOG_MINUTE_KNOWN || !account.count.sure);
	sw_munin_add(g->r->m, &f);
}

struct chosen {
	uint32_t row[ENDS * ACCOUNT_GRAPHS_ACCOUNTS_MAX];
	uint16_t drawn[DAY_ACCOUNTS]; /* bit e: at that end */
};

static void add_accounts(struct graphs *g)
{
	struct sw_fault why = { 0 };
	struct chosen *by;
	size_t rows = 0;

	by = malloc(sizeof(*by));
	if (!by) {
		sw_fault_errno(&why, ENOMEM, "%s", subs[g->what].graph.name);
		sw_munin_complain(g->r->m, &why);
		return;
	}
	memset(by->drawn, 0, topk_rows(g->d->account) * sizeof(by->drawn[0]));
	/* as they stand now, then who is no longer among them */
	for (size_t e = g->ends; e-- > 0;) {
		const struct day_rank *top = g->top + e * g->most;
		size_t n = g->state[e] == LOG_MINUTE_KNOWN ? g->found[e] : 0;

		for (size_t k = 0; k < n && k < g->r->accounts; k++) {
			if (top[k].count.n < subs[g->what].least)
				break;
			if (!by->drawn[top[k].row])
				by->row[rows++] = top[k].row;
			by->drawn[top[k].row] |= (uint16_t)(1U << e);
		}
	}
	for (size_t i = 0; i < rows; i++)
		add_account(g, by->row[i], by->drawn[by->row[i]]);
	free(by);
}

/* Accounts that sent more in a day than they may. */
static struct sw_munin_field over_of(struct graphs *g)
{
	return account_graphs_series(
		g->r, (struct sw_munin_field){
			      .name = sw_field_own("over_limit_day"),
			      .label = sw_label_printed("accounts over their limit"),
			      .own_levels = true,
			      .info = "Accounts that sent more than their env.limit_day_FIELD" });
}

static void add_over(struct graphs *g)
{
	struct sw_munin_field f = over_of(g);
	unsigned over[ENDS] = { 0 };
	size_t last = g->ends - 1;

	for (uint32_t row = 0; row < topk_rows(g->d->account); row++) {
		struct day_rank one = { .row = row, .key = topk_row(g->d->account, row)->name };
		uint64_t limit;

		if (!day_graphs_limit(g->r->m, one.key, &limit))
			continue;
		for (size_t e = 0; e < g->ends; e++) {
			one.count = day_count(g->d, row, DAY_MESSAGES, g->end[e]);
			over[e] += one.count.n > limit;
		}
		if (one.count.n > limit) {
			struct sw_label text = words_day_limit(g->d, &one, limit);

			words_then(&f.extinfo, &text);
		}
	}
	for (unsigned i = 0; i < f.points; i++)
		if (g->state[g->of[i]] == LOG_MINUTE_KNOWN || over[g->of[i]] > 0)
			f.at[i] = sw_munin_value_of(over[g->of[i]]);
	if (g->state[last] == LOG_MINUTE_KNOWN || over[last] > 0) {
		sw_munin_add(g->r->m, &f);
	} else {
		struct sw_label why = doubt(g, last);

		f.no_level = true;
		add_doubted(g, &f, &why);
	}
}

static void add_failed(struct graphs *g, struct sw_munin_field f, const struct sw_fault *why)
{
	f.no_level = true;
	sw_munin_add_unknown(g->r->m, &f, why);
}

void day_graphs_add(struct account_graphs *r, const struct day *d, day_skip_fn ignore, void *ctx)
{
	struct graphs g = { .r = r,
			    .d = d,
			    .ignore = ignore,
			    .ctx = ctx,
			    .limited = munin_any(r->m, "limit_day_") };
	struct sw_fault why = r->failed;

	if (d->failed)
		sw_fault_errno(&why, d->failed, "a day of each account");
	if (!why.code)
		find_ends(&g);
	g.most = r->accounts > NAMED ? r->accounts : NAMED;
	g.top = why.code ? NULL : malloc(g.ends * g.most * sizeof(*g.top));
	if (!g.top)
		sw_fault_errno(&why, ENOMEM, "a day of each account");
	for (unsigned what = 0; what < DAY_KINDS; what++) {
		bool limited;

		g.what = (enum day_what)what;
		sw_munin_graph(r->m, &subs[what].graph);
		limited = what == DAY_MESSAGES && g.limited;
		if (why.code) {
			add_failed(&g, most_of(&g), &why);
			if (limited)
				add_failed(&g, over_of(&g), &why);
			continue;
		}
		find_greatest(&g);
		add_most(&g);
		if (limited)
			add_over(&g);
		add_accounts(&g);
	}
	free(g.top);
}
