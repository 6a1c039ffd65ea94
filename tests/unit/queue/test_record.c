/*
 * test_record: the records of a queue file out of bounded memory, against a reader that has all of
 * the file at once; how the file is read; numbers.
 */
#include <errno.h>
#include <stdlib.h>

#include "queue/record.h"
#include "test.h"

enum { LARGEST = 60000, FILES = 400, STEPS = 60, SEED = 12 };

static char bytes[LARGEST];
static struct sw_queue_file_room room;

/* A file in memory that gives `step` bytes a read at most, fails from `broken` on, and says how it
 * was read. */
struct memory {
	size_t n;
	size_t step;
	int64_t broken;
	char asked[512];
};

static ssize_t memory_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	struct memory *m = ctx;
	size_t said = strlen(m->asked);

	if (ret >= room.head && ret < room.head + sizeof(room.head))
		assert_true(ret + n <= room.head + sizeof(room.head));
	else
		assert_true(ret >= room.more && ret + n <= room.more + sizeof(room.more));
	assert_true(offset >= 0 && n > 0);
	snprintf(m->asked + said, sizeof(m->asked) - said, "%lld+%zu ", (long long)offset, n);
	if (offset >= m->broken)
		return -EIO;
	if (offset >= (int64_t)m->n)
		return 0;
	if (n > m->n - (size_t)offset)
		n = m->n - (size_t)offset;
	if (n > m->step)
		n = m->step;
	memcpy(ret, bytes + offset, n);
	return (ssize_t)n;
}

static struct queue_records records_of(struct memory *m, int64_t size)
{
	room.head_n = room.more_n = room.kept_n = 0;
	room.more_at = 0;
	return (struct queue_records){
		.pread = memory_pread, .ctx = m, .room = &room, .size = size, .budget = 1 << 20
	};
}

static uint64_t drawn;

/* 0..below-1 */
static size_t draw(size_t below)
{
	drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (size_t)(drawn >> 33) % below;
}

/* Lengths around those where something changes. */
static size_t draw_length(void)
{
	static const size_t edge[] = { 0,    1,	   127,	 128,	4090,  4096,
				       8191, 8192, 8193, 16000, 16001, 16384 };

	return draw(3) ? draw(200) : edge[draw(SW_COUNT(edge))] + draw(2);
}

static size_t put_record(size_t at, size_t length)
{
	bytes[at++] = "ATpN\0"[draw(5)];
	do {
		bytes[at++] = (char)((length & 127) | (length > 127 ? 128 : 0));
		length >>= 7;
	} while (length > 0);
	return at;
}

static size_t make_file(void)
{
	size_t most = 30 + draw(draw(2) ? 400 : LARGEST - 30);
	size_t at = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 131 >> 3);
	while (at + 6 < most) {
		size_t length = draw_length();

		at = put_record(at, length);
		if (length < most - at)
			at += length;
		else
			break;
	}
	if (draw(4) == 0) /* a length that does not end */
		memset(bytes + draw(most - 8), 0x80 | (int)draw(128), 4 + draw(3));
	return draw(3) ? most : draw(most);
}

/* What queue_records knows, told by nothing but the format and the bounds. */
struct naive {
	size_t n;     /* bytes of the file */
	int64_t size; /* as it was told */
	int64_t at;
	int64_t budget;
	bool content;
	size_t kept;
	enum queue_record_end end;
};

static bool naive_stop(struct naive *o, enum queue_record_end end)
{
	if (end == QUEUE_RECORD_BAD || o->end == QUEUE_RECORD_FINE)
		o->end = end;
	return false;
}

static bool naive_next(struct naive *o, struct queue_record *ret)
{
	size_t at = (size_t)o->at;
	size_t from = at;
	size_t length = 0;
	int groups = 0;
	unsigned char c;

	if (o->at >= (int64_t)o->n)
		return naive_stop(o, QUEUE_RECORD_SHORT);
	ret->type = (unsigned char)bytes[at++];
	do {
		if (groups == 4)
			return naive_stop(o, QUEUE_RECORD_BAD);
		if (at >= o->n)
			return naive_stop(o, QUEUE_RECORD_SHORT);
		c = (unsigned char)bytes[at++];
		length += (size_t)(c % 128) << 7 * groups++;
	} while (c >= 128);
	ret->length = length;
	ret->data = (int64_t)at;
	if (length > QUEUE_RECORD_LONGEST && !o->content)
		return naive_stop(o, QUEUE_RECORD_BAD);
	o->at = (int64_t)(at + length);
	o->budget -= (int64_t)(at + length - from);
	if (o->at > o->size)
		return naive_stop(o, QUEUE_RECORD_SHORT);
	return o->budget >= 0 || naive_stop(o, QUEUE_RECORD_BAD);
}

