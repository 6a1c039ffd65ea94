/* The forms of a stamp, and the instants they mean; all zones of the tz database: test_zones.c. */
#include "log/clock.h"
#include "test.h"

static const char cet[] = "CET-1CEST,M3.5.0,M10.5.0/3";

enum { NOON = 1795431600 }; /* 2026-11-23T11:00:00Z, noon in Berlin */

static int64_t instant(const char *iso)
{
	struct log_clock clock = { .now = 0 };
	struct log_stamp stamp;
	int64_t ret = 0;

	assert_int_equal(log_stamp_read(raw_of(iso), &stamp), strlen(iso));
	assert_true(log_clock_time(&clock, &stamp, &ret));
	return ret;
}

static void each_writer_s_stamp_is_read(void **state)
{
	static const struct {
		const char *line;
		size_t length;
		enum log_stamp_kind kind;
		int64_t want; /* in CET, at noon */
	} rows[] = {
		{ "Nov 23 12:00:00 mx", 15, STAMP_LOCAL, NOON },
		{ "Nov 23 12:00:00", 15, STAMP_LOCAL, NOON },
		{ "Nov  3 12:00:00 mx", 15, STAMP_LOCAL, NOON - 20 * 86400 },
		{ "Nov 03 12:00:00 mx", 15, STAMP_LOCAL, NOON - 20 * 86400 },
		{ "Nov 23 12:00:00.123 mx", 19, STAMP_LOCAL, NOON },
		{ "Nov 23 12:00:00,123456 mx", 22, STAMP_LOCAL, NOON },
		{ "Nov 23 2026 12:00:00 mx", 20, STAMP_LOCAL, NOON },
		{ "Nov 23 2025 12:00:00.5 mx", 22, STAMP_LOCAL, NOON - 365 * 86400 },
		{ "2026 Nov 23 12:00:00 mx", 20, STAMP_LOCAL, NOON },
		{ "2025 Nov  3 12:00:00 mx", 20, STAMP_LOCAL, NOON - 385 * 86400 },
		{ "2026-11-23T11:00:00Z mx", 20, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00z mx", 20, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00+00:00 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00.148805+00:00 mx", 32, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00,148+00:00 mx", 29, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00.148805123Z mx", 30, STAMP_ZONED, NOON },
		{ "2026-11-23T12:00:00+0100 mx", 24, STAMP_ZONED, NOON },
		{ "2026-11-23T12:00:00+01 mx", 22, STAMP_ZONED, NOON },
		{ "2026-11-23T05:30:00-05:30 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-23T16:45:00+05:45 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-23T16:30:00.048613527+05:1800 stdout F x", 37, STAMP_ZONED, NOON },
		{ "2026-11-23T07:30:00.048613527-03:1800 stdout F x", 37, STAMP_ZONED, NOON },
		{ "2026-11-23T11:15:00+00:900 x", 26, STAMP_ZONED, NOON },
		{ "2026-11-24T01:00:00+14:00 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-24T10:00:00+23:00 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-24T10:00:00+23 mx", 22, STAMP_ZONED, NOON },
		{ "2026-11-23T11:59:00+0059 mx", 24, STAMP_ZONED, NOON },
		{ "2026-11-23T11:59:00+00:59", 25, STAMP_ZONED, NOON },
		{ "2026-11-23T11:59:59+00:3599 mx", 27, STAMP_ZONED, NOON },
		{ "2026-11-23T10:00:01-00:3599 mx", 27, STAMP_ZONED, NOON },
		{ "2026-11-23T12:00:00 mx", 19, STAMP_LOCAL, NOON },
		{ "2026-11-23 12:00:00 mx", 19, STAMP_LOCAL, NOON },
		{ "2026-11-23 12:00:00.935 [TAG]", 23, STAMP_LOCAL, NOON },
		{ "2026-11-23 12:00:00.960266645  LINE", 29, STAMP_LOCAL, NOON },
		{ "2026-11-23 12:00:00+01:00 mx", 25, STAMP_ZONED, NOON },
		{ "2026-11-23 11:00:00 UTC mx", 23, STAMP_ZONED, NOON },
		{ "2026-11-23 11:00:00 GMT mx", 23, STAMP_ZONED, NOON },
		{ "2026-11-23 12:00:00 UTCX mx", 19, STAMP_LOCAL, NOON },
		{ "2026-11-23_11:00:00.95049 x", 25, STAMP_ZONED, NOON },
		{ "2026-11-23_11:00:00 x", 19, STAMP_ZONED, NOON },
		{ "2026-11-23T11:00:00.95148 x", 25, STAMP_ZONED, NOON },
		{ "2026-11-23T12:00:00.951480 x", 26, STAMP_LOCAL, NOON },
		{ "@400000006b041cba38dee044 x", 25, STAMP_EPOCH, NOON },
		{ "@400000000000000b00000000 x", 25, STAMP_EPOCH, 1 },
		{ "@4000003fffffffff00000000 x", 25, STAMP_EPOCH, ((int64_t)1 << 38) - 11 },
		{ "1795431600 mx", 10, STAMP_EPOCH, NOON },
		{ "Dec 31 2025 23:59:59 mx", 20, STAMP_LOCAL, 1767221999 },
		{ "1795431600.123 mx", 14, STAMP_EPOCH, NOON },
		{ "2026-11-23T10:59:60Z mx", 20, STAMP_ZONED, NOON },
		{ "1970-01-01T00:00:00Z", 20, STAMP_ZONED, 0 },
		{ "2100-01-01T00:00:00Z", 20, STAMP_ZONED, 4102444800 },
		{ "2000-02-29T00:00:00Z", 20, STAMP_ZONED, 951782400 },
		{ "9999-12-31T23:59:59Z", 20, STAMP_ZONED, 253402300799 },
	};

	(void)state;
	zone(cet);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = NOON };
		struct log_stamp stamp;
		int64_t got = -1;

		want_number(rows[i].line, log_stamp_read(raw_of(rows[i].line), &stamp),
			    rows[i].length);
		want_number(rows[i].line, stamp.kind, rows[i].kind);
		want_number(rows[i].line, log_clock_time(&clock, &stamp, &got), true);
		want_number(rows[i].line, got, rows[i].want);
		want_number(rows[i].line, clock.last, got);
	}
	zone("UTC0");
}

