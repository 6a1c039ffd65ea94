/* postfix_sasl_rate: messages per minute that each SASL account submits; names the busiest one. */
#include <math.h>

#include "munin/munin.h"
#include "read/submit.h"

/* The window of an alert: what munin-update's five minutes see. */
enum { WINDOW = 5, ACCOUNTS_MAX = 200 };

static const struct munin_setting settings[] = {
	{ "logfile", MUNIN_TEXT, NULL, 0, 0,
	  "the mail log; by default main.cf's maillog_file, else the usual names in logdir" },
	{ "logdir", MUNIN_TEXT, "/var/log", 0, 0, "directory of the log" },
	{ "config_directory", MUNIN_TEXT, "/etc/postfix", 0, 0, "directory of main.cf" },
	{ "accounts", MUNIN_COUNT, "20", 1, ACCOUNTS_MAX, "most accounts that by_account draws" },
	{ "floor", MUNIN_COUNT, "1", 0, 1000000,
	  "messages per minute that an account must reach to be drawn" },
	{ "warning", MUNIN_LEVEL, "20", 0, 0,
	  "warning range of the busiest account, in messages per minute" },
	{ "critical", MUNIN_LEVEL, "60", 0, 0, "critical range of the busiest account" },
	{ "FIELD_warning", MUNIN_LEVEL, NULL, 0, 0,
	  "warning range of another field, such as total_warning" },
	{ "FIELD_critical", MUNIN_LEVEL, NULL, 0, 0, "critical range of another field" },
	{ 0 },
};

static const struct munin_graph root = {
	.title = "SASL send rate",
	.args = "--base 1000 -l 0",
	.vlabel = "messages per minute",
	.category = "postfix",
	.no_scale = true,
	.info = "Messages that accounts submitted after a SASL login, per minute, over the last 5 "
		"complete minutes of the mail log.",
};

static const struct munin_graph by_account = {
	.name = "by_account",
	.title = "SASL send rate by account",
	.args = "--base 1000 -l 0",
	.vlabel = "messages per minute",
	.category = "postfix",
	.no_scale = true,
	.info = "The busiest accounts of the last 5 complete minutes, and all others together.",
};

static struct maillog_where where(struct munin *m)
{
	return (struct maillog_where){
		.logfile = munin_text(m, "logfile"),
		.logdir = munin_text(m, "logdir"),
		.config_directory = munin_text(m, "config_directory"),
	};
}

static double per_minute(uint64_t count)
{
	return (double)count / WINDOW;
}

/* email@ourdomain.com 2562 msg in 5 min, 97% from 94.251.111.121 (host.example) +13 addresses */
static struct label describe(const struct submit *s, const struct submit_account *a)
{
	struct label text = label_new();
	struct submit_peers peers;

	label_add_name(&text, a->name);
	label_print(&text, " %llu msg in %d min", (unsigned long long)a->count, WINDOW);
	if (a->error > 0)
		label_print(&text, " (at most %llu too many)", (unsigned long long)a->error);
	submit_peers(s, a->id, &peers);
	if (peers.count == 0)
		return text;
	label_print(&text, ", %.0f%% from ", floor(100.0 * (double)peers.count / (double)a->count));
	label_add_name(&text, peers.address);
	if (!raw_is(peers.name, "unknown")) {
		label_print(&text, " (");
		label_add_name(&text, peers.name);
		label_print(&text, ")");
	}
	if (peers.others > 0)
		label_print(&text, " +%llu address%s", (unsigned long long)peers.others,
			    peers.others == 1 ? "" : "es");
	return text;
}

static struct label culprits(const struct submit *s, const struct submit_account *a, size_t n,
			     double level)
{
	struct label text = label_new();

	for (size_t i = 0; i < n && (i == 0 || per_minute(a[i].count) > level); i++) {
		struct label piece = i ? label_printed(", then ") : label_new();
		struct label one = describe(s, &a[i]);

		if (i == 0)
			text = one;
		else if (!label_add_whole(&piece, &one) || !label_add_whole(&text, &piece))
			break;
	}
	return text;
}

static uint64_t sum(const struct submit *s)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < s->minutes; i++)
		n += s->total[i];
	return n;
}

static void add_root(struct munin *m, const struct submit *s, const struct submit_account *a,
		     size_t n, size_t active, const struct fault *failed)
{
	struct munin_field fields[] = {
		{ .name = field_own("busiest"),
		  .label = label_printed("busiest account"),
		  .warning = "20",
		  .critical = "60",
		  .min = "0",
		  .info = "Messages per minute of the busiest account" },
		{ .name = field_own("total"),
		  .label = label_printed("all accounts"),
		  .own_levels = true,
		  .min = "0",
		  .info = "Messages per minute of all accounts together" },
		{ .name = field_own("active"),
		  .label = label_printed("active accounts"),
		  .own_levels = true,
		  .min = "0",
		  .info = "Number of accounts that submitted a message" },
	};

	if (!failed) {
		fields[0].value = n ? per_minute(a[0].count) : 0;
		fields[0].extinfo = culprits(s, a, n, munin_upper_warning(m, &fields[0]));
		fields[1].value = per_minute(sum(s));
		fields[2].value = (double)active;
	}
	munin_graph(m, &root);
	for (size_t i = 0; i < SW_COUNT(fields); i++) {
		if (failed)
			munin_add_unknown(m, &fields[i], failed);
		else
			munin_add(m, &fields[i]);
	}
}

static void add_by_account(struct munin *m, const struct submit *s, const struct submit_account *a,
			   size_t n, const struct fault *failed)
{
	uint64_t least = munin_count(m, "floor") * WINDOW;
	uint64_t others = failed ? 0 : sum(s);
	struct munin_field f = { .name = field_own("others"),
				 .label = label_printed("all others"),
				 .own_levels = true,
				 .min = "0" };

	munin_graph(m, &by_account);
	for (size_t i = 0; i < n && a[i].count >= least; i++) {
		struct munin_field one = { .name = field_hashed("u_", a[i].name),
					   .label = label_from(a[i].name),
					   .value = per_minute(a[i].count),
					   .min = "0",
					   .own_levels = true,
					   .extinfo = describe(s, &a[i]) };

		munin_add(m, &one);
		others -= a[i].count < others ? a[i].count : others;
	}
	f.value = per_minute(others);
	if (failed)
		munin_add_unknown(m, &f, failed);
	else
		munin_add(m, &f);
}

static int collect(struct munin *m, struct fault *why)
{
	struct submit_account busiest[ACCOUNTS_MAX];
	struct maillog_where place = where(m);
	struct fault failed = { 0 };
	struct submit s;
	size_t most = munin_count(m, "accounts");
	size_t active = 0;
	int rc = submit_read(&s, munin_host(m), &place, WINDOW, &failed);

	(void)why;
	if (rc == 0)
		active = submit_busiest(&s, 0, WINDOW, 1, busiest, most);
	most = active < most ? active : most;
	add_root(m, &s, busiest, rc == 0 ? most : 0, active, rc < 0 ? &failed : NULL);
	add_by_account(m, &s, busiest, rc == 0 ? most : 0, rc < 0 ? &failed : NULL);
	submit_free(&s);
	return 0;
}

static int probe(struct munin *m, struct fault *why)
{
	struct maillog_where place = where(m);

	return maillog_probe(munin_host(m), &place, why);
}

const struct munin_plugin plugin = {
	.name = "postfix_sasl_rate",
	.summary = "messages per minute that each SASL account submits, from the mail log",
	.markers = MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
};
