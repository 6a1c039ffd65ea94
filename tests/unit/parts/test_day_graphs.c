/* A day of each account: which numbers are told, and which of them bear a level. */
#include <errno.h>

#include "parts/account_field.h"
#include "parts/day_graphs.h"
#include "test.h"

/* The one point, the last whose day ends then. */
enum { DAY_ENDS = 1795701000, POINT = DAY_ENDS + DAY_LAG + DAY_BUCKET - 60, NOW = POINT + 17 };

struct row {
	const char *what;
	int messages;	   /* of a@x */
	bool hole;	   /* three hours are not known */
	uint64_t lost;	   /* messages of an account that has no place any more */
	const char *limit; /* of a@x alone */
	const char *ignored;
	const char *failed;
	int no_memory;
	const char *most; /* value of most_day */
	bool level;	  /* it bears its level, 5 */
	const char *over; /* value of over_limit_day; NULL: there is none */
	bool over_level;
	const char *said; /* in the extinfo of one of both; NULL: there is none */
};

static const struct row *now;

static void say(struct day *d, int64_t time, const char *text)
{
	struct log_message message = { .time = time };

	message.program = raw_of("smtpd");
	message.text = raw_of(text);
	day_message(d, &message);
}

static bool ignored(struct sw_raw key, void *ctx)
{
	return raw_starts(key, ctx);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = 1, .accounts = 5 };
	const struct sw_host *h = sw_munin_host(m);
	struct day d;

	assert_int_equal(traffic_new(&r.s, h, minutes_read(r.history), true, why), 0);
	assert_int_equal(day_new(&d, h, POINT, POINT, true, why), 0);
	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	for (int i = 0; i < now->messages; i++) {
		char text[200];

		snprintf(text, sizeof(text),
			 "A%06X: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=a@x", i);
		say(&d, DAY_ENDS - 86400 + i, text); /* of this day alone */
	}
	day_lines_end(&d);
	for (uint32_t b = 0; now->hole && b < 3 * 3600 / DAY_BUCKET; b++)
		d.state[day_end(POINT) - 12 * 3600 / DAY_BUCKET - d.first + b] = LOG_MINUTE_UNKNOWN;
	d.lost = now->lost;
	d.lost_until = now->lost ? day_end(POINT) : 0;
	d.failed = now->no_memory;
	if (now->failed)
		sw_fault(&r.failed, EIO, "%s", now->failed);
	sw_munin_graph(m, &root);
	day_graphs_add(&r, &d, now->ignored ? ignored : NULL, (void *)now->ignored);
	day_free(&d);
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "config_directory", .kind = SW_MUNIN_TEXT, .fallback = "/etc/postfix" },
	{ .name = "limit_day_FIELD", .kind = SW_MUNIN_COUNT, .fallback = "0", .max = 1000 },
	{ .name = "most_day_warning", .kind = SW_MUNIN_LEVEL, .fallback = "5" },
	{ .name = "over_limit_day_warning", .kind = SW_MUNIN_LEVEL, .fallback = ":0" },
	{ 0 },
};
static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

static const struct row rows[] = {
	{ "calm", .most = "0", .level = true },
	{ "all is known", .messages = 5, .most = "5", .level = true, .said = "a@x 5 msg in 24 h" },
	{ "above the level", .messages = 6, .most = "6", .level = true,
	  .said = "(spoolwatch contain a@x)" },
	{ "a hole is no calm, and mails nobody", .hole = true, .most = "U",
	  .said = "_day.extinfo 20 of 24 hours are known" },
	{ "nor is as much as the level", .hole = true, .messages = 5, .most = "U",
	  .said = "_day.extinfo 20 of 24 hours are known" },
	{ "what is known passes it", .hole = true, .messages = 6, .most = "6", .level = true,
	  .said = "a@x at least 6 msg in 24 h" },
	{ "and why it is not all", .hole = true, .messages = 6, .most = "6", .level = true,
	  .said = ", only 20 of 24 hours are known" },
	{ "others may have as many", .messages = 5, .lost = 6, .most = "U",
	  .said = "_day.extinfo others may have as many" },
	{ "others have fewer", .messages = 5, .lost = 4, .most = "5", .level = true,
	  .said = "a@x 5 msg in 24 h" },
	{ "who is ignored is not the most", .messages = 6, .ignored = "a@", .most = "0",
	  .level = true },
	{ "nor proves anything", .hole = true, .messages = 6, .ignored = "a@", .most = "U",
	  .said = "20 of 24 hours are known" },
	{ "others are ignored", .messages = 6, .ignored = "b@", .most = "6", .level = true,
	  .said = "(spoolwatch contain a@x)" },
	{ "a limit of its own, which is kept", .messages = 6, .limit = "6", .most = "0",
	  .level = true, .over = "0", .over_level = true },
	{ "one that is not", .messages = 6, .limit = "5", .most = "0", .level = true, .over = "1",
	  .over_level = true, .said = "_day.extinfo a@x 6 msg in 24 h, limit 5" },
	{ "one that may not be kept", .messages = 6, .hole = true, .limit = "6", .most = "U",
	  .over = "U", .said = "20 of 24 hours are known" },
	{ "one that is not, whatever else", .messages = 6, .hole = true, .limit = "5", .most = "U",
	  .over = "1", .over_level = true, .said = "a@x 6 msg in 24 h, limit 5" },
	{ "no log", .messages = 6, .failed = "no log", .most = "U", .said = "_day.extinfo no log" },
	{ "no log, and a limit", .messages = 6, .limit = "1", .failed = "no log", .most = "U",
	  .over = "U", .said = "_day.extinfo no log" },
	{ "no memory", .messages = 6, .no_memory = ENOMEM, .most = "U",
	  .said = "Cannot allocate memory" },
};

