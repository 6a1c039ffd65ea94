/* One run of a plugin; its output line by line: test_render.c; its environment: test_settings.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

/* The plugin of these tests does what the test of the moment wants. */
static int (*now)(struct sw_munin *m, struct sw_fault *why);

static int act(struct sw_munin *m, struct sw_fault *why)
{
	return now(m, why);
}

static const struct sw_munin_plugin fake = { .name = "fake",
					     .summary = "a test",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .probe = act,
					     .collect = act };
static const struct sw_munin_plugin wild = { .name = "wild_",
					     .summary = "a test",
					     .markers =
						     SW_MUNIN_MARKERS("auto", "autoconf suggest"),
					     .probe = act,
					     .suggest = act,
					     .collect = act };

static const struct sw_munin_graph graph = { .title = "Fake", .category = "test" };

static void add(struct sw_munin *m, const char *name, double value)
{
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own(name),
						  .label = sw_label_printed("%s", name),
						  .value = sw_munin_value_of(value) });
}

static struct plugin_run run_with(int (*fn)(struct sw_munin *, struct sw_fault *),
				  const struct sw_munin_plugin *plugin, const char *const *env,
				  const char *argv0, const char *word)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .env = env ? env : none };

	now = fn;
	return plugin_run(plugin, &h, argv0, word);
}

static int fine(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	sw_munin_graph(m, &graph);
	add(m, "load", 2.5);
	return 0;
}

static void the_words_that_munin_passes_are_known(void **state)
{
	static const char *const dirty[] = { "MUNIN_CAP_DIRTYCONFIG=1", NULL };
	static const char *const clean[] = { "MUNIN_CAP_DIRTYCONFIG=0", NULL };
	static const char config[] = "graph_title Fake\ngraph_category test\nload.label load\n";
	static const struct {
		const char *what;
		const char *word;
		const char *const *env;
		int status;
		const char *out; /* NULL: not compared */
	} rows[] = {
		{ "fetch", NULL, NULL, 0, "load.value 2.5\n" },
		{ "fetch, spelled out", "fetch", NULL, 0, "load.value 2.5\n" },
		{ "fetch, empty", "", NULL, 0, "load.value 2.5\n" },
		{ "config", "config", NULL, 0, config },
		{ "config of a clean master", "config", clean, 0, config },
		{ "config of a dirty master", "config", dirty, 0,
		  "graph_title Fake\ngraph_category test\nload.label load\nload.value 2.5\n" },
		{ "fetch of a dirty master", NULL, dirty, 0, "load.value 2.5\n" },
		{ "autoconf", "autoconf", NULL, 0, "yes\n" },
		{ "version", "--version", NULL, 0, NULL },
		{ "help", "--help", NULL, 0, NULL },
		{ "suggest, not a wildcard", "suggest", NULL, 2, "" },
		{ "nonsense", "nonsense", NULL, 2, "" },
		{ "an option", "-x", NULL, 2, "" },
		{ "almost config", "config2", NULL, 2, "" },
		{ "almost fetch", " ", NULL, 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(fine, &fake, rows[i].env, NULL, rows[i].word);

		want_number(rows[i].what, run.status, rows[i].status);
		if (rows[i].out)
			want_text(rows[i].what, run.out, rows[i].out);
		want_number(rows[i].what, run.err[0] != '\0', rows[i].status != 0);
		plugin_free(&run);
	}
}

static void an_unknown_word_is_quoted_safely(void **state)
{
	struct plugin_run run = run_with(fine, &fake, NULL, NULL, "a\nb`c`");

	(void)state;
	want_text("standard error", run.err, "fake: unknown argument a%0Ab%60c%60; try --help\n");
	plugin_free(&run);
}

static void more_arguments_are_no_error(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .env = none };
	char name[] = "fake", config[] = "config", cap[] = "cap";
	char *argv[] = { name, config, cap, NULL };
	char *no_argv[] = { NULL };
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(out);
	now = fine;
	want_number("config cap", munin_run(&fake, 3, argv, &h, out, stderr), 0);
	want_number("not even a name", munin_run(&fake, 0, no_argv, &h, out, stderr), 0);
	fclose(out);
}

