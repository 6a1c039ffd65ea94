/* What is said of each point: a number, U, or nothing yet. */
#include <errno.h>
#include <stdlib.h>

#include "parts/account_graphs.h"
#include "traffictext.h"

/*
 * Minutes are numbered so that the last three points end spans of 5..9, 6..10, 7..11; what is
 * before is told by the run before, too.
 */
enum { NOW = 1795431617, END = 1795431600, START = END - 12 * 60, HISTORY = 8 };

struct doubt {
	int first, n; /* minutes */
	bool passes;
};

struct row {
	const char *what;
	unsigned history; /* 0: HISTORY */
	unsigned minutes; /* that each point is of */
	struct doubt doubt[2];
	uint64_t blocked; /* a bit a minute */
	int full; /* the file system is, and a message was accepted in this minute; 0: not */
	int before; /* or seconds before it */
	bool levelled;
	bool who; /* somebody is named */
	bool until; /* and still is */
	const char *want; /* "0 1 2": the last points; '-' for one that is not told yet */
	const char *why;  /* in extinfo; "" for none */
	const char *said; /* on stderr; "" for nothing */
};

static const struct row *now;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = now->history };
	struct sw_munin_field f;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	for (size_t i = 0; i < SW_COUNT(now->doubt); i++) {
		const struct doubt *d = &now->doubt[i];
		struct log_reason reason = { .doubt = d->passes ? LOG_SILENT : LOG_MUTE,
					     .passes = d->passes,
					     .where = sw_label_printed("the log") };

		if (d->n)
			log_proof_doubt(&r.s.proof, START + 60 * d->first,
					START + 60 * (d->first + d->n), &reason);
	}
	r.s.blocked.minutes = now->blocked ? now->blocked << (r.s.minutes - 12) : 0;
	r.s.blocked.cause = now->blocked ? BLOCKED_WRITE : BLOCKED_NOT;
	r.full = now->full != 0;
	r.s.blocked.accepted = START + 60 * now->full - now->before;
	f = account_graphs_series(
		&r,
		(struct sw_munin_field){ .name = sw_field_own(now->levelled ? "level" : "plain") });
	for (unsigned i = 0; i < f.points; i++)
		f.at[i] = sw_munin_value_of((double)i + 3 - (double)f.points);
	if (now->who)
		f.extinfo = sw_label_printed("w");
	sw_munin_graph(m, &root);
	account_graphs_add(&r, &f, now->minutes);
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "level_warning", .kind = SW_MUNIN_LEVEL, .fallback = "5" },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

/* "0 U -": what was told of each of the last three points; of a history of one, of that. */
static const char *points(const char *out, unsigned history)
{
	static char text[200];

	text[0] = '\0';
	for (unsigned i = history < 3 ? 3 - history : 0; i < 3; i++) {
		char stamp[32];
		const char *hit;

		snprintf(stamp, sizeof(stamp), " %d:", END - 60 * (int)(2 - i));
		hit = strstr(out, stamp);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.1s",
			 *text ? " " : "", hit ? hit + strlen(stamp) : "-");
	}
	return text;
}

#define SILENT "its queue moved"
#define MUTE   "smtpd is not"

