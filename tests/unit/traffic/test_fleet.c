/*
 * The list of one host and the sum of many: what is written is read, and nothing else is; and memory
 * that is not there (Makefile: --wrap=calloc).
 */
#include <errno.h>
#include <stdlib.h>

#include "traffic/fleet.h"
#include "traffictext.h"

/* 2026-11-26T13:50:30Z: the last minute ends at 13:50, the day of it at 13:40 */
enum { NOW = 1795701030, AT = NOW - 30, END = AT - 600, MINUTES = 20 };

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static bool no_memory;

void *__wrap_calloc(size_t n, size_t size)
{
	return no_memory ? NULL : __real_calloc(n, size);
}

struct world {
	struct sw_host h;
	struct traffic s;
	struct day d;
};

/* All of it is known. */
static struct world *world_new(void)
{
	static const char *const none[] = { NULL };
	struct world *w = calloc(1, sizeof(*w));
	struct sw_fault why = { 0 };

	assert_non_null(w);
	w->h = (struct sw_host){ .root = -1, .now = NOW, .env = none, .secret = { 1, 2 } };
	assert_int_equal(traffic_new(&w->s, &w->h, MINUTES, true, &why), 0);
	assert_int_equal(day_new(&w->d, &w->h, AT - 14 * 60, AT, true, &why), 0);
	memset(w->d.state, LOG_MINUTE_KNOWN, sizeof(w->d.state));
	w->s.day = &w->d;
	return w;
}

static void world_free(struct world *w)
{
	day_free(&w->d);
	traffic_free(&w->s);
	free(w);
}

struct text {
	char *s;
	size_t n;
};

static void add_line(const struct sw_label *line, void *ctx)
{
	struct text *text = ctx;

	text->s = realloc(text->s, text->n + line->n + 2);
	assert_non_null(text->s);
	memcpy(text->s + text->n, line->s, line->n);
	text->n += line->n;
	text->s[text->n++] = '\n';
	text->s[text->n] = '\0';
}

static struct text list_of(struct world *w, uint64_t least, unsigned (*skip)(struct sw_raw, void *))
{
	struct text text = { .n = 0 };
	struct fleet_source source = { .s = &w->s,
				       .d = &w->d,
				       .first = MINUTES - FLEET_WINDOW,
				       .at = AT,
				       .least = least,
				       .link = sw_label_printed("rate"),
				       .skip = skip,
				       .line = add_line,
				       .ctx = &text };
	struct sw_fault why = { 0 };

	assert_int_equal(fleet_write(&source, &why), 0);
	return text;
}

#define BEGIN "fleet begin 1 1795701000 1795700400 "

static void an_account_is_listed_from_so_many_messages_on(void **state)
{
	static const struct {
		const char *what;
		uint64_t least;
		const char *want;
	} rows[] = {
		{ "all", 1,
		  BEGIN "1 known known rate\n"
			"fleet account 1 3 a@x\nfleet networks c000 c633\n"
			"fleet account 0 2 [n %23(id)]\nfleet networks 20010db8\n"
			"fleet account 2 0 now@x\n"
			"fleet account 0 1 one@x\nfleet networks cb00\nfleet end 4 4\n" },
		{ "two, in the day or now", 2,
		  BEGIN "2 known known rate\n"
			"fleet account 1 3 a@x\nfleet networks c000 c633\n"
			"fleet account 0 2 [n %23(id)]\nfleet networks 20010db8\n"
			"fleet account 2 0 now@x\n"
			"fleet end 3 3\n" },
		{ "none", 9, BEGIN "9 known known rate\nfleet end 0 0\n" },
	};
	struct world *w = world_new();

	(void)state;
	sent(&w->s, END - 50000, 2, "u[192.0.2.1]", "a@x");
	sent(&w->s, END - 1, 1, "u[198.51.100.1]", "A@X");
	sent(&w->s, AT - 1, 1, "u[203.0.113.1]", "a@x");
	sent(&w->s, AT - 299, 2, "u[203.0.113.1]", "now@x");
	sent(&w->s, END - 7000, 1, "u[203.0.113.1]", "one@x");
	sent(&w->s, END - 86401, 9, "u[203.0.113.1]", "yesterday@x");
	sent(&w->s, END - 400, 2, "u[2001:db8::1]", "n #(id)");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct text text = list_of(w, rows[i].least, NULL);

		want_text(rows[i].what, text.s, rows[i].want);
		free(text.s);
	}
	world_free(w);
}

