/* Recipients that are refused: how often they count, and whose they are. */
#include <stdlib.h>
#include <time.h>

#include "refusalstext.h"

static struct sw_host host;

static int set_up(void **state)
{
	(void)state;
	host = host_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&host);
	return 0;
}

/* "r1 c0 u0 f0 g0 n0 o0" of all minutes. */
static const char *kinds(const struct refusals *s)
{
	static const char letters[] = "rcufgno";
	static char text[256];

	text[0] = '\0';
	for (unsigned k = 0; k < REFUSAL_KINDS; k++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%c%llu", k ? " " : "",
			 letters[k], (unsigned long long)refusals_total(s, k, 0, REFUSALS_SPAN));
	return text;
}

/* "NAME COUNT;" of accounts, the unknown one as "?". */
static const char *accounts(const struct refusals *s)
{
	static char text[512];
	struct refusals_rank top[8];
	size_t n = refusals_accounts(s, 0, REFUSALS_SPAN, 1, top, SW_COUNT(top));

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%.*s %llu;",
			 (int)(top[i].name.n ? top[i].name.n : 1),
			 top[i].name.n ? top[i].name.p : "?", (unsigned long long)top[i].count);
	return text;
}

static void a_recipient_counts_once_a_minute(void **state)
{
	struct refusals s = refusals_fresh(&host);

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC01", "anna@example.com"));
	for (int i = 0; i < 3; i++) {
		say(&s, 1 + i, "smtp", NOT_NOW("4ABC01", "a@b.example"));
		say(&s, 61 + i, "smtp", NOT_NOW("4ABC01", "a@b.example"));
	}
	want_number("the first minute", (long long)refusals_total(&s, REFUSAL_GREYLISTED, 0, 1), 1);
	want_number("the second", (long long)refusals_total(&s, REFUSAL_GREYLISTED, 1, 1), 1);
	want_number("the third", (long long)refusals_total(&s, REFUSALS_ALL, 2, 1), 0);
	say(&s, 5, "smtp", NOT_NOW("4ABC01", "c@b.example"));
	say(&s, 5, "smtp", NOT_NOW("4ABC02", "a@b.example"));
	want_number("another recipient, another message",
		    (long long)refusals_total(&s, REFUSAL_GREYLISTED, 0, 1), 3);
	say(&s, 6, "smtp", LISTED("4ABC01", "a@b.example"));
	want_text("of two kinds the first", kinds(&s), "r0 c0 u0 f0 g4 n0 o0");
	refusals_free(&s);
}

/* Also in a window of as many minutes as there can be. */
static void in_each_minute_it_counts_once(void **state)
{
	struct sw_fault why = { 0 };
	struct refusals s;

	(void)state;
	host.now = REFUSALS_NOW;
	assert_int_equal(refusals_new(&s, &host, REFUSALS_MINUTES + 1, &why), 0);
	want_number("minutes", s.minutes, REFUSALS_MINUTES);
	for (unsigned m = 0; m < REFUSALS_MINUTES; m++)
		for (int i = 0; i < 2; i++)
			say(&s, (int)(s.start - REFUSALS_AT) + 60 * (int)m + i, "smtp", NOT_NOW("4ABC01", "a@b.example"));
	for (unsigned m = 0; m < REFUSALS_MINUTES; m++)
		want_number("in a minute", refusals_total(&s, REFUSAL_GREYLISTED, m, 1), 1);
	want_number("in all", refusals_total(&s, REFUSALS_ALL, 0, 999), REFUSALS_MINUTES);
	want_number("none of another kind", refusals_total(&s, REFUSAL_GREYLISTED - 1, 0, 999), 0);
	refusals_free(&s);
}

