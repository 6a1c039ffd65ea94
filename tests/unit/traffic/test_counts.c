#include <stdarg.h>

#include "log/clock.h"
#include "traffic/counts.h"
#include "test.h"

enum { NOW = 1795431617, MINUTES = 5 }; /* 2026-11-23T11:00:17Z: the window begins at 10:55:00 */

/* An empty window of its own for each test. */
static struct traffic fresh(bool local)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct traffic s;

	h = (struct sw_host){ .root = -1, .now = NOW, .env = none, .secret = { 1, 2 } };
	assert_int_equal(traffic_new(&s, &h, MINUTES, local, &why), 0);
	return s;
}

/* One log line; the clock stands first: "10:55:00", then "smtpd", then the text. */
static void say(struct traffic *s, const char *clock, const char *daemon, const char *fmt, ...)
	SW_PRINTF(4, 5);
static void say(struct traffic *s, const char *clock, const char *daemon, const char *fmt, ...)
{
	char line[4096];
	struct log_clock at = { .now = NOW };
	struct log_message message = { .time = 0 };
	struct log_scratch scratch;
	struct log_head head;
	size_t n = (size_t)snprintf(line, sizeof(line), "2026-11-23T%sZ mx postfix/%s[1]: ", clock,
				    daemon);
	va_list args;

	va_start(args, fmt);
	vsnprintf(line + n, sizeof(line) - n, fmt, args);
	va_end(args);
	assert_true(log_header(raw_of(line), &scratch, &head));
	assert_true(log_clock_time(&at, &head.time, &message.time));
	message.program = head.program;
	message.text = head.text;
	assert_int_equal(traffic_message(&message, s), 0);
}

#define FROM(id, address) id ": client=unknown[" address "], sasl_method=PLAIN, sasl_username="

/* The ranking as "NAME COUNT;" each. */
static const char *top(const struct traffic *s, enum traffic_what what, unsigned first, unsigned n,
		       uint64_t least, size_t max, size_t *all)
{
	static char text[2048];
	struct traffic_rank rank[65];
	size_t found;

	rank[max].count = 4711;
	found = traffic_top(s, what, first, n, least, true, rank, max);
	want_number("not one more than there is room for", rank[max].count, 4711);
	text[0] = '\0';
	for (size_t i = 0; i < found && i < max; i++) {
		size_t at = strlen(text);

		snprintf(text + at, sizeof(text) - at, "%.100s %llu;", traffic_name(s, &rank[i]).s,
			 (unsigned long long)rank[i].count);
		want_number(traffic_name(s, &rank[i]).s,
			    traffic_sum(s, rank[i].row, what, first, n), rank[i].count);
	}
	if (all)
		*all = found;
	return text;
}

static void want_top(const char *what, const struct traffic *s, const char *want)
{
	want_text(what, top(s, TRAFFIC_MESSAGES, 0, MINUTES, 0, 64, NULL), want);
}

static void a_message_counts_in_its_minute(void **state)
{
	static const struct {
		const char *clock;
		int minute; /* -1: outside */
	} rows[] = {
		{ "10:54:59", -1 }, { "10:55:00", 0 },	{ "10:55:59", 0 },  { "10:56:00", 1 },
		{ "10:58:30", 3 },  { "10:59:59", 4 },	{ "11:00:00", -1 }, { "11:00:16", -1 },
		{ "12:00:00", -1 }, { "09:00:00", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);

		say(&s, rows[i].clock, "smtpd", FROM("A1B2C3D", "192.0.2.1") "bob");
		for (int m = 0; m < MINUTES; m++) {
			const char *want = m == rows[i].minute ? "bob 1;" : "";

			want_text(rows[i].clock,
				  top(&s, TRAFFIC_MESSAGES, (unsigned)m, 1, 0, 64, NULL), want);
			want_number(rows[i].clock, s.total[TRAFFIC_MESSAGES][m], *want != '\0');
		}
		for (int m = MINUTES; m < TRAFFIC_MINUTES; m++)
			want_number(rows[i].clock, s.total[TRAFFIC_MESSAGES][m], 0);
		want_top(rows[i].clock, &s, rows[i].minute < 0 ? "" : "bob 1;");
		traffic_free(&s);
	}
}

static void only_a_login_that_postfix_logged_counts(void **state)
{
	struct traffic s = fresh(true);

	(void)state;
	say(&s, "10:57:00", "smtpd", "A1B2C3D: client=unknown[192.0.2.1]");
	say(&s, "10:57:00", "smtpd",
	    "A1B2C3D: client=unknown[192.0.2.1], sasl_sender=x, sasl_method=PLAIN, "
	    "sasl_username=bob");
	say(&s, "10:57:00", "cleanup", FROM("A1B2C3D", "192.0.2.1") "bob");
	say(&s, "10:57:00", "qmgr", FROM("A1B2C3D", "192.0.2.1") "bob");
	say(&s, "10:57:00", "smtpd", "A1B2C3D: uid=33 from=<bob>");
	want_top("nobody", &s, "");
	want_number("total", s.total[TRAFFIC_MESSAGES][2], 0);
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "bob");
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "bob");
	want_top("before a proxy filter", &s, "bob 2;");
	traffic_free(&s);
}