/* Of whom the day does not tell yet. */
static void who_has_messages_now_alone_is_listed(void **state)
{
	struct world *w = world_new();
	struct text text;

	(void)state;
	sent(&w->s, AT - 60, 1, "u[192.0.2.1]", "first@x");
	sent(&w->s, AT - 60, 2, "u[192.0.2.1]", "second@x");
	text = list_of(w, 1, NULL);
	want_text("list", text.s,
		  BEGIN "1 known known rate\nfleet account 2 0 second@x\nfleet account 1 0 first@x\nfleet end 2 2\n");
	free(text.s);
	world_free(w);
}

static void a_local_user_is_one_of_his_host_and_in_no_list(void **state)
{
	struct world *w = world_new();
	struct log_message message = { .time = END - 5,
				       .program = raw_of("pickup"),
				       .text = raw_of("1D001A7000F: uid=33 from=<www-data>") };
	struct text text;

	(void)state;
	assert_int_equal(traffic_message(&message, &w->s), 0);
	want_number("he is counted", topk_rows(w->d.account), 1);
	text = list_of(w, 1, NULL);
	want_text("list", text.s, BEGIN "1 known known rate\nfleet end 0 0\n");
	free(text.s);
	world_free(w);
}

static unsigned left_out(struct sw_raw key, void *ctx)
{
	(void)ctx;
	return raw_is(key, "news@x")   ? FLEET_WHOLLY
	       : raw_is(key, "fast@x") ? FLEET_RATE
	       : raw_is(key, "big@x")  ? FLEET_DAY
				       : 0;
}

static void who_has_a_limit_of_his_own_has_no_number_and_who_is_ignored_no_line(void **state)
{
	static const char *const login[] = { "news@x", "fast@x", "big@x", "a@x" };
	struct world *w = world_new();
	struct text text;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(login); i++)
		sent(&w->s, END - 5, 2, "u[192.0.2.1]", login[i]);
	text = list_of(w, 1, left_out);
	want_text("list", text.s,
		  BEGIN "1 known known rate\n"
			"fleet account 0 2 a@x\nfleet networks c000\n"
			"fleet account 0 - big@x\nfleet networks c000\n"
			"fleet account - 2 fast@x\nfleet networks c000\nfleet end 3 3\n");
	free(text.s);
	world_free(w);
}

static void what_is_not_known_is_said(void **state)
{
	struct world *w = world_new();
	struct fleet_source none = { .d = &w->d, .at = AT, .least = 1, .line = add_line };
	struct log_reason begins = { .doubt = LOG_BEGINS };
	struct sw_fault why = { 0 };
	struct text text;
	struct text nothing = { .n = 0 };

	(void)state;
	w->d.state[3] = LOG_MINUTE_UNKNOWN;
	text = list_of(w, 1, NULL);
	want_in("the day", text.s, "1 known some rate\n");
	free(text.s);
	log_proof_doubt(&w->s.proof, AT - 60, AT, &begins);
	text = list_of(w, 1, NULL);
	want_in("the minutes, too", text.s, "1 some some rate\n");
	free(text.s);
	none.link = sw_label_printed("rate");
	none.ctx = &nothing;
	none.blocked = true; /* nor is that known of it */
	assert_int_equal(fleet_write(&none, &why), 0);
	want_text("no log", nothing.s, BEGIN "1 some some rate\nfleet end 0 0\n");
	free(nothing.s);
	world_free(w);
}

/* More accounts, with more networks, than a list has room for: those with most messages are in it.
 */
static void of_too_many_the_busiest_are_listed_and_how_many_there_are(void **state)
{
	enum { LINE = SW_LABEL_MAX + 2 };
	struct world *w = world_new();
	struct fleet_rows rows = { .n = 0 };
	struct sw_fault why = { 0 };
	struct fleet_list list;
	struct text text;
	size_t bytes = 0;
	char login[160];
	char client[40];

	(void)state;
	memset(login, '\303', sizeof(login));
	for (int i = 0; i < 1500; i++) {
		snprintf(login + 98, sizeof(login) - 98, "%d@x", i);
		for (int k = 0; k < 4; k++) {
			snprintf(client, sizeof(client), "u[2001:%d::1]", 1000 + i % 7 * 100 + k);
			sent(&w->s, END - 5, i == 777 ? 2 : 1, client, login);
		}
	}
	text = list_of(w, 1, NULL);
	for (size_t i = 0; i < text.n; i++)
		bytes += 1u + (text.s[i] == '\n');
	want_within("bytes, with a '#' each: the next account may have most", bytes,
		    FLEET_BYTES - 10 * LINE, FLEET_BYTES - 10 * LINE + 2 * LINE);
	assert_int_equal(fleet_read(raw_from(text.s, text.n), 0, &list, &rows, &why), 0);
	want_number("should be", list.of, 1500);
	want_within("are", list.rows, 500, 1499);
	want_number("the busiest", rows.row[0].day, 8);
	want_number("its networks", rows.row[0].networks_n, 4);
	fleet_free(&rows);
	free(text.s);
	world_free(w);
}

