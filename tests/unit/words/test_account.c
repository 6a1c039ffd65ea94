#include "traffictext.h"
#include "words/account.h"

enum { NOW = 1795431617, MINUTES = 6, START = 1795431240 /* the window's first second */ };
#define SPAN ((struct words_account_span){ 1, 5 })

static struct sw_host host;

static struct traffic fresh(void)
{
	static const char *const none[] = { NULL };
	struct sw_fault why = { 0 };
	struct traffic s;

	host = (struct sw_host){ .root = -1, .now = NOW, .env = none, .secret = { 1, 2 } };
	assert_int_equal(traffic_new(&s, &host, MINUTES, true, &why), 0);
	assert_int_equal(s.start, START);
	return s;
}

static const char *first(const struct traffic *s, enum traffic_what what)
{
	static struct sw_label text;
	struct traffic_rank top[1];

	want_number("found", traffic_top(s, what, SPAN.first, SPAN.n, 1, true, top, 1) > 0, true);
	text = words_account(s, &top[0], what, SPAN);
	return text.s;
}

static void what_an_account_sent_and_from_where(void **state)
{
	static const struct {
		const char *what;
		struct {
			int minute, n;
			const char *client;
		} in[4];
		const char *want;
	} rows[] = {
		{ "one address without a name",
		  { { 1, 1, "unknown[192.0.2.1]" } },
		  "a@x 1 msg in 5 min, 100% from 192.0.2.1" },
		{ "a name",
		  { { 1, 2, "pc.example[192.0.2.1]" } },
		  "a@x 2 msg in 5 min, 100% from 192.0.2.1 (pc.example)" },
		{ "one more address",
		  { { 1, 2, "pc.example[192.0.2.1]" }, { 5, 1, "unknown[192.0.2.2]" } },
		  "a@x 3 msg in 5 min, 67% from 192.0.2.1 (pc.example) +1 address" },
		{ "two more",
		  { { 2, 1, "unknown[192.0.2.3]" },
		    { 1, 1, "unknown[192.0.2.1]" },
		    { 5, 2, "unknown[192.0.2.2]" } },
		  "a@x 4 msg in 5 min, 50% from 192.0.2.2 +2 addresses" },
		{ "the minute before the span does not count",
		  { { 0, 9, "unknown[192.0.2.3]" }, { 1, 1, "unknown[192.0.2.1]" } },
		  "a@x 1 msg in 5 min, 100% from 192.0.2.1" },
		{ "29 of 100",
		  { { 1, 29, "unknown[192.0.2.1]" },
		    { 2, 28, "unknown[192.0.2.2]" },
		    { 3, 28, "unknown[192.0.2.3]" },
		    { 4, 15, "unknown[192.0.2.4]" } },
		  "a@x 100 msg in 5 min, 29% from 192.0.2.1 +3 addresses" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh();

		for (size_t k = 0; k < SW_COUNT(rows[i].in) && rows[i].in[k].n > 0; k++)
			sent(&s, START + 60 * rows[i].in[k].minute, rows[i].in[k].n,
			     rows[i].in[k].client, "a@x");
		want_text(rows[i].what, first(&s, TRAFFIC_MESSAGES), rows[i].want);
		traffic_free(&s);
	}
}

static void of_whom_no_address_is_known_none_is_told(void **state)
{
	static const char line[] =
		"2026-11-23T10:55:01Z mx postfix/pickup[1]: AAAAAA1: uid=33 from=<a>";
	struct log_message message = { .time = START + 61 };
	struct log_scratch scratch;
	struct log_head head;
	struct traffic s = fresh();

	(void)state;
	assert_true(log_header(raw_of(line), &scratch, &head));
	message.program = head.program;
	message.text = head.text;
	assert_int_equal(traffic_message(&message, &s), 0);
	want_text("a local user", first(&s, TRAFFIC_MESSAGES), "uid 33 1 msg in 5 min");
	traffic_free(&s);
}

static void the_count_that_is_ranked_stands_first(void **state)
{
	struct traffic s = fresh();

	(void)state;
	queued(&s, START + 61, "AAAAAA1", "unknown[192.0.2.1]", "a@x", 1);
	want_text("one recipient", first(&s, TRAFFIC_RECIPIENTS),
		  "a@x 1 recipient in 5 min, 1 msg, 100% from 192.0.2.1");
	want_text("one address", first(&s, TRAFFIC_ADDRESSES),
		  "a@x 1 address in 5 min, 1 msg, 100% from 192.0.2.1");
	queued(&s, START + 62, "AAAAAA2", "unknown[192.0.2.2]", "a@x", 50);
	want_text("recipients", first(&s, TRAFFIC_RECIPIENTS),
		  "a@x 51 recipients in 5 min, 2 msg, 50% from 192.0.2.1 +1 address");
	want_text("addresses", first(&s, TRAFFIC_ADDRESSES),
		  "a@x 2 addresses in 5 min, 2 msg, 50% from 192.0.2.1 +1 address");
	traffic_free(&s);
}

static void a_count_that_may_be_too_low_says_so(void **state)
{
	struct traffic s = fresh();
	struct traffic_rank top[1];
	struct sw_label text;

	(void)state;
	sent(&s, START + 60, 3, "unknown[192.0.2.1]", "a@x");
	want_number("found", traffic_top(&s, TRAFFIC_MESSAGES, 1, 5, 1, true, top, 1), 1);
	top[0].error = 2;
	text = words_account(&s, &top[0], TRAFFIC_MESSAGES, SPAN);
	want_text("sentence", text.s, "a@x 3 msg in 5 min (or up to 2 more), 100% from 192.0.2.1");
	traffic_free(&s);
}

static void the_list_names_the_first_and_those_above_the_level(void **state)
{
	static const struct {
		const char *what;
		enum traffic_what kind;
		double level;
		const char *want; /* the names */
	} rows[] = {
		{ "none is above", TRAFFIC_MESSAGES, 100, "a@x" },
		{ "two are: 10 and 5 a minute", TRAFFIC_MESSAGES, 4.9, "a@x b@x" },
		{ "at the level is not above it", TRAFFIC_MESSAGES, 5, "a@x" },
		{ "three are", TRAFFIC_MESSAGES, 0.9, "a@x b@x c@x" },
		{ "all are", TRAFFIC_MESSAGES, 0, "a@x b@x c@x d@x" },
		{ "addresses are not counted a minute", TRAFFIC_ADDRESSES, 1, "d@x" },
		{ "addresses above", TRAFFIC_ADDRESSES, 0.9, "d@x a@x b@x c@x" },
	};
	struct traffic s = fresh();

	(void)state;
	sent(&s, START + 60, 50, "unknown[192.0.2.1]", "a@x");
	sent(&s, START + 60, 25, "unknown[192.0.2.1]", "b@x");
	sent(&s, START + 60, 5, "unknown[192.0.2.1]", "c@x");
	sent(&s, START + 60, 1, "unknown[192.0.2.1]", "d@x");
	sent(&s, START + 60, 1, "unknown[192.0.2.2]", "d@x");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic_rank top[8];
		size_t n = traffic_top(&s, rows[i].kind, 1, 5, 1, true, top, 8);
		struct sw_label text =
			words_account_list(&s, top, n, rows[i].kind, SPAN, rows[i].level);
		char names[64] = "";
		const char *p = text.s;

		while (p) {
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%.3s", p);
			p = strstr(p, ", then ");
			strcat(names, p ? " " : "");
			p = p ? p + strlen(", then ") : NULL;
		}
		want_text(rows[i].what, names, rows[i].want);
	}
	want_text("of none", words_account_list(&s, NULL, 0, TRAFFIC_MESSAGES, SPAN, 0).s, "");
	traffic_free(&s);
}

