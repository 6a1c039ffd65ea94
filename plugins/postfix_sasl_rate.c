/*
 * postfix_sasl_rate: messages per minute that each account submits, with recipients and client
 * addresses; names the busiest one. Each minute is printed once it is complete, with its time, and
 * again by the next runs: a late poll, a second master or one that was away end with the same graph.
 */
#include <math.h>

#include "base/pattern.h"
#include "munin/munin.h"
#include "read/account.h"
#include "shared/senders.h"
#include "shared/unusual.h"

/* The minutes of an alert: what munin-update's five minutes see. */
enum { WINDOW = 5, HISTORY_MAX = 55, ACCOUNTS_MAX = 200 };

/* An account stays drawn for so many minutes after it was last at the floor. */
enum { LINGER = 5 };

static const struct munin_setting settings[] = {
	{ "logfile", MUNIN_TEXT, NULL, 0, 0,
	  "the mail log; by default main.cf's maillog_file, else the usual names in logdir" },
	{ "logdir", MUNIN_TEXT, "/var/log", 0, 0, "directory of the log" },
	{ "journal", MUNIN_CHOICE, "auto", 0, 0,
	  "read the systemd journal: yes, no, or auto (when no log file is written to)",
	  "auto yes no" },
	{ "config_directory", MUNIN_TEXT, "/etc/postfix", 0, 0, "directory of main.cf" },
	{ "syslog_name", MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of the syslog_name of the instance, such as ^postfix-out; by "
	  "default all" },
	{ "history", MUNIN_COUNT, "15", 1, HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "local", MUNIN_CHOICE, "yes", 0, 0,
	  "count local users (pickup) as accounts, such as uid 33 www-data", "yes no" },
	{ "ignore", MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of accounts that are drawn but never alarm (newsletters)" },
	{ "limit_FIELD", MUNIN_COUNT, "0", 0, 1000000,
	  "messages per minute that one account (its field in by_account) may reach, in place of "
	  "the levels of busiest; over_limit then counts it" },
	{ "accounts", MUNIN_COUNT, "20", 1, ACCOUNTS_MAX, "most accounts that a sub-graph draws" },
	{ "floor", MUNIN_COUNT, "1", 0, 1000000,
	  "messages per minute, over 5 minutes, that an account must reach to be drawn" },
	{ "warning", MUNIN_LEVEL, "20", 0, 0,
	  "warning range of the busiest account, in messages per minute" },
	{ "critical", MUNIN_LEVEL, "60", 0, 0, "critical range of the busiest account" },
	{ "most_recipients_warning", MUNIN_LEVEL, "100", 0, 0,
	  "warning range of the account with most recipients, per minute" },
	{ "most_recipients_critical", MUNIN_LEVEL, "500", 0, 0, "its critical range" },
	{ "most_addresses_warning", MUNIN_LEVEL, "10", 0, 0,
	  "warning range of the account with most client addresses in 5 minutes" },
	{ "most_addresses_critical", MUNIN_LEVEL, "30", 0, 0, "its critical range" },
	{ "unusual_warning", MUNIN_LEVEL, ":0", 0, 0,
	  "warning range of the number of accounts far above their own last days" },
	{ "FIELD_warning", MUNIN_LEVEL, NULL, 0, 0,
	  "warning range of another field, such as total_warning" },
	{ "FIELD_critical", MUNIN_LEVEL, NULL, 0, 0, "critical range of another field" },
	{ 0 },
};

#define GRAPH(NAME, TITLE, VLABEL, INFO) \
	{ .name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = VLABEL, \
	  .category = "postfix", .no_scale = true, .info = INFO }

static const struct munin_graph root =
	GRAPH(NULL, "SASL send rate", "messages per minute",
	      "Messages that accounts submitted, per minute, from the mail log: after a SASL login, or "
	      "as a local user. The busiest account is that of the 5 minutes before.");

/* A sub-graph: one stable field with levels, then a line an account. */
struct by {
	enum submit_what what;
	struct munin_graph graph;
	struct munin_field most; /* no name: none */
	bool others;
};

static const struct by subs[] = {
	{ .what = SUBMIT_MESSAGES,
	  .graph = GRAPH("by_account", "SASL send rate by account", "messages per minute",
			 "The busiest accounts, and all others together."),
	  .others = true },
	{ .what = SUBMIT_RECIPIENTS,
	  .graph = GRAPH("by_recipients", "SASL recipients by account", "recipients per minute",
			 "Recipients of the messages that accounts submitted, when the queue manager "
			 "first sees them. The most are over the 5 minutes before."),
	  .most = { .name = { "most_recipients" }, .warning = "100", .critical = "500",
		    .info = "Recipients per minute of the account that has most" },
	  .others = true },
	{ .what = SUBMIT_ADDRESSES,
	  .graph = GRAPH("by_address", "SASL client addresses by account", "addresses in 5 minutes",
			 "Different client addresses that used an account within 5 minutes."),
	  .most = { .name = { "most_addresses" }, .warning = "10", .critical = "30",
		    .info = "Client addresses of the account that has most" } },
};

struct run {
	struct munin *m;
	struct submit s;
	unsigned history;
	size_t accounts;
	struct patterns *ignore;
	struct patterns *syslog_name;
	struct fault failed; /* nothing could be read */
};

static bool is_instance(struct raw syslog_name, void *ctx)
{
	return patterns_match(ctx, syslog_name);
}

static struct maillog_where where(struct run *r)
{
	struct munin *m = r->m;

	return (struct maillog_where){
		.logfile = munin_text(m, "logfile"),
		.logdir = munin_text(m, "logdir"),
		.config_directory = munin_text(m, "config_directory"),
		.journal = munin_is(m, "journal", "yes")  ? MAILLOG_JOURNAL_YES
			   : munin_is(m, "journal", "no") ? MAILLOG_JOURNAL_NO
							  : MAILLOG_JOURNAL_AUTO,
		.wanted = munin_text(m, "syslog_name") ? is_instance : NULL,
		.wanted_ctx = r->syslog_name,
	};
}

static void take_patterns(struct munin *m, const char *name, struct patterns **ret)
{
	struct fault cause = { 0 };
	struct fault why = { 0 };

	if (patterns_from(munin_text(m, name), ret, &cause) == 0)
		return;
	fault_wrap(&why, &cause, "env.%s: ", name);
	munin_complain(m, &why);
}

/*
 * What is said of a minute depends on the minutes before it alone, never on later ones, so each run
 * tells it alike. Point i of the history ends a span of WINDOW minutes, and lingering begins LINGER
 * minutes earlier; the last point's span ends with the last minute read.
 */
static unsigned minutes(const struct run *r)
{
	return LINGER + r->history + WINDOW - 1;
}

static struct senders_span span(unsigned i)
{
	return (struct senders_span){ LINGER + i, WINDOW };
}

static unsigned last_minute(unsigned i)
{
	return LINGER + i + WINDOW - 1;
}

static struct munin_field series(const struct run *r, struct munin_field f)
{
	f.points = r->history;
	f.first = r->s.start + 60 * (LINGER + WINDOW);
	f.step = 60;
	f.min = "0";
	return f;
}

static void add(struct run *r, const struct munin_field *f)
{
	if (r->failed.code)
		munin_add_unknown(r->m, f, &r->failed);
	else
		munin_add(r->m, f);
}

/* What a span's count is in the unit of its graph. */
static double per_unit(enum submit_what what, uint64_t count)
{
	return what == SUBMIT_ADDRESSES ? (double)count : (double)count / WINDOW;
}

/* A field of the greatest account of each span, which the last one names. */
static void add_greatest(struct run *r, struct munin_field f, enum submit_what what)
{
	struct submit_rank top[ACCOUNTS_MAX];
	size_t n = 0;

	f = series(r, f);
	for (unsigned i = 0; i < f.points && !r->failed.code; i++) {
		n = submit_top(&r->s, what, span(i).first, span(i).n, 1, false, top, 1);
		f.at[i] = n ? per_unit(what, top[0].count) : 0;
	}
	if (n > 0) {
		struct senders_span now = span(r->history - 1);

		n = submit_top(&r->s, what, now.first, now.n, 1, false, top, r->accounts);
		n = n < r->accounts ? n : r->accounts;
		f.extinfo = senders_list(&r->s, top, n, what, now, munin_upper_warning(r->m, &f));
	}
	add(r, &f);
}

static void add_totals(struct run *r)
{
	struct munin_field total = series(r, (struct munin_field){
		.name = field_own("total"),
		.label = label_printed("all accounts"),
		.own_levels = true,
		.info = "Messages per minute of all accounts together" });
	struct munin_field active = series(r, (struct munin_field){
		.name = field_own("active"),
		.label = label_printed("active accounts"),
		.own_levels = true,
		.info = "Number of accounts that submitted a message within 5 minutes" });

	for (unsigned i = 0; i < total.points && !r->failed.code; i++) {
		total.at[i] = (double)r->s.total[SUBMIT_MESSAGES][last_minute(i)];
		active.at[i] = (double)submit_top(&r->s, SUBMIT_MESSAGES, span(i).first, WINDOW, 1,
						  true, NULL, 0);
	}
	if (!r->failed.code && table_evicted(r->s.account) > 0)
		active.extinfo = label_printed("more than %d accounts, the busiest are counted",
					       SUBMIT_ACCOUNTS);
	add(r, &total);
	add(r, &active);
}

/* limit_FIELD of an account; false when it has none. */
static bool own_limit(struct munin *m, const struct submit_rank *account, uint64_t *ret)
{
	char name[FIELD_MAX + 8];

	snprintf(name, sizeof(name), "limit_%s", field_hashed(account_prefix(account->key), account->key).s);
	return munin_number(m, name, ret);
}

static bool is_left_out(const struct submit_rank *account, void *ctx)
{
	struct run *r = ctx;
	uint64_t limit;

	return patterns_match(r->ignore, raw_of(account->name.s)) ||
	       patterns_match(r->ignore, account->key) || own_limit(r->m, account, &limit);
}

/* Accounts over a limit of their own: there only when one is set. */
static void add_over_limit(struct run *r, const struct submit_rank *top, size_t n)
{
	struct munin_field f = series(r, (struct munin_field){
		.name = field_own("over_limit"),
		.label = label_printed("accounts over their limit"),
		.warning = ":0",
		.own_levels = true,
		.info = "Accounts that send more than their env.limit_FIELD" });
	uint64_t over[HISTORY_MAX] = { 0 };
	size_t limits = 0;

	for (size_t k = 0; k < n; k++) {
		uint64_t limit;

		if (!own_limit(r->m, &top[k], &limit))
			continue;
		limits++;
		for (unsigned i = 0; i < f.points; i++)
			over[i] += submit_sum(&r->s, top[k].row, SUBMIT_MESSAGES, span(i).first, WINDOW) >
				   limit * WINDOW;
		if (submit_sum(&r->s, top[k].row, SUBMIT_MESSAGES, span(r->history - 1).first,
			       WINDOW) >
		    limit * WINDOW)
			label_print(&f.extinfo, "%s%s, limit %llu per minute", f.extinfo.n ? ", " : "",
				    top[k].name.s, (unsigned long long)limit);
	}
	for (unsigned i = 0; i < f.points; i++)
		f.at[i] = (double)over[i];
	if (limits > 0)
		add(r, &f);
}

/* Did an account reach the floor in a span that ends with point i or a little before? */
static bool reaches(const struct run *r, uint32_t row, enum submit_what what, unsigned i,
		    uint64_t least)
{
	for (unsigned k = 0; k <= LINGER; k++)
		if (submit_sum(&r->s, row, what, i + k, WINDOW) >= least)
			return true;
	return false;
}

/* Which accounts are drawn at which points: bit i of ret[row]. */
static void choose(struct run *r, enum submit_what what, uint64_t least, uint64_t *ret)
{
	struct submit_rank top[ACCOUNTS_MAX];

	memset(ret, 0, SUBMIT_ACCOUNTS * sizeof(*ret));
	for (unsigned i = 0; i < r->history && !r->failed.code; i++) {
		size_t n = submit_top(&r->s, what, i, LINGER + WINDOW, least, true, top, r->accounts);

		for (size_t k = 0; k < n && k < r->accounts; k++)
			if (reaches(r, top[k].row, what, i, least))
				ret[top[k].row] |= (uint64_t)1 << i;
	}
}

/* The value of point i of an account: of the minute; of addresses, of the span. */
static double value_at(const struct run *r, const struct by *by, uint32_t row, unsigned i)
{
	if (by->others)
		return (double)submit_sum(&r->s, row, by->what, last_minute(i), 1);
	return (double)submit_sum(&r->s, row, by->what, span(i).first, WINDOW);
}

static void add_account(struct run *r, const struct by *by, struct submit_rank *account,
			uint64_t drawn, struct munin_field *others)
{
	struct munin_field f = series(r, (struct munin_field){
		.name = field_hashed(account_prefix(account->key), account->key),
		.label = account->name,
		.own_levels = true });

	for (unsigned i = 0; i < r->history; i++) {
		bool is_drawn = drawn >> i & 1;

		f.at[i] = value_at(r, by, account->row, i);
		if (is_drawn)
			others->at[i] -= f.at[i];
		else if (f.at[i] > 0)
			f.at[i] = NAN; /* it is among the others */
	}
	account->count = submit_sum(&r->s, account->row, by->what, span(r->history - 1).first, WINDOW);
	if (account->count > 0)
		f.extinfo = senders_describe(&r->s, account, by->what, span(r->history - 1));
	add(r, &f);
}

static void add_sub(struct run *r, const struct by *by, uint64_t least)
{
	struct submit_rank top[ACCOUNTS_MAX];
	uint64_t drawn[SUBMIT_ACCOUNTS];
	struct munin_field others = series(r, (struct munin_field){
		.name = field_own("others"),
		.label = label_printed("all others"),
		.own_levels = true });
	size_t n = 0;

	choose(r, by->what, least, drawn);
	for (unsigned i = 0; i < r->history && by->others && !r->failed.code; i++)
		others.at[i] = (double)r->s.total[by->what][last_minute(i)];
	if (!r->failed.code)
		n = submit_top(&r->s, by->what, 0, minutes(r), least, true, top, ACCOUNTS_MAX);
	for (size_t k = 0; k < n && k < ACCOUNTS_MAX; k++)
		if (drawn[top[k].row])
			add_account(r, by, &top[k], drawn[top[k].row], &others);
	/* a count that is too high must not make this negative */
	for (unsigned i = 0; i < r->history; i++)
		others.at[i] = others.at[i] > 0 ? others.at[i] : 0;
	if (by->others)
		add(r, &others);
}

static void add_subs(struct run *r)
{
	uint64_t least[] = { [SUBMIT_MESSAGES] = munin_count(r->m, "floor") * WINDOW,
			     [SUBMIT_RECIPIENTS] = munin_count(r->m, "floor") * WINDOW,
			     [SUBMIT_ADDRESSES] = 2 };

	for (size_t i = 0; i < SW_COUNT(subs); i++) {
		struct munin_field most = subs[i].most;

		munin_graph(r->m, &subs[i].graph);
		most.label = label_printed("most of one account");
		most.own_levels = true;
		if (most.name.s[0])
			add_greatest(r, most, subs[i].what);
		add_sub(r, &subs[i], least[subs[i].what]);
	}
}

static void add_all(struct run *r)
{
	struct munin_field busiest = {
		.name = field_own("busiest"),
		.label = label_printed("busiest account"),
		.warning = "20",
		.critical = "60",
		.info = "Messages per minute of the busiest account, over 5 minutes",
	};
	struct submit_rank top[ACCOUNTS_MAX];
	size_t n = 0;

	if (!r->failed.code) {
		n = submit_top(&r->s, SUBMIT_MESSAGES, 0, minutes(r), 1, true, top,
			       ACCOUNTS_MAX);
		submit_leave_out(&r->s, is_left_out, r);
	}
	munin_graph(r->m, &root);
	add_greatest(r, busiest, SUBMIT_MESSAGES);
	add_totals(r);
	add_over_limit(r, top, n < ACCOUNTS_MAX ? n : ACCOUNTS_MAX);
	unusual_add(r->m, &r->s, r->failed.code ? &r->failed : NULL, span(r->history - 1));
	add_subs(r);
}

static int collect(struct munin *m, struct fault *why)
{
	struct run r = { .m = m, .history = (unsigned)munin_count(m, "history"),
			 .accounts = munin_count(m, "accounts") };
	struct maillog_where place;
	struct fault unread = { 0 };

	(void)why;
	take_patterns(m, "ignore", &r.ignore);
	take_patterns(m, "syslog_name", &r.syslog_name);
	place = where(&r);
	if (submit_read(&r.s, munin_host(m), &place, minutes(&r), munin_is(m, "local", "yes"),
			&r.failed) == 0 &&
	    r.s.report.unread.n > 0) {
		fault(&unread, 1, "a part of the log was not read: ");
		label_append(&unread.text, &r.s.report.unread);
		munin_complain(m, &unread);
	}
	add_all(&r);
	submit_free(&r.s);
	patterns_free(r.ignore);
	patterns_free(r.syslog_name);
	return 0;
}

static int probe(struct munin *m, struct fault *why)
{
	struct run r = { .m = m };
	struct maillog_where place;
	int rc;

	take_patterns(m, "syslog_name", &r.syslog_name);
	place = where(&r);
	rc = maillog_probe(munin_host(m), &place, why);
	patterns_free(r.syslog_name);
	return rc;
}

const struct munin_plugin plugin = {
	.name = "postfix_sasl_rate",
	.summary = "messages per minute that each account submits, from the mail log",
	.markers = MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
};
