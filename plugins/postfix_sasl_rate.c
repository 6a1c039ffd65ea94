/*
 * postfix_sasl_rate: messages per minute that each account submits, with recipients and client
 * addresses; names the busiest one. Each minute is printed once it is complete, with its time, and
 * again by the next runs: a late poll, a second master or one that was away end with the same
 * graph.
 */
#include <errno.h>

#include "munin/munin.h"
#include "parts/account_graphs.h"
#include "parts/limits.h"
#include "parts/outliers.h"
#include "parts/settings_patterns.h"

static const struct sw_munin_setting settings[] = {
	{ "logfile", SW_MUNIN_TEXT, NULL, 0, 0,
	  "the mail log; by default main.cf's maillog_file, else the usual names in logdir" },
	{ "logdir", SW_MUNIN_TEXT, "/var/log", 0, 0, "directory of the log" },
	{ "journal", SW_MUNIN_CHOICE, "auto", 0, 0,
	  "read the systemd journal: yes, no, or auto (when no log file is written to)",
	  "auto yes no" },
	{ "config_directory", SW_MUNIN_TEXT, "/etc/postfix", 0, 0, "directory of main.cf" },
	{ "syslog_name", SW_MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of the syslog_name of the instance, such as ^postfix-out; by "
	  "default all" },
	{ "history", SW_MUNIN_COUNT, "15", 1, ACCOUNT_GRAPHS_HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "local", SW_MUNIN_CHOICE, "yes", 0, 0,
	  "count local users (pickup) as accounts, such as uid 33 www-data", "yes no" },
	{ "ignore", SW_MUNIN_TEXT, NULL, 0, 0,
	  "Perl-compatible patterns of accounts that are drawn but never alarm (newsletters)" },
	{ "limit_FIELD", SW_MUNIN_COUNT, "0", 0, 1000000,
	  "messages per minute that one account (its field in by_account) may reach, in place of "
	  "the levels of busiest; over_limit then counts it" },
	{ "accounts", SW_MUNIN_COUNT, "20", 1, ACCOUNT_GRAPHS_ACCOUNTS_MAX,
	  "most accounts that a sub-graph draws at a time" },
	{ "floor", SW_MUNIN_COUNT, "1", 0, 1000000,
	  "messages per minute, over 5 minutes, that an account must reach to be drawn" },
	{ "warning", SW_MUNIN_LEVEL, "20", 0, 0,
	  "warning range of the busiest account, in messages per minute" },
	{ "critical", SW_MUNIN_LEVEL, "60", 0, 0, "critical range of the busiest account" },
	{ "most_recipients_warning", SW_MUNIN_LEVEL, "100", 0, 0,
	  "warning range of the account with most recipients, per minute" },
	{ "most_recipients_critical", SW_MUNIN_LEVEL, "500", 0, 0, "its critical range" },
	{ "most_addresses_warning", SW_MUNIN_LEVEL, "10", 0, 0,
	  "warning range of the account with most client addresses in 5 minutes" },
	{ "most_addresses_critical", SW_MUNIN_LEVEL, "30", 0, 0, "its critical range" },
	{ "over_limit_warning", SW_MUNIN_LEVEL, ":0", 0, 0,
	  "warning range of the number of accounts over their limit_FIELD" },
	{ "unusual_warning", SW_MUNIN_LEVEL, ":0", 0, 0,
	  "warning range of the number of accounts far above their own last days" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL, 0, 0,
	  "warning range of another field, such as total_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, 0, 0, "critical range of another field" },
	{ 0 },
};

static const struct sw_munin_graph root = ACCOUNT_GRAPHS_GRAPH(
	NULL, "SASL send rate", "messages per minute",
	"Messages that accounts submitted, per minute, from the mail log: after a SASL login, or "
	"as a local user. The busiest account is that of the 5 minutes before.");

struct run {
	struct account_graphs rates;
	struct patterns *ignore;
	struct patterns *syslog_name;
};

static bool is_instance(struct sw_raw syslog_name, void *ctx)
{
	return patterns_match(ctx, syslog_name);
}

static struct log_source_where where(struct sw_munin *m, struct patterns *syslog_name)
{
	return (struct log_source_where){
		.logfile = sw_munin_text(m, "logfile"),
		.logdir = sw_munin_text(m, "logdir"),
		.config_directory = sw_munin_text(m, "config_directory"),
		.journal = sw_munin_is(m, "journal", "yes")  ? LOG_SOURCE_JOURNAL_YES
			   : sw_munin_is(m, "journal", "no") ? LOG_SOURCE_JOURNAL_NO
							     : LOG_SOURCE_JOURNAL_AUTO,
		.wanted = sw_munin_text(m, "syslog_name") ? is_instance : NULL,
		.wanted_ctx = syslog_name,
	};
}

static void add_totals(struct account_graphs *r)
{
	struct sw_munin_field total = account_graphs_series(
		r,
		(struct sw_munin_field){ .name = sw_field_own("total"),
					 .label = sw_label_printed("all accounts"),
					 .own_levels = true,
					 .info = "Messages per minute of all accounts together" });
	struct sw_munin_field active = account_graphs_series(
		r,
		(struct sw_munin_field){
			.name = sw_field_own("active"),
			.label = sw_label_printed("active accounts"),
			.own_levels = true,
			.info = "Number of accounts that submitted a message within 5 minutes" });
	bool lost = !r->failed.code && topk_evicted(r->s.account) > 0;

	for (unsigned i = 0; i < total.points && !r->failed.code; i++) {
		total.at[i] = sw_munin_value_of(
			(double)r->s.total[TRAFFIC_MESSAGES][account_graphs_last_minute(i)]);
		if (!lost)
			active.at[i] = sw_munin_value_of((double)traffic_top(
				&r->s, TRAFFIC_MESSAGES, account_graphs_span(i).first,
				ACCOUNT_GRAPHS_WINDOW, 1, true, NULL, 0));
	}
	if (lost)
		active.extinfo = sw_label_printed("more than %d, only the busiest are kept",
						  TRAFFIC_ACCOUNTS);
	account_graphs_add(r, &total);
	account_graphs_add(r, &active);
}

/* What is ignored never alarms; what has a limit of its own is only no candidate for busiest. */
static unsigned left_out(const struct traffic_rank *account, void *ctx)
{
	struct run *run = ctx;
	uint64_t limit;

	if (patterns_match(run->ignore, raw_of(account->name.s)) ||
	    patterns_match(run->ignore, account->key))
		return ~0U;
	return limits_of(run->rates.m, account, &limit) ? 1U << TRAFFIC_MESSAGES : 0;
}

static void add_all(struct run *run)
{
	struct account_graphs *r = &run->rates;
	struct sw_munin_field busiest = {
		.name = sw_field_own("busiest"),
		.label = sw_label_printed("busiest account"),
		.info = "Messages per minute of the busiest account, over 5 minutes",
	};

	if (!r->failed.code)
		traffic_leave_out(&r->s, left_out, run);
	sw_munin_graph(r->m, &root);
	account_graphs_add_greatest(r, busiest, TRAFFIC_MESSAGES);
	add_totals(r);
	limits_add(r);
	outliers_add(r->m, &r->s, r->failed.code ? &r->failed : NULL,
		     account_graphs_span(r->history - 1));
	account_graphs_add_subs(r);
}

/* Patterns of a name that can't be read would match no message: then nothing is known, not 0. */
static void read_log(struct run *run)
{
	struct account_graphs *r = &run->rates;
	struct sw_fault bad_name = { 0 };
	struct sw_fault unread = { 0 };
	struct log_source_where place;
	int rc;

	(void)settings_patterns(r->m, "syslog_name", &run->syslog_name, &bad_name);
	place = where(r->m, run->syslog_name);
	rc = traffic_read(&r->s, sw_munin_host(r->m), &place, account_graphs_minutes(r),
			  sw_munin_is(r->m, "local", "yes"), &r->failed);
	if (bad_name.code && !r->failed.code)
		r->failed = bad_name;
	if (rc == 0 && r->s.report.unread.n > 0) {
		sw_fault(&unread, ENODATA, "a part of the log was not read: ");
		sw_label_append(&unread.text, &r->s.report.unread);
		sw_munin_complain(r->m, &unread);
	}
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct run run = { .rates = { .m = m,
				      .history = (unsigned)sw_munin_count(m, "history"),
				      .accounts = sw_munin_count(m, "accounts") } };
	struct sw_fault bad_ignore = { 0 };

	(void)why;
	(void)settings_patterns(m, "ignore", &run.ignore, &bad_ignore);
	read_log(&run);
	add_all(&run);
	traffic_free(&run.rates.s);
	patterns_free(run.ignore);
	patterns_free(run.syslog_name);
	return 0;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	struct patterns *syslog_name = NULL;
	struct sw_fault bad_name = { 0 };
	struct log_source_where place;
	int rc;

	(void)settings_patterns(m, "syslog_name", &syslog_name, &bad_name);
	place = where(m, syslog_name);
	rc = log_source_probe(sw_munin_host(m), &place, why);
	patterns_free(syslog_name);
	return rc;
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_sasl_rate",
	.summary = "messages per minute that each account submits, from the mail log",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
