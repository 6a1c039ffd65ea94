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

/* The same pieces, byte by byte: one ends where the block does, or 64 zeros follow. */
static size_t slow_to(const char *block, size_t size, char *ret)
{
	size_t n = 0;

	for (size_t at = 0; at < size; at++) {
		uint32_t head[2] = { (uint32_t)at, 0 };
		size_t zeros = 0;
		size_t end = at;

		if (!block[at])
			continue;
		for (size_t i = at; i < size && zeros < 64; i++) {
			zeros = block[i] ? 0 : zeros + 1;
			end = block[i] ? i + 1 : end;
		}
		head[1] = (uint32_t)(end - at);
		memcpy(ret + n, head, 8);
		memcpy(ret + n + 8, block + at, end - at);
		n += 8 + end - at;
		at = end;
	}
	return n;
}

static void what_is_stored_comes_back(void **state)
{
	(void)state;
	for (uint32_t seed = 0; seed < 3000; seed++) {
		size_t size = seed % 7 == 0 ? seed % 300 : SIZE;
		char *stored = malloc(sparse_room(size)); /* not a byte more */
		char want[SIZE + 8];
		char *block = malloc(size);
		char *back = calloc(1, size);
		size_t n;

		assert_true(stored && ((block && back) || size == 0));
		fill(block, size, seed);
		n = sparse_to(block, size, stored);
		want_number("fits", n <= sparse_room(size), true);
		want_number("length", n, slow_to(block, size, want));
		want_number("pieces", memcmp(stored, want, n), 0);
		want_number("is read", sparse_from(raw_from(stored, n), back, size), true);
		want_number("the same", memcmp(back, block, size), 0);
		memset(back, 0, size);
		sparse_copy(block, back, size);
		want_number("copied", memcmp(back, block, size), 0);
		free(stored);
		free(block);
		free(back);
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

static bool slow_from(const char *p, size_t n, char *block)
{
	bool fine = true;

	while (n > 0 && fine) {
		uint32_t head[2] = { 0, 0 };

		memcpy(head, p, n < 8 ? n : 8);
		fine = n >= 8 && head[1] <= n - 8 && (uint64_t)head[0] + head[1] <= SIZE;
		for (size_t i = 0; fine && i < head[1]; i++)
			block[head[0] + i] = p[8 + i];
		if (fine) {
			p += 8 + head[1];
			n -= 8 + head[1];
		}
	}
	if (!fine)
		memset(block, 0, SIZE);
	return fine;
}

/* One to three pieces that lie in the block, end with it or do not, or are cut. */
static void odd_pieces_are_read_as_the_slow_reader_does(void **state)
{
	char *block = calloc(1, SIZE);
	char *want = calloc(1, SIZE);
	uint32_t x = 7;

	(void)state;
	assert_true(block && want);
	for (int turn = 0; turn < 6000; turn++) {
		char all[200];
		size_t n = 0;
		char *pieces;
		bool fine;

		for (size_t left = 1 + next(&x) % 3; left > 0; left--) {
			static const uint32_t places[] = { 0,	     1,	   30,	     SIZE - 20,
							   SIZE - 1, SIZE, SIZE + 1, UINT32_MAX };
			uint32_t length = next(&x) % 22;
			uint32_t head[2] = { places[next(&x) % 8 ? next(&x) % 4 : next(&x) % 8],
					     length };

			if (next(&x) % 16 == 0)
				head[1] += next(&x) % 2 ? 1 : UINT32_MAX;
			memcpy(all + n, head, 8);
			for (size_t i = 0; i < length; i++)
				all[n + 8 + i] = (char)(1 + next(&x) % 255);
			n += 8 + length;
		}
		if (next(&x) % 8 == 0)
			n -= next(&x) % 9;
		pieces = malloc(n); /* not a byte more */
		assert_non_null(pieces);
		memcpy(pieces, all, n);
		memset(block, 0, SIZE);
		memset(want, 0, SIZE);
		fine = slow_from(pieces, n, want);
		want_number("legal", sparse_from(raw_from(pieces, n), block, SIZE), fine);
		want_number("the block", memcmp(block, want, SIZE), 0);
		free(pieces);
	}
	free(block);
	free(want);
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

static void one_piece_is_borrowed_as_it_is(void **state)
{
	static const struct {
		const char *what;
		uint32_t at, n;
		size_t length; /* of all, the head with it */
		bool want;
	} rows[] = {
		{ "all of the block", 0, 16, 24, true },
		{ "less than the block", 0, 15, 23, true },
		{ "a byte more than the block", 0, 17, 25, false },
		{ "not from the beginning", 1, 15, 23, false },
		{ "something behind it", 0, 14, 23, false },
		{ "cut", 0, 16, 23, false },
		{ "of no bytes", 0, 0, 8, true },
		{ "half a head", 0, 0, 7, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *stored = calloc(1, rows[i].length);
		const uint32_t head[2] = { rows[i].at, rows[i].n };
		struct sw_raw got = raw_of("as it was");

		assert_non_null(stored);
		memcpy(stored, head, rows[i].length < 8 ? rows[i].length : 8);
		want_number(rows[i].what, sparse_is_one(raw_from(stored, rows[i].length), 16, &got),
			    rows[i].want);
		if (rows[i].want) {
			want_number(rows[i].what, got.n, rows[i].n);
			want_number(rows[i].what, got.p == stored + 8, true);
		} else {
			want_raw(rows[i].what, got, "as it was");
		}
		free(stored);
	}
}

static void a_head_makes_bytes_a_piece(void **state)
{
	char stored[SPARSE_HEAD + 3] = "........abc";
	char block[3] = { 0 };
	struct sw_raw got;

	(void)state;
	sparse_head(3, stored);
	want_number("one", sparse_is_one(raw_from(stored, sizeof(stored)), 3, &got), true);
	want_number("is read", sparse_from(raw_from(stored, sizeof(stored)), block, 3), true);
	assert_memory_equal(block, "abc", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_stored_comes_back),
		cmocka_unit_test(zeros_take_no_room),
		cmocka_unit_test(odd_pieces_are_read_as_the_slow_reader_does),
		cmocka_unit_test(any_bytes_are_pieces),
		cmocka_unit_test(one_piece_is_borrowed_as_it_is),
		cmocka_unit_test(a_head_makes_bytes_a_piece),
	};

	return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
