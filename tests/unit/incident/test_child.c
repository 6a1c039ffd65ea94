#include "incident/child.h"

#include "test.h"

/* A shell that runs `script`. */
static struct child shell(const char *script)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	struct sw_fault why = { 0 };
	struct child c;

	assert_int_equal(child_start(argv, -1, &c, &why), 0);
	return c;
}

static void it_goes_on_when_it_has_said_the_last_word(void **state)
{
	struct child c = shell("while read -r id; do echo \"p: $id: moved\"; done; exit 3");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" CD: "), said, &why), 0);
		assert_true(c.pid > 0);
		assert_int_equal(strlen(said), (size_t)(i + 1) * 26);
	}
	assert_int_equal(child_finish(&c, "sh", raw_of("EF\n"), said, &why), 3);
	assert_int_equal(c.pid, 0);
	assert_string_equal(said, "p: AB: moved\np: CD: moved\np: AB: moved\np: CD: moved\n"
				  "p: AB: moved\np: CD: moved\np: EF: moved\n");
}

static void one_that_is_silent_is_waited_for_to_its_end(void **state)
{
	struct child c = shell("cat >/dev/null; exit 4");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\n"), raw_of(" AB: "), said, &why), 4);
	assert_int_equal(c.pid, 0);
}

static void one_that_ends_in_between_tells_how(void **state)
{
	struct child c = shell("read -r id; echo \"p: $id: moved\"; exit 5");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];

	(void)state;
	assert_int_equal(child_feed(&c, "sh", raw_of("AB\nCD\n"), raw_of(" CD: "), said, &why), 5);
	assert_string_equal(said, "p: AB: moved\n");
}

static void one_that_says_fatal_is_not_waited_for(void **state)
{
	struct child c = shell("read -r id; echo \"p: fatal: $id\"; exec sleep 100");
	struct sw_fault why = { 0 };
	char said[CHILD_SAID];
	struct sw_raw cause;

	(void)state;
	c.hasty = true;
	assert_int_equal(child_finish(&c, "sh", raw_of("AB\n"), said, &why), 128 + 9);
	cause = child_cause(said);
	assert_true(raw_is(cause, "p: fatal: AB"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_on_when_it_has_said_the_last_word),
		cmocka_unit_test(one_that_is_silent_is_waited_for_to_its_end),
		cmocka_unit_test(one_that_ends_in_between_tells_how),
		cmocka_unit_test(one_that_says_fatal_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
