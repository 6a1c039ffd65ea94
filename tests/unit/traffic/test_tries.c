/* Failed logins by day against a list of all of them. */
#include "test.h"
#include "traffic/tries.h"

enum { DAY = 86400, EVENTS = 100, FIRST = 20000 /* a day */ };

struct one {
	int64_t time;
	bool used;
};

static struct one list[EVENTS]; /* as they were told */
static size_t n;
static int32_t last; /* day of which it was told */

static uint32_t seed;

static unsigned dice(unsigned sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

/* Those of a day that is kept, since when, and whether the first that was told had been used. */
static uint64_t failed_on(int32_t day, int64_t *since, bool *used)
{
	uint64_t sum = 0;

	*since = INT64_MAX;
	*used = false;
	for (size_t i = 0; i < n; i++) {
		if (list[i].time / DAY != day)
			continue;
		*used = sum == 0 ? list[i].used : *used;
		*since = list[i].time < *since ? list[i].time : *since;
		sum++;
	}
	return sum;
}

static void want_the_list(const struct slot *slot, const struct tries *t, const uint32_t *at_use, const uint32_t *noted)
{
	int64_t since;
	bool used;

	want_number("day", slot->day, last);
	for (int32_t day = last - TRIES_DAYS - 2; day <= last + 2; day++) {
		bool has = day > last - TRIES_DAYS && day <= last;
		int64_t first = INT64_MAX;
		int64_t got = -1;
		uint64_t sum = 0;

		want_number("has", tries_has(slot, day), has);
		for (int32_t d = day - TRIES_DAYS + 1; d <= day; d++) {
			uint64_t on = d > last - TRIES_DAYS && d <= last ? failed_on(d, &since, &used) : 0;

			first = on && since < first ? since : first;
			sum += on;
		}
		want_number("sum", tries_sum(slot, t, day, &got), sum);
		want_number("since", got, sum ? first : -1);
		if (!has)
			continue;
		want_number("failed", t->failed[day % TRIES_DAYS], failed_on(day, &since, &used));
		want_number("used before", t->used >> day % TRIES_DAYS & 1, used);
		want_number("at use", at_use[day % TRIES_DAYS], day < FIRST ? 0 : noted[day - FIRST]);
	}
}

static void any_failures_are_those_of_their_days(void **state)
{
	static uint32_t noted[EVENTS * 20];

	(void)state;
	for (unsigned run = 1; run <= 40; run++) {
		struct slot slot = { .day = 0 };
		struct tries t = { .used = 0 };
		uint32_t at_use[TRIES_DAYS] = { 0 };
		unsigned told = 0;

		memset(noted, 0, sizeof(noted));
		seed = run;
		n = 0;
		last = FIRST;
		tries_go_to(&slot, &t, at_use, FIRST);
		while (n < EVENTS) {
			int32_t day = last + (dice(3) ? 0 : (int32_t)dice(dice(4) ? 3 : 20) - (dice(2) ? 9 : 0));
			bool used = dice(2);
			int64_t time;

			day = day < FIRST ? FIRST : day;
			/* the first and the last second of a day are its own */
			time = (int64_t)day * DAY + (dice(4) ? (int64_t)dice(DAY) : dice(2) * (DAY - 1));
			/* other counts are forgotten together with the failures */
			tries_go_to(&slot, &t, at_use, day);
			last = day > last ? day : last;
			tries_add(&slot, &t, time, used);
			if (day > last - TRIES_DAYS) {
				list[n++] = (struct one){ time, used };
				at_use[day % TRIES_DAYS]++;
				noted[day - FIRST]++;
				told++;
			}
			want_number("day of a time", tries_day(time), day);
			want_number("weight", slot.weight, told);
			want_the_list(&slot, &t, at_use, noted);
		}
	}
}

/* Without its other counts, as one that stands for itself. */
static void days_go_on_with_a_failure_too(void **state)
{
	static const struct {
		const char *what;
		int32_t later; /* in days */
		uint64_t want; /* of both failures */
	} rows[] = { { "the same day", 0, 2 },
		     { "a week", TRIES_DAYS - 1, 2 },
		     { "a day more", TRIES_DAYS, 1 },
		     { "a week before", 1 - TRIES_DAYS, 2 },
		     { "a day more before", -TRIES_DAYS, 1 },
		     { "a year", 365, 1 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int32_t end = FIRST + (rows[i].later > 0 ? rows[i].later : 0);
		struct slot slot = { .day = 0 };
		struct tries t = { .used = 0 };
		int64_t since = 0;

		tries_add(&slot, &t, (int64_t)FIRST * DAY, true);
		tries_add(&slot, &t, (int64_t)(FIRST + rows[i].later) * DAY, false);
		want_number(rows[i].what, tries_sum(&slot, &t, end, &since), rows[i].want);
		want_number(rows[i].what, slot.day, end);
		want_number(rows[i].what, slot.weight, rows[i].later == -TRIES_DAYS ? 1 : 2);
	}
}

/* No count begins again at 0. */
static void what_is_full_stays_full(void **state)
{
	struct slot slot = { .weight = UINT32_MAX - 1 };
	struct tries t = { .used = 0 };
	int64_t since;

	(void)state;
	tries_add(&slot, &t, (int64_t)FIRST * DAY, false);
	t.failed[FIRST % TRIES_DAYS] = UINT32_MAX - 1;
	for (int i = 0; i < 3; i++) {
		tries_add(&slot, &t, (int64_t)FIRST * DAY, false);
		want_number("failed", tries_sum(&slot, &t, FIRST, &since), UINT32_MAX);
		want_number("weight", slot.weight, UINT32_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_failures_are_those_of_their_days),
		cmocka_unit_test(days_go_on_with_a_failure_too),
		cmocka_unit_test(what_is_full_stays_full),
	};

	return cmocka_run_group_tests_name("tries", tests, NULL, NULL);
}