/* A list of many; `longer` bytes more stand in the names of the first ones. Where its last row begins, in bytes with a
 * '#' each line. */
static size_t last_row_of_many(size_t longer, unsigned *rows)
{
	enum { ACCOUNTS = 3500, PLAIN = 140, MOST = 240 };
	struct world *w = world_new();
	struct text text;
	size_t bytes = 0;
	size_t last = 0;
	char login[MOST + 8];

	memset(login, 'n', sizeof(login));
	for (int i = 0; i < ACCOUNTS; i++) {
		size_t more = longer < MOST - PLAIN ? longer : MOST - PLAIN;

		snprintf(login + PLAIN - 4 + more, 8, "%04u", (unsigned)i % 10000);
		sent(&w->s, END - 5, more ? 2 : 1, "u[192.0.2.1]", login);
		memset(login, 'n', sizeof(login));
		longer -= more;
	}
	text = list_of(w, 1, NULL);
	*rows = 0;
	for (const char *at = text.s; *at; at = strchr(at, '\n') + 1) {
		bool is = strncmp(at, "fleet account ", 14) == 0;

		*rows += is;
		last = is ? bytes : last;
		bytes += strcspn(at, "\n") + 2;
	}
	free(text.s);
	world_free(w);
	return last;
}

/* The last one begins where the longest that there can be still fits. */
static void a_row_is_listed_while_there_is_room_for_the_longest(void **state)
{
	/* the account, its networks in eight lines, and a '+' */
	enum { LAST = FLEET_BYTES - 10 * (SW_LABEL_MAX + 2) };
	unsigned rows[3];
	size_t last = last_row_of_many(0, &rows[0]);

	(void)state;
	want_within("the last row", (long long)last, LAST - 200, LAST);
	want_number("as late as can be", last_row_of_many(LAST - last, &rows[1]), LAST);
	want_number("rows", rows[1], rows[0]);
	want_within("no later", last_row_of_many(LAST - last + 1, &rows[2]), LAST - 200, LAST - 100);
	want_number("rows", rows[2], rows[0] - 1);
}

/* The one with most messages, now or in the day, first; of those that are alike by name. */
static int by_messages(const void *left, const void *right)
{
	const unsigned *const a = left;
	const unsigned *const b = right;

	return a[0] != b[0] ? (a[0] < b[0]) - (a[0] > b[0]) : (a[1] > b[1]) - (a[1] < b[1]);
}

static void of_more_accounts_than_there_may_be_rows_the_last_are_left_out(void **state)
{
	enum { DAY_ONES = 2500, ACCOUNTS = FLEET_ROWS + 4 };
	static unsigned want[ACCOUNTS][2]; /* messages, name */
	struct fleet_rows rows = { .n = 0 };
	struct world *w = world_new();
	struct sw_fault why = { 0 };
	struct fleet_list list;
	struct text text;
	char login[32];

	(void)state;
	for (unsigned i = 0; i < ACCOUNTS; i++) {
		/* some were there in the day, others are now, and a few are both */
		unsigned day = i < DAY_ONES ? 1 + i % 3 : 0;
		unsigned now = i >= DAY_ONES || i % 500 == 7 ? 1 + i % 5 : 0;

		snprintf(login, sizeof(login), "u%05u", i * 7919 % 10007);
		want[i][0] = day > now ? day : now;
		want[i][1] = i * 7919 % 10007;
		if (day)
			sent(&w->s, END - 5000, (int)day, "u[192.0.2.1]", login);
		if (now)
			sent(&w->s, AT - 60, (int)now, "u[192.0.2.1]", login);
	}
	qsort(want, ACCOUNTS, sizeof(*want), by_messages);
	text = list_of(w, 1, NULL);
	assert_int_equal(fleet_read(raw_from(text.s, text.n), 3, &list, &rows, &why), 0);
	want_number("rows", list.rows, FLEET_ROWS);
	want_number("of", list.of, ACCOUNTS);
	want_number("rows", rows.n, FLEET_ROWS);
	for (size_t i = 0; i < rows.n; i++) {
		const struct fleet_row *row = &rows.row[i];

		snprintf(login, sizeof(login), "u%05u", want[i][1]);
		want_raw("its name", row->name, login);
		want_number(login, row->rate > row->day ? row->rate : row->day, want[i][0]);
		want_number(login, row->list, 3);
	}
	fleet_free(&rows);
	free(text.s);
	world_free(w);
}

