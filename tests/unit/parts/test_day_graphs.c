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

static void say_of(struct day *d, int64_t time, const char *program, const char *text)
{
	struct log_message message = { .time = time };

	message.program = raw_of(program);
	message.text = raw_of(text);
	day_message(d, &message);
}

static void say(struct day *d, int64_t time, const char *text)
{
	say_of(d, time, "smtpd", text);
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

/* The limit is one of messages. */
static void who_has_a_limit_is_the_most_of_all_else(void **state)
{
	static const struct row networks[] = {
		{ "as all are", .messages = 9, .most = "1" },
		{ "with a limit", .messages = 9, .limit = "500", .most = "1" },
		{ "ignored", .messages = 9, .ignored = "a@", .most = "0" },
		{ "ignored, and with a limit", .messages = 9, .limit = "500", .ignored = "a@",
		  .most = "0" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(networks); i++) {
		const char *env[] = { limit_env(&networks[i]), NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = env };
		struct plugin_run run;
		char want[200];

		now = &networks[i];
		run = plugin_run(&fake, &h, NULL, NULL);
		snprintf(want, sizeof(want), "\nmost_networks.value %d:%s\n", POINT,
			 networks[i].most);
		want_in(networks[i].what, run.out, want);
		plugin_free(&run);
	}
}

/* Lines of one message, for a day that ends at the one point. */
static uint64_t lost_messages; /* of accounts that have no place any more */
static bool is_short; /* too many recipients */
static int blind_messages; /* that have no queue ID: who got them is not known */
static bool is_quiet, is_young, is_lost; /* the minutes, the log's first hours, all hours */
static int locals;			 /* users of this host that sent each a message fewer */

static void say_whole(struct day *d, const char *login, int n, int networks)
{
	static unsigned id;

	for (int i = 0; i < n; i++) {
		int64_t time = DAY_ENDS - 3600 + 10 * (int64_t)(i % 90);
		char text[300];

		id++;
		snprintf(text, sizeof(text),
			 "B%06X: client=u[192.%d.2.1], sasl_method=PLAIN, sasl_username=%s", id,
			 i % networks, login);
		say(d, time, text);
		snprintf(text, sizeof(text),
			 "B%06X: from=<%d@x>, size=1, nrcpt=1 (queue active)", id, i % networks);
		say_of(d, time, "qmgr", text);
		snprintf(text, sizeof(text),
			 "B%06X: to=<r@y>, relay=mx.y[198.51.100.9]:25, delay=1, dsn=2.0.0, "
			 "status=sent (250 ok)",
			 id);
		say_of(d, time, "smtp", text);
	}
}

static int collect_whole(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	const struct log_reason reason = { .doubt = is_young ? LOG_BEGINS : LOG_SILENT,
					   .heard = DAY_ENDS - 3600,
					   .moved = DAY_ENDS,
					   .where = sw_label_printed("the log") };
	struct account_graphs r = { .m = m, .history = 1, .accounts = 20 };
	struct day d;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	assert_int_equal(day_new(&d, sw_munin_host(m), POINT, POINT, true, why), 0);
	memset(d.state, LOG_MINUTE_KNOWN, sizeof(d.state));
	if (is_lost || is_young)
		memset(d.state, LOG_MINUTE_UNKNOWN, is_lost ? sizeof(d.state) : 150);
	d.lost = lost_messages;
	d.lost_until = lost_messages ? day_end(POINT) : 0;
	d.short_until = is_short ? day_end(POINT) : 0;
	d.doubted = is_lost || is_young;
	d.reason = reason;
	if (is_quiet)
		log_proof_doubt_all(&r.s.proof, &reason);
	say_whole(&d, "full@x", locals ? 0 : 100, 2);
	say_whole(&d, "less@x", locals ? 0 : 99, 1);
	for (int i = 0; i < blind_messages; i++)
		say(&d, DAY_ENDS - 60,
		    "NOQUEUE: client=u[192.0.2.1], sasl_method=PLAIN, sasl_username=proxied@x");
	for (int i = 0; i < locals; i++)
		for (int k = i; k < 9; k++) {
			char text[64];

			snprintf(text, sizeof(text), "C000%d%d: uid=%d from=<a>", i, k, i + 1);
			say_of(&d, DAY_ENDS - 60 + k, "pickup", text);
		}
	day_lines_end(&d);
	sw_munin_graph(m, &root);
	day_graphs_add(&r, &d, NULL, NULL);
	day_free(&d);
	traffic_free(&r.s);
	return 0;
}

static struct plugin_run run_whole(const char *set)
{
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .settings = settings,
						       .collect = collect_whole };
	const char *env[] = { set, NULL };
	struct sw_host h = { .root = -1, .now = NOW, .env = env };

	return plugin_run(&plugin, &h, NULL, NULL);
}

static void who_reaches_so_much_is_drawn(void **state)
{
	static const char *const graphs[] = { "by_day", "by_network", "by_sender", "by_external" };
	struct sw_field full = account_field(raw_of("full@x"));
	struct sw_field less = account_field(raw_of("less@x"));
	struct plugin_run run = run_whole(NULL);
	char *at = run.out;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(graphs); i++) {
		char name[64];
		char *end;

		snprintf(name, sizeof(name), "multigraph r.%s\n", graphs[i]);
		at = strstr(at, name);
		assert_non_null(at);
		end = strstr(at + 1, "multigraph ");
		if (end)
			end[-1] = '\0';
		want_number(graphs[i], strstr(at, full.s) != NULL, true);
		want_number(graphs[i], strstr(at, less.s) != NULL, false);
		at = end ? end : at;
	}
	plugin_free(&run);
}

