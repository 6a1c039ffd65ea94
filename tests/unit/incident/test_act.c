#include "incident/act.h"

#include "test.h"

static void a_batch_holds_whole_lines_and_no_more_than_a_pipe_takes_at_once(void **state)
{
	static struct act_batch b;
	struct sw_raw rest;
	char id[JOURNAL_ID];
	size_t n = 0;

	(void)state;
	while (act_batch_add(&b, "3F2A1B0C9D8E7F", n % 2 == 1))
		n++;
	assert_true(b.n <= 4096 && b.n + 15 > 4096);
	assert_int_equal(b.ids, n);
	assert_int_equal(b.text[b.n - 1], '\n');
	rest = raw_from(b.text, b.n);
	for (size_t i = 0; i < n; i++) {
		assert_true(act_batch_next(&rest, id));
		want_text("an ID", id, "3F2A1B0C9D8E7F");
		assert_int_equal(b.done[i], i % 2 == 1);
	}
	assert_false(act_batch_next(&rest, id));
	act_batch_clear(&b);
	assert_true(act_batch_add(&b, "00", false));
	assert_int_equal(b.n, 3);
}

static void of_the_shortest_ids_as_many_fit_as_are_told_apart(void **state)
{
	static struct act_batch b;

	(void)state;
	while (act_batch_add(&b, "0a", true))
		;
	assert_true(b.ids <= SW_COUNT(b.done));
}

static void a_name_that_is_no_queue_id_is_passed_over(void **state)
{
	static struct act_batch b;
	char name[200];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_true(act_batch_add(&b, name, false));
	assert_int_equal(b.ids, 0);
}

static void a_queue_file_lies_where_postfix_puts_it(void **state)
{
	static const struct {
		const char *what, *names;
		unsigned depth;
		const char *queue, *id, *want;
	} rows[] = {
		{ "flat", "deferred, defer", 1, "hold", "3F2A1B", "hold/3F2A1B" },
		{ "hashed", "deferred, defer", 1, "defer", "3F2A1B", "defer/3/3F2A1B" },
		{ "twice", "deferred hold", 2, "hold", "3F2A1B", "hold/3/F/3F2A1B" },
		{ "not at all", "", 2, "deferred", "3F2A1B", "deferred/3F2A1B" },
		/* 682317 microseconds */
		{ "a long ID", "deferred", 1, "deferred", "4jY2t64rKTz1bgFB",
		  "deferred/A/4jY2t64rKTz1bgFB" },
		{ "a long ID, twice", "deferred", 2, "deferred", "4jY2t64rKTz1bgFB",
		  "deferred/A/6/4jY2t64rKTz1bgFB" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct instance in = { .hash_queue_depth = rows[i].depth };
		char path[INSTANCE_PATH];

		snprintf(in.hash_queue_names, sizeof(in.hash_queue_names), "%s", rows[i].names);
		instance_path(&in, rows[i].queue, rows[i].id, path);
		want_text(rows[i].what, path, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_holds_whole_lines_and_no_more_than_a_pipe_takes_at_once),
		cmocka_unit_test(of_the_shortest_ids_as_many_fit_as_are_told_apart),
		cmocka_unit_test(a_name_that_is_no_queue_id_is_passed_over),
		cmocka_unit_test(a_queue_file_lies_where_postfix_puts_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
