/*
 * postfix_sasl_failures: logins that failed, per minute, of which account and from which address;
 * and which accounts were broken into. Each minute is printed once it is complete, with its time,
 * and again by the next runs, as in postfix_sasl_rate.
 */
#include <errno.h>
#include <stdlib.h>

#include "parts/colours.h"
#include "base/print.h"
#include "parts/log_source.h"
#include "parts/minute_ranks.h"
#include "parts/settings_shared.h"
#include "parts/state_path.h"
#include "postfix/account.h"
#include "words/command.h"
#include "words/failures.h"
#include "words/share.h"
#include "words/source.h"

enum { BUDGET_MS = 2000, DAY = 86400 };

static const struct sw_munin_setting settings[] = {
	LOG_SOURCE_SETTINGS,
	{ "history", SW_MUNIN_COUNT, "15", 1, MINUTES_HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "dovecot_log", SW_MUNIN_TEXT, NULL,
	  .help = "Dovecot's own log, or several, where it does not write to Postfix's; by default "
		  "dovecot.log and dovecot-info.log in logdir and its dovecot/, if they are there; "
		  "no: none" },
	{ "guesses", SW_MUNIN_COUNT, "5", 1, BREAK_IN_GUESSES,
	  "failed logins after which a login is a break-in, if nothing speaks for it" },
	{ "new_networks", SW_MUNIN_COUNT, "3", 1, BREAK_IN_NETWORKS,
	  "networks never seen for an account that was guessed, which use it within an hour" },
	{ "broken_in_critical", SW_MUNIN_LEVEL, ":0",
	  .help = "critical range of the number of accounts that were broken into" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL,
	  .help = "warning range of another field, such as failures_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of another field" },
	{ 0 },
};

static const struct sw_munin_graph root = MINUTES_GRAPH(
	NULL, "SASL login failures", "logins a minute, or number",
	"SMTP logins that failed, per minute, from the mail log, how many accounts were tried and "
	"addresses tried them within 5 minutes, and how many accounts were broken into within the "
	"last day.");
static const struct sw_munin_graph by_account =
	MINUTES_GRAPH("by_account", "SASL login failures by account", "failures per minute",
		      "The accounts whose logins fail most, and all others together, those that "
		      "name no account among them, each over the 5 minutes before. Guessing "
		      "is the noise of every day: what counts is an account broken into.");
static const struct sw_munin_graph by_address =
	MINUTES_GRAPH("by_address", "SASL login failures by address", "failures per minute",
		      "The client addresses whose logins fail most, and all others together, each "
		      "over the 5 minutes before. One that leads for hours is worth a line in the "
		      "firewall, many that are alike are a botnet.");

struct run {
	struct minutes minutes;
	struct failures f;
	struct log_source source;
};

static uint64_t sum_of(const uint64_t *minute, unsigned first, unsigned n)
{
	uint64_t sum = 0;

	for (unsigned i = first; i < first + n; i++)
		sum += minute[i];
	return sum;
}

/* Nobody says whose logins failed in the span that ends with point i. */
static bool is_silent(unsigned i, struct sw_label *why, void *ctx)
{
	const struct run *run = ctx;
	unsigned first = minutes_first(i);
	bool is = sum_of(run->f.named, first, MINUTES_WINDOW) <
		  sum_of(run->f.silent, first, MINUTES_WINDOW);

	if (is)
		*why = words_failures_silent(&run->f);
	return is;
}

static struct sw_label name_account(const struct topk_row *row, void *ctx)
{
	const struct run *run = ctx;

	return account_name(run->f.host, row->name);
}

static struct sw_label name_address(const struct topk_row *row, void *ctx)
{
	(void)ctx;
	return words_address(row->name);
}

static struct minute_ranks ranks_of(struct run *run, bool accounts)
{
	return (struct minute_ranks){ .minutes = &run->minutes,
				      .table = accounts ? run->f.account : run->f.address,
				      .sum = failures_sum,
				      .total = run->f.failed,
				      .name = accounts ? name_account : name_address,
				      .is_unknown = accounts ? is_silent : NULL,
				      .ctx = run };
}

/* "198.51.100.7 60 in 5 min, then clara@example.com 60 in 5 min" */
static struct sw_label busiest(struct run *run)
{
	struct minute_ranks addresses = ranks_of(run, false);
	struct minute_ranks accounts = ranks_of(run, true);
	struct sw_label text = minute_ranks_first(&addresses);
	struct sw_label account = minute_ranks_first(&accounts);

