/* Two lines of memory, and which one a run goes on with. */
#include <stdlib.h>

#include "base/timeline.h"
#include "test.h"

struct block {
	struct timeline time;
	int64_t note;
	char fill[9000]; /* more than one piece of what is exchanged */
};

static void a_run_goes_on_with_the_latest_line_that_is_not_after_it(void **state)
{
	static const struct {
		const char *what;
		int64_t now; /* of a run that notes its own time */
		int64_t gone;
		int64_t note; /* of the run before it on the line */
		bool changed;
	} rows[] = {
		{ "the first", 1000, -1, 0, true },
		{ "the same again", 1000, 0, 1000, false },
		{ "a little later", 1005, 5, 1000, true },
		{ "within the step", 1015, 10, 1005, true },
		{ "1970", 3, -1, 0, true },
		{ "1970, config and fetch", 4, 1, 3, true },
		{ "the right clock", 1020, 5, 1015, true },
		{ "2040", 9000, 7980, 1020, true },
		{ "the right clock", 1025, 5, 1020, true },
		{ "a week ahead", 2000, 975, 1025, true },
		{ "2040", 9000, 7000, 2000, true },
		{ "1970", 0, -1, 0, true },
		{ "a week ahead", 2000, 975, 1025, true },
		{ "the right clock after all of these", 1030, 5, 1025, true },
		{ "2040, for good", 9000, 7970, 1030, true },
		{ "and on", 9020, 20, 9000, true },
		{ "and on", 9040, 20, 9020, true },
		{ "1970", 0, -1, 0, true },
		{ "it is the right one", 9050, 10, 9040, true },
	};
	struct block line = { .note = 0 };
	struct block other = { .note = 0 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int64_t gone = 77;
		bool changed = timeline_go(&line, &other, sizeof(line), rows[i].now,
					   (struct timeline_step){ 10, 2, 500 }, &gone);

		want_number(rows[i].what, gone, rows[i].gone);
		want_number(rows[i].what, changed, rows[i].changed);
		want_number(rows[i].what, line.note, rows[i].note);
		want_number(rows[i].what, line.fill[8999], (char)rows[i].note);
		line.note = rows[i].now;
		memset(line.fill, (char)line.note, sizeof(line.fill));
	}
}

static void any_bytes_are_lines(void **state)
{
	static const int64_t odd[] = { INT64_MIN, -1, 0, 1, INT64_MAX };

	(void)state;
	for (size_t i = 0; i < 5 * 5 * 5; i++) {
		struct block line = { .time = { odd[i % 5], odd[i / 25], odd[i / 5 % 5], 1 } };
		struct block other = { .time = { odd[i / 5 % 5], odd[i % 5], 1, 1 } };
		int64_t now = odd[i / 25];
		int64_t gone = -2;

		(void)timeline_go(&line, &other, sizeof(line), now,
				  (struct timeline_step){ 0, 0, 1 }, &gone);
		want_number("the line", line.time.last, now);
		if (gone < -1)
			fail_msg("gone: got %lld", (long long)gone);
	}
}

struct small {
	struct timeline time;
	int64_t note;
};

static bool is_of_a_wrong_clock(const struct small *s, struct timeline_step steps)
{
	return s->time.jump >= steps.far && s->time.last - s->time.begun <= steps.moment;
}

/* timeline.h's words, one after the other; returns how much went by. */
static int64_t slowly(struct small *line, struct small *other, int64_t now,
		      struct timeline_step steps)
{
	const struct small a = *line, b = *other;
	bool a_fits = a.time.is_old && a.time.last <= now;
	bool b_fits = b.time.is_old && b.time.last <= now;
	int64_t gone = -1;

	if (b_fits && (!a_fits || b.time.last > a.time.last)) {
		*line = b;
		*other = a;
		if (a.time.last > now && is_of_a_wrong_clock(&a, steps))
			other->time.is_old = 0;
	}
	if (a_fits || b_fits)
		gone = now - line->time.last;
	if ((gone < 0 || gone > steps.step) && line->time.is_old &&
	    (!other->time.is_old || !is_of_a_wrong_clock(line, steps)))
		*other = *line;
	if (gone < 0 && line->time.is_old)
		line->note = 0;
	if (gone < 0 || gone > steps.step) {
		line->time.begun = now;
		line->time.jump = gone < 0 ? INT64_MAX : gone;
	}
	line->time.last = now;
	line->time.is_old = 1;
	return gone;
}

static struct small drawn(unsigned i, int64_t note)
{
	return (struct small){ { i % 5, i / 5 % 5, i / 25 % 5, i / 125 % 2 }, note };
}

/* Of all small times: what it leaves is compared whole. */
static void what_is_left_is_what_the_words_say(void **state)
{
	static const struct timeline_step steps = { 1, 1, 2 };

	(void)state;
	for (unsigned i = 0; i < 250; i++)
		for (unsigned k = 0; k < 250; k++)
			for (int64_t now = 0; now < 5; now++) {
				struct small line = drawn(i, 7), other = drawn(k, 8);
				struct small a = line, b = other;
				int64_t gone;
				bool changed = timeline_go(&line, &other, sizeof(line), now, steps,
							   &gone);

				want_number("gone", gone, slowly(&a, &b, now, steps));
				want_number("changed", changed,
					    memcmp(&line, &(struct small[]){ drawn(i, 7) }, sizeof(line)) != 0 ||
						    memcmp(&other, &(struct small[]){ drawn(k, 8) }, sizeof(other)) != 0);
				assert_memory_equal(&line, &a, sizeof(a));
				assert_memory_equal(&other, &b, sizeof(b));
			}
}

static void lines_of_any_size_are_exchanged_whole(void **state)
{
	static const size_t sizes[] = { 32, 33, 4095, 4096, 4097, 8191, 8192, 12289 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(sizes); i++) {
		size_t n = sizes[i] - sizeof(struct timeline);
		char *line = malloc(sizes[i]), *other = malloc(sizes[i]);
		const struct timeline late = { 100, 100, 0, 1 }, now = { 50, 50, 0, 1 };
		int64_t gone;

		assert_true(line && other);
		memset(line, 'a', sizes[i]);
		memset(other, 'b', sizes[i]);
		memcpy(line, &late, sizeof(late));
		memcpy(other, &now, sizeof(now));
		want_number("changed", timeline_go(line, other, sizes[i], 50, (struct timeline_step){ 9, 9, 9 }, &gone), true);
		for (size_t k = 0; k < n; k++)
			if (line[sizeof(now) + k] != 'b' || other[sizeof(now) + k] != 'a')
				fail_msg("%zu bytes: byte %zu was not exchanged", sizes[i], k);
		free(line);
		free(other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_goes_on_with_the_latest_line_that_is_not_after_it),
		cmocka_unit_test(any_bytes_are_lines),
		cmocka_unit_test(what_is_left_is_what_the_words_say),
		cmocka_unit_test(lines_of_any_size_are_exchanged_whole),
	};

	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
