/* The lines of accounts over a long history, beside plain counting of the same messages. */
#include "parts/account_field.h"
#include "parts/account_graphs.h"
#include "traffictext.h"

/* Minute m is read for points m-9.. whose span it is in; LINGER and WINDOW are told in minutes.h */
enum { NOW = 1795431617, END = NOW / 60 * 60, PEOPLE = 6, LINES = 2, FLOOR = 3, POLL = 5 };
enum { READ_MAX = MINUTES_LINGER + MINUTES_HISTORY_MAX + MINUTES_WINDOW - 1 };

struct scene {
	const char *what;
	unsigned history;
	unsigned busy;	   /* of 100 minutes an account sends in so many */
	unsigned doubt, n; /* minutes of which nothing is known: the first, and how many */
	bool passes;	   /* it will be known later */
};

static const struct scene *scene;
static struct {
	unsigned messages, recipients, address;
} mail[PEOPLE][READ_MAX];

static unsigned dice(unsigned n)
{
	static uint32_t seed = 5;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

static const char *name_of(unsigned a)
{
	static char name[] = "a@x";

	name[0] = (char)('a' + a);
	return name;
}

static unsigned read_minutes(void)
{
	return MINUTES_LINGER + scene->history + MINUTES_WINDOW - 1;
}

static void deal(void)
{
	memset(mail, 0, sizeof(mail));
	for (unsigned a = 0; a < PEOPLE; a++)
		for (unsigned m = 0; m < read_minutes(); m++) {
			if (dice(100) >= scene->busy)
				continue;
			mail[a][m].messages = 1 + dice(7);
			mail[a][m].recipients = dice(4);
			mail[a][m].address = dice(5);
		}
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "Rate" };
	struct account_graphs r = { .m = m, .history = scene->history, .accounts = LINES };
	const struct log_reason reason = { .doubt = scene->passes ? LOG_SILENT : LOG_MUTE,
					   .passes = scene->passes };
	unsigned id = 0;

	assert_int_equal(traffic_new(&r.s, sw_munin_host(m), minutes_read(r.history), true, why),
			 0);
	assert_int_equal(r.s.start, END - 60 * (int64_t)read_minutes());
	for (unsigned i = 0; i < read_minutes(); i++)
		for (unsigned a = 0; a < PEOPLE; a++)
			for (unsigned k = 0; k < mail[a][i].messages; k++) {
				char client[64];
				char hex[16];

				snprintf(hex, sizeof(hex), "A%06X", ++id);
				snprintf(client, sizeof(client), "unknown[192.0.2.%u]",
					 mail[a][i].address);
				queued(&r.s, r.s.start + 60 * i, hex, client, name_of(a),
				       (int)mail[a][i].recipients);
			}
	log_proof_hear(&r.s.proof, NOW);
	if (scene->n > 0)
		log_proof_doubt(&r.s.proof, r.s.start + 60 * scene->doubt,
				r.s.start + 60 * (scene->doubt + scene->n), &reason);
	sw_munin_graph(m, &root);
	account_graphs_add_subs(&r);
	traffic_free(&r.s);
	return 0;
}

static const struct sw_munin_setting settings[] = {
	{ .name = "floor", .kind = SW_MUNIN_COUNT, .fallback = "3", .max = 9 },
	{ 0 },
};
static const struct sw_munin_plugin plugin = { .name = "r",
					       .summary = "x",
					       .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					       .settings = settings,
					       .collect = collect };

static unsigned count(enum traffic_what what, unsigned a, unsigned first, unsigned n)
{
	unsigned addresses = 0;
	unsigned sum = 0;

	for (unsigned m = first; m < first + n && m < read_minutes(); m++) {
		sum += what == TRAFFIC_MESSAGES ? mail[a][m].messages
						: mail[a][m].messages * mail[a][m].recipients;
		addresses |= mail[a][m].messages ? 1U << mail[a][m].address : 0;
	}
	return what == TRAFFIC_ADDRESSES ? (unsigned)__builtin_popcount(addresses) : sum;
}