static void each_month_has_its_name_and_its_days(void **state)
{
	static const struct {
		const char *name;
		int days;
	} rows[] = {
		{ "Jan", 31 }, { "Feb", 28 }, { "Mar", 31 }, { "Apr", 30 }, { "May", 31 },
		{ "Jun", 30 }, { "Jul", 31 }, { "Aug", 31 }, { "Sep", 30 }, { "Oct", 31 },
		{ "Nov", 30 }, { "Dec", 31 },
	};

	(void)state;
	zone("UTC0");
	for (int i = 0; i < (int)SW_COUNT(rows); i++)
		for (int day = rows[i].days - 1; day <= rows[i].days + 1; day++) {
			struct log_clock clock = { .now = NOON };
			struct log_stamp stamp;
			char line[64], want[64];
			int64_t got;

			snprintf(line, sizeof(line), "%s %2d 2026 10:43:20", rows[i].name, day);
			snprintf(want, sizeof(want), "2026-%02d-%02dT10:43:20Z", i + 1, day);
			want_number(line, log_stamp_read(raw_of(line), &stamp) > 0, day <= 31);
			if (day > rows[i].days) {
				want_number(line, log_clock_time(&clock, &stamp, &got), false);
				continue;
			}
			want_number(line, log_clock_time(&clock, &stamp, &got), true);
			want_number(line, got, instant(want));
		}
}