/* Before a proxy filter: the ID that a message gets is known when it came back. */
static void a_message_through_a_proxy_filter_has_its_recipients(void **state)
{
#define ACCEPTED(id, user)                                                                         \
	"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as " id                                \
	"; from=<a> to=<b> proto=ESMTP helo=<c> sasl_username=<" user ">"
#define ACTIVE(id, n) id ": from=<a>, size=1, nrcpt=" n " (queue active)"
	static const struct {
		const char *what;
		const char *line[6]; /* of smtpd; of qmgr when it ends in (queue active) */
		uint64_t recipients;
	} rows[] = {
		{ "told after it came back",
		  { FROM("NOQUEUE", "192.0.2.1") "bob", "B1B2C3D: client=localhost[127.0.0.1]",
		    ACCEPTED("B1B2C3D", "Bob"), ACTIVE("B1B2C3D", "7"), ACTIVE("B1B2C3D", "7") },
		  7 },
		{ "told before",
		  { FROM("NOQUEUE", "192.0.2.1") "bob", "B1B2C3D: client=localhost[127.0.0.1]",
		    ACTIVE("B1B2C3D", "7"), ACCEPTED("B1B2C3D", "bob"), ACTIVE("B1B2C3D", "7") },
		  7 },
		{ "another's",
		  { FROM("NOQUEUE", "192.0.2.1") "bob", ACTIVE("B1B2C3D", "7"),
		    ACCEPTED("B1B2C3D", "eve") },
		  0 },
		{ "that of another message",
		  { FROM("B1B2C3D", "192.0.2.1") "eve", FROM("NOQUEUE", "192.0.2.1") "bob",
		    ACTIVE("B1B2C3D", "7"), ACCEPTED("B1B2C3D", "bob") },
		  0 },
		{ "refused",
		  { FROM("NOQUEUE", "192.0.2.1") "bob", ACTIVE("B1B2C3D", "7"),
		    "proxy-reject: END-OF-MESSAGE: 554 queued as B1B2C3D; from=<a> "
		    "sasl_username=<bob>" },
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);
		struct traffic_rank top = { .count = 0 };

		for (const char *const *line = rows[i].line; *line; line++)
			say(&s, "10:57:00", strstr(*line, "(queue active)") ? "qmgr" : "smtpd",
			    "%s", *line);
		(void)traffic_top(&s, TRAFFIC_RECIPIENTS, 0, s.minutes, 1, true, &top, 1);
		if (top.count > 0 && !raw_is(top.key, "bob"))
			top.count = 0;
		want_number(rows[i].what, top.count, rows[i].recipients);
		traffic_free(&s);
	}
}

/* The queue manager spoke before its account was known: in the minutes alone, and not too late. */
static void recipients_that_were_told_before_have_their_minute(void **state)
{
	static const struct {
		const char *client, *active, *accepted;
		int minute; /* -1: none */
	} rows[] = {
		{ "10:54:58", "10:54:59", "10:55:01", -1 }, { "10:54:58", "10:55:00", "10:55:01", 0 },
		{ "10:55:00", "10:55:59", "10:56:00", 0 },  { "10:55:00", "10:56:00", "10:56:00", 1 },
		{ "10:59:00", "10:59:59", "10:59:59", 4 },  { "10:59:00", "11:00:00", "11:00:00", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);

		say(&s, rows[i].client, "smtpd", FROM("NOQUEUE", "192.0.2.1") "bob");
		say(&s, rows[i].active, "qmgr", ACTIVE("B1B2C3D", "7"));
		say(&s, rows[i].accepted, "smtpd", ACCEPTED("B1B2C3D", "bob"));
		for (int m = 0; m < MINUTES; m++)
			want_text(rows[i].client, top(&s, TRAFFIC_RECIPIENTS, (unsigned)m, 1, 0, 64, NULL),
				  m == rows[i].minute ? "bob 7;" : "");
		traffic_free(&s);
	}
}

static void the_shortest_login_is_one(void **state)
{
	struct traffic s = fresh(false);

	(void)state;
	say(&s, "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "b");
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "c");
	say(&s, "10:57:01", "qmgr", "A1B2C30: from=<x>, size=1, nrcpt=3 (queue active)");
	want_top("messages", &s, "b 1;c 1;");
	want_text("recipients", top(&s, TRAFFIC_RECIPIENTS, 0, MINUTES, 0, 64, NULL), "b 3;");
	traffic_free(&s);
}

static void the_case_of_a_login_splits_no_count(void **state)
{
	struct traffic s = fresh(false);

	(void)state;
	say(&s, "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "Bob@Example.COM");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C31", "192.0.2.1") "bob@example.com");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C32", "192.0.2.1") "BOB@EXAMPLE.COM");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C33", "192.0.2.1") "\303\234ber@x");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C34", "192.0.2.1") "\303\274ber@x");
	want_top("ASCII letters only", &s, "bob@example.com 3;[%C3%9Cber@x] 1;[%C3%BCber@x] 1;");
	traffic_free(&s);
}