static unsigned least_of(enum traffic_what what)
{
	return what == TRAFFIC_ADDRESSES ? 2 : FLOOR * MINUTES_WINDOW;
}

/* How many have more; of equals those before. */
static unsigned place(enum traffic_what what, unsigned a, unsigned first, unsigned n)
{
	unsigned before = 0;

	for (unsigned b = 0; b < PEOPLE; b++)
		before += count(what, b, first, n) > count(what, a, first, n) ||
			  (b < a && count(what, b, first, n) == count(what, a, first, n));
	return before;
}

/* Among the first of ten minutes, and enough in five of them. */
static bool is_drawn(enum traffic_what what, unsigned a, unsigned i)
{
	bool enough = false;

	for (unsigned k = i; k <= i + MINUTES_LINGER; k++)
		enough |= count(what, a, k, MINUTES_WINDOW) >= least_of(what);
	return enough && place(what, a, i, MINUTES_LINGER + MINUTES_WINDOW) < LINES;
}

/* Of the n minutes from `first` on: what is old is told later no more. */
static enum log_minute state_of(unsigned first, unsigned n)
{
	enum log_minute worst = LOG_MINUTE_KNOWN;

	for (unsigned m = first; m < first + n; m++) {
		bool old = 60 * (read_minutes() - m - 1) + NOW - END >= LOG_PROOF_WAIT;

		if (m < scene->doubt || m >= scene->doubt + scene->n)
			continue;
		if (old || !scene->passes)
			return LOG_MINUTE_UNKNOWN;
		worst = LOG_MINUTE_WAITS;
	}
	return worst;
}

enum { UNKNOWN = -1, LATER = -2 };

/* What point i says of `value`, which hangs on the last n minutes of its span. */
static double told(unsigned i, unsigned n, double value)
{
	enum log_minute state = state_of(MINUTES_LINGER + i + MINUTES_WINDOW - n, n);

	if (state == LOG_MINUTE_KNOWN)
		return value;
	return state == LOG_MINUTE_WAITS && i >= POLL ? LATER : UNKNOWN;
}

/* The same where it hangs on who is drawn there, too. */
static double told_by_choice(unsigned i, unsigned n)
{
	bool waits = i >= POLL && state_of(i, MINUTES_LINGER + MINUTES_WINDOW) == LOG_MINUTE_WAITS;

	return told(i, n, waits ? LATER : UNKNOWN);
}

static void put(char **at, const char *field, unsigned i, double value)
{
	if (value == LATER)
		return;
	*at += sprintf(*at, "%s.value %d:", field, END + 60 * ((int)i + 1 - (int)scene->history));
	*at += value == UNKNOWN ? sprintf(*at, "U\n") : sprintf(*at, "%g\n", value);
}

static void put_account(char **at, enum traffic_what what, unsigned a)
{
	struct sw_field f = account_field(raw_of(name_of(a)));
	unsigned n = what == TRAFFIC_ADDRESSES ? MINUTES_WINDOW : 1;

	for (unsigned i = 0; i < scene->history; i++) {
		double value = count(what, a, MINUTES_LINGER + i + MINUTES_WINDOW - n, n);

		put(at, f.s, i,
		    is_drawn(what, a, i) || value == 0 ? told(i, n, value) : told_by_choice(i, n));
	}
}

static void put_most(char **at, const char *field, enum traffic_what what)
{
	for (unsigned i = 0; i < scene->history; i++) {
		double most = 0;

		for (unsigned a = 0; a < PEOPLE; a++) {
			unsigned n = count(what, a, MINUTES_LINGER + i, MINUTES_WINDOW);

			most = n > most ? n : most;
		}
		put(at, field, i,
		    told(i, MINUTES_WINDOW,
			 what == TRAFFIC_ADDRESSES ? most : most / MINUTES_WINDOW));
	}
}

static void put_others(char **at, enum traffic_what what)
{
	for (unsigned i = 0; i < scene->history; i++) {
		double rest = 0;

		for (unsigned a = 0; a < PEOPLE; a++)
			if (!is_drawn(what, a, i))
				rest += count(what, a, MINUTES_LINGER + i + MINUTES_WINDOW - 1, 1);
		put(at, "others", i,
		    rest > 0 && told_by_choice(i, 1) == LATER ? LATER : told(i, 1, rest));
	}
}

