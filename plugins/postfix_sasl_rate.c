/*
 * postfix_sasl_rate: messages per minute that each account submits, with recipients and client
 * addresses; names the busiest one. Each minute is printed once it is complete, with its time, and
 * again by the next runs: a late poll, a second master or one that was away end with the same
 * graph.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "munin/munin.h"
#include "read/account.h"
#include "shared/patterns.h"
#include "shared/rates.h"
#include "shared/unusual.h"

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
	{ "history", MUNIN_COUNT, "15", 1, RATES_HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "local", MUNIN_CHOICE, "yes", 0, 0,
	  "count local users (pickup) as accounts, such as uid 33 www-data", "yes no" },
	{ "ignore", MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of accounts that are drawn but never alarm (newsletters)" },
	{ "limit_FIELD", MUNIN_COUNT, "0", 0, 1000000,
	  "messages per minute that one account (its field in by_account) may reach, in place of "
	  "the levels of busiest; over_limit then counts it" },
	{ "accounts", MUNIN_COUNT, "20", 1, RATES_ACCOUNTS_MAX,
	  "most accounts that a sub-graph draws at a time" },
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

static const struct munin_graph root = RATES_GRAPH(
	NULL, "SASL send rate", "messages per minute",
	"Messages that accounts submitted, per minute, from the mail log: after a SASL login, or "
	"as a local user. The busiest account is that of the 5 minutes before.");

struct run {
	struct rates rates;
	struct patterns *ignore;
	struct patterns *syslog_name;
};

static bool is_instance(struct raw syslog_name, void *ctx)
{
	return patterns_match(ctx, syslog_name);
}

static struct maillog_where where(struct munin *m, struct patterns *syslog_name)
{
	return (struct maillog_where){
		.logfile = munin_text(m, "logfile"),
		.logdir = munin_text(m, "logdir"),
		.config_directory = munin_text(m, "config_directory"),
		.journal = munin_is(m, "journal", "yes")  ? MAILLOG_JOURNAL_YES
			   : munin_is(m, "journal", "no") ? MAILLOG_JOURNAL_NO
							  : MAILLOG_JOURNAL_AUTO,
		.wanted = munin_text(m, "syslog_name") ? is_instance : NULL,
		.wanted_ctx = syslog_name,
	};
}

static void add_totals(struct rates *r)
{
	struct munin_field total = rates_series(
		r, (struct munin_field){ .name = field_own("total"),
					 .label = label_printed("all accounts"),
					 .own_levels = true,
					 .info = "Messages per minute of all accounts together" });
	struct munin_field active = rates_series(
		r,
		(struct munin_field){
			.name = field_own("active"),
			.label = label_printed("active accounts"),
			.own_levels = true,
			.info = "Number of accounts that submitted a message within 5 minutes" });
	bool lost = !r->failed.code && table_evicted(r->s.account) > 0;

	for (unsigned i = 0; i < total.points && !r->failed.code; i++) {
		total.at[i] = (double)r->s.total[SUBMIT_MESSAGES][rates_last_minute(i)];
		active.at[i] =
			lost ? NAN
			     : (double)submit_top(&r->s, SUBMIT_MESSAGES, rates_span(i).first,
						  RATES_WINDOW, 1, true, NULL, 0);
	}
	if (lost)
		active.extinfo =
			label_printed("more than %d, only the busiest are kept", SUBMIT_ACCOUNTS);
	rates_add(r, &total);
	rates_add(r, &active);
}

/* limit_FIELD of an account; false when it has none. */
static bool own_limit(struct munin *m, const struct submit_rank *account, uint64_t *ret)
{
	struct field f = field_hashed(account_prefix(account->key), account->key);
	char name[FIELD_MAX + 8];

	snprintf(name, sizeof(name), "limit_%s", f.s);
	return munin_number(m, name, "limit_FIELD", ret);
}

/* What is ignored never alarms; what has a limit of its own is only no candidate for busiest. */
static unsigned left_out(const struct submit_rank *account, void *ctx)
{
	struct run *run = ctx;
	uint64_t limit;

	if (patterns_match(run->ignore, raw_of(account->name.s)) ||
	    patterns_match(run->ignore, account->key))
		return ~0U;
	return own_limit(run->rates.m, account, &limit) ? 1U << SUBMIT_MESSAGES : 0;
}