static void knows(void *ctx, struct sw_raw key, struct sw_label *name)
{
	(void)ctx;
	if (raw_is(key, "b@x"))
		sw_label_print(name, ", known");
}

static void what_others_know_stands_behind_the_name(void **state)
{
	struct traffic s = fresh();
	struct traffic_rank top[2];
	size_t n;

	(void)state;
	sent(&s, START + 60, 50, "unknown[192.0.2.1]", "a@x");
	sent(&s, START + 60, 25, "unknown[192.0.2.1]", "b@x");
	n = traffic_top(&s, TRAFFIC_MESSAGES, 1, 5, 1, true, top, 2);
	s.more = knows;
	want_text("in the list", words_account_list(&s, top, n, TRAFFIC_MESSAGES, SPAN, 0).s,
		  "a@x 50 msg in 5 min, 100% from 192.0.2.1, then b@x, known 25 msg in 5 min, 100% from "
		  "192.0.2.1");
	traffic_free(&s);
}

static void a_long_list_ends_with_a_whole_account(void **state)
{
	struct traffic s = fresh();
	struct traffic_rank top[30];
	struct sw_label text;
	size_t n;

	(void)state;
	for (int i = 0; i < 30; i++) {
		char login[16];

		snprintf(login, sizeof(login), "u%02d@x", i);
		sent(&s, START + 60, 40 - i, "unknown[192.0.2.1]", login);
	}
	n = traffic_top(&s, TRAFFIC_MESSAGES, 1, 5, 1, true, top, 30);
	text = words_account_list(&s, top, n, TRAFFIC_MESSAGES, SPAN, 0);
	want_text("the seventh is the last", strstr(text.s, "u06@x"),
		  "u06@x 34 msg in 5 min, 100% from 192.0.2.1");
	want_number("and nothing is cut", text.cut, false);
	traffic_free(&s);
}

static void the_other_sentences(void **state)
{
	struct traffic s = fresh();
	struct traffic_rank top[1];

	(void)state;
	sent(&s, START + 60, 30, "unknown[192.0.2.1]", "a b");
	traffic_top(&s, TRAFFIC_MESSAGES, 1, 5, 1, true, top, 1);
	want_text("unusual", words_account_unusual(&s, &top[0], SPAN, 4).s,
		  "[a b] 30 msg in 5 min, 100% from 192.0.2.1, before at most 4");
	want_text("limit", words_account_limit(&s, &top[0], 5).s, "[a b], limit 5 per minute");
	traffic_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_account_sent_and_from_where),
		cmocka_unit_test(of_whom_no_address_is_known_none_is_told),
		cmocka_unit_test(the_count_that_is_ranked_stands_first),
		cmocka_unit_test(a_count_that_may_be_too_low_says_so),
		cmocka_unit_test(the_list_names_the_first_and_those_above_the_level),
		cmocka_unit_test(what_others_know_stands_behind_the_name),
		cmocka_unit_test(a_long_list_ends_with_a_whole_account),
		cmocka_unit_test(the_other_sentences),
	};

	return cmocka_run_group_tests_name("words account", tests, NULL, NULL);
}
