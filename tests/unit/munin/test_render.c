#include <errno.h>
#include <math.h>

#include "spoolwatch/version.h"
#include "test.h"

static const struct sw_munin_graph root = {
	.title = "Fake <graph>",
	.args = "--base 1000 -l 0",
	.vlabel = "messages",
	.category = "postfix",
	.info = "What it is; \"quoted\" & <b>not</b> markup.",
	.total = "Total",
	.period = "minute",
	.no_scale = true,
};
static const struct sw_munin_graph second = { .name = "by_account", .title = "Second" };

static int (*now)(struct sw_munin *m);

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	return now(m);
}

static const struct sw_munin_setting settings[] = {
	{ .name = "logfile", .kind = SW_MUNIN_TEXT, .help = "the log" },
	{ .name = "accounts",
	  .kind = SW_MUNIN_COUNT,
	  .fallback = "20",
	  .max = 99,
	  .help = "how many" },
	{ .name = "busiest_warning", .kind = SW_MUNIN_LEVEL, .fallback = "20", .help = "x" },
	{ .name = "busiest_critical", .kind = SW_MUNIN_LEVEL, .fallback = ":60", .help = "x" },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "fake",
					     .summary = "shows what a test adds",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

static struct plugin_run run_with(int (*fn)(struct sw_munin *m), const char *word, bool dirty)
{
	static const char *const none[] = { NULL };
	static const char *const with[] = { "MUNIN_CAP_DIRTYCONFIG=1", NULL };
	struct sw_host h = { .root = -1, .env = dirty ? with : none };

	now = fn;
	return plugin_run(&fake, &h, NULL, word);
}

static int full(struct sw_munin *m)
{
	struct sw_munin_graph about = second;

	sw_munin_graph(m, &root);
	sw_munin_add(m,
		     &(struct sw_munin_field){ .name = sw_field_own("busiest"),
					       .label = sw_label_printed("busiest account"),
					       .value = sw_munin_value_of(512.4),
					       .draw = "AREA",
					       .min = "0",
					       .info = "Per minute",
					       .extinfo = sw_label_from(raw_of("bob@x\n2 msg")) });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("total") });
	sw_label_add(&about.about, raw_of("mx`1`"));
	sw_munin_graph(m, &about);
	sw_munin_add(m, &(struct sw_munin_field){
				.name = sw_field_own("u_bob"),
				.label = sw_label_from(raw_of("bob@x")),
				.points = 3,
				.first = 1795431300,
				.step = 60,
				.at = { sw_munin_value_of(1), { 0 }, sw_munin_value_of(2.5) } });
	return 0;
}

static const char config_root[] =
	"multigraph fake\n"
	"graph_title Fake <graph>\n"
	"graph_args --base 1000 -l 0\n"
	"graph_vlabel messages\n"
	"graph_scale no\n"
	"graph_category postfix\n"
	"graph_period minute\n"
	"graph_total Total\n"
	"graph_info What it is%3B %22quoted%22 %26 %3Cb%3Enot%3C/b%3E markup.\n";
static const char config_busiest[] = "busiest.label busiest account\n"
				     "busiest.draw AREA\n"
				     "busiest.min 0\n"
				     "busiest.info Per minute\n"
				     "busiest.warning 20\n"
				     "busiest.critical :60\n";
static const char extinfo[] = "busiest.extinfo bob@x%0A2 msg\n";
static const char config_second[] = "multigraph fake.by_account\n"
				    "graph_title Second (mx%601%60)\n"
				    "u_bob.label bob@x\n";
static const char points[] = "u_bob.value 1795431300:1\n"
			     "u_bob.value 1795431360:U\n"
			     "u_bob.value 1795431420:2.5\n";

