#include <stdlib.h>

#include "words/blocked.h"
#include "test.h"

/* 1970-01-01 05:03:20, 05:04, 05:10, UTC */
enum { FIRST = 5 * 3600 + 200, SECOND = 5 * 3600 + 240, LATER = 5 * 3600 + 600 };

static void a_reason_has_since_when_why_and_who_waits(void **state)
{
	static const struct {
		struct blocked b;
		unsigned clients;
		const char *want, *rate;
	} rows[] = {
		{ { .cause = BLOCKED_NOT }, 0, "", NULL },
		{ { .cause = BLOCKED_CREATE,
		    .reason = "No space left on device",
		    .since = SECOND,
		    .last = LATER,
		    .accepted = FIRST },
		  12,
		  "no mail can be queued since 05:04 (create a queue file: No space left on "
		  "device), 12 clients wait",
		  "this is no calm: no mail can be queued since 05:04" },
		{ { .cause = BLOCKED_CREATE, .since = FIRST, .last = LATER },
		  1,
		  "no mail can be queued since 05:03 or before (create a queue file), 1 client "
		  "waits",
		  "this is no calm: no mail can be queued since 05:03 or before" },
		{ { .cause = BLOCKED_CREATE, .since = SECOND, .last = LATER, .accepted = FIRST },
		  BLOCKED_CLIENTS,
		  "no mail can be queued since 05:04 (create a queue file), at least 64 clients "
		  "wait",
		  NULL },
		{ { .cause = BLOCKED_CREATE, .since = SECOND, .last = LATER, .accepted = FIRST },
		  BLOCKED_CLIENTS - 1,
		  "no mail can be queued since 05:04 (create a queue file), 63 clients wait",
		  NULL },
		{ { .cause = BLOCKED_DAEMON, .since = 1, .last = LATER, .accepted = 1 },
		  0,
		  "no mail can be queued since 00:00 (smtpd or cleanup does not start)",
		  "this is no calm: no mail can be queued since 00:00" },
		{ { .cause = BLOCKED_SPACE, .since = SECOND, .last = LATER, .accepted = FIRST },
		  0,
		  "no mail can be queued since 05:04 (too little free space for smtpd)",
		  NULL },
		/* mail flows again: nobody waits any more */
		{ { .cause = BLOCKED_WRITE, .last = SECOND, .accepted = LATER },
		  3,
		  "no mail could be queued for a while (write a queue file)",
		  "this is no calm: no mail could be queued for a while" },
		{ { .cause = BLOCKED_WRITE },
		  0,
		  "no mail could be queued for a while (write a queue file)",
		  NULL },
		{ { .cause = BLOCKED_CREATE, .reason = "$(x)`\n", .since = SECOND, .accepted = 1 },
		  0,
		  "no mail can be queued since 05:04 (create a queue file: %24(x)%60%0A)",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct blocked b = rows[i].b;

		for (unsigned k = 0; k < rows[i].clients; k++) {
			b.client[k].pid = 100 + k;
			b.client[k].last = b.last;
		}
		want_text(rows[i].want, words_blocked(&b).s, rows[i].want);
		if (rows[i].rate)
			want_text(rows[i].rate, words_blocked_rate(&b, false).s, rows[i].rate);
	}
}

static void free_inodes_alone_cast_doubt(void **state)
{
	const struct blocked never = { .cause = BLOCKED_NOT };
	const struct blocked once = { .cause = BLOCKED_NOT, .accepted = FIRST };

	(void)state;
	want_text("never", words_blocked_rate(&never, true).s,
		  "this is no calm: the file system of the queue is full, and no message was "
		  "accepted");
	want_text("once", words_blocked_rate(&once, true).s,
		  "this is no calm: the file system of the queue is full, and no message was "
		  "accepted since 05:03");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reason_has_since_when_why_and_who_waits),
		cmocka_unit_test(free_inodes_alone_cast_doubt),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("blocked words", tests, NULL, NULL);
}