static void a_reason_stands_where_it_holds(void **state)
{
	static const char filter[] =
		"the filter of smtpd_proxy_filter did not say under which queue ID it gave a "
		"message back: its senders and recipients are not known";
	static const char lost[] =
		"0 of 24 hours are known: the log: last line of Postfix 74 min ago, but its queue "
		"moved 14 min ago: it logs somewhere else: set env.logfile or env.journal";
	static const char young[] =
		"11 of 24 hours are known, since 12:50: the log begins within the time, and "
		"nothing before it was found";
	static const char others[] = "others may have as many: more than ";
	static const char many[] = "not all recipients could be told apart: there were too many";
	static const struct {
		const char *what;
		int blind;
		bool quiet, young, lost;
		const char *field, *value, *why;
		bool said;
	} doubts[] = {
		{ "messages are counted", 1, false, false, false, "most_day", "100",
		  "full@x 100 msg in 24 h, since 12:50, last from 192.0.0.0/16, 192.1.0.0/16",
		  false },
		{ "and networks", 1, false, false, false, "most_networks", "2",
		  "full@x 2 networks in 24 h, 100 msg since 12:50, last from 192.0.0.0/16, "
		  "192.1.0.0/16",
		  false },
		{ "senders are not", 1, false, false, false, "most_senders", "U", filter, true },
		{ "nor recipients", 1, false, false, false, "most_external", "U", filter, true },
		{ "nothing is known", 0, false, false, true, "most_day", "U", lost, true },
		{ "which the minutes said", 0, true, false, true, "most_day", "U", lost, false },
		{ "of senders, too", 0, false, false, true, "most_senders", "U", lost, true },
		{ "the minutes say nothing of hours", 0, true, true, false, "most_senders", "U",
		  young, false },
		{ "a young log is no fault", 0, false, true, false, "most_senders", "U", young,
		  false },
	};
	static const struct {
		uint64_t lost;
		bool is_short;
		const char *field, *why; /* NULL: it is known */
	} doubts_of_others[] = {
		{ 200, false, "most_day", others },	{ 200, false, "most_networks", others },
		{ 200, false, "most_senders", others }, { 200, false, "most_external", others },
		{ 200, true, "most_networks", others }, { 200, true, "most_senders", others },
		{ 200, true, "most_external", many },	{ 0, true, "most_external", many },
		{ 0, true, "most_senders", NULL },	{ 0, false, "most_external", NULL },
	};

	(void)state;
	zone("UTC0");
	for (size_t i = 0; i < SW_COUNT(doubts); i++) {
		struct plugin_run run;
		char want[600];

		blind_messages = doubts[i].blind;
		is_quiet = doubts[i].quiet;
		is_young = doubts[i].young;
		is_lost = doubts[i].lost;
		run = run_whole("most_day_warning=100");
		snprintf(want, sizeof(want), "\n%s.value %d:%s\n%s.extinfo %s\n", doubts[i].field,
			 POINT, doubts[i].value, doubts[i].field, doubts[i].why);
		want_in(doubts[i].what, run.out, want);
		want_number(doubts[i].what, strstr(run.err, doubts[i].why) != NULL, doubts[i].said);
		plugin_free(&run);
	}
	blind_messages = 0;
	is_quiet = is_young = is_lost = false;
	for (size_t i = 0; i < SW_COUNT(doubts_of_others); i++) {
		struct plugin_run run;
		char want[200];

		lost_messages = doubts_of_others[i].lost;
		is_short = doubts_of_others[i].is_short;
		run = run_whole("most_day_warning=100");
		snprintf(want, sizeof(want), "\n%s.extinfo %s", doubts_of_others[i].field,
			 doubts_of_others[i].why ? doubts_of_others[i].why : "full@x ");
		want_in(doubts_of_others[i].field, run.out, want);
		plugin_free(&run);
	}
	lost_messages = 0;
	is_short = false;
}

