/* The part of the screen on locks: what is said of whom, in how many lines, and of what was held. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "incident/access.h"
#include "incident/journal.h"
#include "incident/screen.h"
#include "screentext.h"
#include "test.h"

enum { NOW = 1795701030 };

static struct screen_locks locks;
static struct sw_host h;
static struct journal journal;

static void say(void)
{
	screen_locks_say(&locks, &h, top);
}

static void say_object(void)
{
	screen_locks_json(&locks);
}

static int setup(void **state)
{
	(void)state;
	h = (struct sw_host){ .now = NOW };
	journal = (struct journal){ .broken = { 0 } };
	locks = (struct screen_locks){ .journal = &journal, .begun = true };
	return 0;
}

static void record(size_t i, const char *select, int64_t since, uint64_t incoming, uint64_t active,
		   uint64_t deferred, uint64_t deleted)
{
	struct journal_record *r = &journal.block.record[i];

	*r = (struct journal_record){ .key = i + 1,
				      .since = since * 1000000000,
				      .from = { incoming, active, deferred },
				      .deleted = deleted };
	snprintf(r->select, sizeof(r->select), "%s", select);
}

#define OBJECT(since, incoming, active, deferred, deleted)                                         \
	"{\"select\":\"account a@x\",\"since\":" since ",\"incoming\":" incoming ",\"active\":" active         \
	",\"deferred\":" deferred ",\"deleted\":" deleted "}"

static void what_was_held_and_deleted_is_told_of_each(void **state)
{
	static const struct {
		int64_t since;
		uint64_t incoming, active, deferred, deleted;
		const char *text, *object;
	} rows[] = {
		{ NOW - 60, 1, 0, 0, 0, "1 message was put into hold since 13:49",
		  OBJECT("1795700970", "1", "0", "0", "0") },
		{ NOW - 60, 1, 2, 4, 0,
		  "7 messages were put into hold since 13:49, 2 of them from active",
		  OBJECT("1795700970", "1", "2", "4", "0") },
		{ NOW - 60, 0, 1, 0, 5,
		  "1 message was put into hold since 13:49, 1 of them from active, 5\n    deleted",
		  OBJECT("1795700970", "0", "1", "0", "5") },
		{ NOW - 60, 0, 0, 3, 1, "3 messages were put into hold since 13:49, 1 deleted",
		  OBJECT("1795700970", "0", "0", "3", "1") },
		{ NOW - 60, 0, 0, 0, 0, "0 messages were put into hold since 13:49",
		  OBJECT("1795700970", "0", "0", "0", "0") },
		{ 0, 0, 0, 0, 2, "2 messages were deleted", OBJECT("null", "0", "0", "0", "2") },
		{ 0, 1, 0, 0, 0, "1 message was put into hold since Jan 01 00:00", OBJECT("null", "1", "0", "0", "0") },
		{ NOW - 31, 0, 0, 2, 0, "2 messages were put into hold since 13:49", OBJECT("1795700999", "0", "0", "2", "0") },
		{ 0, 0, 0, 0, 1, "1 message was deleted", OBJECT("null", "0", "0", "0", "1") },
		{ 0, 0, 0, 0, 0, NULL, "" },
	};
	char want[512];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const char *text = rows[i].text;

		record(0, "account a@x", rows[i].since, rows[i].incoming, rows[i].active,
		       rows[i].deferred, rows[i].deleted);
		snprintf(want, sizeof(want), "Locks\n  nobody is blocked\n%s%s%s",
			 text ? "  account a@x: " : "", text ? text : "", text ? "\n" : "");
		want_text("text", said(5), want);
		snprintf(want, sizeof(want), ",\"blocked\":[],\"in_force\":null,\"held\":[%s]",
			 rows[i].object);
		want_text("object", object(), want);
	}
}

/* The first nanosecond is a time. */
static void since_the_first_moment_it_is_held(void **state)
{
	(void)state;
	record(0, "account a@x", 0, 0, 0, 0, 0);
	journal.block.record[0].since = 1;
	want_in("text", said(5), "  account a@x: 0 messages were put into hold since Jan 01 00:00\n");
	want_in("object", object(), "{\"select\":\"account a@x\",\"since\":0,\"incoming\":0,");
}

/* Not one of what stands behind them. */
static void of_the_journal_its_records_are_told(void **state)
{
	(void)state;
	memset(&journal.broken, 1, sizeof(journal.broken));
	want_text("text", said(5), "Locks\n  nobody is blocked\n");
	want_in("object", object(), ",\"held\":[]");
}

static void lines_are_as_long_as_they_may(void **state)
{
	size_t force = 0;
	size_t held = 0;
	char *rest;

	(void)state;
	for (size_t n = 1; n < 10; n++) {
		locks.force = sw_label_from(raw_of(words_behind(n)));
		record(0, words_behind(n), 0, 0, 0, 0, 1);
		said(5);
		rest = strstr(got, "nobody");
		assert_non_null(rest);
		rest[-1] = '\0';
		force = longest_line("  x", force);
		assert_non_null(strstr(got, "\n    zz y ") ? got : strstr(got, "\n    y zz "));
		memmove(got, rest, strlen(rest) + 1);
		held = longest_line("  x", held);
	}
	want_number("where in force", (int64_t)force, SAY_COLUMNS);
	want_number("what was held", (int64_t)held, SAY_COLUMNS);
}

