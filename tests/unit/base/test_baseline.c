#include <stdlib.h>

#include "base/baseline.h"
#include "test.h"

static struct baseline *baseline_new(void)
{
	struct baseline *u = calloc(1, sizeof(*u));

	assert_non_null(u);
	return u;
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
		uint64_t want;
	} rows[] = {
		{ "long before", 90, 0 },
		{ "the first day itself", 100, 0 },
		{ "the next day", 101, 7 },
		{ "the day after the greater count", 103, 9 },
		{ "a day nothing was noted on", 105, 9 },
		{ "7 days after the greater count", 109, 9 },
		{ "8 days after it", 110, 5 },
		{ "7 days after the last", 112, 5 },
		{ "8 days after the last", 113, 0 },
		{ "years after", 2000, 0 },
		{ "the end of time", INT32_MAX, 0 },
	};
	struct baseline *u = baseline_new();

	(void)state;
	baseline_note(u, raw_of("a"), 100, 3);
	baseline_note(u, raw_of("a"), 100, 7);
	baseline_note(u, raw_of("a"), 100, 2);
	baseline_note(u, raw_of("a"), 102, 9);
	baseline_note(u, raw_of("a"), 105, 5);
	baseline_note(u, raw_of("b"), 105, 1000);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what, baseline_before(u, raw_of("a"), rows[i].day),
			    rows[i].want);
	free(u);
}

static void noting_the_same_again_changes_nothing(void **state)
{
	static const struct {
		const char *what;
		int32_t day;
		uint64_t count;
		bool want; /* it changes */
	} rows[] = {
		{ "a new name", 10, 5, true },
		{ "the same", 10, 5, false },
		{ "less", 10, 4, false },
		{ "nothing", 10, 0, false },
		{ "more", 10, 6, true },
		{ "the next day", 11, 1, true },
		{ "it again", 11, 1, false },
		{ "the day before", 10, 100, false },
		{ "a far day before", 1, 100, false },
		{ "nothing on a new day", 12, 0, true },
		{ "it again", 12, 0, false },
	};
	struct baseline *u = baseline_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct baseline before = *u;
		bool changed = baseline_note(u, raw_of("a"), rows[i].day, rows[i].count);

		want_number(rows[i].what, changed, rows[i].want);
		want_number(rows[i].what, memcmp(&before, u, sizeof(before)) != 0, rows[i].want);
	}
	want_number("what was noted", baseline_before(u, raw_of("a"), 13), 6);
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

		baseline_note(u, raw_of("a"), 10, rows[i].count);
		want_number("count", baseline_before(u, raw_of("a"), 11), rows[i].want);
		free(u);
	}
}

static void a_name_that_was_never_noted_has_no_count(void **state)
{
	static const char *const names[] = { "", "a", "A", "user1@example.con", "\00133" };
	struct baseline *u = baseline_new();

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++)
		want_number("in an empty block", baseline_before(u, raw_of(names[i]), 11), 0);
	for (int i = 0; i < 100; i++)
		baseline_note(u, name_of(i), 10, 50);
	for (size_t i = 0; i < SW_COUNT(names); i++)
		want_number("among others", baseline_before(u, raw_of(names[i]), 11), 0);
	free(u);
}

static void the_day_on_which_it_begins_is_not_known_whole(void **state)
{
	static const struct {
		int32_t day;
		int64_t want;
	} rows[] = { { 99, 0 }, { 100, 0 }, { 101, 0 }, { 102, 1 }, { 103, 2 }, { 130, 29 } };
	struct baseline *u = baseline_new();

	(void)state;
	want_number("an empty block", baseline_known(u, 100), 0);
	baseline_note(u, raw_of(""), 100, 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number("days known", baseline_known(u, rows[i].day), rows[i].want);
		baseline_note(u, raw_of("a"), rows[i].day < 100 ? 100 : rows[i].day, 1);
	}
	free(u);
}

static void when_there_is_no_room_the_names_of_long_ago_go(void **state)
{
	enum { MANY = 2 * BASELINE_NAMES, BUSY = 200 };
	struct baseline *u = baseline_new();
	int kept = 0;

	(void)state;
	for (int i = 0; i < MANY; i++)
		baseline_note(u, name_of(i), 10, 1);
	for (int i = 0; i < BUSY; i++)
		baseline_note(u, name_of(MANY + i), 11, (uint64_t)i + 1);
	for (int i = 0; i < BUSY; i++) /* later than all others, so none of them goes */
		want_number("a name of the last day", baseline_before(u, name_of(MANY + i), 12),
			    i + 1);
	for (int i = 0; i < MANY; i++)
		kept += baseline_before(u, name_of(i), 12) > 0;
	if (kept < BASELINE_NAMES / 2 || kept > BASELINE_NAMES - BUSY)
		fail_msg("names of the day before that are kept: got %d, want %d to %d", kept,
			 BASELINE_NAMES / 2, BASELINE_NAMES - BUSY);
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

		baseline_note(u, name_of(i), day, (uint64_t)i);
		(void)baseline_before(u, name_of(i), day);
		(void)baseline_known(u, day);
	}
	free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_the_greatest_count_of_the_days_before),
		cmocka_unit_test(noting_the_same_again_changes_nothing),
		cmocka_unit_test(a_count_that_does_not_fit_is_kept_as_the_most_that_does),
		cmocka_unit_test(a_name_that_was_never_noted_has_no_count),
		cmocka_unit_test(the_day_on_which_it_begins_is_not_known_whole),
		cmocka_unit_test(when_there_is_no_room_the_names_of_long_ago_go),
		cmocka_unit_test(any_bytes_are_a_block),
	};

	return cmocka_run_group_tests_name("usual", tests, NULL, NULL);
}
