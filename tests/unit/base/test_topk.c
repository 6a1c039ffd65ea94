#include <stdlib.h>

#include "base/topk.h"
#include "test.h"

static const struct hash_key key = { 0x0123456789abcdef, 0xfedcba9876543210 };

static struct topk *topk_of(size_t slots, size_t name_max, size_t value_size)
{
	struct sw_fault why = { 0 };
	struct topk *t;

	assert_int_equal(topk_new(slots, name_max, value_size, key, &t, &why), 0);
	return t;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* The model: every name's exact count, in an array. */
enum { NAMES = 700 };

struct model {
	char name[NAMES][16];
	uint64_t count[NAMES];
};

static void make_names(struct model *m)
{
	memset(m, 0, sizeof(*m));
	for (size_t i = 1; i < NAMES; i++) /* the first is the empty name */
		snprintf(m->name[i], sizeof(m->name[i]), "user%zu@x", i);
}

static size_t model_of(const struct model *m, struct sw_raw name)
{
	size_t i = 0;

	while (i < NAMES && !raw_is(name, m->name[i]))
		i++;
	assert_true(i < NAMES);
	return i;
}

static void until_it_is_full_every_count_is_exact(void **state)
{
	static struct model m;
	struct topk *t = topk_of(NAMES, 16, sizeof(uint32_t));
	uint64_t seed = 42;
	size_t distinct = 0;

	(void)state;
	make_names(&m);
	for (int step = 0; step < 30000; step++) {
		size_t i = (size_t)(next_random(&seed) % NAMES);
		uint64_t n = next_random(&seed) % 5 + 1;
		struct topk_row *row;

		want_number(m.name[i], topk_find(t, raw_of(m.name[i])) != NULL, m.count[i] > 0);
		distinct += m.count[i] == 0;
		row = topk_count(t, raw_of(m.name[i]), n);
		m.count[i] += n;
		want_raw("name", row->name, m.name[i]);
		want_number(m.name[i], row->count, m.count[i]);
		want_number(m.name[i], row->error, 0);
		++*(uint32_t *)row->value;
		want_number("rows", topk_rows(t), distinct);
	}
	want_number("evicted", topk_evicted(t), 0);
	for (size_t i = 0; i < NAMES; i++)
		want_number(m.name[i], topk_find(t, raw_of(m.name[i]))->count, m.count[i]);
	topk_free(t);
}

/* What the paper promises, after every few counts: a table with m slots and N counts. */
static void want_bounds(struct topk *t, const struct model *m, size_t slots, uint64_t all)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < topk_rows(t); i++) {
		const struct topk_row *row = topk_row(t, i);
		uint64_t real = m->count[model_of(m, row->name)];

		if (row->count < real || row->count - row->error > real)
			fail_msg("%zu slots: got %llu with error %llu, want %llu", slots,
				 (unsigned long long)row->count, (unsigned long long)row->error,
				 (unsigned long long)real);
		want_number("error is at most N/m", row->error <= all / slots, true);
		want_number("the index finds it", topk_find(t, row->name) == row, true);
		sum += row->count;
	}
	want_number("nothing is lost", sum, all);
	for (size_t i = 0; i < NAMES; i++)
		if (m->count[i] > all / slots && !topk_find(t, raw_of(m->name[i])))
			fail_msg("%zu slots: %s has %llu of %llu and is not in the table", slots,
				 m->name[i], (unsigned long long)m->count[i],
				 (unsigned long long)all);
}

static void a_full_table_keeps_the_promises_of_space_saving(void **state)
{
	static const size_t slots[] = { 1, 2, 3, 7, 64, 100, 500 };
	static struct model m;

	(void)state;
	for (size_t s = 0; s < SW_COUNT(slots); s++) {
		struct topk *t = topk_of(slots[s], 16, 8);
		uint64_t seed = 7;
		uint64_t all = 0;

		make_names(&m);
		for (int step = 0; step < 20000; step++) {
			/* few with many, many with few */
			uint64_t r = next_random(&seed) % NAMES;
			size_t i = (size_t)(r * (next_random(&seed) % NAMES) / NAMES);
			uint64_t n = step % 97 ? 1 : 5;

			topk_count(t, raw_of(m.name[i]), n);
			m.count[i] += n;
			all += n;
			if (step % 997 == 0)
				want_bounds(t, &m, slots[s], all);
		}
		want_bounds(t, &m, slots[s], all);
		want_number("full", topk_rows(t), slots[s]);
		want_number("evicted", topk_evicted(t) > 0, true);
		topk_free(t);
	}
}

static void a_heavy_hitter_is_exact_among_a_million_invented_names(void **state)
{
	enum { INVENTED = 1000000, EVERY = 100 };
	struct topk *t = topk_of(4096, 320, 256);
	struct sw_raw victim = raw_of("email@ourdomain.com");
	uint64_t sent = 0;
	struct topk_row *row;

	(void)state;
	for (unsigned i = 0; i < INVENTED; i++) {
		char name[16];

		if (i % EVERY == 0) {
			topk_count(t, victim, 1);
			sent++;
		}
		snprintf(name, sizeof(name), "%08x", i);
		topk_count(t, raw_of(name), 1);
	}
	row = topk_find(t, victim);
	want_number("is there", row != NULL, true);
	want_number("count", row->count, sent);
	want_number("error", row->error, 0);
	want_number("rows", topk_rows(t), 4096);
	want_number("evicted", topk_evicted(t), INVENTED + 1 - 4096);
	for (size_t i = 0; i < topk_rows(t); i++)
		want_number("the busiest", topk_row(t, i)->count <= sent, true);
	topk_free(t);
}

