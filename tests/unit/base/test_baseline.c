#include <stdlib.h>

#include "base/baseline.h"
#include "pieces.h"
#include "test.h"

static struct baseline *baseline_new(void)
{
	struct baseline *u = calloc(1, sizeof(*u));

	assert_non_null(u);
	return u;
}

/* A run on a day that notes one count. */
static bool note(struct baseline *u, struct sw_raw name, int32_t day, uint64_t count)
{
	bool begun = baseline_begin(u, day);

	return baseline_note(u, name, count) || begun;
}

/* What a run on a day would find; *u stays as it is. */
static uint64_t before(const struct baseline *u, struct sw_raw name, int32_t day)
{
	struct baseline *copy = baseline_new();
	uint64_t count;

	*copy = *u;
	baseline_begin(copy, day);
	count = baseline_before(copy, name);
	free(copy);
	return count;
}

static struct sw_raw name_of(int i)
{
	static char name[32];

	return raw_from(name, (size_t)snprintf(name, sizeof(name), "user%d@example.com", i));
}

static void a_name_has_the_greatest_count_of_the_days_before(void **state)
{
	static const struct {
		const char *what;
		int32_t day;
		int64_t count; /* what the run notes; -1: nothing, it does not happen */
		uint64_t want;
	} rows[] = {
		{ "the first day", 100, 3, 0 },
		{ "a greater count of the day", 100, 7, 0 },
		{ "a smaller one", 100, 2, 0 },
		{ "the next day", 101, -1, 7 },
		{ "a greater count", 102, 9, 7 },
		{ "the day after it", 103, -1, 9 },
		{ "a day nothing was noted on", 105, 5, 9 },
		{ "7 days after the greater count", 109, -1, 9 },
		{ "8 days after it", 110, -1, 5 },
		{ "7 days after the last", 112, -1, 5 },
		{ "8 days after the last", 113, -1, 0 },
		{ "years after", 2000, -1, 0 },
		{ "the end of time", INT32_MAX, -1, 0 },
	};
	struct baseline *u = baseline_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number(rows[i].what, before(u, raw_of("a"), rows[i].day), rows[i].want);
		if (rows[i].count < 0)
			continue;
		note(u, raw_of("a"), rows[i].day, (uint64_t)rows[i].count);
		note(u, raw_of("b"), rows[i].day, 1000);
	}
	free(u);
}

/* What is kept of the days before moves on with each day on which something is noted, to its end.
 */
static void days_are_kept_for_a_week_whenever_there_is_a_note(void **state)
{
	(void)state;
	for (int32_t gap = 1; gap <= 9; gap++) {
		struct baseline *u = baseline_new();
		uint64_t all = gap <= 7 ? 50 : 0;

		note(u, raw_of("a"), 100, 50);
		want_number("it was", before(u, raw_of("a"), 100 + gap), all);
		note(u, raw_of("a"), 100 + gap, 1);
		want_number("a note of the day keeps it", before(u, raw_of("a"), 100 + gap), all);
		note(u, raw_of("a"), 101 + gap, 1);
		want_number("the next day, too", before(u, raw_of("a"), 101 + gap),
			    gap + 1 <= 7 ? 50 : 1);
		free(u);
	}
}

static void noting_the_same_again_changes_nothing(void **state)
{
	static const struct {
		const char *what;
		int32_t day;
		uint64_t count;
		bool want; /* it changes */
	} rows[] = {
		{ "a new name", 10, 5, true }, { "the same", 10, 5, false },
		{ "less", 10, 4, false },      { "nothing", 10, 0, false },
		{ "more", 10, 6, true },       { "the next day", 11, 1, true },
		{ "it again", 11, 1, false },  { "nothing on a new day", 12, 0, true },
		{ "it again", 12, 0, false },
	};
	struct baseline *u = baseline_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct baseline *was = baseline_new();
		bool changed;

		*was = *u;
		changed = note(u, raw_of("a"), rows[i].day, rows[i].count);

		want_number(rows[i].what, changed, rows[i].want);
		want_number(rows[i].what, memcmp(was, u, sizeof(*was)) != 0, rows[i].want);
		free(was);
	}
	want_number("what was noted", before(u, raw_of("a"), 13), 6);
	free(u);
}

