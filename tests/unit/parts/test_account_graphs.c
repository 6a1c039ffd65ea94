/* What is said of each point: a number, U, or nothing yet. */
#include <stdlib.h>

#include "parts/account_graphs.h"
#include "traffictext.h"

/* 12 minutes are read for three points; point i ends a span of the minutes 5+i..9+i. */
enum { NOW = 1795431617, END = 1795431600, START = END - 12 * 60 };

struct doubt {
	int first, n; /* minutes */
	bool passes;
};

struct row {
	const char *what;
	unsigned history; /* 0: 3 */
	unsigned minutes; /* that each point is of */
	struct doubt doubt[2];
	uint64_t blocked; /* a bit a minute */
	int full;	  /* the file system is, and a message was accepted in this minute; 0: not */
	bool levelled;
	const char *want; /* "0 1 2": the points; '-' for one that is not told yet */
	const char *why;  /* in extinfo; "" for none */
	const char *said; /* on stderr; "" for nothing */
};

static const struct row *now;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = now->history ? now->history : 3 };
	struct sw_munin_field f;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), account_graphs_minutes(&r), true, why),
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
	r.s.blocked.minutes = now->blocked;
	r.s.blocked.cause = now->blocked ? BLOCKED_WRITE : BLOCKED_NOT;
	r.full = now->full != 0;
	r.s.blocked.accepted = START + 60 * now->full;
	f = account_graphs_series(
		&r, (struct sw_munin_field){ .name = sw_field_own(now->levelled ? "level" : "plain") });
	for (unsigned i = 0; i < f.points; i++)
		f.at[i] = sw_munin_value_of(i);
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

/* "0 U -": what was told of each point; one of long ago as "old". */
static const char *points(const char *out, unsigned history)
{
	static char text[200];

	text[0] = '\0';
	if (strstr(out, ".value ") && atoll(strstr(out, ".value ") + 7) <= END - 540)
		return strstr(out, ":U\n") ? "old U" : "old number";
	for (unsigned i = 0; i < history; i++) {
		char stamp[32];
		const char *hit;

		snprintf(stamp, sizeof(stamp), " %d:", END - 60 * (int)(history - 1 - i));
		hit = strstr(out, stamp);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%.1s", i ? " " : "",
			 hit ? hit + strlen(stamp) : "-");
	}
	return text;
}

#define SILENT "its queue moved"
#define MUTE   "smtpd is not"

static const struct row rows[] = {
	{ "all are known", .minutes = 1, .want = "0 1 2" },
	{ "and of spans", .minutes = 5, .want = "0 1 2" },
	{ "the last waits", .minutes = 1, .doubt = { { 11, 1, true } }, .want = "0 1 -", .why = SILENT },
	{ "the first is unknown", .minutes = 1, .doubt = { { 9, 1, false } }, .want = "U 1 2",
	  .said = MUTE },
	{ "the last is", .minutes = 1, .doubt = { { 11, 1, false } }, .want = "0 1 U", .why = MUTE },
	{ "one of each", .minutes = 1, .doubt = { { 10, 1, false }, { 11, 1, true } },
	  .want = "0 U -", .why = SILENT },
	{ "what waits does not hold up the younger ones", .minutes = 5, .doubt = { { 0, 6, true } },
	  .want = "- 1 2" },
	{ "a span is as good as its worst minute", .minutes = 5, .doubt = { { 5, 1, false } },
	  .want = "U 1 2", .said = MUTE },
	{ "in all of the spans", .minutes = 5, .doubt = { { 7, 1, false } }, .want = "U U U",
	  .why = MUTE },
	{ "of the minute alone it matters not", .minutes = 1, .doubt = { { 7, 1, false } },
	  .want = "0 1 2" },
	{ "all wait: an older one is told", .minutes = 1, .doubt = { { 9, 3, true } },
	  .want = "old U", .why = SILENT },
	{ "of one point", .history = 1, .minutes = 1, .want = "0" },
	{ "which is unknown", .history = 1, .minutes = 1, .doubt = { { 11, 1, false } }, .want = "U",
	  .why = MUTE },
	{ "which waits", .history = 1, .minutes = 5, .doubt = { { 11, 1, true } }, .want = "old U",
	  .why = SILENT },
	{ "blocked, without a level", .minutes = 5, .blocked = 1 << 11, .want = "0 1 2" },
	{ "with a level: an OK would be mailed", .minutes = 5, .blocked = 1 << 11, .levelled = true,
	  .want = "0 1 U", .why = "this is no calm" },
	{ "for as long as a minute of it was", .minutes = 5, .blocked = 1 << 7, .levelled = true,
	  .want = "U U U", .why = "this is no calm" },
	{ "over", .minutes = 5, .blocked = 1 << 4, .levelled = true, .want = "0 1 2" },
	{ "full since the last message", .minutes = 1, .full = 9, .levelled = true, .want = "0 U U",
	  .why = "file system of the queue is full" },
	{ "full, without a level", .minutes = 1, .full = 9, .want = "0 1 2" },
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

		row.history = row.history ? row.history : 3;
		now = &row;
		run = plugin_run(&fake, &h, NULL, NULL);
		want_text(row.what, points(run.out, row.history), row.want);
		want_in(row.what, run.out, row.why ? ".extinfo" : "");
		want_in(row.what, run.out, row.why ? row.why : "");
		want_number(row.what, strstr(run.out, ".extinfo") != NULL, row.why != NULL);
		want_in(row.what, run.err, row.said ? row.said : "");
		want_number(row.what, *run.err != '\0', row.said || row.why);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_point_is_a_number_or_u_or_not_told_yet),
	};

	return cmocka_run_group_tests_name("account_graphs", tests, NULL, NULL);
}