/* Names without a client are short: as many as are named fit in. */
static void eight_are_named_of_those_above_the_level(void **state)
{
	static const struct {
		const char *set;
		int named;
	} levels[] = { { "most_day_warning=0", 8 },
		       { "most_day_warning=5", 4 }, /* of 9, 8, 7, 6 and 5 messages */
		       { "most_day_warning=9", 1 } };

	(void)state;
	zone("UTC0");
	locals = 9;
	for (size_t k = 0; k < SW_COUNT(levels); k++) {
		struct plugin_run run = run_whole(levels[k].set);
		char want[600] = "\nmost_day.extinfo ";

		for (int i = 0; i < levels[k].named; i++)
			snprintf(want + strlen(want), sizeof(want) - strlen(want),
				 "%suid %d %d msg in 24 h, since 13:45", i ? ", then " : "", i + 1,
				 9 - i);
		strcat(want, "\n");
		want_in(levels[k].set, run.out, want);
		plugin_free(&run);
	}
	locals = 0;
}

/* Many points, which end different days: each as plain counting has it. */
enum {
	LONG = MINUTES_HISTORY_MAX,
	PEOPLE = 5,
	LINES = 2,    /* that are drawn at a time */
	LEAST = 100,  /* messages, to be drawn */
	ALLOWED = 130 /* of the first of them */
};

struct plain {
	const char *what;
	unsigned level; /* of most_day */
	int shift; /* minutes: where in five of them the last point lies */
	struct {
		int first, n; /* buckets before the end of the last day; n is 0: none */
		enum log_minute is;
	} doubt[2];
};

static const struct plain *plain;
static uint32_t plain_first, plain_end; /* the buckets that some point's day may have */
static unsigned mail[PEOPLE][DAY_SPANS + 2];
static unsigned char known[DAY_SPANS + 2];

static unsigned dice(unsigned n)
{
	static uint32_t seed = 7;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

static int64_t long_point(unsigned i)
{
	return POINT + 60 * (plain->shift + (int64_t)i + 1 - LONG);
}

static void deal(void)
{
	plain_first = day_end(long_point(0)) - DAY_BUCKETS;
	plain_end = day_end(long_point(LONG - 1));
	memset(mail, 0, sizeof(mail));
	memset(known, LOG_MINUTE_KNOWN, sizeof(known));
	for (unsigned a = 0; a < PEOPLE; a++) {
		mail[a][DAY_BUCKETS / 2] = 70 + 5 * a;
		for (unsigned k = 0; k < 14; k++) {
			mail[a][k] += dice(12);
			mail[a][plain_end - plain_first - 1 - k] += dice(12);
		}
	}
	for (size_t k = 0; k < SW_COUNT(plain->doubt); k++)
		for (int b = 0; b < plain->doubt[k].n; b++)
			known[(int)(plain_end - plain_first) - plain->doubt[k].first + b] =
				(unsigned char)plain->doubt[k].is;
}

static int collect_long(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = LONG, .accounts = LINES };
	const struct sw_host *h = sw_munin_host(m);
	unsigned id = 0;
	struct day d;

	assert_int_equal(traffic_new(&r.s, h, minutes_read(r.history), true, why), 0);
	assert_int_equal(day_new(&d, h, long_point(0), long_point(LONG - 1), true, why), 0);
	for (uint32_t b = plain_first; b < plain_end; b++)
		for (unsigned a = 0; a < PEOPLE; a++)
			for (unsigned n = mail[a][b - plain_first]; n > 0; n--) {
				char text[200];

				snprintf(text, sizeof(text),
					 "A%06X: client=u[192.0.2.1], sasl_method=PLAIN, "
					 "sasl_username=%c@x",
					 ++id, (char)('a' + a));
				say(&d, day_time(b), text);
			}
	day_lines_end(&d);
	for (uint32_t i = 0; i < DAY_SPANS; i++)
		d.state[i] = known[d.first + i - plain_first];
	sw_munin_graph(m, &root);
	day_graphs_add(&r, &d, NULL, NULL);
	day_free(&d);
	traffic_free(&r.s);
	return 0;
}

