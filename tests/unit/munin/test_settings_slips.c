/* Slips in the names of settings: which are named, which are nobody's business. */
#include "pieces.h"
#include "test.h"

static const struct sw_munin_setting settings[] = {
	{ .name = "spooldir", .kind = SW_MUNIN_TEXT, .help = "x" },
	{ .name = "floor", .kind = SW_MUNIN_COUNT, .fallback = "1", .max = 9, .help = "x" },
	{ .name = "limit_FIELD", .kind = SW_MUNIN_COUNT, .fallback = "0", .max = 9, .help = "x" },
	{ .name = "warning", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ .name = "critical", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ .name = "blocked_critical", .kind = SW_MUNIN_LEVEL, .fallback = ":0", .help = "x" },
	{ .name = "FIELD_warning", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ .name = "FIELD_critical", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ 0 },
};

enum { FILLERS = 28 };

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Fake" };
	static const struct sw_munin_graph sub = { .title = "Sub", .name = "sub" };
	static const char *const names[] = { "deferred", "busiest", "_dev_sda1" };
	char filler[32];

	(void)why;
	sw_munin_graph(m, &root);
	for (size_t i = 0; i < SW_COUNT(names); i++)
		sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own(names[i]) });
	for (int i = 0; i < FILLERS; i++) { /* with them, the room for fields is full */
		snprintf(filler, sizeof(filler), "filler%d", i);
		sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own(filler) });
	}
	sw_munin_graph(m, &sub);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("most_addresses") });
	return 0;
}

static struct sw_munin_plugin fake = {
	.name = "fake", .summary = "a test", .settings = settings, .collect = collect
};

/* What a run with this one variable complains of, on stderr and as a note; "" nothing. */
static void want_complaint(const char *what, const char *set, const char *want)
{
	const char *env[] = { set, NULL };
	struct sw_host h = { .root = -1, .env = env };
	struct plugin_run run = plugin_run(&fake, &h, NULL, "config");
	char note[300];
	char line[300];

	want_number(what, run.status, 0);
	snprintf(line, sizeof(line), *want ? "fake: env.%s\n" : "%s", want);
	want_text(what, run.err, line);
	snprintf(note, sizeof(note), "graph_info Note: env.%s\n", want);
	want_number(what, strstr(run.out, *want ? note : "graph_info") != NULL, *want != '\0');
	plugin_free(&run);
}

struct row {
	const char *set;
	const char *want; /* what stands behind "env."; "": nothing is said */
};

static void want_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		want_complaint(rows[i].set, rows[i].set, rows[i].want);
}

#define MEANT(slip, name)    slip " is not known: probably env." name " is meant"
#define NO_FIELD(slip, name) slip " is not known: no field of this plugin is named " name

static void a_slip_is_named_with_what_was_meant(void **state)
{
	static const struct row rows[] = {
		{ "defered_warning=300", MEANT("defered_warning", "deferred_warning") },
		{ "deferred_critcal=300", MEANT("deferred_critcal", "deferred_critical") },
		{ "busyest_warning=3", MEANT("busyest_warning", "busiest_warning") },
		{ "most_adresses_critical=3",
		  MEANT("most_adresses_critical", "most_addresses_critical") },
		{ "deferred_warnin=3", MEANT("deferred_warnin", "deferred_warning") },
		{ "deferredwarning=3", MEANT("deferredwarning", "deferred_warning") },
		{ "Deferred_warning=3", MEANT("Deferred_warning", "deferred_warning") },
		{ "deferred_warnings=", MEANT("deferred_warnings", "deferred_warning") },
		{ "blocked_citical=3", MEANT("blocked_citical", "blocked_critical") },
		{ "spoldir=/x", MEANT("spoldir", "spooldir") },
		{ "spooldri=/x", MEANT("spooldri", "spooldir") },
		{ "psooldri=/x", MEANT("psooldri", "spooldir") },
		{ "xspooldirx=/x", MEANT("xspooldirx", "spooldir") },
		{ "ooldir=/x", MEANT("ooldir", "spooldir") },
		{ "spooldxx=/x", MEANT("spooldxx", "spooldir") },
		{ "flor=3", MEANT("flor", "floor") },
		{ "waring=3", MEANT("waring", "warning") },
		{ "criticall=3", MEANT("criticall", "critical") },
		{ "_warning=3", MEANT("_warning", "warning") },
		{ "foo_warning=3", NO_FIELD("foo_warning", "foo") },
		{ "foo_critical=", NO_FIELD("foo_critical", "foo") },
		{ "limit_bob=3", NO_FIELD("limit_bob", "bob") },
		{ "limit_deferrd=3", NO_FIELD("limit_deferrd", "deferrd") },
		{ "limit_y=3", NO_FIELD("limit_y", "y") },
		{ "limt_deferred=3", MEANT("limt_deferred", "limit_deferred") },
		{ "deferred_warn=3", MEANT("deferred_warn", "deferred_warning") },
		{ "deferred_crit=3", MEANT("deferred_crit", "deferred_critical") },
		{ "warn=3", MEANT("warn", "warning") },
		{ "_crit=3", MEANT("_crit", "critical") },
		{ "crit=3", MEANT("crit", "critical") },
		{ "defered_warn=3", MEANT("defered_warn", "deferred_warning") },
		{ "blocked_crit=3", MEANT("blocked_crit", "blocked_critical") },
		{ "a`b`_warning=3", NO_FIELD("a%60b%60_warning", "a%60b%60") },
	};

	(void)state;
	want_rows(rows, SW_COUNT(rows));
}