static void accounts_are_ranked_by_count_then_name(void **state)
{
	static const struct {
		const char *name;
		int minute[2]; /* messages in minutes 0 and 4 */
	} accounts[] = { { "dora", { 1, 1 } }, { "anna", { 0, 3 } }, { "carl", { 2, 0 } },
			 { "bert", { 1, 1 } }, { "ber", { 2, 0 } },  { "a b", { 5, 0 } } };
	static const struct {
		unsigned first, n;
		uint64_t least;
		size_t max;
		const char *want;
		size_t all;
	} rows[] = {
		{ 0, 5, 0, 64, "[a b] 5;anna 3;ber 2;bert 2;carl 2;dora 2;", 6 },
		{ 0, 5, 3, 64, "[a b] 5;anna 3;", 2 },
		{ 0, 5, 0, 3, "[a b] 5;anna 3;ber 2;", 6 },
		{ 0, 5, 0, 1, "[a b] 5;", 6 },
		{ 0, 5, 0, 0, "", 6 },
		{ 0, 1, 0, 64, "[a b] 5;ber 2;carl 2;bert 1;dora 1;", 5 },
		{ 4, 1, 0, 64, "anna 3;bert 1;dora 1;", 3 },
		{ 1, 3, 0, 64, "", 0 },
		{ 4, 100, 0, 64, "anna 3;bert 1;dora 1;", 3 },
		{ 0, 5, 6, 64, "", 0 },
	};
	struct traffic s = fresh(false);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(accounts); i++)
		for (int k = 0; k < accounts[i].minute[0] + accounts[i].minute[1]; k++)
			say(&s, k < accounts[i].minute[0] ? "10:55:30" : "10:59:30", "smtpd",
			    FROM("NOQUEUE", "192.0.2.1") "%s", accounts[i].name);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t all;

		want_text("ranking",
			  top(&s, TRAFFIC_MESSAGES, rows[i].first, rows[i].n, rows[i].least,
			      rows[i].max, &all),
			  rows[i].want);
		want_number("in all", all, rows[i].all);
	}
	traffic_free(&s);
}

static unsigned bert_from_messages(const struct traffic_rank *account, void *ctx)
{
	(void)ctx;
	return raw_is(account->key, "bert") ? 1U << TRAFFIC_MESSAGES : 0;
}

static void who_is_left_out_is_still_in_the_total(void **state)
{
	struct traffic s = fresh(false);
	struct traffic_rank rank[4];

	(void)state;
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "bert");
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "bert");
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "anna");
	traffic_leave_out(&s, bert_from_messages, NULL);
	want_number("in all", traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 0, false, rank, 4), 1);
	want_text("who", traffic_name(&s, &rank[0]).s, "anna");
	want_number("of another kind",
		    traffic_top(&s, TRAFFIC_ADDRESSES, 0, MINUTES, 0, false, rank, 4), 2);
	want_top("everyone", &s, "bert 2;anna 1;");
	want_number("total", s.total[TRAFFIC_MESSAGES][2], 3);
	traffic_free(&s);
}

static void the_busiest_address_is_told_and_how_many_others(void **state)
{
	struct traffic s = fresh(false);
	struct traffic_rank bob;
	struct traffic_peers peers;

	(void)state;
	say(&s, "10:55:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob");
	say(&s, "10:55:00", "smtpd", FROM("A1B2C31", "192.0.2.1") "bob");
	for (int i = 0; i < 3; i++)
		say(&s, "10:57:00", "smtpd",
		    "NOQUEUE: client=a.example[2001:db8::7], "
		    "sasl_method=PLAIN, sasl_username=bob");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C33", "192.0.2.9") "BOB");
	say(&s, "10:57:00", "smtpd", FROM("A1B2C34", "192.0.2.8") "anna");
	assert_int_equal(traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 2, true, &bob, 1), 1);
	traffic_peers_of(&s, bob.row, 0, MINUTES, &peers);
	want_raw("address", peers.address, "2001:db8::7");
	want_raw("name", peers.name, "a.example");
	want_number("count", peers.count, 3);
	want_number("others", peers.others, 2);
	traffic_peers_of(&s, bob.row, 0, 1, &peers);
	want_raw("in the first minute", peers.address, "192.0.2.1");
	want_number("in the first minute", peers.others, 0);
	traffic_peers_of(&s, bob.row, 4, 1, &peers);
	want_number("in a calm minute", peers.address.n, 0);
	want_number("in a calm minute", peers.count + peers.others, 0);
	want_number("networks: a /16, a /32", traffic_networks_of(&s, bob.row, 0, MINUTES), 2);
	want_number("in the first minute", traffic_networks_of(&s, bob.row, 0, 1), 1);
	want_number("in a calm minute", traffic_networks_of(&s, bob.row, 4, 1), 0);
	want_text("each address once", top(&s, TRAFFIC_ADDRESSES, 0, MINUTES, 0, 64, NULL),
		  "bob 3;anna 1;");
	want_text("in the first minute", top(&s, TRAFFIC_ADDRESSES, 0, 1, 0, 64, NULL), "bob 1;");
	traffic_free(&s);
}

