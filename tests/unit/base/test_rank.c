#include "base/rank.h"
#include "test.h"

enum { MAX = 4 };

static bool is_greater(const void *a, const void *b)
{
	return *(const char *)a > *(const char *)b;
}

static void the_greatest_are_kept_in_order(void **state)
{
	static const struct {
		const char *what;
		const char *in;
		size_t max;
		const char *want;
	} rows[] = {
		{ "none", "", MAX, "" },
		{ "one", "a", MAX, "a" },
		{ "falling", "dcba", MAX, "dcba" },
		{ "rising", "abcd", MAX, "dcba" },
		{ "more than there is room for, falling", "fedcba", MAX, "fedc" },
		{ "more than there is room for, rising", "abcdef", MAX, "fedc" },
		{ "mixed", "cafebd", MAX, "fedc" },
		{ "equal ones", "aaa", MAX, "aaa" },
		{ "one place", "acb", 1, "c" },
		{ "no place", "abc", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char list[MAX + 2] = "....!";
		size_t kept = 0;

		for (const char *p = rows[i].in; *p; p++)
			kept = rank_add(list, kept, rows[i].max, 1, p, is_greater);
		want_number(rows[i].what, list[MAX], '!');
		want_number(rows[i].what, rows[i].max == MAX || list[rows[i].max] == '.', true);
		want_number(rows[i].what, kept, strlen(rows[i].want));
		list[kept] = '\0';
		want_text(rows[i].what, list, rows[i].want);
	}
}

struct pair {
	int key;
	char id;
};

static bool is_before(const void *a, const void *b)
{
	return ((const struct pair *)a)->key > ((const struct pair *)b)->key;
}

static void of_equals_the_first_met_stays_first(void **state)
{
	static const struct pair in[] = { { 1, 'a' }, { 2, 'b' }, { 1, 'c' }, { 2, 'd' } };
	struct pair list[3];
	size_t kept = 0;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(in); i++)
		kept = rank_add(list, kept, SW_COUNT(list), sizeof(list[0]), &in[i], is_before);
	want_number("kept", kept, 3);
	want_number("first", list[0].id, 'b');
	want_number("second", list[1].id, 'd');
	want_number("third", list[2].id, 'a');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_greatest_are_kept_in_order),
		cmocka_unit_test(of_equals_the_first_met_stays_first),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
