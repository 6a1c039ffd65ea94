/* Messages that go through smtpd_proxy_filter: what ends one, and which one ends. */
#include "test.h"
#include "traffic/proxy.h"

static void the_filters_own_words_alone_name_the_id(void **state)
{
	static const struct {
		const char *text;
		int ends; /* 0: no such text, 1: accepted, 2: not */
		const char *id, *user;
	} rows[] = {
		{ "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as E0914A7612D; from=<a@x> "
		  "to=<b@y> "
		  "proto=ESMTP helo=<c.example> sasl_username=<alice@mx.example.com>",
		  1, "E0914A7612D", "alice@mx.example.com" },
		{ "proxy-accept: END-OF-MESSAGE: 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 "
		  "2.0.0 Ok: "
		  "queued as 4jY2t64rKTz1bgFB; from=<a@x>",
		  1, "4jY2t64rKTz1bgFB", "" },
		{ "proxy-accept: END-OF-MESSAGE: 250 queued as A1A1A1, sent: queued as B2B2B2; "
		  "from=<>",
		  1, "B2B2B2", "" },
		{ "NOQUEUE: proxy-accept: END-OF-MESSAGE: 250 ok; from=<x> sasl_username=<a>", 1,
		  "", "a" },
		{ "proxy-accept: END-OF-MESSAGE: 250 queued as A1; from=<x>", 1, "", "" },
		{ "proxy-accept: END-OF-MESSAGE: ", 1, "", "" },
		{ "proxy-accept: END-OF-MESSAGE: 250 ok; from=<x: queued as B2B2B2> to=<y>", 1, "",
		  "" },
		{ "proxy-accept: END-OF-MESSAGE: 250 ok; from=<x> to=<a sasl_username=<b>> "
		  "sasl_username=<c d>",
		  1, "", "c d" },
		{ "proxy-accept: END-OF-MESSAGE: 250 ok; from=<x> sasl_sender= sasl_username=<b>",
		  1, "", "" },
		{ "proxy-reject: END-OF-MESSAGE: 554 no: queued as A1A1A1; from=<x> "
		  "sasl_username=<a>",
		  2, "", "a" },
		{ "proxy-accept: RCPT: 250 queued as A1A1A1; from=<x>", 0, "", "" },
		{ "warning: proxy-accept: END-OF-MESSAGE: 250 queued as A1A1A1; from=<x>", 0, "",
		  "" },
		{ "", 0, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct proxy_end end = { .accepted = false };
		bool ends = proxy_ends(raw_of(rows[i].text), &end);

		want_number(rows[i].text, ends ? 2 - end.accepted : 0, rows[i].ends);
		if (!ends)
			continue;
		want_raw(rows[i].text, end.queue_id, rows[i].id);
		want_raw(rows[i].text, end.user, rows[i].user);
	}
}

/* Messages 1, 2, .. begin one after the other, and one of them ends. */
static void the_one_of_that_process_ends_or_else_the_first_of_that_login(void **state)
{
	static const struct {
		const char *what;
		struct {
			uint64_t pid;
			const char *user;
		} begin[4], end;
		uint32_t want, lost; /* 0: none */
	} rows[] = {
		{ "of its process", { { 7, "a" }, { 8, "b" }, { 9, "a" } }, { 9, "a" }, 3, 0 },
		{ "which says no login", { { 7, "a" }, { 8, "b" } }, { 8, "" }, 2, 0 },
		{ "or another one's", { { 7, "a" }, { 8, "b" } }, { 8, "a" }, 0, 0 },
		{ "of another process", { { 7, "a" } }, { 6, "a" }, 0, 0 },
		{ "a client without a login has taken its place",
		  { { 7, "a" }, { 7, "" } },
		  { 7, "" },
		  2,
		  1 },
		{ "no process is known", { { 0, "a" }, { 0, "b" }, { 0, "b" } }, { 0, "b" }, 2, 0 },
		{ "nor a login", { { 0, "a" }, { 0, "b" } }, { 0, "" }, 0, 0 },
	};
	static struct proxies p;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct proxy_open open = { .id = 0 };
		uint32_t lost = 0;

		memset(&p, 0, sizeof(p));
		for (uint32_t k = 0; rows[i].begin[k].user; k++) {
			struct proxy_open *one = proxy_begin(
				&p, rows[i].begin[k].pid, proxy_key(raw_of(rows[i].begin[k].user)),
				100 + k, &open);

			lost = open.time > 0 ? open.id : lost;
			one->id = k + 1;
		}
		if (!proxy_close(&p, rows[i].end.pid, proxy_key(raw_of(rows[i].end.user)), &open))
			open.id = 0;
		want_number(rows[i].what, open.id, rows[i].want);
		want_number(rows[i].what, lost, rows[i].lost);
		assert_false(open.id > 0 && proxy_close(&p, rows[i].end.pid, open.key, &open) &&
			     open.id == rows[i].want);
	}
}

static void of_too_many_the_oldest_is_lost(void **state)
{
	static struct proxies p;
	struct proxy_open lost;

	(void)state;
	for (uint32_t k = 0; k < PROXY_OPEN; k++) {
		proxy_begin(&p, k + 1, proxy_key(raw_of("a")), 100 + k, &lost);
		want_number("there is room", lost.time, 0);
	}
	proxy_begin(&p, PROXY_OPEN + 1, proxy_key(raw_of("a")), 5000, &lost);
	want_number("the first", lost.time, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_filters_own_words_alone_name_the_id),
		cmocka_unit_test(the_one_of_that_process_ends_or_else_the_first_of_that_login),
		cmocka_unit_test(of_too_many_the_oldest_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