static bool is_head(int64_t at, size_t n)
{
	return at + (int64_t)n <= SW_QUEUE_FILE_HEAD;
}

static bool naive_data(struct naive *o, const struct queue_record *r)
{
	if (r->length > SW_QUEUE_FILE_MORE && !is_head(r->data, r->length))
		return naive_stop(o, QUEUE_RECORD_BAD);
	return r->data + (int64_t)r->length <= (int64_t)o->n || naive_stop(o, QUEUE_RECORD_SHORT);
}

static bool naive_keep(struct naive *o, const struct queue_record *r)
{
	if (is_head(r->data, r->length))
		return true;
	if (o->kept + r->length > SW_QUEUE_FILE_KEPT)
		return naive_stop(o, QUEUE_RECORD_BAD);
	o->kept += r->length;
	return true;
}

static bool naive_jump(struct naive *o, int64_t target, int *jumps)
{
	if (target >= o->size)
		return naive_stop(o, QUEUE_RECORD_BAD);
	if (*jumps == 0)
		return naive_stop(o, QUEUE_RECORD_BAD);
	--*jumps;
	o->at = target;
	return true;
}

static void want_same(const char *what, const struct queue_records *got, const struct naive *want)
{
	want_number(what, got->at, want->at);
	want_number(what, got->budget, want->budget);
	want_number(what, got->end, want->end);
	want_number(what, got->error, 0);
}

/* What was kept, to be looked at when the file has been read. */
struct kept {
	struct sw_raw got;
	int64_t at;
};

static void look_at_data(const char *what, struct queue_records *q, struct naive *o,
			 const struct queue_record *r, struct kept *kept, size_t *kept_n)
{
	struct sw_raw b;
	bool has = naive_data(o, r);

	want_number(what, queue_record_data(q, r, &b), has);
	want_same(what, q, o);
	if (!has)
		return;
	want_number(what, b.n, r->length);
	want_number(what, memcmp(b.p, bytes + r->data, b.n), 0);
	if (draw(4))
		return;
	has = naive_keep(o, r);
	want_number(what, queue_record_keep(q, b, &b), has);
	want_same(what, q, o);
	if (has)
		kept[(*kept_n)++] = (struct kept){ b, r->data };
}

static void compare_file(int number)
{
	size_t n = make_file();
	struct memory m = { n, draw(2) ? LARGEST : 1 + draw(3000), INT64_MAX, "" };
	int64_t size = draw(2) ? (int64_t)n : INT64_MAX;
	struct queue_records q = records_of(&m, size);
	struct naive o = { n, size, 0, q.budget, draw(4) == 0, 0, QUEUE_RECORD_FINE };
	struct kept kept[STEPS];
	size_t kept_n = 0;
	int jumps = (int)draw(6);
	int naive_jumps = jumps;
	char what[64];

	q.content = o.content;
	if (draw(4) == 0)
		q.budget = o.budget = (int64_t)draw(n + 2);
	for (int step = 0; step < STEPS; step++) {
		struct queue_record got;
		struct queue_record want;
		bool is_there = naive_next(&o, &want);

		snprintf(what, sizeof(what), "file %d, step %d", number, step);
		m.asked[0] = '\0';
		want_number(what, queue_record_next(&q, &got), is_there);
		want_same(what, &q, &o);
		if (is_there) {
			want_number(what, got.type, want.type);
			want_number(what, got.length, want.length);
			want_number(what, got.data, want.data);
			if (draw(2))
				look_at_data(what, &q, &o, &got, kept, &kept_n);
		}
		if (!is_there || draw(10) == 0) {
			int64_t to = (int64_t)draw(n + 2);
			bool goes_on = naive_jump(&o, to, &naive_jumps);

			want_number(what, queue_record_jump(&q, to, &jumps), goes_on);
			want_same(what, &q, &o);
			if (!goes_on)
				break;
		}
	}
	for (size_t i = 0; i < kept_n; i++)
		want_number(what, memcmp(kept[i].got.p, bytes + kept[i].at, kept[i].got.n), 0);
	want_number(what, room.kept_n, o.kept);
}

static void records_are_those_of_a_reader_that_has_the_whole_file(void **state)
{
	(void)state;
	drawn = SEED;
	for (int i = 0; i < FILES; i++)
		compare_file(i);
}