static const struct row rows[] = {
	{ "all are known", .minutes = 1, .want = "0 1 2" },
	{ "and of spans", .minutes = 5, .want = "0 1 2" },
	{ "the last waits", .minutes = 1, .doubt = { { 11, 1, true } }, .want = "0 1 -",
	  .why = SILENT },
	{ "the first is unknown", .minutes = 1, .doubt = { { 9, 1, false } }, .want = "U 1 2",
	  .said = MUTE },
	{ "the one before the last is", .minutes = 1, .doubt = { { 10, 1, false } },
	  .want = "0 U 2", .said = MUTE },
	{ "the last is", .minutes = 1, .doubt = { { 11, 1, false } }, .want = "0 1 U",
	  .why = MUTE },
	{ "one of each", .minutes = 1, .doubt = { { 10, 1, false }, { 11, 1, true } },
	  .want = "0 U -", .why = SILENT },
	{ "what waits does not hold up the younger ones", .minutes = 5, .doubt = { { 0, 6, true } },
	  .want = "- 1 2", .said = SILENT },
	{ "a span is as good as its worst minute", .minutes = 5, .doubt = { { 5, 1, false } },
	  .want = "U 1 2", .said = MUTE },
	{ "in all of the spans", .minutes = 5, .doubt = { { 7, 1, false } }, .want = "U U U",
	  .why = MUTE },
	{ "of the minute alone it matters not", .minutes = 1, .doubt = { { 7, 1, false } },
	  .want = "0 1 2", .said = MUTE },
	{ "all wait", .minutes = 1, .doubt = { { 9, 3, true } }, .want = "- - -", .why = SILENT },
	{ "in a short history nobody tells them again", .history = 3, .minutes = 1,
	  .doubt = { { 9, 3, true } }, .want = "U U U", .why = SILENT },
	{ "nor the five oldest of a longer one", .history = 7, .minutes = 1,
	  .doubt = { { 9, 3, true } }, .want = "U - -", .why = SILENT },
	{ "of one point", .history = 1, .minutes = 1, .want = "2" },
	{ "which is unknown", .history = 1, .minutes = 1, .doubt = { { 11, 1, false } },
	  .want = "U", .why = MUTE },
	{ "which would wait", .history = 1, .minutes = 5, .doubt = { { 11, 1, true } }, .want = "U",
	  .why = SILENT },
	{ "blocked, without a level", .minutes = 5, .blocked = 1 << 11, .want = "0 1 2" },
	{ "with a level: an OK would be mailed", .minutes = 5, .blocked = 1 << 11, .levelled = true,
	  .want = "0 1 U", .why = "this is no calm" },
	{ "for as long as a minute of it was", .minutes = 5, .blocked = 1 << 7, .levelled = true,
	  .want = "U U U", .why = "this is no calm" },
	{ "over", .minutes = 5, .blocked = 1 << 4, .levelled = true, .want = "0 1 2",
	  .said = "this is no calm" },
	{ "full since the last message", .minutes = 1, .full = 9, .levelled = true, .want = "0 U U",
	  .why = "file system of the queue is full" },
	{ "or since the second before", .minutes = 1, .full = 9, .before = 1, .levelled = true,
	  .want = "U U U", .why = "file system of the queue is full" },
	{ "full, without a level", .minutes = 1, .full = 9, .want = "0 1 2" },
	{ "who was named until then", .minutes = 5, .blocked = 1 << 11, .levelled = true,
	  .want = "0 1 U", .why = "this is no calm", .who = true, .until = true },
	{ "whatever the span before it is", .minutes = 5, .doubt = { { 6, 1, false } },
	  .blocked = 1 << 11, .levelled = true, .want = "U U U", .why = "this is no calm",
	  .who = true, .until = true },
	{ "nobody, if the log is not known", .minutes = 5, .doubt = { { 11, 1, false } },
	  .levelled = true, .want = "0 1 U", .why = MUTE, .who = true },
	{ "whichever minute of it", .minutes = 5, .doubt = { { 7, 1, false } }, .levelled = true,
	  .blocked = 1 << 11, .want = "U U U", .why = MUTE, .who = true },
	{ "nor if it is not yet", .minutes = 5, .doubt = { { 11, 1, true } }, .levelled = true,
	  .want = "0 1 -", .why = SILENT, .who = true },
	{ "who is named now", .minutes = 5, .levelled = true, .want = "0 1 2",
	  .why = "extinfo w\n", .who = true },
	{ "the reason of the log goes first", .minutes = 5, .doubt = { { 11, 1, true } },
	  .blocked = 1 << 11, .levelled = true, .want = "0 1 -", .why = SILENT },
};

static void each_point_is_a_number_or_u_or_not_told_yet(void **state)
{
	static const char *const none[] = { NULL };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = { .root = -1, .now = NOW, .env = none };
		struct row row = rows[i];
		struct plugin_run run;

		row.history = row.history ? row.history : HISTORY;
		now = &row;
		run = plugin_run(&fake, &h, NULL, NULL);
		want_text(row.what, points(run.out, row.history), row.want);
		want_in(row.what, run.out, row.why ? ".extinfo" : "");
		want_in(row.what, run.out, row.why ? row.why : "");
		want_number(row.what, strstr(run.out, ".extinfo") != NULL, row.why != NULL);
		want_in(row.what, run.err, row.said ? row.said : "");
		want_number(row.what, *run.err != '\0',
			    row.said || (row.why && (!row.who || !strstr(row.want, "2"))));
		want_number(row.what, strstr(run.out, ", until then w\n") != NULL, row.until);
		want_number(row.what, strstr(run.out, "until then") != NULL, row.until);
		plugin_free(&run);
	}
}

/* Accounts of one message each, then one of `most`, in the last minutes of a window. */
static int accounts, earlier; /* these in a minute before that span */
static int most;
static const char *failed;

