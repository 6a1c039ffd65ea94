#include "incident/past.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "test.h"
#include "told.h"
#include "traffic/role.h"

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

/* By five guesses, or by three networks that come in after these. */
static void after_so_many_guesses_it_is_broken_into(void **state)
{
	char line[160];

	(void)state;
	for (unsigned guesses = 4; guesses <= 5; guesses++) {
		begin("bob@x", 0);
		for (unsigned i = 0; i < guesses; i++)
			tell(BEGAN + i, SMTPD FAIL ", sasl_username=bob@x");
		tell(BEGAN + 60, SMTPD "4ABC01234: client=h.example[240.7.7.7]" LOGIN "bob@x");
		want_number("by guesses", failures_seen(&p.logins)->broken[0].account != 0, guesses == 5);
		end();
	}
	for (unsigned networks = 2; networks <= 3; networks++) {
		begin("bob@x", 0);
		for (unsigned i = 0; i < 5; i++) {
			snprintf(line, sizeof(line), SMTPD "warning: unknown[240.%u.7.7]: SASL LOGIN authentication failed: x, sasl_username=bob@x", i);
			tell(BEGAN + i, line);
		}
		for (unsigned i = 0; i < networks; i++) {
			snprintf(line, sizeof(line), SMTPD "4ABC0123%u: client=h.example[241.%u.7.7]" LOGIN "bob@x", i, i);
			tell(BEGAN + 60 + i, line);
		}
		want_number("by networks", failures_seen(&p.logins)->broken[0].account != 0, networks == 3);
		end();
	}
}

static char story[8192];
static size_t story_n;

static void say(const char *fmt, ...) SW_PRINTF(1, 2);
static void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	story_n += (size_t)vsnprintf(story + story_n, sizeof(story) - story_n, fmt, args);
	va_end(args);
}

static const char *address_text(const void *address)
{
	static char buf[NETWORK_TEXT];

	return network_text(address, buf).p;
}