static void count_over(const struct rates *r, const struct submit_rank *account,
		       struct munin_field *f)
{
	uint64_t limit;
	bool over = false;

	if (!own_limit(r->m, account, &limit))
		return;
	for (unsigned i = 0; i < f->points; i++) {
		over = submit_sum(&r->s, account->row, SUBMIT_MESSAGES, rates_span(i).first,
				  RATES_WINDOW) > limit * RATES_WINDOW;
		f->at[i] += over;
	}
	if (!over)
		return;
	label_print(&f->extinfo, f->extinfo.n ? ", then " : "");
	label_append(&f->extinfo, &account->name);
	label_print(&f->extinfo, ", limit %llu per minute", (unsigned long long)limit);
}

/* Accounts over a limit of their own; a field that is there as long as any limit is set. */
static void add_over_limit(struct rates *r)
{
	struct munin_field f = rates_series(
		r, (struct munin_field){
			   .name = field_own("over_limit"),
			   .label = label_printed("accounts over their limit"),
			   .warning = ":0",
			   .own_levels = true,
			   .info = "Accounts that send more than their env.limit_FIELD" });
	struct submit_rank *all = calloc(SUBMIT_ACCOUNTS, sizeof(*all));
	size_t n = 0;

	if (all && !r->failed.code)
		n = submit_top(&r->s, SUBMIT_MESSAGES, 0, rates_minutes(r), 1, true, all,
			       SUBMIT_ACCOUNTS);
	for (size_t i = 0; i < n && i < SUBMIT_ACCOUNTS; i++)
		count_over(r, &all[i], &f);
	free(all);
	rates_add(r, &f);
}

static void add_all(struct run *run)
{
	struct rates *r = &run->rates;
	struct munin_field busiest = {
		.name = field_own("busiest"),
		.label = label_printed("busiest account"),
		.warning = "20",
		.critical = "60",
		.info = "Messages per minute of the busiest account, over 5 minutes",
	};

	if (!r->failed.code)
		submit_leave_out(&r->s, left_out, run);
	munin_graph(r->m, &root);
	rates_add_greatest(r, busiest, SUBMIT_MESSAGES);
	add_totals(r);
	if (munin_any(r->m, "limit_"))
		add_over_limit(r);
	unusual_add(r->m, &r->s, r->failed.code ? &r->failed : NULL, rates_span(r->history - 1));
	rates_add_subs(r);
}

/* Patterns of a name that can't be read would match no message: then nothing is known, not 0. */
static void read_log(struct run *run)
{
	struct rates *r = &run->rates;
	struct fault bad_name = { 0 };
	struct fault unread = { 0 };
	struct maillog_where place;
	int rc;

	(void)shared_patterns(r->m, "syslog_name", &run->syslog_name, &bad_name);
	place = where(r->m, run->syslog_name);
	rc = submit_read(&r->s, munin_host(r->m), &place, rates_minutes(r),
			 munin_is(r->m, "local", "yes"), &r->failed);
	if (bad_name.code && !r->failed.code)
		r->failed = bad_name;
	if (rc == 0 && r->s.report.unread.n > 0) {
		fault(&unread, ENODATA, "a part of the log was not read: ");
		label_append(&unread.text, &r->s.report.unread);
		munin_complain(r->m, &unread);
	}
}

static int collect(struct munin *m, struct fault *why)
{
	struct run run = { .rates = { .m = m,
				      .history = (unsigned)munin_count(m, "history"),
				      .accounts = munin_count(m, "accounts") } };
	struct fault bad_ignore = { 0 };

	(void)why;
	(void)shared_patterns(m, "ignore", &run.ignore, &bad_ignore);
	read_log(&run);
	add_all(&run);
	submit_free(&run.rates.s);
	patterns_free(run.ignore);
	patterns_free(run.syslog_name);
	return 0;
}

static int probe(struct munin *m, struct fault *why)
{
	struct patterns *syslog_name = NULL;
	struct fault bad_name = { 0 };
	struct maillog_where place;
	int rc;

	(void)shared_patterns(m, "syslog_name", &syslog_name, &bad_name);
	place = where(m, syslog_name);
	rc = maillog_probe(munin_host(m), &place, why);
	patterns_free(syslog_name);
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