static const char *limit_env(const struct row *row)
{
	static char text[200];

	snprintf(text, sizeof(text), "limit_day_%s=%s", account_field(raw_of("a@x")).s,
		 row->limit ? row->limit : "");
	return row->limit ? text : NULL;
}

/* The fields of by_day alone, to be freed with *run. */
static const char *by_day(struct plugin_run *run)
{
	char *at = strstr(run->out, "multigraph r.by_day\n");
	char *end = at ? strstr(at, "multigraph r.by_network\n") : NULL;

	assert_non_null(end);
	*end = '\0';
	return at;
}

static void want_field(const char *what, const char *out, const char *name, const char *value,
		       const char *level)
{
	char want[64];

	snprintf(want, sizeof(want), "\n%s.value %d:%s\n", name, POINT, value);
	want_in(what, out, want);
	snprintf(want, sizeof(want), "\n%s.warning ", name);
	want_number(what, strstr(out, want) != NULL, level != NULL);
	snprintf(want, sizeof(want), "\n%s.warning %s\n", name, level ? level : "");
	want_in(what, out, level ? want : "");
}

static void a_number_that_is_not_known_bears_no_level(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *env[] = { "MUNIN_CAP_DIRTYCONFIG=1", NULL, NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = env };
		const struct row *row = &rows[i];
		struct plugin_run run;
		const char *out;

		env[1] = limit_env(row);
		now = row;
		run = plugin_run(&fake, &h, NULL, "config");
		out = by_day(&run);
		want_field(row->what, out, "most_day", row->most, row->level ? "5" : NULL);
		if (row->over)
			want_field(row->what, out, "over_limit_day", row->over,
				   row->over_level ? ":0" : NULL);
		else
			want_number(row->what, strstr(out, "over_limit_day") != NULL, false);
		want_in(row->what, out, row->said ? row->said : "");
		want_number(row->what, strstr(out, "_day.extinfo") != NULL, row->said != NULL);
		plugin_free(&run);
	}
}

/* Of whom the limit is, or who is ignored, is drawn nevertheless. */
static void who_never_is_the_most_is_drawn(void **state)
{
	static const struct row drawn[] = {
		{ "as all are", .messages = 100 },
		{ "ignored", .messages = 100, .ignored = "a@" },
		{ "with a limit", .messages = 100, .limit = "500" },
	};
	struct sw_field f = account_field(raw_of("a@x"));

	(void)state;
	for (size_t i = 0; i < SW_COUNT(drawn); i++) {
		const char *env[] = { NULL, NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = env };
		struct plugin_run run;
		char want[200];

		env[0] = limit_env(&drawn[i]);
		now = &drawn[i];
		run = plugin_run(&fake, &h, NULL, NULL);
		snprintf(want, sizeof(want), "\n%s.value %d:100\n", f.s, POINT);
		want_in(drawn[i].what, by_day(&run), want);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_not_known_bears_no_level),
		cmocka_unit_test(who_never_is_the_most_is_drawn),
	};

	return cmocka_run_group_tests_name("day_graphs", tests, NULL, NULL);
}
