/* Which inode numbers were met: each once, however many they are; and where room ends. */
#include "inode/seen.h"
#include "test.h"

enum { GROUP = 64, SLOTS_MOST = 1 << 21 };

static struct seen seen;

static int set_up(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	return seen_new(&seen, (struct hash_key){ 7, 9 }, &why);
}

static int tear_down(void **state)
{
	(void)state;
	seen_free(&seen);
	return 0;
}

static void a_number_is_new_once(void **state)
{
	static const uint64_t numbers[] = {
		1, 2, 63, 64, 65, 127, 128, UINT32_MAX - 1, (uint64_t)UINT32_MAX + 1, UINT64_MAX - 1,
		(uint64_t)1 << 63, ((uint64_t)1 << 63) + 64,
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(numbers); i++)
		want_number("new", seen_first(&seen, numbers[i]), true);
	for (size_t i = 0; i < SW_COUNT(numbers); i++)
		want_number("known", seen_first(&seen, numbers[i]), false);
	want_number("uncertain", seen.uncertain, 0);
}

/* Behind the last slot comes the first one. */
static void numbers_of_one_slot_go_round(void **state)
{
	enum { GROUPS = 400 };

	(void)state;
	seen.factor = UINT64_MAX; /* all to the last slot */
	for (int known = 0; known < 2; known++)
		for (uint64_t i = 1; i <= GROUPS; i++)
			want_number("new", seen_first(&seen, i * GROUP), !known);
	want_number("used", seen.used, GROUPS);
}

static void a_number_that_says_nothing_is_always_new(void **state)
{
	static const uint64_t numbers[] = { 0, UINT32_MAX, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < 2 * SW_COUNT(numbers); i++)
		want_number("new", seen_first(&seen, numbers[i / 2]), true);
	want_number("uncertain", seen.uncertain, 2 * SW_COUNT(numbers));
	want_number("no room is used", seen.used, 0);
}

static void many_need_room_by_the_group(void **state)
{
	enum { MANY = 200000 };

	(void)state;
	for (uint64_t i = 1; i <= MANY; i++)
		if (!seen_first(&seen, i))
			fail_msg("%llu is not new", (unsigned long long)i);
	for (uint64_t i = 1; i <= MANY; i++)
		if (seen_first(&seen, i))
			fail_msg("%llu is new again", (unsigned long long)i);
	want_number("groups", seen.used, MANY / GROUP + 1);
	want_number("kept half empty", 2 * seen.used <= (size_t)1 << seen.bits, true);
	want_number("and no emptier", 8 * seen.used > (size_t)1 << seen.bits, true);
}

static void beyond_its_room_a_number_may_count_again(void **state)
{
	const uint64_t most = SLOTS_MOST / 8 * 7;

	(void)state;
	for (uint64_t i = 1; i <= most; i++)
		if (!seen_first(&seen, i * GROUP))
			fail_msg("%llu is not new", (unsigned long long)i);
	want_number("as many find room", seen.used, most);
	want_number("for certain", seen.uncertain, 0);
	for (int i = 1; i <= 2; i++) {
		want_number("one more", seen_first(&seen, (most + 1) * GROUP), true);
		want_number("is uncertain", seen.uncertain, i);
	}
	want_number("no more of them find any", seen.used, most);
	want_number("one of a group that has its place", seen_first(&seen, most * GROUP + 1), true);
	want_number("is known then", seen_first(&seen, most * GROUP + 1), false);
	want_number("as are the first", seen_first(&seen, GROUP), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_number_is_new_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numbers_of_one_slot_go_round, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_number_that_says_nothing_is_always_new, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(many_need_room_by_the_group, set_up, tear_down),
		cmocka_unit_test_setup_teardown(beyond_its_room_a_number_may_count_again, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
