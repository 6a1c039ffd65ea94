/* A zone by its name: offsets, files of the tz database, rules for the years after the last change.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "log/zone.h"
#include "test.h"

enum { FILE_ROOM = 512 };

static void put(char *file, size_t *n, uint64_t value, size_t bytes)
{
	while (bytes-- > 0)
		file[(*n)++] = (char)(value >> 8 * bytes);
}

static void put_header(char *file, size_t *n, uint64_t leaps, uint64_t times, uint64_t types)
{
	memcpy(file + *n, "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	*n += 20;
	put(file, n, 0, 4);
	put(file, n, 0, 4);
	put(file, n, leaps, 4);
	put(file, n, times, 4);
	put(file, n, types, 4);
	put(file, n, 4, 4);
}

/* A file with `changes` from UTC to an hour east of it, 1000 s apart, and a rule. */
static struct sw_raw make_file(char file[FILE_ROOM], uint64_t changes, const char *rule)
{
	size_t n = 0;

	put_header(file, &n, 0, 0, 1); /* in 32 bits: nothing of use */
	put(file, &n, 0, 6);
	put(file, &n, 0, 4);
	put_header(file, &n, 0, changes, 2);
	for (uint64_t i = 0; i < changes; i++)
		put(file, &n, 1000 * (i + 1), 8);
	for (uint64_t i = 0; i < changes; i++)
		put(file, &n, (i + 1) % 2, 1);
	put(file, &n, 0, 6);
	put(file, &n, 3600, 4);
	put(file, &n, 0, 2);
	memcpy(file + n, "UTC", 4);
	n += 4;
	n += (size_t)snprintf(file + n, FILE_ROOM - n, "\n%s\n", rule);
	return raw_from(file, n);
}

static void a_zone_is_told_by_its_offset(void **state)
{
	static const struct {
		const char *name;
		int64_t want;
	} rows[] = {
		{ "UTC", 0 },	 { "+00:00", 0 },   { "+05:30", 19800 },     { "-0330", -12600 },
		{ "+01", 3600 }, { "-11", -39600 }, { "+14:00", 14 * 3600 }, { "-00:01", -60 },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct log_zone zone;

		want_number(rows[i].name, log_zone_open(&zone, &h, rows[i].name, &why), 0);
		want_number(rows[i].name, log_zone_offset(&zone, 1795431600), rows[i].want);
		log_zone_close(&zone);
	}
	host_remove(&h);
}

static void what_is_no_zone_is_said(void **state)
{
	static const struct {
		const char *name;
		int want;
	} rows[] = {
		{ "", -EINVAL },
		{ "+", -EINVAL },
		{ "+5", -EINVAL },
		{ "+15:00", -EINVAL },
		{ "+05:60", -EINVAL },
		{ "+05:3", -EINVAL },
		{ "+05:300", -EINVAL },
		{ "05:30", -EINVAL },
		{ "/etc/passwd", -EINVAL },
		{ "../localtime", -EINVAL },
		{ "Europe/Nowhere", -ENOENT },
		{ "No/File", -EINVAL },
		{ ":Europe/Berlin", -EINVAL },
	};
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/usr/share/zoneinfo/No/File", "TZif is not all that it takes");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };
		struct log_zone zone;

		want_number(rows[i].name, log_zone_open(&zone, &h, rows[i].name, &why),
			    rows[i].want);
		want_in(rows[i].name, why.text.s, rows[i].name);
		want_number(rows[i].name, log_zone_offset(&zone, 1795431600), 0);
		log_zone_close(&zone);
	}
	host_remove(&h);
}

