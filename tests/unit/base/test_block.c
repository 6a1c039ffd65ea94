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
	want_number("the room is enough", b.used <= b.size, true);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t bytes = rows[i].n * rows[i].size;

		want_number("aligned", (uintptr_t)array[i] % 64, 0);
		for (size_t k = 0; k < bytes; k++)
			want_number("zero", array[i][k], 0);
		memset(array[i], 1, bytes);
		want_number("behind its end", is_guarded(array[i] + bytes), 1);
		if (i > 0)
			want_number("apart", array[i] - array[i - 1] >= 64, true);
	}
	block_free(&b);
	block_free(&b); /* again is fine */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_are_apart_and_end_where_they_end),
	};

	return cmocka_run_group_tests_name("block", tests, NULL, NULL);
}