static void what_is_no_stamp_has_no_time(void **state)
{
	static const char *const rows[] = {
		"",
		"Nov 23 10:43",
		"Nev 23 10:43:20 mx",
		"nov 23 10:43:20 mx",
		"Nov  0 10:43:20 mx",
		"Nov   3 10:43:20 mx",
		"Nov 32 10:43:20 mx",
		"Nov 23 24:43:20 mx",
		"Nov 23 10:60:20 mx",
		"Nov 23 10:43:61 mx",
		"Nov 23 1o:43:20 mx",
		"Nov 23  10:43:20 mx",
		"Nov 23 10:43:20mx",
		"Nov 23 10:43:20. mx",
		"Nov 23 10:43:20.12x mx",
		"Nov 23 1969 10:43:20 mx",
		"Nov 23 20x6 10:43:20 mx",
		"1969 Nov 23 10:43:20 mx",
		"2026 Nov 23 2026 10:43:20 mx",
		"2026-11-23T11:00:00+",
		"2026-11-23T11:00:00+0",
		"2026-11-23T11:00:00+00:",
		"2026-11-23T11:00:00+00:0 mx",
		"2026-11-23T11:00:00+00:3600 mx",
		"2026-11-23T11:00:00+00:00000 mx",
		"2026-11-23T11:00:00+000 mx",
		"2026-11-23T11:00:00+00000 mx",
		"2026-11-23T11:00:00+0060 mx",
		"2026-11-23T11:00:00+00:60 mx",
		"2026-11-23T11:00:00+24:00 mx",
		"2026-11-23T11:00:00Zmx",
		"2026-11-23T11:00:00.",
		"2026-11-23_11:00:00Z mx",
		"2026-13-23T11:00:00Z",
		"2026-00-23T11:00:00Z",
		"2026-11-00T11:00:00Z",
		"2026-11-32T11:00:00Z",
		"2026-11-23T24:00:00Z",
		"2026-11-23T11:60:00Z",
		"2026-11-23T11:00:61Z",
		"2026-11-23X11:00:00Z",
		"1969-12-31T23:59:59Z",
		"202a-11-23T11:00:00Z",
		"@400000006b041cba38dee04 x",
		"@400000006b041cba38dee044f x",
		"@400000006B041CBA38DEE044 x",
		"@500000006b041cba38dee044 x",
		"@400000000000000a00000000 x",
		"@400000400000000000000000 x",
		"@40000000000000g000000000 x",
		"@4fffffff6b041cba38dee044 x",
		"@4f0000006b041cba38dee044 x",
		"@4g0000006b041cba38dee044 x",
		"@40g000006b041cba38dee044 x",
		"@400000006b041cba38dee04g x",
		"@400000006b041cba38dee0/4 x",
		"@400000006b041cba38dee0`4 x",
		"179543160 mx",
		"17954316000 mx",
		"1795431600. mx",
		"20261126050503|mx|postfix",
		"[26/Nov/2026:05:02:02 +0000] mx",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = NOON };
		struct log_stamp stamp;
		int64_t got;

		want_number(rows[i], log_stamp_read(raw_of(rows[i]), &stamp), 0);
		want_number(rows[i], stamp.kind, STAMP_NONE);
		want_number(rows[i], log_clock_time(&clock, &stamp, &got), false);
	}
}