static void an_account_has_kinds_of_its_own(void **state)
{
	struct refusals s = refusals_fresh(&host);
	static const struct {
		const char *key;
		enum refusal kind;
		unsigned first, n;
		unsigned want;
	} rows[] = {
		{ "anna@example.com", REFUSAL_GREYLISTED, 0, 2, 2 },
		{ "anna@example.com", REFUSAL_GREYLISTED, 1, 1, 1 },
		{ "anna@example.com", REFUSAL_REPUTATION, 0, 2, 1 },
		{ "anna@example.com", REFUSAL_UNKNOWN_USER, 0, 2, 0 },
		{ "bob@example.com", REFUSAL_GREYLISTED, 0, 2, 1 },
		{ "bob@example.com", REFUSAL_REPUTATION, 0, 2, 0 },
		{ "nobody@example.com", REFUSAL_GREYLISTED, 0, 2, 0 },
	};

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC01", "anna@example.com"));
	say(&s, 0, "smtpd", LOGIN("4ABC02", "bob@example.com"));
	say(&s, 1, "smtp", NOT_NOW("4ABC01", "a@b.example"));
	say(&s, 2, "smtp", LISTED("4ABC01", "a@c.example"));
	say(&s, 3, "smtp", NOT_NOW("4ABC02", "a@b.example"));
	say(&s, 4, "smtp", NOT_NOW("4ABC03", "a@b.example"));
	say(&s, 61, "smtp", NOT_NOW("4ABC01", "a@d.example"));
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].key,
			    refusals_account_kind(&s, raw_of(rows[i].key), rows[i].kind,
						  rows[i].first, rows[i].n),
			    rows[i].want);
	refusals_free(&s);
}

