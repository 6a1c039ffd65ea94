/*
 * The tz database as an oracle: a log with a line a minute, two hours before to two hours after
 * each change of 2020 to 2030, stamped by localtime_r(3), which goes only the easy way; each window
 * of it must get back the instants that it was made of. Of zones with the same changes one is
 * tried, polled at every 25 minutes; with FULL=1 all, at every minute.
 */
#include <ftw.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "log/clock.h"
#include "test.h"

#define DATABASE "/usr/share/zoneinfo/"

enum { BEGIN = 1577836800, END = 1924991999, DAY = 86400, MINUTE = 60 }; /* 2020 to 2030 */
enum { AROUND = 2 * 3600, WINDOW = 23 * MINUTE };
enum { ZONES_MAX = 1024, CHANGES_MAX = 64, NAME_MAX_ = 64 };

struct changes {
	int64_t at[CHANGES_MAX],
		offset[CHANGES_MAX]; /* the offset after it; [0]: at the beginning */
	size_t n;
};

static char names[ZONES_MAX][NAME_MAX_];
static size_t names_n;

static int64_t offset_of(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return (int64_t)tm.tm_gmtoff;
}

static int64_t change_between(int64_t from, int64_t to)
{
	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (offset_of(middle) == offset_of(from))
			from = middle;
		else
			to = middle;
	}
	return to;
}

static void find_changes(struct changes *ret)
{
	ret->at[0] = 0;
	ret->offset[0] = offset_of(BEGIN);
	ret->n = 1;
	for (int64_t t = BEGIN; t < END; t += DAY) {
		if (offset_of(t + DAY) == ret->offset[ret->n - 1])
			continue;
		assert_true(ret->n < CHANGES_MAX);
		ret->at[ret->n] = change_between(t, t + DAY);
		ret->offset[ret->n++] = offset_of(t + DAY);
	}
}

static int add_name(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + sizeof(DATABASE) - 1;
	char magic[4] = "";
	FILE *f;

	(void)st;
	(void)at;
	if (type != FTW_F || strlen(path) - sizeof(DATABASE) >= NAME_MAX_ - 1 ||
	    strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0)
		return 0;
	f = fopen(path, "r");
	if (f && fread(magic, 1, 4, f) == 4 && memcmp(magic, "TZif", 4) == 0 && names_n < ZONES_MAX)
		strcpy(names[names_n++], name);
	if (f)
		fclose(f);
	return 0;
}

static void stamp_of(int64_t t, struct log_stamp *ret)
{
	time_t seconds = (time_t)t;
	char text[32];
	struct tm tm;

	assert_non_null(localtime_r(&seconds, &tm));
	assert_int_equal(strftime(text, sizeof(text), "%b %e %H:%M:%S", &tm), 15);
	assert_int_equal(log_stamp_read(raw_of(text), ret), 15);
}

/* What a poll at `now` sees of the log: its window, from where the clock wants to begin. */
static void poll(const char *name, const struct log_zone *zone, int64_t now, int64_t begin)
{
	struct log_clock clock = { .now = now, .zone = zone };
	int64_t since = now - WINDOW;
	int64_t t = log_clock_before_change(&clock, since);

	t -= (t - begin) % MINUTE; /* a line of the log */
	for (; t <= now; t += MINUTE) {
		struct log_stamp stamp;
		int64_t got = 0;

		stamp_of(t, &stamp);
		if (!log_clock_time(&clock, &stamp, &got) && t >= since)
			fail_msg("%s: no time for %lld, polled at %lld", name, (long long)t,
				 (long long)now);
		if (got != t && t >= since)
			fail_msg("%s: got %lld, want %lld, polled at %lld", name, (long long)got,
				 (long long)t, (long long)now);
	}
}