static void so_many_networks_are_told_apart(void **state)
{
	struct traffic s = fresh(false);
	struct traffic_rank bob;

	(void)state;
	for (int i = 0; i < TRAFFIC_NETWORKS + 10; i++)
		say(&s, "10:57:00", "smtpd",
		    "NOQUEUE: client=unknown[%d.%d.0.1], sasl_method=PLAIN, sasl_username=bob",
		    100 + i % 2, i / 2);
	assert_int_equal(traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 1, true, &bob, 1), 1);
	want_number("or more", traffic_networks_of(&s, bob.row, 0, MINUTES), TRAFFIC_NETWORKS);
	traffic_free(&s);
}

static void recipients_count_when_a_message_first_becomes_active(void **state)
{
	static const char active[] = "%s: from=<a@b>, size=1, nrcpt=%d (queue active)";
	struct traffic s = fresh(false);

	(void)state;
	say(&s, "10:54:30", "smtpd", FROM("AAAAAA1", "192.0.2.1") "early");
	say(&s, "10:55:01", "qmgr", active, "AAAAAA1", 7); /* known from before the window */
	say(&s, "10:57:00", "smtpd", FROM("BBBBBB1", "192.0.2.1") "bob");
	say(&s, "10:57:01", "qmgr", active, "BBBBBB1", 50);
	say(&s, "10:58:00", "qmgr", active, "BBBBBB1", 50);   /* a retry */
	say(&s, "10:57:30", "qmgr", active, "CCCCCC1", 9999); /* nobody's */
	say(&s, "10:58:30", "smtpd",
	    FROM("BBBBBB1", "192.0.2.1") "anna"); /* the ID is used again */
	say(&s, "10:58:31", "qmgr", active, "BBBBBB1", 3);
	say(&s, "10:59:58", "smtpd", FROM("DDDDDD1", "192.0.2.1") "late");
	say(&s, "11:00:01", "qmgr", active, "DDDDDD1", 5); /* of the next window */
	want_text("recipients", top(&s, TRAFFIC_RECIPIENTS, 0, MINUTES, 0, 64, NULL),
		  "bob 50;early 7;anna 3;");
	want_text("in the fourth minute", top(&s, TRAFFIC_RECIPIENTS, 3, 1, 0, 64, NULL),
		  "anna 3;");
	want_top("messages", &s, "anna 1;bob 1;late 1;");
	want_number("total", s.total[TRAFFIC_RECIPIENTS][2], 50);
	traffic_free(&s);
}

/* As told minute after minute by runs whose windows begin elsewhere. */
static void recipients_need_their_client_line_near(void **state)
{
	static const struct {
		const char *what;
		const char *client, *active;
		int want;
	} rows[] = {
		{ "two minutes before the window", "10:53:00", "10:55:00", 4 },
		{ "a second more", "10:52:59", "10:55:00", 0 },
		{ "active before the window", "10:54:00", "10:54:59", 0 },
		{ "active in its last second", "10:55:00", "10:59:59", 4 },
		{ "active behind it", "10:59:59", "11:00:00", 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);
		uint64_t sum = 0;

		say(&s, rows[i].client, "smtpd", FROM("AAAAAA1", "192.0.2.1") "bob");
		say(&s, rows[i].active, "qmgr",
		    "AAAAAA1: from=<x>, size=1, nrcpt=4 (queue active)");
		for (int m = 0; m < TRAFFIC_MINUTES; m++)
			sum += s.total[TRAFFIC_RECIPIENTS][m];
		want_number(rows[i].what, sum, rows[i].want);
		traffic_free(&s);
	}
}

static void recipients_of_a_message_that_waited_are_nobodys(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .now = NOW, .env = none };
	struct sw_fault why = { 0 };
	struct traffic s;

	(void)state;
	assert_int_equal(traffic_new(&s, &h, 30, false, &why), 0);
	say(&s, "10:35:00", "smtpd", FROM("AAAAAA1", "192.0.2.1") "bob");
	say(&s, "10:35:00", "smtpd", FROM("AAAAAA2", "192.0.2.1") "anna");
	say(&s, "10:45:00", "qmgr", "AAAAAA1: from=<x>, size=1, nrcpt=4 (queue active)");
	say(&s, "10:45:01", "qmgr", "AAAAAA2: from=<x>, size=1, nrcpt=5 (queue active)");
	want_text("ten minutes, and a second more", top(&s, TRAFFIC_RECIPIENTS, 0, 30, 0, 64, NULL),
		  "bob 4;");
	traffic_free(&s);
}

static void a_sum_of_recipients_does_not_wrap(void **state)
{
	static const char active[] = "%s: from=<a@b>, size=1, nrcpt=%s (queue active)";
	struct traffic s = fresh(false);

	(void)state;
	say(&s, "10:57:00", "smtpd", FROM("AAAAAA1", "192.0.2.1") "bob");
	say(&s, "10:57:00", "smtpd", FROM("AAAAAA2", "192.0.2.1") "bob");
	say(&s, "10:57:01", "qmgr", active, "AAAAAA1", "4294967290");
	say(&s, "10:57:01", "qmgr", active, "AAAAAA2", "4");
	want_text("exact", top(&s, TRAFFIC_RECIPIENTS, 0, MINUTES, 0, 64, NULL), "bob 4294967294;");
	want_number("total", s.total[TRAFFIC_RECIPIENTS][2], 4294967294);
	say(&s, "10:57:00", "smtpd", FROM("AAAAAA3", "192.0.2.1") "bob");
	say(&s, "10:57:01", "qmgr", active, "AAAAAA3", "18446744073709551615");
	want_text("or more", top(&s, TRAFFIC_RECIPIENTS, 0, MINUTES, 0, 64, NULL),
		  "bob 4294967295;");
	want_number("total", s.total[TRAFFIC_RECIPIENTS][2], 8589934589);
	traffic_free(&s);
}

