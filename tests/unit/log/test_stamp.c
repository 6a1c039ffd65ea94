/* test_logstamp: the hour that comes twice; the other stamps are in test_logline.c. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "log/file.h"
#include "test.h"

static const char cet[] = "CET-1CEST,M3.5.0,M10.5.0/3";

/* 2026-10-25 00:00:00 UTC: 02:00 in summer time; an hour later it is 02:00 again */
enum { FIRST = 1792886400, SECOND = FIRST + 3600 };

struct seen {
	struct log_clock *clock;
	int64_t since, now;
	int64_t next; /* true time of the next line of the window */
	int wrong;
};

static int take(struct sw_raw line, void *ctx)
{
	struct seen *seen = ctx;
	int64_t truth = strtoll(line.p + raw_find_last(line, '=') + 1, NULL, 10);
	int64_t got = 0;

	if (!log_stamp_time(seen->clock, line, &got) || got != truth)
		seen->wrong++;
	if (truth < seen->since)
		return 0;
	want_number("lines of the window are all there, in order", truth, seen->next);
	seen->next = truth + 20;
	return 0;
}

/* A log from two hours before the change on, three lines a minute, until `now`. */
static int make_log(const struct sw_host *h, int64_t now)
{
	char *text = malloc(2000 * 80);
	size_t n = 0;
	FILE *f;
	int fd;

	assert_non_null(text);
	for (int64_t t = FIRST - 7200; t < now; t += 20) {
		time_t time = (time_t)t;
		char stamp[32];
		struct tm tm;

		localtime_r(&time, &tm);
		strftime(stamp, sizeof(stamp), "%b %e %H:%M:%S", &tm);
		n += (size_t)snprintf(text + n, 80, "%s mx postfix/smtpd[1]: t=%lld\n", stamp,
				      (long long)t);
	}
	host_bytes(h, "/log", text, n);
	free(text);
	f = fopen(host_path(h, "/log"), "r");
	assert_non_null(f);
	fd = dup(fileno(f));
	fclose(f);
	return fd;
}

static void lines_of_the_hour_that_comes_twice_are_told_apart(void **state)
{
	static const struct {
		const char *what;
		int64_t since, now;
	} rows[] = {
		{ "before it", FIRST - 2400, FIRST - 1200 },
		{ "into the first", FIRST - 600, FIRST + 600 },
		{ "in the first", FIRST + 1200, FIRST + 2400 },
		{ "from the first into the second", SECOND - 600, SECOND + 600 },
		{ "in the second", SECOND + 1200, SECOND + 2400 },
		{ "out of the second", SECOND + 3000, SECOND + 4200 },
		{ "after it", SECOND + 4800, SECOND + 6000 },
		{ "both", FIRST - 300, SECOND + 3500 },
	};

	(void)state;
	zone(cet);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct log_clock clock = { .now = rows[i].now };
		struct seen seen = { .clock = &clock,
				     .since = rows[i].since,
				     .now = rows[i].now,
				     .next = rows[i].since };
		struct sw_fault why = { 0 };
		int fd = make_log(&h, rows[i].now);

		want_number(rows[i].what,
			    log_file_window(fd, &clock, rows[i].since, NULL, take, &seen, &why), 0);
		want_number(rows[i].what, seen.next, rows[i].now);
		want_number(rows[i].what, seen.wrong, 0);
		close(fd);
		host_remove(&h);
	}
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_the_hour_that_comes_twice_are_told_apart),
	};

	return cmocka_run_group_tests_name("logstamp", tests, NULL, NULL);
}
