/* A log of which a part is missing: the minutes of it are not known, the others are. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sourcetext.h"

static void minutes_before_the_first_line_are_not_known(void **state)
{
	static const struct source_row rows[] = {
		{ "a log that begins within the window",
		  .file = { { "/var/log/mail.log", AT("10:50:30", "a") AT("10:59:00", "b") } },
		  .heard = "a|b|",
		  .states = "UUUUUU.........",
		  .doubt = LOG_BEGINS },
		{ "its older sibling is there",
		  .file = { { "/var/log/mail.log", AT("10:50:30", "a") AT("10:59:00", "b") },
			    { "/var/log/mail.log.1", OLD AT("10:49:00", "z"), 660 } },
		  .heard = "old|z|a|b|",
		  .states = KNOWN },
		{ "and ends long before: a quiet night",
		  .file = { { "/var/log/mail.log", AT("10:50:30", "a") AT("10:59:00", "b") },
			    { "/var/log/mail.log.1", OLD, 3600 } },
		  .heard = "a|b|",
		  .states = KNOWN },
		{ "another program's lines go further back",
		  .file = { { "/var/log/mail.log", LINE("10:20:00", "dovecot", "x")
				      AT("10:59:00", "b") } },
		  .heard = "b|",
		  .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void a_rotated_file_that_is_damaged_leaves_its_minutes_unknown(void **state)
{
	static const struct {
		const char *what;
		off_t keep; /* bytes of the packed file */
		const char *heard;
		const char *states;
	} rows[] = {
		{ "whole", -1, "old|before|now|", KNOWN },
		{ "cut", 30, "now|", "UUUUUUUUUUU...." },
		{ "empty", 0, "now|", "UUUUUUUUUUU...." },
	};
	static const struct source_row row = {
		.file = { { "/var/log/mail.log", AT("10:55:10", "now") },
			  { "/var/log/mail.log.1.gz", OLD AT("10:54:00", "before"), 360 } }
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = source_host(&row);
		struct source_got got = { .n = 0 };
		struct sw_fault why = { 0 };

		if (rows[i].keep >= 0)
			assert_int_equal(truncate(host_path(&h, "/var/log/mail.log.1.gz"),
						  rows[i].keep),
					 0);
		source_time(&h, "/var/log/mail.log.1.gz", NOW - 360);
		source_read(&h, &row.where, &got, &why);
		want_number(rows[i].what, got.rc, 0);
		want_text(rows[i].what, got.heard, rows[i].heard);
		want_text(rows[i].what, got.states, rows[i].states);
		if (rows[i].keep >= 0) {
			want_number(rows[i].what, got.why->doubt, LOG_PART);
			want_text(rows[i].what, got.why->where.s, "/var/log/mail.log.1.gz");
		}
		host_remove(&h);
	}
}

/* The end is lost: what stood before it was read, and of its minutes that is enough. */
static void a_file_that_breaks_off_is_known_up_to_there(void **state)
{
	enum { LINES = 4000 };
	static char text[LINES * 80];
	struct source_row row = { .file = { { "/var/log/mail.log", AT("10:58:10", "now") },
					    { "/var/log/mail.log.1.gz", text, 120 } } };
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };
	struct sw_host h;
	struct stat st;
	size_t n = 0;

	(void)state;
	/* ten lines a second from 10:50:20 to 10:57:00, hard to pack */
	for (unsigned i = 0, seed = 1; i < LINES; i++, seed = seed * 1103515245 + 12345)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "2026-11-23T10:%02u:%02uZ mx postfix/qmgr[%u]: %x%x\n",
				      50 + (20 + i / 10) / 60, (20 + i / 10) % 60, seed % 9999, seed,
				      seed * 7);
	h = source_host(&row);
	assert_int_equal(stat(host_path(&h, "/var/log/mail.log.1.gz"), &st), 0);
	assert_int_equal(truncate(host_path(&h, "/var/log/mail.log.1.gz"), st.st_size / 2), 0);
	source_time(&h, "/var/log/mail.log.1.gz", NOW - 120);
	source_read(&h, &row.where, &got, &why);
	want_number("returned", got.rc, 0);
	want_number("the reason", got.why->doubt, LOG_PART);
	want_text("before its first line, and its lost end", got.states, "UUUUUU..UUUUUU.");
	host_remove(&h);
}

