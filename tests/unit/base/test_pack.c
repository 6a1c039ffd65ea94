#include <stdlib.h>

#include "base/pack.h"
#include "test.h"

static void a_number_comes_back_in_as_few_bytes_as_it_has(void **state)
{
	static const struct {
		uint64_t number;
		size_t bytes;
	} rows[] = {
		{ 0, 1 },	    { 127, 1 },	       { 128, 2 },	 { 16383, 2 },
		{ 16384, 3 },	    { UINT32_MAX, 5 }, { INT64_MAX, 9 }, { (uint64_t)1 << 63, 10 },
		{ UINT64_MAX, 10 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct pack to = { .most = 100 };
		struct sw_raw from;
		char what[32];

		snprintf(what, sizeof(what), "%llu", (unsigned long long)rows[i].number);
		pack_number(&to, rows[i].number);
		from = raw_from(to.p, to.n);
		want_number(what, to.n, rows[i].bytes);
		want_number(what, pack_take_number(&from, UINT64_MAX), rows[i].number);
		want_number(what, pack_is_bad(from), 0);
		want_number(what, from.n, 0);
		from = raw_from(to.p, to.n);
		if (rows[i].number > 0) {
			want_number("above what it may be",
				    pack_take_number(&from, rows[i].number - 1), 0);
			want_number("above what it may be", pack_is_bad(from), 1);
		}
		free(to.p);
	}
}

static void a_time_comes_back_of_either_sign(void **state)
{
	static const int64_t rows[] = { 0, 1, -1, -13, 1795431330, -1795431330, (int64_t)1 << 40 };
	struct pack to = { .most = 1000 };
	struct sw_raw from;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		pack_time(&to, rows[i]);
	from = raw_from(to.p, to.n);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number("time", pack_take_time(&from), rows[i]);
	want_number("all of them", from.n, 0);
	to.n = 0;
	pack_time(&to, INT64_MIN);
	from = raw_from(to.p, to.n);
	want_number("no time", pack_take_time(&from), 0);
	want_number("no time", pack_is_bad(from), 1);
	free(to.p);
}

static void what_can_not_have_been_written_is_bad(void **state)
{
	static const struct {
		const char *what;
		struct sw_raw bytes;
		bool label;
	} rows[] = {
		{ "nothing", { "", 0 }, false },
		{ "a number that breaks off", { "\x80", 1 }, false },
		{ "a number of 65 bits",
		  { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },
		  false },
		{ "a number of 11 bytes",
		  { "\x81\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01", 11 },
		  false },
		{ "a number with a needless byte", { "\x81\x00", 2 }, false },
		{ "a label that breaks off", { "\5abc", 4 }, true },
		{ "a label with a newline", { "\3a\nc\3\0", 6 }, true },
		{ "a label with a NUL", { "\3a\0c\3\0", 6 }, true },
		{ "a label for a shell", { "\3`a`\3\0", 6 }, true },
		{ "a label that ends beyond its text", { "\3abc\4\0", 6 }, true },
		{ "a label that is cut twice", { "\3abc\3\2", 6 }, true },
		{ "a label of 351 bytes", { "\xdf\2", 2 }, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw from = rows[i].bytes;
		struct sw_label label = label_new();
		uint64_t number = 0;

		if (rows[i].label)
			pack_take_label(&from, &label);
		else
			number = pack_take_number(&from, UINT64_MAX);
		want_number(rows[i].what, pack_is_bad(from), 1);
		want_number(rows[i].what, number, 0);
		want_number("what follows", pack_take_number(&from, UINT64_MAX), 0);
		want_number("what follows", pack_take_bytes(&from, 10).n, 0);
		pack_take_label(&from, &label);
		want_text("what follows", label.s, "");
	}
}

static void labels_come_back_and_go_on_as_they_would(void **state)
{
	static const char *const rows[] = { "", "alice@example.com", "a\nb`c`%41%4",
					    "\xc3\xa4\xff%" };
	char long_one[600];

	(void)state;
	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	for (size_t length = 340; length < 360; length++)
		for (size_t i = 0; i <= SW_COUNT(rows); i++) {
			const char *text = i < SW_COUNT(rows)
						   ? rows[i]
						   : long_one + sizeof(long_one) - 1 - length;
			struct sw_label before = sw_label_from(raw_of(text));
			struct pack to = { .most = 1000 };
			struct sw_label after;
			struct sw_raw from;

			pack_label(&to, &before);
			from = raw_from(to.p, to.n);
			pack_take_label(&from, &after);
			want_text("label", after.s, before.s);
			sw_label_print(&before, "and more of it");
			sw_label_print(&after, "and more of it");
			want_text("what is added", after.s, before.s);
			want_number("cut", after.cut, before.cut);
			want_number("bad", pack_is_bad(from), 0);
			free(to.p);
		}
}

/* Bytes of n that follow from it. */
static struct sw_raw piece_of(size_t i, char *buf)
{
	size_t n = i * i % 700;

	for (size_t k = 0; k < n; k++)
		buf[k] = (char)(i * 7 + k * 13 + k / 256);
	return raw_from(buf, n);
}

static void what_fills_its_room_many_times_comes_back_whole(void **state)
{
	enum { PIECES = 300 };
	struct pack to = { .most = 1 << 20 };
	struct sw_raw from;
	char buf[700];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		pack_bytes(&to, piece_of(i, buf));
		pack_number(&to, i << (i % 57));
	}
	want_number("failed", to.failed, false);
	from = raw_from(to.p, to.n);
	for (size_t i = 0; i < PIECES; i++) {
		struct sw_raw want = piece_of(i, buf);

		if (!raw_same(pack_take_bytes(&from, sizeof(buf)), want))
			fail_msg("piece %zu is another", i);
		want_number("number", pack_take_number(&from, UINT64_MAX), i << (i % 57));
	}
	want_number("left", from.n, 0);
	free(to.p);
}

/* Around the first room and its doubles: a byte less, to the byte, a byte more. */
static void a_piece_of_any_length_fits(void **state)
{
	static const size_t rooms[] = { 4096, 8192, 16384 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rooms); i++)
		for (size_t n = rooms[i] - 3; n <= rooms[i] + 1; n++) {
			struct pack to = { .most = 1 << 20 };
			char *bytes = malloc(n);

			memset(bytes, 'x', n);
			pack_number(&to, 5);
			pack_bytes(&to, raw_from(bytes, n));
			pack_number(&to, 6);
			want_number("bytes", to.n, n + (n < 16384 ? 4U : 5U));
			want_number("the last", to.p[to.n - 1], 6);
			free(bytes);
			free(to.p);
		}
}

static void more_than_there_is_room_for_fails_and_what_fits_to_the_byte_does_not(void **state)
{
	char bytes[300] = "";

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		struct pack to = { .most = 200 };

		pack_bytes(&to, raw_from(bytes, n));
		want_number("failed", to.failed, n + (n > 127 ? 2 : 1) > 200);
		pack_number(&to, 1);
		want_number("failed once more", to.failed, n + (n > 127 ? 3 : 2) > 200);
		free(to.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_comes_back_in_as_few_bytes_as_it_has),
		cmocka_unit_test(a_time_comes_back_of_either_sign),
		cmocka_unit_test(what_can_not_have_been_written_is_bad),
		cmocka_unit_test(labels_come_back_and_go_on_as_they_would),
		cmocka_unit_test(what_fills_its_room_many_times_comes_back_whole),
		cmocka_unit_test(a_piece_of_any_length_fits),
		cmocka_unit_test(
			more_than_there_is_room_for_fails_and_what_fits_to_the_byte_does_not),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