static void a_count_that_does_not_fit_is_kept_as_the_most_that_does(void **state)
{
	static const struct {
		uint64_t count;
		uint64_t want;
	} rows[] = {
		{ 1, 1 },	  { 65534, 65534 },	 { 65535, 65535 },
		{ 65536, 65535 }, { UINT64_MAX, 65535 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct baseline *u = baseline_new();

		note(u, raw_of("a"), 10, rows[i].count);
		want_number("count", before(u, raw_of("a"), 11), rows[i].want);
		free(u);
	}
}

static void a_name_that_was_never_noted_has_no_count(void **state)
{
	static const char *const names[] = { "", "a", "A", "user1@example.con", "\00133" };
	struct baseline *u = baseline_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++)
		want_number("in an empty block", before(u, raw_of(names[i]), 11), 0);
	for (int i = 0; i < 100; i++)
		note(u, name_of(i), 10, 50);
	for (size_t i = 0; i < SW_COUNT(names); i++)
		want_number("among others", before(u, raw_of(names[i]), 11), 0);
	free(u);
}

static void the_day_on_which_it_begins_is_not_known_whole(void **state)
{
	static const struct {
		int32_t day;
		int64_t want;
	} rows[] = {
		{ 100, 0 }, { 101, 0 }, { 102, 1 }, { 103, 2 },
		{ 110, 9 }, { 118, 0 }, { 119, 0 }, { 120, 1 }
	}; /* 118: all that was known is too old */
	struct baseline *u = baseline_new();

	(void)state;
	want_number("an empty block", baseline_known(u), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		note(u, raw_of("a"), rows[i].day, 1);
		want_number("days known", baseline_known(u), rows[i].want);
	}
	free(u);
}

/* Three days of three accounts, a run a day; then one in the year that a wrong clock says. */
static void one_run_with_a_wrong_clock_changes_nothing_later(void **state)
{
	enum { FIRST = 20000, DAYS = 12 };
	static const int32_t wrong[] = { 0, 1, FIRST - 1, FIRST + 3, FIRST + 7, FIRST + 9, 25567 };

	(void)state;
	for (size_t w = 0; w < SW_COUNT(wrong); w++) {
		for (int at = 0; at < DAYS; at++) {
			struct baseline *right;
			struct baseline *spoiled;
			int32_t off = wrong[w] - (FIRST + at);

			/* the day of a right run beside it, or before the first of all */
			if (off == 0 || off == -1)
				continue;
			right = baseline_new();
			spoiled = baseline_new();

			for (int day = 0; day < DAYS; day++) {
				if (day == at)
					for (int k = 0; k < 3; k++)
						note(spoiled, name_of(k), wrong[w], 1000);
				for (int k = 0; k < 3; k++) {
					note(right, name_of(k), FIRST + day, 10U * (unsigned)k);
					note(spoiled, name_of(k), FIRST + day, 10U * (unsigned)k);
				}
				want_number("days known", baseline_known(spoiled),
					    baseline_known(right));
				for (int k = 0; k < 4; k++)
					want_number("before", baseline_before(spoiled, name_of(k)),
						    baseline_before(right, name_of(k)));
			}
			free(right);
			free(spoiled);
		}
	}
}