static void an_address_of_more_than_65535_messages_is_the_busiest(void **state)
{
	struct traffic s = fresh(false);
	struct traffic_peers peers;
	struct traffic_rank bob;
	char name[71];

	(void)state;
	memset(name, 'x', 70);
	name[70] = '\0';
	for (int i = 0; i < 65537; i++)
		say(&s, "10:57:00", "smtpd",
		    "NOQUEUE: client=%s[192.0.2.1], sasl_method=PLAIN, sasl_username=bob", name);
	say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.2") "bob");
	assert_int_equal(traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 1, true, &bob, 1), 1);
	want_number("messages are exact", bob.count, 65538);
	traffic_peers_of(&s, bob.row, 0, MINUTES, &peers);
	want_raw("address", peers.address, "192.0.2.1");
	want_number("or more", peers.count, 65535);
	want_number("others", peers.others, 1);
	name[64] = '\0';
	want_raw("a long name is cut", peers.name, name);
	traffic_free(&s);
}

static void of_equally_busy_addresses_the_first_is_told(void **state)
{
	static const char *const order[][2] = { { "192.0.2.1", "192.0.2.2" },
						{ "192.0.2.2", "192.0.2.1" },
						{ "192.0.2.1", "192.0.2.10" },
						{ "192.0.2.10", "192.0.2.1" } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(order); i++) {
		struct traffic s = fresh(false);
		struct traffic_peers peers;

		for (int k = 0; k < 2; k++)
			say(&s, "10:57:00", "smtpd",
			    "NOQUEUE: client=x[%s], sasl_method=PLAIN, sasl_username=bob",
			    order[i][k]);
		traffic_peers_of(&s, 0, 0, MINUTES, &peers);
		want_raw("address", peers.address, "192.0.2.1");
		want_number("others", peers.others, 1);
		traffic_free(&s);
	}
}

