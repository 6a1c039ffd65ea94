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

/* Messages that begin and end in any order, of processes that are known and not, and more than there
 * is room for. */
static void any_of_them_end_as_in_a_list(void **state)
{
	enum { STEPS = 6000, PIDS = 2 * PROXY_OPEN, USERS = 40 };
	static struct proxies p;
	static struct proxy_open list[PROXY_OPEN]; /* .id: a number of its own */

	(void)state;
	for (uint32_t run = 1; run <= 3; run++) {
		uint32_t seed = run;
		size_t n = 0;

		memset(&p, 0, sizeof(p));
		for (uint32_t step = 1; step <= STEPS; step++) {
			uint64_t pid;
			uint64_t user;
			uint64_t key;
			struct proxy_open got = { .id = 0 };
			size_t at = n;

			seed = seed * 1664525 + 1013904223;
			pid = (seed >> 8) % 5 ? (seed >> 12) % (run == 1 ? 30 : PIDS) : 0;
			user = (seed >> 20) % USERS;
			key = user ? 2 * user + 1 : 0;
			if ((seed >> 4) % 16 < (step < STEPS / 2 ? 13 : 5)) {
				/* time goes back a little, now and then */
				int64_t time = 1000 + 10 * (int64_t)step - ((seed >> 9) % 9 == 0 ? 995 : 0);
				bool same = false;

				proxy_begin(&p, pid, key, time, &got)->id = step;
				for (size_t i = 0; i < n && !same; i++) {
					same = pid > 0 && list[i].pid == pid;
					at = same ? i : at;
				}
				for (size_t i = 0; i < n && n == PROXY_OPEN && !same; i++)
					at = at == n || list[i].time < list[at].time ? i : at;
				want_number("what was there", got.time > 0 ? got.id : 0, at < n ? list[at].id : 0);
				list[at] = (struct proxy_open){ .time = time, .pid = pid, .key = key, .id = step };
				n += at == n;
				continue;
			}
			for (size_t i = 0; i < n; i++)
				if (list[i].pid == pid && (list[i].key == key || (pid > 0 && key == 0)) &&
				    (at == n || list[i].time < list[at].time))
					at = i;
			want_number("known", proxy_close(&p, pid, key, &got), at < n);
			if (at == n)
				continue;
			want_number("which one", got.id, list[at].id);
			want_number("its time", got.time, list[at].time);
			want_number("its login", got.key, list[at].key);
			list[at] = list[--n];
		}
		want_number("there was a login", p.any, true);
	}
}

/* Of a log in which each line stands twice, in its second of time; four of them are two messages. */
static void each_other_line_of_a_second_is_the_same_message(void **state)
{
	static const struct {
		const char *what;
		bool doubled;
		struct {
			const char *user, *address;
			int time;
			bool second;
		} line[5];
		size_t n;
	} rows[] = {
		{ "not doubled", false, { { "a", "192.0.2.1", 9, false }, { "a", "192.0.2.1", 9, false } }, 2 },
		{ "two", true,
		  { { "a", "192.0.2.1", 9, false }, { "a", "192.0.2.1", 9, true }, { "a", "192.0.2.1", 9, false },
		    { "a", "192.0.2.1", 9, true }, { "a", "192.0.2.1", 9, false } },
		  5 },
		{ "of two users", true,
		  { { "a", "192.0.2.1", 9, false }, { "b", "192.0.2.1", 9, false }, { "a", "192.0.2.1", 9, true },
		    { "b", "192.0.2.1", 9, true } },
		  4 },
		{ "from two addresses", true, { { "a", "192.0.2.1", 9, false }, { "a", "192.0.2.2", 9, false } }, 2 },
		{ "in two seconds", true, { { "a", "192.0.2.1", 9, false }, { "a", "192.0.2.1", 10, false } }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct idmap *ids = NULL;

		assert_int_equal(idmap_new(64, (struct hash_key){ 1, 2 }, &ids, &why), 0);
		for (size_t k = 0; k < rows[i].n; k++) {
			struct event_client client = { .address = raw_of(rows[i].line[k].address) };

			want_number(rows[i].what,
				    proxy_is_second(ids, rows[i].doubled, &client, raw_of(rows[i].line[k].user),
						    rows[i].line[k].time),
				    rows[i].line[k].second);
		}
		idmap_free(ids);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_filters_own_words_alone_name_the_id),
		cmocka_unit_test(the_one_of_that_process_ends_or_else_the_first_of_that_login),
		cmocka_unit_test(of_too_many_the_oldest_is_lost),
		cmocka_unit_test(any_of_them_end_as_in_a_list),
		cmocka_unit_test(each_other_line_of_a_second_is_the_same_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
