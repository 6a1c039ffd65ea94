/* What the smaller events say; who can't be blamed by what others write: test_events_trust.c. */
#include <stdlib.h>

#include "traffic/events.h"
#include "test.h"

static void a_text_that_ends_anywhere_is_legal(void **state)
{
	static const char *const texts[] = {
		"A1B2C3D: client=a[2001:db8::1]:25, sasl_method=LOGIN, sasl_username=alice",
		"A1B2C3D: client=a[192.0.2.1], sasl_sender=x, orig_client=a[192.0.2.1]",
		"A1B2C3D: from=<a@b>, size=1, nrcpt=1 (queue active)",
		"A1B2C3D: uid=103 from=<a@b> orig_id=B575BA76125",
		"A1B2C3D: to=<a@b>, relay=local, status=sent (forwarded as B575BA76125)",
		"A1B2C3D: message-id=<a@b>",
		"A1B2C3D: sender non-delivery notification: B575BA76125",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(texts); i++)
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			char *exact = malloc(n ? n : 1); /* for the sanitizer */
			struct sw_raw text = raw_from(exact, n);
			struct event_client client;
			struct event_pickup pickup;
			struct sw_raw sender;
			struct sw_raw id;
			uint64_t recipients;

			assert_non_null(exact);
			memcpy(exact, texts[i], n);
			event_client(text, &client);
			event_active(text, &id, &recipients, &sender);
			event_pickup(text, &pickup);
			event_forwarded(text, &id);
			event_returned(text, &id, &sender);
			event_entered(text, &id);
			event_is_accepted(text);
			event_is_bounce(text);
			free(exact);
		}
}

static void a_message_that_was_taken_has_an_id(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "A1B2C3D4: client=mx[192.0.2.1]", true },
		{ "4jY2t64rKTz1bgFB: client=unknown[2001:db8::1], sasl_method=PLAIN", true },
		/* qmqpd(8) writes the same */
		{ "A1B2C3D4: client=unknown[unknown]", true },
		{ "NOQUEUE: client=mx[192.0.2.1]", false }, /* a proxy filter may still refuse it */
		{ "NOQUEUE: reject: RCPT from mx[192.0.2.1]: 554 A1B2C3D4: client=x", false },
		{ "A1B2C: client=mx[192.0.2.1]", false },
		{ " A1B2C3D4: client=mx[192.0.2.1]", false },
		{ "A1B2C3D4: Client=mx[192.0.2.1]", false },
		{ "A1B2C3D4: message-id=<: client=>", false },
		{ "A1B2C3D4", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, event_is_accepted(raw_of(rows[i].text)), rows[i].want);
}

static void a_message_enters_with_its_message_id(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: no such line */
	} rows[] = {
		{ "A1B2C3D4: message-id=<a@b>", "A1B2C3D4" },
		{ "4jY2t64rKTz1bgFB: message-id=<>", "4jY2t64rKTz1bgFB" },
		{ "A1B2C3D4: resent-message-id=<a@b>", NULL },
		{ "A1B2C3D4: warning: header Subject: message-id=<x>", NULL },
		{ "A1B2C: message-id=<a@b>", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw id = raw_of("");
		bool got = event_entered(raw_of(rows[i].text), &id);

		want_number(rows[i].text, got, rows[i].want != NULL);
		if (got)
			want_raw(rows[i].text, id, rows[i].want);
	}
}

static void the_null_sender_is_a_bounce(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "A1B2C3D4: from=<>, size=391, nrcpt=1 (queue active)", true },
		{ "A1B2C3D4: from=<a@b>, size=391, nrcpt=1 (queue active)", false },
		{ "A1B2C3D4: from=<double-bounce@mx.example>, size=9, nrcpt=1 (queue active)",
		  true },
		{ "A1B2C3D4: from=<a.double-bounce@b>, size=9, nrcpt=1 (queue active)", false },
		{ "A1B2C3D4: from=<x: from=<>, size=1>, size=391, nrcpt=1 (queue active)", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, event_is_bounce(raw_of(rows[i].text)), rows[i].want);
}

static void a_bounce_names_the_message_and_its_own_id(void **state)
{
	static const struct {
		const char *text;
		const char *id, *bounce; /* NULL: no such line */
	} rows[] = {
		{ "A1B2C3D4: sender non-delivery notification: B575BA76125", "A1B2C3D4",
		  "B575BA76125" },
		{ "A1B2C3D4: sender delay notification: B575BA76125", NULL, NULL },
		{ "A1B2C3D4: postmaster non-delivery notification: B575BA76125", NULL, NULL },
		{ "A1B2C3D4: sender non-delivery notification: B575 x", NULL, NULL },
		{ "A1B2C3D4: sender non-delivery notification: ", NULL, NULL },
		{ "x y: sender non-delivery notification: B575BA76125", NULL, NULL },
		{ "A1B2C3D4: to=<a@b>: sender non-delivery notification: B575BA76125", NULL, NULL },
		{ ": sender non-delivery notification: B575BA76125", NULL, NULL },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw id;
		struct sw_raw bounce;
		bool got = event_returned(raw_of(rows[i].text), &id, &bounce);

		want_number(rows[i].text, got, rows[i].id != NULL);
		if (!got)
			continue;
		want_raw(rows[i].text, id, rows[i].id);
		want_raw(rows[i].text, bounce, rows[i].bounce);
	}
}

static void a_forwarded_message_names_its_new_id(void **state)
{
	static const struct {
		const char *text;
		const char *want; /* NULL: no such line */
	} rows[] = {
		{ "A1B2C3D4: to=<a@b>, relay=local, delay=0.1, dsn=2.0.0, status=sent (forwarded "
		  "as "
		  "B575BA76125)",
		  "B575BA76125" },
		{ "A1B2C3D4: to=<(forwarded as C1)>, status=sent (delivered to mailbox)", NULL },
		{ "A1B2C3D4: to=<a@b>, status=sent (forwarded as B575BA76125) x", NULL },
		{ "A1B2C3D4: to=<a@b>, status=sent (forwarded as not an ID)", NULL },
		{ "A1B2C3D4: to=<a@b>, status=sent (forwarded as )", NULL },
		{ "(forwarded as B575BA76125)", NULL },
		{ ")", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw id = raw_of("");
		bool got = event_forwarded(raw_of(rows[i].text), &id);

		want_number(rows[i].text, got, rows[i].want != NULL);
		if (got)
			want_raw(rows[i].text, id, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_that_ends_anywhere_is_legal),
		cmocka_unit_test(a_message_that_was_taken_has_an_id),
		cmocka_unit_test(a_message_enters_with_its_message_id),
		cmocka_unit_test(the_null_sender_is_a_bounce),
		cmocka_unit_test(a_forwarded_message_names_its_new_id),
		cmocka_unit_test(a_bounce_names_the_message_and_its_own_id),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