static int yes(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_fault note = { 0 };

	(void)why;
	sw_fault(&note, EINVAL, "by the way");
	sw_munin_complain(m, &note);
	return 0;
}

static int no_reason(struct sw_munin *m, struct sw_fault *why)
{
	(void)m;
	(void)why;
	return -ENOENT;
}

static int reason(struct sw_munin *m, struct sw_fault *why)
{
	(void)m;
	return sw_fault(why, ENOENT, "no /a (b)\n`c`");
}

static void autoconf_says_exactly_yes_or_no(void **state)
{
	static const struct {
		int (*probe)(struct sw_munin *, struct sw_fault *);
		const char *out; /* ^yes$ or ^no(?:\s+\((.*)\))?\s*$ */
		const char *err; /* each line begins with '#' */
	} rows[] = {
		{ yes, "yes\n", "# fake: by the way\n" },
		{ reason, "no (no /a (b)%0A%60c%60)\n", "" },
		{ no_reason, "no (not on this host)\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run = run_with(rows[i].probe, &fake, NULL, NULL, "autoconf");

		want_number("status", run.status, 0);
		want_text("standard output", run.out, rows[i].out);
		want_text("standard error", run.err, rows[i].err);
		plugin_free(&run);
	}
}

static int suggest_some(struct sw_munin *m, struct sw_fault *why)
{
	static const char *const names[] = { "postfix-out", "mx.example",
					     "a:b_c",	    "email@ourdomain.com",
					     "a b",	    "",
					     "a\nb",	    "\303\274" };

	(void)why;
	for (size_t i = 0; i < SW_COUNT(names); i++)
		sw_munin_suggest(m, raw_of(names[i]));
	return 0;
}

static int suggest_each_byte(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	for (int c = 0; c < 256; c++) {
		const char name[] = { 'a', (char)c, 'b' };

		sw_munin_suggest(m, raw_from(name, 3));
		sw_munin_suggest(m, raw_from(name + 1, 1));
	}
	return 0;
}

static int suggest_one(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	sw_munin_suggest(m, raw_of("x"));
	return 0;
}

static int suggest_none(struct sw_munin *m, struct sw_fault *why)
{
	(void)m;
	return sw_fault(why, ENOENT, "no instances");
}

static void suggest_gives_only_what_munin_takes(void **state)
{
	struct plugin_run run = run_with(suggest_some, &wild, NULL, NULL, "suggest");

	(void)state;
	want_number("status", run.status, 0);
	want_text("standard output", run.out, "postfix-out\nmx.example\na:b_c\n");
	want_in("standard error", run.err,
		"# wild_: email@ourdomain.com cannot be a Munin instance");
	for (const char *p = run.err; *p; p = strchr(p, '\n') + 1)
		want_number("each line is a comment", strncmp(p, "# wild_: ", 9), 0);
	plugin_free(&run);
	run = run_with(suggest_each_byte, &wild, NULL, NULL, "suggest");
	{
		static const char kept[] = "-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
					   "abcdefghijklmnopqrstuvwxyz";
		char want[7 * sizeof(kept)];
		size_t n = 0;

		for (const char *c = kept; *c; c++)
			n += (size_t)snprintf(want + n, sizeof(want) - n, "a%cb\n%c\n", *c, *c);
		want_text("each byte that may stand there", run.out, want);
	}
	plugin_free(&run);
	run = run_with(suggest_one, &wild, NULL, NULL, "suggest");
	want_text("of one", run.out, "x\n");
	want_text("nothing is wrong with it", run.err, "");
	plugin_free(&run);
	run = run_with(suggest_none, &wild, NULL, NULL, "suggest");
	want_number("status", run.status, 0);
	want_text("standard output", run.out, "");
	want_text("standard error", run.err, "# wild_: no instances\n");
	plugin_free(&run);
}

static int two_graphs(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph second = { .name = "by", .title = "Second" };

	(void)why;
	sw_munin_graph(m, &graph);
	add(m, "called", 1);
	sw_munin_graph(m, &second);
	sw_munin_add(m, &(struct sw_munin_field){
				.name = sw_field_own("instance"),
				.label = sw_label_from(raw_of(
					sw_munin_instance(m) ? sw_munin_instance(m) : "none")) });
	return 0;
}

static void graphs_are_named_after_the_link(void **state)
{
	static const struct {
		const struct sw_munin_plugin *plugin;
		const char *argv0;
		const char *called;
		const char *instance; /* its field's name where there is none */
	} rows[] = {
		{ &fake, "fake", "fake", "instance" },
		{ &fake, "/etc/munin/plugins/df_inode", "df_inode", "instance" },
		{ &fake, "./a-b:c.d@e", "a_b_c_d_e", "instance" },
		{ &fake, "fake_more", "fake_more", "instance" },
		{ &fake, "/etc/munin/plugins/", "fake", "instance" },
		{ &fake, "", "fake", "instance" },
		{ &wild, "wild_", "wild_", "instance" },
		{ &wild, "/x/wild_postfix-out", "wild_postfix_out", "postfix-out" },
		{ &wild, "wild_mx.example", "wild_mx_example", "mx.example" },
		{ &wild, "other", "other", "none" },
		{ &wild, "wild", "wild", "none" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run =
			run_with(two_graphs, rows[i].plugin, NULL, rows[i].argv0, "config");
		char want[512];

		snprintf(want, sizeof(want),
			 "multigraph %s\ngraph_title Fake\ngraph_category test\ncalled.label "
			 "called\n"
			 "multigraph %s.by\ngraph_title Second\ninstance.label %s\n",
			 rows[i].called, rows[i].called, rows[i].instance);
		want_text(rows[i].argv0, run.out, want);
		plugin_free(&run);
	}
}

/* A service name ends where its room does. */
static void a_long_name_is_cut(void **state)
{
	(void)state;
	for (size_t n = 253; n < 300; n++) {
		struct plugin_run run;
		char name[300];
		char want[512];

		memset(name, 'x', n);
		name[n] = '\0';
		run = run_with(two_graphs, &fake, NULL, name, "config");
		snprintf(want, sizeof(want), "multigraph %.255s\ngraph_title", name);
		want_number("name", strncmp(run.out, want, strlen(want)), 0);
		plugin_free(&run);
	}
}

static size_t wanted; /* fields */
static size_t graphs;

static int many_fields(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	for (size_t i = 0; i < wanted; i++) {
		char name[32];

		if (i < graphs)
			sw_munin_graph(m, &graph);
		snprintf(name, sizeof(name), "f%zu", i);
		add(m, name, (double)i);
	}
	return 0;
}

static void fields_that_find_no_room_are_counted(void **state)
{
	static const struct {
		const char *what;
		size_t fields, graphs;
		size_t want;
		const char *said;
	} rows[] = {
		{ "as many as there is room for", 2048, 1, 2048, "" },
		{ "one more", 2049, 1, 2048,
		  "fake: 1 field more than a graph can hold was left out\n" },
		{ "two more", 2050, 1, 2048,
		  "fake: 2 fields more than a graph can hold were left out\n" },
		{ "as many graphs", 20, 16, 20, "" },
		{ "a graph more", 20, 17, 16,
		  "fake: 4 fields more than a graph can hold were left out\n" },
		{ "a field of no graph", 1, 0, 0, "fake: nothing to show on this host\n" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;
		size_t got = 0;

		wanted = rows[i].fields;
		graphs = rows[i].graphs;
		run = run_with(many_fields, &fake, NULL, NULL, "fetch");
		want_text(rows[i].what, run.err, rows[i].said);
		for (const char *at = run.out; (at = strstr(at, ".value ")); at++) {
			want_number(rows[i].what, atoi(at + strlen(".value ")), got);
			got++;
		}
		want_number(rows[i].what, got, rows[i].want);
		plugin_free(&run);
	}
}

static int of_one_name(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	sw_munin_graph(m, &graph);
	for (size_t i = 0; i < wanted; i++)
		sw_munin_add(m, &(struct sw_munin_field){
					.name = sw_field_own("same"),
					.label = sw_label_printed("of %zu", i % (wanted - 1)),
					.value = sw_munin_value_of((double)i) });
	return 0;
}

/* Each has a name of its own, out of its label; of two that are the same in both one is left. */
static void fields_of_one_name_are_told_apart(void **state)
{
	(void)state;
	for (wanted = 3; wanted < 200; wanted = 2 * wanted + 1) {
		struct plugin_run run = run_with(of_one_name, &fake, NULL, NULL, "fetch");
		char *line = strtok(run.out, "\n");
		char seen[200][32];
		size_t n = 0;

		for (; line; line = strtok(NULL, "\n"), n++) {
			assert_true(n < SW_COUNT(seen) && strlen(line) < sizeof(seen[0]));
			strcpy(seen[n], line);
			*strchr(seen[n], '.') = '\0';
			want_number("in their order", atoi(strchr(line, ' ')), n);
			for (size_t k = 0; k < n; k++)
				want_number(line, strcmp(seen[n], seen[k]) != 0, true);
		}
		want_text("the first keeps it", seen[0], "same");
		want_number("all", n, wanted);
		want_text("none is lost", run.err, "");
		plugin_free(&run);
	}
}

static int failing(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_fault note = { 0 };

	sw_fault(&note, EIO, "note");
	fine(m, why);
	sw_munin_complain(m, &note);
	return sw_fault(why, EACCES, "open /x: denied");
}

static int empty(struct sw_munin *m, struct sw_fault *why)
{
	(void)why;
	sw_munin_graph(m, &graph);
	return 0;
}

static void a_run_that_fails_prints_nothing(void **state)
{
	static const char *const words[] = { NULL, "config" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(words); i++) {
		struct plugin_run run = run_with(failing, &fake, NULL, NULL, words[i]);

		want_number("status", run.status, 1);
		want_text("standard output", run.out, "");
		want_text("standard error", run.err, "fake: note\nfake: open /x: denied\n");
		plugin_free(&run);
		run = run_with(empty, &fake, NULL, NULL, words[i]);
		want_number("no fields", run.status, 1);
		want_text("no fields", run.out, "");
		want_text("no fields", run.err, "fake: nothing to show on this host\n");
		plugin_free(&run);
	}
}

static void an_output_that_can_not_be_written_is_an_error(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const words[] = { "fetch", "config", "autoconf", "--help", "--version" };
	struct sw_host h = { .root = -1, .env = none };
	char name[] = "fake";

	(void)state;
	now = fine;
	for (size_t i = 0; i < SW_COUNT(words); i++) {
		char word[16];
		char *argv[] = { name, word, NULL };
		char *text = NULL;
		size_t n;
		FILE *err = open_memstream(&text, &n);
		FILE *full = fopen("/dev/full", "w");

		assert_true(err && full);
		snprintf(word, sizeof(word), "%s", words[i]);
		want_number(word, munin_run(&fake, 2, argv, &h, full, err), 1);
		fclose(err);
		fclose(full);
		want_in(word, text, "fake: write the output: No space left on device\n");
		free(text);
	}
}

static int unknowns(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_fault denied = { 0 };
	struct sw_fault gone = { 0 };

	(void)why;
	sw_fault(&denied, EACCES, "open a\nb: denied");
	sw_fault(&gone, ENOENT, "gone");
	sw_munin_graph(m, &graph);
	sw_munin_add_unknown(m,
			     &(struct sw_munin_field){ .name = sw_field_own("a"),
						       .value = sw_munin_value_of(7) },
			     &denied);
	sw_munin_add_unknown(
		m,
		&(struct sw_munin_field){ .name = sw_field_own("b"),
					  .points = 3,
					  .first = 1795431600,
					  .step = 60,
					  .at = { sw_munin_value_of(7), sw_munin_value_of(8) } },
		&denied);
	add(m, "c", 0);
	sw_munin_add_unknown(m, &(struct sw_munin_field){ .name = sw_field_own("d") }, &gone);
	return 0;
}

/* What stands in a sentence is sought in the environment, whatever that is. */
static void a_variable_without_a_value_is_none(void **state)
{
	static const char *const odd[] = { "novalue", "", "=", "x=", NULL };
	struct plugin_run run = run_with(unknowns, &fake, odd, NULL, "fetch");
	struct plugin_run bare = run_with(unknowns, &fake, NULL, NULL, "fetch");

	(void)state;
	want_text("standard output", run.out, bare.out);
	want_text("standard error", run.err, bare.err);
	plugin_free(&run);
	plugin_free(&bare);
}

static void what_could_not_be_read_is_u_with_its_reason(void **state)
{
	struct plugin_run run = run_with(unknowns, &fake, NULL, NULL, NULL);

	(void)state;
	want_number("status", run.status, 0);
	want_text("standard output", run.out,
		  "a.value U\na.extinfo open a%0Ab: denied\nb.value 1795431600:U\nb.extinfo open "
		  "a%0Ab: denied\n"
		  "c.value 0\nd.value U\nd.extinfo gone\n");
	want_text("standard error, each reason once", run.err,
		  "fake: a: open a%0Ab: denied\nfake: d: gone\n");
	plugin_free(&run);
}

static int three_graphs(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph third = { .name = "last", .title = "Third" };

	two_graphs(m, why);
	sw_munin_graph(m, &third);
	add(m, "other", 1);
	return 0;
}

static int times(const char *text, const char *piece)
{
	int n = 0;

	while ((text = strstr(text, piece)) != NULL) {
		text += strlen(piece);
		n++;
	}
	return n;
}

static int complaining(struct sw_munin *m, struct sw_fault *why)
{
	for (int i = 0; i < 30; i++) {
		struct sw_fault note = { 0 };

		sw_fault(&note, EINVAL, "note <%d>", i % 3);
		sw_munin_complain(m, &note);
	}
	return three_graphs(m, why);
}

static void a_complaint_is_said_once_and_shown_beside_the_graph(void **state)
{
	struct plugin_run run = run_with(complaining, &fake, NULL, NULL, "config");

	(void)state;
	want_number("status", run.status, 0);
	want_text("standard error", run.err,
		  "fake: note %3C0%3E\nfake: note %3C1%3E\nfake: note %3C2%3E\n");
	want_in("the root graph", run.out,
		"graph_info Note: note %3C0%3E Note: note %3C1%3E Note: note "
		"%3C2%3E\ncalled.label");
	want_in("and the first sub-graph", strstr(run.out, ".by\n"),
		"graph_info Note: note %3C0%3E");
	want_number("no other", times(run.out, "graph_info"), 2);
	plugin_free(&run);
}

static int complaining_much(struct sw_munin *m, struct sw_fault *why)
{
	for (int i = 0; i < 22; i++) {
		struct sw_fault note = { 0 };

		sw_fault(&note, EINVAL, "note %d", i % 11);
		sw_munin_complain(m, &note);
	}
	return three_graphs(m, why);
}

static int complaining_without_end(struct sw_munin *m, struct sw_fault *why)
{
	for (int i = 0; i < 1000; i++) {
		struct sw_fault note = { 0 };

		sw_fault(&note, EINVAL, "note %d", i);
		sw_munin_complain(m, &note);
	}
	return three_graphs(m, why);
}

static void what_is_complained_of_beyond_the_eighth_is_counted(void **state)
{
	struct plugin_run run = run_with(complaining_much, &fake, NULL, NULL, "config");

	(void)state;
	want_in("the eighth and the rest, each once", run.err, "fake: note 7\nfake: and 3 more\n");
	want_number("not the ninth", strstr(run.err, "note 8") == NULL, true);
	want_in("beside the graph", run.out, "Note: note 7 and 3 more\n");
	want_number("the two first alone", times(run.out, "and 3 more"), 2);
	plugin_free(&run);
	run = run_with(complaining_without_end, &fake, NULL, NULL, NULL);
	want_in("bounded", run.err, "fake: and 64 or more\n");
	plugin_free(&run);
}

static int fine_too(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_label none = label_new();

	munin_note(m, &none);
	return fine(m, why);
}

static int noting(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_label note = sw_label_printed("from /var/log/mail.log");

	munin_note(m, &note);
	return fine(m, why);
}

/* What is said where stderr is a terminal, as for munin-run by hand. */
static void read_terminal(int (*fn)(struct sw_munin *, struct sw_fault *), char *ret, size_t size)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .env = none };
	char *argv[] = { (char[]){ "fake" }, NULL };
	int ours = posix_openpt(O_RDWR | O_NOCTTY);
	FILE *out = fopen("/dev/null", "w");
	FILE *terminal;
	size_t n = 0;

	assert_true(ours >= 0 && grantpt(ours) == 0 && unlockpt(ours) == 0);
	terminal = fopen(ptsname(ours), "w");
	assert_true(terminal && out);
	now = fn;
	want_number("status", munin_run(&fake, 1, argv, &h, out, terminal), 0);
	fputs("end", terminal);
	fflush(terminal);
	do { /* a terminal may give it in pieces */
		ssize_t got = read(ours, ret + n, size - 1 - n);

		assert_true(got > 0);
		n += (size_t)got;
		ret[n] = '\0';
	} while (!strstr(ret, "end"));
	fclose(terminal);
	fclose(out);
	close(ours);
}

static void a_note_is_shown_to_who_runs_it_by_hand_and_fills_no_log(void **state)
{
	struct plugin_run run = run_with(noting, &fake, NULL, NULL, "config");
	char text[256];

	(void)state;
	want_text("a node's log", run.err, "");
	want_in("beside the graph", run.out, "from /var/log/mail.log");
	plugin_free(&run);
	read_terminal(noting, text, sizeof(text));
	want_text("a terminal", text, "fake: from /var/log/mail.log\r\nend");
	read_terminal(fine_too, text, sizeof(text));
	want_text("nothing to note", text, "end");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_that_munin_passes_are_known),
		cmocka_unit_test(an_unknown_word_is_quoted_safely),
		cmocka_unit_test(more_arguments_are_no_error),
		cmocka_unit_test(autoconf_says_exactly_yes_or_no),
		cmocka_unit_test(suggest_gives_only_what_munin_takes),
		cmocka_unit_test(graphs_are_named_after_the_link),
		cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(fields_that_find_no_room_are_counted),
		cmocka_unit_test(fields_of_one_name_are_told_apart),
		cmocka_unit_test(a_run_that_fails_prints_nothing),
		cmocka_unit_test(an_output_that_can_not_be_written_is_an_error),
		cmocka_unit_test(a_variable_without_a_value_is_none),
		cmocka_unit_test(what_could_not_be_read_is_u_with_its_reason),
		cmocka_unit_test(a_complaint_is_said_once_and_shown_beside_the_graph),
		cmocka_unit_test(what_is_complained_of_beyond_the_eighth_is_counted),
		cmocka_unit_test(a_note_is_shown_to_who_runs_it_by_hand_and_fills_no_log),
	};

	return cmocka_run_group_tests_name("munin", tests, NULL, NULL);
}