static unsigned plain_count(unsigned a, uint32_t end)
{
	unsigned n = 0;

	for (uint32_t b = end - DAY_BUCKETS; b < end; b++)
		n += mail[a][b - plain_first];
	return n;
}

static enum log_minute plain_state(uint32_t end)
{
	unsigned char worst = LOG_MINUTE_KNOWN;

	for (uint32_t b = end - DAY_BUCKETS; b < end + DAY_LAG / DAY_BUCKET; b++)
		worst = known[b - plain_first] > worst ? known[b - plain_first] : worst;
	return (enum log_minute)worst;
}

/* Is it one of the LINES greatest of that day? */
static bool plain_is_drawn(unsigned a, uint32_t end)
{
	unsigned before = 0;

	for (unsigned b = 0; b < PEOPLE; b++)
		before += plain_count(b, end) > plain_count(a, end) ||
			  (b < a && plain_count(b, end) == plain_count(a, end));
	return plain_state(end) == LOG_MINUTE_KNOWN && plain_count(a, end) >= LEAST &&
	       before < LINES;
}

/* A number, -1 for U, -2 for a point that is told later. */
static int plain_most(unsigned i)
{
	uint32_t end = day_end(long_point(i));
	unsigned most = 0;

	for (unsigned a = 1; a < PEOPLE; a++) /* the first has a limit of its own */
		most = plain_count(a, end) > most ? plain_count(a, end) : most;
	if (plain_state(end) == LOG_MINUTE_KNOWN || most > plain->level)
		return (int)most;
	return plain_state(end) == LOG_MINUTE_WAITS && i >= 5 ? -2 : -1;
}

static int plain_over(unsigned i)
{
	uint32_t end = day_end(long_point(i));

	if (plain_count(0, end) > ALLOWED)
		return 1;
	return plain_state(end) == LOG_MINUTE_KNOWN ? 0 : -1;
}

static void put_value(char **at, const char *field, unsigned i, int value)
{
	if (value == -1)
		*at += sprintf(*at, "%s.value %lld:U\n", field, (long long)long_point(i));
	else if (value >= 0)
		*at += sprintf(*at, "%s.value %lld:%d\n", field, (long long)long_point(i), value);
}

static void plain_account(char **at, unsigned a)
{
	char name[] = { (char)('a' + a), '@', 'x', '\0' };
	struct sw_field f = account_field(raw_of(name));

	for (unsigned i = 0; i < LONG; i++) {
		uint32_t end = day_end(long_point(i));

		put_value(at, f.s, i, plain_is_drawn(a, end) ? (int)plain_count(a, end) : -1);
	}
}

/* The greatest of a day that is drawn and was not told yet; -1: none. */
static int plain_next(uint32_t end, const bool told[PEOPLE])
{
	int best = -1;

	for (unsigned a = 0; a < PEOPLE; a++)
		if (plain_is_drawn(a, end) && !told[a] &&
		    (best < 0 || plain_count(a, end) > plain_count((unsigned)best, end)))
			best = (int)a;
	return best;
}

static const char *plain_values(void)
{
	static char text[(PEOPLE + 2) * LONG * 64];
	bool told[PEOPLE] = { false };
	char *at = text;

	*at = '\0';
	for (unsigned i = 0; i < LONG; i++)
		put_value(&at, "most_day", i, plain_most(i));
	for (unsigned i = 0; i < LONG; i++)
		put_value(&at, "over_limit_day", i, plain_over(i));
	/* as they stand at the last point; then who stood there before */
	for (unsigned i = LONG; i-- > 0;)
		for (int a; (a = plain_next(day_end(long_point(i)), told)) >= 0;) {
			told[a] = true;
			plain_account(&at, (unsigned)a);
		}
	return text;
}

