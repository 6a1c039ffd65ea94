#include <math.h>

#include "test.h"

/* The fallbacks of the levels are those of a test's row. */
enum { GENERAL, NAMED };
static struct sw_munin_setting settings[] = {
	[GENERAL] = { .name = "warning", .kind = SW_MUNIN_LEVEL, .help = "x" },
	[NAMED] = { .name = "load_warning", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ .name = "text", .kind = SW_MUNIN_TEXT, .fallback = "fallback", .help = "a text" },
	{ .name = "bare", .kind = SW_MUNIN_TEXT, .help = "a text without a fallback" },
	{ .name = "count",
	  .kind = SW_MUNIN_COUNT,
	  .fallback = "20",
	  .min = 2,
	  .max = 200,
	  .help = "x" },
	{ .name = "choice",
	  .kind = SW_MUNIN_CHOICE,
	  .fallback = "auto",
	  .help = "x",
	  .words = "auto yes no" },
	{ .name = "critical", .kind = SW_MUNIN_LEVEL, .help = "x" },
	{ .name = "limit_FIELD",
	  .kind = SW_MUNIN_COUNT,
	  .fallback = "0",
	  .min = 0,
	  .max = 1000,
	  .help = "x" },
	{ 0 },
};

static int (*now)(struct sw_munin *m);

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph graph = { .title = "Fake" };

	(void)why;
	sw_munin_graph(m, &graph);
	return now(m);
}

static const struct sw_munin_plugin fake = { .name = "fake",
					     .summary = "a test",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .fields = "load*",
					     .collect = collect };

/* A run with one or two variables set; either may be NULL. */
static struct plugin_run run_with(int (*fn)(struct sw_munin *m), const char *word, const char *a,
				  const char *b)
{
	const char *env[3] = { a ? a : b, a ? b : NULL, NULL };
	struct sw_host h = { .root = -1, .env = env };

	now = fn;
	return plugin_run(&fake, &h, NULL, word);
}

static int show_all(struct sw_munin *m)
{
	const char *bare = sw_munin_text(m, "bare");
	uint64_t number = 4711;
	bool is_number = munin_number(m, "limit_x", "limit_FIELD", &number);

	sw_munin_add(
		m, &(struct sw_munin_field){
			   .name = sw_field_own("x"),
			   .label = sw_label_printed("%s %s %llu %d%d%d %d %llu",
						     sw_munin_text(m, "text"), bare ? bare : "none",
						     (unsigned long long)sw_munin_count(m, "count"),
						     sw_munin_is(m, "choice", "auto"),
						     sw_munin_is(m, "choice", "yes"),
						     sw_munin_is(m, "choice", "no"), is_number,
						     (unsigned long long)number) });
	return 0;
}