/* Seconds behind BEGAN; "-": none. */
static const char *when(int64_t time)
{
	static char text[4][24];
	static unsigned at;

	at = (at + 1) % 4;
	snprintf(text[at], sizeof(text[at]), time ? "%lld" : "-", (long long)time - BEGAN);
	return text[at];
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A table's rows in order, a line each. */
static void say_rows(const char *name, struct topk *t,
		     void (*one)(const struct topk_row *row, char *buf, size_t n))
{
	static char line[64][400];
	const size_t n = topk_rows(t);

	assert_true(n <= 64);
	for (size_t i = 0; i < n; i++)
		one(topk_row(t, i), line[i], sizeof(line[i]));
	qsort(line, n, sizeof(line[0]), by_text);
	for (size_t i = 0; i < n; i++)
		say("%s %s\n", name, line[i]);
}

static void one_failed(const struct topk_row *row, char *buf, size_t n)
{
	const struct past_failure *f = row->value;

	snprintf(buf, n, "%s %d, %s to %s", address_text(row->name.p), (int)row->count,
		 when(f->first), when(f->last));
}

static void one_used(const struct topk_row *row, char *buf, size_t n)
{
	const struct past_use *u = row->value;

	snprintf(buf, n, "%s %d, %d messages %d logins, %s to %s, %d before since %s, %.*s",
		 address_text(row->name.p), (int)row->count, (int)u->messages, (int)u->logins,
		 when(u->first), when(u->last), (int)u->before, when(u->since), (int)u->host_n,
		 u->host);
}

static void one_name(const struct topk_row *row, char *buf, size_t n)
{
	snprintf(buf, n, "%s %d", sw_label_from(row->name).s, (int)row->count);
}

static void one_refused(const struct topk_row *row, char *buf, size_t n)
{
	const struct past_refused *r = row->value;

	snprintf(buf, n, "%s %d, last %s%s: %.*s", sw_label_from(row->name).s, (int)row->count,
		 when(r->last), r->at_connect ? ", at connect" : "", (int)r->words_n, r->words);
}

/* All that is known of it. */
static void say_all(void)
{
	char sample[PAST_SAMPLE][128];

	story_n = 0;
	say("failures %d, %s to %s, silent %d\n", (int)p.failures, when(p.failed_first),
	    when(p.failed_last), (int)p.silent);
	say("messages %d, without ID %d, %s to %s, recipients %d\n", (int)p.messages,
	    (int)p.without_id, when(p.first), when(p.last), (int)p.recipients);
	say("sent %d, outside %d, bounced %d, waiting %d, outside %d, returned %d\n", (int)p.sent,
	    (int)p.sent_outside, (int)p.bounced, (int)p.waiting, (int)p.outside, (int)p.returned);
	say_rows("failed", p.failed, one_failed);
	say_rows("used", p.used, one_used);
	say_rows("sender", p.sender, one_name);
	say_rows("domain", p.domain, one_name);
	say_rows("refused", p.refused, one_refused);
	for (size_t i = 0; i < p.samples; i++)
		snprintf(sample[i], sizeof(sample[i]), "%s at %s %s", p.sample[i].id,
			 when(p.sample[i].time),
			 p.sample[i].has_address ? address_text(&p.sample[i].address) : "-");
	qsort(sample, p.samples, sizeof(sample[0]), by_text);
	for (size_t i = 0; i < p.samples; i++)
		say("sample %s\n", sample[i]);
}

static void want_story(const char *what, const char *want)
{
	say_all();
	if (strcmp(story, want) != 0)
		fail_msg("%s: got\n%swant\n%s", what, story, want);
}

/* From the first guess to the last bounce, and somebody else's beside it. */
static void all_of_an_account_is_told(void **state)
{
	(void)state;
	begin("bob@x", 0);
	tell(p.since - 1, ONE);
	tell(BEGAN + 1, SMTPD FAIL ", sasl_username=ann@x");
	tell(BEGAN + 3, SMTPD FAIL ", sasl_username=bob@x");
	tell(BEGAN + 4, "mx postfix/smtpd[7]: warning: unknown[192.0.2.50]: SASL LOGIN authentication failed: x, sasl_username=b");
	tell(BEGAN + 5, SMTPD FAIL ", sasl_username=BOB@x");
	tell(BEGAN + 60, SMTPD "4ABC01234: client=h.example[240.7.7.7]" LOGIN "bob@x");
	tell(BEGAN + 61, SMTPD "4ABC01234: client=h.example[240.7.7.7]" LOGIN "bob@x");
	tell(BEGAN + 62, ACTIVE);
	tell(BEGAN + 63, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED);
	tell(BEGAN + 64, SMTP "4ABC01234" TO("v@far.example") MX BOUNCED);
	tell(BEGAN + 65, "mx postfix/error[9]: 4ABC01234" TO("w@gone.example") "none" DEFERRED);
	tell(BEGAN + 66, "mx postfix/bounce[4]: 4ABC01234: sender non-delivery notification: 4ABC05555");
	tell(BEGAN + 70, "mx dovecot: imap-login: Login: user=<bob@x>, method=PLAIN, rip=240.7.7.7, lip=192.0.2.1, mpid=5, TLS, session=<x>");
	tell(BEGAN + 80, SMTPD "4ABC02222: client=pc[192.0.2.9]" LOGIN "Bob@X");
	tell(BEGAN + 81, QMGR "4ABC02222: from=<other@x>, size=400, nrcpt=5 (queue active)");
	tell(BEGAN + 82, "mx postfix/local[9]: 4ABC02222" TO("l@x") "local" SENT);
	tell(BEGAN + 83, "mx postfix/virtual[9]: 4ABC02222" TO("m@x") "virtual" SENT);
	tell(BEGAN + 84, "mx postfix/pipe[9]: 4ABC02222" TO("n@x") "x" SENT);
	tell(BEGAN + 85, "mx postfix/discard[9]: 4ABC02222" TO("o@x") "none" SENT);
	tell(BEGAN + 86, SMTP "4ABC02222" TO("u@far.example") MX SENT);
	tell(BEGAN + 87, SMTP "4ABC01234" TO("u@far.example") MX SENT);
	tell(BEGAN + 88, SMTPD "4ABC03333: client=pc[192.0.2.9]" LOGIN "eve@x");
	tell(BEGAN + 89, QMGR "4ABC03333: from=<eve@x>, size=400, nrcpt=7 (queue active)");
	tell(BEGAN + 90, SMTP "4ABC03333" TO("u@far.example") MX BOUNCED);
	want_story("all",
		   "failures 2, 3 to 5, silent 0\n"
		   "messages 2, without ID 0, 60 to 80, recipients 7\n"
		   "sent 6, outside 2, bounced 1, waiting 1, outside 3, returned 1\n"
		   "failed 240.7.7.7 2, 3 to 5\n"
		   "used 192.0.2.9 1, 1 messages 0 logins, 80 to 80, 0 before since -, pc\n"
		   "used 240.7.7.7 2, 1 messages 1 logins, 60 to 70, 3 before since 1, h.example\n"
		   "sender bob@x 1\n"
		   "sender other@x 1\n"
		   "domain far.example 3\n"
		   "refused 0far.example 1, last 63: 421-4.7.28 unusual rate of unsolicited mail "
		   "originating from your IP\n"
		   "refused 0gone.example 1, last 65: 421-4.7.28 unusual rate of unsolicited mail "
		   "originating from your IP\n"
		   "refused 2far.example 1, last 64: 550 5.1.1 no such user\n"
		   "sample 4ABC01234 at 60 240.7.7.7\n"
		   "sample 4ABC02222 at 80 192.0.2.9\n");
	end();
}

#define PROXY(pid) "mx postfix/smtpd[" pid "]: NOQUEUE: client=pc[192.0.2.9]" LOGIN
#define PROXIED(pid, id, user)                                                                     \
	"mx postfix/smtpd[" pid "]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as " id     \
	"; from=<b@x> to=<u@far.example> proto=ESMTP helo=<x> sasl_username=<" user ">"
#define BACK(id) "mx postfix/smtpd[99]: " id ": client=localhost[127.0.0.1]"

static void lines_at_their_seconds_make_a_story(void **state)
{
	static const struct {
		const char *what;
		struct {
			int at;
			const char *line;
		} line[12];
		const char *want[4];
	} rows[] = {
		{ "copies of a line, and IDs that are used again",
		  { { 10, ONE }, { 11, ONE }, { 13, ONE }, { 12, ONE }, { 20, SMTPD "4ABC01234: client=pc[192.0.2.8]" LOGIN "bob@x" } },
		  { "messages 3, without ID 0, 10 to 20, recipients 0", "sent 0,", "used 192.0.2.8 1, 1 messages", "used 192.0.2.9 2, 2 messages 0 logins, 10 to 13, 0 before" } },
		{ "an earlier line behind a later one",
		  { { 10, ONE }, { 8, ONE } },
		  { "messages 2, without ID 0, 10 to 10" } },
		{ "two processes with a filter before the queue",
		  { { 1, PROXY("7") "bob@x" }, { 1, PROXY("8") "bob@x" }, { 2, BACK("4ABC07777") }, { 2, PROXIED("8", "4ABC07777", "bob@x") },
		    { 3, SMTP "4ABC07777" TO("u@far.example") MX SENT }, { 4, PROXIED("9", "4ABC08888", "bob@x") },
		    { 5, SMTP "4ABC08888" TO("u@far.example") MX SENT } },
		  { "messages 2, without ID 1, 1 to 1, recipients 0", "sent 1, outside 1,", "used 192.0.2.9 2, 2 messages 0 logins, 1 to 1, 0 before since -, pc" } },
		{ "a filter that names no ID",
		  { { 1, PROXY("7") "bob@x" }, { 2, "mx postfix/smtpd[7]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; from=<b@x> to=<u@x> proto=ESMTP helo=<x> sasl_username=<bob@x>" },
		    { 3, PROXIED("7", "4ABC07777", "bob@x") }, { 4, SMTP "4ABC07777" TO("u@far.example") MX SENT } },
		  { "messages 1, without ID 1, 1 to 1", "sent 0" } },
		{ "what others send there",
		  { { 1, PROXY("7") "eve@x" }, { 2, PROXIED("7", "4ABC07777", "eve@x") }, { 3, SMTP "4ABC07777" TO("u@far.example") MX SENT } },
		  { "messages 0, without ID 0, - to -", "sent 0" } },
		{ "one that a filter had refused, and then one that it took",
		  { { 1, PROXY("7") "bob@x" }, { 2, PROXY("7") "eve@x" }, { 3, PROXIED("7", "4ABC07777", "bob@x") }, { 4, SMTP "4ABC07777" TO("u@far.example") MX SENT } },
		  { "messages 1, without ID 1, 1 to 1", "sent 0" } },
		{ "put back twice by one that logs in",
		  { { 1, ONE }, { 2, SMTPD "4ABC08888: client=f[10.0.0.5]" LOGIN "bob@x, orig_queue_id=4ABC01234" },
		    { 4, SMTPD "4ABC09999: client=f[10.0.0.5]" LOGIN "bob@x, orig_queue_id=4ABC01234" },
		    { 5, SMTP "4ABC08888" TO("u@far.example") MX SENT }, { 6, SMTP "4ABC09999" TO("u@far.example") MX SENT } },
		  { "messages 2, without ID 0, 1 to 4, recipients 0", "sent 2, outside 2,", "used 10.0.0.5 1, 1 messages", "used 192.0.2.9 1, 1 messages" } },
		{ "an ID that a local user's message has now",
		  { { 1, ONE }, { 2, "mx postfix/pickup[2]: 4ABC01234: uid=33 from=<www-data>" }, { 3, SMTP "4ABC01234" TO("u@far.example") MX SENT } },
		  { "messages 1, without ID 0, 1 to 1", "sent 0" } },
		{ "what became of a recipient is said once",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@far.example") MX SENT }, { 3, SMTP "4ABC01234" TO("u@far.example") MX BOUNCED },
		    { 4, SMTP "4ABC01234" TO("v@far.example") MX BOUNCED }, { 5, SMTP "4ABC01234" TO("v@far.example") MX DEFERRED },
		    { 6, SMTP "4ABC01234" TO("w@far.example") MX DEFERRED }, { 7, SMTP "4ABC01234" TO("w@far.example") MX BOUNCED },
		    { 8, SMTP "4ABC01234" TO("z@far.example") MX DELAY "dsn=2.0.0, status=deliverable (ok)" } },
		  { "messages 1,", "sent 1, outside 1, bounced 2, waiting 0, outside 4, returned 0", "domain far.example 4", "refused 0far.example 1, last 6: 421-4.7.28 unusual rate of unsolicited mail originating from your IP\nrefused 2far.example 2, last 4" } },
		{ "one that waits, of which something else is said",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED }, { 3, SMTP "4ABC01234" TO("u@far.example") MX DELAY "dsn=2.0.0, status=deliverable (ok)" },
		    { 4, SMTP "4ABC01234" TO("u@far.example") MX DEFERRED } },
		  { "messages 1,", "sent 0, outside 0, bounced 0, waiting 1, outside 1, returned 0" } },
		{ "a receiver of few words",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@far.example") MX DELAY "dsn=5.1.1, status=bounced (x)" }, { 3, SMTP "4ABC01234" TO("v@near.example") MX DELAY "dsn=5.1.1, status=bounced ()" } },
		  { "messages 1,", "far.example 1, last 2: x\n", "near.example 1, last 3: \n" } },
		{ "a server on this host is not outside",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@far.example") "127.0.0.1[127.0.0.1]:10024" SENT }, { 3, SMTP "4ABC01234" TO("v@far.example") "none" DEFERRED },
		    { 4, "mx postfix/lmtp[9]: 4ABC01234" TO("w@x") "box[192.0.2.77]:24" SENT } },
		  { "messages 1,", "sent 2, outside 0, bounced 0, waiting 1, outside 0, returned 0" } },
		{ "a filter elsewhere has put it back",
		  { { 1, ONE }, { 2, SMTPD "4ABC08888: client=f[10.0.0.5], orig_queue_id=4ABC01234" },
		    { 3, SMTP "4ABC01234" TO("u@far.example") "f[10.0.0.5]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)" },
		    { 4, SMTP "4ABC08888" TO("u@far.example") MX SENT } },
		  { "messages 1,", "sent 1, outside 1, bounced 0, waiting 0, outside 1, returned 0" } },
		{ "another Postfix's ID is not ours",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@far.example") MX DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)" },
		    { 4, SMTP "4ABC08888" TO("v@far.example") MX SENT } },
		  { "messages 1,", "sent 1, outside 1, bounced 0, waiting 0, outside 1, returned 0" } },
		{ "one that names itself",
		  { { 1, ONE }, { 2, SMTP "4ABC01234" TO("u@x") "127.0.0.1[127.0.0.1]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC01234)" } },
		  { "messages 1,", "sent 1, outside 0" } },
		{ "bounces of several, by words of others too",
		  { { 1, ONE }, { 2, "mx postfix/bounce[4]: 4ABC01234: sender non-delivery notification: 4ABC05555" }, { 3, "mx postfix/bounce[4]: 4ABC01234: sender delay notification: 4ABC05556" } },
		  { "messages 1,", "sent 0, outside 0, bounced 0, waiting 0, outside 0, returned 1" } },
		{ "a login at Dovecot, of another too",
		  { { 1, "mx dovecot: imap-login: Login: user=<bob@x>, method=PLAIN, rip=240.7.7.7, lip=192.0.2.1, mpid=5, TLS, session=<x>" },
		    { 9, "mx dovecot: imap-login: Login: user=<bob@x>, method=PLAIN, rip=240.7.7.7, lip=192.0.2.1, mpid=6, TLS, session=<x>" },
		    { 10, "mx dovecot: imap-login: Login: user=<eve@x>, method=PLAIN, rip=240.7.7.7, lip=192.0.2.1, mpid=6, TLS, session=<x>" } },
		  { "messages 0,", "used 240.7.7.7 2, 0 messages 2 logins, 1 to 9, 0 before since -, \n" } },
		{ "of a name of one letter nothing is its",
		  { { 1, SMTPD FAIL ", sasl_username=b" } },
		  { "failures 0, - to -, silent 0" } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin("bob@x", 0);
		for (int k = 0; k < 12 && rows[i].line[k].line; k++)
			tell(BEGAN + rows[i].line[k].at, rows[i].line[k].line);
		say_all();
		for (int k = 0; k < 4 && rows[i].want[k]; k++)
			if (!strstr(story, rows[i].want[k]))
				fail_msg("%s: no \"%s\" in\n%s", rows[i].what, rows[i].want[k], story);
		end();
	}
}

