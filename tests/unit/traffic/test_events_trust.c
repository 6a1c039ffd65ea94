/* What is behind the head of a line: who can't be blamed by what a client or a user makes up. */
#include "traffic/events.h"
#include "test.h"

#define HEAD "A1B2C3D4: client=mx.example.org[192.0.2.1]"

static void a_client_is_known_by_what_postfix_fills_in(void **state)
{
	static const struct {
		const char *text;
		const char *id;
		const char *name;
		const char *address;
		const char *user; /* "" when there is no login */
	} rows[] = {
		{ HEAD, "A1B2C3D4", "mx.example.org", "192.0.2.1", "" },
		{ HEAD ", sasl_method=PLAIN, sasl_username=alice", "A1B2C3D4", "mx.example.org",
		  "192.0.2.1", "alice" },
		{ "4jY2t64rKTz1bgFB: client=unknown[2001:db8::25], sasl_method=LOGIN, "
		  "sasl_username=email@ourdomain.com",
		  "4jY2t64rKTz1bgFB", "unknown", "2001:db8::25", "email@ourdomain.com" },
		{ "NOQUEUE: client=localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=alice",
		  "NOQUEUE", "localhost", "127.0.0.1", "alice" },
		{ "A1B2C3D4: client=a_b-c.example[192.0.2.1]:59522, sasl_method=PLAIN, "
		  "sasl_username=x",
		  "A1B2C3D4", "a_b-c.example", "192.0.2.1", "x" },
		{ "A1B2C3D4: client=unknown[::ffff:192.0.2.1]:1", "A1B2C3D4", "unknown",
		  "::ffff:192.0.2.1", "" },
		{ "A1B2C3: client=a[192.0.2.1]", "A1B2C3", "a", "192.0.2.1", "" },
		{ HEAD ", sasl_method=CRAM-MD5, sasl_username=x", "A1B2C3D4", "mx.example.org",
		  "192.0.2.1", "x" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct event_client got;

		want_number(rows[i].text, event_client(raw_of(rows[i].text), &got), true);
		want_raw(rows[i].text, got.queue_id, rows[i].id);
		want_raw(rows[i].text, got.name, rows[i].name);
		want_raw(rows[i].text, got.address, rows[i].address);
		want_raw(rows[i].text, got.user, rows[i].user);
	}
}

static void the_login_ends_where_postfix_ends_it(void **state)
{
	static const struct {
		const char *behind; /* ", sasl_method=PLAIN, sasl_username=" */
		const char *user;
		const char *orig_id;
	} rows[] = {
		{ "alice", "alice", "" },
		{ "a, b=c d", "a, b=c d", "" },
		{ "m\303\274ller@b\303\274ro.example", "m\303\274ller@b\303\274ro.example", "" },
		{ "alice, sasl_username=bob", "alice, sasl_username=bob", "" },
		{ "alice[192.0.2.1]", "alice[192.0.2.1]", "" },
		{ "", "", "" },
		{ "alice, sasl_sender=x@y", "alice", "" },
		{ "alice, sasl_sender=", "alice", "" },
		{ "alice, orig_queue_id=B575BA76125", "alice", "B575BA76125" },
		{ "alice, orig_client=a.example[192.0.2.7]", "alice", "" },
		{ "alice, orig_client=a.example[2001:db8::1]:25", "alice", "" },
		{ "alice, orig_client=unknown[unknown]", "alice", "" },
		{ "alice, orig_queue_id=B575BA76125, orig_client=a.example[192.0.2.7]", "alice",
		  "B575BA76125" },
		{ "alice, sasl_sender=x, orig_queue_id=B575BA76125, orig_client=a[192.0.2.7]",
		  "alice", "" },
		/* what follows sasl_sender is the client's text: it names nobody */
		{ "alice, sasl_sender=\"x, sasl_method=PLAIN, sasl_username=victim\"", "alice",
		  "" },
		{ "alice, sasl_sender=x, sasl_sender=y", "alice", "" },
		{ "alice, sasl_sender=x, orig_client=victim[192.0.2.7], sasl_username=victim",
		  "alice", "" },
		{ "alice, sasl_sender=x, orig_queue_id=B57, sasl_username=victim", "alice", "" },
		{ "alice, sasl_sender=, orig_queue_id=, orig_client=", "alice", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[512];
		struct event_client got;

		snprintf(text, sizeof(text), HEAD ", sasl_method=PLAIN, sasl_username=%s",
			 rows[i].behind);
		want_number(text, event_client(raw_of(text), &got), true);
		want_raw(text, got.user, rows[i].user);
		want_raw(text, got.address, "192.0.2.1");
		want_raw(text, got.orig_queue_id, rows[i].orig_id);
	}
}

static void a_client_that_did_not_log_in_is_nobody(void **state)
{
	static const char *const rows[] = {
		/* MAIL FROM:<e@x> AUTH="..." without a login */
		HEAD ", sasl_sender=\"x, sasl_method=PLAIN, sasl_username=victim\"",
		HEAD ", sasl_sender=x, sasl_method=PLAIN, sasl_username=victim",
		HEAD ", sasl_sender=, sasl_method=PLAIN, sasl_username=victim",
		HEAD ", orig_queue_id=B575BA76125, orig_client=a[192.0.2.7]",
		HEAD ", orig_client=a[192.0.2.7], sasl_method=PLAIN, sasl_username=victim",
		HEAD ", sasl_username=victim",
		HEAD ", sasl_method=PLAIN",
		HEAD ", sasl_method=PLAIN, x, sasl_username=victim",
		HEAD ", sasl_method=PLAIN sasl_username=victim",
		HEAD ", x, sasl_method=PLAIN, sasl_username=victim",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct event_client got;

		if (event_client(raw_of(rows[i]), &got))
			want_raw(rows[i], got.user, "");
	}
}

static void another_line_is_no_client_whatever_it_quotes(void **state)
{
#define LIE "client=evil[192.0.2.66], sasl_method=PLAIN, sasl_username=victim"
	static const char *const rows[] = {
		"",
		"connect from evil[192.0.2.66]",
		"A1B2C3D4: message-id=<x> " LIE,
		"A1B2C3D4: message-id=<x>: " LIE,
		"A1B2C3D4: resent-message-id=<x>, " LIE,
		"A1B2C3D4: from=<x: " LIE ">, size=1, nrcpt=1 (queue active)",
		"A1B2C3D4: to=<x>, relay=none, status=deferred (said: 450 B1C2D3E: " LIE ")",
		"warning: non-SMTP command from evil[192.0.2.66]: 4ABC123456: " LIE,
		"warning: evil[192.0.2.66]: SASL \"PLAIN authentication failed: none, "
		"sasl_username=victim4\" authentication failed: x",
		"warning: header Subject: A1B2C3D4: " LIE,
		"A1B2C3D4: warning: header Subject: B1C2D3E4: " LIE,
		"NOQUEUE: reject: RCPT from evil[192.0.2.66]: 554 5.7.1 <r>: text; from=<> to=<> "
		"proto=ESMTP helo=<h> sasl_method=PLAIN sasl_username=victim",
		"NOQUEUE: reject: VRFY from evil[192.0.2.66]: 450 A1B2C3D4: " LIE,
		"lost connection after AUTH from evil[192.0.2.66]",
		"timeout after " LIE,
		" A1B2C3D4: " LIE,
		"A1B2C3D4 : " LIE,
		"A1B2C3D4:  " LIE,
		"A1B2C3D4:" LIE,
		"A1B2: " LIE,	  /* too short for an ID */
		"A1B2-3D4: " LIE, /* no ID */
		": " LIE,
		LIE,
		/* no NAME[ADDRESS] of Postfix's making */
		"A1B2C3D4: client=[192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil, sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[unknown], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[192.0.2.66, sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[192.0.2.66]x, sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[192.0.2.66]:, sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil [192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=evil[192.0.2.66] , sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=e,vil[192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: client=b\303\274ro[192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
		"A1B2C3D4: Client=evil[192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
	};
	static const char nul[] = "A1B2C3D4: client=e\0vil[192.0.2.66]";
	static const char nul_address[] = "A1B2C3D4: client=evil[192.0.2\0.66]";
	struct event_client got;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i], event_client(raw_of(rows[i]), &got), false);
	want_number("a NUL", event_client(raw_from(nul, sizeof(nul) - 1), &got), false);
	want_number("a NUL in the address",
		    event_client(raw_from(nul_address, sizeof(nul_address) - 1), &got), false);
}

