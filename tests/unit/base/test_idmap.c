#include "base/idmap.h"
#include "test.h"

static struct idmap *idmap_of(size_t entries)
{
	struct idmap *r;
	struct sw_fault why = { 0 };

	assert_int_equal(idmap_new(entries, (struct hash_key){ 1, 2 }, &r, &why), 0);
	return r;
}

static struct sw_raw id_of(unsigned i)
{
	static char id[16];

	return raw_from(id, (size_t)snprintf(id, sizeof(id), "%08XA66", i * 2654435761u));
}

static void put(struct idmap *r, unsigned id, uint32_t row)
{
	idmap_put(r, id_of(id),
		  (struct idmap_value){ .row = row, .id = row + 1, .flags = row + 2 });
}

static int64_t row_of(struct idmap *r, unsigned id)
{
	struct idmap_value *v = idmap_get(r, id_of(id));

	return v ? (int64_t)v->row : -1;
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
	static const char *const strangers[] = { "", "00000000A6", "00000000A667", "00000000a66" };
	struct idmap *r = idmap_of(4096);

	(void)state;
	want_number("in an empty map", row_of(r, 0), -1);
	for (unsigned i = 0; i < 1000; i++)
		put(r, i, i);
	for (unsigned i = 0; i < 1000; i++) {
		struct idmap_value *v = idmap_get(r, id_of(i));

		assert_non_null(v);
		want_number("row", v->row, i);
		want_number("id", v->id, i + 1);
		want_number("flags", v->flags, i + 2);
	}
	want_number("never put", row_of(r, 1000), -1);
	for (size_t i = 0; i < SW_COUNT(strangers); i++)
		if (idmap_get(r, raw_of(strangers[i])))
			fail_msg("%s: got a value, want none", strangers[i]);
	idmap_free(r);
}

static void a_name_put_again_has_the_new_value(void **state)
{
	struct idmap *r = idmap_of(8);

	(void)state;
	for (unsigned round = 0; round < 100; round++)
		for (unsigned i = 0; i < 8; i++) {
			put(r, i, 100 * round + i);
			want_number("at once", row_of(r, i), 100 * round + i);
		}
	for (unsigned i = 0; i < 8; i++) /* no name has two places */
		want_number("after a hundred times", row_of(r, i), 9900 + i);
	idmap_free(r);
}

static void a_value_can_be_changed_where_it_is(void **state)
{
	struct idmap *r = idmap_of(8);

	(void)state;
	put(r, 1, 10);
	idmap_get(r, id_of(1))->flags = 99;
	put(r, 2, 20);
	want_number("flags", idmap_get(r, id_of(1))->flags, 99);
	want_number("row", row_of(r, 1), 10);
	idmap_free(r);
}

static void the_name_put_longest_ago_is_forgotten(void **state)
{
	struct idmap *r = idmap_of(8);

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		put(r, i, i);
	put(r, 0, 0); /* makes 1 the oldest; a look does not */
	want_number("a look", row_of(r, 1), 1);
	put(r, 8, 8);
	want_number("the oldest", row_of(r, 1), -1);
	want_number("put again", row_of(r, 0), 0);
	want_number("the newest", row_of(r, 8), 8);
	for (unsigned i = 2; i < 8; i++)
		want_number("the others", row_of(r, i), i);
	for (unsigned i = 100; i < 108; i++)
		put(r, i, i);
	for (unsigned i = 0; i < 9; i++)
		want_number("all of before", row_of(r, i), -1);
	idmap_free(r);
}

static void a_large_map_keeps_the_last_half_of_its_places_whatever_comes(void **state)
{
	enum { PLACES = 4096, ALL = 100000 };
	struct idmap *r = idmap_of(PLACES);
	unsigned missing = 0;

	(void)state;
	for (unsigned i = 0; i < ALL; i++)
		put(r, i, i);
	for (unsigned i = ALL - PLACES / 2; i < ALL; i++) {
		int64_t row = row_of(r, i);

		if (row >= 0)
			want_number("row", row, i);
		missing += row < 0;
	}
	if (missing > PLACES / 2 / 20) /* hashing is uneven: about 2 % */
		fail_msg("of the last %d names: got %u forgotten, want at most 5 %%", PLACES / 2,
			 missing);
	idmap_free(r);
}

/* What is told of a name in two maps changes what neither holds. */
static void what_is_expected_is_found_as_before(void **state)
{
	static const struct hash_key keys[] = { { 1, 2 }, { 1, 3 } };

	(void)state;
	for (size_t k = 0; k < SW_COUNT(keys); k++) {
		struct idmap *r = idmap_of(4096);
		struct idmap *other;
		struct sw_fault why = { 0 };

		assert_int_equal(idmap_new(4096, keys[k], &other, &why), 0);
		for (unsigned i = 0; i < 500; i++) {
			idmap_expect(other, id_of(i));
			idmap_expect_too(r, other, id_of(i % 3 ? i : i + 1)); /* now and then another */
			put(r, i, i);
			put(other, i, i + 7);
		}
		for (unsigned i = 0; i < 500; i++)
			want_number("not expected now", row_of(r, i), i);
		for (unsigned i = 0; i < 500; i++) {
			idmap_expect(other, id_of(i));
			idmap_expect_too(r, other, id_of(i % 3 ? i : i + 1));
			want_number("in the one", row_of(r, i), i);
			want_number("in the other", row_of(other, i), i + 7);
		}
		idmap_free(r);
		idmap_free(other);
	}
}

static void any_number_of_places_is_possible(void **state)
{
	static const size_t entries[] = { 1, 7, 9, 100, 65536, 1 << 20 };

	(void)state;
	idmap_free(NULL);
	for (size_t i = 0; i < SW_COUNT(entries); i++) {
		struct idmap *r = idmap_of(entries[i]);

		put(r, 1, 5);
		want_number("one name", row_of(r, 1), 5);
		idmap_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found_and_nothing_else),
		cmocka_unit_test(a_name_put_again_has_the_new_value),
		cmocka_unit_test(a_value_can_be_changed_where_it_is),
		cmocka_unit_test(the_name_put_longest_ago_is_forgotten),
		cmocka_unit_test(a_large_map_keeps_the_last_half_of_its_places_whatever_comes),
		cmocka_unit_test(what_is_expected_is_found_as_before),
		cmocka_unit_test(any_number_of_places_is_possible),
	};

	return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