/* Postfix cuts what failed, and an account may be longer than that. */
static void a_long_name_is_known_by_its_beginning(void **state)
{
	(void)state;
	for (size_t n = LOGIN_NAME - 1; n <= LOGIN_NAME + 1; n++)
		for (size_t failed = LOGIN_NAME - 2; failed <= LOGIN_NAME; failed++)
			for (int other = 0; other < 3; other++) {
				char name[LOGIN_NAME + 2] = "";
				char line[256];
				const size_t cut = n < LOGIN_NAME ? n : LOGIN_NAME;

				memset(name, 'b', n);
				begin(name, 0);
				snprintf(line, sizeof(line), SMTPD FAIL ", sasl_username=%.*s%c",
					 (int)failed - 1, name, "bcB"[other]);
				tell(BEGAN, line);
				want_number("failures", (int64_t)p.failures,
					    failed == cut && (!other || (other == 2 && n <= LOGIN_NAME)));
				end();
			}
}

/* Of a log that keeps no program the text alone tells who wrote a line. */
static void a_text_without_its_program_is_known(void **state)
{
	static const char *const texts[] = {
		"4ABC01234: client=pc[192.0.2.9]" LOGIN "bob@x",
		"4ABC01234: from=<bob@x>, size=400, nrcpt=2 (queue active)",
		"4ABC01234" TO("u@far.example") MX SENT,
		"4ABC01234: sender non-delivery notification: 4ABC05555",
		"4ABC01234: sender non-delivery notification of old: 4ABC05556",
	};

	(void)state;
	begin("bob@x", 0);
	for (size_t i = 0; i < SW_COUNT(texts); i++) {
		const struct log_message message = { .time = BEGAN + (int64_t)i,
						     .role = ROLE_UNKNOWN,
						     .program = raw_of("x"),
						     .text = raw_of(texts[i]) };

		assert_int_equal(past_line(&message, &p), 0);
	}
	say_all();
	want_in("messages", story, "messages 1, without ID 0, 0 to 0, recipients 2");
	want_in("recipients", story, "sent 1, outside 1, bounced 0, waiting 0, outside 1, returned 1");
	end();
}