static void a_file_is_read_in_two_steps_then_by_a_window(void **state)
{
	static const struct {
		const char *what;
		int64_t at;
		size_t n;
		bool is_there;
		const char *asked;
	} rows[] = {
		{ "the first bytes", 0, 10, true, "0+4096 " },
		{ "the last of them", 4090, 6, true, "" },
		{ "one more", 4090, 7, true, "4096+12288 " },
		{ "the last of the head", 16380, 4, true, "" },
		{ "one more", 16380, 5, true, "16380+8192 " },
		{ "all of the window", 16380, 8192, true, "" },
		{ "up to its end", 16385, 8187, true, "" },
		{ "one more", 16385, 8188, true, "16385+8192 " },
		{ "one before it", 16384, 1, true, "16384+8192 " },
		{ "its last byte", 24575, 1, true, "" },
		{ "the one behind it", 24576, 1, true, "24576+8192 " },
		{ "in the head again", 100, 16000, true, "" },
		{ "the window is still there", 24577, 8000, true, "" },
		{ "the end of the file", 59990, 10, true, "59990+8192 " },
		{ "its last byte", 59999, 1, true, "" },
		{ "one behind the end", 59999, 2, false, "" },
		{ "nothing is behind it", 60000, 1, false, "" },
		{ "nothing is nothing there", 60000, 0, true, "" },
		{ "the head whole", 0, 16384, true, "" },
		{ "longer than the head", 0, 16385, false, "" },
		{ "longer than the window", 8193, 8192, true, "8193+8192 " },
		{ "longer than the window", 8193, 8193, false, "" },
	};
	struct memory m = { LARGEST, LARGEST, INT64_MAX, "" };
	struct queue_records q = records_of(&m, LARGEST);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct queue_record r = { 'A', rows[i].n, rows[i].at };
		struct sw_raw b;

		m.asked[0] = '\0';
		want_number(rows[i].what, queue_record_data(&q, &r, &b), rows[i].is_there);
		want_text(rows[i].what, m.asked, rows[i].asked);
		if (rows[i].is_there)
			want_number(rows[i].what, memcmp(b.p, bytes + r.data, r.length), 0);
	}
}

/* A length in four groups, wherever the record lies in what was read at once. */
static void the_longest_head_of_a_record_is_read_anywhere(void **state)
{
	static const size_t edges[] = { 8, 4096, 16384, 24576, 40000 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(edges); i++)
		for (size_t at = edges[i] - 8; at < edges[i] + 3; at++)
			for (int whole = 0; whole < 2; whole++) {
				struct memory m = { at + 5 + (whole ? 1000 : 0), LARGEST, INT64_MAX,
						    "" };
				struct queue_records q = records_of(&m, INT64_MAX);
				struct queue_record r;
				const struct queue_record behind = { 'A', 1, (int64_t)m.n };
				struct sw_raw b;

				memset(bytes, 0, sizeof(bytes));
				memcpy(bytes + at, "A\x83\x80\x80", 4);
				want_number("before", queue_record_next(&q, &r), true);
				q.at = (int64_t)at;
				want_number("is read", queue_record_next(&q, &r), true);
				want_number("its length", r.length, 3);
				want_number("its data", r.data, at + 5);
				want_number("are read", queue_record_data(&q, &r, &b), whole);
				want_number("none are made up", queue_record_data(&q, &behind, &b),
					    false);
			}
}

static void an_error_is_kept_and_no_bytes_are_made_up(void **state)
{
	static const int64_t broken[] = { 0, 1, 4096, 16384, 20000 };
	(void)state;
	for (size_t i = 0; i < SW_COUNT(broken); i++) {
		struct memory m = { LARGEST, 1000, broken[i], "" };
		struct queue_records q = records_of(&m, LARGEST);
		const struct queue_record r = { 'A', 10, broken[i] ? broken[i] + 3000 : 0 };
		struct sw_raw b;

		want_number("data", queue_record_data(&q, &r, &b), false);
		want_number("error", q.error, -EIO);
		want_number("end", q.end, QUEUE_RECORD_SHORT);
	}
}

static void the_worse_end_stays(void **state)
{
	(void)state;
	for (int was = QUEUE_RECORD_FINE; was <= QUEUE_RECORD_BAD; was++)
		for (int is = QUEUE_RECORD_FINE; is <= QUEUE_RECORD_BAD; is++) {
			struct queue_records q = { .end = (enum queue_record_end)was };

			want_number("returns", queue_record_stop(&q, (enum queue_record_end)is),
				    false);
			want_number("end", q.end, was > is ? was : is);
		}
}

