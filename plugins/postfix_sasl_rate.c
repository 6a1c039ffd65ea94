/*
 * postfix_sasl_rate: messages per minute that each account submits, with recipients and client
 * addresses; names the busiest one. Each minute is printed once it is complete, with its time, and
 * again by the next runs: a late poll, a second master or one that was away end with the same
 * graph.
 */
#include <errno.h>
#include <stdlib.h>

#include "munin/munin.h"
#include "os/vfs.h"
#include "parts/account_graphs.h"
#include "parts/colours.h"
#include "parts/day_graphs.h"
#include "parts/day_log.h"
#include "parts/fleet_list.h"
#include "parts/levels.h"
#include "parts/limits.h"
#include "parts/log_source.h"
#include "parts/outliers.h"
#include "parts/script_hint.h"
#include "parts/settings_patterns.h"
#include "parts/settings_shared.h"
#include "parts/share.h"
#include "postfix/account.h"

static const struct sw_munin_setting settings[] = {
	LOG_SOURCE_SETTINGS,
	{ "history", SW_MUNIN_COUNT, "15", 1, MINUTES_HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "local", SW_MUNIN_CHOICE, "yes",
	  .help = "count local users (pickup) as accounts, such as uid 33 www-data",
	  .words = "yes no" },
	{ "ignore", SW_MUNIN_TEXT, NULL,
	  .help = "Perl-compatible patterns of accounts that are drawn but never alarm "
		  "(newsletters)" },
	{ "limit_FIELD", SW_MUNIN_COUNT, "0", 0, 1000000,
	  "messages per minute that one account (its field in by_account) may reach, in place of "
	  "the levels of busiest; over_limit then counts it" },
	{ "limit_day_FIELD", SW_MUNIN_COUNT, "0", 0, 1000000000,
	  "messages in 24 hours that one account may reach, in place of the levels of most_day; "
	  "over_limit_day then counts it" },
	{ "day_seconds", SW_MUNIN_COUNT, "2", 0, 30,
	  "seconds that a run may read of the hours before the last one, where no run before has; "
	  "0 is never" },
	{ "accounts", SW_MUNIN_COUNT, "20", 1, ACCOUNT_GRAPHS_ACCOUNTS_MAX,
	  "most accounts that a sub-graph draws at a time" },
	{ "fleet", SW_MUNIN_COUNT, "0", 0, 1000000,
	  "messages in 24 hours, or in 5 minutes, from which on an account is listed for "
	  "postfix_sasl_fleet; 0 is no list" },
	{ "floor", SW_MUNIN_COUNT, "1", 0, 1000000,
	  "messages per minute, over 5 minutes, that an account must reach to be drawn" },
	{ "warning", SW_MUNIN_LEVEL, LEVEL_BUSIEST_WARNING,
	  .help = "warning range of the busiest account, in messages per minute" },
	{ "critical", SW_MUNIN_LEVEL, LEVEL_BUSIEST_CRITICAL,
	  .help = "critical range of the busiest account" },
	{ "most_recipients_warning", SW_MUNIN_LEVEL, "100",
	  .help = "warning range of the account with most recipients, per minute" },
	{ "most_recipients_critical", SW_MUNIN_LEVEL, "500", .help = "its critical range" },
	{ "most_addresses_warning", SW_MUNIN_LEVEL, "10",
	  .help = "warning range of the account with most client addresses in 5 minutes" },
	{ "most_addresses_critical", SW_MUNIN_LEVEL, "30", .help = "its critical range" },
	LEVELS_DAY,
	{ "most_senders_warning", SW_MUNIN_LEVEL, "20",
	  .help = "warning range of the account with most envelope senders in 24 hours" },
	{ "most_senders_critical", SW_MUNIN_LEVEL, "100", .help = "its critical range" },
	{ "most_external_warning", SW_MUNIN_LEVEL, "2000",
	  .help = "warning range of the account with most recipients outside in 24 hours" },
	{ "most_external_critical", SW_MUNIN_LEVEL, "10000", .help = "its critical range" },
	{ "over_limit_day_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of accounts over their limit_day_FIELD" },
	{ "over_limit_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of accounts over their limit_FIELD" },
	{ "blocked_critical", SW_MUNIN_LEVEL, ":0",
	  .help = "critical range of the minutes in which Postfix could not queue mail" },
	{ "unusual_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of accounts far above their own last days" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL,
	  .help = "warning range of another field, such as total_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of another field" },
	{ 0 },
};

static const struct sw_munin_graph root = MINUTES_GRAPH(
	NULL, "SASL send rate", "messages a minute, or number",
	"Messages that accounts submitted, per minute, from the mail log: after a SASL login, or "
	"as a local user. The busiest account is that of the 5 minutes before.");

enum { RECENT = 120 }; /* seconds */