/* The first ones, wherever they stand, and how many more. */
static void of_many_the_first_are_told(void **state)
{
	(void)state;
	record(1, "account a@x", NOW - 60, 1, 0, 0, 0);
	record(2, "account b@x", 0, 0, 0, 0, 0);
	record(JOURNAL_RECORDS - 1, "client 192.0.2.1", 0, 0, 0, 0, 3);
	want_text("all", said(2),
		  "Locks\n  nobody is blocked\n"
		  "  account a@x: 1 message was put into hold since 13:49\n"
		  "  client 192.0.2.1: 3 messages were deleted\n");
	want_text("one", said(1),
		  "Locks\n  nobody is blocked\n"
		  "  account a@x: 1 message was put into hold since 13:49\n  and 1 more\n");
	want_in("objects", object(), "\"deleted\":0},{\"select\":\"client 192.0.2.1\",\"since\":null,");
	journal.block.record[1].key = 0; /* is none */
	want_text("no more", said(1),
		  "Locks\n  nobody is blocked\n  client 192.0.2.1: 3 messages were deleted\n");
}

static void who_is_blocked_is_told_and_where(void **state)
{
	(void)state;
	locks.lock[0] = (struct screen_lock){ raw_of("a@x"), false };
	locks.lock[1] = (struct screen_lock){ raw_of("192.0.2.1"), true };
	locks.n = 2;
	locks.more = 3;
	locks.force = sw_label_printed("in force on 1 of 2 services");
	want_text("two", said(2),
		  "Locks\n  a@x is blocked\n  192.0.2.1 is blocked, a client\n  and 3 more\n"
		  "  in force on 1 of 2 services\n");
	want_text("one", said(1),
		  "Locks\n  a@x is blocked\n  and 4 more\n  in force on 1 of 2 services\n");
	want_text("object", object(),
		  ",\"blocked\":[{\"name\":\"a@x\",\"kind\":\"account\"},"
		  "{\"name\":\"192.0.2.1\",\"kind\":\"client\"}],\"in_force\":false,"
		  "\"not_in_force\":\"in force on 1 of 2 services\",\"held\":[]");
	locks.more = 1;
	want_in("one that had no room", said(2), "192.0.2.1 is blocked, a client\n  and 1 more\n");
	locks.more = 0;
	locks.in_force = true;
	locks.force = sw_label_printed("in force on every port");
	want_text("all", said(2),
		  "Locks\n  a@x is blocked\n  192.0.2.1 is blocked, a client\n  in force on every port\n");
	want_in("everywhere", object(), "],\"in_force\":true,\"held\":[]");
}

static void what_is_not_known_is_said(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	locks.begun = false;
	locks.journal = NULL;
	want_text("nothing yet", said(2),
		  "Locks\n  nobody is blocked; to have it ready: spoolwatch block --init\n");
	(void)!sw_fault(&why, EIO, "it is shut");
	locks.why = locks.no_journal = why;
	want_text("nothing", said(2),
		  "Locks\n  who is blocked: not known: it is shut\n  what was held: not known: it is shut\n");
	want_text("object", object(),
		  ",\"blocked\":[],\"in_force\":null,\"locks_unknown\":\"it is shut\",\"held\":[]");
	locks.lock[0] = (struct screen_lock){ raw_of("a@x"), false };
	locks.n = 1;
	want_in("of others", said(2), "  a@x is blocked\n  others: not known: it is shut\n");
	want_in("of no row", said(0), "Locks\n  and 1 more\n");
}

/* However they are written, but for those of a client. */
static void who_is_blocked_is_known_by_any_spelling(void **state)
{
	(void)state;
	locks.lock[0] = (struct screen_lock){ raw_of("192.0.2.1"), true };
	locks.lock[1] = (struct screen_lock){ raw_of("Anna@X"), false };
	locks.n = 2;
	want_number("folded", screen_locks_has(&locks, raw_of("aNNA@x")), true);
	want_number("longer", screen_locks_has(&locks, raw_of("anna@xx")), false);
	want_number("a client", screen_locks_has(&locks, raw_of("192.0.2.1")), false);
	locks.n = 1;
	want_number("nobody", screen_locks_has(&locks, raw_of("anna@x")), false);
	for (size_t n = ACCESS_NAME - 1; n <= ACCESS_NAME + 1; n++) {
		char name[ACCESS_NAME + 1];

		memset(name, 'b', n);
		locks.lock[0] = (struct screen_lock){ raw_from(name, n), false };
		want_number("the longest", screen_locks_has(&locks, raw_from(name, n)), n <= ACCESS_NAME);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_was_held_and_deleted_is_told_of_each, setup),
		cmocka_unit_test_setup(since_the_first_moment_it_is_held, setup),
		cmocka_unit_test_setup(of_the_journal_its_records_are_told, setup),
		cmocka_unit_test_setup(lines_are_as_long_as_they_may, setup),
		cmocka_unit_test_setup(of_many_the_first_are_told, setup),
		cmocka_unit_test_setup(who_is_blocked_is_told_and_where, setup),
		cmocka_unit_test_setup(what_is_not_known_is_said, setup),
		cmocka_unit_test_setup(who_is_blocked_is_known_by_any_spelling, setup),
	};

	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests_name("screen_locks", tests, NULL, NULL);
}
