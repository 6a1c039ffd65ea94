/* Two lines of memory, and which one a run goes on with. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_goes_on_with_the_latest_line_that_is_not_after_it),
		cmocka_unit_test(any_bytes_are_lines),
	};

	return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