struct run {
	struct account_graphs rates;
	struct day day;
	struct patterns *ignore;
	struct log_source source;
	struct outliers *outliers;
};

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
		total.at[i] =
			sw_munin_value_of((double)r->s.total[TRAFFIC_MESSAGES][minutes_last(i)]);
		if (!lost)
			active.at[i] = sw_munin_value_of((double)traffic_top(
				&r->s, TRAFFIC_MESSAGES, account_graphs_span(i).first,
				MINUTES_WINDOW, 1, true, NULL, 0));
	}
	if (lost)
		active.extinfo = sw_label_printed("more than %d, only the busiest are kept",
						  TRAFFIC_ACCOUNTS);
	account_graphs_add(r, &total, 1);
	account_graphs_add(r, &active, MINUTES_WINDOW);
}

static bool is_ignored(struct run *run, const struct sw_label *name, struct sw_raw key)
{
	return patterns_match(run->ignore, raw_of(name->s)) || patterns_match(run->ignore, key);
}

static bool ignores(struct sw_raw key, void *ctx)
{
	struct run *run = ctx;
	struct sw_label name = account_name(sw_munin_host(run->rates.m), key);

	return is_ignored(run, &name, key);
}

/* What is ignored never alarms; what has a limit of its own is only no candidate for busiest. */
static unsigned left_out(const struct traffic_rank *account, void *ctx)
{
	struct run *run = ctx;
	uint64_t limit;

	if (run->ignore) {
		struct sw_label name = traffic_name(&run->rates.s, account);

		if (is_ignored(run, &name, account->key))
			return ~0U;
	}
	return limits_of(run->rates.m, account, &limit) ? 1U << TRAFFIC_MESSAGES : 0;
}

static void add_all(struct run *run)
{
	struct account_graphs *r = &run->rates;
	struct sw_munin_field busiest = {
		.name = sw_field_own("busiest"),
		.draw = "LINE2",
		.colour = COLOUR_MOST,
		.label = sw_label_printed("busiest account"),
		.info = "Messages per minute of the busiest account, over 5 minutes",
	};

	if (!r->failed.code && (run->ignore || munin_any(r->m, "limit_")))
		traffic_leave_out(&r->s, left_out, run);
	sw_munin_graph(r->m, &root);
	account_graphs_add_greatest(r, busiest, TRAFFIC_MESSAGES);
	add_totals(r);
	limits_add(r);
	outliers_add(r, run->outliers);
	account_graphs_add_blocked(r);
	account_graphs_add_subs(r);
	day_graphs_add(r, &run->day, run->ignore ? ignores : NULL, run);
	fleet_list_add(r, &run->day, run->ignore ? ignores : NULL, run);
}

/* Where nothing was accepted lately: is there room for it? */
static bool is_full(struct run *run)
{
	const struct sw_host *h = sw_munin_host(run->rates.m);
	struct sw_fault ignored = { 0 };
	const char *path;

	return run->rates.s.blocked.accepted < h->now - RECENT &&
	       spool_path(&run->source.spool, &path, &ignored) == 0 && vfs_is_full(h, path);
}

/*
 * "^postfix-out/" matches postfix-out/submission/smtpd, but not postfix-out/qmgr, whose syslog_name
 * is postfix-out: messages would be counted, and of recipients 0.
 */
static void doubt_recipients(struct account_graphs *r)
{
	uint64_t messages = 0;

	for (unsigned i = 0; i < r->s.minutes; i++)
		messages += r->s.total[TRAFFIC_MESSAGES][i];
	if (messages > 0 && !r->s.managed)
		sw_fault(
			&r->no_recipients, ENODATA,
			"env.syslog_name matches no line of the queue manager: of postfix-out/qmgr "
			"it "
			"sees postfix-out, of postfix-out/submission/smtpd postfix-out/submission");
}

static void read_log(struct run *run)
{
	struct account_graphs *r = &run->rates;
	struct sw_fault why = { 0 };
	struct log_where place;
	struct share share;
	int rc;

	share_open(&share, r->m, "postfix_sasl_rate");
	log_source_begin(&run->source, r->m);
	run->outliers = outliers_open(r->m);
	place = log_source_complain(&run->source);
	rc = day_log_read(r, &run->day, &share, &place, &why);
	log_source_judge(&run->source, rc, &why, &r->failed);
	share_end(&share);
	if (!r->failed.code)
		r->full = is_full(run);
	if (!r->failed.code && place.wanted)
		doubt_recipients(r);
	log_source_note(r->m, &r->s.report);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static struct run room; /* too large for a small stack */
	struct run *run = &room;
	struct script_hint scripts = { .host = sw_munin_host(m) };
	struct sw_fault bad_ignore = { 0 };

	(void)why;
	scripts.spool = &run->source.spool;
	run->rates.m = m;
	run->rates.history = (unsigned)sw_munin_count(m, "history");
	run->rates.accounts = (size_t)sw_munin_count(m, "accounts");
	(void)settings_patterns(m, "ignore", &run->ignore, &bad_ignore);
	read_log(run);
	run->rates.s.more = script_hint_add;
	run->rates.s.more_ctx = &scripts;
	add_all(run);
	script_hint_end(&scripts);
	outliers_close(run->outliers);
	log_source_end(&run->source);
	return 0; /* the tables end with the process, which gives them back for less */
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_sasl_rate",
	.summary = "messages per minute that each account submits, from the mail log",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = log_source_probe,
	.collect = collect,
	.palette = true,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
