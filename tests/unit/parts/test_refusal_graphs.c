/* Who refuses, and whom, over a long history, beside plain counting of the same lines of the log.
 */
#include "parts/refusal_graphs.h"

#include <stdlib.h>

#include "parts/account_field.h"
#include "refusalstext.h"

enum { NOW = REFUSALS_NOW, END = NOW / 60 * 60, LINES = 2, LEAST = 10 };
enum { RECEIVERS = 5, ACCOUNTS = 4, KINDS = 4, UNTRIED = 4, UNKNOWN_ACCOUNT = 0 };
enum { READ_MAX = MINUTES_LINGER + MINUTES_HISTORY_MAX + MINUTES_WINDOW - 1 };

struct scene {
	const char *what;
	unsigned history;
	unsigned busy;	   /* of 100 minutes in so many a receiver refuses an account's mail */
	unsigned doubt, n; /* minutes of which nothing is known: the first, and how many */
};

static const struct scene *scene;
static unsigned mail[RECEIVERS][ACCOUNTS][KINDS][READ_MAX];

/* The kinds by their fields; the others stay 0. */
static const char *const fields[] = { "reputation", "content",	  "unknown_user", "full",
				      "greylisted", "connection", "other" };
static const int kind_of[] = { 0, -1, 1, -1, 2, 3, -1 };

static unsigned dice(unsigned n)
{
	static uint32_t seed = 11;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 16) % n;
}

static unsigned read_minutes(void)
{
	return MINUTES_LINGER + scene->history + MINUTES_WINDOW - 1;
}

static void deal(void)
{
	memset(mail, 0, sizeof(mail));
	for (unsigned r = 0; r < RECEIVERS; r++)
		for (unsigned a = 0; a < ACCOUNTS; a++)
			for (unsigned m = 0; m < read_minutes(); m++)
				if (dice(100) < scene->busy)
					mail[r][a][r == UNTRIED ? 3 : dice(3)][m] = 1 + dice(3);
}

static void say_one(struct refusals *s, unsigned r, unsigned a, unsigned k, int second)
{
	static unsigned id;

	id = (id + 1) % 0xfffff;
	if (a != UNKNOWN_ACCOUNT)
		say(s, second, "smtpd", LOGIN("A%05X", "a%u@x"), id, a);
	if (r == UNTRIED)
		say(s, second, "smtp",
		    "A%05X: to=<b@r%u.example>, relay=none, delay=1, delays=0/0/0/1, dsn=5.4.4, "
		    "status=bounced (Host or domain name not found. Name service error for "
		    "name=r%u.example type=AAAA: Host not found)",
		    id, r, r);
	else if (k == 0)
		say(s, second, "smtp", LISTED("A%05X", "b@r%u.example"), id, r);
	else if (k == 1)
		say(s, second, "smtp", UNKNOWN("A%05X", "b@r%u.example"), id, r);
	else
		say(s, second, "smtp", NOT_NOW("A%05X", "b@r%u.example"), id, r);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static struct refusal_graphs g; /* too large for a stack */
	const struct log_reason reason = { .doubt = LOG_MUTE };
	struct drawn drawn;
	struct refusals s;

	assert_int_equal(refusals_new(&s, sw_munin_host(m), minutes_read(scene->history), why), 0);
	assert_int_equal(s.start, END - 60 * (int64_t)read_minutes());
	for (unsigned i = 0; i < read_minutes(); i++)
		for (unsigned r = 0; r < RECEIVERS; r++)
			for (unsigned a = 0; a < ACCOUNTS; a++)
				for (unsigned k = 0; k < KINDS; k++)
					for (unsigned n = mail[r][a][k][i]; n > 0; n--)
						say_one(&s, r, a, k,
							(int)(s.start - REFUSALS_AT) + 60 * (int)i);
	if (scene->n > 0)
		log_proof_doubt(&s.proof, s.start + 60 * scene->doubt,
				s.start + 60 * (scene->doubt + scene->n), &reason);
	drawn_open(&drawn, m);
	g = (struct refusal_graphs){
		.minutes = { .m = m, .proof = &s.proof, .history = scene->history },
		.s = &s,
		.lines = LINES,
		.least = LEAST,
		.drawn = &drawn,
	};
	refusal_graphs_add(&g);
	drawn_close(&drawn, m);
	refusals_free(&s);
	return 0;
}

static const struct sw_munin_plugin plugin = { .name = "r",
					       .summary = "x",
					       .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					       .collect = collect };

/* Of a receiver, an account, a kind; -1 stands for any. */
static unsigned count(int r, int a, int k, unsigned first, unsigned n)
{
	unsigned sum = 0;

	for (unsigned x = 0; x < RECEIVERS; x++)
		for (unsigned y = 0; y < ACCOUNTS; y++)
			for (unsigned z = 0; z < KINDS; z++)
				for (unsigned m = first; m < first + n; m++)
					if ((r < 0 || (unsigned)r == x) &&
					    (a < 0 || (unsigned)a == y) &&
					    (k < 0 || (unsigned)k == z))
						sum += mail[x][y][z][m];
	return sum;
}

/* Of one side's line. */
static unsigned of_line(bool accounts, unsigned line, unsigned first, unsigned n)
{
	return count(accounts ? -1 : (int)line, accounts ? (int)line : -1, -1, first, n);
}

/* How many lines have more; of equals those before. Who has no name goes first. */
static unsigned place(bool accounts, unsigned line, unsigned first, unsigned n)
{
	unsigned mine = of_line(accounts, line, first, n);
	unsigned before = 0;

	for (unsigned b = 0; b < 5; b++)
		before += of_line(accounts, b, first, n) > mine ||
			  (b < line && of_line(accounts, b, first, n) == mine);
	return before;
}

