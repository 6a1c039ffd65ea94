#include "incident/running.h"
#include "test.h"

enum { NOW = 1000, LATER = 2000 };

static void a_file_is_read_by_what_began_after_its_change(void **state)
{
	static const struct {
		const char *what;
		struct running_times t;
		enum running_state want;
		int64_t changed;
		bool main_is_last, main_is_ahead, master_is_ahead;
	} rows[] = {
		{ "read", { NOW, 10, 20, 30, true }, RUNNING_AS_WRITTEN, 20, false, false, false },
		{ "main.cf needs no reload",
		  { NOW, 40, 20, 30, true },
		  RUNNING_AS_WRITTEN,
		  40,
		  true,
		  false,
		  false },
		{ "edited", { NOW, 10, 31, 30, true }, RUNNING_CHANGED, 31, false, false, false },
		{ "edited in the tick in which qmgr began",
		  { NOW, 10, 30, 30, true },
		  RUNNING_AS_WRITTEN,
		  30,
		  false,
		  false,
		  false },
		{ "qmgr began at once", { NOW, 0, 1, 1, true }, RUNNING_AS_WRITTEN, 1, false, false, false },
		{ "stopped: what is written will be read",
		  { NOW, 10, 20, 0, false },
		  RUNNING_STOPPED,
		  20,
		  false,
		  false,
		  false },
		{ "stopped, and the clock was set back",
		  { NOW, 10, LATER, 0, false },
		  RUNNING_STOPPED,
		  LATER,
		  false,
		  false,
		  true },
		{ "it runs, without a qmgr",
		  { NOW, 10, 20, 0, true },
		  RUNNING_UNSEEN,
		  20,
		  false,
		  false,
		  false },
		{ "the clock was set back over the change of master.cf",
		  { NOW, 10, LATER, 999, true },
		  RUNNING_CHANGED,
		  LATER,
		  false,
		  false,
		  true },
		{ "and over that of main.cf",
		  { NOW, LATER, 20, 30, true },
		  RUNNING_AS_WRITTEN,
		  LATER,
		  true,
		  true,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct running got;

		running_judge(&rows[i].t, &got);
		want_number(rows[i].what, got.state, rows[i].want);
		want_number(rows[i].what, got.changed, rows[i].changed);
		want_number(rows[i].what, got.reloaded, rows[i].t.qmgr);
		want_number(rows[i].what, got.main_is_last, rows[i].main_is_last);
		want_number(rows[i].what, got.main_is_ahead, rows[i].main_is_ahead);
		want_number(rows[i].what, got.master_is_ahead, rows[i].master_is_ahead);
		want_number("an smtpd of before", running_is_before(&got, got.changed - 1), true);
		want_number("one of after", running_is_before(&got, got.changed), false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read_by_what_began_after_its_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