static void a_stamp_without_a_year_is_of_the_last_months(void **state)
{
	static const struct {
		const char *what;
		const char *zone;
		const char *now;
		const char *stamp;
		const char *want; /* NULL: no time */
	} rows[] = {
		{ "today", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:20",
		  "2026-11-23T10:43:20Z" },
		{ "last year", "UTC0", "2027-01-01T00:00:30Z", "Dec 31 23:59:50",
		  "2026-12-31T23:59:50Z" },
		{ "a clock that is ahead at the year's end", "UTC0", "2026-12-31T23:59:50Z",
		  "Jan  1 00:00:10", "2027-01-01T00:00:10Z" },
		{ "nearly a day ahead", "UTC0", "2026-11-23T11:00:00Z", "Nov 24 10:59:59",
		  "2026-11-24T10:59:59Z" },
		{ "in the hour that begins in a day", "UTC0", "2026-11-23T11:00:00Z",
		  "Nov 24 11:59:59", "2026-11-24T11:59:59Z" },
		{ "in the next hour: last year", "UTC0", "2026-11-23T11:00:00Z", "Nov 24 12:00:00",
		  "2025-11-24T12:00:00Z" },
		{ "two days ahead is last year", "UTC0", "2026-11-23T11:00:00Z", "Nov 25 11:00:00",
		  "2025-11-25T11:00:00Z" },
		{ "leap day", "UTC0", "2028-02-29T12:00:00Z", "Feb 29 11:00:00",
		  "2028-02-29T11:00:00Z" },
		{ "the day after", "UTC0", "2028-03-01T00:00:00Z", "Feb 29 23:59:59",
		  "2028-02-29T23:59:59Z" },
		{ "leap day of last year", "UTC0", "2029-01-15T00:00:00Z", "Feb 29 11:00:00",
		  "2028-02-29T11:00:00Z" },
		{ "a year that has none", "UTC0", "2029-03-01T11:03:00Z", "Feb 29 11:00:00",
		  "2028-02-29T11:00:00Z" },
		{ "eight years without one", "UTC0", "2103-03-01T11:03:00Z", "Feb 29 11:00:00",
		  "2096-02-29T11:00:00Z" },
		{ "no such day", "UTC0", "2026-03-02T11:00:00Z", "Feb 30 11:00:00", NULL },
		{ "no such day", "UTC0", "2026-05-01T11:00:00Z", "Apr 31 11:00:00", NULL },
		{ "no such day with a year", "UTC0", "2026-05-01T11:00:00Z", "Feb 29 2026 11:00:00",
		  NULL },
		{ "no such day with a zone", "UTC0", "2026-05-01T11:00:00Z", "2026-02-29T11:00:00Z",
		  NULL },
		{ "winter", cet, "2026-11-23T11:00:00Z", "Nov 23 11:43:20",
		  "2026-11-23T10:43:20Z" },
		{ "summer", cet, "2026-07-01T12:00:00Z", "Jul  1 13:59:59",
		  "2026-07-01T11:59:59Z" },
		{ "a quarter of an hour", "NPT-5:45", "2026-11-23T11:00:00Z", "Nov 23 16:44:59",
		  "2026-11-23T10:59:59Z" },
		{ "New Year east of Greenwich", "NPT-5:45", "2026-12-31T18:20:00Z",
		  "Jan  1 00:04:00", "2026-12-31T18:19:00Z" },
		{ "New Year west of Greenwich", "AKST9", "2027-01-01T08:59:00Z", "Dec 31 23:58:00",
		  "2027-01-01T08:58:00Z" },
		{ "a leap second", "UTC0", "2026-11-23T11:00:00Z", "Nov 23 10:43:60",
		  "2026-11-23T10:44:00Z" },
		{ "a leap second at an hour's end", cet, "2027-01-01T11:00:00Z", "Jan  1 00:59:60",
		  "2027-01-01T00:00:00Z" },
		{ "an hour that was jumped over, not last year's", cet, "2026-03-29T02:00:00Z",
		  "Mar 29 02:30:00", NULL },
		{ "the second before it", cet, "2026-03-29T02:00:00Z", "Mar 29 01:59:59",
		  "2026-03-29T00:59:59Z" },
		{ "the second after it", cet, "2026-03-29T02:00:00Z", "Mar 29 03:00:00",
		  "2026-03-29T01:00:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = instant(rows[i].now) };
		struct log_stamp stamp;
		int64_t got = -1;

		zone(rows[i].zone);
		want_number(rows[i].what, log_stamp_read(raw_of(rows[i].stamp), &stamp),
			    strlen(rows[i].stamp));
		want_number(rows[i].what, log_clock_time(&clock, &stamp, &got),
			    rows[i].want != NULL);
		want_number(rows[i].what, got, rows[i].want ? instant(rows[i].want) : -1);
	}
	zone("UTC0");
}

static void what_the_clock_remembers_changes_nothing(void **state)
{
	static const char *const stamps[] = {
		"Nov 23 10:43:20",
		"2026-11-23T10:43:20Z",
		"Nov 23 11:43:20",
		"2026-11-23T10:43:20+01:00",
		"2026-11-22T10:43:20+01:00",
		"Nov  3 10:43:20",
		"Nov 23 2025 10:43:20",
		"Feb 30 10:43:20",
		"2026-02-30T10:43:20Z",
		"2026-11-23 10:43:20",
		"1795431600",
		"Oct 25 01:59:59",
		"Oct 25 03:00:00",
		"Mar 29 02:30:00",
	};
	struct log_clock shared = { .now = NOON };

	(void)state;
	zone(cet);
	for (size_t i = 0; i < SW_COUNT(stamps); i++)
		for (size_t k = 0; k < SW_COUNT(stamps); k++) {
			struct log_clock fresh = { .now = NOON };
			struct log_stamp first;
			struct log_stamp second;
			int64_t before = 0;
			int64_t got = 0;
			int64_t want = 0;

			log_stamp_read(raw_of(stamps[i]), &first);
			log_stamp_read(raw_of(stamps[k]), &second);
			log_clock_time(&shared, &first, &before);
			want_number(stamps[k], log_clock_time(&shared, &second, &got),
				    log_clock_time(&fresh, &second, &want));
			want_number(stamps[k], got, want);
		}
	zone("UTC0");
}

/* 25 October 2026, 2:00 to 2:59 of the clock on the wall: 0:00 and again 1:00 UTC. */
static void a_time_that_comes_twice_is_told_by_the_lines_before(void **state)
{
	enum { FIRST = 1792886400, SECOND = FIRST + 3600 };
	static const struct {
		const char *what;
		int64_t now, last;
		const char *stamp;
		int64_t want;
	} rows[] = {
		{ "the second is to come", FIRST + 1800, 0, "Oct 25 02:29:50", FIRST + 1790 },
		{ "both are gone, nothing before", SECOND + 1800, 0, "Oct 25 02:29:50",
		  SECOND + 1790 },
		{ "after a line of the first", SECOND + 3600, FIRST + 1700, "Oct 25 02:29:50",
		  FIRST + 1790 },
		{ "the second is to come, but by no more than clocks differ", SECOND + 1670, 0,
		  "Oct 25 02:29:50", SECOND + 1790 },
		{ "by more", SECOND + 1669, 0, "Oct 25 02:29:50", FIRST + 1790 },
		{ "more disorder than ten minutes", SECOND + 3600, FIRST + 2391, "Oct 25 02:29:50",
		  SECOND + 1790 },
		{ "disorder of ten minutes", SECOND + 3600, FIRST + 2390, "Oct 25 02:29:50",
		  FIRST + 1790 },
		{ "the clock was set back", SECOND + 3600, FIRST + 3590, "Oct 25 02:00:05",
		  SECOND + 5 },
		{ "after a line of the second", SECOND + 3600, SECOND + 5, "Oct 25 02:29:50",
		  SECOND + 1790 },
		{ "an hour that is no longer in doubt", SECOND + 7200, FIRST, "Oct 25 03:00:00",
		  SECOND + 3600 },
	};

	(void)state;
	zone(cet);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = rows[i].now, .last = rows[i].last };
		struct log_stamp stamp;
		int64_t got = 0;

		log_stamp_read(raw_of(rows[i].stamp), &stamp);
		want_number(rows[i].what, log_clock_time(&clock, &stamp, &got), true);
		want_number(rows[i].what, got, rows[i].want);
	}
	zone("UTC0");
}