static void try_zone(const char *name, const struct changes *changes, int64_t step)
{
	static const char *const no_env[] = { NULL };
	struct sw_fault why = { 0 };
	struct log_zone zone;
	struct sw_host h;

	assert_int_equal(host_open(&h, no_env, &why), 0);
	if (log_zone_open(&zone, &h, name, &why))
		fail_msg("%s", why.text.s);
	for (size_t i = 1; i < changes->n; i++)
		for (int64_t t = -AROUND; t <= AROUND + WINDOW; t += step) {
			poll(name, NULL, changes->at[i] + t, changes->at[i]);
			poll(name, &zone, changes->at[i] + t, changes->at[i]);
			want_number(name, log_zone_offset(&zone, changes->at[i] + t),
				    offset_of(changes->at[i] + t));
			want_number(name, log_zone_offset(&zone, changes->at[i]),
				    offset_of(changes->at[i]));
			want_number(name, log_zone_offset(&zone, changes->at[i] - 1),
				    offset_of(changes->at[i] - 1));
		}
	for (int64_t t = -2000000000; t < 4200000000; t += 40 * DAY + 12345)
		want_number(name, log_zone_offset(&zone, t), offset_of(t));
	log_zone_close(&zone);
	host_close(&h);
}

static void every_minute_around_every_change_is_found_again(void **state)
{
	static struct changes known[ZONES_MAX];
	bool full = getenv("FULL") != NULL;
	size_t known_n = 0;

	(void)state;
	if (full)
		alarm(0);
	if (nftw(DATABASE, add_name, 16, 0) || names_n == 0)
		skip();
	for (size_t i = 0; i < names_n; i++) {
		struct changes changes = { .n = 0 };
		char path[sizeof(DATABASE) + NAME_MAX_ + 1];
		size_t k = 0;

		snprintf(path, sizeof(path), ":%s%.*s", DATABASE, NAME_MAX_ - 1, names[i]);
		zone(path);
		find_changes(&changes);
		while (k < known_n && memcmp(&known[k], &changes, sizeof(changes)) != 0)
			k++;
		if (k == known_n)
			known[known_n++] = changes;
		else if (!full)
			continue;
		try_zone(names[i], &changes, full ? MINUTE : 25 * MINUTE);
	}
	printf("%zu zones, %zu with changes of their own\n", names_n, known_n);
	zone("UTC0");
}

/* What other zones do not have: a day that is not, changes that are no summer time. */
static void the_strange_ones_are_always_tried(void **state)
{
	static const struct {
		const char *name;
		int64_t change; /* one of these, by zdump(8) */
	} rows[] = {
		{ "Pacific/Apia", 1325239200 },	       /* 30 December 2011 is not */
		{ "Asia/Almaty", 1709229600 },	       /* 1 March 2024: an hour back for good */
		{ "Africa/Juba", 1612126800 },	       /* 1 February 2021: the same */
		{ "Africa/Casablanca", 1740276000 },   /* Ramadan */
		{ "Europe/Dublin", 1761440400 },       /* winter is the exception */
		{ "Australia/Lord_Howe", 1759591800 }, /* half an hour */
		{ "America/Caracas", 1462086000 },     /* half an hour for good */
		{ "Asia/Pyongyang", 1525446000 },
		{ "Antarctica/Troll", 1761440400 }, /* two hours */
		{ "America/St_Johns", 1289097060 }, /* at one minute past midnight */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct changes changes = { .n = 2 };
		char path[sizeof(DATABASE) + NAME_MAX_ + 1];

		snprintf(path, sizeof(path), ":%s%s", DATABASE, rows[i].name);
		if (access(path + 1, R_OK))
			continue;
		zone(path);
		changes.at[1] = rows[i].change;
		want_number(rows[i].name,
			    offset_of(rows[i].change) != offset_of(rows[i].change - 1), true);
		try_zone(rows[i].name, &changes, 5 * MINUTE);
	}
	zone("UTC0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_minute_around_every_change_is_found_again),
		cmocka_unit_test(the_strange_ones_are_always_tried),
	};

	return cmocka_run_group_tests_name("zones", tests, NULL, NULL);
}
