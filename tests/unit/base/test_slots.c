#include "base/slots.h"
#include "test.h"

enum { N = 4 * SLOTS_WAYS };

struct record {
	struct slot slot;
	int value;
};

static struct record table[N];
static const struct slots slots = { table, N, sizeof(table[0]) };

/* A hash whose first place is in set `set`. */
static uint64_t hash_in(int set, int i)
{
	return (uint64_t)set * SLOTS_WAYS + ((uint64_t)i + 1) * N;
}

static struct record *take(uint64_t hash, int32_t day, uint64_t *lost)
{
	struct record *r = slots_take(slots, hash, day - 7, lost);

	r->slot.day = day;
	r->slot.weight++;
	return r;
}

static void what_was_taken_is_found(void **state)
{
	uint64_t lost = 0;

	(void)state;
	memset(table, 0, sizeof(table));
	assert_null(slots_find(slots, hash_in(1, 0)));
	for (int set = 0; set < 4; set++)
		for (int i = 0; i < SLOTS_WAYS; i++)
			take(hash_in(set, i), 10, &lost)->value = 100 * set + i;
	want_number("lost", lost, 0);
	for (int set = 0; set < 4; set++)
		for (int i = 0; i < SLOTS_WAYS; i++) {
			struct record *r = slots_find(slots, hash_in(set, i));

			assert_non_null(r);
			want_number("value", r->value, 100 * set + i);
			assert_ptr_equal(slots_take(slots, hash_in(set, i), 10, &lost), r);
		}
}

/* Who gives way: 0..SLOTS_WAYS-1. */
static int gone(int set)
{
	int ret = -1;

	for (int i = 0; i < SLOTS_WAYS; i++)
		if (!slots_find(slots, hash_in(set, i)))
			ret = ret < 0 ? i : 1000;
	return ret;
}

static void the_oldest_and_lightest_gives_way(void **state)
{
	static const struct {
		const char *what;
		int day3, day5;			/* of records 3 and 5; the others are of day 10 */
		unsigned weight3, weight5, others;
		int gone;
		unsigned inherited;
		uint64_t lost;
	} rows[] = {
		{ "one that is of no use any more", 2, 10, 50, 1, 9, 3, 0, 0 },
		{ "the lightest", 10, 10, 5, 4, 9, 5, 4, 1 },
		{ "of two as light the older", 9, 10, 4, 4, 9, 3, 4, 1 },
		{ "not the older but heavier", 9, 10, 5, 4, 9, 5, 4, 1 },
	};

	(void)state;
	for (size_t k = 0; k < SW_COUNT(rows); k++) {
		uint64_t lost = 0;
		struct record *r;

		memset(table, 0, sizeof(table));
		for (int i = 0; i < SLOTS_WAYS; i++) {
			r = take(hash_in(2, i), i == 3 ? rows[k].day3 : i == 5 ? rows[k].day5 : 10, &lost);
			r->slot.weight = i == 3 ? rows[k].weight3 : i == 5 ? rows[k].weight5 : rows[k].others;
			r->value = 7;
		}
		r = slots_take(slots, hash_in(2, 99), 3, &lost);
		want_number(rows[k].what, gone(2), rows[k].gone);
		want_number(rows[k].what, r->slot.weight, rows[k].inherited);
		want_number(rows[k].what, r->value, 0);
		want_number(rows[k].what, r->slot.day, 0);
		want_number(rows[k].what, lost, rows[k].lost);
	}
}

/* Of a flood of names that come once, who comes again and again stays and is counted in full. */
static void who_comes_again_stays(void **state)
{
	const struct record *often;
	uint64_t lost = 0;

	(void)state;
	memset(table, 0, sizeof(table));
	for (int i = 0; i < 10000; i++) {
		take(hash_in(1, 100 + i), 10, &lost)->value++;
		if (i % 4 == 0)
			take(hash_in(1, 0), 10, &lost)->value++;
	}
	often = slots_find(slots, hash_in(1, 0));
	assert_non_null(often);
	assert_true(often->value >= 2400 && often->value <= 2500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_taken_is_found),
		cmocka_unit_test(the_oldest_and_lightest_gives_way),
		cmocka_unit_test(who_comes_again_stays),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
