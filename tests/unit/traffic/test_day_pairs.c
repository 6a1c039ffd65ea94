/* Recipients that come again, and what waits: for how long they are known, and how many. */
#include "test.h"
#include "traffic/day_parts.h"

enum { T = 1795701000 / DAY_LAG * DAY_LAG }; /* a generation begins */

#define NEW   DAY_PAIR_NEW
#define KNOWN DAY_PAIR_KNOWN

static struct block block;

static struct day_pairs *fresh(void)
{
	assert_true(block_new(&block, day_pairs_room()));
	return day_pairs_in(&block);
}

static void end(struct day_pairs *p)
{
	day_pairs_end(p);
	block_free(&block);
}

static void a_pair_is_known_for_ten_minutes_at_least(void **state)
{
	static const struct {
		const char *what;
		struct {
			uint64_t pair;
			int time; /* since T */
			enum day_pair want;
		} step[5];
		size_t n;
	} rows[] = {
		{ "two", { { 7, 0, NEW }, { 8, 0, NEW }, { 7, 0, KNOWN }, { 8, 0, KNOWN } }, 4 },
		{ "a hash can be 0", { { 0, 0, NEW }, { 0, 0, KNOWN }, { 5, 0, NEW } }, 3 },
		{ "after ten minutes", { { 7, 0, NEW }, { 7, DAY_LAG, KNOWN } }, 2 },
		{ "from the last second on", { { 7, DAY_LAG - 1, NEW }, { 7, 2 * DAY_LAG - 1, KNOWN } }, 2 },
		{ "after nothing for long",
		  { { 7, 0, NEW }, { 7, 2 * DAY_LAG, NEW }, { 7, 2 * DAY_LAG, KNOWN } },
		  3 },
		{ "and on from there",
		  { { 7, 0, NEW }, { 8, 2 * DAY_LAG, NEW }, { 9, 3 * DAY_LAG, NEW }, { 7, 3 * DAY_LAG, NEW },
		    { 8, 3 * DAY_LAG, KNOWN } },
		  5 },
		{ "after others for long",
		  { { 7, 0, NEW }, { 8, DAY_LAG, NEW }, { 7, 2 * DAY_LAG, NEW }, { 8, 2 * DAY_LAG, KNOWN } },
		  4 },
		{ "those between are known after nothing, too",
		  { { 7, 0, NEW }, { 8, DAY_LAG, NEW }, { 9, 4 * DAY_LAG, NEW }, { 8, 4 * DAY_LAG, NEW } },
		  4 },
		{ "of a clock that went back",
		  { { 7, DAY_LAG, NEW }, { 7, 0, KNOWN }, { 8, 0, NEW }, { 8, 2 * DAY_LAG, KNOWN } },
		  4 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day_pairs *p = fresh();

		for (size_t k = 0; k < rows[i].n; k++)
			want_number(rows[i].what,
				    day_pairs_add(p, rows[i].step[k].pair, T + rows[i].step[k].time),
				    rows[i].step[k].want);
		end(p);
	}
}

/* Whatever their hashes have in common: none is taken for another, none is forgotten. */
static void many_are_told_apart(void **state)
{
	static const struct {
		const char *what;
		uint64_t first, step;
		uint64_t n;
	} rows[] = {
		{ "one after the other", 1, 1, 5000 },
		{ "all alike but for the upper half", UINT64_C(1) << 32, UINT64_C(1) << 32, 700 },
		{ "at the end of the table", 1023, UINT64_C(1) << 32, 700 },
		{ "at the end of a larger one", 16383, UINT64_C(1) << 20, 5000 },
		{ "one less than makes it grow", 3, 9, 3 * 1024 / 4 - 1 },
		{ "as many", 3, 9, 3 * 1024 / 4 },
		{ "one more", 3, 9, 3 * 1024 / 4 + 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day_pairs *p = fresh();

		for (int later = 0; later < 3; later++)
			for (uint64_t k = 0; k < rows[i].n; k++)
				want_number(rows[i].what,
					    day_pairs_add(p, rows[i].first + k * rows[i].step,
							  T + later / 2 * DAY_LAG),
					    later ? DAY_PAIR_KNOWN : DAY_PAIR_NEW);
		for (uint64_t k = 0; k < rows[i].n; k++)
			want_number(rows[i].what,
				    day_pairs_add(p, rows[i].first + k * rows[i].step, T + 2 * DAY_LAG),
				    DAY_PAIR_NEW);
		end(p);
	}
}

static void of_too_many_those_that_came_first_are_known(void **state)
{
	struct day_pairs *p = fresh();
	uint64_t n = 0;

	(void)state;
	while (n < 1000000 && day_pairs_add(p, day_mix(n + 1), T) == DAY_PAIR_NEW)
		n++;
	want_within("pairs", n, 150000, 250000);
	want_number("one more", day_pairs_add(p, day_mix(n + 1), T), DAY_PAIR_FULL);
	for (uint64_t k = 0; k < n; k += 1000)
		want_number("the same", day_pairs_add(p, day_mix(k + 1), T), DAY_PAIR_KNOWN);
	want_number("later", day_pairs_add(p, day_mix(n + 1), T + DAY_LAG), DAY_PAIR_NEW);
	for (uint64_t k = 0; k < n; k += 1000)
		want_number("later", day_pairs_add(p, day_mix(k + 1), T + DAY_LAG), DAY_PAIR_KNOWN);
	end(p);
}

enum { WAITING = 1024 };

static void what_waits_is_taken_once(void **state)
{
	static const struct {
		const char *what;
		uint64_t first; /* ID */
		unsigned waits; /* so many, each of an ID of its own */
		unsigned taken; /* of them, those that came last */
	} rows[] = {
		{ "none", 1, 0, 0 },
		{ "one", 1, 1, 1 },
		{ "of an ID whose hash is 0", 0, 1, 1 },
		{ "as many as there is room for", 2, WAITING, WAITING },
		{ "one more", 2, WAITING + 1, WAITING },
		{ "twice as many", 2, 2 * WAITING, WAITING },
		{ "and one", 2, 2 * WAITING + 1, WAITING },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day_pairs *p = fresh();
		uint64_t recipient;
		uint64_t hash;
		struct sw_raw text;

		for (unsigned k = 0; k < rows[i].waits; k++) {
			day_pairs_wait(p, rows[i].first + k, 1000 + k);
			day_pairs_wait_sender(p, rows[i].first + k, raw_of("sender"), 5000 + k);
		}
		for (unsigned k = 0; k < rows[i].waits; k++) {
			bool kept = k + rows[i].taken >= rows[i].waits;

			want_number(rows[i].what, day_pairs_take(p, rows[i].first + k, &recipient), kept);
			if (kept)
				want_number(rows[i].what, recipient, 1000 + k);
			want_number(rows[i].what,
				    day_pairs_take_sender(p, rows[i].first + k, &text, &hash), kept);
			if (!kept)
				continue;
			want_number(rows[i].what, hash, 5000 + k);
			want_raw(rows[i].what, text, "sender");
		}
		for (unsigned k = 0; k <= rows[i].waits; k++) {
			want_number(rows[i].what, day_pairs_take(p, rows[i].first + k, &recipient), false);
			want_number(rows[i].what,
				    day_pairs_take_sender(p, rows[i].first + k, &text, &hash), false);
		}
		end(p);
	}
}

static void a_sender_that_waits_is_cut(void **state)
{
	static const size_t rows[] = { 0, 1, DAY_SENDER - 1, DAY_SENDER, DAY_SENDER + 1, 999 };
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 26);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day_pairs *p = fresh();
		struct sw_raw got;
		uint64_t hash;

		day_pairs_wait_sender(p, 9, raw_from(text, rows[i]), 7);
		assert_true(day_pairs_take_sender(p, 9, &got, &hash));
		want_number("bytes", got.n, rows[i] < DAY_SENDER ? rows[i] : DAY_SENDER);
		assert_memory_equal(got.p, text, got.n);
		end(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_known_for_ten_minutes_at_least),
		cmocka_unit_test(many_are_told_apart),
		cmocka_unit_test(of_too_many_those_that_came_first_are_known),
		cmocka_unit_test(what_waits_is_taken_once),
		cmocka_unit_test(a_sender_that_waits_is_cut),
	};

	return cmocka_run_group_tests_name("day_pairs", tests, NULL, NULL);
}
