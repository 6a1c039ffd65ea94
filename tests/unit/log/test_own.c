/* The log that a program writes for itself: which lines are given, when they were, what is said. */
#include <errno.h>

#include "log/file.h"
#include "log/own.h"
#include "log/set.h"
#include "os/clock.h"
#include "sourcetext.h"

#define OWN(clock, text) "2026-11-23 " clock " " text "\n"

struct heard {
	char text[512];
	int stop_at; /* the line that ends the reading; 0: none does */
	int n;
};

static int hear(int64_t time, struct sw_raw text, void *ctx)
{
	struct heard *h = ctx;
	size_t n = strlen(h->text);

	snprintf(h->text + n, sizeof(h->text) - n, "%lld %.*s|", (long long)(NOW - time),
		 (int)text.n, text.n ? text.p : "");
	return ++h->n == h->stop_at ? 42 : 0;
}

static const struct {
	const char *what;
	struct source_file file[3];
	int64_t packed;	   /* milliseconds that there are for packed ones */
	const char *heard; /* "AGE TEXT|" */
	bool found;
	int64_t last; /* seconds before NOW; -1: never */
	int why;
	const char *words; /* of why */
} rows[] = {
	{ "none", { { 0 } }, 5000, "", false, -1, 0, "" },
	{ "a path through a file", { { "/var/log", "x", 0 } }, 5000, "", false, -1, 0, "" },
	{ "empty", { { "/var/log/own.log", "", 0 } }, 5000, "", true, -1, 0, "" },
	{ "lines, and those that go on with them",
	  { { "/var/log/own.log",
	      OWN("10:59:00", "one") "and on\n" OWN("10:59:01", "   two\r") "\n" OWN("10:59:02", ""),
	      0 } },
	  5000,
	  "60 one|59 two|58 |",
	  true,
	  58,
	  0,
	  "" },
	{ "a day that is none is no stamp",
	  { { "/var/log/own.log", OWN("10:59:00", "one") "2026-02-30 10:59:01 two\n", 0 } },
	  5000,
	  "60 one|",
	  true,
	  60,
	  0,
	  "" },
	{ "half a line waits",
	  { { "/var/log/own.log", OWN("10:59:00", "one") "2026-11-23 10:59:30 tw", 0 } },
	  5000,
	  "60 one|",
	  true,
	  60,
	  0,
	  "" },
	{ "rotated, the oldest first",
	  { { "/var/log/own.log", OWN("10:59:00", "c"), 0 },
	    { "/var/log/own.log.1", OWN("10:58:00", "b"), 120 },
	    { "/var/log/own.log.2.gz", OWN("10:57:00", "a"), 180 } },
	  5000,
	  "180 a|120 b|60 c|",
	  true,
	  60,
	  0,
	  "" },
	{ "written to so long before that no line can be of the window",
	  { { "/var/log/own.log", OWN("10:59:00", "c"), 0 },
	    { "/var/log/own.log.1", OWN("10:35:00", "b"), 60 * MINUTES + LOG_DISORDER },
	    { "/var/log/own.log.2", OWN("10:34:59", "a"), 60 * MINUTES + LOG_DISORDER + 1 } },
	  5000,
	  "1500 b|60 c|",
	  true,
	  60,
	  0,
	  "" },
	{ "just rotated",
	  { { "/var/log/own.log.1", OWN("10:58:00", "b"), 120 } },
	  5000,
	  "120 b|",
	  true,
	  120,
	  0,
	  "" },
	{ "no file", { { "/var/log/own.log", NULL, 0 } }, 5000, "", true, -1, EINVAL, "no regular file" },
	{ "one that is not what its name says: the others are read",
	  { { "/var/log/own.log", OWN("10:59:00", "c"), 0 },
	    { "/var/log/own.log.1.xz", OWN("10:58:00", "b"), 120 } },
	  5000,
	  "60 c|",
	  true,
	  60,
	  EBADMSG,
	  "/var/log/own.log.1.xz is no xz file" },
	{ "no time for packed ones: plain ones are read",
	  { { "/var/log/own.log", OWN("10:59:00", "c"), 0 },
	    { "/var/log/own.log.1.gz", OWN("10:58:00", "b"), 120 } },
	  -1,
	  "60 c|",
	  true,
	  60,
	  ETIME,
	  "" },
};

