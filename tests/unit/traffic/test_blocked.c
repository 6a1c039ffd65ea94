#include "test.h"
#include "traffic/blocked.h"

static void only_texts_whose_beginning_is_postfix_own_say_blocked(void **state)
{
	static const struct {
		const char *program;
		const char *text;
		enum blocked_cause want;
		uint64_t pid;
		const char *reason;
	} rows[] = {
		{ "cleanup",
		  "warning: mail_queue_enter: create file incoming/356841.15555: No space left on device",
		  BLOCKED_CREATE, 15555, "No space left on device" },
		{ "postdrop",
		  "warning: mail_queue_enter: create file maildrop/769631.17004: Disk quota exceeded",
		  BLOCKED_CREATE, 17004, "Disk quota exceeded" },
		{ "cleanup", "warning: 9364484: write queue file: No space left on device",
		  BLOCKED_WRITE, 0, "No space left on device" },
		{ "cleanup", "warning: 4ABC012345: queue file write error", BLOCKED_WRITE, 0, "" },
		{ "smtpd",
		  "NOQUEUE: reject: MAIL from mx[192.0.2.1]: 452 4.3.1 Insufficient system storage; "
		  "proto=ESMTP helo=<a>",
		  BLOCKED_SPACE, 0, "" },
		{ "smtpd",
		  "warning: not enough free space in mail queue: 15314944 bytes < 1.5*message size "
		  "limit",
		  BLOCKED_SPACE, 0, "" },
		{ "smtpd",
		  "proxy-reject: END-OF-MESSAGE: 451 4.3.0 Error: queue file write error; "
		  "from=<a> to=<b>",
		  BLOCKED_WRITE, 0, "" },
		{ "smtpd",
		  "NOQUEUE: proxy-reject: END-OF-MESSAGE: 451 4.3.0 Error: queue file write error; "
		  "from=<a> to=<b>",
		  BLOCKED_WRITE, 0, "" },
		{ "pickup", "warning: maildrop/8D2A: error writing 4ABC012345: queue file write error",
		  BLOCKED_WRITE, 0, "" },
		{ "master", "warning: /usr/lib/postfix/sbin/cleanup: bad command startup -- throttling",
		  BLOCKED_DAEMON, 0, "" },
		{ "master", "warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling",
		  BLOCKED_DAEMON, 0, "" },
		{ "smtpd",
		  "4ABC012345: reject: END-OF-MESSAGE from mx[192.0.2.1]: 451 4.3.0 Error: queue "
		  "file write error; from=<a>",
		  BLOCKED_WRITE, 0, "" },
		{ "smtpd",
		  "4ABC012345: reject: DATA from mx[192.0.2.1]: 452 4.3.1 Insufficient system "
		  "storage; from=<a>",
		  BLOCKED_SPACE, 0, "" },
		{ "smtpd",
		  "4ABC012345: reject: END-OF-MESSAGE: 451 4.3.0 Error: queue file write error; "
		  "from=<a>",
		  BLOCKED_WRITE, 0, "" },
		{ "sendmail", "warning: queue file write error", BLOCKED_WRITE, 0, "" },
		{ "cleanup", "warning: mail_queue_enter: create file incoming/1.2: ", BLOCKED_CREATE, 2,
		  "" },
		/* another answer, or none */
		{ "smtpd",
		  "proxy-reject: END-OF-MESSAGE: 554 5.7.1 spam; from=<a> to=<b>",
		  BLOCKED_NOT, 0, "" },
		{ "smtpd", "NOQUEUE: reject: MAIL from mx", BLOCKED_NOT, 0, "" },
		{ "smtpd", "NOQUEUE: reject: MAIL from mx[192.0.2.1]", BLOCKED_NOT, 0, "" },
		{ "smtpd", "NOQUEUE", BLOCKED_NOT, 0, "" },
		{ "smtpd",
		  "no ID: reject: END-OF-MESSAGE: 451 4.3.0 Error: queue file write error; "
		  "from=<a>",
		  BLOCKED_NOT, 0, "" },
		{ "pickup", "warning: maildrop/8D2A: error writing 4ABC012345: No such file",
		  BLOCKED_NOT, 0, "" },
		{ "pickup", "warning: maildrop/8D2A: unexpected: queue file write error", BLOCKED_NOT,
		  0, "" },
		{ "pickup", "maildrop/8D2A: error writing 4ABC012345: queue file write error",
		  BLOCKED_NOT, 0, "" },
		{ "pickup", "warning: : queue", BLOCKED_NOT, 0, "" },
		{ "cleanup", "warning: mail_queue_enter: create file incoming/1.2:", BLOCKED_NOT, 0,
		  "" },
		{ "cleanup", "warning: mail_queue_enter: create file incoming/12: x", BLOCKED_NOT, 0,
		  "" },
		{ "cleanup", "warning: mail_queue_enter: create file a.1 b", BLOCKED_NOT, 0, "" },
		{ "master", "warning: smtpd: bad command startup -- throttling", BLOCKED_NOT, 0, "" },
		/* another daemon keeps no message out */
		{ "master", "warning: /usr/lib/postfix/sbin/showq: bad command startup -- throttling",
		  BLOCKED_NOT, 0, "" },
		/* what a client writes */
		{ "smtpd",
		  "warning: non-SMTP command from a[192.0.2.1]: mail_queue_enter: create file "
		  "incoming/1.2: No space left on device",
		  BLOCKED_NOT, 0, "" },
		{ "smtpd",
		  "NOQUEUE: reject: RCPT from a[192.0.2.1]: 554 5.7.1 <b>: Relay access denied; "
		  "from=<452 4.3.1 Insufficient system storage> to=<b>",
		  BLOCKED_NOT, 0, "" },
		{ "cleanup",
		  "warning: header Subject: write queue file: No space left on device from a[1]; ",
		  BLOCKED_NOT, 0, "" },
		{ "cleanup", "4ABC012345: message-id=<warning: queue file write error>", BLOCKED_NOT, 0,
		  "" },
		/* another program */
		{ "smtp", "warning: 4ABC012345: write queue file: No space left on device", BLOCKED_NOT,
		  0, "" },
		{ "smtpd", "", BLOCKED_NOT, 0, "" },
		{ "cleanup", "warning: mail_queue_enter: create file incoming", BLOCKED_NOT, 0, "" },
		{ "cleanup", "warning: mail_queue_enter: create file incoming/1.x: y", BLOCKED_NOT, 0,
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		uint64_t pid;
		struct sw_raw reason;

		want_number(rows[i].text,
			    blocked_event(raw_of(rows[i].program), raw_of(rows[i].text), &pid, &reason),
			    rows[i].want);
		if (rows[i].want == BLOCKED_NOT)
			continue;
		want_number("pid", pid, rows[i].pid);
		want_raw("reason", reason, rows[i].reason);
	}
}

static void a_message_accepted_afterwards_ends_it(void **state)
{
	struct blocked b = { .since = 0 };
	struct sw_raw reason = raw_of("No space left on device");

	(void)state;
	blocked_take(&b, BLOCKED_CREATE, 7, reason, 990, 0);
	want_number("the first minute", b.minutes, 1);
	blocked_accept(&b, 1000, 0);
	want_number("not any more", b.minutes, 0);
	blocked_take(&b, BLOCKED_CREATE, 7, reason, 1060, 1);
	blocked_take(&b, BLOCKED_CREATE, 7, reason, 1120, 2);
	want_number("minutes", b.minutes, 6);
	want_number("since", b.since, 1060);
	blocked_accept(&b, 1130, 2);
	want_number("the minute in which mail came after it is not", b.minutes, 2);
	want_number("since", b.since, 0);
	blocked_take(&b, BLOCKED_CREATE, 7, reason, 1140, 2);
	want_number("until the next line", b.minutes, 6);
	want_number("since", b.since, 1140);
	want_number("accepted", b.accepted, 1130);
	blocked_take(&b, BLOCKED_CREATE, 7, reason, 900, -1);
	want_number("before the window there is no minute", b.minutes, 6);
	blocked_accept(&b, 900, -1);
	want_number("nor one to take back", b.minutes, 6);
}

static void who_waits_is_counted_once(void **state)
{
	struct blocked b = { .since = 0 };

	(void)state;
	for (int round = 0; round < 3; round++)
		for (uint64_t pid = 1; pid <= 20; pid++)
			blocked_take(&b, BLOCKED_CREATE, pid, raw_of("x"), 1000 + 10 * round, 0);
	want_number("twenty", blocked_waiting(&b), 20);
	blocked_take(&b, BLOCKED_CREATE, 21, raw_of("x"), 1200, 0);
	want_number("who was not heard for a minute has gone", blocked_waiting(&b), 1);
	blocked_take(&b, BLOCKED_CREATE, 22, raw_of("x"), 1260, 0);
	want_number("a minute ago is still heard", blocked_waiting(&b), 2);
	blocked_take(&b, BLOCKED_CREATE, 23, raw_of("x"), 1261, 0);
	want_number("a second later not", blocked_waiting(&b), 2);
	for (uint64_t pid = 100; pid < 300; pid++)
		blocked_take(&b, BLOCKED_CREATE, pid, raw_of("x"), 1200, 0);
	want_number("bounded", blocked_waiting(&b), BLOCKED_CLIENTS);
}

static void a_place_that_nobody_took_waits_for_nothing(void **state)
{
	struct blocked b = { .since = 0 };

	(void)state;
	want_number("nobody", blocked_waiting(&b), 0);
	blocked_take(&b, BLOCKED_CREATE, 0, raw_of("x"), 1, 0);
	want_number("one, in the first second", blocked_waiting(&b), 1);
	blocked_take(&b, BLOCKED_CREATE, 7, raw_of("x"), 30, 0);
	want_number("two", blocked_waiting(&b), 2);
}

static void who_waits_longest_unheard_gives_his_place(void **state)
{
	struct blocked b = { .since = 0 };

	(void)state;
	for (uint64_t pid = 0; pid < BLOCKED_CLIENTS; pid++)
		blocked_take(&b, BLOCKED_CREATE, pid, raw_of("x"), 1000 + (int64_t)(pid + 32) % 64, 0);
	for (uint64_t pid = 100; pid < 110; pid++)
		blocked_take(&b, BLOCKED_CREATE, pid, raw_of("x"), 1063, 0);
	for (uint64_t pid = 0; pid < BLOCKED_CLIENTS; pid++)
		want_number("ten of them are gone", b.client[pid].pid,
			    pid >= 32 && pid < 42 ? pid + 68 : pid);
	blocked_take(&b, BLOCKED_WRITE, 200, raw_of("x"), 1063, 0);
	for (uint64_t pid = 0; pid < BLOCKED_CLIENTS; pid++)
		if (b.client[pid].pid == 200)
			fail_msg("who writes does not wait");
}

static void a_reason_is_kept_as_far_as_there_is_room(void **state)
{
	static const struct {
		size_t n, want;
	} rows[] = { { 0, 0 }, { 1, 1 }, { 47, 47 }, { 48, 47 }, { 60, 47 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct blocked b = { .since = 0 };
		char text[64];

		memset(text, 'x', sizeof(text));
		memset(b.reason, 'y', sizeof(b.reason) - 1);
		blocked_take(&b, BLOCKED_CREATE, 7, raw_from(text, rows[i].n), 1000, 0);
		want_number("bytes", strlen(b.reason), rows[i].want);
		want_number("all of them of this one", strchr(b.reason, 'y') == NULL, true);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_texts_whose_beginning_is_postfix_own_say_blocked),
		cmocka_unit_test(a_message_accepted_afterwards_ends_it),
		cmocka_unit_test(who_waits_is_counted_once),
		cmocka_unit_test(a_place_that_nobody_took_waits_for_nothing),
		cmocka_unit_test(who_waits_longest_unheard_gives_his_place),
		cmocka_unit_test(a_reason_is_kept_as_far_as_there_is_room),
	};

	return cmocka_run_group_tests_name("blocked", tests, NULL, NULL);
}
