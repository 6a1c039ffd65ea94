/* What a delivery line says; forms of 2.11 to 3.12 (global/log_adhoc.c). */
#include <stdlib.h>

#include "reference_delivery.h"
#include "test.h"
#include "traffic/delivery.h"

#define MX     "mx.far.example[198.51.100.9]:25"
#define BEHIND "delay=1.2, delays=0.1/0/0.4/0.7, dsn=4.7.28, status=deferred (no)"

static void a_line_is_read_from_the_left(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		const char *want; /* id recipient relay c.s.d status said; NULL: no such line */
	} rows[] = {
		{ "a refusal", "4ABC01: to=<a@b>, relay=" MX ", " BEHIND,
		  "4ABC01|a@b|" MX "|4.7.28|deferred|no" },
		{ "a long ID", "4jY2t64rKTz1bgFB: to=<a@b>, relay=none, " BEHIND,
		  "4jY2t64rKTz1bgFB|a@b|none|4.7.28|deferred|no" },
		{ "an alias", "4ABC01: to=<a@b>, orig_to=<c@d>, relay=none, " BEHIND,
		  "4ABC01|a@b|none|4.7.28|deferred|no" },
		{ "used again, with TLS of 3.11",
		  "4ABC01: to=<a@b>, relay=" MX ", conn_use=3, delay=1, delays=1/0/0/0, tls=none, "
		  "dsn=2.0.0, status=sent (250 ok)",
		  "4ABC01|a@b|" MX "|2.0.0|sent|250 ok" },
		{ "a quoted recipient",
		  "4ABC01: to=<\"x>, relay=none, dsn=2.0.0, status=sent (ok)\"@b>, relay=" MX
		  ", " BEHIND,
		  "4ABC01|\"x>, relay=none, dsn=2.0.0, status=sent (ok)\"@b|" MX
		  "|4.7.28|deferred|no" },
		{ "a quote in it", "4ABC01: to=<\"a\\\">b\"@c>, relay=none, " BEHIND,
		  "4ABC01|\"a\\\">b\"@c|none|4.7.28|deferred|no" },
		{ "a server that speaks of states",
		  "4ABC01: to=<a@b>, relay=none, dsn=4.0.0, status=deferred (x), status=sent (250 ok)",
		  "4ABC01|a@b|none|4.0.0|deferred|x), status=sent (250 ok" },
		{ "a text that was cut", "4ABC01: to=<a@b>, relay=none, dsn=5.0.0, status=bounced (no",
		  "4ABC01|a@b|none|5.0.0|bounced|no" },
		{ "nobody", "4ABC01: to=<>, relay=none, " BEHIND, "4ABC01||none|4.7.28|deferred|no" },
		{ "no code", "4ABC01: to=<a@b>, relay=none, delay=1, status=deferred (no)",
		  "4ABC01|a@b|none|0.0.0|deferred|no" },
		{ "a strange code", "4ABC01: to=<a@b>, relay=none, dsn=9.1.1, status=deferred (no)",
		  "4ABC01|a@b|none|0.0.0|deferred|no" },
		{ "a quote without an end", "4ABC01: to=<\"a>, relay=none, " BEHIND, NULL },
		{ "no end of the recipient", "4ABC01: to=<a", NULL },
		{ "cut before the state", "4ABC01: to=<a@b>, relay=none, delay=1", NULL },
		{ "cut before the text", "4ABC01: to=<a@b>, relay=none, dsn=5.0.0, status=bounced", NULL },
		{ "a first server", "4ABC01: host " MX " said: 450 no (in reply to RCPT TO command)",
		  NULL },
		{ "a connection", "connect to " MX ": Connection timed out", NULL },
		{ "no ID", "to=<a@b>, relay=none, " BEHIND, NULL },
		{ "NOQUEUE is none, but looks like one", "A: to=<a@b>, relay=none, " BEHIND, NULL },
		{ "the queue manager", "4ABC01: from=<a@b>, size=1, nrcpt=1 (queue active)", NULL },
		{ "no relay", "4ABC01: to=<a@b>, " BEHIND, NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct delivery d;
		char got[400] = "";

		if (!reference_delivery_agrees(raw_of(rows[i].text)))
			fail_msg("%s: the reference says something else", rows[i].what);
		if (delivery_event(raw_of(rows[i].text), &d))
			snprintf(got, sizeof(got), "%.*s|%.*s|%.*s|%u.%u.%u|%.*s|%.*s",
				 (int)d.queue_id.n, d.queue_id.p, (int)d.recipient.n,
				 d.recipient.p, (int)d.relay.n, d.relay.p, d.dsn.class,
				 d.dsn.subject, d.dsn.detail, (int)d.status.n, d.status.p,
				 (int)d.said.n, d.said.p);
		want_text(rows[i].what, got, rows[i].want ? rows[i].want : "");
	}
}

