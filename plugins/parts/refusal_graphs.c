#include "parts/refusal_graphs.h"

#include "parts/account_field.h"
#include "parts/colours.h"
#include "words/refusals.h"

static const struct sw_munin_graph root =
	MINUTES_GRAPH(NULL, "Mail refused by others", "recipients per minute",
		      "Recipients that other servers refuse or put off, by why, each once a "
		      "minute, from the mail "
		      "log: per minute, over the 5 minutes before. Retries count again.");

static const struct kind {
	enum refusal kind;
	const char *name;
	const char *label;
	const char *info;
	const char *colour; /* NULL: the palette's */
} kinds[] = {
	{ REFUSAL_REPUTATION, "reputation", "blocked or listed",
	  "Receivers that block us, have us on a list, or slow us down because of complaints",
	  COLOUR_MOST },
	{ REFUSAL_CONTENT, "content", "taken for spam",
	  "Messages that are taken for spam or worse" },
	{ REFUSAL_UNKNOWN_USER, "unknown_user", "unknown user",
	  "Mailboxes that do not exist, or no more" },
	{ REFUSAL_FULL, "full", "mailbox full", "Mailboxes without room" },
	{ REFUSAL_GREYLISTED, "greylisted", "greylisted",
	  "Receivers that take the message when it comes again in some minutes" },
	{ REFUSAL_CONNECTION, "connection", "no connection",
	  "Servers that could not be reached, broke off, or with which TLS failed" },
	{ REFUSAL_OTHER, "other", "other", "All else: policies, our SPF, words that are not known",
	  COLOUR_OTHERS },
};

/* Receivers, or accounts. */
struct side {
	struct sw_munin_graph graph;
	const char *label; /* of `most` */
	const char *info;
	size_t (*top)(const struct refusals *s, unsigned first, unsigned n, uint64_t least,
		      struct refusals_rank *ret, size_t max);
	uint64_t (*sum)(const struct refusals *s, uint32_t row, unsigned first, unsigned n);
	struct sw_label (*name)(const struct refusals *s, struct sw_raw name);
	struct sw_field (*field)(struct sw_raw name);
	bool (*may)(const struct refusal_graphs *g, const struct refusals_rank *one);
	struct sw_label (*words)(const struct refusals *s, const struct refusals_rank *one,
				 struct words_refusals_span span);
};

static size_t receivers(const struct refusals *s, unsigned first, unsigned n, uint64_t least,
			struct refusals_rank *ret, size_t max)
{
	return refusals_receivers(s, REFUSALS_ALL, first, n, least, ret, max);
}

static uint64_t receiver_sum(const struct refusals *s, uint32_t row, unsigned first, unsigned n)
{
	return refusals_receiver_sum(s, row, REFUSALS_ALL, first, n);
}

static struct sw_label receiver_name(const struct refusals *s, struct sw_raw name)
{
	(void)s;
	return words_refusals_receiver_name(name);
}

static struct sw_field receiver_field(struct sw_raw name)
{
	return sw_field_hashed("d_", name);
}

/* A domain is what a sender wrote. */
static bool may_receiver(const struct refusal_graphs *g, const struct refusals_rank *one)
{
	return drawn_may(g->drawn, one->name, refusals_receiver_is_tried(g->s, one->row));
}

/* Accounts are this host's own. */
static bool may_account(const struct refusal_graphs *g, const struct refusals_rank *one)
{
	(void)g;
	(void)one;
	return true;
}

static struct sw_field account_or_unknown(struct sw_raw name)
{
	return name.n > 0 ? account_field(name) : sw_field_own("unknown");
}

static const struct side sides[] = {
	{ .graph = MINUTES_GRAPH(
		  "by_receiver", "Mail refused by receiver", "recipients per minute",
		  "The receivers (domains of recipients) that refuse or put off most, "
		  "and all others together, over the 5 minutes before. By account says whose "
		  "mail it is, the extra information in what words they do."),
	  .label = "most of one receiver",
	  .info = "Recipients per minute of the receiver that refuses most",
	  .top = receivers,
	  .sum = receiver_sum,
	  .name = receiver_name,
	  .field = receiver_field,
	  .may = may_receiver,
	  .words = words_refusals_receiver },
	{ .graph = MINUTES_GRAPH("by_account", "Mail refused by account", "recipients per minute",
				 "The accounts whose mail is refused or put off most, and all "
				 "others together, that of nobody (bounces, forwarded mail) too, "
				 "over the 5 minutes before. One account alone: spoolwatch report "
				 "ACCOUNT tells who refuses it, and why."),
	  .label = "most of one account",
	  .info = "Recipients per minute of the account that is refused most",
	  .top = refusals_accounts,
	  .sum = refusals_account_sum,
	  .name = words_refusals_account_name,
	  .field = account_or_unknown,
	  .may = may_account,
	  .words = words_refusals_account },
};

static struct words_refusals_span now_of(const struct refusal_graphs *g)
{
	return (struct words_refusals_span){ minutes_first(g->minutes.history - 1),
					     MINUTES_WINDOW };
}

static struct sw_munin_value per_minute(uint64_t count)
{
	return sw_munin_value_of(minutes_rate(count));
}

