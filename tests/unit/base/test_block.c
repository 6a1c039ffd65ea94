/* Arrays in one piece of memory: apart, aligned, zeros, and guarded where overflows are sought. */
#include "base/block.h"
#include "test.h"

#if defined(__SANITIZE_ADDRESS__)
#define GUARDED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDED 1
#endif
#endif

#ifdef GUARDED
#include <sanitizer/asan_interface.h>
#define is_guarded(p) __asan_address_is_poisoned(p)
#else
#define is_guarded(p) ((void)(p), 1)
#endif

static void arrays_are_apart_and_end_where_they_end(void **state)
{
	static const struct {
		size_t n, size;
	} rows[] = { { 1, 1 }, { 3, 40 }, { 64, 1 }, { 65, 1 }, { 1000, 400 }, { 7, 8 }, { 1, 0 } };
	struct block b;
	char *array[SW_COUNT(rows)];
	size_t room = 0;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		room += block_room(rows[i].n, rows[i].size);
	want_number("memory", block_new(&b, room), true);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		array[i] = block_take(&b, rows[i].n, rows[i].size);
	want_number("the room is enough", b.used <= b.end && b.end <= b.size, true);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t bytes = rows[i].n * rows[i].size;

		want_number("aligned", (uintptr_t)array[i] % 64, 0);
		for (size_t k = 0; k < bytes; k++)
			want_number("zero", array[i][k], 0);
		memset(array[i], 1, bytes);
		want_number("behind its end", is_guarded(array[i] + bytes), 1);
		for (size_t k = 0; k < i; k++)
			want_number("apart",
				    array[i] >= array[k] + rows[k].n * rows[k].size + 64 ||
					    array[k] >= array[i] + bytes + 64,
				    true);
	}
	block_free(&b);
	block_free(&b); /* again is fine */
}

static void one_array_fills_its_block(void **state)
{
	struct block b;
	char *array = block_one(&b, 5000);

	(void)state;
	want_number("aligned", (uintptr_t)array % 64, 0);
	for (size_t k = 0; k < 5000; k++)
		want_number("zero", array[k], 0);
	want_number("behind its end", is_guarded(array + 5000), 1);
	want_number("in its block", array + 5000 <= b.memory + b.size, true);
	block_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_array_fills_its_block),
		cmocka_unit_test(arrays_are_apart_and_end_where_they_end),
	};

	return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