static void put_accounts(char **at, enum traffic_what what)
{
	for (unsigned rank = 0; rank < PEOPLE; rank++)
		for (unsigned a = 0; a < PEOPLE; a++) {
			bool any = false;

			for (unsigned i = 0; i < scene->history; i++)
				any |= is_drawn(what, a, i);
			if (any && place(what, a, 0, read_minutes()) == rank)
				put_account(at, what, a);
		}
}

static const char *plain(void)
{
	static char text[(3 * PEOPLE + 4) * MINUTES_HISTORY_MAX * 64];
	char *at = text;

	*at = '\0';
	put_accounts(&at, TRAFFIC_MESSAGES);
	put_others(&at, TRAFFIC_MESSAGES);
	put_most(&at, "most_recipients", TRAFFIC_RECIPIENTS);
	put_accounts(&at, TRAFFIC_RECIPIENTS);
	put_others(&at, TRAFFIC_RECIPIENTS);
	put_most(&at, "most_addresses", TRAFFIC_ADDRESSES);
	put_accounts(&at, TRAFFIC_ADDRESSES);
	return text;
}

/* The lines of values; in place. */
static const char *values(char *text)
{
	char *to = text;

	for (char *line = text, *end; *line; line = end) {
		const char *dot = strstr(line, ".value ");

		end = strchr(line, '\n') + 1;
		if (!dot || dot > end)
			continue;
		memmove(to, line, (size_t)(end - line));
		to += end - line;
	}
	*to = '\0';
	return text;
}

static void want_lines(const char *what, const char *got, const char *want)
{
	while (*got && *want && strcspn(got, "\n") == strcspn(want, "\n") &&
	       strncmp(got, want, strcspn(got, "\n")) == 0) {
		got += strcspn(got, "\n") + 1;
		want += strcspn(want, "\n") + 1;
	}
	if (*got || *want)
		fail_msg("%s: got \"%.60s\", want \"%.60s\"", what, got, want);
}

static void each_point_is_what_plain_counting_has(void **state)
{
	static const struct scene scenes[] = {
		{ "as long as may be", MINUTES_HISTORY_MAX, 40, 0, 0, false },
		{ "seldom", MINUTES_HISTORY_MAX, 8, 0, 0, false },
		{ "always", MINUTES_HISTORY_MAX, 100, 0, 0, false },
		{ "one point", 1, 60, 0, 0, false },
		{ "two", 2, 60, 0, 0, false },
		{ "of the usual length", 15, 30, 0, 0, false },
		{ "a hole", 40, 30, 20, 2, false },
		{ "a minute that is told later", 40, 30, 44, 1, true },
		{ "one that is too old for that", 40, 30, 32, 1, true },
		{ "one at that age", 40, 30, 33, 1, true },
		{ "the last one is", 15, 30, 23, 1, true },
		{ "the first minutes are", 15, 30, 0, 6, true },
		{ "those of the fifth and the sixth point", 15, 30, 13, 2, true },
		{ "who is drawn at the sixth point is", 10, 40, 10, 1, true },
		{ "and at those before", 10, 40, 12, 1, true },
		{ "in a short history", 7, 40, 9, 1, true },
		{ "nobody", 15, 0, 0, 0, false },
		{ "nothing is known", 15, 50, 0, 24, false },
		{ "nothing yet", 15, 50, 0, 24, true },
	};

	(void)state;
	for (size_t i = 0; i < 3 * SW_COUNT(scenes); i++) {
		static const char *const none[] = { NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = none };
		struct plugin_run run;

		scene = &scenes[i / 3];
		deal();
		run = plugin_run(&plugin, &h, NULL, NULL);
		want_lines(scene->what, values(run.out), plain());
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_point_is_what_plain_counting_has),
	};

	return cmocka_run_group_tests_name("account_graphs, counted", tests, NULL, NULL);
}