static void a_setting_is_what_the_environment_says_or_its_fallback(void **state)
{
	static const struct {
		const char *set;
		const char *want; /* text bare count auto/yes/no number */
		bool refused;
	} rows[] = {
		{ NULL, "fallback none 20 100 0 4711", false },
		{ "text=/var/log/x", "/var/log/x none 20 100 0 4711", false },
		{ "text=", "fallback none 20 100 0 4711", false },
		{ "bare=b", "fallback b 20 100 0 4711", false },
		{ "TEXT=x", "fallback none 20 100 0 4711", false },
		{ "count=2", "fallback none 2 100 0 4711", false },
		{ "count=200", "fallback none 200 100 0 4711", false },
		{ "count= 33 ", "fallback none 33 100 0 4711", false },
		{ "count=1", "fallback none 20 100 0 4711", true },
		{ "count=201", "fallback none 20 100 0 4711", true },
		{ "count=-5", "fallback none 20 100 0 4711", true },
		{ "count=5x", "fallback none 20 100 0 4711", true },
		{ "count=5.0", "fallback none 20 100 0 4711", true },
		{ "count=18446744073709551617", "fallback none 20 100 0 4711", true },
		{ "count=\"5\"", "fallback none 20 100 0 4711",
		  true }, /* plugin-conf.d has no quotes */
		{ "choice=yes", "fallback none 20 010 0 4711", false },
		{ "choice=no", "fallback none 20 001 0 4711", false },
		{ "choice=auto", "fallback none 20 100 0 4711", false },
		{ "choice=Yes", "fallback none 20 100 0 4711", true },
		{ "choice=yes no", "fallback none 20 100 0 4711", true },
		{ "choice=maybe", "fallback none 20 100 0 4711", true },
		{ "limit_x=7", "fallback none 20 100 1 7", false },
		{ "limit_x=0", "fallback none 20 100 1 0", false },
		{ "limit_x=1000", "fallback none 20 100 1 1000", false },
		{ "limit_x= 0 ", "fallback none 20 100 1 0", false },
		{ "limit_x=", "fallback none 20 100 0 4711", false },
		{ "limit_x=1001", "fallback none 20 100 0 4711", true },
		{ "limit_x=many", "fallback none 20 100 0 4711", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *what = rows[i].set ? rows[i].set : "nothing";
		struct plugin_run run = run_with(show_all, "config", rows[i].set, NULL);
		const char *label = strstr(run.out, "x.label ");
		char want[256];

		want_number(what, run.status, 0);
		want_number(what, label != NULL, true);
		snprintf(want, sizeof(want), "x.label %s\n", rows[i].want);
		want_text(what, label, want);
		want_number(what, run.err[0] != '\0', rows[i].refused);
		want_number(what, strstr(run.out, "graph_info Note: env.") != NULL,
			    rows[i].refused);
		plugin_free(&run);
	}
}

static int look_at_nothing(struct sw_munin *m)
{
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	return 0;
}

static void a_bad_value_is_said_whoever_asks_for_it(void **state)
{
	struct plugin_run run = run_with(look_at_nothing, NULL, "count=a\nb", "choice=`x`");

	(void)state;
	want_number("status", run.status, 0);
	want_text("standard output", run.out, "x.value U\n");
	want_text("standard error", run.err,
		  "fake: env.count is a%0Ab, allowed is a whole number from 2 to 200, and 20 is "
		  "used\n"
		  "fake: env.choice is `x`, allowed is one of auto yes no, and auto is used\n");
	plugin_free(&run);
}

static void a_value_is_quoted_as_it_was_written(void **state)
{
	static const struct {
		const char *set;
		const char *log;  /* on stderr: is what ... */
		const char *note; /* in graph_info; NULL: as on stderr */
	} rows[] = {
		{ "count=^a$|b*(/|$)", "^a$|b*(/|$)", NULL },
		{ "count=~{x}!; ^y?", "~{x}!; ^y?", NULL },
		{ "count=  a^  ", "  a^  ", NULL },
		{ "count=a%41", "a%41", NULL },
		{ "count=\\d+", "\\d+", "%5Cd+" },
		{ "count=a#b", "a#b", "a%23b" },
		{ "count=<b>&\"'`", "<b>&\"'`", "%3Cb%3E%26%22%27%60" },
		{ "count=a^\nb", "a%5E%0Ab", NULL }, /* not plain */
		{ "count=\033[2J", "%1B[2J", NULL },
		{ "count=B\303\274ro", "B%C3%BCro", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(look_at_nothing, "config", rows[i].set, NULL);
		char want[128];

		snprintf(want, sizeof(want), "fake: env.count is %s, allowed", rows[i].log);
		want_in(rows[i].set, run.err, want);
		snprintf(want, sizeof(want), "graph_info Note: env.count is %s, allowed",
			 rows[i].note ? rows[i].note : rows[i].log);
		want_in(rows[i].set, run.out, want);
		plugin_free(&run);
	}
}

static bool own_levels;
static bool disarmed;

static int add_load(struct sw_munin *m)
{
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("load"),
						  .label = sw_label_printed("l"),
						  .own_levels = own_levels,
						  .disarmed = disarmed });
	return 0;
}