static void what_is_before_the_days_that_are_asked_for_is_not_told(void **state)
{
	(void)state;
	begin("bob@x", 0);
	want_number("since", p.since, NOW - NOW % 60 - 7 * 86400);
	tell(p.since - 1, ONE);
	want_number("before", (int64_t)p.messages, 0);
	tell(p.since, ONE);
	want_number("at once", (int64_t)p.messages, 1);
	want_number("lines", (int64_t)p.lines, 2);
	end();
}

/* A line of an ID waits until a filter's answer says whose it is: the last LATE of them. */
static void lines_wait_for_whose_they_are(void **state)
{
	(void)state;
	for (int others = 509; others < 515; others++) {
		begin("bob@x", 0);
		tell(BEGAN, ONE);
		tell(BEGAN + 1, SMTPD "4ABC08888: client=localhost[127.0.0.1]");
		tell(BEGAN + 1, SMTPD "4ABC09999: client=localhost[127.0.0.1]");
		tell(BEGAN + 2, SMTP "4ABC08888" TO("u@far.example") MX SENT);
		for (int i = 0; i < others; i++)
			tell(BEGAN + 3, SMTP "4ABC09999" TO("v@far.example") MX SENT);
		tell(BEGAN + 4, SMTP "4ABC01234" TO("u@far.example") "127.0.0.1[127.0.0.1]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)");
		want_number("sent", (int64_t)p.sent, others < 512);
		end();
	}
}