static void the_queue_manager_s_numbers_are_the_last_ones(void **state)
{
	static const struct {
		const char *text;
		long want; /* recipients; -1: no such line */
	} rows[] = {
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt=1 (queue active)", 1 },
		{ "A1B2C3D4: from=<>, size=391, nrcpt=50 (queue active)", 50 },
		{ "4jY2t64rKTz1bgFB: from=<a>, size=1, nrcpt=1000 (queue active)", 1000 },
		{ "A1B2C3D4: from=<\"x>, size=1, nrcpt=9999 (queue active)\"@a.example>, size=391, "
		  "nrcpt=2 (queue active)",
		  2 },
		{ "A1B2C3D4: from=<x>, size=1, nrcpt=9999 (queue active)>, size=391, nrcpt=2 "
		  "(queue "
		  "active)",
		  2 },
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt=1 (queue active) ", -1 },
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt= (queue active)", -1 },
		{ "A1B2C3D4: from=<a@b>, size=, nrcpt=1 (queue active)", -1 },
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt=-1 (queue active)", -1 },
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt=99999999999999999999 (queue active)", -1 },
		{ "A1B2C3D4: from=<a@b, size=391, nrcpt=1 (queue active)", -1 },
		{ "A1B2C3D4: from=a@b>, size=391, nrcpt=1 (queue active)", -1 },
		{ "A1B2C3D4: from=<a@b>, status=expired, returned to sender", -1 },
		{ "A1B2C3D4: removed", -1 },
		{ "A1B2: from=<a@b>, size=391, nrcpt=1 (queue active)", -1 },
		{ "warning: A1B2C3D4: from=<a@b>, size=391, nrcpt=1 (queue active)", -1 },
		{ "A1B2C3D4: from=<>, size=391, nrcpt=1 (queue active", -1 },
		{ ", nrcpt=1 (queue active)", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw id = raw_of("");
		struct sw_raw sender;
		uint64_t recipients = 0;
		bool got = event_active(raw_of(rows[i].text), &id, &recipients, &sender);

		want_number(rows[i].text, got ? (long)recipients : -1, rows[i].want);
		if (got)
			want_raw(rows[i].text, id,
				 rows[i].text[0] == '4' ? "4jY2t64rKTz1bgFB" : "A1B2C3D4");
	}
}

static void a_local_user_can_not_pass_for_postfix(void **state)
{
	static const struct {
		const char *text;
		int64_t uid; /* -1: no such line */
		bool requeued;
	} rows[] = {
		{ "A1B2C3D4: uid=33 from=<www-data>", 33, false },
		{ "A1B2C3D4: uid=0 from=<>", 0, false },
		{ "A1B2C3D4: uid=4294967294 from=<x>", 4294967294, false },
		{ "A1B2C3D4: uid=103 from=<a@b> orig_id=B575BA76125", 103, true },
		{ "A1B2C3D4: uid=103 from=<a>b> orig_id=B575BA76125", 103, true },
		/* the sender is what he likes it to be, but always ends in '>' */
		{ "A1B2C3D4: uid=33 from=<x> orig_id=B575BA76125>", 33, false },
		{ "A1B2C3D4: uid=33 from=<x>, uid=0 from=<y>", 33, false },
		{ "A1B2C3D4: uid=33 from=<x> orig_id=", -1, false },
		{ "A1B2C3D4: uid=33 from=<x> x", -1, false },
		{ "A1B2C3D4: uid=33 from=<x", -1, false },
		{ "A1B2C3D4: uid= from=<x>", -1, false },
		{ "A1B2C3D4: uid=3a from=<x>", -1, false },
		{ "A1B2C3D4: uid=-1 from=<x>", -1, false },
		{ "A1B2: uid=33 from=<x>", -1, false },
		{ "warning: A1B2C3D4: uid=33 from=<x>", -1, false },
		{ "", -1, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct event_pickup got;
		bool fine = event_pickup(raw_of(rows[i].text), &got);

		want_number(rows[i].text, fine ? (int64_t)got.uid : -1, rows[i].uid);
		if (fine) {
			want_raw(rows[i].text, got.queue_id, "A1B2C3D4");
			want_number(rows[i].text, got.requeued, rows[i].requeued);
		}
	}
}

/*
 * Postfix cuts its text at 2000 bytes (util/msg_syslog.c), the syslog(3) of musl a line at 1024:
 * then what stands last is not Postfix's, but the middle of a sender who knows where the cut is.
 */
static void the_end_of_a_text_that_was_cut_is_not_believed(void **state)
{
	static const size_t cuts[] = { 2000, 980, 899 + 8, 900 + 8, 899 + 23, 900 + 23 };
	static const struct {
		const char *what;
		const char *head;
		const char *tail;
		size_t begins; /* from there on it is so long */
	} rows[] = {
		{ "queue manager", "A1B2C3D4: from=<", ">, size=1, nrcpt=9999 (queue active)", 8 },
		{ "pickup", "A1B2C3D4: uid=33 from=<", "> orig_id=B575BA76125", 23 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows) * SW_COUNT(cuts); i++) {
		size_t n = cuts[i / 2];
		size_t tail = strlen(rows[i % 2].tail);
		struct event_pickup pickup;
		struct sw_raw sender;
		struct sw_raw id;
		uint64_t recipients;
		char text[2000];

		memset(text, 'x', n);
		memcpy(text, rows[i % 2].head, strlen(rows[i % 2].head));
		memcpy(text + n - tail, rows[i % 2].tail, tail);
		want_number(rows[i % 2].what, event_active(raw_from(text, n), &id, &recipients, &sender),
			    i % 2 == 0 && n - rows[i % 2].begins < 900);
		if (event_pickup(raw_from(text, n), &pickup))
			want_number(rows[i % 2].what, pickup.requeued,
				    i % 2 == 1 && n - rows[i % 2].begins < 900);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_is_known_by_what_postfix_fills_in),
		cmocka_unit_test(the_login_ends_where_postfix_ends_it),
		cmocka_unit_test(a_client_that_did_not_log_in_is_nobody),
		cmocka_unit_test(another_line_is_no_client_whatever_it_quotes),
		cmocka_unit_test(the_queue_manager_s_numbers_are_the_last_ones),
		cmocka_unit_test(a_local_user_can_not_pass_for_postfix),
		cmocka_unit_test(the_end_of_a_text_that_was_cut_is_not_believed),
	};

	return cmocka_run_group_tests_name("events trust", tests, NULL, NULL);
}