static void reading_begins_before_the_times_that_come_twice(void **state)
{
	enum { FIRST = 1792886400, SECOND = FIRST + 3600, END = SECOND + 3600 };
	static const struct {
		const char *what;
		int64_t since, now, want;
	} rows[] = {
		{ "before them", FIRST - 1, END, FIRST - 1 },
		{ "the first", FIRST, END, FIRST - 3600 },
		{ "the second", SECOND + 1800, END + 86400, FIRST - 3600 },
		{ "the last of them", END - 1, END, FIRST - 3600 },
		{ "after them", END, END + 86400, END },
		{ "the change is to come", FIRST + 1800, FIRST + 2400, FIRST + 1800 },
		{ "it comes in a second", FIRST + 1800, SECOND - 1, FIRST + 1800 },
		{ "it is there", FIRST + 1800, SECOND, FIRST - 3600 },
		{ "in spring", 1774746000 - 1800, 1774746000 + 1800, 1774746000 - 1800 },
	};

	(void)state;
	zone(cet);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct log_clock clock = { .now = rows[i].now };

		want_number(rows[i].what, log_clock_before_change(&clock, rows[i].since),
			    rows[i].want);
	}
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_writer_s_stamp_is_read),
		cmocka_unit_test(each_month_has_its_name_and_its_days),
		cmocka_unit_test(what_is_no_stamp_has_no_time),
		cmocka_unit_test(a_stamp_without_a_year_is_of_the_last_months),
		cmocka_unit_test(what_the_clock_remembers_changes_nothing),
		cmocka_unit_test(a_time_that_comes_twice_is_told_by_the_lines_before),
		cmocka_unit_test(reading_begins_before_the_times_that_come_twice),
	};

	return cmocka_run_group_tests_name("stamp", tests, NULL, NULL);
}