static void only_what_smtp_and_error_say_to_somebody_counts(void **state)
{
	static const struct {
		const char *what;
		const char *program;
		const char *text;
		const char *want;
	} rows[] = {
		{ "smtp", "smtp", LISTED("4ABC01", "a@b"), "r1 c0 u0 f0 g0 n0 o0" },
		{ "error", "error", LISTED("4ABC01", "a@b"), "r1 c0 u0 f0 g0 n0 o0" },
		{ "our own mailboxes", "lmtp", LISTED("4ABC01", "a@b"), "r0 c0 u0 f0 g0 n0 o0" },
		{ "local", "local", UNKNOWN("4ABC01", "a@b"), "r0 c0 u0 f0 g0 n0 o0" },
		{ "what is sent", "smtp", TO("4ABC01", "a@b", "2.0.0", "sent", "250 block list"),
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "a line that is cut", "smtp", "4ABC01: to=<a@b>, relay=x[192.0.2.1]:25, delay=1, dsn=5.7.1, status=bounced",
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "a probe", "smtp", TO("4ABC01", "a@b", "5.1.1", "undeliverable", SAID "550 no"),
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "a first server", "smtp",
		  "4ABC01: " SAID "450 4.7.1 Greylisted (in reply to RCPT TO)",
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "a connection", "smtp", "connect to mx[192.0.2.1]:25: Connection timed out",
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "our own refusal", "smtpd",
		  "NOQUEUE: reject: RCPT from x[192.0.2.1]: 554 5.7.1 blocked using zen; "
		  "from=<a@b>",
		  "r0 c0 u0 f0 g0 n0 o0" },
		{ "a filter of our own that is down", "smtp",
		  "4ABC01: to=<a@b>, relay=none, dsn=4.4.1, status=deferred (connect to "
		  "127.0.0.1[127.0.0.1]:10024: Connection refused)",
		  "r0 c0 u0 f0 g0 n1 o0" },
		{ "a tag that was cut (RFC 5424)", "", LISTED("4ABC01", "a@b"),
		  "r1 c0 u0 f0 g0 n0 o0" },
		{ "the queue manager", "qmgr", LISTED("4ABC01", "a@b"), "r0 c0 u0 f0 g0 n0 o0" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		say(&s, 10, rows[i].program, "%s", rows[i].text);
		want_text(rows[i].what, kinds(&s), rows[i].want);
		refusals_free(&s);
	}
}

static void a_minute_of_the_window_counts(void **state)
{
	static const struct {
		int second;
		unsigned long long want;
	} rows[] = { { -1, 0 }, { 0, 1 }, { 299, 1 }, { 300, 0 }, { -4000, 0 }, { 4000, 0 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		say(&s, rows[i].second, "smtp", LISTED("4ABC01", "a@b"));
		want_number("counted", (long long)refusals_total(&s, REFUSALS_ALL, 0, 64),
			    (long long)rows[i].want);
		refusals_free(&s);
	}
}

static void a_message_is_whose_line_took_it_within_the_hour(void **state)
{
	static const struct {
		const char *what;
		int second;
		const char *program;
		const char *text[3]; /* before the refusal of 4ABC01, all at that second */
		const char *want;
	} rows[] = {
		{ "a login",
		  0,
		  "smtpd",
		  { LOGIN("4ABC01", "anna@example.com") },
		  "anna@example.com 1;" },
		{ "in capitals",
		  0,
		  "smtpd",
		  { LOGIN("4ABC01", "Anna@example.com") },
		  "anna@example.com 1;" },
		{ "an hour ago",
		  -3540,
		  "smtpd",
		  { LOGIN("4ABC01", "anna@example.com") },
		  "anna@example.com 1;" },
		{ "before that", -3541, "smtpd", { LOGIN("4ABC01", "anna@example.com") }, "? 1;" },
		{ "nothing", 0, "smtpd", { "connect from unknown[192.0.2.1]" }, "? 1;" },
		{ "another message", 0, "smtpd", { LOGIN("4ABC02", "anna@example.com") }, "? 1;" },
		{ "an ID that is used again",
		  0,
		  "smtpd",
		  { LOGIN("4ABC01", "anna@example.com"), LOGIN("4ABC01", "bert@example.com") },
		  "bert@example.com 1;" },
		{ "no login: nobody's",
		  0,
		  "smtpd",
		  { "4ABC01: client=mx.other.example[198.51.100.3]" },
		  "" },
		{ "put back by a filter that does not say whose",
		  0,
		  "smtpd",
		  { "4ABC01: client=localhost[127.0.0.1]" },
		  "? 1;" },
		{ "what a client says",
		  0,
		  "smtpd",
		  { "4ABC01: client=x[198.51.100.3], sasl_sender=x, "
		    "sasl_username=anna@example.com" },
		  "" },
		{ "a local user", 0, "pickup", { "4ABC01: uid=33 from=<www-data>" }, "\00133 1;" },
		{ "a bounce: nobody's",
		  0,
		  "qmgr",
		  { "4ABC01: from=<>, size=1, nrcpt=1 (queue active)" },
		  "" },
		{ "another daemon's words",
		  0,
		  "cleanup",
		  { "4ABC01: from=<>, size=1, nrcpt=1 (queue active)" },
		  "? 1;" },
		{ "through a filter that says so",
		  0,
		  "smtpd",
		  { LOGIN("4ABC00", "anna@example.com"),
		    "4ABC01: client=localhost[127.0.0.1], orig_queue_id=4ABC00, "
		    "orig_client=unknown[192.0.2.4]" },
		  "anna@example.com 1;" },
		{ "requeued",
		  0,
		  "pickup",
		  { "4ABC00: uid=33 from=<www-data>",
		    "4ABC01: uid=103 from=<www-data> orig_id=4ABC00" },
		  "\00133 1;" },
		{ "requeued, of long ago",
		  0,
		  "pickup",
		  { "4ABC01: uid=103 from=<x> orig_id=4ABC00" },
		  "? 1;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		for (size_t k = 0; k < 3 && rows[i].text[k]; k++)
			say(&s, rows[i].second, rows[i].program, "%s", rows[i].text[k]);
		say(&s, 60, "smtp", LISTED("4ABC01", "a@b.example"));
		want_text(rows[i].what, accounts(&s), rows[i].want);
		refusals_free(&s);
	}
}

static void a_filter_is_followed_by_the_id_that_it_quotes(void **state)
{
	struct refusals s = refusals_fresh(&host);

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC00", "anna@example.com"));
	say(&s, 1, "smtpd", "4ABC01: client=localhost[127.0.0.1]");
	say(&s, 2, "smtp",
	    "4ABC00: to=<a@b>, relay=127.0.0.1[127.0.0.1]:10024, dsn=2.0.0, status=sent (250 2.0.0 "
	    "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4ABC01)");
	/* no server but our own names an ID of ours */
	say(&s, 2, "smtpd", "4ABC02: client=mx.other.example[198.51.100.3]");
	say(&s, 2, "smtp", TO("4ABC00", "c@d", "2.0.0", "sent", "250 2.0.0 Ok: queued as 4ABC02"));
	say(&s, 60, "smtp", LISTED("4ABC01", "a@b.example"));
	say(&s, 60, "smtp", LISTED("4ABC02", "a@b.example"));
	want_text("the second pass alone", accounts(&s), "anna@example.com 1;");
	refusals_free(&s);
}

static void a_filter_before_the_queue_gives_back_whose_it_was(void **state)
{
	struct refusals s = refusals_fresh(&host);

	(void)state;
	say(&s, 0, "smtpd", LOGIN("NOQUEUE", "anna@example.com"));
	say(&s, 1, "smtpd", "4ABC01: client=localhost[127.0.0.1]");
	say(&s, 1, "smtpd",
	    "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4ABC01; from=<a> to=<b> "
	    "proto=ESMTP "
	    "helo=<c> sasl_username=<anna@example.com>");
	say(&s, 2, "smtpd", LOGIN("NOQUEUE", "bert@example.com"));
	say(&s, 2, "smtpd", "4ABC02: client=localhost[127.0.0.1]");
	say(&s, 60, "smtp", LISTED("4ABC01", "a@b.example"));
	say(&s, 60, "smtp", LISTED("4ABC02", "a@b.example"));
	want_text("the one that came back", accounts(&s), "? 1;anna@example.com 1;");
	refusals_free(&s);
}

static void only_a_receiver_that_was_tried_may_be_drawn(void **state)
{
	static const struct {
		const char *relay, *said;
		bool tried;
	} rows[] = {
		{ "mx.far.example[198.51.100.9]:25", "host x said: 550 no", true },
		{ "none", "connect to mx.far.example[198.51.100.9]:25: Connection timed out",
		  true },
		{ "none",
		  "delivery temporarily suspended: lost connection with "
		  "mx.far.example[2001:db8::1] "
		  "while receiving the initial server greeting",
		  true },
		{ "none", "Host or domain name not found. Name service error for name=x", false },
		{ "none", "delivery temporarily suspended: Host or domain name not found", false },
		{ "127.0.0.1[127.0.0.1]:10024", "host 127.0.0.1[127.0.0.1] said: 451", false },
		{ "none", "connect to localhost[::1]:10024: Connection refused", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		say(&s, 1, "smtp",
		    "4ABC01: to=<a@b.example>, relay=%s, delay=1, dsn=4.0.0, status=deferred (%s)",
		    rows[i].relay, rows[i].said);
		want_number(rows[i].said, refusals_receiver_is_tried(&s, 0), rows[i].tried);
		refusals_free(&s);
	}
}

struct asked {
	int times;
	int64_t before;
};

static bool find(void *ctx, int64_t before, struct account_sought *ret)
{
	struct asked *asked = ctx;

	asked->times++;
	asked->before = before;
	if (strcmp(ret->id, "4ABC01") == 0) {
		memcpy(ret->key, "carol", 5);
		ret->key_n = 5;
	}
	return strcmp(ret->id, "4ABC09") != 0;
}

static void of_what_the_log_does_not_tell_another_is_asked_once(void **state)
{
	struct refusals s = refusals_fresh(&host);
	struct asked asked = { 0 };

	(void)state;
	s.find = find;
	s.find_ctx = &asked;
	for (int i = 0; i < 3; i++) {
		say(&s, 60 + i, "smtp", LISTED("4ABC01", "a@b.example")); /* carol's */
		say(&s, 120 + i, "smtp", LISTED("4ABC01", "a@b.example"));
		say(&s, 120 + i, "smtp", LISTED("4ABC02", "a@b.example")); /* nobody's */
		say(&s, 120 + i, "smtp", LISTED("4ABC09", "a@b.example")); /* not known */
	}
	want_text("accounts", accounts(&s), "carol 2;? 1;");
	want_number("asked", asked.times, 3);
	want_number("when", asked.before - REFUSALS_AT, 120);
	for (int i = 0; i < 2 * REFUSALS_ASKED; i++) {
		char text[400];

		snprintf(text, sizeof(text), "5ABC%05d%s", i, LISTED("", "a@b.example"));
		say(&s, 180, "smtp", "%s", text);
	}
	want_number("no more than that", asked.times, REFUSALS_ASKED);
	refusals_free(&s);
}

static bool find_nobody(void *ctx, int64_t before, struct account_sought *ret)
{
	(void)before;
	snprintf(ctx, ACCOUNT_SOUGHT_ID, "%s", ret->id);
	return true;
}

/* A name that there is no room for is no queue file's. */
static void the_whole_id_is_asked_for(void **state)
{
	static const struct {
		const char *id;
		bool asked;
	} rows[] = { { "4ABC01", true },
		     { "4ABCDEFGHIJKLMNOPQRSTUVWXYZ0123", true },
		     { "4ABCDEFGHIJKLMNOPQRSTUVWXYZ01234", false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);
		char asked[ACCOUNT_SOUGHT_ID] = "";

		s.find = find_nobody;
		s.find_ctx = asked;
		say(&s, 1, "smtp", "%s%s", rows[i].id, LISTED("", "a@b.example"));
		want_text(rows[i].id, asked, rows[i].asked ? rows[i].id : "");
		want_text(rows[i].id, accounts(&s), rows[i].asked ? "" : "? 1;");
		refusals_free(&s);
	}
}

static void the_last_words_of_a_receiver_are_kept(void **state)
{
	static const char *const rows[] = { "x", "550", "" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);
		struct refusals_rank top[1];

		say(&s, 1, "smtp", TO("4ABC01", "a@b.example", "5.0.0", "bounced", SAID "550 no"));
		say(&s, 2, "smtp", TO("4ABC02", "a@b.example", "5.0.0", "bounced", SAID "%s"), rows[i]);
		want_number("receivers", refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, top, 1), 1);
		want_raw(rows[i], refusals_words(&s, top[0].row, REFUSAL_OTHER), rows[i]);
		refusals_free(&s);
	}
}

static void the_busiest_of_many_are_kept(void **state)
{
	struct refusals s = refusals_fresh(&host);
	struct refusals_rank top[2];

	(void)state;
	for (int i = 0; i < 3 * REFUSALS_RECEIVERS; i++) {
		say(&s, 10, "smtp",
		    "4A%06d: to=<a@%d.invented.example>, relay=none, dsn=5.4.4, status=bounced "
		    "(no)",
		    i, i);
		if (i % 3 == 0)
			say(&s, 10, "smtp",
			    "4B%06d: to=<a@big.example>, relay=none, dsn=5.4.4, status=bounced "
			    "(no)",
			    i);
	}
	want_number("in all", (long long)refusals_total(&s, REFUSALS_ALL, 0, 5),
		    4 * REFUSALS_RECEIVERS);
	assert_true(refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, top, 2) <= REFUSALS_RECEIVERS);
	want_raw("the greatest", top[0].name, "big.example");
	want_number("of it", (long long)top[0].count, REFUSALS_RECEIVERS);
	refusals_free(&s);
}

/* A receiver or an account whose place another one has is refused, and refuses, no more. */
static void who_lost_the_place_is_blamed_for_nothing(void **state)
{
	struct refusals s = refusals_fresh(&host);
	struct refusals_rank top[REFUSALS_RECEIVERS];
	size_t n;
	unsigned anew = 0;
	char text[400];

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC01", "anna@example.com"));
	say(&s, 0, "smtpd", LOGIN("4ABC02", "bert@example.com"));
	for (int i = 0; i < REFUSALS_RECEIVERS; i++) {
		snprintf(text, sizeof(text), "4ABC01: to=<a@old%d.example>%s", i, strchr(LISTED("", "x"), ','));
		say(&s, 10, "smtp", "%s", text);
	}
	for (int i = 0; i < 20; i++)
		for (int k = 0; k < 5; k++) {
			snprintf(text, sizeof(text), "4ABC0%d: to=<a%d@new%d.example>%s", k ? 2 : 9, k, i, strchr(LISTED("", "x"), ','));
			say(&s, 20, "smtp", "%s", text);
		}
	n = refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, top, SW_COUNT(top));
	want_number("receivers", n, REFUSALS_RECEIVERS);
	for (size_t i = 0; i < n; i++) {
		struct refusals_blamed blamed = refusals_blamed(&s, top[i].row, REFUSAL_REPUTATION, 0, 5);
		bool new = raw_starts(top[i].name, "new");

		anew += new;
		want_raw("whom", blamed.account.name, new ? "bert@example.com" : "anna@example.com");
		want_number("so often", blamed.account.count, new ? 4 : 1);
	}
	want_number("new ones", anew, 20);
	n = refusals_accounts(&s, 0, 5, 1, top, SW_COUNT(top));
	want_number("accounts", n, 3);
	for (size_t i = 0; i < n; i++) {
		bool bert = raw_is(top[i].name, "bert@example.com");
		struct refusals_rank most = refusals_of(&s, top[i].row, 0, 5);

		want_number("refused", top[i].count, bert ? 80 : top[i].name.n ? REFUSALS_RECEIVERS : 20);
		want_number("by one", most.count, bert ? 4 : 1);
		want_number("of old ones nothing is known",
			    refusals_account_kind(&s, top[i].name, REFUSAL_REPUTATION, 0, 5),
			    bert ? 80 : top[i].name.n ? REFUSALS_RECEIVERS - 20 : 20);
	}
	refusals_free(&s);
	/* the same of accounts */
	s = refusals_fresh(&host);
	for (int i = 0; i < REFUSALS_ACCOUNTS; i++) {
		say(&s, 0, "smtpd", "4A%06d: client=u[192.0.2.4], sasl_method=PLAIN, sasl_username=u%d", i, i);
		if (i == 0)
			say(&s, 10, "smtp", LISTED("4A000000", "a@b.example"));
	}
	for (int i = 0; i < 3 * REFUSALS_ACCOUNTS; i++)
		say(&s, 20, "smtpd", "4B%06d: client=u[192.0.2.4], sasl_method=PLAIN, sasl_username=w%d", i / 3, i / 3);
	say(&s, 60, "smtp", LISTED("4B000007", "a@c.example"));
	n = refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, top, SW_COUNT(top));
	want_number("receivers", n, 2);
	for (size_t i = 0; i < n; i++) {
		bool is = raw_is(top[i].name, "c.example");
		struct refusals_blamed blamed = refusals_blamed(&s, top[i].row, REFUSAL_REPUTATION, 0, 5);

		want_number("all", blamed.all, 1);
		want_raw("whom", blamed.account.count ? blamed.account.name : raw_of("-"), is ? "w7" : "-");
	}
	refusals_free(&s);
}

