/* The collected list as OpenMetrics text, to the byte; Prometheus' own reader: tests/system. */
#include <math.h>

#include "test.h"

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph first = { .title = "One \"of\" a\\b\nand more",
						     .vlabel = "messages \"now\"" };
	static const struct sw_munin_graph second = { .name = "by", .title = "Two" };
	static const struct sw_munin_graph empty = { .name = "none", .title = "Three" };
	const struct sw_munin_value seven = sw_munin_value_of(7);
	const struct sw_munin_value none = { .is_set = false };
	const struct sw_munin_value later = { .waits = true };

	(void)why;
	sw_munin_graph(m, &first);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("both"),
						  .label = sw_label_from(raw_of("a%41 \"x\"")),
						  .value = sw_munin_value_of(2.5) });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("upper"),
						  .label = sw_label_printed("x"),
						  .value = sw_munin_value_of(0) });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("lower") });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("endless"),
						  .value = sw_munin_value_of(INFINITY) });
	sw_munin_graph(m, &second);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("newest"),
						  .value = sw_munin_value_of(1),
						  .points = 3,
						  .step = 60,
						  .at = { seven, none, sw_munin_value_of(8) } });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("not_yet"),
						  .value = sw_munin_value_of(2),
						  .points = 3,
						  .step = 60,
						  .at = { seven, later, later } });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("not_known"),
						  .value = sw_munin_value_of(3),
						  .points = 3,
						  .step = 60,
						  .at = { seven, none, later } });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("never_yet"),
						  .value = sw_munin_value_of(4),
						  .points = 2,
						  .step = 60,
						  .at = { later, later, seven } });
	sw_munin_graph(m, &empty);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "both_warning", .kind = SW_MUNIN_LEVEL, .fallback = "1:10", .help = "x" },
	{ .name = "both_critical", .kind = SW_MUNIN_LEVEL, .fallback = "-2.5:20", .help = "x" },
	{ .name = "upper_warning", .kind = SW_MUNIN_LEVEL, .fallback = ":30", .help = "x" },
	{ .name = "upper_critical", .kind = SW_MUNIN_LEVEL, .fallback = "40", .help = "x" },
	{ .name = "lower_warning", .kind = SW_MUNIN_LEVEL, .fallback = "3:", .help = "x" },
	{ .name = "lower_critical", .kind = SW_MUNIN_LEVEL, .fallback = "2:", .help = "x" },
	{ 0 },
};

static int suggest(struct sw_munin *m, struct sw_fault *why)
{
	(void)m;
	(void)why;
	return 0;
}

static const struct sw_munin_plugin own = {
	.name = "own", .summary = "a test", .settings = settings, .collect = collect
};
static const struct sw_munin_plugin wild = { .name = "wild_",
					     .summary = "a test",
					     .settings = settings,
					     .collect = collect,
					     .suggest = suggest };

#define TITLE "One \\\"of\\\" a\\\\b\\nand more, messages \\\"now\\\""

static const struct {
	const char *suffix, *help;
	const char *field, *label, *value;
} lines[] = {
	{ "", TITLE, "both", "a%2541 %22x%22", "2.5" },
	{ "", TITLE, "upper", "x", "0" },
	{ "_unknown", TITLE ": 1 where there is no value", "lower", "lower", "1" },
	{ "_unknown", TITLE ": 1 where there is no value", "endless", "endless", "1" },
	{ "_warning_min", TITLE ": a warning below this", "both", "a%2541 %22x%22", "1" },
	{ "_warning_min", TITLE ": a warning below this", "lower", "lower", "3" },
	{ "_warning_max", TITLE ": a warning above this", "both", "a%2541 %22x%22", "10" },
	{ "_warning_max", TITLE ": a warning above this", "upper", "x", "30" },
	{ "_critical_min", TITLE ": critical below this", "both", "a%2541 %22x%22", "-2.5" },
	{ "_critical_min", TITLE ": critical below this", "lower", "lower", "2" },
	{ "_critical_max", TITLE ": critical above this", "both", "a%2541 %22x%22", "20" },
	{ "_critical_max", TITLE ": critical above this", "upper", "x", "40" },
	{ "_by", "Two", "newest", "newest", "8" },
	{ "_by", "Two", "not_yet", "not_yet", "7" },
	{ "_by_unknown", "Two: 1 where there is no value", "not_known", "not_known", "1" },
	{ "_by_unknown", "Two: 1 where there is no value", "never_yet", "never_yet", "1" },
};

static void want_metrics(const struct sw_munin_plugin *plugin, const char *argv0,
			 const char *family, const char *link)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .env = none };
	struct plugin_run run = plugin_run(plugin, &h, argv0, "openmetrics");
	char want[8192];
	size_t n = 0;

	for (size_t i = 0; i < SW_COUNT(lines); i++) {
		if (i == 0 || strcmp(lines[i].suffix, lines[i - 1].suffix) != 0)
			n += (size_t)snprintf(
				want + n, sizeof(want) - n, "# TYPE %s%s gauge\n# HELP %s%s %s\n",
				family, lines[i].suffix, family, lines[i].suffix, lines[i].help);
		n += (size_t)snprintf(want + n, sizeof(want) - n,
				      "%s%s{field=\"%s\",label=\"%s\"%s} %s\n", family,
				      lines[i].suffix, lines[i].field, lines[i].label, link,
				      lines[i].value);
	}
	snprintf(want + n, sizeof(want) - n, "# EOF\n");
	want_number("status", run.status, 0);
	want_text(argv0, run.out, want);
	want_text(argv0, run.err, "");
	plugin_free(&run);
}

static void a_graph_is_a_family_and_what_is_not_known_is_told(void **state)
{
	(void)state;
	want_metrics(&own, "own", "spoolwatch_own", "");
	want_metrics(&own, "another", "spoolwatch_own", "");
}

static void a_wildcard_plugin_tells_its_link(void **state)
{
	(void)state;
	want_metrics(&wild, "wild_mx.a", "spoolwatch_wild", ",link=\"wild_mx_a\"");
	want_metrics(&wild, "wild_", "spoolwatch_wild", "");
	want_metrics(&wild, "other", "spoolwatch_wild", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_graph_is_a_family_and_what_is_not_known_is_told),
		cmocka_unit_test(a_wildcard_plugin_tells_its_link),
	};

	return cmocka_run_group_tests_name("openmetrics", tests, NULL, NULL);
}