static void add_kind(struct refusal_graphs *g, const struct kind *k)
{
	struct sw_munin_field f = minutes_series(
		&g->minutes, (struct sw_munin_field){ .name = sw_field_own(k->name),
						      .label = sw_label_printed("%s", k->label),
						      .info = k->info,
						      .colour = k->colour,
						      .draw = "AREASTACK",
						      .own_levels = true });
	struct words_refusals_span now = now_of(g);
	struct refusals_rank top;

	for (unsigned i = 0; i < f.points && !g->minutes.failed.code; i++)
		f.at[i] =
			per_minute(refusals_total(g->s, k->kind, minutes_first(i), MINUTES_WINDOW));
	if (!g->minutes.failed.code &&
	    refusals_receivers(g->s, k->kind, now.first, now.n, 1, &top, 1) > 0)
		f.extinfo = words_refusals(g->s, &top, k->kind, now);
	minutes_add(&g->minutes, &f, MINUTES_WINDOW, false);
}

/* A line over the areas, behind them in the list, or they would hide it. */
static void add_most(struct refusal_graphs *g, const struct side *side)
{
	struct sw_munin_field f = minutes_series(
		&g->minutes, (struct sw_munin_field){ .name = sw_field_own("most"),
						      .label = sw_label_printed("%s", side->label),
						      .info = side->info,
						      .draw = "LINE2",
						      .colour = COLOUR_MOST,
						      .own_levels = true });
	struct refusals_rank top = { .count = 0 };

	for (unsigned i = 0; i < f.points && !g->minutes.failed.code; i++) {
		top = (struct refusals_rank){ .count = 0 };
		(void)side->top(g->s, minutes_first(i), MINUTES_WINDOW, 1, &top, 1);
		if (top.error <= top.count) /* else others may have had as many */
			f.at[i] = per_minute(top.count);
	}
	if (top.count > 0)
		f.extinfo = side->words(g->s, &top, now_of(g));
	minutes_add(&g->minutes, &f, MINUTES_WINDOW, false);
}

/*
 * At a point those are drawn that are among the first of its span and the minutes before it, so
 * that a line does not come and go.
 */
static void mark(struct refusal_graphs *g, const struct side *side, unsigned i, size_t lines)
{
	size_t n = side->top(g->s, i, MINUTES_LINGER + MINUTES_WINDOW, g->least, g->top, g->lines);

	for (size_t k = 0; k < n && k < g->lines; k++)
		for (size_t l = 0; l < lines; l++)
			if (g->line[l].rank.row == g->top[k].row)
				g->line[l].drawn |= (uint64_t)1 << i;
}

/* The lines that there may be, into g->line. */
static size_t choose(struct refusal_graphs *g, const struct side *side)
{
	size_t n = side->top(g->s, 0, minutes_read(g->minutes.history), g->least, g->top,
			     REFUSAL_GRAPHS_LINES_MAX);

	n = n < REFUSAL_GRAPHS_LINES_MAX ? n : REFUSAL_GRAPHS_LINES_MAX;
	for (size_t k = 0; k < n; k++)
		g->line[k] = (struct refusal_line){ .rank = g->top[k] };
	return n;
}

static void add_line(struct refusal_graphs *g, const struct side *side,
		     const struct refusal_line *line, uint64_t *rest)
{
	struct sw_label name = side->name(g->s, line->rank.name);
	struct sw_munin_field f = minutes_series(
		&g->minutes, (struct sw_munin_field){ .name = side->field(line->rank.name),
						      .label = label_short(&name, MINUTES_LEGEND),
						      .draw = "AREASTACK",
						      .own_levels = true });
	struct refusals_rank now = line->rank;

	for (unsigned i = 0; i < f.points; i++) {
		now.count = side->sum(g->s, line->rank.row, minutes_first(i), MINUTES_WINDOW);
		if (line->drawn >> i & 1)
			rest[i] -= now.count < rest[i] ? now.count : rest[i];
		if (line->drawn >> i & 1 || now.count == 0) /* else it is among the others */
			f.at[i] = per_minute(now.count);
	}
	if (now.count > 0)
		f.extinfo = side->words(g->s, &now, now_of(g));
	minutes_add(&g->minutes, &f, MINUTES_WINDOW, false);
}

static void add_lines(struct refusal_graphs *g, const struct side *side)
{
	uint64_t rest[MINUTES_HISTORY_MAX] = { 0 };
	struct sw_munin_field others = minutes_series(
		&g->minutes, (struct sw_munin_field){ .name = sw_field_own("others"),
						      .label = sw_label_printed("all others"),
						      .colour = COLOUR_OTHERS,
						      .draw = "AREASTACK",
						      .own_levels = true });
	size_t n = g->minutes.failed.code ? 0 : choose(g, side);

	for (unsigned i = 0; i < others.points && !g->minutes.failed.code; i++) {
		mark(g, side, i, n);
		rest[i] = refusals_total(g->s, REFUSALS_ALL, minutes_first(i), MINUTES_WINDOW);
	}
	for (size_t k = 0; k < n; k++)
		if (g->line[k].drawn && side->may(g, &g->line[k].rank))
			add_line(g, side, &g->line[k], rest);
	for (unsigned i = 0; i < others.points; i++)
		others.at[i] = per_minute(rest[i]);
	minutes_add(&g->minutes, &others, MINUTES_WINDOW, false);
}

void refusal_graphs_add(struct refusal_graphs *g)
{
	sw_munin_graph(g->minutes.m, &root);
	for (size_t i = 0; i < SW_COUNT(kinds); i++)
		add_kind(g, &kinds[i]);
	for (size_t i = 0; i < SW_COUNT(sides); i++) {
		sw_munin_graph(g->minutes.m, &sides[i].graph);
		add_lines(g, &sides[i]);
		add_most(g, &sides[i]);
	}
}