static void what_is_right_or_nobody_s_is_not(void **state)
{
	static const struct row rows[] = {
		{ "deferred_warning=3", "" },
		{ "most_addresses_critical=3", "" }, /* of a sub-graph */
		{ "blocked_critical=:3", "" },	     /* a row, of a field that is not printed */
		{ "spooldir=/x", "" },
		{ "limit_busiest=3", "" },
		{ "spoldirx_=/x", "" }, /* three letters */
		{ "spool=/x", "" },
		{ "foo_warn=3", "" }, /* who knows whose */
		{ "limit_warn=3", "" },
		{ "deferredwarn=3", "" },
		{ "deferred_warned=3", "" },
		{ "MUNIN_CAP_MULTIGRAPH=1", "" },
		{ "MUNIN_WARNING=1", "" },
		{ "PATH=/bin", "" },
		{ "LANG=C", "" },
		{ "LC_ALL=C", "" },
		{ "HOME=/root", "" },
		{ "LOGNAME=root", "" },
		{ "FLOOR=/x", "" },
		{ "FQDN=mx.example.com", "" },
		{ "PYTHONIOENCODING=utf8:replace", "" },
		{ "_=/usr/bin/env", "" },
		{ "http_proxy=http://x", "" },
		{ "host_name=mx", "" },
		{ "=x", "" },
		{ "novalue", "" },
	};
	static char longer[400];

	(void)state;
	want_rows(rows, SW_COUNT(rows));
	memset(longer, 'x', sizeof(longer) - 12);
	strcpy(longer + sizeof(longer) - 12, "_warning=3");
	want_complaint("a long name", longer, "");
}

static void what_comes_and_goes_or_is_a_neighbour_s_is_listed(void **state)
{
	static const struct row rows[] = {
		{ "u_alice_1c6402a1_warning=3", "" },
		{ "u_alice_1c6402a1_waring=3",
		  MEANT("u_alice_1c6402a1_waring", "u_alice_1c6402a1_warning") },
		{ "limit_u_alice=3", "" },
		{ "limitt_u_alice=3", MEANT("limitt_u_alice", "limit_u_alice") },
		{ "u_alice_1c6402a1_crit=3",
		  MEANT("u_alice_1c6402a1_crit", "u_alice_1c6402a1_critical") },
		{ "_dev_sdb1_warning=3", "" }, /* near _dev_sda1: another disk */
		{ "dev_sda1_warning=3", MEANT("dev_sda1_warning", "_dev_sda1_warning") },
		{ "incoming_warning=3", "" },
		{ "incomming_warning=3", MEANT("incomming_warning", "incoming_warning") },
		{ "floors=3", "" }, /* a row of another plugin */
		{ "log_x=3", "" },
		{ "logx=3", "" },
		{ "flooor=3", MEANT("flooor", "floor") },
		{ "limt_q=3", MEANT("limt_q", "limit_q") },
		{ "q_warn=3", MEANT("q_warn", "q_warning") },
		{ "v_x_warning=3", NO_FIELD("v_x_warning", "v_x") }, /* near "u_*" by its letters */
	};
	static const struct row any[] = {
		{ "rpool_data_warning=3", "" },
		{ "defered_warning=3", "" },
		{ "limt_=3", "" },
		{ "dev_sda1_warning=3", MEANT("dev_sda1_warning", "_dev_sda1_warning") },
		{ "_dev_sdb1_waring=3", MEANT("_dev_sdb1_waring", "_dev_sdb1_warning") },
	};

	(void)state;
	fake.fields = "u_* _dev_* incoming q";
	fake.shared = "floors log_*";
	want_rows(rows, SW_COUNT(rows));
	fake.fields = "*";
	want_rows(any, SW_COUNT(any));
	fake.fields = fake.shared = NULL;
}

