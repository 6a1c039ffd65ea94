/*
 * postfix_sasl_fleet: accounts added up over many mail servers, for the master's side: each node's
 * postfix_sasl_rate is asked for its list (env.fleet there), so that who spreads himself thin over
 * all of them is seen.
 */
#include <errno.h>
#include <stdlib.h>

#include "munin/munin.h"
#include "munin/nodes.h"
#include "os/confine.h"
#include "parts/colours.h"
#include "parts/levels.h"
#include "parts/settings_shared.h"
#include "traffic/fleet.h"
#include "words/command.h"
#include "words/fleet.h"
#include "words/share.h"

enum {
	NAMED = 8,
	CLOCK = 300, /* seconds that a node's clock may differ by, and its last minute be old */
};

static const struct sw_munin_setting settings[] = {
	{ "nodes", SW_MUNIN_TEXT, NULL,
	  .help = "munin-nodes of the mail servers, ADDRESS[:PORT][/PLUGIN], at most 64, separated "
		  "by blanks; no names" },
	{ "node_seconds", SW_MUNIN_COUNT, "5", 1, 20,
	  "seconds that a node may take for its answer" },
	{ "busiest_warning", SW_MUNIN_LEVEL, LEVEL_BUSIEST_WARNING,
	  .help = "warning range of the busiest account over all nodes, in messages per minute" },
	{ "busiest_critical", SW_MUNIN_LEVEL, LEVEL_BUSIEST_CRITICAL,
	  .help = "its critical range" },
	LEVELS_DAY,
	{ "silent_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of nodes that gave no list" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL, .help = "warning range of another field" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of another field" },
	{ 0 },
};

#define GRAPH(NAME, TITLE, VLABEL, INFO)                                                           \
	{                                                                                          \
		.name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = VLABEL,        \
		.category = "postfix", .no_scale = true, .info = INFO                              \
	}

static const struct {
	struct sw_munin_graph graph;
	const char *field, *label, *info;
} most[FLEET_KINDS] = {
	[FLEET_BY_RATE] = { GRAPH(NULL, "SASL send rate over all servers", "messages per minute",
				  "The SASL account that submits most messages per minute over 5 "
				  "minutes, those of all mail servers together."),
			    "busiest", "busiest account",
			    "Messages per minute, over 5 minutes, of the busiest account" },
	[FLEET_BY_DAY] = { GRAPH("by_day", "SASL messages in a day over all servers",
				 "messages in 24 hours",
				 "The SASL account that submitted most messages in a day, those of "
				 "all mail servers together."),
			   "most_day", "most of one account",
			   "Messages in 24 hours of the account that has most" },
	[FLEET_BY_NETWORKS] = { GRAPH("by_network",
				      "SASL client networks in a day over all servers",
				      "networks in 24 hours",
				      "Different client networks (/16, of IPv6 /32) that used one "
				      "account in a day, on all mail servers together."),
				"most_networks", "most of one account",
				"Client networks of the account that has most" },
};

static const struct sw_munin_graph by_node =
	GRAPH("by_node", "Mail servers without a list", "nodes",
	      "Nodes that did not give the list of their accounts.");

struct run {
	struct sw_munin *m;
	struct nodes nodes;
	size_t n; /* nodes, those for which there is no room, too */
	struct fleet_list list[NODES_MAX];
	struct fleet_rows rows;
	struct fleet_sum *sum;
	size_t sums;
	uint64_t least; /* messages, from which on a node lists who sent them */
	size_t silent;
	struct sw_label silence; /* "2 of 10 nodes silent"; empty when none is */
	struct sw_label reason[NODES_MAX];
	size_t reasons;
	struct sw_fault failed; /* code not 0: nothing is known */
};

static int read_list(struct run *run, size_t i, struct sw_fault *why)
{
	struct answer *answer = &run->nodes.node[i].answer;
	const struct sw_host *h = sw_munin_host(run->m);
	struct sw_label clock = { .n = 0 };
	size_t before = run->rows.n;
	int rc = fleet_read(raw_from(answer->beside.text, answer->beside.n), (unsigned)i,
			    &run->list[i], &run->rows, why);

	if (rc < 0 || llabs(h->now - run->list[i].head.at) <= CLOCK)
		return rc;
	words_clock(&clock, run->list[i].head.at);
	run->list[i] = (struct fleet_list){ .head = { 0 } };
	run->rows.n = before;
	return sw_fault(why, ETIME, "its list is of %s: one of the clocks is wrong", clock.s);
}

/* In full for the node's log, in short for the mail. */
static void add_silent_node(struct run *run, const struct node *node)
{
	struct sw_label one = node->name;
	struct sw_fault full = { 0 };

	run->silent++;
	sw_label_print(&one, ": ");
	sw_label_append(&one, &node->failed.text);
	fault_label(&full, node->failed.code, &one);
	sw_munin_complain(run->m, &full);
	run->reason[run->reasons++] = one;
}

static void read_lists(struct run *run)
{
	for (size_t i = 0; i < run->nodes.n; i++) {
		struct node *node = &run->nodes.node[i];

		if (node->failed.code || read_list(run, i, &node->failed) < 0)
			add_silent_node(run, node);
	}
	run->silent += run->nodes.beyond;
	if (run->silent == 0)
		return;
	run->silence = sw_label_printed("%zu of ", run->silent);
	words_count(&run->silence, run->n, "node", "nodes");
	sw_label_print(&run->silence, " silent");
}

/* What is left out of lists that are whole is no secret, and no doubt of this run. */
static void note_least(struct run *run)
{
	struct sw_label note;

	run->least = 1;
	for (size_t i = 0; i < run->nodes.n; i++)
		if (!run->nodes.node[i].failed.code && run->list[i].head.least > run->least)
			run->least = run->list[i].head.least;
	note = sw_label_printed("What an account sent on a node where it has less than %llu "
				"messages (env.fleet there) is not counted.",
				(unsigned long long)run->least);
	if (run->least > 1)
		munin_note(run->m, &note);
}

static void ask(struct run *run)
{
	const struct sw_host *h = sw_munin_host(run->m);
	const char *text = sw_munin_text(run->m, "nodes");
	struct sw_fault beyond = { 0 };

	nodes_from(raw_of(text ? text : ""), "postfix_sasl_rate", &run->nodes);
	run->n = run->nodes.n + run->nodes.beyond;
	if (run->n == 0)
		sw_fault(&run->failed, EINVAL,
			 "env.nodes is not set: the addresses of the munin-nodes of all mail "
			 "servers");
	if (run->nodes.beyond > 0) {
		sw_fault(&beyond, E2BIG, "env.nodes has %zu nodes, only the first %d are asked",
			 run->n, NODES_MAX);
		sw_munin_complain(run->m, &beyond);
	}
	nodes_connect(h, &run->nodes);
	confine(CONFINE_WRITE | CONFINE_EXEC);
	nodes_hear(h, &run->nodes, 1000 * (int64_t)sw_munin_count(run->m, "node_seconds"));
	read_lists(run);
	note_least(run);
	(void)!fleet_add_up(&run->rows, run->list, run->nodes.n, &run->sum, &run->sums,
			    &run->failed);
}

/* Accounts that may have more networks than are told; of as many as are kept it is said so. */
static size_t unsure_networks(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->sums; i++)
		n += run->sum[i].more_networks && run->sum[i].networks < DAY_SEEN;
	return n;
}