static void config_and_values_are_two_faces_of_one_list(void **state)
{
	char want[2048];
	struct plugin_run run = run_with(full, "config", false);

	(void)state;
	snprintf(want, sizeof(want), "%s%s%stotal.label total\n%s", config_root, config_busiest,
		 extinfo, config_second);
	want_text("config", run.out, want);
	plugin_free(&run);

	run = run_with(full, NULL, false);
	snprintf(want, sizeof(want),
		 "multigraph fake\nbusiest.value 512.4\n%stotal.value U\nmultigraph "
		 "fake.by_account\n%s",
		 extinfo, points);
	want_text("fetch", run.out, want);
	plugin_free(&run);

	run = run_with(full, "config", true);
	snprintf(want, sizeof(want),
		 "%s%sbusiest.value 512.4\n%stotal.label total\ntotal.value U\n%s%s", config_root,
		 config_busiest, extinfo, config_second, points);
	want_text("both", run.out, want);
	plugin_free(&run);
}

/* The text up to the end of its first line, terminated in place; NULL at the end. */
static char *next_line(char **rest)
{
	char *line = *rest;
	char *end = line ? strchr(line, '\n') : NULL;

	if (!line || !*line)
		return NULL;
	assert_non_null(end); /* every line ends in a newline */
	*end = '\0';
	*rest = end + 1;
	return line;
}

/* Is a line one that Munin::Master::Node takes, and none that stops it or its node? */
static void want_munin_line(const char *line)
{
	size_t name =
		strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	const char *space = strchr(line, ' ');

	if (strstr(line, "# timeout") || strchr(line, '#') || strcmp(line, ".") == 0 || name == 0 ||
	    !space || (line[name] != '.' && line[name] != ' ') || !space[1])
		fail_msg("got \"%s\", want a line of Munin", line);
	for (const char *p = line; *p; p++)
		if (*p < ' ' || *p > '~')
			fail_msg("\"%s\" holds byte %02x", line, (unsigned char)*p);
}

static int hostile(struct sw_munin *m)
{
	static const char *const names[] = {
		"# timeout", ".",	 "x\n.\n", "a\nb.value 0", "$(id)`id`",	      "<script>",
		"\033[2J\r", "\377\200", "root",   "graph_title",  "multigraph evil", "",
		"a\\",	     "%0A",	 "label",  "%s%n",
	};
	struct sw_munin_graph g = second;

	sw_munin_graph(m, &root);
	for (size_t i = 0; i < SW_COUNT(names); i++) {
		struct sw_fault why = { 0 };
		struct sw_munin_field f = { .name = sw_field_hashed("u_", raw_of(names[i])),
					    .label = sw_label_from(raw_of(names[i])),
					    .extinfo = sw_label_from(raw_of(names[i])),
					    .value = sw_munin_value_of(1) };

		sw_fault(&why, EINVAL, "%s", names[i]);
		sw_munin_add(m, &f);
		f.name = sw_field_hashed("v_", raw_of(names[i]));
		sw_munin_add_unknown(m, &f, &why);
		sw_munin_complain(m, &why);
		sw_label_add(&g.about, raw_of(names[i]));
	}
	sw_munin_graph(m, &g);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	return 0;
}