	if (account.n > 0)
		(void)words_then(&text, &account);
	return text;
}

static void add_failures(struct run *run)
{
	struct sw_munin_field f = minutes_series(
		&run->minutes,
		(struct sw_munin_field){ .name = sw_field_own("failures"),
					 .label = sw_label_printed("failed logins"),
					 .info = "SMTP logins that were refused, per minute" });
	struct sw_munin_field backend = minutes_series(
		&run->minutes,
		(struct sw_munin_field){
			.name = sw_field_own("backend"),
			.label = sw_label_printed("no answer to a login"),
			.own_levels = true,
			.info = "Logins per minute that failed because the authentication server "
				"did not answer: nobody guessed" });

	for (unsigned i = 0; i < f.points && !run->minutes.failed.code; i++) {
		f.at[i] = sw_munin_value_of((double)run->f.failed[minutes_last(i)]);
		backend.at[i] = sw_munin_value_of((double)run->f.backend[minutes_last(i)]);
	}
	f.extinfo = busiest(run);
	minutes_add(&run->minutes, &f, 1, false);
	minutes_add(&run->minutes, &backend, 1, false);
}

static void add_tried(struct run *run, bool accounts)
{
	struct sw_munin_field f = minutes_series(
		&run->minutes,
		(struct sw_munin_field){
			.name = sw_field_own(accounts ? "accounts" : "addresses"),
			.label = sw_label_printed(accounts ? "accounts tried"
							   : "addresses that failed"),
			.draw = accounts ? "LINE2" : "LINE3",
			.own_levels = true,
			.info = accounts
					? "Accounts whose login failed within 5 minutes"
					: "Client addresses whose login failed within 5 minutes" });
	struct topk *table = accounts ? run->f.account : run->f.address;
	bool lost = !run->minutes.failed.code && topk_evicted(table) > 0;

	for (unsigned i = 0; i < f.points && !run->minutes.failed.code && !lost; i++)
		f.at[i] = sw_munin_value_of(
			(double)failures_rows(table, minutes_first(i), MINUTES_WINDOW));
	if (lost)
		f.extinfo = sw_label_printed("more than %d, only the busiest are kept",
					     accounts ? FAILURES_ACCOUNTS : FAILURES_ADDRESSES);
	for (unsigned i = 0; i < f.points && accounts && !run->minutes.failed.code; i++) {
		struct sw_label why;

		if (!is_silent(i, &why, run))
			continue;
		f.at[i] = (struct sw_munin_value){ .is_set = false };
		if (i + 1 == f.points)
			f.extinfo = why;
	}
	minutes_add(&run->minutes, &f, MINUTES_WINDOW, false);
}

static unsigned broken_at(const struct failures *f, int64_t end)
{
	const struct break_in *list[BREAK_IN_BROKEN];

	return (unsigned)break_in_last(&f->kept->in, end, list, BREAK_IN_BROKEN);
}

/* What takes the account that was broken into last out of the way. */
static struct sw_label contain(struct run *run, int64_t end)
{
	const char *directory = sw_munin_text(run->minutes.m, "config_directory");
	const struct break_in *one;

	return break_in_last(&run->f.kept->in, end, &one, 1)
		       ? words_contain(raw_from(one->name, one->name_n), directory)
		       : label_new();
}

static void add_broken_in(struct run *run)
{
	struct minutes minutes = run->minutes;
	struct sw_label link = sw_munin_link(minutes.m);
	struct sw_munin_field f = minutes_series(
		&minutes,
		(struct sw_munin_field){
			.name = sw_field_own("broken_in"),
			.label = sw_label_printed("accounts broken into"),
			.colour = COLOUR_MOST,
			.draw = "AREA",
			.own_levels = true,
			.info = "Accounts that somebody got into within the last day after "
				"guessing, from where they were not used before" });

	for (unsigned i = 0; i < f.points && !run->minutes.failed.code; i++) {
		unsigned minute = minutes_last(i);
		int64_t end = run->f.start + 60 * ((int64_t)minute + 1);
		unsigned n = broken_at(&run->f, end);
		struct sw_label why = words_failures_doubt(&run->f, minute, link.s);
		bool is_heard;

		if (n > 0 || why.n == 0)
			f.at[i] = sw_munin_value_of(n);
		if (i + 1 < f.points)
			continue;
		/*
		 * Of a day that is not known yet nobody is mailed, of a log that is lost he is, in
		 * its own words.
		 */
		is_heard = log_proof_state(&run->f.proof, minute, 1, NULL) == LOG_MINUTE_KNOWN;
		f.disarmed = !f.at[i].is_set && is_heard;
		if (n > 0)
			f.extinfo = words_break_ins(&run->f, end);
		else if (is_heard)
			f.extinfo = why;
		minutes.command = contain(run, end);
	}
	minutes_add(&minutes, &f, 1, true);
}