static void try(size_t i)
{
	struct sw_host h = host_new(NULL);
	struct heard heard = { .n = 0 };
	struct sw_fault why = { 0 };
	struct log_own own;

	for (size_t k = 0; k < SW_COUNT(rows[i].file) && rows[i].file[k].path; k++)
		source_put(&h, &rows[i].file[k]);
	want_number(rows[i].what,
		    log_own_read(&h, "/var/log/own.log", NULL, SINCE, clock_ms() + rows[i].packed,
				 hear, &heard, &own, &why),
		    0);
	want_text(rows[i].what, heard.text, rows[i].heard);
	want_number(rows[i].what, own.found, rows[i].found);
	want_number(rows[i].what, own.last ? NOW - own.last : -1, rows[i].last);
	want_number(rows[i].what, own.why.code, rows[i].why);
	want_in(rows[i].what, own.why.text.s, rows[i].words);
	want_number(rows[i].what, why.code, 0);
	host_remove(&h);
}

static void lines_are_given_with_their_time_and_what_was_not_read_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		try(i);
}

static void who_is_given_one_can_end_it(void **state)
{
	const struct source_file files[] = {
		{ "/var/log/own.log", OWN("10:59:00", "c") OWN("10:59:01", "d"), 0 },
		{ "/var/log/own.log.1", OWN("10:58:00", "a") OWN("10:58:01", "b"), 100 },
	};
	static const char *const want[] = { "120 a|119 b|60 c|59 d|", "120 a|", "120 a|119 b|",
					    "120 a|119 b|60 c|" };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(files); i++)
		source_put(&h, &files[i]);
	for (int stop = 0; stop < (int)SW_COUNT(want); stop++) {
		struct heard heard = { .stop_at = stop };
		struct sw_fault why = { 0 };
		struct log_own own;

		want_number(want[stop],
			    log_own_read(&h, "/var/log/own.log", NULL, SINCE, INT64_MAX, hear,
					 &heard, &own, &why),
			    stop ? 42 : 0);
		want_text("given", heard.text, want[stop]);
		want_number("nothing is wrong", own.why.code, 0);
	}
	host_remove(&h);
}

/* Their hours are two before those of the host. */
static void stamps_are_of_the_zone_that_is_given(void **state)
{
	struct sw_host h = host_new(NULL);
	struct heard heard = { .n = 0 };
	struct sw_fault why = { 0 };
	struct log_zone east;
	struct log_own own;

	(void)state;
	want_number("zone", log_zone_open(&east, &h, "+02", &why), 0);
	host_file(&h, "/var/log/own.log", OWN("12:59:00", "c"));
	source_time(&h, "/var/log/own.log", NOW);
	want_number("read",
		    log_own_read(&h, "/var/log/own.log", &east, SINCE, INT64_MAX, hear, &heard,
				 &own, &why),
		    0);
	want_text("two hours east", heard.text, "60 c|");
	log_zone_close(&east);
	host_remove(&h);
}

/* What can't be listed may have had more. */
static void files_that_could_not_be_seen_are_said(void **state)
{
	struct sw_host h = host_new(NULL);
	struct heard heard = { .n = 0 };
	struct sw_fault why = { 0 };
	struct log_own own;

	(void)state;
	for (int i = 1; i <= LOG_SET_MAX + 1; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/var/log/own.log.%d", i);
		host_file(&h, path, path);
		source_time(&h, path, NOW - 60);
	}
	host_file(&h, "/var/log/own.log", OWN("10:59:00", "c"));
	source_time(&h, "/var/log/own.log", NOW);
	want_number("read",
		    log_own_read(&h, "/var/log/own.log", NULL, SINCE, INT64_MAX, hear, &heard, &own,
				 &why),
		    0);
	want_text("the log is read", heard.text, "60 c|");
	want_number("it is said", own.why.code, E2BIG);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_given_with_their_time_and_what_was_not_read_is_said),
		cmocka_unit_test(who_is_given_one_can_end_it),
		cmocka_unit_test(stamps_are_of_the_zone_that_is_given),
		cmocka_unit_test(files_that_could_not_be_seen_are_said),
	};

	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