static void no_name_of_others_makes_a_line(void **state)
{
	static const struct {
		const char *word;
		bool dirty;
		int fields; /* lines with ".value " or, in config, ".label " */
	} rows[] = { { "config", false, 33 }, { NULL, false, 33 }, { "config", true, 33 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(hostile, rows[i].word, rows[i].dirty);
		char *rest = run.out;
		char *line;
		int fields = 0;
		int graphs = 0;

		want_number("status", run.status, 0);
		while ((line = next_line(&rest))) {
			const char *dot = strchr(line, '.');

			want_munin_line(line);
			graphs += strncmp(line, "multigraph ", 11) == 0;
			fields += dot && strncmp(dot, rows[i].word ? ".label " : ".value ", 7) == 0;
		}
		want_number("graphs", graphs, 2);
		want_number("fields", fields, rows[i].fields);
		plugin_free(&run);
	}
}

static int same_names(struct sw_munin *m)
{
	struct sw_munin_field f = { .name = sw_field_own("_dev_sda1") };

	sw_munin_graph(m, &root);
	f.label = sw_label_printed("first");
	f.value = sw_munin_value_of(1);
	sw_munin_add(m, &f);
	f.label = sw_label_printed("second");
	f.value = sw_munin_value_of(2);
	sw_munin_add(m, &f);
	sw_munin_add(m, &f); /* the very same again */
	sw_munin_graph(m, &second);
	f.value = sw_munin_value_of(4); /* in another graph the name is free */
	sw_munin_add(m, &f);
	return 0;
}

static void two_fields_of_one_name_are_both_there(void **state)
{
	struct plugin_run run = run_with(same_names, NULL, false);
	struct sw_field other = sw_field_hashed("_", raw_of("second"));
	char want[512];

	(void)state;
	snprintf(want, sizeof(want),
		 "multigraph fake\n_dev_sda1.value 1\n%s.value 2\nmultigraph fake.by_account\n"
		 "_dev_sda1.value 4\n",
		 other.s);
	want_text("values", run.out, want);
	want_in("what is left out is said", run.err, "1 field");
	plugin_free(&run);
}

static int too_many(struct sw_munin *m)
{
	sw_munin_graph(m, &root);
	for (int i = 0; i < 5000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%d", i);
		sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own(name),
							  .value = sw_munin_value_of(i) });
	}
	return 0;
}

static void what_does_not_fit_is_said(void **state)
{
	struct plugin_run run = run_with(too_many, NULL, false);

	(void)state;
	want_number("status", run.status, 0);
	want_in("the first", run.out, "f0.value 0\n");
	want_number("bounded", strstr(run.out, "f4999.value") == NULL, true);
	want_in("said", run.err, "left out");
	plugin_free(&run);
}

static int one_graph(struct sw_munin *m)
{
	struct sw_fault note = { 0 };
	static const struct sw_munin_graph bare = { .title = "Bare" };

	sw_fault(&note, EINVAL, "env.x is odd");
	sw_munin_complain(m, &note);
	sw_munin_graph(m, &bare);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("a"),
						  .value = sw_munin_value_of(-0.00001) });
	return 0;
}

static int plain_fields; /* of each of two graphs */
static int plain_first;

static int plain(struct sw_munin *m)
{
	for (int g = 0; g < 2; g++) {
		sw_munin_graph(m, g ? &second : &root);
		sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("own"),
							  .colour = "332288" });
		for (int i = 0; i < plain_fields; i++) {
			char name[32];

			snprintf(name, sizeof(name), "%c%d", g ? 'b' : 'a', plain_first + i);
			sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own(name) });
		}
	}
	return 0;
}

/* Whatever their names: nine that differ in each graph, beside those that a plugin gives. */
static void each_field_has_a_colour_as_long_as_there_are(void **state)
{
	enum { COLOURS = 9 };
	static const char *const none[] = { NULL };
	struct sw_munin_plugin with_palette = fake;
	struct sw_host h = { .root = -1, .env = none };

	with_palette.palette = true;
	(void)state;
	now = plain;
	for (plain_fields = 1; plain_fields < COLOURS + 3; plain_fields++)
		for (plain_first = 0; plain_first < 60; plain_first += 7) {
			struct plugin_run run = plugin_run(&with_palette, &h, NULL, "config");
			const char *at = run.out;
			int seen[2] = { 0, 0 };
			char colour[2][COLOURS][8];

			while ((at = strstr(at, ".colour ")) != NULL) {
				int g = strstr(at, "multigraph") == NULL;

				at += strlen(".colour ");
				if (strncmp(at, "332288\nown", 6) == 0 &&
				    strncmp(at - strlen("own.colour "), "own", 3) == 0)
					continue;
				assert_true(seen[g] < COLOURS);
				snprintf(colour[g][seen[g]], 8, "%.6s", at);
				for (int k = 0; k < seen[g]; k++)
					want_number("as another has",
						    strcmp(colour[g][seen[g]], colour[g][k]) != 0,
						    true);
				seen[g]++;
			}
			for (int g = 0; g < 2; g++)
				want_number("colours", seen[g],
					    plain_fields < COLOURS ? plain_fields : COLOURS);
			plugin_free(&run);
		}
}