static bool is_drawn(bool accounts, unsigned line, unsigned i)
{
	return (accounts || line != UNTRIED) && of_line(accounts, line, i, 10) >= LEAST &&
	       place(accounts, line, i, 10) < LINES;
}

static void put(char **at, const char *field, unsigned i, int value)
{
	bool known = scene->n == 0 || i + 9 < scene->doubt || i + 5 >= scene->doubt + scene->n;

	*at += sprintf(*at, "%s.value %d:", field, END + 60 * ((int)i + 1 - (int)scene->history));
	*at += known && value >= 0 ? sprintf(*at, "%g\n", value / 5.0) : sprintf(*at, "U\n");
}

static void put_side(char **at, bool accounts)
{
	for (unsigned rank = 0; rank < 5; rank++)
		for (unsigned line = 0; line < 5; line++) {
			bool any = false;
			char name[32];
			struct sw_field f;

			snprintf(name, sizeof(name), accounts ? "a%u@x" : "r%u.example", line);
			f = accounts ? account_field(raw_of(name))
				     : sw_field_hashed("d_", raw_of(name));
			if (accounts && line == UNKNOWN_ACCOUNT)
				f = sw_field_own("unknown");
			for (unsigned i = 0; i < scene->history; i++)
				any |= is_drawn(accounts, line, i);
			for (unsigned i = 0; any && i < scene->history; i++) {
				unsigned n = of_line(accounts, line, 5 + i, 5);

				if (place(accounts, line, 0, read_minutes()) == rank)
					put(at, f.s, i,
					    is_drawn(accounts, line, i) || n == 0 ? (int)n : -1);
			}
		}
	for (unsigned i = 0; i < scene->history; i++) {
		unsigned rest = count(-1, -1, -1, 5 + i, 5);

		for (unsigned line = 0; line < 5; line++)
			if (is_drawn(accounts, line, i))
				rest -= of_line(accounts, line, 5 + i, 5);
		put(at, "others", i, (int)rest);
	}
	for (unsigned i = 0; i < scene->history; i++) {
		unsigned most = 0;

		for (unsigned line = 0; line < 5; line++)
			if (of_line(accounts, line, 5 + i, 5) > most)
				most = of_line(accounts, line, 5 + i, 5);
		put(at, "most", i, (int)most);
	}
}

static const char *plain(void)
{
	static char text[(SW_COUNT(fields) + 2 * 7) * MINUTES_HISTORY_MAX * 64];
	char *at = text;

	for (size_t k = 0; k < SW_COUNT(fields); k++)
		for (unsigned i = 0; i < scene->history; i++)
			put(&at, fields[k], i,
			    kind_of[k] < 0 ? 0 : (int)count(-1, -1, kind_of[k], 5 + i, 5));
	put_side(&at, false);
	put_side(&at, true);
	return text;
}

static void want_values(const char *what, const char *got, const char *want)
{
	for (; *got; got += strcspn(got, "\n") + 1) {
		size_t n = strcspn(got, "\n") + 1;
		const char *dot = strstr(got, ".value ");

		if (!dot || dot > got + n)
			continue;
		if (strncmp(got, want, n) != 0)
			fail_msg("%s: got \"%.60s\", want \"%.60s\"", what, got, want);
		want += n;
	}
	want_text(what, "", want);
}

/* What has a number above 0 now says whose it is, and nothing else says anything. */
static void want_extinfo(const char *what, const char *out)
{
	char end[32];

	snprintf(end, sizeof(end), ".value %d:", END);
	for (const char *at = out; (at = strstr(at, end)); at++) {
		const char *line = at;
		char field[64];
		const char *graph;
		const char *hit;
		bool is_said;

		while (line[-1] != '\n')
			line--;
		snprintf(field, sizeof(field), "\n%.*s.extinfo ", (int)(at - line), line);
		graph = strstr(at, "multigraph ");
		hit = strstr(at, field);
		is_said = hit && (!graph || hit < graph);
		if (at[strlen(end)] == 'U') /* it is among the others */
			continue;
		if (strtod(at + strlen(end), NULL) > 0 && strncmp(line, "others.", 7) != 0)
			want_number(field, is_said, true);
		else if (is_said)
			fail_msg("%s: %.200s", what, hit);
	}
}

static void each_point_is_what_plain_counting_has(void **state)
{
	static const struct scene scenes[] = {
		{ "as long as may be", MINUTES_HISTORY_MAX, 30, 0, 0 },
		{ "seldom", MINUTES_HISTORY_MAX, 8, 0, 0 },
		{ "one point", 1, 20, 0, 0 },
		{ "two", 2, 20, 0, 0 },
		{ "of the usual length", 15, 15, 0, 0 },
		{ "a hole", 15, 15, 12, 1 },
		{ "at the end", 15, 15, 22, 2 },
		{ "nobody", 15, 0, 0, 0 },
		{ "hardly anybody", 15, 1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < 4 * SW_COUNT(scenes); i++) {
		static const char *const none[] = { NULL };
		struct sw_host h = { .root = -1, .now = NOW, .env = none };
		struct plugin_run run;

		scene = &scenes[i / 4];
		deal();
		run = plugin_run(&plugin, &h, NULL, NULL);
		want_values(scene->what, run.out, plain());
		if (scene->n == 0)
			want_extinfo(scene->what, run.out);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_point_is_what_plain_counting_has),
	};

	return cmocka_run_group_tests_name("refusal_graphs", tests, NULL, NULL);
}