static void add_sub(struct run *run, bool accounts)
{
	struct minute_ranks ranks = ranks_of(run, accounts);

	sw_munin_graph(run->minutes.m, accounts ? &by_account : &by_address);
	minute_ranks_add(&ranks);
}

/*
 * Which log was read; and how far back a use of an account is remembered, where that is less than
 * it could be.
 */
static void note(struct run *run)
{
	unsigned known = run->minutes.failed.code ? 0 : failures_known(&run->f);
	struct sw_label text =
		words_source_choice(&run->f.report, sw_munin_host(run->minutes.m)->now);

	if (known > 0 && known < (BREAK_IN_DAYS - 1) * FAILURES_DAY)
		sw_label_print(&text, "%sWhere an account was used is known for %u hours.",
			       text.n ? " " : "", known / 60);
	if (known > 0 && run->f.kept->in.lost_at > run->f.start - BREAK_IN_DAYS * 86400)
		sw_label_print(&text, "%sMore accounts and addresses fail than are remembered.",
			       text.n ? " " : "");
	if (run->f.dovecot_why.code) {
		sw_label_print(&text, "%sOf the log of Dovecot: ", text.n ? " " : "");
		sw_label_append(&text, &run->f.dovecot_why.text);
	}
	munin_note(run->minutes.m, &text);
}

static void read_log(struct run *run)
{
	struct sw_munin *m = run->minutes.m;
	const char *syslog_name = sw_munin_text(m, "syslog_name");
	char instance[512];
	struct sw_fault no_state = { 0 };
	struct failures_where where = {
		.rules = { .guesses = (unsigned)sw_munin_count(m, "guesses"),
			   .networks = (unsigned)sw_munin_count(m, "new_networks") },
		.state = state_path(m, NULL, &no_state),
		.instance = instance,
		.dovecot = sw_munin_text(m, "dovecot_log"),
		.budget_ms = BUDGET_MS,
	};
	struct sw_fault why = { 0 };
	int rc;

	print_text(instance, sizeof(instance), "%s %s", sw_munin_text(m, "config_directory"),
		   syslog_name ? syslog_name : "");
	log_source_begin(&run->source, m);
	where.log = log_source_complain(&run->source);
	rc = failures_read(&run->f, sw_munin_host(m), &where, minutes_read(run->minutes.history),
			   &why);
	log_source_judge(&run->source, rc, &why, &run->minutes.failed);
	/* one that is beside by chance, and that nobody needs, is no fault of the host */
	if (run->f.dovecot_why.code &&
	    (where.dovecot || (run->f.kept && run->f.kept->silent > sw_munin_host(m)->now - DAY)))
		sw_munin_complain(m, &run->f.dovecot_why);
	if (no_state.code || run->f.damage.code)
		sw_munin_complain(m, no_state.code ? &no_state : &run->f.damage);
	note(run);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static struct run room; /* too large for a small stack */
	struct run *run = &room;

	(void)why;
	run->minutes = (struct minutes){ .m = m,
					 .proof = &run->f.proof,
					 .history = (unsigned)sw_munin_count(m, "history") };
	read_log(run);
	sw_munin_graph(m, &root);
	/* one attacker is one address and one account: the wider line is drawn first */
	add_broken_in(run);
	add_tried(run, false);
	add_tried(run, true);
	add_failures(run);
	add_sub(run, true);
	add_sub(run, false);
	log_source_end(&run->source);
	return 0; /* the tables end with the process, which gives them back for less */
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_sasl_failures",
	.summary = "SMTP logins that failed, and accounts that were broken into, from the mail log",
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