/* The values of a graph's fields, line by line; in place. */
static const char *values(char *text)
{
	char *to = text;

	for (char *line = text, *end; *line; line = end) {
		end = strchr(line, '\n') + 1;
		if (!strstr(line, ".value ") || strstr(line, ".value ") > end)
			continue;
		memmove(to, line, (size_t)(end - line));
		to += end - line;
	}
	*to = '\0';
	return text;
}

/* Of a last day that is not all known, each account is told with what it has at least. */
static void want_at_least(const char *out)
{
	enum log_minute state = plain_state(day_end(long_point(LONG - 1)));

	for (unsigned a = 0; a < PEOPLE; a++) {
		char name[] = { (char)('a' + a), '@', 'x', '\0' };
		char field[SW_FIELD_MAX + 32];
		const char *at;

		snprintf(field, sizeof(field), "\n%s.extinfo %s",
			 account_field(raw_of(name)).s, name);
		at = strstr(out, field);
		if (at)
			want_number(plain->what,
				    strncmp(at + strlen(field), " at least ", 10) == 0,
				    state != LOG_MINUTE_KNOWN);
	}
}

static void each_point_tells_of_the_day_that_ended_then(void **state)
{
	static const struct sw_munin_plugin plugin = { .name = "r",
						       .summary = "x",
						       .markers =
							       SW_MUNIN_MARKERS("auto", "autoconf"),
						       .settings = settings,
						       .collect = collect_long };
	static const struct plain days[] = {
		{ "all are known", 500, 0, { { 0 } } },
		{ "a minute later", 500, 1, { { 0 } } },
		{ "two", 500, 2, { { 0 } } },
		{ "three", 500, 3, { { 0 } } },
		{ "four", 500, 4, { { 0 } } },
		{ "the first days have a hole", 500, 2, { { 293, 1, LOG_MINUTE_UNKNOWN } } },
		{ "the last have, too", 500, 3, 
		  { { 293, 1, LOG_MINUTE_UNKNOWN }, { 2, 1, LOG_MINUTE_UNKNOWN } } },
		{ "what waits is told later", 500, 0, { { 4, 6, LOG_MINUTE_WAITS } } },
		{ "but the oldest points", 500, 1, { { 299, 1, LOG_MINUTE_WAITS } } },
		{ "which end the same day", 500, 4, { { 298, 1, LOG_MINUTE_WAITS } } },
		{ "all wait", 500, 0, { { 150, 1, LOG_MINUTE_WAITS } } },
		{ "nothing is known", 500, 0, { { 150, 1, LOG_MINUTE_UNKNOWN } } },
		{ "of a hole what is above the level is told", 170, 0,
		  { { 290, 1, LOG_MINUTE_UNKNOWN }, { 2, 1, LOG_MINUTE_WAITS } } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(days); i++) {
		char limit[200];
		char level[64];
		const char *env[] = { limit, level, NULL };
		struct sw_host h = { .root = -1, .env = env };
		struct plugin_run run;

		plain = &days[i];
		h.now = long_point(LONG - 1) + 17;
		snprintf(limit, sizeof(limit), "limit_day_%s=%d", account_field(raw_of("a@x")).s,
			 ALLOWED);
		snprintf(level, sizeof(level), "most_day_warning=%u", plain->level);
		deal();
		run = plugin_run(&plugin, &h, NULL, NULL);
		want_at_least(by_day(&run));
		want_text(plain->what, values(strstr(run.out, "multigraph r.by_day\n")),
			  plain_values());
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_not_known_bears_no_level),
		cmocka_unit_test(who_never_is_the_most_is_drawn),
		cmocka_unit_test(who_has_a_limit_is_the_most_of_all_else),
		cmocka_unit_test(each_point_tells_of_the_day_that_ended_then),
		cmocka_unit_test(who_reaches_so_much_is_drawn),
		cmocka_unit_test(a_reason_stands_where_it_holds),
		cmocka_unit_test(eight_are_named_of_those_above_the_level),
	};

	return cmocka_run_group_tests_name("day_graphs", tests, NULL, NULL);
}