static void one_graph_alone_is_no_multigraph(void **state)
{
	struct plugin_run run = run_with(one_graph, "config", true);

	(void)state;
	want_text("both", run.out,
		  "graph_title Bare\ngraph_info Note: env.x is odd\na.label a\na.value 0\n");
	plugin_free(&run);
}

static void the_help_lists_settings_and_ends_in_the_markers(void **state)
{
	static const char markers[] = "\n#%# family=auto\n#%# capabilities=autoconf\n";
	struct plugin_run run = run_with(full, "--help", false);

	(void)state;
	want_in("name and summary", run.out, "fake " SW_VERSION " - shows what a test adds\n");
	want_in("a setting without a default", run.out, "\n  env.logfile [] the log\n");
	want_in("a setting with one", run.out, "\n  env.accounts [20] how many\n");
	want_text("the end", run.out + strlen(run.out) - strlen(markers), markers);
	want_number("no wildcard", strstr(run.out, "suggest") == NULL, true);
	plugin_free(&run);
	run = run_with(full, "--version", false);
	want_text("version", run.out, "fake (spoolwatch) " SW_VERSION "\n");
	plugin_free(&run);
}

static int nothing_set(struct sw_munin *m)
{
	sw_munin_graph(m, &root);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("a") });
	sw_munin_add(m, &(struct sw_munin_field){
				.name = sw_field_own("b"), .points = 2, .first = 60, .step = 60 });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("c"),
						  .value = sw_munin_value_of(0) });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("d"),
						  .value = sw_munin_value_of(NAN) });
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("e"),
						  .value = sw_munin_value_of(-INFINITY) });
	return 0;
}

static void a_value_that_nobody_set_is_u(void **state)
{
	struct plugin_run run = run_with(nothing_set, NULL, false);

	(void)state;
	want_text("values", run.out,
		  "a.value U\nb.value 60:U\nb.value 120:U\nc.value 0\nd.value U\ne.value U\n");
	plugin_free(&run);
}

static int beside(struct sw_munin *m)
{
	struct sw_label line = sw_label_from(raw_of("a\n# timeout\n.\nb.value 1"));

	sw_munin_graph(m, &root);
	if (munin_has_beside(m))
		munin_beside(m, &line);
	line = sw_label_printed("second");
	munin_beside(m, &line);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("c") });
	return 0;
}

static void lines_beside_the_values_are_of_fetch_alone_and_lines_they_stay(void **state)
{
	struct plugin_run run = run_with(beside, NULL, false);

	(void)state;
	want_text("fetch", run.out, "c.value U\n#a%0A%23 timeout%0A.%0Ab.value 1\n#second\n");
	plugin_free(&run);
	for (int dirty = 0; dirty < 2; dirty++) {
		run = run_with(beside, "config", dirty);
		want_number("config", strchr(run.out, '#') == NULL, true);
		plugin_free(&run);
	}
	run = run_with(beside, "openmetrics", false);
	want_number("openmetrics", strstr(run.out, "second") == NULL, true);
	plugin_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_and_values_are_two_faces_of_one_list),
		cmocka_unit_test(no_name_of_others_makes_a_line),
		cmocka_unit_test(a_value_that_nobody_set_is_u),
		cmocka_unit_test(two_fields_of_one_name_are_both_there),
		cmocka_unit_test(what_does_not_fit_is_said),
		cmocka_unit_test(lines_beside_the_values_are_of_fetch_alone_and_lines_they_stay),
		cmocka_unit_test(each_field_has_a_colour_as_long_as_there_are),
		cmocka_unit_test(one_graph_alone_is_no_multigraph),
		cmocka_unit_test(the_help_lists_settings_and_ends_in_the_markers),
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