static void a_line_that_waits_has_a_longest(void **state)
{
	(void)state;
	for (int n = 1199; n < 1202; n++) {
		static const char head[] = "4ABC08888" TO("u@far.example") MX DELAY "dsn=2.0.0, status=sent (";
		char text[1400];
		const struct log_message message = { .time = BEGAN + 2,
						     .role = ROLE_SMTP,
						     .program = raw_of("smtp"),
						     .text = raw_from(text, (size_t)n) };

		begin("bob@x", 0);
		tell(BEGAN, ONE);
		tell(BEGAN + 1, SMTPD "4ABC08888: client=localhost[127.0.0.1]");
		memset(text, 'x', sizeof(text));
		memcpy(text, head, sizeof(head) - 1);
		text[n - 1] = ')';
		assert_int_equal(past_line(&message, &p), 0);
		tell(BEGAN + 4, SMTP "4ABC01234" TO("u@far.example") "127.0.0.1[127.0.0.1]:10024" DELAY "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ABC08888)");
		want_number("sent", (int64_t)p.sent, n <= 1200);
		end();
	}
}

/* Of a long recipient so many bytes are told apart. */
static void recipients_are_told_apart(void **state)
{
	static const char head[] = "4ABC01234: to=<";
	static const char tail[] = "@x>, relay=" MX DELAY "dsn=5.1.1, status=bounced (no)";

	(void)state;
	for (size_t n = 2046; n <= 2049; n++) {
		begin("bob@x", 0);
		tell(BEGAN, ONE);
		for (char last = 'a'; last < 'c'; last++) {
			const size_t all = sizeof(head) - 1 + n - 2 + sizeof(tail) - 1;
			char *text = malloc(all); /* ends where the line does */
			const struct log_message message = { .time = BEGAN + 1,
							     .role = ROLE_SMTP,
							     .program = raw_of("smtp"),
							     .text = raw_from(text, all) };

			memset(text, 'x', all);
			memcpy(text, head, sizeof(head) - 1);
			memcpy(text + all - sizeof(tail) + 1, tail, sizeof(tail) - 1);
			text[all - sizeof(tail) + 2] = last; /* the last byte of the domain */
			assert_int_equal(past_line(&message, &p), 0);
			free(text);
		}
		want_number("recipients", (int64_t)p.bounced, n > 2048 ? 1 : 2);
		end();
	}
}