/* Two random slips in a long name are found, whatever they are. */
static void any_two_slips_are_found(void **state)
{
	static const char name[] = "most_addresses_critical";
	unsigned seed = 20261123;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		char slip[64] = "most_addresses_critical";
		const char *env[] = { slip, NULL };
		struct sw_host h = { .root = -1, .env = env };
		struct plugin_run run;

		for (unsigned k = 0; k < 1 + i % 2; k++) {
			size_t n = strlen(slip);
			size_t at;
			char swapped;

			seed = seed * 1103515245 + 12345;
			at = (seed >> 16) % (n - 1);
			swapped = slip[at];
			switch ((seed >> 8) % 4) {
			case 0:
				memmove(slip + at, slip + at + 1, n - at);
				break;
			case 1:
				memmove(slip + at + 1, slip + at, n - at + 1);
				break;
			case 2:
				slip[at] = 'z';
				break;
			default:
				slip[at] = slip[at + 1];
				slip[at + 1] = swapped;
			}
		}
		if (strcmp(slip, name) == 0)
			continue;
		strcat(slip, "=5");
		run = plugin_run(&fake, &h, NULL, NULL);
		want_in(slip, run.err, "probably env.most_addresses_critical is meant");
		plugin_free(&run);
	}
}

/* Letters changed, added, dropped or swapped, by the whole table. */
static unsigned slow_distance(const char *a, const char *b)
{
	unsigned d[24][24];
	size_t an = strlen(a);
	size_t bn = strlen(b);

	for (size_t i = 0; i <= an; i++)
		for (size_t j = 0; j <= bn; j++) {
			unsigned best = (unsigned)(i + j); /* all dropped, all added */

			if (i > 0 && j > 0 && d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < best)
				best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			if (i > 0 && d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (j > 0 && d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[an][bn];
}

static int collect_one(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph graph = { .title = "One" };

	(void)why;
	sw_munin_graph(m, &graph);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("z") });
	return 0;
}

/* The first of those that are nearest, if it is within two letters. */
static void what_is_meant_is_what_the_whole_table_says(void **state)
{
	static const struct sw_munin_setting few[] = {
		{ .name = "abcab", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "c", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "ab_ab_ab", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "bbbbaaaa", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "bca", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "abcabbacab", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ .name = "z", .kind = SW_MUNIN_TEXT, .help = "x" },
		{ 0 },
	};
	static const struct sw_munin_plugin near = {
		.name = "near", .summary = "a test", .settings = few, .collect = collect_one
	};

	(void)state;
	for (int turn = 0; turn < 6000; turn++) {
		char slip[24];
		const char *env[] = { slip, NULL };
		struct sw_host h = { .root = -1, .env = env };
		struct plugin_run run;
		const char *meant = NULL;
		unsigned least = 3;
		char want[128] = "";
		size_t n;

		strcpy(slip, few[pieces_draw(SW_COUNT(few) - 1)].name);
		n = strlen(slip);
		for (size_t left = pieces_draw(5); left > 0; left--) {
			size_t at = pieces_draw(n);

			switch (pieces_draw(4)) {
			case 0:
				if (n > 1)
					memmove(slip + at, slip + at + 1, n-- - at);
				break;
			case 1:
				memmove(slip + at + 1, slip + at, ++n - at);
				break;
			case 2:
				slip[at] = "abc_ABCZz"[pieces_draw(9)];
				break;
			default:
				if (at > 0) {
					char before = slip[at - 1];

					slip[at - 1] = slip[at];
					slip[at] = before;
				}
			}
		}
		/* one without a small letter is a system's own */
		for (size_t i = 0; few[i].name && strcspn(slip, "abcz") < n; i++) {
			unsigned d = slow_distance(slip, few[i].name);

			if (d < least) {
				least = d;
				meant = few[i].name;
			}
		}
		if (meant && least > 0)
			snprintf(want, sizeof(want),
				 "near: env.%s is not known: probably env.%s is meant\n", slip,
				 meant);
		strcat(slip, "=");
		run = plugin_run(&near, &h, NULL, NULL);
		want_text(slip, run.err, want);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slip_is_named_with_what_was_meant),
		cmocka_unit_test(what_is_right_or_nobody_s_is_not),
		cmocka_unit_test(what_comes_and_goes_or_is_a_neighbour_s_is_listed),
		cmocka_unit_test(any_two_slips_are_found),
		cmocka_unit_test(what_is_meant_is_what_the_whole_table_says),
	};

	return cmocka_run_group_tests_name("slips", tests, NULL, NULL);
}