static void an_id_is_never_given_twice(void **state)
{
	enum { COUNTS = 5000 };
	static bool given[COUNTS];
	struct topk *t = topk_of(8, 16, 4);

	(void)state;
	memset(given, 0, sizeof(given));
	for (unsigned i = 0; i < COUNTS; i++) {
		char name[16];
		struct topk_row *row;

		snprintf(name, sizeof(name), "%u", i % 1000); /* they all come back */
		row = topk_count(t, raw_of(name), 1);
		want_number("in range", row->id < COUNTS, true);
		if (*(uint32_t *)row->value == 0)
			want_number("new", given[row->id], false);
		given[row->id] = true;
		*(uint32_t *)row->value = 1;
	}
	topk_free(t);
}

static void a_row_that_takes_a_place_begins_with_nothing(void **state)
{
	struct topk *t = topk_of(1, 8, 16);
	struct topk_row *row = topk_count(t, raw_of("first"), 5);
	uint32_t id = row->id;

	(void)state;
	memset(row->value, 0xff, 16);
	row = topk_count(t, raw_of("second"), 2);
	want_raw("name", row->name, "second");
	want_number("count", row->count, 7);
	want_number("error", row->error, 5);
	want_number("id", row->id != id, true);
	for (int i = 0; i < 16; i++)
		want_number("value", ((const char *)row->value)[i], 0);
	want_number("the first is gone", topk_find(t, raw_of("first")) == NULL, true);
	topk_free(t);
}

static void names_that_differ_only_behind_what_is_kept_stay_apart(void **state)
{
	enum { ALIKE = 300 };
	struct topk *t = topk_of(ALIKE, 8, 0);
	char name[16];

	(void)state;
	for (unsigned i = 1; i <= ALIKE; i++) {
		snprintf(name, sizeof(name), "12345678%03u", i);
		topk_count(t, raw_of(name), i);
	}
	want_number("rows", topk_rows(t), ALIKE);
	for (unsigned i = 1; i <= ALIKE; i++) {
		const struct topk_row *row;

		snprintf(name, sizeof(name), "12345678%03u", i);
		row = topk_find(t, raw_of(name));
		want_number(name, row->count, i);
		want_raw(name, row->name, "12345678");
		want_number(name, row->name_whole, 11);
	}
	want_number("what is kept is another name", topk_find(t, raw_of("12345678")) == NULL, true);
	topk_free(t);
}

static void any_bytes_are_a_name(void **state)
{
	struct topk *t = topk_of(600, 4, 0);
	char name[2];

	(void)state;
	topk_count(t, raw_from(NULL, 0), 3);
	want_number("nothing", topk_find(t, raw_of(""))->count, 3);
	for (int c = 0; c < 256; c++) {
		name[0] = (char)c;
		name[1] = '\0';
		topk_count(t, raw_from(name, 1), 1);
		topk_count(t, raw_from(name, 2), 2);
	}
	want_number("rows", topk_rows(t), 1 + 2 * 256);
	want_number("a\\0", topk_find(t, raw_from("a\0", 2))->count, 2);
	topk_free(t);
}

static void the_name_is_the_table_s_own(void **state)
{
	struct topk *t = topk_of(4, 8, 0);
	char name[] = "abc";
	struct topk_row *row = topk_count(t, raw_of(name), 1);

	(void)state;
	name[0] = 'x';
	want_raw("kept", row->name, "abc");
	want_number("found", topk_find(t, raw_of("abc")) == row, true);
	want_number("not found", topk_find(t, raw_of("xbc")) == NULL, true);
	topk_free(t);
	topk_free(NULL);
}

/* Names and values of any length lie beside one another, none in another's bytes. */
static void no_name_and_no_value_lies_in_another(void **state)
{
	enum { SLOTS = 3, MOST = 20 };

	(void)state;
	for (size_t name = 1; name <= MOST; name++)
		for (size_t value = 1; value <= MOST; value++) {
			struct topk *t;
			struct sw_fault why = { 0 };
			char text[MOST];

			assert_int_equal(
				topk_new(SLOTS, name, value, (struct hash_key){ 1, 2 }, &t, &why),
				0);
			for (int i = 0; i < SLOTS; i++) {
				struct topk_row *r;

				memset(text, 'a' + i, name);
				r = topk_append(t, raw_from(text, name));
				assert_non_null(r);
				memset(r->value, 'A' + i, value);
				want_number("begins where any type may", (uintptr_t)r->value % 8,
					    0);
			}
			assert_null(topk_append(t, raw_of("more")));
			for (int i = 0; i < SLOTS; i++) {
				const struct topk_row *r = topk_row(t, (size_t)i);
				const char *got = r->value;

				memset(text, 'a' + i, name);
				want_number("a name", raw_same(r->name, raw_from(text, name)),
					    true);
				for (size_t k = 0; k < value; k++)
					want_number("a value", got[k], 'A' + i);
			}
			topk_free(t);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_name_and_no_value_lies_in_another),
		cmocka_unit_test(until_it_is_full_every_count_is_exact),
		cmocka_unit_test(a_full_table_keeps_the_promises_of_space_saving),
		cmocka_unit_test(a_heavy_hitter_is_exact_among_a_million_invented_names),
		cmocka_unit_test(an_id_is_never_given_twice),
		cmocka_unit_test(a_row_that_takes_a_place_begins_with_nothing),
		cmocka_unit_test(names_that_differ_only_behind_what_is_kept_stay_apart),
		cmocka_unit_test(any_bytes_are_a_name),
		cmocka_unit_test(the_name_is_the_table_s_own),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
