/* What a delivery line says; forms of 2.11 to 3.12 (global/log_adhoc.c). */
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

static void a_filter_on_this_host_is_inside(void **state)
{
	static const struct {
		const char *relay;
		bool want;
	} rows[] = {
		{ "127.0.0.1[127.0.0.1]:10024", true },
		{ "localhost[127.0.0.2]:10024", true },
		{ "localhost[::1]:10024", true },
		{ MX, false },
		{ "127.0.0.1.example[192.0.2.1]:25", false },
		{ "none", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct delivery d = made(rows[i].relay, "sent", "250 ok");

		want_number(rows[i].relay, delivery_is_inside(&d), rows[i].want);
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
		cmocka_unit_test(a_filter_on_this_host_is_inside),
		cmocka_unit_test(the_last_id_is_that_of_the_second_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