static void a_zone_of_the_host_is_read_there(void **state)
{
	char file[FILE_ROOM];
	struct sw_raw bytes = make_file(file, 5, "<+02>-2");
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct log_zone zone;

	(void)state;
	host_bytes(&h, "/usr/share/zoneinfo/Our/Zone", bytes.p, bytes.n);
	want_number("open", log_zone_open(&zone, &h, "Our/Zone", &why), 0);
	want_number("before all changes", log_zone_offset(&zone, -5), 0);
	want_number("before the first", log_zone_offset(&zone, 999), 0);
	want_number("the first", log_zone_offset(&zone, 1000), 3600);
	want_number("the second", log_zone_offset(&zone, 2000), 0);
	want_number("before the last", log_zone_offset(&zone, 4999), 0);
	want_number("the rule", log_zone_offset(&zone, 5000), 7200);
	log_zone_close(&zone);
	host_remove(&h);
}

static void a_file_that_is_cut_or_changed_is_no_zone(void **state)
{
	char file[FILE_ROOM];
	struct sw_raw whole = make_file(file, 3, "CET-1CEST,M3.5.0,M10.5.0/3");
	struct log_zone zone;

	(void)state;
	want_number("whole", log_zone_parse(whole, &zone), true);
	for (size_t n = 0; n < whole.n; n++) {
		char *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, file, n);
		want_number("cut", log_zone_parse(raw_from(exact, n), &zone), false);
		free(exact);
	}
	for (size_t i = 0; i < whole.n * 256; i++) { /* any answer, no harm */
		char kept = file[i / 256];

		file[i / 256] = (char)i;
		if (log_zone_parse(whole, &zone))
			for (int64_t t = -4000; t < 5000; t += 500)
				want_within("offset", log_zone_offset(&zone, t) + LOG_ZONE_MAX, 0,
					    2 * LOG_ZONE_MAX);
		file[i / 256] = kept;
	}
}

/* Bytes of a file with two changes: where its second header, its indexes and its types are. */
enum { SECOND = 54, INDEX = SECOND + 44 + 16, TYPES = INDEX + 2 };

static void what_a_file_says_has_bounds(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		int64_t value; /* four bytes there, or one */
		bool byte;
		bool want;
	} rows[] = {
		{ "version 2", SECOND + 4, '2', true, true },
		{ "version 3", SECOND + 4, '3', true, true },
		{ "version 1", SECOND + 4, '1', true, false },
		{ "no version", SECOND + 4, 0, true, false },
		{ "leap seconds", SECOND + 28, 1, false, false },
		{ "more than a file holds", SECOND + 20, 65537, false, false },
		{ "fewer than none", SECOND + 20, -1, false, false },
		{ "the second type", INDEX, 1, true, true },
		{ "a third one", INDEX, 2, true, false },
		{ "26 hours east", TYPES + 6, LOG_ZONE_MAX, false, true },
		{ "a second more", TYPES + 6, LOG_ZONE_MAX + 1, false, false },
		{ "26 hours west", TYPES, -LOG_ZONE_MAX, false, true },
		{ "a second more", TYPES, -LOG_ZONE_MAX - 1, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char file[FILE_ROOM];
		struct sw_raw whole = make_file(file, 2, "CET-1");
		size_t at = rows[i].at;
		struct log_zone zone;

		put(file, &at, (uint64_t)rows[i].value, rows[i].byte ? 1 : 4);
		want_number(rows[i].what, log_zone_parse(whole, &zone), rows[i].want);
		if (!rows[i].want || rows[i].byte)
			continue;
		want_number(rows[i].what, log_zone_offset(&zone, at < TYPES + 6 ? 0 : 1500),
			    rows[i].value);
	}
}