static int collect_greatest(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 1, .accounts = 2 };
	struct sw_munin_field f = { .name = sw_field_own("busiest") };

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	for (int i = 0; i < accounts; i++) {
		char name[32];

		snprintf(name, sizeof(name), "u%d@x", i);
		sent(&r.s, r.s.start + 60 * (int64_t)account_graphs_span(0).first, 1,
		     "unknown[192.0.2.1]", name);
	}
	for (int i = 0; i < earlier; i++) {
		char name[32];

		snprintf(name, sizeof(name), "v%d@x", i);
		sent(&r.s, r.s.start, 1, "unknown[192.0.2.1]", name);
	}
	sent(&r.s, r.s.start + 60 * (int64_t)account_graphs_span(0).first, most,
	     "unknown[192.0.2.1]", "most@x");
	if (failed) {
		const struct log_proof proof = r.s.proof;

		sw_fault(&r.failed, EIO, "%s", failed);
		traffic_free(&r.s);
		r.s = (struct traffic){ .proof = proof };
	}
	sw_munin_graph(m, &root);
	account_graphs_add_greatest(&r, f, TRAFFIC_MESSAGES);
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting greatest_settings[] = {
	{ .name = "config_directory", .kind = SW_MUNIN_TEXT, .fallback = "/etc/postfix" },
	{ .name = "busiest_warning", .kind = SW_MUNIN_LEVEL, .fallback = "2" },
	{ 0 },
};

/* More accounts than are kept: a count that each of the forgotten may have had is none. */
static void the_greatest_is_told_where_no_other_can_be(void **state)
{
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .settings = greatest_settings,
						       .collect = collect_greatest };
	static const char *const none[] = { NULL };
	static const struct {
		const char *what;
		int accounts, earlier, most;
		const char *failed;
		const char *value;
		const char *extinfo;
	} greatest[] = {
		{ "nobody", 0, 0, 0, NULL, "0", NULL },
		{ "one, as busy as the level is", 0, 0, 10, NULL, "2", "most@x 10 msg in 5 min, 100% from 192.0.2.1\n" },
		{ "one above it", 0, 0, 11, NULL, "2.2", "(spoolwatch contain most@x)" },
		{ "as many as are kept", TRAFFIC_ACCOUNTS - 1, 0, 10, NULL, "2", "most@x" },
		{ "more, of whom none sent so much", TRAFFIC_ACCOUNTS + 9, 0, 10, NULL, "2",
		  "most@x 10 msg in 5 min (or up to 1 more)" },
		{ "more, none of them busier", 2 * TRAFFIC_ACCOUNTS, 0, 0, NULL, "0.2",
		  "1 msg in 5 min (or up to 1 more)" },
		{ "more, which may have been", 3 * TRAFFIC_ACCOUNTS, 0, 0, NULL, "U",
		  "1 msg in 5 min (or up to 2 more)" },
		{ "nobody, of as many as are kept", 0, TRAFFIC_ACCOUNTS, 0, NULL, "0", NULL },
		{ "nobody, of one more", 0, TRAFFIC_ACCOUNTS + 1, 0, NULL, "U", NULL },
		{ "no log", 5, 0, 10, "no log", "U", "no log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(greatest); i++) {
		struct sw_host h = { .root = -1, .now = NOW, .env = none };
		struct plugin_run run;
		char want[64];

		accounts = greatest[i].accounts;
		earlier = greatest[i].earlier;
		most = greatest[i].most;
		failed = greatest[i].failed;
		run = plugin_run(&plugin, &h, NULL, NULL);
		snprintf(want, sizeof(want), "busiest.value %d:%s\n", END, greatest[i].value);
		want_in(greatest[i].what, run.out, want);
		want_in(greatest[i].what, run.out, greatest[i].extinfo ? greatest[i].extinfo : "");
		want_number(greatest[i].what, strstr(run.out, "extinfo") != NULL,
			    greatest[i].extinfo != NULL);
		plugin_free(&run);
	}
}

/* Three accounts, of which the settings let one be drawn. */
static int collect_subs(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m,
				    .history = 2,
				    .accounts = (size_t)sw_munin_count(m, "accounts") };
	int64_t last;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	last = r.s.start + 60 * (int64_t)minutes_last(1);
	sent(&r.s, last, 30, "unknown[192.0.2.1]", "first@x");
	sent(&r.s, last, 20, "unknown[192.0.2.1]", "second@x");
	sent(&r.s, last, 10, "unknown[192.0.2.1]", "third@x");
	sw_munin_graph(m, &root);
	account_graphs_add_subs(&r);
	traffic_free(&r.s);
	return 0;
}