static void of_256_networks_there_may_be_more(void **state)
{
	struct world *w = world_new();
	struct fleet_rows rows = { .n = 0 };
	struct fleet_sum *sum = NULL;
	struct sw_fault why = { 0 };
	struct fleet_list list;
	struct text text;
	char client[40];
	size_t n;

	(void)state;
	for (int i = 0; i < 300; i++) {
		snprintf(client, sizeof(client), "u[%d.%d.0.1]", 60 + i / 200, i % 200);
		sent(&w->s, END - 3000 + i, 1, client, "a@x");
	}
	text = list_of(w, 1, NULL);
	assert_int_equal(fleet_read(raw_from(text.s, text.n), 0, &list, &rows, &why), 0);
	assert_int_equal(fleet_add_up(&rows, &list, 1, &sum, &n, &why), 0);
	want_number("accounts", n, 1);
	want_number("messages", sum->day, 300);
	want_number("networks", sum->networks, DAY_SEEN);
	want_number("or more", sum->more_networks, true);
	free(sum);
	fleet_free(&rows);
	free(text.s);
	world_free(w);
}

/* However many stand in a line: each is read back. */
static void any_number_of_networks_is_read_back(void **state)
{
	static const int rows[] = { 0, 1, 35, 36, 37, 38, 41, 42, 72, 73, 74, 255, 256 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct world *w = world_new();
		struct fleet_rows all = { .n = 0 };
		struct fleet_sum *sum = NULL;
		struct sw_fault why = { 0 };
		struct fleet_list list;
		struct text text;
		char client[40];
		size_t n;

		sent(&w->s, END - 3000, 1, "u[unknown]", "b@x");
		for (int k = 0; k < rows[i]; k++) {
			snprintf(client, sizeof(client), "u[2001:%x::1]", 0x1000 + k);
			sent(&w->s, END - 3000, 1, client, "a@x");
		}
		text = list_of(w, 1, NULL);
		assert_int_equal(fleet_read(raw_from(text.s, text.n), 0, &list, &all, &why), 0);
		assert_int_equal(fleet_add_up(&all, &list, 1, &sum, &n, &why), 0);
		want_number("accounts", n, rows[i] > 0);
		if (n > 0) {
			want_number("networks", sum->networks, rows[i]);
			want_number("no more of them", sum->more_networks, false);
		}
		for (const char *at = text.s; *at; at = strchr(at, '\n') + 1)
			want_within("bytes of a line", strcspn(at, "\n"), 1, SW_LABEL_MAX);
		free(sum);
		fleet_free(&all);
		free(text.s);
		world_free(w);
	}
}