/* An RFC 5424 APP-NAME that was cut at its slash: the text tells who speaks. */
static void where_the_program_is_lost_its_words_count(void **state)
{
	static const struct {
		const char *what, *text;
		enum blocked_cause cause;
		int messages;
	} rows[] = {
		{ "a login", FROM("A1B2C3D", "192.0.2.1") "bob", BLOCKED_NOT, 1 },
		{ "a local user", "A1B2C3D: uid=33 from=<x>", BLOCKED_NOT, 1 },
		{ "throttled", "warning: /usr/sbin/smtpd: bad command startup -- throttling",
		  BLOCKED_DAEMON, 0 },
		{ "no room",
		  "warning: mail_queue_enter: create file a/1.2: No space left on device",
		  BLOCKED_CREATE, 0 },
		{ "refused",
		  "NOQUEUE: reject: MAIL from a[::1]: 452 4.3.1 Insufficient system "
		  "storage; proto=SMTP",
		  BLOCKED_SPACE, 0 },
		{ "nothing", "statistics: max connection rate 1/60s", BLOCKED_NOT, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(true);
		struct log_message message = { .time = NOW - 120 };

		message.text = raw_of(rows[i].text);
		message.program = raw_of("");
		assert_int_equal(traffic_message(&message, &s), 0);
		want_number(rows[i].what, s.blocked.cause, rows[i].cause);
		want_number(rows[i].what, s.blocked.minutes,
			    rows[i].cause == BLOCKED_NOT ? 0 : 1 << 3);
		want_number(rows[i].what, s.total[TRAFFIC_MESSAGES][3], rows[i].messages);
		traffic_free(&s);
	}
}

/* Who takes mail, who could not, and from when on: what a U or a 0 of the rate hangs on. */
static void each_daemon_tells_whether_mail_can_be_queued(void **state)
{
	static const struct {
		const char *daemon, *text;
		bool accepted, blocked;
	} rows[] = {
		{ "smtpd", "A1B2C3D: client=unknown[192.0.2.1]", true, false },
		{ "smtpd", "NOQUEUE: client=unknown[192.0.2.1]", false, false },
		{ "qmqpd", "A1B2C3D: client=unknown[192.0.2.1]", true, false },
		{ "pickup", "A1B2C3D: uid=33 from=<x>", true, false },
		{ "pickup", "A1B2C3D: uid=33 from=<x> orig_id=B1B2C3D", true, false },
		{ "pickup", "warning: maildrop/8D2A: error writing 4ABC: queue file write error",
		  false, true },
		{ "cleanup", "warning: queue file write error", false, true },
		{ "master", "warning: /x/cleanup: bad command startup -- throttling", false, true },
		{ "postdrop", "warning: mail_queue_enter: create file a/1.2: x", false, true },
		{ "smtpd", "warning: not enough free space in mail queue: 1 bytes", false, true },
		{ "qmgr", "warning: queue file write error", false, false },
		{ "smtp", "A1B2C3D: client=unknown[192.0.2.1]", false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);

		say(&s, "10:57:30", rows[i].daemon, "%s", rows[i].text);
		say(&s, "11:00:00", rows[i].daemon, "%s", rows[i].text); /* not a minute yet */
		want_number(rows[i].text, s.blocked.accepted, rows[i].accepted ? NOW - 167 : 0);
		want_number(rows[i].text, s.mute.known, rows[i].accepted ? NOW - 167 : 0);
		want_number(rows[i].text, s.blocked.since, rows[i].blocked ? NOW - 167 : 0);
		want_number(rows[i].text, s.blocked.last, rows[i].blocked ? NOW - 167 : 0);
		want_number(rows[i].text, s.managed, strcmp(rows[i].daemon, "qmgr") == 0);
		traffic_free(&s);
	}
}

static void bounces_and_what_a_login_sent_come_from_somewhere(void **state)
{
	static const struct {
		const char *what, *sender;
		bool login, mute;
	} rows[] = {
		{ "nobody's", "a@b", false, true },
		{ "bounces", "", false, false },
		{ "probes", "double-bounce@mx.example", false, false },
		{ "a login's", "a@b", true, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);

		for (int k = 0; k < LOG_PROOF_MUTE; k++) {
			if (rows[i].login)
				say(&s, "10:57:00", "smtpd", FROM("A1B2C3%d", "192.0.2.1") "bob",
				    k);
			say(&s, "10:57:00", "cleanup", "A1B2C3%d: message-id=<x>", k);
			say(&s, "10:57:01", "qmgr",
			    "A1B2C3%d: from=<%s>, size=1, nrcpt=1 (queue active)", k,
			    rows[i].sender);
		}
		want_number(rows[i].what, s.mute.to > 0, rows[i].mute);
		traffic_free(&s);
	}
}

static void local_users_count_when_asked_for(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_host host = host_new(none);

	(void)state;
	host_file(&host, "/etc/passwd", "root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/var/www:\n");
	for (int local = 0; local < 2; local++) {
		struct traffic s = fresh(local);

		s.host = &host;
		say(&s, "10:57:00", "pickup", "A1B2C30: uid=33 from=<x>");
		say(&s, "10:57:00", "pickup", "A1B2C31: uid=33 from=<y>");
		say(&s, "10:57:00", "pickup", "A1B2C32: uid=4711 from=<y>");
		say(&s, "10:57:00", "pickup", "A1B2C33: uid=103 from=<x> orig_id=A1B2C3D");
		say(&s, "10:57:01", "qmgr", "A1B2C30: from=<x>, size=1, nrcpt=4 (queue active)");
		want_top("messages", &s, local ? "uid 33 www-data 2;uid 4711 1;" : "");
		want_text("recipients", top(&s, TRAFFIC_RECIPIENTS, 0, MINUTES, 0, 64, NULL),
			  local ? "uid 33 www-data 4;" : "");
		/* a login can't pass for one */
		say(&s, "10:57:00", "smtpd", FROM("A1B2C34", "192.0.2.1") "uid 33 www-data");
		want_in("a login", top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 0, 64, NULL),
			"[uid 33 www-data] 1;");
		traffic_free(&s);
	}
	host_remove(&host);
}

static void what_a_filter_puts_back_is_not_counted_again(void **state)
{
	static const char back[] = "%s: client=localhost[127.0.0.1], sasl_method=PLAIN, "
				   "sasl_username=bob, orig_queue_id=%s, orig_client=a[192.0.2.1]";
	struct traffic s = fresh(false);

	(void)state;
	say(&s, "10:57:00", "smtpd", FROM("AAAAAA1", "192.0.2.1") "bob");
	say(&s, "10:57:01", "smtpd", back, "BBBBBB1", "AAAAAA1");
	want_top("put back", &s, "bob 1;");
	say(&s, "10:57:02", "smtpd", back, "BBBBBB2", "AAAAAA1");
	want_top("claimed a second time", &s, "bob 2;");
	say(&s, "10:57:03", "smtpd", back, "BBBBBB3", "ZZZZZZ9");
	want_top("claimed for an unknown ID", &s, "bob 3;");
	say(&s, "10:57:04", "smtpd", FROM("CCCCCC1", "192.0.2.1") "anna");
	say(&s, "10:57:05", "smtpd", back, "BBBBBB4", "CCCCCC1");
	want_top("claimed for another's", &s, "bob 4;anna 1;");
	traffic_free(&s);
}