static void without_a_rule_the_last_change_is_for_good(void **state)
{
	static const struct {
		uint64_t changes;
		int64_t want;
	} rows[] = { { 0, 0 }, { 1, 3600 }, { 2, 0 }, { 3, 3600 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char file[FILE_ROOM];
		struct log_zone zone;

		want_number("zone", log_zone_parse(make_file(file, rows[i].changes, ""), &zone),
			    true);
		want_number("before", log_zone_offset(&zone, 0), 0);
		want_number("for good", log_zone_offset(&zone, 1795431600), rows[i].want);
	}
}

/* The rules' second reader is libc: every half hour of three years. */
static void rules_mean_what_they_mean_to_libc(void **state)
{
	static const char *const rules[] = {
		"CET-1CEST,M3.5.0,M10.5.0/3",
		"IST-1GMT0,M10.5.0,M3.5.0/1",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",
		"EET-2EEST,M3.4.4/50,M10.4.4/50",
		"NZST-12NZDT,M9.5.0,M4.1.0/3",
		"EST5EDT,J60,J300/1:30:15",
		"EST5EDT,59,299/-1",
		"XXX3:30:15",
		"XXX-24",
		"XXX24:59:59",
		"EST5EDT,M1.1.0/167,M12.5.6/-167",
		"EST5EDT,0,360/23",
		"EST5EDT,J1/0,J364",
		"<+0545>-5:45",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rules); i++) {
		char file[FILE_ROOM];
		struct log_zone ours;

		want_number(rules[i], log_zone_parse(make_file(file, 1, rules[i]), &ours), true);
		zone(rules[i]);
		for (int64_t t = 1700000000; t < 1800000000; t += 1800) {
			time_t seconds = (time_t)t;
			struct tm tm;

			assert_non_null(localtime_r(&seconds, &tm));
			if (log_zone_offset(&ours, t) != (int64_t)tm.tm_gmtoff)
				fail_msg("%s: got %lld, want %ld at %lld", rules[i],
					 (long long)log_zone_offset(&ours, t), tm.tm_gmtoff,
					 (long long)t);
		}
	}
	zone("UTC0");
}

/* The example of RFC 8536, 3.3.1; glibc has it wrong for three hours of a year. */
static void summer_time_can_be_all_the_year(void **state)
{
	char file[FILE_ROOM];
	struct log_zone ours;

	(void)state;
	want_number("rule", log_zone_parse(make_file(file, 1, "XXX3EDT4,0/0,J365/23"), &ours),
		    true);
	for (int64_t t = 1700000000; t < 1800000000; t += 600)
		want_number("all the year", log_zone_offset(&ours, t), -4 * 3600);
}

static void rules_that_are_none_make_no_zone(void **state)
{
	static const char *const rules[] = {
		"CET",
		"-1",
		"CE-1",
		"CET-1CEST",
		"CET-1CEST,M3.5.0",
		"CET-25",
		"CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J5",
		"CET-1CEST,J366,J5",
		"<+01-1",
		"CET-1CEST,M3.5.0,M10.5.0/168",
		"CET-1CEST,M3.5.0,M10.5.0x",
		"CET-1:60",
		"CET-1:00:60",
		"CET-1:",
		"CET-1CEST-25,J1,J5",
		"CET-1CEST,366,J5",
		"CET-1CEST,M0.5.0,M10.5.0",
		"CET-1CEST,M3.0.0,M10.5.0",
		"CET-1CEST,M3.5,M10.5.0",
		"CET-1CEST,M3,M10.5.0",
		"CET-1C,J1,J5",
		"CET-1CEST,J1,J5,",
		"CET-1CEST;J1,J5",
		"C1T-1",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rules); i++) {
		char file[FILE_ROOM];
		struct log_zone ours;

		want_number(rules[i], log_zone_parse(make_file(file, 1, rules[i]), &ours), false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_zone_is_told_by_its_offset),
		cmocka_unit_test(what_is_no_zone_is_said),
		cmocka_unit_test(a_zone_of_the_host_is_read_there),
		cmocka_unit_test(a_file_that_is_cut_or_changed_is_no_zone),
		cmocka_unit_test(what_a_file_says_has_bounds),
		cmocka_unit_test(without_a_rule_the_last_change_is_for_good),
		cmocka_unit_test(rules_mean_what_they_mean_to_libc),
		cmocka_unit_test(summer_time_can_be_all_the_year),
		cmocka_unit_test(rules_that_are_none_make_no_zone),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
