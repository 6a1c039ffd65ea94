#include "incident/past.h"

#include <stdlib.h>

#include "test.h"
#include "told.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */, BEGAN = NOW - 3600 };

#define SMTPD	"mx postfix/submission/smtpd[7]: "
#define QMGR	"mx postfix/qmgr[3]: "
#define SMTP	"mx postfix/smtp[9]: "
#define FAIL	"warning: unknown[240.7.7.7]: SASL LOGIN authentication failed: x"
#define LOGIN	", sasl_method=PLAIN, sasl_username="
#define ONE	SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN "bob@x"
#define ACTIVE	QMGR "4ABC01234: from=<bob@x>, size=400, nrcpt=2 (queue active)"
#define TO(who) ": to=<" who ">, relay="
#define DELAY	", delay=1, delays=1/0/0/0, "
#define MX	"mx.far.example[198.51.100.9]:25"
#define SENT	DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok)"
#define DEFERRED                                                                                   \
	DELAY "dsn=4.7.28, status=deferred (host mx.far.example[198.51.100.9] said: 421-4.7.28 "  \
	      "unusual rate of unsolicited mail originating from your IP (in reply to MAIL FROM "  \
	      "command))"
#define BOUNCED                                                                                    \
	DELAY "dsn=5.1.1, status=bounced (host mx.far.example[198.51.100.9] said: 550 5.1.1 no "  \
	      "such user (in reply to RCPT TO command))"

static struct past p;
static struct select selected;
static struct options options;
static struct run run;
static struct sw_host h;

static void begin(const char *account, uint64_t uid)
{
	struct sw_fault why = { 0 };

	options = (struct options){ .by = account ? BY_ACCOUNT : BY_UID,
				    .value = account ? account : "33",
				    .uid = uid };
	h = (struct sw_host){ .root = -1, .now = NOW, .secret = { 1, 2 } };
	run = (struct run){ .options = &options, .host = &h };
	assert_int_equal(select_new(&options, true, &selected, &why), 0);
	p = (struct past){ .run = &run, .select = &selected };
	assert_int_equal(past_begin(&p, &why), 0);
}

static void end(void)
{
	past_free(&p);
	select_free(&selected);
}

static void tell(int64_t time, const char *line)
{
	struct told t;

	assert_int_equal(past_line(told_by(&t, time, line), &p), 0);
}

struct numbers {
	unsigned messages, recipients, sent, sent_outside, bounced, waiting, outside, returned,
		failures, addresses;
};