static struct delivery made(const char *relay, const char *status, const char *said)
{
	return (struct delivery){ .relay = raw_of(relay),
				  .status = raw_of(status),
				  .said = raw_of(said) };
}

static void deferred_and_bounced_is_refused(void **state)
{
	static const struct {
		const char *status;
		bool want;
	} rows[] = { { "sent", false },	   { "deferred", true },      { "bounced", true },
		     { "SOFTBOUNCE", true }, { "deliverable", false }, { "undeliverable", false },
		     { "expired", false },   { "", false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct delivery d = made("none", rows[i].status, "");

		want_number(rows[i].status, delivery_is_refused(&d), rows[i].want);
	}
}

static void the_server_that_was_tried_has_an_address(void **state)
{
	static const struct {
		const char *relay, *said, *want; /* "": none, or it is not known */
	} rows[] = {
		{ MX, "250 ok", "198.51.100.9" },
		{ "127.0.0.1[127.0.0.1]:10024", "250 ok", "127.0.0.1" },
		{ "localhost[::1]:10024", "250 ok", "::1" },
		{ "127.0.0.1.example[192.0.2.1]:25", "250 ok", "192.0.2.1" },
		{ "2001:db8::1[2001:db8::1]:25", "250 ok", "2001:db8::1" },
		{ "mx.b[fe80::1%eth0]:25", "250 ok", "fe80::1%eth0" },
		{ "none", "connect to mx.b[192.0.2.1]:25: Connection timed out", "192.0.2.1" },
		{ "none", "connect to mx.b[192.0.2.1]:25", "192.0.2.1" },
		{ "none", "connect to mx.b[private/lmtp]: Connection refused", "" },
		{ "none", "connect to a host: mx.b[192.0.2.1]:25", "" },
		{ "none", "Host not found", "" },
		{ MX, "connect to mx.c[192.0.2.9]:25: x", "198.51.100.9" },
		{ "mx.b[private/lmtp]", "250 ok", "" },
		{ "mx.b[192.0.2.256]:25", "250 ok", "" },
		{ "mx.b[192.0.2.1]:", "250 ok", "" },
		{ "mx.b[192.0.2.1]", "250 ok", "" },
		{ "[192.0.2.1]:25", "250 ok", "" },
		{ "mx.b[]:25", "250 ok", "" },
		{ "local", "delivered to mailbox", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct delivery d = made(rows[i].relay, "sent", rows[i].said);

		want_raw(rows[i].relay, delivery_server(&d), rows[i].want);
	}
}

static void a_line_that_ends_anywhere_is_legal(void **state)
{
	static const char *const texts[] = {
		"A1B2C3D: to=<\"a\\\"b\"@c>, orig_to=<\"x\"@y>, relay=m[::1]:25, delay=1, "
		"dsn=2.0.0, status=sent (250 queued as B1B2C3D)",
		"A1B2C3D: to=<a@b>, relay=none, delay=1, status=deferred (connect to "
		"m[192.0.2.1]:25: x)",
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(texts); i++)
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			char *exact = malloc(n ? n : 1); /* for the sanitizer */
			bool agrees;

			assert_non_null(exact);
			memcpy(exact, texts[i], n);
			agrees = reference_delivery_agrees(raw_from(exact, n));
			free(exact);
			if (!agrees)
				fail_msg("%zu bytes of %s", n, texts[i]);
		}
}

static void the_last_id_is_that_of_the_second_pass(void **state)
{
	static const struct {
		const char *said;
		const char *want;
	} rows[] = {
		{ "250 2.0.0 Ok: queued as 9B1C2D", "9B1C2D" },
		{ "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4jY2t64rKTz1bgFB",
		  "4jY2t64rKTz1bgFB" },
		{ "250 queued as AAAAAA, id=1, queued as BBBBBB", "BBBBBB" },
		{ "250 queued as 12345678 by filter", "12345678" },
		{ "250 queued as A", "" },
		{ "250 queued as AAAAAA, queued as B1", "" },
		{ "250 ok: queued as B1 and queued as 4F1A2B3C4D id", "4F1A2B3C4D" },
		{ "250 queued as ", "" },
		{ "250 ok", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct delivery d = made("none", "sent", rows[i].said);

		want_raw(rows[i].said, delivery_queued_as(&d), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_from_the_left),
		cmocka_unit_test(deferred_and_bounced_is_refused),
		cmocka_unit_test(the_server_that_was_tried_has_an_address),
		cmocka_unit_test(a_line_that_ends_anywhere_is_legal),
		cmocka_unit_test(the_last_id_is_that_of_the_second_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
