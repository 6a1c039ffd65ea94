/* A day of each account: what counts, in which bucket, and all of it against a slow counter. */
#include "daytext.h"

static struct day fresh(int64_t m)
{
	static const char *const none[] = { NULL };
	static struct sw_host h;
	struct sw_fault why = { 0 };
	struct day d;

	h = (struct sw_host){ .root = -1, .now = m + 30, .env = none, .secret = { 1, 2 } };
	assert_int_equal(day_new(&d, &h, m - 14 * 60, m, true, &why), 0);
	return d;
}

static void give(struct day *d, int64_t time, const char *program, const char *text)
{
	struct log_message message = { .time = time };

	message.program = raw_of(program);
	message.text = raw_of(text);
	day_message(d, &message);
}

static void a_network_is_half_of_an_ipv4_address_and_a_quarter_of_an_ipv6_one(void **state)
{
	static const struct {
		const char *address, *want; /* "": none */
	} rows[] = {
		{ "203.0.113.7", "203.0.0.0/16" },
		{ "0.0.0.0", "0.0.0.0/16" },
		{ "255.255.255.255", "255.255.0.0/16" },
		{ "::ffff:203.0.113.7", "203.0.0.0/16" },
		{ "2001:db8:5:7:1::9", "2001:db8::/32" },
		{ "2001:db9::", "2001:db9::/32" },
		{ "fe80::1%eth0", "fe80::/32" },
		{ "::1", "::/32" },
		{ "unknown", "" },
		{ "1.2.3", "" },
		{ "1.2.3.4.5", "" },
		{ "", "" },
		{ "%", "" },
		{ "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		uint64_t network = day_network(raw_of(rows[i].address));
		struct sw_label name = network ? day_network_name(network) : sw_label_printed(" ");

		want_text(rows[i].address, network ? name.s : "", rows[i].want);
	}
}

static void a_sender_counts_without_what_its_list_adds(void **state)
{
	static const struct {
		const char *sender, *want;
	} rows[] = {
		{ "anna@example.com", "anna@example.com" },
		{ "anna+shop@example.com", "anna@example.com" },
		{ "anna+shop+x@example.com", "anna@example.com" },
		{ "club-bounces+m17=far.example@lists.example.com",
		  "club-bounces@lists.example.com" },
		{ "club-return-17-m17=far.example@lists.example.com",
		  "club-return-17@lists.example.com" },
		{ "club-m17=far=x.example@l", "club@l" },
		{ "prvs=1234abcd=anna@example.com", "prvs=1234abcd=anna@example.com" },
		{ "a=b-c@x", "a=b-c@x" },
		{ "a-b@c=d", "a-b@c=d" },
		{ "a-b@c+d", "a-b@c+d" },
		{ "+x@y", "@y" },
		{ "-=@y", "@y" },
		{ "a@b-c=d@y", "a@b@y" },
		{ "no-at=x", "no" },
		{ "", "" },
		{ "@", "@" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char buf[64];
		char reference[1024];

		want_raw(rows[i].sender, day_sender(raw_of(rows[i].sender), buf, sizeof(buf)),
			 rows[i].want);
		ref_day_sender(rows[i].sender, reference);
		want_text("reference", reference, rows[i].want);
		assert_true(day_sender(raw_of(rows[i].sender), buf, 3).n <= 3);
	}
}

static void a_day_ends_with_a_whole_bucket_ten_minutes_before(void **state)
{
	static const struct {
		int64_t m, end;
	} rows[] = {
		{ M, END },	      { M + 59, END },
		{ M + 299, END },     { M + 300, END + 300 },
		{ M - 1, END - 300 }, { M + 86400, END + 86400 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number("end", day_time(day_end(rows[i].m)), rows[i].end);
}

#define CLIENT(id, address) id ": client=unknown[" address "], sasl_method=PLAIN, sasl_username=a@x"
#define ACTIVE(id, sender)  id ": from=<" sender ">, size=1, nrcpt=1 (queue active)"
#define TO(id, rcpt, relay, said)                                                                  \
	id ": to=<" rcpt ">, relay=" relay                                                         \
	   ", delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (" said ")"
#define FILTER	      "filter.example[192.0.2.77]:10024"
#define NOQUEUE(user) "NOQUEUE: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=" user
#define ACCEPTED(id, user)                                                                         \
	"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as " id                                \
	"; from=<s@x> to=<r@y> proto=ESMTP helo=<c> sasl_username=<" user ">"

struct said {
	int64_t time;
	const char *program, *text;
};

static void what_counts(void **state)
{
	static const struct {
		const char *what;
		struct said line[12];
		unsigned want[4]; /* messages, networks, senders, recipients outside */
	} rows[] = {
		{ "in the first second",
		  { { BEGIN, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { BEGIN, "qmgr", ACTIVE("A1B2C3", "s@x") },
		    { BEGIN, "smtp", TO("A1B2C3", "r@y", FAR, "250 ok") } },
		  { 1, 1, 1, 1 } },
		{ "one message",
		  { { END - 1, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END + 599, "qmgr", ACTIVE("A1B2C3", "s@x") },
		    { END + 599, "smtp", TO("A1B2C3", "r@y", FAR, "250 ok") } },
		  { 1, 1, 1, 1 } },
		{ "ten minutes are over",
		  { { END - 2, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END + 599, "qmgr", ACTIVE("A1B2C3", "s@x") },
		    { END + 599, "smtp", TO("A1B2C3", "r@y", FAR, "") } },
		  { 1, 1, 0, 0 } },
		{ "the first second of the day",
		  { { BEGIN, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { BEGIN, "qmgr", ACTIVE("A1B2C3", "s@x") } },
		  { 1, 1, 1, 0 } },
		{ "the last one before",
		  { { BEGIN - 1, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { BEGIN, "qmgr", ACTIVE("A1B2C3", "s@x") },
		    { BEGIN, "smtp", TO("A1B2C3", "r@y", FAR, "250 ok") } },
		  { 0, 0, 0, 0 } },
		{ "the day is not over yet",
		  { { END, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END, "smtp", TO("A1B2C3", "r@y", FAR, "") } },
		  { 0, 0, 0, 0 } },
		{ "the same recipient again, and another of the same message",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 600, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 300, "smtp", TO("A1B2C3", "q@y", FAR, "250") } },
		  { 1, 1, 0, 2 } },
		{ "the same recipient of another message",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", CLIENT("A1B2C4", "192.0.3.1") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 600, "smtp", TO("A1B2C4", "r@y", FAR, "250") } },
		  { 2, 1, 0, 2 } },
		{ "who brings it to an own mailbox is no smtp(8)",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "lmtp", TO("A1B2C3", "r@y", "box[192.0.2.9]:24", "250") },
		    { END - 899, "error",
		      TO("A1B2C3", "r@y", "none", "connect to b[192.0.2.9]:25: x") },
		    { END - 899, "local", TO("A1B2C3", "r@y", "local", "delivered") } },
		  { 1, 1, 0, 0 } },
		{ "a server that does not answer was tried, a name that is not known was not",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtp",
		      TO("A1B2C3", "r@y", "none",
			 "connect to mx.y[192.0.2.9]:25: Connection refused") },
		    { END - 899, "smtp",
		      TO("A1B2C3", "s@y", "none", "Host or domain name not found") },
		    { END - 899, "smtp",
		      TO("A1B2C3", "t@y", "none",
			 "connect to l[127.0.0.1]:25: Connection refused") } },
		  { 1, 1, 0, 1 } },
		{ "a loopback address is nobody outside",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", "localhost[127.0.0.1]:25", "250") },
		    { END - 899, "smtp", TO("A1B2C3", "s@y", "localhost[::1]:25", "250") } },
		  { 1, 1, 0, 0 } },
		{ "a filter that says whose it is",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtpd",
		      "D1B2C3: client=localhost[127.0.0.1], orig_queue_id=A1B2C3" },
		    { END - 899, "qmgr", ACTIVE("D1B2C3", "other@x") },
		    { END - 898, "smtp", TO("A1B2C3", "r@y", OWN, "250 queued as D1B2C3") },
		    { END - 897, "smtp", TO("D1B2C3", "r@y", FAR, "250 queued as E1B2C3") } },
		  { 1, 1, 0, 1 } },
		{ "one that does not, and whose mail is faster than its answer",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtpd", "D1B2C3: client=localhost[127.0.0.1]" },
		    { END - 899, "smtp", TO("D1B2C3", "r@y", FAR, "250") },
		    { END - 899, "smtp", TO("D1B2C3", "r@y", FAR, "250") },
		    { END - 898, "smtp", TO("A1B2C3", "r@y", OWN, "250 ok: 250 queued as D1B2C3") },
		    { END - 897, "smtp", TO("D1B2C3", "s@y", FAR, "250") } },
		  { 1, 1, 0, 2 } },
		{ "a filter on another host is not outside, where it gives the mail back",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtpd", "D1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 898, "smtp",
		      TO("A1B2C3", "r@y", "f[192.0.2.77]:25", "250 queued as D1B2C3") },
		    { END - 897, "lmtp", TO("D1B2C3", "r@y", "box[192.0.2.9]:24", "250") } },
		  { 1, 1, 0, 0 } },
		{ "a filter that logs in, once for each message",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtpd",
		      CLIENT("D1B2C3", "198.51.100.1") ", orig_queue_id=A1B2C3" },
		    { END - 898, "smtpd",
		      CLIENT("D1B2C4", "203.0.113.1") ", orig_queue_id=A1B2C3" },
		    { END - 897, "smtp", TO("D1B2C3", "r@y", FAR, "250") },
		    { END - 897, "smtp", TO("D1B2C4", "r@y", FAR, "250") } },
		  { 2, 2, 0, 2 } },
		{ "what is requeued is the same message",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "450") },
		    { END - 700, "pickup", "D1B2C3: uid=103 from=<s@x> orig_id=A1B2C3" },
		    { END - 699, "qmgr", ACTIVE("D1B2C3", "s@x") },
		    { END - 698, "smtp", TO("D1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "the server's words name no message of ours",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd",
		      "B1B2C3: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=b@x" },
		    { END - 899, "smtp", TO("B1B2C3", "q@y", OWN, "250 queued as A1B2C3") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250 queued as B1B2C3") } },
		  { 1, 1, 0, 1 } },
		{ "two lines of one message, written by two programs",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "an ID that is used again is another message's",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 890, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 880, "smtpd",
		      "A1B2C3: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=b@x" },
		    { END - 879, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 2, 1, 0, 0 } },
		{ "before a proxy filter there is no ID",
		  { { END - 900, "smtpd",
		      "NOQUEUE: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=a@x" } },
		  { 1, 1, 0, 0 } },
		{ "nor two, where most others stand twice",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", NOQUEUE("a@x") } },
		  { 2, 1, 0, 0 } },
		{ "where half of them do these are two messages",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", CLIENT("A1B2C4", "192.0.2.1") },
		    { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", NOQUEUE("a@x") } },
		  { 4, 1, 0, 0 } },
		{ "who does not log in there is no account",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", "NOQUEUE: client=mx.y[198.51.100.9]" },
		    { END - 900, "smtpd", "NOQUEUE: client=localhost[127.0.0.1]" } },
		  { 1, 1, 0, 0 } },
		{ "it gets the one with which it comes back, and what was done with that before",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END - 900, "qmgr", "A1B2C3: from=<s@x>, size=1, nrcpt=2 (queue active)" },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 899, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END - 898, "smtp", TO("A1B2C3", "q@y", FAR, "250") },
		    { END - 898, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 1, 2 } },
		{ "from a filter on another host",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", "A1B2C3: client=f[192.0.2.77]" },
		    { END - 899, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END - 898, "qmgr", "A1B2C3: from=<s@x>, size=1, nrcpt=2 (queue active)" },
		    { END - 898, "smtp", TO("A1B2C3", "q@y", FAR, "250") } },
		  { 1, 1, 1, 1 } },
		{ "a message of the next bucket that comes back is none of its",
		  { { END - 1, "smtpd", NOQUEUE("a@x") },
		    { END, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END + 1, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END + 2, "smtpd", NOQUEUE("a@x") } },
		  { 1, 1, 0, 1 } },
		{ "as late as can be",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 300, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END - 300, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END - 300, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "a second later",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 299, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END - 299, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END - 299, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 0 } },
		{ "what ends twice began once",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 899, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END - 899, "smtpd", ACCEPTED("A1B2C3", "a@x") },
		    { END - 898, "smtpd", "A1B2C4: client=localhost[127.0.0.1]" },
		    { END - 898, "smtpd", ACCEPTED("A1B2C4", "a@x") },
		    { END - 897, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 897, "smtp", TO("A1B2C4", "q@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "what a client says is queued is not",
		  { { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 900, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FAR, "250") },
		    { END - 899, "smtpd",
		      "proxy-accept: END-OF-MESSAGE: 250 ok; from=<x: queued as A1B2C3; from=<a>> "
		      "to=<b> proto=SMTP helo=<c> sasl_username=<a@x>" } },
		  { 1, 1, 0, 0 } },
		{ "nor is an account that a sender claims another's",
		  { { END - 900, "smtpd", NOQUEUE("b@x") },
		    { END - 900, "smtpd", NOQUEUE("a@x") },
		    { END - 899, "smtpd",
		      "proxy-accept: END-OF-MESSAGE: 250 ok: queued as A1B2C3; from=<a> to=<b> "
		      "proto=SMTP helo=<c> sasl_username=<b@x> sasl_sender=<sasl_username=<a@x>" },
		    { END - 898, "smtp", TO("A1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 0 } },
		{ "a filter elsewhere that says whose it is, after it took it: it is nobody "
		  "outside",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FILTER, "250 Ok: queued as 77AABB") },
		    { END - 900, "smtp", TO("A1B2C3", "q@y", FILTER, "250 Ok: queued as 77AABB") },
		    { END - 600, "smtpd", "B1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 599, "smtp", TO("B1B2C3", "r@y", FAR, "250") },
		    { END - 599, "lmtp", TO("B1B2C3", "q@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "two of them, one behind the other",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FILTER, "250 Ok: queued as 77AABB") },
		    { END - 899, "smtpd", "B1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 898, "smtp", TO("B1B2C3", "r@y", FILTER, "250 Ok: queued as 77AABC") },
		    { END - 897, "smtpd", "C1B2C3: client=f[192.0.2.77], orig_queue_id=B1B2C3" },
		    { END - 896, "smtp", TO("C1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 1 } },
		{ "it brings it back in two parts",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FILTER, "250 Ok: queued as 77AABB") },
		    { END - 899, "smtpd", "B1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 898, "smtpd", "C1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 897, "smtp", TO("B1B2C3", "r@y", FAR, "250") },
		    { END - 896, "smtp", TO("C1B2C3", "q@y", FAR, "250") } },
		  { 1, 1, 0, 2 } },
		{ "or before",
		  { { END - 900, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { END - 900, "smtpd", "B1B2C3: client=f[192.0.2.77], orig_queue_id=A1B2C3" },
		    { END - 900, "smtp", TO("A1B2C3", "r@y", FILTER, "250 Ok") },
		    { END - 899, "lmtp", TO("B1B2C3", "r@y", FAR, "250") } },
		  { 1, 1, 0, 0 } },
		{ "a login in capitals is the same, one that is claimed is none",
		  { { END - 900, "smtpd",
		      "A1B2C3: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=A@X" },
		    { END - 900, "smtpd",
		      "A1B2C4: client=u[192.0.2.2], sasl_sender=x, sasl_username=a@x" } },
		  { 1, 1, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh(M);
		struct day_rank top[2];
		size_t n;

		for (const struct said *s = rows[i].line; s->text; s++)
			give(&d, s->time, s->program, s->text);
		n = day_top(&d, DAY_MESSAGES, day_end(M), 1, NULL, NULL, top, 2);
		while (n > 0 && !raw_is(top[n - 1].key, "a@x"))
			n--;
		for (unsigned what = 0; what < DAY_KINDS; what++)
			want_number(
				rows[i].what,
				n ? day_count(&d, top[n - 1].row, (enum day_what)what, day_end(M)).n
				  : 0,
				rows[i].want[what]);
		want_number(rows[i].what, d.short_until, 0);
		want_number(rows[i].what, d.failed, 0);
		assert_null(topk_find(d.account, raw_of("")));
		day_free(&d);
	}
}

/* Of the ten minutes before the first bucket no message counts, but those that come again do not
 * either. */
static void what_was_before_comes_again_as_what_it_was(void **state)
{
#define LOGIN(id, user, more)                                                                      \
	id ": client=f[192.0.2.77], sasl_method=PLAIN, sasl_username=" user more
	static const struct {
		const char *what;
		struct said line[3];
		unsigned messages; /* of a@x */
	} rows[] = {
		{ "the last second before",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  0 },
		{ "the first of the day", { { BEGIN, "smtpd", LOGIN("A1B2C3", "a@x", "") } }, 1 },
		{ "it comes back",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN + 5, "smtpd", LOGIN("B1B2C3", "a@x", ", orig_queue_id=A1B2C3") } },
		  0 },
		{ "after ten minutes",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN + 599, "smtpd", LOGIN("B1B2C3", "a@x", ", orig_queue_id=A1B2C3") } },
		  0 },
		{ "after a second more",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN + 600, "smtpd", LOGIN("B1B2C3", "a@x", ", orig_queue_id=A1B2C3") } },
		  1 },
		{ "twice: the second one is new",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN + 5, "smtpd", LOGIN("B1B2C3", "a@x", ", orig_queue_id=A1B2C3") },
		    { BEGIN + 6, "smtpd", LOGIN("C1B2C3", "a@x", ", orig_queue_id=A1B2C3") } },
		  1 },
		{ "as that of another account",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "b@x", "") },
		    { BEGIN + 5, "smtpd", LOGIN("B1B2C3", "a@x", ", orig_queue_id=A1B2C3") } },
		  1 },
		{ "a copy of its line",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  0 },
		{ "two seconds later it is none",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "a@x", "") },
		    { BEGIN + 1, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  1 },
		{ "of another account neither",
		  { { BEGIN - 1, "smtpd", LOGIN("A1B2C3", "b@x", "") },
		    { BEGIN, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  1 },
		{ "from another address neither",
		  { { BEGIN - 1, "smtpd", CLIENT("A1B2C3", "192.0.2.1") },
		    { BEGIN, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  1 },
		{ "of nobody's neither",
		  { { BEGIN, "smtpd", "A1B2C3: client=localhost[127.0.0.1]" },
		    { BEGIN, "smtpd", LOGIN("A1B2C3", "a@x", "") } },
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh(M);
		struct sw_fault why = { 0 };
		struct sw_host h = *d.host;
		const struct topk_row *row;

		day_free(&d);
		assert_int_equal(day_new(&d, &h, M, M, true, &why), 0);
		for (size_t k = 0; k < SW_COUNT(rows[i].line) && rows[i].line[k].text; k++)
			give(&d, rows[i].line[k].time, rows[i].line[k].program,
			     rows[i].line[k].text);
		row = topk_find(d.account, raw_of("a@x"));
		want_number(rows[i].what, row ? row->count : 0, rows[i].messages);
		day_free(&d);
	}
}

/* Of a filter before the queue: who is known by what he logged in with, and of whose messages it is not known where
 * they went. */
static void what_a_filter_does_not_give_back_is_not_known_of_its_account_alone(void **state)
{
	static const struct {
		const char *what;
		struct {
			uint64_t pid;
			const char *text;
		} line[6];
		bool any, blind;
		unsigned recipients;
	} rows[] = {
		{ "it comes back",
		  { { 7, NOQUEUE("a") },
		    { 8, "A1B2C3: client=localhost[127.0.0.1]" },
		    { 7, ACCEPTED("A1B2C3", "a") } },
		  true, false, 1 },
		{ "and its process says more",
		  { { 7, NOQUEUE("a") },
		    { 8, "A1B2C3: client=localhost[127.0.0.1]" },
		    { 7, "proxy-accept: MAIL FROM: 250 2.1.0 Ok; from=<s@x>" },
		    { 7, "disconnect from u[192.0.2.2]" },
		    { 7, ACCEPTED("A1B2C3", "a") } },
		  true, false, 1 },
		{ "it does not",
		  { { 7, NOQUEUE("a") }, { 8, "A1B2C3: client=localhost[127.0.0.1]" } },
		  true, true, 0 },
		{ "the next one comes first",
		  { { 7, NOQUEUE("a") }, { 7, NOQUEUE("a") }, { 7, ACCEPTED("A1B2C3", "a") } },
		  true, true, 1 },
		{ "another server's does not",
		  { { 6, "A1B2C4: client=u[192.0.2.2], sasl_method=PLAIN, sasl_username=a" },
		    { 7, "NOQUEUE: client=mx.y[198.51.100.9], orig_client=x" } },
		  false, false, 0 },
		{ "nor does it beside his",
		  { { 7, NOQUEUE("a") },
		    { 8, "A1B2C3: client=localhost[127.0.0.1]" },
		    { 7, ACCEPTED("A1B2C3", "a") },
		    { 9, "NOQUEUE: client=mx.y[198.51.100.9]" } },
		  true, false, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct day d = fresh(M);
		const struct topk_row *row;

		for (size_t k = 0; k < 6 && rows[i].line[k].text; k++) {
			struct log_message message = { .time = END - 900,
						       .program = raw_of("smtpd"),
						       .text = raw_of(rows[i].line[k].text),
						       .pid = rows[i].line[k].pid };

			day_message(&d, &message);
		}
		give(&d, END - 899, "smtp", TO("A1B2C3", "r@y", FAR, "250"));
		want_number(rows[i].what, d.proxies->any, rows[i].any);
		day_lines_end(&d);
		row = topk_find(d.account, raw_of("a"));
		assert_non_null(row);
		want_number(rows[i].what, d.of[row - topk_row(d.account, 0)].blind,
			    rows[i].blind ? day_bucket(END - 900) : 0);
		want_number(rows[i].what,
			    day_count(&d, (uint32_t)(row - topk_row(d.account, 0)), DAY_EXTERNAL, day_end(M)).n,
			    rows[i].recipients);
		day_free(&d);
	}
}

/* Where reading goes on, a second later and in that second itself. */
static void what_is_read_first_counts_from_its_first_second_on(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		struct day d = fresh(M);
		struct sw_fault why = { 0 };
		struct sw_host h = *d.host;
		uint32_t row;

		day_free(&d);
		assert_int_equal(day_new(&d, &h, M, M, true, &why), 0);
		give(&d, BEGIN, "smtpd", CLIENT("A1B2C3", "192.0.2.1"));
		give(&d, BEGIN + late, "qmgr", ACTIVE("A1B2C3", "s@x"));
		give(&d, BEGIN + late, "smtp", TO("A1B2C3", "r@y", FAR, "250 ok"));
		assert_non_null(topk_find(d.account, raw_of("a@x")));
		row = (uint32_t)(topk_find(d.account, raw_of("a@x")) - topk_row(d.account, 0));
		for (unsigned what = 0; what < DAY_KINDS; what++)
			want_number("counts", day_count(&d, row, (enum day_what)what, day_end(M)).n, 1);
		day_free(&d);
	}
}

/* What nobody brought is not somebody's, though of one address in 65536 nothing is remembered. */
static void what_nobody_brought_is_nobodys_copy(void **state)
{
	struct day d = fresh(M);
	char text[128] = "";
	uint64_t hash = UINT64_MAX;

	(void)state;
	give(&d, BEGIN, "smtpd", CLIENT("A1B2C3", "192.0.2.1"));
	for (unsigned i = 0; hash & 0xffff0000; i++) {
		char address[32];

		snprintf(address, sizeof(address), "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255, i & 255);
		hash = hash_bytes((struct hash_key){ 0, 0 }, raw_of(address));
		snprintf(text, sizeof(text), "A1B2C4: client=u[%s], sasl_method=PLAIN, sasl_username=a@x", address);
	}
	give(&d, BEGIN, "smtpd", "A1B2C4: client=localhost[127.0.0.1]");
	give(&d, BEGIN, "smtpd", text);
	want_number("messages", topk_row(d.account, 0)->count, 2);
	day_free(&d);
}

static void the_slow_counter_finds_the_same(void **state)
{
	(void)state;
	for (unsigned run = 1; run <= 8; run++) {
		struct day d = fresh(M);

		make_day(run);
		for (size_t i = 0; i < lines; i++)
			give(&d, line[i].time, line[i].program, line[i].text);
		for (unsigned a = 0; a < ACCOUNTS; a++)
			for (int64_t m = M - 14 * 60; m <= M; m += 420) {
				struct day_rank top[ACCOUNTS];
				char name[32];
				size_t n;

				snprintf(name, sizeof(name), a + 1 < ACCOUNTS ? "a%u@x" : "uid 33",
					 a);
				n = day_top(&d, DAY_MESSAGES, day_end(m), 1, NULL, NULL, top,
					    ACCOUNTS);
				while (n > 0 && strncmp(day_name(&d, &top[n - 1]).s, name,
							strlen(name)) != 0)
					n--;
				assert_true(n > 0);
				for (unsigned what = 0; what < DAY_KINDS; what++) {
					char of[64];

					snprintf(of, sizeof(of), "run %u %s what %u m %+d", run,
						 name, what, (int)(m - M));
					want_number(of,
						    day_count(&d, top[n - 1].row,
							      (enum day_what)what, day_end(m))
							    .n,
						    ref_day(line, lines, name,
							    (enum ref_day_what)what, m));
				}
			}
		free_day();
		day_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_is_half_of_an_ipv4_address_and_a_quarter_of_an_ipv6_one),
		cmocka_unit_test(a_sender_counts_without_what_its_list_adds),
		cmocka_unit_test(a_day_ends_with_a_whole_bucket_ten_minutes_before),
		cmocka_unit_test(what_counts),
		cmocka_unit_test(what_was_before_comes_again_as_what_it_was),
		cmocka_unit_test(what_a_filter_does_not_give_back_is_not_known_of_its_account_alone),
		cmocka_unit_test(what_is_read_first_counts_from_its_first_second_on),
		cmocka_unit_test(what_nobody_brought_is_nobodys_copy),
		cmocka_unit_test(the_slow_counter_finds_the_same),
	};

	return cmocka_run_group_tests_name("day", tests, NULL, NULL);
}