static void of_more_than_can_be_known_again_that_is_said(void **state)
{
	static const struct {
		uint64_t ids, pairs;
		bool want;
	} rows[] = {
		{ 0, 0, true },
		{ 524287, 524287, true },
		{ 524288, 0, false },
		{ 0, 524288, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		p = (struct past){ .ids = rows[i].ids, .pairs = rows[i].pairs };
		want_number("exact", past_is_exact(&p), rows[i].want);
	}
}

static void dovecots_log_is_needed_where_nobody_else_says_whose_a_failure_is(void **state)
{
	static const struct {
		int code;
		const char *dovecot;
		uint64_t silent;
		bool want;
	} rows[] = {
		{ ENOENT, NULL, 1, true }, { ENOENT, NULL, 0, false }, { ENOENT, "/var/log/d", 0, true }, { 0, "/var/log/d", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		p = (struct past){ .logins = { .dovecot_why = { .code = rows[i].code } }, .dovecot = rows[i].dovecot, .silent = rows[i].silent };
		want_number("lacks it", past_lacks_dovecot(&p), rows[i].want);
	}
}

/* The last one: the signal stays. */
static void a_signal_ends_the_reading(void **state)
{
	struct told t;

	(void)state;
	begin("bob@x", 0);
	run_catch_signals();
	assert_int_equal(raise(SIGTERM), 0);
	want_number("no more", past_line(told_by(&t, BEGAN, ONE), &p), 1);
	want_number("stopped", p.stopped, true);
	want_number("messages", (int64_t)p.messages, 0);
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
		cmocka_unit_test(all_of_an_account_is_told),
		cmocka_unit_test(lines_at_their_seconds_make_a_story),
		cmocka_unit_test(a_long_name_is_known_by_its_beginning),
		cmocka_unit_test(a_text_without_its_program_is_known),
		cmocka_unit_test(what_is_before_the_days_that_are_asked_for_is_not_told),
		cmocka_unit_test(lines_wait_for_whose_they_are),
		cmocka_unit_test(a_line_that_waits_has_a_longest),
		cmocka_unit_test(recipients_are_told_apart),
		cmocka_unit_test(a_local_user_is_pickups),
		cmocka_unit_test(after_so_many_guesses_it_is_broken_into),
		cmocka_unit_test(more_addresses_than_can_be_kept_are_cut),
		cmocka_unit_test(of_more_than_can_be_known_again_that_is_said),
		cmocka_unit_test(dovecots_log_is_needed_where_nobody_else_says_whose_a_failure_is),
		cmocka_unit_test(a_signal_ends_the_reading),
	};

	return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