static void lines_that_come_late_count_in_their_minute(void **state)
{
	static const struct source_row rows[] = {
		{ "ten minutes late",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:59:50", "young") AT("10:50:00", "late") } },
		  .heard = "old|young|late|",
		  .states = KNOWN },
		{ "in the next file",
		  .file = { { "/var/log/mail.log", AT("10:50:00", "late") AT("10:59:55", "now") },
			    { "/var/log/mail.log.1", OLD AT("10:59:50", "young"), 5 } },
		  .heard = "old|young|late|now|",
		  .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void lines_within_that_can_not_be_placed_leave_their_minutes_unknown(void **state)
{
#define LOST "23.11.2026 postfix/smtpd[1]: client=x\n"
	static const struct source_row rows[] = {
		{ "some, between two minutes",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:46:00", "a") AT("10:50:10", "b") LOST LOST LOST
				      AT("10:52:10", "c") AT("10:58:00", "d") AT("10:59:00", "e") } },
		  .heard = "old|a|b|c|d|e|",
		  .states = ".....UUU.......",
		  .doubt = LOG_STAMPS },
		{ "a line or two is some other program's",
		  .file = { { "/var/log/mail.log", OLD AT("10:46:00", "a") AT("10:50:10", "b") LOST LOST
				      AT("10:52:10", "c") } },
		  .heard = "old|a|b|c|",
		  .states = KNOWN },
		{ "at the end, and the file was written since",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:46:00", "a") AT("10:47:10", "b") AT("10:50:10", "c")
				      LOST LOST LOST } },
		  .heard = "old|a|b|c|",
		  .states = ".....UUUUUUUUUU",
		  .doubt = LOG_STAMPS },
	};

	(void)state;
	source_try_all(rows);
}

/* Of a writer that does not append, under `copytruncate`: every log of his begins with NULs. */
static void two_logs_that_begin_with_a_hole_are_two(void **state)
{
	static const char before[] = OLD AT("10:58:00", "before");
	static const char now[] = AT("10:59:00", "now");
	struct sw_host h = host_new(NULL);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };
	char log[600] = "";

	(void)state;
	memcpy(log + 400, before, sizeof(before) - 1);
	host_bytes(&h, "/var/log/mail.log.1", log, 400 + sizeof(before) - 1);
	source_time(&h, "/var/log/mail.log.1", NOW - 120);
	memset(log, 0, sizeof(log));
	memcpy(log + 400, now, sizeof(now) - 1);
	host_bytes(&h, "/var/log/mail.log", log, 400 + sizeof(now) - 1);
	source_read(&h, &(struct log_where){ .logfile = NULL }, &got, &why);
	want_text("both", got.heard, "old|before|now|");
	want_text("all known", got.states, KNOWN);
	host_remove(&h);
}

static void what_is_not_of_the_log_is_not_read(void **state)
{
	static const struct source_row rows[] = {
		{ "copies, and other logs",
		  .file = { { "/var/log/mail.log", AT("10:59:00", "now") },
			    { "/var/log/mail.log.1", OLD AT("10:58:00", "before"), 120 },
			    { "/var/log/mail.log.1.gz", OLD AT("10:58:00", "before"), 120 },
			    { "/var/log/mail.log.save",
			      AT("10:57:00", "not rotated") AT("10:58:30", "x"), 60 },
			    { "/var/log/mail.err.1", AT("10:58:30", "another"), 60 } },
		  .heard = "old|before|now|",
		  .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(minutes_before_the_first_line_are_not_known),
		cmocka_unit_test(a_rotated_file_that_is_damaged_leaves_its_minutes_unknown),
		cmocka_unit_test(a_file_that_breaks_off_is_known_up_to_there),
		cmocka_unit_test(lines_that_come_late_count_in_their_minute),
		cmocka_unit_test(lines_within_that_can_not_be_placed_leave_their_minutes_unknown),
		cmocka_unit_test(two_logs_that_begin_with_a_hole_are_two),
		cmocka_unit_test(what_is_not_of_the_log_is_not_read),
	};

	return cmocka_run_group_tests_name("source, parts", tests, NULL, NULL);
}