static void each_line_counts_as_it_should(void **state)
{
	static const struct {
		const char *what;
		const char *lines[10]; /* a second apart */
		struct numbers want;
	} rows[] = {
		{ "one", { ONE, ACTIVE }, { .messages = 1, .recipients = 2, .addresses = 1 } },
		{ "of another case", { SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN "Bob@X" }, { .messages = 1, .addresses = 1 } },
		{ "an end of it", { SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN "xbob@x", ACTIVE }, { 0 } },
		{ "a blank before", { SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN " bob@x" }, { .messages = 1, .addresses = 1 } },
		{ "a space that it has not", { SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN " bob@x" }, { 0 } },
		{ "what MAIL FROM says", { SMTPD "4ABC01234: client=pc[192.0.2.9], sasl_sender=x, sasl_username=bob@x" }, { 0 } },
		{ "a retry", { ONE, ACTIVE, ACTIVE }, { .messages = 1, .recipients = 2, .addresses = 1 } },
		{ "two", { ONE, SMTPD "4ABC09999: client=pc[192.0.2.8]" LOGIN "bob@x" }, { .messages = 2, .addresses = 2 } },
		{ "sent", { ONE, SMTP "4ABC01234" TO("u@far.example") MX SENT }, { .messages = 1, .sent = 1, .sent_outside = 1, .outside = 1, .addresses = 1 } },
		{ "to a mailbox here", { ONE, "mx postfix/lmtp[9]: 4ABC01234" TO("u@x") "mx[private/lmtp]" SENT }, { .messages = 1, .sent = 1, .addresses = 1 } },
		{ "deferred, twice, and sent", { ONE, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED, SMTP "4ABC01234" TO("u@far.example") MX SENT }, { .messages = 1, .sent = 1, .sent_outside = 1, .outside = 1, .addresses = 1 } },
		{ "deferred", { ONE, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED, SMTP "4ABC01234" TO("v@far.example") MX DEFERRED }, { .messages = 1, .waiting = 2, .outside = 2, .addresses = 1 } },
		{ "bounced, and the bounce", { ONE, SMTP "4ABC01234" TO("u@far.example") MX BOUNCED, "mx postfix/bounce[4]: 4ABC01234: sender non-delivery notification: 4ABC05555" }, { .messages = 1, .bounced = 1, .outside = 1, .returned = 1, .addresses = 1 } },
		{ "expired", { ONE, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED, "mx postfix/qmgr[4]: 4ABC01234: from=<bob@x>, status=expired, returned to sender", SMTP "4ABC01234" TO("u@far.example") "none" DELAY "dsn=4.4.1, status=expired (x)" }, { .messages = 1, .bounced = 1, .outside = 1, .addresses = 1 } },
		{ "somebody else's bounce", { ONE, "mx postfix/bounce[4]: 4ABC07777: sender non-delivery notification: 4ABC05555" }, { .messages = 1, .addresses = 1 } },
		{ "each line twice", { ONE, ONE, SMTP "4ABC01234" TO("u@far.example") MX SENT, SMTP "4ABC01234" TO("u@far.example") MX SENT }, { .messages = 1, .sent = 1, .sent_outside = 1, .outside = 1, .addresses = 1 } },
		{ "through a filter that says so", { ONE, ACTIVE, SMTPD "4ABC08888: client=localhost[127.0.0.1], orig_queue_id=4ABC01234, orig_client=pc[192.0.2.9]", SMTP "4ABC01234" TO("u@far.example") "127.0.0.1[127.0.0.1]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)", QMGR "4ABC08888: from=<bob@x>, size=500, nrcpt=2 (queue active)", SMTP "4ABC08888" TO("u@far.example") MX SENT }, { .messages = 1, .recipients = 2, .sent = 1, .sent_outside = 1, .outside = 1, .addresses = 1 } },
		{ "through one that does not", { ONE, ACTIVE, SMTPD "4ABC08888: client=localhost[127.0.0.1]", QMGR "4ABC08888: from=<bob@x>, size=500, nrcpt=2 (queue active)", SMTP "4ABC08888" TO("u@far.example") MX SENT, SMTP "4ABC01234" TO("u@far.example") "127.0.0.1[127.0.0.1]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)", SMTP "4ABC08888" TO("v@far.example") MX BOUNCED }, { .messages = 1, .recipients = 2, .sent = 1, .sent_outside = 1, .bounced = 1, .outside = 2, .addresses = 1 } },
		{ "a filter that logs in", { ONE, SMTPD "4ABC08888: client=f[10.0.0.5]" LOGIN "bob@x, orig_queue_id=4ABC01234" }, { .messages = 1, .addresses = 1 } },
		{ "postsuper -r", { ONE, "mx postfix/pickup[2]: 4ABC08888: uid=103 from=<bob@x> orig_id=4ABC01234", SMTP "4ABC08888" TO("u@far.example") MX SENT }, { .messages = 1, .sent = 1, .sent_outside = 1, .outside = 1, .addresses = 1 } },
		{ "an ID that is another's now", { ONE, SMTPD "4ABC01234: client=pc[192.0.2.9]" LOGIN "eve@x", SMTP "4ABC01234" TO("u@far.example") MX SENT }, { .messages = 1, .addresses = 1 } },
		{ "behind a filter before the queue", { SMTPD "NOQUEUE: client=pc[192.0.2.9]" LOGIN "bob@x", "mx postfix/smtpd[8]: 4ABC08888: client=localhost[127.0.0.1]", QMGR "4ABC08888: from=<bob@x>, size=500, nrcpt=2 (queue active)", SMTP "4ABC08888" TO("u@far.example") MX SENT, SMTPD "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4ABC08888; from=<bob@x> to=<u@far.example> proto=ESMTP helo=<x> sasl_username=<bob@x>", SMTP "4ABC08888" TO("v@far.example") MX BOUNCED }, { .messages = 1, .recipients = 2, .sent = 1, .sent_outside = 1, .bounced = 1, .outside = 2, .addresses = 1 } },
		{ "somebody else's there", { SMTPD "NOQUEUE: client=pc[192.0.2.9]" LOGIN "bob@x", SMTPD "NOQUEUE: client=pc[192.0.2.9]" LOGIN "eve@x", SMTPD "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4ABC08888; from=<bob@x> to=<u@far.example> proto=ESMTP helo=<x> sasl_username=<eve@x>", SMTP "4ABC08888" TO("v@far.example") MX BOUNCED }, { .messages = 1, .addresses = 1 } },
		{ "no ID", { SMTPD "NOQUEUE: client=pc[192.0.2.9]" LOGIN "bob@x" }, { .messages = 1, .addresses = 1 } },
		{ "failures", { SMTPD FAIL ", sasl_username=bob@x", SMTPD FAIL ", sasl_username=BOB@X", SMTPD FAIL ", sasl_username=bo", SMTPD FAIL }, { .failures = 2 } },
		{ "named by Dovecot", { "mx dovecot: auth: passwd-file(bob@x,240.7.7.7): Password mismatch", SMTPD FAIL }, { .failures = 1 } },
		{ "a login at Dovecot", { "mx dovecot: imap-login: Login: user=<bob@x>, method=PLAIN, rip=240.7.7.7, lip=192.0.2.1, mpid=5, TLS, session=<x>" }, { .addresses = 1 } },
		{ "another program's words", { "mx php: 4ABC01234: client=pc[192.0.2.9]" LOGIN "bob@x" }, { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct numbers *want = &rows[i].want;
		const char *account = strstr(rows[i].what, "blank") ? " bob@x" : "bob@x";

		begin(account, 0);
		for (int k = 0; k < 10 && rows[i].lines[k]; k++)
			tell(BEGAN + k, rows[i].lines[k]);
		want_number(rows[i].what, p.messages, want->messages);
		want_number(rows[i].what, p.recipients, want->recipients);
		want_number(rows[i].what, p.sent, want->sent);
		want_number(rows[i].what, p.sent_outside, want->sent_outside);
		want_number(rows[i].what, p.bounced, want->bounced);
		want_number(rows[i].what, p.waiting, want->waiting);
		want_number(rows[i].what, p.outside, want->outside);
		want_number(rows[i].what, p.returned, want->returned);
		want_number(rows[i].what, p.failures, want->failures);
		want_number(rows[i].what, topk_rows(p.used), want->addresses);
		end();
	}
}

static void of_an_address_its_failures_before_are_known(void **state)
{
	const struct past_use *use;
	const struct past_refused *refused;

	(void)state;
	begin("bob@x", 0);
	tell(BEGAN, SMTPD FAIL ", sasl_username=ann@x");
	tell(BEGAN + 5, SMTPD FAIL ", sasl_username=bob@x");
	tell(BEGAN + 60, SMTPD "4ABC01234: client=h.example[240.7.7.7]" LOGIN "bob@x");
	tell(BEGAN + 70, SMTPD FAIL ", sasl_username=bob@x");
	tell(BEGAN + 80, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED);
	tell(BEGAN + 90, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED);
	tell(BEGAN + 95, SMTPD "warning: unknown[240.7.7.8]: SASL LOGIN authentication failed: "
			       "UGFzc3dvcmQ6");
	want_number("addresses", topk_rows(p.used), 1);
	use = topk_row(p.used, 0)->value;
	want_number("before, of whatever name", use->before, 2);
	want_number("nobody's", p.silent, 1);
	want_number("since", use->since, BEGAN);
	want_number("first", use->first, BEGAN + 60);
	want_raw("its name", raw_from(use->host, use->host_n), "h.example");
	want_number("failures of it", p.failures, 2);
	want_number("the last of them", p.failed_last, BEGAN + 70);
	want_number("refused by", topk_rows(p.refused), 1);
	want_number("recipients", topk_row(p.refused, 0)->count, 1);
	want_raw("whom, for what", topk_row(p.refused, 0)->name, "0far.example");
	refused = topk_row(p.refused, 0)->value;
	want_in("their words", sw_label_from(raw_from(refused->words, refused->words_n)).s,
		"unusual rate of unsolicited mail");
	assert_true(past_has(&p, raw_of("4ABC01234")));
	assert_false(past_has(&p, raw_of("4ABC01235")));
	end();
}

static void a_local_user_is_pickups(void **state)
{
	(void)state;
	begin(NULL, 33);
	tell(BEGAN, "mx postfix/pickup[2]: 4ABC01234: uid=33 from=<www-data>");
	tell(BEGAN + 1, "mx postfix/pickup[2]: 4ABC05678: uid=3 from=<news>");
	tell(BEGAN + 2, "mx postfix/pickup[2]: 4ABC07777: uid=33 from=<x> orig_id=4ABC00000");
	tell(BEGAN + 3, SMTPD FAIL ", sasl_username=33");
	tell(BEGAN + 4, ACTIVE);
	want_number("messages", p.messages, 1);
	want_number("recipients", p.recipients, 2);
	want_number("failures", p.failures, 0);
	end();
}

/* However many there are: no number is too high, and it is said. */
static void more_addresses_than_can_be_kept_are_cut(void **state)
{
	(void)state;
	begin("bob@x", 0);
	for (unsigned i = 0; i < PAST_ADDRESSES + 100; i++) {
		char line[160];

		snprintf(line, sizeof(line), SMTPD "4A%07X: client=unknown[10.%u.%u.%u]" LOGIN "bob@x",
			 i, i >> 16 & 255, i >> 8 & 255, i & 255);
		tell(BEGAN + i / 100, line);
	}
	want_number("messages", p.messages, PAST_ADDRESSES + 100);
	want_number("addresses", topk_rows(p.used), PAST_ADDRESSES);
	want_number("cut", topk_evicted(p.used), 100);
	want_number("sample", p.samples, PAST_SAMPLE);
	assert_true(past_is_exact(&p));
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_counts_as_it_should),
		cmocka_unit_test(of_an_address_its_failures_before_are_known),
		cmocka_unit_test(a_local_user_is_pickups),
		cmocka_unit_test(more_addresses_than_can_be_kept_are_cut),
	};

	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