static void a_clock_that_is_really_new_is_gone_on_with(void **state)
{
	static const struct {
		const char *what;
		int32_t days[6]; /* a run each, then the one that counts; 0: end */
		int64_t known;
		uint64_t want;
	} rows[] = {
		{ "every day", { 100, 101, 102, 103 }, 2, 7 },
		{ "off for a week", { 100, 101, 102, 109 }, 8, 7 },
		{ "off for a month, one day later", { 100, 101, 140, 141 }, 0, 7 },
		{ "two days later", { 100, 101, 140, 141, 142 }, 1, 7 },
		{ "wrong for days, and right", { 9000, 9001, 100, 101, 102 }, 1, 7 },
		{ "wrong from the beginning", { 9000, 100, 101, 102 }, 1, 7 },
		{ "off for a month", { 100, 101, 140 }, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct baseline *u = baseline_new();

		for (size_t k = 0; k < 6 && rows[i].days[k]; k++) {
			baseline_begin(u, rows[i].days[k]);
			if (k == 5 || !rows[i].days[k + 1])
				break;
			baseline_note(u, raw_of("a"), 7);
		}
		want_number(rows[i].what, baseline_known(u), rows[i].known);
		want_number(rows[i].what, baseline_before(u, raw_of("a")), rows[i].want);
		free(u);
	}
}

static void when_there_is_no_room_the_names_of_long_ago_go(void **state)
{
	enum { MANY = 2 * BASELINE_NAMES, BUSY = 200 };
	struct baseline *u = baseline_new();
	int kept = 0;

	(void)state;
	for (int i = 0; i < MANY; i++)
		note(u, name_of(i), 10, 1);
	for (int i = 0; i < BUSY; i++)
		note(u, name_of(MANY + i), 11, (uint64_t)i + 1);
	for (int i = 0; i < BUSY; i++) /* later than all others, so none of them goes */
		want_number("a name of the last day", before(u, name_of(MANY + i), 12), i + 1);
	for (int i = 0; i < MANY; i++)
		kept += before(u, name_of(i), 12) > 0;
	if (kept < BASELINE_NAMES / 2 || kept > BASELINE_NAMES - BUSY)
		fail_msg("names of the day before that are kept: got %d, want %d to %d", kept,
			 BASELINE_NAMES / 2, BASELINE_NAMES - BUSY);
	free(u);
}

/* What is read and written by each run is as much as there are names. */
static void few_names_lie_together_and_many_are_all_kept(void **state)
{
	static const struct {
		int names; /* on each day, other ones */
		int days;
		uint64_t sets; /* at most */
	} rows[] = {
		{ 1, 1, 0 },	   { 20, 1, 16 },    { 200, 1, 128 },
		{ 1000, 1, 1024 }, { 20, 300, 128 }, /* of the last days alone */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct baseline *u = baseline_new();
		int of_last_day = (rows[i].days - 1) * rows[i].names;

		for (int day = 0; day < rows[i].days; day++)
			for (int k = 0; k < rows[i].names; k++)
				note(u, name_of(day * rows[i].names + k), day, 5);
		if (u->line.sets > rows[i].sets)
			fail_msg("%d names, %d days: got %llu sets, want at most %llu",
				 rows[i].names, rows[i].days, (unsigned long long)u->line.sets,
				 (unsigned long long)rows[i].sets);
		baseline_begin(u, rows[i].days);
		for (int k = 0; k < rows[i].names; k++)
			want_number("kept", baseline_before(u, name_of(of_last_day + k)), 5);
		free(u);
	}
}

/* Runs of a hundred days, at random, beside a plain table of what was noted when. */
static void what_is_known_is_what_a_table_of_all_days_says(void **state)
{
	enum { NAMES = 120, FIRST = 20000, DAYS = 100 };
	static uint64_t noted[NAMES][DAYS]; /* and 1; 0: nothing was */
	struct baseline *u = baseline_new();

	(void)state;
	for (int day = 0; day < DAYS; day += 1 + (int)pieces_draw(BASELINE_DAYS - 1)) {
		for (size_t left = pieces_draw(300); left > 0; left--) {
			size_t k = pieces_draw(pieces_draw(2) ? NAMES : 10);
			uint64_t count = pieces_draw(pieces_draw(9) ? 40 : 70000);
			uint64_t kept = count < 65535 ? count : 65535;
			bool new = !noted[k][day] || kept > noted[k][day] - 1;
			bool begun = baseline_begin(u, FIRST + day);

			want_number("changed", baseline_note(u, name_of((int)k), count) || begun,
				    new || begun);
			if (new)
				noted[k][day] = kept + 1;
		}
		(void)baseline_begin(u, FIRST + day);
		for (int k = 0; k < NAMES; k++) {
			uint64_t want = 0;

			for (int d = day > 7 ? day - 7 : 0; d < day; d++)
				if (noted[k][d] > want)
					want = noted[k][d];
			want_number("before", baseline_before(u, name_of(k)), want ? want - 1 : 0);
		}
		want_number("known", baseline_known(u), day ? day - 1 : 0);
	}
	free(u);
}

/* Nobody's memory but the block's own: whatever a damaged one holds. */
static void any_bytes_are_a_block(void **state)
{
	struct baseline *u = baseline_new();
	uint32_t x = 12345;

	(void)state;
	for (size_t i = 0; i < sizeof(*u); i++) {
		x = x * 1664525 + 1013904223;
		((unsigned char *)u)[i] = (unsigned char)(x >> 24);
	}
	for (int i = 0; i < 2000; i++) {
		int32_t day = i % 4 == 0 ? INT32_MAX : i % 4 == 1 ? INT32_MIN : i;

		note(u, name_of(i), day, (uint64_t)i);
		(void)baseline_before(u, name_of(i));
		(void)baseline_known(u);
	}
	free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_the_greatest_count_of_the_days_before),
		cmocka_unit_test(days_are_kept_for_a_week_whenever_there_is_a_note),
		cmocka_unit_test(noting_the_same_again_changes_nothing),
		cmocka_unit_test(a_count_that_does_not_fit_is_kept_as_the_most_that_does),
		cmocka_unit_test(a_name_that_was_never_noted_has_no_count),
		cmocka_unit_test(the_day_on_which_it_begins_is_not_known_whole),
		cmocka_unit_test(one_run_with_a_wrong_clock_changes_nothing_later),
		cmocka_unit_test(a_clock_that_is_really_new_is_gone_on_with),
		cmocka_unit_test(when_there_is_no_room_the_names_of_long_ago_go),
		cmocka_unit_test(few_names_lie_together_and_many_are_all_kept),
		cmocka_unit_test(what_is_known_is_what_a_table_of_all_days_says),
		cmocka_unit_test(any_bytes_are_a_block),
	};

	return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