static void whom_a_receiver_refuses_most(void **state)
{
	struct refusals s = refusals_fresh(&host);
	struct refusals_rank top[4];
	struct refusals_blamed blamed;

	(void)state;
	say(&s, 0, "smtpd", LOGIN("4ABC01", "anna@example.com"));
	say(&s, 0, "smtpd", LOGIN("4ABC02", "bert@example.com"));
	for (int i = 0; i < 4; i++) {
		say(&s, 60 * i, "smtp", LISTED("4ABC01", "a@b.example"));
		say(&s, 60 * i, "smtp", LISTED("4ABC01", "c@B.EXAMPLE."));
		say(&s, 60 * i, "smtp", LISTED("4ABC02", "a@b.example"));
		say(&s, 60 * i, "smtp", CLOSED("4ABC02", "d@b.example"));
		say(&s, 60 * i, "smtp", UNKNOWN("4ABC02", "a@c.example"));
	}
	want_number("receivers", (long long)refusals_receivers(&s, REFUSALS_ALL, 0, 5, 1, top, 4),
		    2);
	want_raw("the greatest", top[0].name, "b.example");
	want_number("its recipients", (long long)top[0].count, 16);
	blamed = refusals_blamed(&s, top[0].row, REFUSAL_REPUTATION, 0, 5);
	want_number("all", (long long)blamed.all, 16);
	want_number("at connect", (long long)blamed.at_connect, 4);
	want_raw("whose", blamed.account.name, "anna@example.com");
	want_number("of these", (long long)blamed.account.count, 8);
	want_raw("words", refusals_words(&s, top[0].row, REFUSAL_REPUTATION),
		 "554 on our block list");
	want_number("of another kind",
		    (long long)refusals_blamed(&s, top[0].row, REFUSAL_FULL, 0, 5).all, 0);
	want_number("for a kind",
		    (long long)refusals_receivers(&s, REFUSAL_UNKNOWN_USER, 0, 5, 1, top, 4), 1);
	want_raw("the only one", top[0].name, "c.example");
	want_number("accounts", (long long)refusals_accounts(&s, 1, 2, 1, top, 4), 2);
	want_raw("the greatest", top[0].name, "bert@example.com");
	want_number("in two minutes", (long long)top[0].count, 6);
	want_raw("by", refusals_of(&s, top[0].row, 1, 2).name, "b.example");
	refusals_free(&s);
}

