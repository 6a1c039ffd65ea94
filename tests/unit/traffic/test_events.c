/* The head and the stamp of a line; what is behind them: test_logline_trust.c. */
#include <stdlib.h>

#include "traffic/events.h"
#include "test.h"

static void the_head_is_split_at_its_fixed_places(void **state)
{
	static const struct {
		const char *line;
		const char *stamp; /* NULL: no such head */
		const char *host;
		const char *tag;
		const char *daemon;
		const char *text;
	} rows[] = {
		{ "Nov 23 10:43:20 mx postfix/smtpd[30441]: connect", "Nov 23 10:43:20", "mx",
		  "postfix/smtpd", "smtpd", "connect" },
		{ "Nov  3 10:43:20 mx postfix/submission/smtpd[1]: x", "Nov  3 10:43:20", "mx",
		  "postfix/submission/smtpd", "smtpd", "x" },
		{ "2026-11-23T10:43:20.148805+00:00 mx.example.com postfix-out/qmgr[7]: x",
		  "2026-11-23T10:43:20.148805+00:00", "mx.example.com", "postfix-out/qmgr", "qmgr",
		  "x" },
		{ "2026-11-23T10:43:20Z mx postfix/smtpd[7]: a: b [c]: d", "2026-11-23T10:43:20Z",
		  "mx", "postfix/smtpd", "smtpd", "a: b [c]: d" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[7]:  two blanks", "Nov 23 10:43:20", "mx",
		  "postfix/smtpd", "smtpd", " two blanks" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[7]: ", "Nov 23 10:43:20", "mx", "postfix/smtpd",
		  "smtpd", "" },
		/* not Postfix's, or not a head */
		{ "Nov 23 10:43:20 mx sshd[7]: postfix/smtpd[7]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx evil: postfix/smtpd[7]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx kernel: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/smtpd: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[x]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[7] x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/smtpd[7]:", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx postfix/ smtpd[7]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx [7]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20  postfix/smtpd[7]: x", NULL, "", "", "", "" },
		{ "Nov 23 10:43:20 mx", NULL, "", "", "", "" },
		{ "postfix/smtpd[7]: x", NULL, "", "", "", "" },
		{ "<22>Nov 23 10:43:20 mx postfix/smtpd[7]: x", NULL, "", "", "", "" },
		{ "", NULL, "", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_head head;

		want_number(rows[i].line, log_header(raw_of(rows[i].line), &head),
			    rows[i].stamp != NULL);
		if (!rows[i].stamp)
			continue;
		want_raw(rows[i].line, head.stamp, rows[i].stamp);
		want_raw(rows[i].line, head.host, rows[i].host);
		want_raw(rows[i].line, head.tag, rows[i].tag);
		want_raw(rows[i].line, head.daemon, rows[i].daemon);
		want_raw(rows[i].line, head.text, rows[i].text);
	}
}

static void a_line_that_ends_anywhere_is_legal(void **state)
{
	static const char *const lines[] = {
		"Nov 23 10:43:20 mx postfix/smtpd[30441]: A1B2C3D: client=unknown[2001:db8::1]:25, "
		"sasl_method=PLAIN, sasl_username=alice, sasl_sender=x, orig_client=a[192.0.2.1]",
		"2026-11-23T10:43:20.148805+00:00 mx postfix/qmgr[1]: A1B2C3D: from=<a@b>, size=1, "
		"nrcpt=1 (queue active)",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(lines); i++)
		for (size_t n = 0; n <= strlen(lines[i]); n++) {
			char *exact = malloc(n ? n : 1); /* for the sanitizer */
			struct log_clock clock = { .now = 1795431600 };
			struct log_head head;
			struct event_client client;
			struct event_pickup pickup;
			struct sw_raw id;
			uint64_t recipients;
			int64_t time;

			assert_non_null(exact);
			memcpy(exact, lines[i], n);
			if (log_header(raw_from(exact, n), &head)) {
				event_client(head.text, &client);
				event_active(head.text, &id, &recipients);
				event_pickup(head.text, &pickup);
			}
			log_stamp_time(&clock, raw_from(exact, n), &time);
			free(exact);
		}
}

static const char cet[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static void a_stamp_without_a_year_is_of_the_last_months(void **state)
{
	static const struct {
		const char *what;
		const char *zone;
		const char *now; /* as an ISO stamp */
		const char *stamp;
		const char *want; /* NULL: no time */
	} rows[] = {
		{ "today", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:20 mx",
		  "2026-11-23T10:43:20Z" },
		{ "blank padded", "UTC0", "2026-11-23T11:00:00Z", "Nov  3 10:43:20 mx",
		  "2026-11-03T10:43:20Z" },
		{ "zero padded", "UTC0", "2026-11-23T11:00:00Z", "Nov 03 10:43:20 mx",
		  "2026-11-03T10:43:20Z" },
		{ "the stamp alone", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:20",
		  "2026-11-23T10:43:20Z" },
		{ "last year", "UTC0", "2027-01-01T00:00:30Z", "Dec 31 23:59:50 mx",
		  "2026-12-31T23:59:50Z" },
		{ "a clock that is ahead at the year's end", "UTC0", "2026-12-31T23:59:50Z",
		  "Jan  1 00:00:10 mx", "2027-01-01T00:00:10Z" },
		{ "nearly a day ahead", "UTC0", "2026-11-23T11:00:00Z", "Nov 24 10:59:59 mx",
		  "2026-11-24T10:59:59Z" },
		{ "two days ahead is last year", "UTC0", "2026-11-23T11:00:00Z",
		  "Nov 25 11:00:00 mx", "2025-11-25T11:00:00Z" },
		{ "leap day", "UTC0", "2028-02-29T12:00:00Z", "Feb 29 11:00:00 mx",
		  "2028-02-29T11:00:00Z" },
		{ "the day after", "UTC0", "2028-03-01T00:00:00Z", "Feb 29 23:59:59 mx",
		  "2028-02-29T23:59:59Z" },
		{ "leap day of last year", "UTC0", "2029-01-15T00:00:00Z", "Feb 29 11:00:00 mx",
		  "2028-02-29T11:00:00Z" },
		{ "a year that has none", "UTC0", "2029-03-01T11:03:00Z", "Feb 29 11:00:00 mx",
		  "2028-02-29T11:00:00Z" },
		{ "no such day", "UTC0", "2026-03-02T11:00:00Z", "Feb 30 11:00:00 mx", NULL },
		{ "no such day", "UTC0", "2026-05-01T11:00:00Z", "Apr 31 11:00:00 mx", NULL },
		{ "a zone, winter", cet, "2026-11-23T11:00:00Z", "Nov 23 11:43:20 mx",
		  "2026-11-23T10:43:20Z" },
		{ "a zone, summer", cet, "2026-07-01T12:00:00Z", "Jul  1 13:59:59 mx",
		  "2026-07-01T11:59:59Z" },
		{ "a quarter of an hour", "NPT-5:45", "2026-11-23T11:00:00Z", "Nov 23 16:44:59 mx",
		  "2026-11-23T10:59:59Z" },
		{ "New Year east of Greenwich", "NPT-5:45", "2026-12-31T18:20:00Z",
		  "Jan  1 00:04:00 mx", "2026-12-31T18:19:00Z" },
		{ "a leap second", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:60 mx",
		  "2026-11-23T10:44:00Z" },
		{ "no month", "UTC0", "2026-11-23T11:00:00Z", "Nev 23 10:43:20 mx", NULL },
		{ "day 0", "UTC0", "2026-11-23T11:00:00Z", "Nov  0 10:43:20 mx", NULL },
		{ "day 32", "UTC0", "2026-11-23T11:00:00Z", "Nov 32 10:43:20 mx", NULL },
		{ "hour 24", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 24:43:20 mx", NULL },
		{ "minute 60", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:60:20 mx", NULL },
		{ "second 61", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:61 mx", NULL },
		{ "letters", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 1o:43:20 mx", NULL },
		{ "one more blank", "UTC0", "2026-11-23T11:00:00Z", "Nov 23  10:43:20 mx", NULL },
		{ "half a stamp", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43", NULL },
		{ "none", "UTC0", "2026-11-23T11:00:00Z", "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = 0 };
		struct log_clock second = { .now = 0 };
		int64_t want = 0;
		int64_t got = 0;

		zone(rows[i].zone);
		assert_true(log_stamp_time(&second, raw_of(rows[i].now), &clock.now));
		assert_true(!rows[i].want || log_stamp_time(&second, raw_of(rows[i].want), &want));
		want_number(rows[i].what, log_stamp_time(&clock, raw_of(rows[i].stamp), &got),
			    rows[i].want != NULL);
		want_number(rows[i].what, got, want);
	}
	zone("UTC0");
}

static void a_stamp_with_a_year_means_what_it_says(void **state)
{
	static const struct {
		const char *stamp;
		int64_t want; /* -1: no time */
	} rows[] = {
		{ "2026-11-23T11:00:00Z", 1795431600 },
		{ "2026-11-23T11:00:00+00:00 mx", 1795431600 },
		{ "2026-11-23T11:00:00.148805+00:00 mx", 1795431600 },
		{ "2026-11-23T11:00:00.999999999Z mx", 1795431600 },
		{ "2026-11-23T12:00:00+01:00 mx", 1795431600 },
		{ "2026-11-23T16:45:00+05:45 mx", 1795431600 },
		{ "2026-11-23T05:30:00-05:30 mx", 1795431600 },
		{ "2026-11-24T01:00:00+14:00 mx", 1795431600 },
		{ "2026-11-22T23:00:00-12:00 mx", 1795431600 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2100-01-01T00:00:00Z", 4102444800 },
		{ "2026-11-23T11:00:00", -1 },
		{ "2026-11-23T11:00:00 mx", -1 },
		{ "2026-11-23T11:00:00+0000 mx", -1 },
		{ "2026-11-23T11:00:00.148805 mx", -1 },
		{ "2026-11-23T11:00:00.", -1 },
		{ "2026-11-23T11:00:00+", -1 },
		{ "2026-11-23T11:00:00+00:0", -1 },
		{ "2026-11-23 11:00:00+00:00 mx", -1 },
		{ "2026-13-23T11:00:00Z", -1 },
		{ "2026-00-23T11:00:00Z", -1 },
		{ "2026-11-00T11:00:00Z", -1 },
		{ "2026-11-32T11:00:00Z", -1 },
		{ "2026-11-23T24:00:00Z", -1 },
		{ "2026-11-23T11:60:00Z", -1 },
		{ "2026-11-23T11:00:61Z", -1 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "202a-11-23T11:00:00Z", -1 },
	};

	(void)state;
	zone(cet); /* makes no difference */
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = 1795431600 };
		int64_t got = -1;

		want_number(rows[i].stamp, log_stamp_time(&clock, raw_of(rows[i].stamp), &got),
			    rows[i].want >= 0);
		want_number(rows[i].stamp, got, rows[i].want);
	}
	zone("UTC0");
}

static void what_the_clock_remembers_changes_nothing(void **state)
{
	static const char *const stamps[] = {
		"Nov 23 10:43:20 mx",	     "2026-11-23T10:43:20Z",
		"Nov 23 11:43:20 mx",	     "2026-11-23T10:43:20+01:00",
		"2026-11-22T10:43:20+01:00", "Nov  3 10:43:20 mx",
		"Nov 03 10:43:20 mx",	     "nonsense that is long enough",
		"Nov 23 10:59:59 mx",	     "2026-11-23T1x:43:20Z",
		"Nov 23 10:xx:59 mx",	     "2026-11-23T10:00:00.5Z",
	};
	struct log_clock shared = { .now = 1795431600 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(stamps); i++)
		for (size_t k = 0; k < SW_COUNT(stamps); k++) {
			struct log_clock fresh = { .now = 1795431600 };
			int64_t before = 0;
			int64_t got = 0;
			int64_t want = 0;

			log_stamp_time(&shared, raw_of(stamps[i]), &before);
			want_number(stamps[k], log_stamp_time(&shared, raw_of(stamps[k]), &got),
				    log_stamp_time(&fresh, raw_of(stamps[k]), &want));
			want_number(stamps[k], got, want);
		}
}

/* 25 October 2026, 2:00 to 2:59 of the clock on the wall: 0:00 and again 1:00 UTC. */
static void the_hour_that_comes_twice_is_never_in_the_future(void **state)
{
	enum { FIRST = 1792888230, HOUR = 3600 };

	(void)state;
	zone(cet);
	for (int again = 0; again < 2; again++) {
		struct log_clock clock = { .now = FIRST + again * HOUR };
		int64_t got = 0;

		want_number("a time", log_stamp_time(&clock, raw_of("Oct 25 02:29:50 mx"), &got),
			    true);
		if (got != FIRST - 40 && got != FIRST - 40 + HOUR)
			fail_msg("got %lld, want %d or an hour later", (long long)got, FIRST - 40);
		want_number("not in the future", got <= clock.now, true);
	}
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_is_split_at_its_fixed_places),
		cmocka_unit_test(a_line_that_ends_anywhere_is_legal),
		cmocka_unit_test(a_stamp_without_a_year_is_of_the_last_months),
		cmocka_unit_test(a_stamp_with_a_year_means_what_it_says),
		cmocka_unit_test(what_the_clock_remembers_changes_nothing),
		cmocka_unit_test(the_hour_that_comes_twice_is_never_in_the_future),
	};

	return cmocka_run_group_tests_name("logline", tests, NULL, NULL);
}