static void only_a_whole_list_is_one(void **state)
{
#define HEAD "fleet begin 1 100 90 5 known some x\n"
#define A7   "aaaaaaa"
#define A49  A7 A7 A7 A7 A7 A7 A7
#define A343 A49 A49 A49 A49 A49 A49 A49
	static const struct {
		const char *what, *text;
		int want;
	} rows[] = {
		{ "an empty one", HEAD "fleet end 0 0\n", 0 },
		{ "one that lacks some", HEAD "fleet account 1 2 a\nfleet end 1 9\n", 0 },
		{ "other lines", "x\n" HEAD "\nfleets\nfleet end 0 0\ny\n", 0 },
		{ "networks",
		  HEAD "fleet account 1 2 a\nfleet networks c000 20010db8 +\nfleet end 1 1\n", 0 },
		{ "no newline", HEAD "fleet end 0 0", 0 },
		{ "the longest name", HEAD "fleet account 1 2 [" A343 "aaaaa]\nfleet end 1 1\n",
		  0 },
		{ "a name that no label holds",
		  HEAD "fleet account 1 2 [" A343 "aaaaaa]\nfleet end 1 1\n", -EBADMSG },
		{ "one of a host that can't queue",
		  "fleet begin 1 100 90 5 blocked known x\nfleet end 0 0\n", 0 },
		{ "a day is not blocked", "fleet begin 1 100 90 5 known blocked x\nfleet end 0 0\n",
		  -EBADMSG },
		{ "none", "", -ENOENT },
		{ "none but other lines", "x\ny\n", -ENOENT },
		{ "no end", HEAD, -EBADMSG },
		{ "no end, rows", HEAD "fleet account 1 2 a\n", -EBADMSG },
		{ "no begin", "fleet end 0 0\n", -EBADMSG },
		{ "two", HEAD "fleet end 0 0\n" HEAD "fleet end 0 0\n", -EBADMSG },
		{ "two begin", HEAD HEAD "fleet end 0 0\n", -EBADMSG },
		{ "another version", "fleet begin 2 nobody knows\nfleet end 0 0\n",
		  -EPROTONOSUPPORT },
		{ "a row that is missing", HEAD "fleet account 1 2 a\nfleet end 2 2\n", -EBADMSG },
		{ "one too many", HEAD "fleet account 1 2 a\nfleet end 0 2\n", -EBADMSG },
		{ "more than should be", HEAD "fleet account 1 2 a\nfleet end 1 0\n", -EBADMSG },
		{ "a word that is none", HEAD "fleet else\nfleet end 0 0\n", -EBADMSG },
		{ "no name", HEAD "fleet account 1 2 \nfleet end 1 1\n", -EBADMSG },
		{ "a number below 0", HEAD "fleet account -1 2 a\nfleet end 1 1\n", -EBADMSG },
		{ "a number that no host has", HEAD "fleet account 1 1000000001 a\nfleet end 1 1\n",
		  -EBADMSG },
		{ "a network of nobody", HEAD "fleet networks c000\nfleet end 0 0\n", -EBADMSG },
		{ "no network", HEAD "fleet account 1 2 a\nfleet networks c00\nfleet end 1 1\n",
		  -EBADMSG },
		{ "two blanks",
		  HEAD "fleet account 1 2 a\nfleet networks c000  c001\nfleet end 1 1\n",
		  -EBADMSG },
		{ "a name that would be a piece of a sentence",
		  HEAD "fleet account 1 2 a 9 msg, then b\nfleet end 1 1\n", -EBADMSG },
		{ "brackets in brackets", HEAD "fleet account 1 2 [a] [b]\nfleet end 1 1\n",
		  -EBADMSG },
		{ "a byte that no label holds", HEAD "fleet account 1 2 [a\033]\nfleet end 1 1\n",
		  -EBADMSG },
		{ "a time that is none", "fleet begin 1 x 90 5 known some x\nfleet end 0 0\n", -EBADMSG },
		{ "a day that is none", "fleet begin 1 100  5 known some x\nfleet end 0 0\n", -EBADMSG },
		{ "the last time", "fleet begin 1 4611686018427387903 90 5 known some x\nfleet end 0 0\n", 0 },
		{ "one behind it", "fleet begin 1 4611686018427387904 90 5 known some x\nfleet end 0 0\n",
		  -EBADMSG },
		{ "the last day", "fleet begin 1 1 4611686018427387903 5 known some x\nfleet end 0 0\n", 0 },
		{ "neither known nor some", "fleet begin 1 100 90 5 known  x\nfleet end 0 0\n", -EBADMSG },
		{ "no blank before a link", "fleet begin 1 100 90 5 some known\nfleet end 0 0\n", -EBADMSG },
		{ "the longest link", "fleet begin 1 100 90 5 some known " A343 A7 "\nfleet end 0 0\n", 0 },
		{ "a link that no label holds",
		  "fleet begin 1 100 90 5 some known " A343 A7 "a\nfleet end 0 0\n", -EBADMSG },
		{ "the greatest number", HEAD "fleet account 1000000000 1000000000 a\nfleet end 1 1\n", 0 },
		{ "a limit that no list has", "fleet begin 1 100 90 1000000001 known some x\nfleet end 0 0\n",
		  -EBADMSG },
		{ "brackets around nothing", HEAD "fleet account 1 2 []\nfleet end 1 1\n", -EBADMSG },
		{ "a name that begins with a byte that none has", HEAD "fleet account 1 2 =a\nfleet end 1 1\n", -EBADMSG },
		{ "in brackets", HEAD "fleet account 1 2 [=a]\nfleet end 1 1\n", 0 },
		{ "none there either", HEAD "fleet account 1 2 [<a]\nfleet end 1 1\n", -EBADMSG },
		{ "half a bracket", HEAD "fleet account 1 2 [\nfleet end 1 1\n", -EBADMSG },
		{ "a bracket that is cut", HEAD "fleet account 1 2 [a\nfleet end 1 1\n", 0 },
		{ "no limit", HEAD "fleet account - - a\nfleet end 1 1\n", 0 },
		{ "a word behind the end", HEAD "fleet end 0 0 x\n", -EBADMSG },
		{ "no least", "fleet begin 1 100 90 0 known some x\nfleet end 0 0\n", -EBADMSG },
		{ "no link", "fleet begin 1 100 90 5 known some \nfleet end 0 0\n", -EBADMSG },
		{ "knowing less", "fleet begin 1 100 90 5 known none x\nfleet end 0 0\n",
		  -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct fleet_row before = { .day = 7 };
		struct fleet_rows all = { .n = 0 };
		struct sw_fault why = { 0 };
		struct fleet_list list;

		all.row = calloc(1, sizeof(before));
		assert_non_null(all.row);
		all.row[0] = before;
		all.n = all.room = 1;
		want_number(rows[i].what, fleet_read(raw_of(rows[i].text), 3, &list, &all, &why),
			    rows[i].want);
		want_number(rows[i].what, -why.code, rows[i].want);
		want_number(rows[i].what, all.n - 1, list.rows);
		want_number("those of others stay", all.row[0].day, 7);
		fleet_free(&all);
	}
}

/* One account or network more than that is damage. */
static void as_much_as_a_list_may_hold_is_read(void **state)
{
	static const struct {
		const char *what;
		unsigned accounts, networks; /* of each */
		int want;
	} rows[] = {
		{ "the most accounts", FLEET_ROWS, 0, 0 },
		{ "one more", FLEET_ROWS + 1, 0, -EBADMSG },
		{ "the most networks", 2, DAY_SEEN, 0 },
		{ "one more of them", 2, DAY_SEEN + 1, -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct fleet_rows all = { .n = 0 };
		struct sw_fault why = { 0 };
		struct fleet_list list;
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);

		fputs(HEAD, f);
		for (unsigned k = 0; k < rows[i].accounts; k++) {
			fprintf(f, "fleet account 1 2 a%u\n", k);
			for (unsigned network = 0; network < rows[i].networks; network++)
				fprintf(f, "fleet networks %04x\n", network);
		}
		fprintf(f, "fleet end %u %u\n", rows[i].accounts, rows[i].accounts);
		fclose(f);
		want_number(rows[i].what, fleet_read(raw_from(text, size), 0, &list, &all, &why), rows[i].want);
		want_number(rows[i].what, all.n, rows[i].want ? 0 : rows[i].accounts);
		for (size_t k = 0; k < all.n; k++)
			want_number(rows[i].what, all.row[k].networks_n, rows[i].networks);
		fleet_free(&all);
		free(text);
	}
}

/* Three hosts, beside plain counting. */
static void accounts_are_added_up_over_all_lists(void **state)
{
	static const char *const text[] = {
		"fleet begin 1 100 90 5 known known x\nfleet account 10 400 a@x\nfleet networks "
		"c000 c633\n"
		"fleet account 1 5 b@x\nfleet account 9 - big@x\nfleet end 3 3\n",
		"fleet begin 1 100 90 1 known known x\nfleet account 1 400 a@x\nfleet networks "
		"c000 0a01 "
		"+\nfleet account 0 3 [c d]\nfleet networks c000\nfleet end 2 2\n",
		"fleet begin 1 100 90 5 known known x\nfleet account 2 400 a@x\nfleet networks "
		"20010db8\n"
		"fleet networks cb00\nfleet account 9 - big@x\nfleet end 2 2\n",
	};
	static const struct {
		const char *name;
		struct fleet_sum want;
	} rows[] = {
		{ "[c d]", { .rate = 0, .day = 3, .networks = 1, .lists = 1, .at_least = true } },
		{ "a@x",
		  { .rate = 13, .day = 1200, .networks = 5, .lists = 3, .more_networks = true } },
		{ "b@x", { .rate = 1, .day = 5, .lists = 1, .at_least = true } },
		{ "big@x", { .rate = 18, .lists = 2 } },
	};
	struct fleet_list list[SW_COUNT(text)];
	struct fleet_rows all = { .n = 0 };
	struct sw_fault why = { 0 };
	const struct fleet_sum *top[2];
	struct fleet_sum *sum;
	size_t n;

	(void)state;
	for (unsigned i = 0; i < SW_COUNT(text); i++)
		assert_int_equal(fleet_read(raw_of(text[i]), i, &list[i], &all, &why), 0);
	assert_int_equal(fleet_add_up(&all, list, SW_COUNT(text), &sum, &n, &why), 0);
	want_number("accounts", n, SW_COUNT(rows));
	for (size_t i = 0; i < n; i++) {
		want_raw("name", sum[i].name, rows[i].name);
		want_number(rows[i].name, sum[i].rate, rows[i].want.rate);
		want_number(rows[i].name, sum[i].day, rows[i].want.day);
		want_number(rows[i].name, sum[i].networks, rows[i].want.networks);
		want_number(rows[i].name, sum[i].lists, rows[i].want.lists);
		want_number(rows[i].name, sum[i].more_networks, rows[i].want.more_networks);
		want_number(rows[i].name, sum[i].at_least, rows[i].want.at_least);
	}
	want_number("top", fleet_top(sum, n, FLEET_BY_RATE, top, 2), 2);
	want_raw("by rate", top[0]->name, "big@x");
	want_number("top", fleet_top(sum, n, FLEET_BY_DAY, top, 2), 2);
	want_raw("by day", top[0]->name, "a@x");
	want_raw("by day", top[1]->name, "b@x");
	want_number("nobody has none", fleet_top(sum, n, FLEET_BY_NETWORKS, top, 2), 2);
	free(sum);
	fleet_free(&all);
	assert_int_equal(fleet_add_up(&all, list, 0, &sum, &n, &why), 0);
	want_number("no list at all", n, 0);
	free(sum);
}

/* Else the master's admin is sent to set what is set. */
static void a_list_for_which_there_is_no_memory_knows_nothing(void **state)
{
	struct world *w = world_new();
	struct text text = { .n = 0 };
	struct fleet_source source = { .s = &w->s,
				       .d = &w->d,
				       .at = AT,
				       .least = 1,
				       .link = sw_label_printed("rate"),
				       .line = add_line,
				       .ctx = &text };
	struct sw_fault why = { 0 };

	(void)state;
	no_memory = true;
	assert_int_equal(fleet_write(&source, &why), -ENOMEM);
	no_memory = false;
	want_in("why", why.text.s, "list the accounts");
	want_text("list", text.s, BEGIN "1 some some rate\nfleet end 0 0\n");
	free(text.s);
	world_free(w);
}

/* --- the sum of any lists, as by counting plainly */

enum { LISTS = 5, ROWS = 40, NAMES = 12, NETWORKS = 9 };

struct plain {
	int name, list;
	bool network[NETWORKS];
	bool more;
	uint64_t rate, day;
};

static uint32_t seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* One list in which an account may stand twice; returns how many accounts it has. */
static int any_list(struct plain *row, int list, uint64_t least, char *text, size_t size)
{
	int rows = (int)dice(ROWS / 2);
	size_t n = (size_t)snprintf(text, size, "fleet begin 1 100 90 %u known known x\n", (unsigned)least);

	for (int i = 0; i < rows; i++) {
		struct plain r = { .name = (int)dice(NAMES), .list = list, .rate = dice(4), .day = dice(9) };

		n += (size_t)snprintf(text + n, size - n, "fleet account %u %u n%02d\n", (unsigned)r.rate,
				      (unsigned)r.day, r.name);
		for (unsigned line = dice(3); line > 0; line--) {
			n += (size_t)snprintf(text + n, size - n, "fleet networks");
			for (unsigned k = 1 + dice(3); k > 0; k--) {
				unsigned network = dice(NETWORKS);

				r.network[network] = true;
				n += (size_t)snprintf(text + n, size - n, " c00%u", network);
			}
			r.more |= dice(5) == 0;
			n += (size_t)snprintf(text + n, size - n, "%s\n", r.more ? " +" : "");
			if (dice(4) == 0)
				n += (size_t)snprintf(text + n, size - n, "networks ffff\n");
		}
		row[i] = r;
	}
	(void)snprintf(text + n, size - n, "fleet end %d %d\n", rows, rows);
	return rows;
}

static void want_plain_sum(const struct fleet_sum *sum, const struct plain *row, int rows, int name,
			   const uint64_t least[LISTS])
{
	struct fleet_sum want = { .rate = 0 };
	bool network[NETWORKS] = { false };
	bool in[LISTS] = { false };
	char text[16];

	for (int i = 0; i < rows; i++) {
		if (row[i].name != name)
			continue;
		want.rate += row[i].rate;
		want.day += row[i].day;
		want.more_networks |= row[i].more;
		in[row[i].list] = true;
		for (int k = 0; k < NETWORKS; k++)
			network[k] |= row[i].network[k];
	}
	for (int k = 0; k < NETWORKS; k++)
		want.networks += network[k];
	for (int list = 0; list < LISTS; list++) {
		want.lists += in[list];
		want.at_least |= !in[list] && least[list] > 1;
	}
	snprintf(text, sizeof(text), "n%02d", name);
	want_raw("its name", sum->name, text);
	want_number("messages now", sum->rate, want.rate);
	want_number("messages", sum->day, want.day);
	want_number("networks", sum->networks, want.networks);
	want_number("lists", sum->lists, want.lists);
	want_number("more networks", sum->more_networks, want.more_networks);
	want_number("at least", sum->at_least, want.at_least);
}

/* The greatest first, equal ones by name: each has no better one behind it. */
static void want_plain_top(const struct fleet_sum *sum, size_t n, enum fleet_what what)
{
	const struct fleet_sum *top[NAMES];
	size_t some = 0;

	for (size_t max = 0; max <= NAMES; max++) {
		size_t found = fleet_top(sum, n, what, top, max);
		size_t at = 0;

		some = 0;
		for (size_t i = 0; i < n; i++)
			some += fleet_number(&sum[i], what) > 0;
		want_number("accounts", found, some < max ? some : max);
		for (uint64_t number = 1000; number > 0; number--)
			for (size_t i = 0; i < n; i++)
				if (fleet_number(&sum[i], what) == number && at < found)
					want_number("the next", top[at++] - sum, i);
	}
}

static void any_lists_are_added_up_as_by_counting(void **state)
{
	static char text[LISTS][16384];

	(void)state;
	for (uint32_t run = 1; run <= 60; run++) {
		struct fleet_rows all = { .n = 0 };
		struct plain row[LISTS * ROWS];
		struct fleet_list list[LISTS];
		struct sw_fault why = { 0 };
		uint64_t least[LISTS];
		struct fleet_sum *sum;
		size_t n;
		size_t at = 0;
		int rows = 0;

		seed = run;
		for (int i = 0; i < LISTS; i++) {
			least[i] = 1 + dice(2);
			rows += any_list(row + rows, i, least[i], text[i], sizeof(text[i]));
			assert_int_equal(fleet_read(raw_of(text[i]), (unsigned)i, &list[i], &all, &why), 0);
			want_number("its least", list[i].head.least, least[i]);
		}
		/* they come in any order */
		for (size_t i = all.n; i > 1; i--) {
			size_t k = dice((unsigned)i);
			struct fleet_row swap = all.row[k];

			all.row[k] = all.row[i - 1];
			all.row[i - 1] = swap;
		}
		assert_int_equal(fleet_add_up(&all, list, LISTS, &sum, &n, &why), 0);
		for (int name = 0; name < NAMES; name++) {
			bool is = false;

			for (int i = 0; i < rows; i++)
				is |= row[i].name == name;
			if (!is)
				continue;
			assert_true(at < n);
			want_plain_sum(&sum[at++], row, rows, name, least);
		}
		want_number("accounts", n, at);
		for (int what = 0; what < FLEET_KINDS; what++)
			want_plain_top(sum, n, (enum fleet_what)what);
		free(sum);
		fleet_free(&all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_is_listed_from_so_many_messages_on),
		cmocka_unit_test(who_has_messages_now_alone_is_listed),
		cmocka_unit_test(a_local_user_is_one_of_his_host_and_in_no_list),
		cmocka_unit_test(
			who_has_a_limit_of_his_own_has_no_number_and_who_is_ignored_no_line),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(a_list_for_which_there_is_no_memory_knows_nothing),
		cmocka_unit_test(of_too_many_the_busiest_are_listed_and_how_many_there_are),
		cmocka_unit_test(a_row_is_listed_while_there_is_room_for_the_longest),
		cmocka_unit_test(of_more_accounts_than_there_may_be_rows_the_last_are_left_out),
		cmocka_unit_test(of_256_networks_there_may_be_more),
		cmocka_unit_test(any_number_of_networks_is_read_back),
		cmocka_unit_test(only_a_whole_list_is_one),
		cmocka_unit_test(as_much_as_a_list_may_hold_is_read),
		cmocka_unit_test(accounts_are_added_up_over_all_lists),
		cmocka_unit_test(any_lists_are_added_up_as_by_counting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