/* More accounts and pairs than are kept: nothing is told that is not so. */
static void a_flood_of_names_makes_nobody_look_guilty(void **state)
{
	enum { INVENTED = 20000, EVERY = 10 };
	static struct traffic_rank rank[TRAFFIC_ACCOUNTS];
	struct traffic s = fresh(false);
	uint64_t honest = 0;
	uint64_t total = 0;
	size_t n;

	(void)state;
	for (int i = 0; i < INVENTED; i++) {
		say(&s, "10:57:00", "smtpd",
		    "A1B2C3D: client=x[2001:db8::%x], sasl_method=PLAIN, "
		    "sasl_username=u%d",
		    i, i);
		if (i % EVERY == 0)
			say(&s, "10:57:00", "smtpd",
			    "A1B2C3D: client=x[2001:db8:1::%x], sasl_method=PLAIN, "
			    "sasl_username=cracked",
			    i);
	}
	say(&s, "10:58:00", "smtpd", FROM("A1B2C3D", "192.0.2.1") "honest");
	for (int m = 0; m < MINUTES; m++)
		total += s.total[TRAFFIC_MESSAGES][m];
	want_number("the total is exact", total, INVENTED + INVENTED / EVERY + 1);
	n = traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 0, true, rank, TRAFFIC_ACCOUNTS);
	want_number("bounded", n <= TRAFFIC_ACCOUNTS, true);
	want_text("the busiest", traffic_name(&s, &rank[0]).s, "cracked");
	want_number("its count", rank[0].count, INVENTED / EVERY);
	for (size_t i = 0; i < n; i++) {
		struct traffic_peers peers;

		if (i > 0 && rank[i].count > 1)
			fail_msg("%s: got %llu, want 1", traffic_name(&s, &rank[i]).s,
				 (unsigned long long)rank[i].count);
		honest += raw_is(rank[i].key, "honest");
		traffic_peers_of(&s, rank[i].row, 0, MINUTES, &peers);
		if (peers.count > rank[i].count)
			fail_msg("%s: got %llu from one address, want at most %llu",
				 traffic_name(&s, &rank[i]).s, (unsigned long long)peers.count,
				 (unsigned long long)rank[i].count);
	}
	want_number("the last is there", honest, 1);
	traffic_free(&s);
}

static void a_count_of_a_full_table_is_never_too_high(void **state)
{
	enum { NAMES = 6000, ROUNDS = 3 };
	static struct traffic_rank rank[TRAFFIC_ACCOUNTS];
	struct traffic s = fresh(false);
	size_t n;

	(void)state;
	for (int i = 0; i < NAMES * ROUNDS; i++)
		say(&s, "10:57:00", "smtpd", FROM("A1B2C3D", "192.0.2.1") "u%d", i % NAMES);
	n = traffic_top(&s, TRAFFIC_MESSAGES, 0, MINUTES, 0, true, rank, TRAFFIC_ACCOUNTS);
	want_number("full", n, TRAFFIC_ACCOUNTS);
	for (size_t i = 0; i < n; i++)
		if (rank[i].count > ROUNDS || rank[i].count + rank[i].error < ROUNDS)
			fail_msg("%s: got %llu with error %llu, want %d",
				 traffic_name(&s, &rank[i]).s, (unsigned long long)rank[i].count,
				 (unsigned long long)rank[i].error, ROUNDS);
	traffic_free(&s);
}

static void a_window_is_never_longer_than_there_is_room_for(void **state)
{
	static const char *const none[] = { NULL };
	struct sw_host h = { .root = -1, .now = NOW, .env = none };
	struct sw_fault why = { 0 };
	struct traffic s;

	(void)state;
	want_number("made", traffic_new(&s, &h, 1000, false, &why), 0);
	want_number("minutes", s.minutes, TRAFFIC_MINUTES);
	want_number("start", s.start, 1795431600 - 60 * TRAFFIC_MINUTES);
	say(&s, "09:56:00", "smtpd", FROM("A1B2C3D", "192.0.2.1") "first");
	say(&s, "10:59:59", "smtpd", FROM("A1B2C3D", "192.0.2.2") "last");
	want_text("first", top(&s, TRAFFIC_ADDRESSES, 0, 1, 0, 64, NULL), "first 1;");
	want_text("last", top(&s, TRAFFIC_ADDRESSES, 63, 1, 0, 64, NULL), "last 1;");
	want_text("all", top(&s, TRAFFIC_ADDRESSES, 0, 64, 0, 64, NULL), "first 1;last 1;");
	traffic_free(&s);
}

