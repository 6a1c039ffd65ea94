/* Which invented names have a field: those that were first, and no more than that. */
#include "parts/drawn.h"
#include "test.h"

enum { NOW = 1795431617, DAY = 86400 };

static struct sw_host directory;
static int64_t now;
static unsigned first, last; /* names that are asked for */
static bool proven;
static unsigned drawn; /* how many of them may be */
static char state_file[600];

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "x" };
	struct drawn d;

	(void)why;
	drawn_open(&d, m);
	drawn = 0;
	for (unsigned i = first; i <= last; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%u.example", i);
		drawn += drawn_may(&d, raw_of(name), proven);
	}
	drawn_close(&d, m);
	sw_munin_graph(m, &root);
	sw_munin_add(m, &(struct sw_munin_field){ .name = sw_field_own("x") });
	return 0;
}

static const struct sw_munin_setting settings[] = { { 0 } };
static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .settings = settings,
					     .collect = collect };

/* How many of the names from..to are drawn in a run on a day. */
static unsigned of(int day, unsigned from, unsigned to, bool are_proven, bool with_state)
{
	const char *env[] = { with_state ? state_file : "MUNIN_STATEFILE=/dev/null", NULL };
	struct sw_host h = { .root = -1, .now = now + (int64_t)day * DAY, .env = env };
	struct plugin_run run;

	first = from;
	last = to;
	proven = are_proven;
	run = plugin_run(&fake, &h, NULL, "fetch");
	want_number("status", run.status, 0);
	plugin_free(&run);
	return drawn;
}

static int set_up(void **state)
{
	(void)state;
	directory = host_new(NULL);
	snprintf(state_file, sizeof(state_file), "MUNIN_STATEFILE=%s",
		 host_path(&directory, "/state"));
	now = NOW;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&directory);
	return 0;
}

static void an_invented_name_is_not_drawn(void **state)
{
	(void)state;
	want_number("not proven", of(0, 1, 20, false, true), 0);
	want_number("without a state", of(0, 1, 20, false, false), 0);
	want_number("proven, without a state", of(0, 1, 20, true, false), 20);
}

static void who_was_first_stays(void **state)
{
	(void)state;
	want_number("the first", of(0, 1, 20, true, true), 20);
	want_number("again, when nothing proves them", of(0, 1, 20, false, true), 20);
	want_number("twenty a day", of(1, 21, DRAWN_MAX, true, true), DRAWN_MAX - 20);
	want_number("no more", of(2, 1000, 3000, true, true), 0);
	want_number("the first are there", of(3, 1, DRAWN_MAX, false, true), DRAWN_MAX);
}

static void a_place_is_free_after_thirty_days(void **state)
{
	(void)state;
	want_number("all places", of(0, 1, DRAWN_MAX, true, true), DRAWN_MAX);
	want_number("some go on", of(20, 1, 50, false, true), 50);
	want_number("a day too early", of(DRAWN_DAYS, 1000, 2000, true, true), 0);
	want_number("of those that do not", of(DRAWN_DAYS + 1, 1000, 2000, true, true),
		    DRAWN_MAX - 50);
	want_number("those that did", of(DRAWN_DAYS + 1, 1, DRAWN_MAX, false, true), 50);
}

static void a_run_with_a_wrong_clock_takes_no_place_for_ever(void **state)
{
	(void)state;
	want_number("in ten years", of(3650, 1, DRAWN_MAX, true, true), DRAWN_MAX);
	want_number("now", of(0, 1000, 1019, true, true), 20);
}

static void a_clock_that_is_a_day_ahead_is_believed(void **state)
{
	(void)state;
	want_number("tomorrow", of(1, 1, DRAWN_MAX, true, true), DRAWN_MAX);
	want_number("they have their places", of(0, 1000, 1019, true, true), 0);
	want_number("and are drawn", of(0, 1, DRAWN_MAX, false, true), DRAWN_MAX);
	want_number("two days ahead is too much", of(-1, 1000, 1019, true, true), 20);
}

/* A write of each run would wear the disk out. */
static void the_state_is_written_once_a_day(void **state)
{
	const char *path = strchr(state_file, '=') + 1;
	uint64_t before;

	(void)state;
	now = (int64_t)20780 * DAY;
	want_number("the first run", of(0, 1, 20, true, true), 20);
	before = file_hash(path);
	now += DAY - 1;
	want_number("the last of the day", of(0, 1, 20, true, true), 20);
	want_number("not written", file_hash(path) == before, true);
	now += 1;
	want_number("the first of the next", of(0, 1, 20, true, true), 20);
	want_number("written", file_hash(path) == before, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_invented_name_is_not_drawn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_was_first_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_place_is_free_after_thirty_days, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_run_with_a_wrong_clock_takes_no_place_for_ever,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_clock_that_is_a_day_ahead_is_believed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_state_is_written_once_a_day, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
