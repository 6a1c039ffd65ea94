/* A block without its zeros, and what comes back of it. */
#include <stdlib.h>

#include "base/sparse.h"
#include "test.h"

enum { SIZE = 5000 };

static uint32_t next(uint32_t *x)
{
	*x = *x * 1664525 + 1013904223;
	return *x >> 8;
}

/* Pieces of a few lengths with gaps of a few lengths. */
static void fill(char *block, size_t size, uint32_t seed)
{
	static const size_t lengths[] = { 1, 2, 8, 63, 64, 65, 66, 255, 256, 257, 700 };
	uint32_t x = seed;
	bool zeros = seed & 1;

	memset(block, 0, size);
	for (size_t at = 0; at < size; zeros = !zeros) {
		size_t n = lengths[next(&x) % SW_COUNT(lengths)];

		for (; n > 0 && at < size; n--, at++)
			block[at] = zeros ? 0 : (char)(1 + next(&x) % 255);
	}
}

static void what_is_stored_comes_back(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 3000; seed++) {
		size_t size = seed % 7 == 0 ? seed % 300 : SIZE;
		char *stored = malloc(sparse_room(size)); /* not a byte more */
		char block[SIZE];
		char back[SIZE] = { 0 };
		size_t n;

		fill(block, size, seed);
		n = sparse_to(block, size, stored);
		want_number("fits", n <= sparse_room(size), true);
		want_number("is read", sparse_from(raw_from(stored, n), back, size), true);
		want_number("the same", memcmp(back, block, size), 0);
		memset(back, 0, sizeof(back));
		sparse_copy(block, back, size);
		want_number("copied", memcmp(back, block, size), 0);
		free(stored);
	}
}

static void zeros_take_no_room(void **state)
{
	static const struct {
		const char *what;
		size_t at[3]; /* bytes that are not zero, with 1 added; 0: none */
		size_t want;
	} rows[] = {
		{ "nothing", { 0 }, 0 },
		{ "the first byte", { 1 }, 9 },
		{ "the last byte", { SIZE }, 9 },
		{ "two that lie near", { 100, 164 }, 8 + 65 },
		{ "63 zeros between", { 100, 164, 4000 }, 8 + 65 + 9 },
		{ "64 zeros between", { 100, 165, 4000 }, 27 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char block[SIZE] = { 0 };
		char stored[SIZE + 8];

		for (size_t k = 0; k < 3 && rows[i].at[k]; k++)
			block[rows[i].at[k] - 1] = 7;
		want_number(rows[i].what, sparse_to(block, SIZE, stored), (int64_t)rows[i].want);
	}
}

/* Cut anywhere, or any bytes: nothing outside the block is touched, and a refused one is zeros. */
static void any_bytes_are_pieces(void **state)
{
	char *block = calloc(1, SIZE);
	char stored[SIZE + 8];
	char from[SIZE];
	uint32_t x = 1;
	size_t n;

	(void)state;
	assert_non_null(block);
	fill(from, SIZE, 4);
	n = sparse_to(from, SIZE, stored);
	for (size_t cut = 0; cut < n; cut++)
		if (sparse_from(raw_from(stored, cut), block, SIZE))
			memset(block, 0, SIZE);
		else
			want_number("cut", block[0] || memcmp(block, block + 1, SIZE - 1) != 0,
				    false);
	for (int i = 0; i < 20000; i++) {
		static const uint32_t odd[] = { 0, 1, SIZE - 1, SIZE, SIZE + 1, UINT32_MAX };
		uint32_t head[2] = { odd[next(&x) % 6], odd[next(&x) % 6] };
		size_t length = next(&x) % 40;

		for (size_t k = 0; k < sizeof(stored); k++)
			stored[k] = 1;
		memcpy(stored, head, sizeof(head));
		(void)!sparse_from(raw_from(stored, length), block, SIZE);
		memset(block, 0, SIZE);
	}
	want_number("a byte is no piece", sparse_from(raw_from("x", 1), block, SIZE), false);
	want_number("one that ends with the block",
		    sparse_from(raw_from((char *)(uint32_t[]){ SIZE, 0 }, 8), block, SIZE), true);
	want_number("one that begins behind it",
		    sparse_from(raw_from((char *)(uint32_t[]){ SIZE + 1, 0 }, 8), block, SIZE),
		    false);
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_stored_comes_back),
		cmocka_unit_test(zeros_take_no_room),
		cmocka_unit_test(any_bytes_are_pieces),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