/* Two programs write each line into one file (imuxsock and imjournal), one of them late. */
static void a_line_that_stands_twice_counts_once(void **state)
{
	static const struct {
		const char *what;
		struct {
			const char *clock, *daemon, *text;
		} line[6];
		const char *want;
	} rows[] = {
		{ "twice",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" } },
		  "bob 1;" },
		{ "the second stamp rounded up, into another minute",
		  { { "10:57:59", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:58:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" } },
		  "bob 1;" },
		{ "the second stamp is the earlier one",
		  { { "10:58:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:59", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" } },
		  "bob 1;" },
		{ "an ID that was used before",
		  { { "10:57:02", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" } },
		  "bob 2;" },
		{ "written late, behind the next ones",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:58:00", "smtpd", FROM("A1B2C31", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:58:00", "smtpd", FROM("A1B2C31", "192.0.2.1") "bob" } },
		  "bob 2;" },
		{ "an ID that is used again",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:02", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" } },
		  "bob 2;" },
		{ "at once, by another account",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "anna" } },
		  "anna 1;bob 1;" },
		{ "at once, from another address",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.2") "bob" } },
		  "bob 2;" },
		{ "a local user",
		  { { "10:57:00", "pickup", "A1B2C30: uid=33 from=<x>" },
		    { "10:57:00", "pickup", "A1B2C30: uid=33 from=<x>" },
		    { "10:57:05", "pickup", "A1B2C30: uid=33 from=<x>" } },
		  "uid 33 2;" },
		{ "its recipients",
		  { { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:00", "smtpd", FROM("A1B2C30", "192.0.2.1") "bob" },
		    { "10:57:01", "qmgr", "A1B2C30: from=<x>, size=1, nrcpt=4 (queue active)" },
		    { "10:57:01", "qmgr", "A1B2C30: from=<x>, size=1, nrcpt=4 (queue active)" } },
		  "bob 1;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(true);

		for (size_t k = 0; k < 6 && rows[i].line[k].text; k++)
			say(&s, rows[i].line[k].clock, rows[i].line[k].daemon, "%s",
			    rows[i].line[k].text);
		want_top(rows[i].what, &s, rows[i].want);
		if (strcmp(rows[i].what, "its recipients") == 0)
			want_number(rows[i].what, s.total[TRAFFIC_RECIPIENTS][2], 4);
		traffic_free(&s);
	}
}

/* Before a proxy filter a message has no ID: only the others tell that lines stand twice. */
static void without_an_id_messages_are_halved_where_the_others_stand_twice(void **state)
{
	static const struct {
		const char *what;
		int copies;  /* of each line */
		int ids;     /* messages with an ID before */
		int once;    /* of them stand only once */
		int inbound; /* messages without a login, between them and the others */
		const char *want;
	} rows[] = {
		{ "once", 1, 5, 0, 0, "bob 3;u0 1;u1 1;u2 1;u3 1;u4 1;" },
		{ "twice", 2, 5, 0, 0, "bob 3;u0 1;u1 1;u2 1;u3 1;u4 1;" },
		{ "twice, but no other line says so", 2, 0, 0, 0, "bob 6;" },
		{ "most stand twice", 2, 5, 2, 0, "bob 3;u0 1;u1 1;u2 1;u3 1;u4 1;" },
		{ "half of them", 2, 4, 2, 0, "bob 6;u0 1;u1 1;u2 1;u3 1;" },
		{ "twice, beside mail that comes in", 2, 3, 0, 50, "bob 3;u0 1;u1 1;u2 1;" },
		{ "once, beside mail that comes in", 1, 3, 0, 50, "bob 3;u0 1;u1 1;u2 1;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct traffic s = fresh(false);

		for (int k = 0; k < rows[i].ids; k++)
			for (int c = 0; c < (k < rows[i].once ? 1 : rows[i].copies); c++)
				say(&s, "10:56:00", "smtpd",
				    "A1B2C3%d: client=unknown[192.0.2.1], sasl_method=PLAIN, "
				    "sasl_username=u%d",
				    k, k);
		for (int k = 0; k < 3 * rows[i].copies; k++) { /* three at once */
			say(&s, "10:57:00", "smtpd", FROM("NOQUEUE", "192.0.2.1") "bob");
			for (int n = 0; n < rows[i].inbound; n++)
				say(&s, "10:57:00", "smtpd",
				    "B1B2C3%02d: client=unknown[192.0.2.3]", n);
		}
		want_top(rows[i].what, &s, rows[i].want);
		traffic_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_counts_in_its_minute),
		cmocka_unit_test(only_a_login_that_postfix_logged_counts),
		cmocka_unit_test(a_message_through_a_proxy_filter_has_its_recipients),
		cmocka_unit_test(recipients_that_were_told_before_have_their_minute),
		cmocka_unit_test(the_shortest_login_is_one),
		cmocka_unit_test(the_case_of_a_login_splits_no_count),
		cmocka_unit_test(accounts_are_ranked_by_count_then_name),
		cmocka_unit_test(who_is_left_out_is_still_in_the_total),
		cmocka_unit_test(the_busiest_address_is_told_and_how_many_others),
		cmocka_unit_test(so_many_networks_are_told_apart),
		cmocka_unit_test(recipients_count_when_a_message_first_becomes_active),
		cmocka_unit_test(recipients_need_their_client_line_near),
		cmocka_unit_test(recipients_of_a_message_that_waited_are_nobodys),
		cmocka_unit_test(a_sum_of_recipients_does_not_wrap),
		cmocka_unit_test(an_address_of_more_than_65535_messages_is_the_busiest),
		cmocka_unit_test(of_equally_busy_addresses_the_first_is_told),
		cmocka_unit_test(where_the_program_is_lost_its_words_count),
		cmocka_unit_test(each_daemon_tells_whether_mail_can_be_queued),
		cmocka_unit_test(bounces_and_what_a_login_sent_come_from_somewhere),
		cmocka_unit_test(local_users_count_when_asked_for),
		cmocka_unit_test(what_a_filter_puts_back_is_not_counted_again),
		cmocka_unit_test(a_flood_of_names_makes_nobody_look_guilty),
		cmocka_unit_test(a_count_of_a_full_table_is_never_too_high),
		cmocka_unit_test(a_window_is_never_longer_than_there_is_room_for),
		cmocka_unit_test(a_line_that_stands_twice_counts_once),
		cmocka_unit_test(without_an_id_messages_are_halved_where_the_others_stand_twice),
	};

	return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