static void the_rest_is_others_where_only_so_many_are_drawn(void **state)
{
	static const struct sw_munin_setting counts[] = {
		{ .name = "accounts", .kind = SW_MUNIN_COUNT, .fallback = "1", .min = 1, .max = 9 },
		{ .name = "floor", .kind = SW_MUNIN_COUNT, .fallback = "1", .max = 9 },
		{ 0 },
	};
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .settings = counts,
						       .collect = collect_subs };
	static const struct {
		const char *set;
		const char *drawn[4];
		int others;
	} draws[] = {
		{ "accounts=1", { "u_first" }, 30 },
		{ "accounts=2", { "u_first", "u_second" }, 10 },
		{ "accounts=3", { "u_first", "u_second", "u_third" }, 0 },
		{ "floor=2", { "u_first" }, 30 },
		{ "floor=9", { NULL }, 60 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(draws); i++) {
		const char *env[] = { draws[i].set, NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = env };
		struct plugin_run run = plugin_run(&plugin, &h, NULL, NULL);
		const char *end = strstr(run.out, "multigraph r.by_recipients");
		char want[64];
		size_t fields = 0;

		assert_non_null(end);
		for (const char *p = run.out; (p = strstr(p, "\nu_")) && p < end; p++)
			fields += strncmp(strchr(p + 1, '.'), ".value", 6) == 0;
		for (size_t k = 0; draws[i].drawn[k]; k++, fields -= 2) /* two points each */
			want_in(draws[i].set, run.out, draws[i].drawn[k]);
		want_number(draws[i].set, fields, 0);
		snprintf(want, sizeof(want), "others.value %d:%d\n", END, draws[i].others);
		want_in(draws[i].set, run.out, want);
		plugin_free(&run);
	}
}

static bool is_doubted; /* a minute before the span of the last point, by which it is drawn */

static int collect_rest(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 8, .accounts = 20 };
	const struct log_reason silent = { .doubt = LOG_SILENT, .passes = true };
	int64_t last;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	last = r.s.start + 60 * (int64_t)minutes_last(7);
	sent(&r.s, last, 30, "unknown[192.0.2.1]", "first@x");
	sent(&r.s, last, 1, "unknown[192.0.2.1]", "second@x");
	if (is_doubted)
		log_proof_doubt(&r.s.proof, last - 6 * 60, last - 5 * 60, &silent);
	sw_munin_graph(m, &root);
	account_graphs_add_subs(&r);
	traffic_free(&r.s);
	return 0;
}

/* One that sent much in the minute that is not known yet would be drawn, and no other. */
static void who_is_not_drawn_waits_for_what_is_not_known(void **state)
{
	static const struct sw_munin_setting counts[] = {
		{ .name = "floor", .kind = SW_MUNIN_COUNT, .fallback = "1", .max = 9 },
		{ 0 },
	};
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .settings = counts,
						       .collect = collect_rest };
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .now = NOW, .env = none };
	char others[64];

	(void)state;
	snprintf(others, sizeof(others), "others.value %d:", END);
	for (int i = 0; i < 2; i++) {
		struct plugin_run run;

		is_doubted = i == 1;
		run = plugin_run(&plugin, &h, NULL, NULL);
		want_in("who is drawn is told", run.out, "u_first_x");
		*strstr(run.out, "multigraph r.by_recipients") = '\0';
		want_number(others, strstr(run.out, others) != NULL, !is_doubted);
		plugin_free(&run);
	}
}

static uint64_t blocked_minutes; /* of the last ten, the youngest is 512 */

static int collect_blocked(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 1 };

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	r.s.blocked.minutes = blocked_minutes << (r.s.minutes - 10);
	r.s.blocked.cause = blocked_minutes ? BLOCKED_WRITE : BLOCKED_NOT;
	r.s.blocked.since = END - 60;
	sw_munin_graph(m, &root);
	account_graphs_add_blocked(&r);
	traffic_free(&r.s);
	return 0;
}

static void minutes_without_a_queue_are_counted_and_explained(void **state)
{
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .collect = collect_blocked };
	static const char *const none[] = { NULL };
	static const struct {
		uint64_t minutes;
		int want;
	} spans[] = { { 0, 0 },	    { 512, 1 }, { 32, 1 }, { 992, 5 },
		    { 320, 2 }, { 16, 0 },  { 31, 0 }, { 1023, 5 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(spans); i++) {
		struct sw_host h = { .root = -1, .now = NOW, .env = none };
		struct plugin_run run;
		char want[64];

		blocked_minutes = spans[i].minutes;
		run = plugin_run(&plugin, &h, NULL, NULL);
		snprintf(want, sizeof(want), "blocked.value %d:%d\n", END, spans[i].want);
		want_in("value", run.out, want);
		want_number("why", strstr(run.out, "blocked.extinfo no mail ") != NULL,
			    spans[i].want > 0);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_point_is_a_number_or_u_or_not_told_yet),
		cmocka_unit_test(minutes_without_a_queue_are_counted_and_explained),
		cmocka_unit_test(the_rest_is_others_where_only_so_many_are_drawn),
		cmocka_unit_test(who_is_not_drawn_waits_for_what_is_not_known),
		cmocka_unit_test(the_greatest_is_told_where_no_other_can_be),
	};

	return cmocka_run_group_tests_name("account_graphs", tests, NULL, NULL);
}