static void the_field_s_own_level_goes_before_the_plugin_s(void **state)
{
	static const struct {
		const char *what;
		const char *fallback;
		const char *a;
		const char *b;
		bool own;
		const char *want; /* NULL: none */
		bool refused;
	} rows[] = {
		{ "nothing", NULL, NULL, NULL, false, NULL, false },
		{ "the default", ":92", NULL, NULL, false, ":92", false },
		{ "the plugin's", ":92", "warning=50", NULL, false, "50", false },
		{ "the field's", ":92", "load_warning=5:", NULL, false, "5:", false },
		{ "both", ":92", "warning=50", "load_warning=5", false, "5", false },
		{ "both, other order", ":92", "load_warning=5", "warning=50", false, "5", false },
		{ "another field's", ":92", "loads_warning=5", "load2_warning=6", false, ":92",
		  false },
		{ "zero counts", ":92", "warning=0", NULL, false, "0", false },
		{ "empty is not set", ":92", "warning=", NULL, false, ":92", false },
		{ "blanks", ":92", "warning= 5:92 ", NULL, false, "5:92", false },
		{ "not for a field that others make", ":92", "warning=50", NULL, true, NULL,
		  false },
		{ "but its own is", NULL, "warning=50", "load_warning=5", true, "5", false },
		{ "a percent sign", ":92", "warning=92%", NULL, false, ":92", true },
		{ "an exponent", ":92", "warning=1e3", NULL, false, ":92", true },
		{ "a word", ":92", "load_warning=off", "warning=50", false, ":92", true },
		{ "two colons", ":92", "warning=1:2:3", NULL, false, ":92", true },
		{ "a range of nothing", ":92", "warning= 5:4.9", NULL, false, ":92", true },
		{ "of one number", ":92", "warning=5:5", NULL, false, "5:5", false },
		{ "an end below nothing", ":92", "warning=:-1", NULL, false, ":-1", false },
		{ "a word, no default", NULL, "warning=off", NULL, false, NULL, true },
		{ "a second line", ":92", "warning=5\nload.critical 1", NULL, false, ":92", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;
		char want[64] = "load.label l\n";

		settings[GENERAL].fallback = rows[i].fallback;
		own_levels = rows[i].own;
		run = run_with(add_load, "config", rows[i].a, rows[i].b);
		if (rows[i].want)
			snprintf(want, sizeof(want), "load.label l\nload.warning %s\n",
				 rows[i].want);
		want_text(rows[i].what, strstr(run.out, "load.label"), want);
		want_number(rows[i].what, run.err[0] != '\0', rows[i].refused);
		if (rows[i].refused)
			want_in(rows[i].what, run.err,
				rows[i].fallback ? "and :92 is used" : "and none is used");
		plugin_free(&run);
	}
}

static void a_level_has_its_default_from_the_table(void **state)
{
	static const struct {
		const char *what;
		const char *general, *named; /* fallbacks */
		const char *set;
		bool own, disarmed;
		const char *want; /* NULL: none */
	} rows[] = {
		{ "the field's row", ":92", "7", NULL, false, false, "7" },
		{ "the field's row, of a field that others make", ":92", "7", NULL, true, false,
		  "7" },
		{ "the environment, for all", ":92", "7", "warning=50", false, false, "50" },
		{ "not for a field of its own", ":92", "7", "warning=50", true, false, "7" },
		{ "the environment, for it", ":92", "7", "load_warning=9", true, false, "9" },
		{ "a bad one", ":92", "7", "warning=off", false, false, "7" },
		{ "disarmed", ":92", "7", NULL, false, true, NULL },
		{ "disarmed, of its own", ":92", "7", NULL, true, true, NULL },
		{ "disarmed, but asked for", ":92", "7", "load_warning=9", true, true, "9" },
		{ "disarmed, and a bad one", ":92", "7", "load_warning=off", true, true, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;
		char want[64] = "load.label l\n";

		settings[GENERAL].fallback = rows[i].general;
		settings[NAMED].fallback = rows[i].named;
		own_levels = rows[i].own;
		disarmed = rows[i].disarmed;
		run = run_with(add_load, "config", rows[i].set, NULL);
		if (rows[i].want)
			snprintf(want, sizeof(want), "load.label l\nload.warning %s\n",
				 rows[i].want);
		want_text(rows[i].what, strstr(run.out, "load.label"), want);
		plugin_free(&run);
	}
	settings[NAMED].fallback = NULL;
	disarmed = false;
}

static int ask_for_others(struct sw_munin *m)
{
	uint64_t number = 4711;
	bool is_number = munin_number(m, "limit_x", "of_no_row", &number);

	sw_munin_add(m, &(struct sw_munin_field){
				.name = sw_field_own("x"),
				.label = sw_label_printed(
					"%d %llu %d %llu %s", sw_munin_is(m, "of_no_row", "x"),
					(unsigned long long)sw_munin_count(m, "of_no_row"),
					is_number, (unsigned long long)number,
					sw_munin_text(m, "of_no_row") ? "text" : "none"),
				.no_level = true });
	return 0;
}

/* What stands in no row has no fallback; a field that has no level takes none. */
static void what_is_in_no_row_is_nothing(void **state)
{
	struct plugin_run run = run_with(ask_for_others, "config", "x_warning=5", "limit_x=7");

	(void)state;
	want_in("all of them", run.out, "x.label 0 0 0 4711 none\n");
	want_number("a level", strstr(run.out, "x.warning") != NULL, false);
	plugin_free(&run);
}

static int tell_levels(struct sw_munin *m)
{
	const struct sw_munin_field x = { .name = sw_field_own("x"), .own_levels = true };
	const bool has = munin_has_level(m, &x);

	sw_munin_add(
		m, &(struct sw_munin_field){ .name = sw_field_own("x"),
					     .label = sw_label_printed("%s", has ? "yes" : "no") });
	return 0;
}

static void one_level_is_a_level(void **state)
{
	static const struct {
		const char *a, *b, *want;
	} rows[] = {
		{ NULL, NULL, "x.label no\n" },
		{ "x_warning=5", NULL, "x.label yes\n" },
		{ "x_critical=5", NULL, "x.label yes\n" },
		{ "x_warning=5", "x_critical=5", "x.label yes\n" },
		{ "y_warning=5", NULL, "x.label no\n" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(tell_levels, "config", rows[i].a, rows[i].b);

		want_in(rows[i].a ? rows[i].a : "none", run.out, rows[i].want);
		plugin_free(&run);
	}
}

static void a_critical_level_is_not_a_warning(void **state)
{
	struct plugin_run run;

	(void)state;
	settings[GENERAL].fallback = "20";
	own_levels = false;
	run = run_with(add_load, "config", "critical=60", "load_critical=:70");
	want_in("both", run.out, "load.warning 20\nload.critical :70\n");
	plugin_free(&run);
}

static int show_upper(struct sw_munin *m)
{
	const struct sw_munin_field f = { .name = sw_field_own("load"), .own_levels = own_levels };

	sw_munin_add(m, &(struct sw_munin_field){
				.name = sw_field_own("x"),
				.value = sw_munin_value_of(munin_upper_warning(m, &f)) });
	return 0;
}

static void the_upper_warning_is_the_end_of_the_range(void **state)
{
	static const struct {
		const char *fallback;
		const char *set;
		const char *want;
	} rows[] = {
		{ NULL, NULL, "x.value U\n" },
		{ "20", NULL, "x.value 20\n" },
		{ ":20.5", NULL, "x.value 20.5\n" },
		{ "5:20", NULL, "x.value 20\n" },
		{ "5:", NULL, "x.value U\n" },
		{ ":", NULL, "x.value U\n" },
		{ "20", "warning=7", "x.value 7\n" },
		{ "20", "load_warning=3:8", "x.value 8\n" },
		{ "20", "warning=nonsense", "x.value 20\n" },
		{ "20", "warning=-3", "x.value -3\n" },
	};

	(void)state;
	own_levels = false;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;

		settings[GENERAL].fallback = rows[i].fallback;
		run = run_with(show_upper, NULL, rows[i].set, NULL);
		want_text(rows[i].set ? rows[i].set : "default", run.out, rows[i].want);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_setting_is_what_the_environment_says_or_its_fallback),
		cmocka_unit_test(a_bad_value_is_said_whoever_asks_for_it),
		cmocka_unit_test(a_value_is_quoted_as_it_was_written),
		cmocka_unit_test(the_field_s_own_level_goes_before_the_plugin_s),
		cmocka_unit_test(a_level_has_its_default_from_the_table),
		cmocka_unit_test(what_is_in_no_row_is_nothing),
		cmocka_unit_test(one_level_is_a_level),
		cmocka_unit_test(a_critical_level_is_not_a_warning),
		cmocka_unit_test(the_upper_warning_is_the_end_of_the_range),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