/* Who is silent, and of whom something of this kind is not known; empty: nobody. */
static struct sw_label missing_of(struct run *run, enum fleet_what what)
{
	const struct node *one = NULL;
	bool blocked = false;
	struct sw_label text = run->silence;
	size_t n = 0;

	for (size_t i = 0; i < run->nodes.n; i++) {
		const struct fleet_list *list = &run->list[i];
		bool known = what == FLEET_BY_RATE ? list->head.rate_known : list->head.day_known;

		if (run->nodes.node[i].failed.code || (known && list->rows == list->of))
			continue;
		if (n++ > 0)
			continue;
		one = &run->nodes.node[i];
		blocked = what == FLEET_BY_RATE && list->head.blocked;
	}
	if (n > 0) {
		sw_label_print(&text, "%snot all known of ", text.n ? ", " : "");
		sw_label_append(&text, &one->name);
		sw_label_print(&text, blocked ? ", where mail could not be queued" : "");
	}
	if (n > 1)
		sw_label_print(&text, " and %zu more", n - 1);
	n = what == FLEET_BY_NETWORKS ? unsure_networks(run) : 0;
	if (n > 0) {
		sw_label_print(&text, "%snot all networks known of ", text.n ? ", " : "");
		words_count(&text, n, "account", "accounts");
	}
	return text;
}

