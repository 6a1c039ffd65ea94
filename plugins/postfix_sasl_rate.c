/*
 * postfix_sasl_rate: messages per minute that each account submits, with recipients and client
 * addresses; names the busiest one. Each minute is printed once it is complete, with its time, and
 * again by the next runs: a late poll, a second master or one that was away end with the same
 * graph.
 */
#include <errno.h>

#include "munin/munin.h"
#include "os/vfs.h"
#include "parts/account_graphs.h"
#include "parts/limits.h"
#include "parts/outliers.h"
#include "parts/settings_paths.h"
#include "parts/settings_patterns.h"
#include "parts/settings_shared.h"
#include "words/source.h"

static const struct sw_munin_setting settings[] = {
	{ "logfile", SW_MUNIN_TEXT, NULL,
	  .help = "the mail log, or several, or a pattern such as mail/*.log; by default main.cf's "
		  "maillog_file, "
		  "else of the usual names in logdir the one that Postfix writes to; rotated files "
		  "beside "
		  "it "
		  "and in old/ or archive/ come with it, also .gz .xz .zst .bz2, no others" },
	{ "logdir", SW_MUNIN_TEXT, LOG_DIRECTORY,
	  .help = "directory of a log whose path is relative, and of the usual names" },
	{ "log_timezone", SW_MUNIN_TEXT, NULL,
	  .help = "time zone of stamps that name none, such as UTC, Europe/Berlin or +05:30; by "
		  "default "
		  "that "
		  "of this host" },
	{ "journal", SW_MUNIN_CHOICE, "auto",
	  .help = "read the systemd journal: yes, no, or auto (when no log file has heard Postfix "
		  "in ten "
		  "minutes)",
	  .words = "auto yes no" },
	{ "config_directory", SW_MUNIN_TEXT, "/etc/postfix", .help = "directory of main.cf" },
	{ "syslog_name", SW_MUNIN_TEXT, NULL,
	  .help = "Perl-compatible patterns of the syslog_name of the instance, such as "
		  "^postfix-out; by "
		  "default all" },
	{ "history", SW_MUNIN_COUNT, "15", 1, ACCOUNT_GRAPHS_HISTORY_MAX,
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
	{ "accounts", SW_MUNIN_COUNT, "20", 1, ACCOUNT_GRAPHS_ACCOUNTS_MAX,
	  "most accounts that a sub-graph draws at a time" },
	{ "floor", SW_MUNIN_COUNT, "1", 0, 1000000,
	  "messages per minute, over 5 minutes, that an account must reach to be drawn" },
	{ "warning", SW_MUNIN_LEVEL, "20",
	  .help = "warning range of the busiest account, in messages per minute" },
	{ "critical", SW_MUNIN_LEVEL, "60", .help = "critical range of the busiest account" },
	{ "most_recipients_warning", SW_MUNIN_LEVEL, "100",
	  .help = "warning range of the account with most recipients, per minute" },
	{ "most_recipients_critical", SW_MUNIN_LEVEL, "500", .help = "its critical range" },
	{ "most_addresses_warning", SW_MUNIN_LEVEL, "10",
	  .help = "warning range of the account with most client addresses in 5 minutes" },
	{ "most_addresses_critical", SW_MUNIN_LEVEL, "30", .help = "its critical range" },
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

static const struct sw_munin_graph root = ACCOUNT_GRAPHS_GRAPH(
	NULL, "SASL send rate", "messages per minute",
	"Messages that accounts submitted, per minute, from the mail log: after a SASL login, or "
	"as a local user. The busiest account is that of the 5 minutes before.");

enum { RECENT = 120 }; /* seconds */

struct run {
	struct account_graphs rates;
	struct patterns *ignore;
	struct patterns *syslog_name;
	struct spool spool; /* the Postfix instance whose log it is */
};

static bool is_instance(struct sw_raw syslog_name, void *ctx)
{
	return patterns_match(ctx, syslog_name);
}

static struct log_where where(struct sw_munin *m, struct run *run)
{
	return (struct log_where){
		.logfile = sw_munin_text(m, "logfile"),
		.logdir = sw_munin_text(m, "logdir"),
		.zone = sw_munin_text(m, "log_timezone"),
		.spool = &run->spool,
		.journal = sw_munin_is(m, "journal", "yes")  ? LOG_JOURNAL_YES
			   : sw_munin_is(m, "journal", "no") ? LOG_JOURNAL_NO
							     : LOG_JOURNAL_AUTO,
		.wanted = sw_munin_text(m, "syslog_name") ? is_instance : NULL,
		.wanted_ctx = run->syslog_name,
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
	account_graphs_add(r, &total, 1);
	account_graphs_add(r, &active, ACCOUNT_GRAPHS_WINDOW);
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
	outliers_add(r);
	account_graphs_add_blocked(r);
	account_graphs_add_subs(r);
}

static void begin(struct run *run, struct sw_munin *m, struct sw_fault *why)
{
	const struct spool_where instance = { .config_directory =
						      sw_munin_text(m, "config_directory") };
	struct sw_fault ignored = { 0 };

	/* what can't be known of it, who asks is told */
	(void)!spool_open(sw_munin_host(m), &instance, &run->spool, &ignored);
	(void)settings_patterns(m, "syslog_name", &run->syslog_name, why);
}

static void end(struct run *run)
{
	patterns_free(run->syslog_name);
	spool_close(&run->spool);
}

/* Where nothing was accepted lately: is there room for it? */
static bool is_full(struct run *run)
{
	const struct sw_host *h = sw_munin_host(run->rates.m);
	struct sw_fault ignored = { 0 };
	const char *path;

	return run->rates.s.blocked.accepted < h->now - RECENT &&
	       spool_path(&run->spool, &path, &ignored) == 0 && vfs_is_full(h, path);
}

static void note_source(struct account_graphs *r)
{
	struct sw_label choice = words_source_choice(&r->s.report, sw_munin_host(r->m)->now);

	munin_note(r->m, &choice);
}

/* Reading fails only for want of memory, or of the zone. */
static void zone_is_wrong(struct account_graphs *r, const char *zone, const struct sw_fault *why)
{
	if (why->code == ENOMEM)
		r->failed = *why;
	else
		fault_wrap(&r->failed, why,
			   "env.log_timezone is %s, allowed is a name such as Europe/Berlin or an "
			   "offset such as +05:30: ",
			   zone);
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

/* Patterns of a name that can't be read would match no message: then nothing is known, not 0. */
static void read_log(struct run *run)
{
	struct account_graphs *r = &run->rates;
	struct sw_fault bad_name = { 0 };
	struct sw_fault why = { 0 };
	struct log_where place;

	begin(run, r->m, &bad_name);
	place = where(r->m, run);
	if (place.logfile || place.journal == LOG_JOURNAL_YES)
		settings_config_directory(r->m); /* else it is said where the log is unknown */
	if (traffic_read(&r->s, sw_munin_host(r->m), &place, account_graphs_minutes(r),
			 sw_munin_is(r->m, "local", "yes"), &why) < 0)
		zone_is_wrong(r, place.zone, &why);
	if (bad_name.code && !r->failed.code)
		r->failed = bad_name;
	if (!r->failed.code)
		r->full = is_full(run);
	if (!r->failed.code && place.wanted)
		doubt_recipients(r);
	note_source(r);
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
	end(&run);
	return 0;
}

static int ignore_message(const struct log_message *message, void *ctx)
{
	(void)message;
	(void)ctx;
	return 0;
}

/* A log that is quiet, or begins just now, is a log all the same. */
static bool is_log(const struct log_reason *why)
{
	return why->doubt == LOG_FINE || why->doubt == LOG_SILENT || why->doubt == LOG_UNSEEN ||
	       why->doubt == LOG_MUTE || why->doubt == LOG_BEGINS || why->doubt == LOG_PART;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(m);
	const struct log_reason *reason;
	struct run run = { .rates = { .m = m } };
	struct sw_fault bad_name = { 0 };
	struct sw_label text;
	struct log_report report;
	struct log_proof proof;
	struct log_where place;
	int rc;

	begin(&run, m, &bad_name);
	place = where(m, &run);
	log_proof_begin(&proof, h->now, h->now - h->now % 60 - 60, 1);
	rc = log_read(h, &place, proof.start, ignore_message, NULL, &proof, &report, why);
	log_proof_state(&proof, 0, 1, &reason);
	end(&run);
	if (rc < 0 || is_log(reason))
		return rc;
	text = words_source_doubt(reason, h->now, "");
	return fault_label(why, ENOENT, &text);
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_sasl_rate",
	.summary = "messages per minute that each account submits, from the mail log",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