/* Messages are taken and finished, and of their deliveries somebody tells, or nobody. */
static void messages_that_nobody_delivers_say_that_smtp_is_mute(void **state)
{
	static const struct {
		const char *what;
		const char *program; /* who tells */
		bool taken;	     /* the log tells of their beginning */
		int n;
		int apart;
		bool mute;
	} rows[] = {
		{ "nobody tells", NULL, true, LOG_PROOF_MUTE, 1, true },
		{ "few", NULL, true, LOG_PROOF_MUTE - 1, 1, false },
		{ "seldom", NULL, true, LOG_PROOF_MUTE, 200, false },
		{ "smtp does", "smtp", true, LOG_PROOF_MUTE, 1, false },
		{ "our own mailboxes", "lmtp", true, LOG_PROOF_MUTE, 1, false },
		{ "those of users", "local", true, LOG_PROOF_MUTE, 1, false },
		{ "virtual ones", "virtual", true, LOG_PROOF_MUTE, 1, false },
		{ "a command", "pipe", true, LOG_PROOF_MUTE, 1, false },
		{ "nobody's", "discard", true, LOG_PROOF_MUTE, 1, false },
		{ "who delivers nothing", "cleanup", true, LOG_PROOF_MUTE, 1, true },
		{ "of long ago", NULL, false, LOG_PROOF_MUTE, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		for (int k = 0; k < rows[i].n; k++) {
			int second = 250 - rows[i].apart * (rows[i].n - k);

			if (rows[i].taken)
				say(&s, second, "smtpd", "4ABC%02d: client=x[192.0.2.1]", k);
			if (rows[i].program)
				say(&s, second, rows[i].program,
				    "4ABC%02d: to=<a@b>, relay=x[192.0.2.1]:25, dsn=2.0.0, "
				    "status=sent (250 ok)",
				    k);
			say(&s, second, "qmgr", "4ABC%02d: removed", k);
		}
		want_number(rows[i].what, s.mute.to > 0, rows[i].mute);
		refusals_free(&s);
	}
}

/* The window, and the hour before it of which whose messages they are is known. */
static void a_log_is_read_for_an_hour_before_the_window(void **state)
{
	static const struct {
		const char *what;
		int login; /* since the window begins */
		int first; /* refusal */
		const char *want;
	} rows[] = {
		{ "an hour before the refusal", -3600, 0, "anna@example.com 1;" },
		{ "a second more", -3601, 0, "? 1;" },
		{ "before the window", -60, -1, "" },
		{ "in its last second", 299, 299, "anna@example.com 1;" },
		{ "behind it", 299, 300, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct refusals s = refusals_fresh(&host);

		say(&s, rows[i].login, "smtpd", LOGIN("4ABC01", "anna@example.com"));
		say(&s, rows[i].first, "smtp", LISTED("4ABC01", "a@b.example"));
		want_text(rows[i].what, accounts(&s), rows[i].want);
		refusals_free(&s);
	}
}

static void line(FILE *f, int second, const char *program, const char *text)
{
	time_t time = REFUSALS_AT + second;
	char stamp[32];
	struct tm tm;

	gmtime_r(&time, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	fprintf(f, "%s mx postfix/%s[7]: %s\n", stamp, program, text);
}

static void a_log_in_which_nobody_delivers_is_in_doubt(void **state)
{
	static const struct {
		const char *what;
		bool told; /* by smtp, of each message */
		enum log_minute want;
	} rows[] = { { "smtp tells", true, LOG_MINUTE_KNOWN }, { "it does not", false, LOG_MINUTE_UNKNOWN } };
	const struct log_where where = { .logfile = "/var/log/mail.log", .journal = LOG_JOURNAL_NO };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct log_reason *why = NULL;
		struct sw_fault fault = { 0 };
		struct refusals s;
		char *text = NULL;
		size_t n = 0;
		FILE *f = open_memstream(&text, &n);

		for (int second = -4200; second < 400; second += 60)
			line(f, second, "smtpd", second == -3420 ? LOGIN("4ABC99", "anna@example.com") : "4ABD01: client=x[192.0.2.1]");
		/* more than is read of a log at once */
		for (int k = 0; k < 8000; k++)
			line(f, -3300, "smtpd", "connect from unknown[192.0.2.1]");
		for (int k = 0; k < LOG_PROOF_MUTE; k++) {
			char words[3][400];

			snprintf(words[0], sizeof(words[0]), "4ABC%02d: client=x[192.0.2.1]", k);
			snprintf(words[1], sizeof(words[1]), "4ABC%02d%s", k, TO("", "a@b", "2.0.0", "sent", "250 ok"));
			snprintf(words[2], sizeof(words[2]), "4ABC%02d: removed", k);
			line(f, 70, "smtpd", words[0]);
			if (rows[i].told)
				line(f, 70, "smtp", words[1]);
			line(f, 71, "qmgr", words[2]);
		}
		line(f, 130, rows[i].told ? "smtp" : "lmtp", LISTED("4ABC99", "a@b.example"));
		fclose(f);
		host_file(&host, "/var/log/mail.log", text);
		free(text);
		host.now = REFUSALS_NOW + 60;
		host.replayed = true;
		assert_int_equal(refusals_read(&s, &host, &where, REFUSALS_SPAN, NULL, NULL, &fault), 0);
		want_number(rows[i].what, log_proof_state(&s.proof, 0, REFUSALS_SPAN, &why), rows[i].want);
		if (rows[i].told)
			want_text("whose", accounts(&s), "anna@example.com 1;");
		else
			want_number("why", why->doubt, LOG_MUTE);
		if (!rows[i].told)
			want_text("where", why->where.s, "/var/log/mail.log");
		refusals_free(&s);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_recipient_counts_once_a_minute),
		TEST(in_each_minute_it_counts_once),
		TEST(an_account_has_kinds_of_its_own),
		TEST(only_what_smtp_and_error_say_to_somebody_counts),
		TEST(a_minute_of_the_window_counts),
		TEST(a_message_is_whose_line_took_it_within_the_hour),
		TEST(a_filter_is_followed_by_the_id_that_it_quotes),
		TEST(a_filter_before_the_queue_gives_back_whose_it_was),
		TEST(only_a_receiver_that_was_tried_may_be_drawn),
		TEST(of_what_the_log_does_not_tell_another_is_asked_once),
		TEST(the_whole_id_is_asked_for),
		TEST(the_last_words_of_a_receiver_are_kept),
		TEST(the_busiest_of_many_are_kept),
		TEST(who_lost_the_place_is_blamed_for_nothing),
		TEST(whom_a_receiver_refuses_most),
		TEST(messages_that_nobody_delivers_say_that_smtp_is_mute),
		TEST(a_log_is_read_for_an_hour_before_the_window),
		TEST(a_log_in_which_nobody_delivers_is_in_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