static double in_unit(const struct fleet_sum *sum, enum fleet_what what)
{
	double number = (double)fleet_number(sum, what);

	return what == FLEET_BY_RATE ? number / FLEET_WINDOW : number;
}

/* The greatest, and what else is above the level. */
static struct sw_label list(struct run *run, const struct sw_munin_field *f, enum fleet_what what,
			    const struct sw_label *missing)
{
	const struct fleet_sum *top[NAMED];
	size_t n = fleet_top(run->sum, run->sums, what, top, NAMED);
	double level = munin_upper_warning(run->m, f);
	struct sw_label text = label_new();
	struct sw_label command = label_new();

	for (size_t i = 0; i < n && (i == 0 || in_unit(top[i], what) > level); i++) {
		struct sw_label one = words_fleet(top[i], what, run->n, missing->n > 0);

		if (i == 0 && in_unit(top[0], what) > level)
			command = words_fleet_command(top[0]);
		if (!words_then(&text, &one))
			break;
	}
	if (n == 0 && missing->n == 0)
		text = run->least > 1 ? sw_label_printed("nobody with %llu messages on a node",
							 (unsigned long long)run->least)
				      : sw_label_printed("nobody");
	if (missing->n > 0) {
		sw_label_print(&text, text.n ? ", " : "");
		sw_label_append(&text, missing);
	}
	words_contain_behind(&text, &command);
	return text;
}

static void add_most(struct run *run, enum fleet_what what)
{
	struct sw_munin_field f = { .name = sw_field_own(most[what].field),
				    .label = sw_label_printed("%s", most[what].label),
				    .draw = "LINE2",
				    .colour = COLOUR_MOST,
				    .min = "0",
				    .info = most[what].info,
				    .own_levels = true };
	const struct fleet_sum *top;
	struct sw_label missing;
	double number;

	sw_munin_graph(run->m, &most[what].graph);
	if (run->failed.code) {
		sw_munin_add_unknown(run->m, &f, &run->failed);
		return;
	}
	missing = missing_of(run, what);
	number = fleet_top(run->sum, run->sums, what, &top, 1) ? in_unit(top, what) : 0;
	if (missing.n == 0 || number > munin_upper(run->m, &f))
		f.value = sw_munin_value_of(number);
	f.extinfo = list(run, &f, what, &missing);
	sw_munin_add(run->m, &f);
}

static void add_silent(struct run *run)
{
	struct sw_munin_field f = { .name = sw_field_own("silent"),
				    .label = sw_label_printed("nodes without a list"),
				    .draw = "LINE2",
				    .colour = COLOUR_DOUBT,
				    .min = "0",
				    .info = "Nodes that gave no list: what was sent there is not "
					    "counted",
				    .own_levels = true };

	sw_munin_graph(run->m, &by_node);
	f.value = sw_munin_value_of((double)run->silent);
	f.extinfo = run->silence;
	words_reasons(&f.extinfo, run->reason, run->reasons, run->silent);
	if (run->n == 0)
		sw_munin_add_unknown(run->m, &f, &run->failed);
	else
		sw_munin_add(run->m, &f);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct run *run = calloc(1, sizeof(*run)); /* too large for a small stack */

	if (!run)
		return sw_fault_errno(why, ENOMEM, "ask the nodes");
	run->m = m;
	ask(run);
	for (unsigned what = 0; what < FLEET_KINDS; what++)
		add_most(run, (enum fleet_what)what);
	add_silent(run);
	free(run->sum);
	fleet_free(&run->rows);
	nodes_free(&run->nodes);
	free(run);
	return 0;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	if (sw_munin_text(m, "nodes"))
		return 0;
	return sw_fault(why, EINVAL,
			"env.nodes is not set: it is for the master of several mail servers");
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_sasl_fleet",
	.summary = "messages and networks of each account, added up over many mail servers",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
	.palette = true,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