/* The next number: blanks, digits up to a blank or the end. */
static bool naive_number(struct sw_raw *rest, int64_t *ret)
{
	struct sw_raw b = *rest;
	int64_t value = 0;
	size_t n = 0;

	while (b.n > 0 && raw_is_blank(b.p[0]))
		b = raw_skip(b, 1);
	for (; n < b.n && !raw_is_blank(b.p[n]); n++) {
		if (!raw_is_digit(b.p[n]))
			return false;
		if (value <= QUEUE_RECORD_NUMBER) /* else it is above it however it goes on */
			value = value * 10 + (b.p[n] - '0');
	}
	if (n == 0 || value > QUEUE_RECORD_NUMBER)
		return false;
	*rest = raw_skip(b, n);
	*ret = value;
	return true;
}

static void want_same_number(const char *text, size_t length)
{
	/* exactly as large as it is, so that a step behind it is seen */
	char *exact = malloc(length + 1);
	struct sw_raw got = raw_from(memcpy(exact, text, length), length);
	struct sw_raw want = got;
	int64_t got_value = -1;
	int64_t want_value = -1;
	bool is = naive_number(&want, &want_value);

	want_number(text, queue_record_number(&got, &got_value), is);
	if (is)
		want_number(text, got_value, want_value);
	want_number(text, got.p == want.p, true);
	want_number(text, got.n, want.n);
	free(exact);
}

static void numbers_are_those_of_a_slow_reader(void **state)
{
	static const char *const rows[] = {
		"",
		" ",
		"0",
		"281474976710656", /* the largest, 1 << 48 */
		"281474976710657",
		"281474976710655 1",
		"000000281474976710656",
		"00000000000000000000000000000000000000281474976710656 x",
		"999999999999999999",
		"1000000000000000000",
		"18446744073709551615",
		"18446744073709551616",
		"99999999999999999999999999",
		"-1",
		"+1",
		"1-",
		"1x",
		"/",
		":",
		"1/",
		"1:",
		"000000000000000000000001x",
		"000000000000000000000001 x",
	};
	char text[64];

	(void)state;
	drawn = SEED;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_same_number(rows[i], strlen(rows[i]));
	for (int i = 0; i < 20000; i++) {
		size_t n = draw(20);
		size_t blanks = draw(20);

		memset(text, ' ', blanks);
		for (size_t at = blanks; at < blanks + n; at++)
			text[at] = "0123456789012345678901234567890 \t\n-x"[draw(i % 2 ? 31 : 37)];
		text[blanks + n] = '\0';
		want_same_number(text, blanks + n);
	}
}

static void a_pointer_is_a_number_and_nothing_else(void **state)
{
	static const struct {
		const char *data;
		int64_t target; /* -1: damaged */
	} rows[] = {
		{ "             17", 17 },
		{ "17  ", 17 },
		{ "0", 0 },
		{ "17 18", -1 },
		{ "17x", -1 },
		{ "", -1 },
		{ "   ", -1 },
		{ "-17", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t n = strlen(rows[i].data);
		struct memory m = { n, LARGEST, INT64_MAX, "" };
		struct queue_records q = records_of(&m, (int64_t)n);
		const struct queue_record r = { 'p', n, 0 };
		const struct queue_record behind = { 'p', n, 1 };
		int64_t target = -1;

		memcpy(bytes, rows[i].data, n);
		want_number(rows[i].data, queue_record_target(&q, &r, &target),
			    rows[i].target >= 0);
		if (rows[i].target >= 0)
			want_number(rows[i].data, target, rows[i].target);
		want_number(rows[i].data, q.end,
			    rows[i].target >= 0 ? QUEUE_RECORD_FINE : QUEUE_RECORD_BAD);
		if (n > 0)
			want_number("behind the end", queue_record_target(&q, &behind, &target),
				    false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_those_of_a_reader_that_has_the_whole_file),
		cmocka_unit_test(a_file_is_read_in_two_steps_then_by_a_window),
		cmocka_unit_test(the_longest_head_of_a_record_is_read_anywhere),
		cmocka_unit_test(an_error_is_kept_and_no_bytes_are_made_up),
		cmocka_unit_test(the_worse_end_stays),
		cmocka_unit_test(numbers_are_those_of_a_slow_reader),
		cmocka_unit_test(a_pointer_is_a_number_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
