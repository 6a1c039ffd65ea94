/* A report as text and as an object, of what is known of an account: the same numbers in both. */
#include "incident/report.h"

#include <errno.h>
#include <stdlib.h>

#include "test.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */ };

static struct sw_host h;
static struct options options;
static struct run run = { .options = &options, .host = &h };
static struct report p;
static const struct topk_row *ranked[1 << 14]; /* rows of any table here */
static struct queued_message in_queue[3];
static char *said;

static struct network_address address(const char *text)
{
	struct network_address ret;

	assert_true(network_address(raw_of(text), &ret));
	return ret;
}

static struct topk *table(size_t name, size_t value)
{
	struct sw_fault why = { 0 };
	struct topk *t = NULL;

	assert_int_equal(topk_new(8, name, value, (struct hash_key){ 1, 2 }, &t, &why), 0);
	return t;
}

static void *add(struct topk *t, const char *name, uint64_t n)
{
	return topk_count(t, raw_of(name), n)->value;
}

static void *add_address(struct topk *t, const char *name, uint64_t n)
{
	const struct network_address a = address(name);

	return topk_count(t, raw_from((const char *)a.byte, sizeof(a.byte)), n)->value;
}

static void make_tables(void)
{
	struct past *past = &p.past;
	struct past_use *use;
	struct past_refused *refused;

	past->failed = table(sizeof(struct network_address), sizeof(struct past_failure));
	past->used = table(sizeof(struct network_address), sizeof(struct past_use));
	past->sender = table(64, 1);
	past->domain = table(64, 1);
	past->refused = table(64, sizeof(struct past_refused));
	p.network = table(sizeof(struct network_address), sizeof(struct past_use));
	p.queued.client = table(64, 8);
	p.queued.domain = table(64, 8);
	p.queued.script = table(64, 8);
	*(struct past_failure *)add_address(past->failed, "240.7.7.7", 5) =
		(struct past_failure){ NOW - 900, NOW - 800 };
	*(struct past_failure *)add_address(past->failed, "2001:db8::1", 7) =
		(struct past_failure){ NOW - 700, NOW - 700 };
	use = add_address(past->used, "240.7.7.7", 9);
	*use = (struct past_use){ .messages = 8, .logins = 1, .first = NOW - 600, .last = NOW - 60,
				  .before = 5, .since = NOW - 900, .host_n = 9, .host = "h.example" };
	use = add_address(past->used, "240.7.8.8", 2);
	*use = (struct past_use){ .messages = 2, .first = NOW - 500, .last = NOW - 500,
				  .host_n = 7, .host = "unknown" };
	use = add_address(p.network, "240.7.0.0", 11);
	*use = (struct past_use){ .messages = 10, .logins = 1, .first = NOW - 600, .last = NOW - 60 };
	add(past->sender, "bob@x", 9);
	add(past->sender, "", 1);
	add(past->domain, "far.example", 20);
	refused = add(past->refused, "2far.example", 6);
	*refused = (struct past_refused){ .last = NOW - 30, .words_n = 15, .words = "550 5.1.1 no <u" };
	refused = add(past->refused, "0near.example", 3);
	*refused = (struct past_refused){ .last = NOW - 20, .at_connect = true, .words_n = 6, .words = "554 no" };
	add(p.queued.client, "240.7.7.7", 4);
	add(p.queued.script, "33 mailer (1).php(3) : eval()'d", 2);
	add(p.queued.script, "7 old.php", 1);
}

/* One of which there is everything; the log is known from its beginning. */
static void make(void)
{
	static const char host[] = "/var/log/mail.log";

	zone("UTC0");
	h = (struct sw_host){ .root = -1, .now = NOW };
	options = (struct options){ .by = BY_ACCOUNT, .value = "bob@x" };
	p = (struct report){ .run = &run };
	p.select = (struct select){ .by = BY_ACCOUNT, .asked = raw_of("bob@x"),
				    .spelling = { raw_of("Bob@x"), raw_of("BOB@x") }, .spellings = 2 };
	p.past.run = &run;
	p.past.select = &p.select;
	p.past.report.candidates = 1;
	sw_label_add(&p.past.report.candidate[0].where, raw_of(host));
	p.past.since = NOW - 604800;
	p.past.known = PAST_MINUTES;
	p.past.known_since = NOW - 3600;
	p.past.failures = 12;
	p.past.failed_first = NOW - 900;
	p.past.failed_last = NOW - 700;
	p.past.messages = 10;
	p.past.first = NOW - 600;
	p.past.last = NOW - 60;
	p.past.recipients = 40;
	p.past.sent = 21;
	p.past.sent_outside = 17;
	p.past.bounced = 6;
	p.past.waiting = 5;
	p.past.outside = 32;
	p.past.returned = 3;
	p.past.samples = 1;
	p.past.sample[0] = (struct past_message){ .id = "4ABC09", .time = NOW - 600, .has_address = true,
						  .address = address("240.7.7.7") };
	p.queued.queue[2] = 1;
	p.queued.queue[3] = 4;
	for (size_t i = 0; i < QUEUED_QUEUES; i++)
		p.queued.whole[i] = true;
	p.queued.messages = 5;
	p.queued.recipients = 6;
	p.queued.delivered = 2;
	p.queued.bounces = 7;
	p.queued.oldest = NOW - 650;
	p.queued.newest = NOW - 50;
	p.queued.samples = 3;
	for (size_t i = 0; i < 3; i++) {
		in_queue[i] = (struct queued_message){ .queue = 2 + i, .arrived = NOW - 600 + (int64_t)i,
						       .recipients = i };
		snprintf(in_queue[i].id, QUEUED_ID, "4ABC0%zu", i);
		in_queue[i].sender = sw_label_from(raw_of("bob@x"));
		in_queue[i].from = sw_label_from(raw_of("Bob <b@x>"));
		in_queue[i].subject = sw_label_from(raw_of("Hi"));
		p.queued.sample[i] = &in_queue[i];
	}
	in_queue[1].client = sw_label_from(raw_of("240.7.7.7"));
	in_queue[1].recipient = sw_label_from(raw_of("u@far.example"));
	in_queue[2].recipient = sw_label_from(raw_of("v@far.example"));
	p.journal = (struct journal_record){ .key = 1, .since = (NOW - 300) * 1000000000LL + 5, .deleted = 8,
					     .evidence = "8 messages to 9 recipients" };
	make_tables();
}

static void unmake(void)
{
	topk_free(p.past.failed);
	topk_free(p.past.used);
	topk_free(p.past.sender);
	topk_free(p.past.domain);
	topk_free(p.past.refused);
	topk_free(p.network);
	topk_free(p.queued.client);
	topk_free(p.queued.domain);
	topk_free(p.queued.script);
	free(said);
	said = NULL;
}

static const char *say(bool json, size_t rows)
{
	size_t n = 0;
	FILE *to;

	free(said);
	said = NULL;
	p.ranked = ranked;
	to = open_memstream(&said, &n);
	assert_non_null(to);
	if (json)
		report_say_json(to, &p, rows, NULL, NULL);
	else
		report_say(to, &p, rows);
	fclose(to);
	return said;
}

static const char whole_text[] =
	"Account bob@x, 2026-11-26 13:50:30\n"
	"also spelled Bob@x, BOB@x\n"
	"The log, /var/log/mail.log, is known since 2026-11-26 12:50:30; the queues, as they "
	"are now\n"
	"\n"
	"Since when\n"
	"  no guessing that succeeded is seen in this log: then a password was phished, or\n"
	"  taken from elsewhere, or it is the owner's own mail\n"
	"  failed logins: 12, 2026-11-26 13:35:30 to 2026-11-26 13:38:50\n"
	"  messages: 2026-11-26 13:40:30 to 2026-11-26 13:49:30\n"
	"  of those in the queues the oldest arrived 2026-11-26 13:39:40\n"
	"  failed logins by address (2):\n"
	"       7  2001:db8::1  2026-11-26 13:38:50\n"
	"       5  240.7.7.7  2026-11-26 13:35:30 to 2026-11-26 13:37:10\n"
	"\n"
	"From where (messages, when)\n"
	"  by address (2):\n"
	"       8  240.7.7.7 (h.example)  2026-11-26 13:40:30 to 2026-11-26 13:49:30, logins "
	"by IMAP and the like: 1, after 5 failed logins since 2026-11-26 13:35:30\n"
	"       2  240.7.8.8  2026-11-26 13:42:10\n"
	"  by network (1):\n"
	"      10  240.7.0.0/16  2026-11-26 13:40:30 to 2026-11-26 13:49:30, logins by IMAP "
	"and the like: 1\n"
	"\n"
	"Messages\n"
	"  accepted: 10, for recipients: 40\n"
	"  delivered: 21, of them outside: 17\n"
	"  bounced: 6, deferred still: 5\n"
	"  recipients outside: 32\n"
	"  bounces sent because of it: 3\n"
	"  in the queues now: 5 (active 1, deferred 4), with 6 recipients to be tried; 2 "
	"delivered already; 7 bounces because of it\n"
	"  held since 2026-11-26 13:45:30 (by spoolwatch)\n"
	"  deleted by spoolwatch: 8; 8 messages to 9 recipients\n"
	"  by envelope sender (2):\n"
	"       9  bob@x\n"
	"       1  none\n"
	"  recipients outside, by domain (1):\n"
	"      20  far.example\n"
	"  in the queues, by client (1):\n"
	"       4  240.7.7.7\n"
	"\n"
	"Refused by (recipients)\n"
	"       6  far.example, unknown user: 550 5.1.1 no %3Cu\n"
	"       3  near.example, reputation, at connect (no account's doing): 554 no\n"
	"\n"
	"Some of its messages in the queues (postcat -q ID)\n"
	"  4ABC00 active 2026-11-26 13:40:30 sender bob@x\n"
	"    From: Bob %3Cb@x%3E\n"
	"    Subject: Hi\n"
	"  4ABC01 deferred 2026-11-26 13:40:31 client 240.7.7.7 sender bob@x to u@far.example\n"
	"    From: Bob %3Cb@x%3E\n"
	"    Subject: Hi\n"
	"\n"
	"Scripts that its messages name (whose file, name)\n"
	"       2  uid 33 [mailer (1).php(3) : eval()%27d]\n"
	"       1  uid 7 old.php\n"
	"\n"
	"What contains it\n"
	"spoolwatch contain --yes -- bob@x\n"
	"spoolwatch block --yes -- bob@x\n"
	"spoolwatch hold --yes -- bob@x\n"
	"spoolwatch delete --yes -- bob@x\n"
	"Doors that are still open, to be shut by hand:\n"
	"  its password, app passwords too; who is logged in by IMAP, POP3 or webmail stays "
	"so:\n"
	"    doveadm who bob@x\n"
	"    doveadm auth cache flush bob@x\n"
	"    doveadm kick bob@x\n"
	"  webmail, whose session can set the password back: end its sessions there\n"
	"  sieve and forwarding rules that were left behind (redirect, vacation):\n"
	"    doveadm sieve list -u bob@x\n"
	"  scripts and cron of local users, which need no login:\n"
	"    spoolwatch who --by uid\n";

static const char whole_object[] =
	"{\"schema\":1,\"verb\":\"report\",\"select\":{\"account\":\"bob@x\",\"spellings\":[\""
	"Bob@x\",\"BOB@x\"]},\"time\":1795701030,\"log\":{\"source\":\"/var/log/mail.log\""
	",\"since\":1795096230,\"known_since\":1795697430,\"minutes\":10080,\"known\":1"
	"0080,\"whole\":true},\"not_known\":[],\"broken_in\":null,\"failures\":12,\"fail"
	"ures_of_nobody\":0,\"accepted\":10,\"recipients\":40,\"delivered\":21,\"delive"
	"red_outside\":17,\"bounced\":6,\"deferred\":5,\"outside\":32,\"bounces_caused\""
	":3,\"addresses\":2,\"networks\":1,\"first_failure\":1795700130,\"last_failure"
	"\":1795700330,\"first_message\":1795700430,\"last_message\":1795700970,\"que"
	"ued\":5,\"queues\":{\"maildrop\":0,\"incoming\":0,\"active\":1,\"deferred\":4,\"ho"
	"ld\":0},\"queued_recipients\":6,\"already_delivered\":2,\"bounces_queued\":7,"
	"\"oldest_queued\":1795700380,\"newest_queued\":1795700980,\"held_since\":179"
	"5700730,\"deleted\":8,\"deleted_evidence\":\"8 messages to 9 recipients\",\"s"
	"ample\":[{\"id\":\"4ABC00\",\"queue\":\"active\",\"arrived\":1795700430,\"client\":"
	"\"\",\"sender\":\"bob@x\",\"recipient\":\"\",\"recipients\":0,\"from\":\"Bob %3Cb@x%3"
	"E\",\"subject\":\"Hi\"},{\"id\":\"4ABC01\",\"queue\":\"deferred\",\"arrived\":1795700"
	"431,\"client\":\"240.7.7.7\",\"sender\":\"bob@x\",\"recipient\":\"u@far.example\","
	"\"recipients\":1,\"from\":\"Bob %3Cb@x%3E\",\"subject\":\"Hi\"}],\"failed_from\":["
	"{\"address\":\"2001:db8::1\",\"failures\":7,\"first\":1795700330,\"last\":179570"
	"0330},{\"address\":\"240.7.7.7\",\"failures\":5,\"first\":1795700130,\"last\":17"
	"95700230}],\"from\":[{\"address\":\"240.7.7.7\",\"name\":\"h.example\",\"messages"
	"\":8,\"logins\":1,\"first\":1795700430,\"last\":1795700970,\"failures_before\":"
	"5},{\"address\":\"240.7.8.8\",\"name\":\"unknown\",\"messages\":2,\"logins\":0,\"fi"
	"rst\":1795700530,\"last\":1795700530,\"failures_before\":0}],\"from_networks"
	"\":[{\"network\":\"240.7.0.0/16\",\"messages\":10,\"logins\":1,\"first\":17957004"
	"30,\"last\":1795700970}],\"senders\":[{\"sender\":\"bob@x\",\"messages\":9},{\"se"
	"nder\":\"\",\"messages\":1}],\"domains\":[{\"domain\":\"far.example\",\"recipients"
	"\":20}],\"queued_from\":[{\"address\":\"240.7.7.7\",\"messages\":4}],\"refused_b"
	"y\":[{\"receiver\":\"far.example\",\"kind\":\"unknown user\",\"recipients\":6,\"at"
	"_connect\":false,\"words\":\"550 5.1.1 no %3Cu\",\"last\":1795701000},{\"recei"
	"ver\":\"near.example\",\"kind\":\"reputation\",\"recipients\":3,\"at_connect\":tr"
	"ue,\"words\":\"554 no\",\"last\":1795701010}],\"scripts\":[{\"script\":\"mailer ("
	"1).php(3) : eval()'d\",\"uid\":33,\"messages\":2},{\"script\":\"old.php\",\"uid\""
	":7,\"messages\":1}],\"commands\":[\"spoolwatch contain --yes -- bob@x\",\"spo"
	"olwatch block --yes -- bob@x\",\"spoolwatch hold --yes -- bob@x\",\"spoolw"
	"atch delete --yes -- bob@x\"],\"doors\":[\"doveadm who bob@x\",\"doveadm aut"
	"h cache flush bob@x\",\"doveadm kick bob@x\",\"doveadm sieve list -u bob@x"
	"\",\"spoolwatch who --by uid\"]}";

/* From the first byte on that is another. */
static void want_all(const char *what, const char *got, const char *want)
{
	size_t i = 0;

	while (got[i] && got[i] == want[i])
		i++;
	if (got[i] || want[i])
		fail_msg("%s: behind %zu bytes got \"%.200s\", want \"%.200s\"", what, i, got + i, want + i);
}

static void all_of_it_is_told(void **state)
{
	(void)state;
	make();
	want_all("as text", say(false, 2), whole_text);
	want_all("as an object", say(true, 2), whole_object);
	unmake();
}

/* What a row changes of it. */
struct change {
	size_t at, size;
	int64_t to;
};
#define SET(field, value)                                                                          \
	{                                                                                          \
		offsetof(struct report, field), sizeof(p.field), value                             \
	}

static void change(const struct change *c, size_t n)
{
	for (size_t i = 0; i < n && c[i].size; i++)
		memcpy((char *)&p + c[i].at, &c[i].to, c[i].size); /* of the lower bytes */
}

#define BROKEN SET(past.broken.account, 1), SET(past.broken.first, NOW - 600), SET(past.broken.since, NOW - 900), SET(past.broken.failures, 5), SET(past.broken.networks, 4), SET(past.broken.accounts, 3)
#define HOLE SET(past.known, 1), SET(past.hole.doubt, LOG_BEGINS)

static void what_is_otherwise_is_told_otherwise(void **state)
{
	static const struct {
		const char *what;
		struct change change[8];
		size_t rows; /* 0: 2 */
		const char *text, *no_text, *object, *no_object;
	} rows[] = {
		{ "less than a day", { SET(past.known, 1439) }, 0, " 12:50:30, 24.0 hours;", "days", "\"known\":1439,\"whole\":false", NULL },
		{ "a day", { SET(past.known, 1440) }, 0, " 12:50:30, 1.0 of 7 days;", "hours", "\"known\":1440,", NULL },
		{ "half of them", { SET(past.known, 5040) }, 0, ", 3.5 of 7 days;", NULL, "\"known\":5040,", NULL },
		{ "an hour", { SET(past.known, 60) }, 0, ", 1.0 hours;", NULL, NULL, NULL },
		{ "but a minute", { SET(past.known, PAST_MINUTES - 1) }, 0, ", 7.0 of 7 days; the queues, as they are now\nof the log 1 minutes are not known, what is told is at least: ", NULL, "\"whole\":false},\"not_known\":[\"of the log 1 minutes", NULL },
		{ "of a log that begins then", { SET(past.known, 1439), SET(past.begins, true) }, 0, "hours; the queues, as they are now\n\nSince", "not known", "\"whole\":true},\"not_known\":[]", NULL },
		{ "nothing", { SET(past.known, 0), SET(past.known_since, 0) }, 0, "The log, /var/log/mail.log, is not known; the queues, as they are now\nthe log is not known: ", NULL, "\"known_since\":null,", NULL },
		{ "since the first second", { SET(past.known_since, 1) }, 0, "is known since 1970-01-01 00:00:01", NULL, "\"known_since\":1,", NULL },
		{ "no source", { SET(past.report.chosen, 1) }, 0, "\nThe log is known since", "mail.log", "\"source\":null,", NULL },
		{ "one spelling", { SET(select.spellings, 1) }, 0, "\nalso spelled Bob@x\nThe", NULL, "\"spellings\":[\"Bob@x\"]}", NULL },
		{ "no other", { SET(select.spellings, 0) }, 0, ":30\nThe log", "spelled", "{\"account\":\"bob@x\"}", "spellings" },
		{ "more than are kept", { SET(select.more_spellings, true) }, 0, "Bob@x, BOB@x and more\n", NULL, NULL, NULL },
		{ "no failure", { SET(past.failures, 0) }, 0, "failed logins: 0\n", NULL, "\"failures\":0,\"failures_of_nobody\":0,", NULL },
		{ "one", { SET(past.failures, 1) }, 0, "failed logins: 1, 2026", NULL, "\"failures\":1,", NULL },
		{ "of nobody", { SET(past.failures, 0), SET(past.silent, 1) }, 0, "failed logins: not known, of 1 nobody says whose they are\n", "no guessing", "\"failures\":null,\"failures_of_nobody\":1,", NULL },
		{ "of it, and of nobody", { SET(past.failures, 1), SET(past.silent, 1) }, 0, "failed logins: 1, 2026", "no guessing", "\"failures\":1,\"failures_of_nobody\":1,", NULL },
		{ "no failure in half a log", { SET(past.failures, 0), HOLE }, 0, "failed logins: not known\n", "no guessing", "\"failures\":null,\"failures_of_nobody\":null,", NULL },
		{ "some in half a log", { HOLE }, 0, "failed logins: 12, ", "no guessing", "\"failures\":12,\"failures_of_nobody\":null,", NULL },
		{ "broken into", { BROKEN }, 0, "; used from there since 2026-11-26 13:40:30\n", "no guessing", ",\"first\":1795700430,\"failures\":5,\"failures_since\":1795700130,\"networks\":4,\"accounts\":3},\"failures\":12", "\"broken_in\":null" },
		{ "no message in the log", { SET(past.messages, 0) }, 0, "accepted: 0,", "  messages: 2026", "\"accepted\":0,", NULL },
		{ "one", { SET(past.messages, 1) }, 0, "  messages: 2026", NULL, "\"accepted\":1,", NULL },
		{ "none, in half a log", { SET(past.messages, 0), HOLE }, 0, "accepted: not known, for recipients: 40", NULL, "\"accepted\":null,\"recipients\":40,", NULL },
		{ "none in the queues", { SET(queued.messages, 0), SET(queued.queue[2], 0), SET(queued.queue[3], 0) }, 0, "queues now: 0; 2 delivered already; 7 bounces", "of those in the queues", "\"queued\":0,\"queues\":{\"maildrop\":0,\"incoming\":0,\"active\":0,", NULL },
		{ "one, says nobody of the others", { SET(queued.messages, 1) }, 0, "  of those in the queues the oldest arrived 2026", NULL, NULL, NULL },
		{ "in each", { SET(queued.queue[0], 1), SET(queued.queue[1], 2), SET(queued.queue[4], 9) }, 0, "queues now: 5 (maildrop 1, incoming 2, active 1, deferred 4, hold 9), with", NULL, "{\"maildrop\":1,\"incoming\":2,\"active\":1,\"deferred\":4,\"hold\":9}", NULL },
		{ "one", { SET(queued.messages, 1) }, 0, "queues now: 1 (active 1, deferred 4), with 6", "at least", "\"queued\":1,", NULL },
		{ "a file that could not be read", { SET(queued.unreadable, 1) }, 0, "queues now: at least 5 (", NULL, "\"not_known\":[\"1 queue files could not be read: \"]", NULL },
		{ "and one that could", { SET(queued.unreadable, 1), SET(queued.messages, 1) }, 0, "queues now: at least 1 (", NULL, "\"queued\":1,\"queues\":", NULL },
		{ "and nothing else", { SET(queued.unreadable, 1), SET(queued.messages, 0) }, 0, "queues now: not known\n", NULL, "\"queued\":null,\"queues\":null,\"queued_recipients\":null,\"already_delivered\":null,\"bounces_queued\":null,\"held_since\"", NULL },
		{ "no queue", { SET(no_queue.code, ENOENT) }, 0, "queues now: not known\n", "(active", "\"not_known\":[\"the queues are not known: \"]", NULL },
		{ "not all of them", { SET(queued.broken.code, EIO), SET(queued.whole[0], false), SET(queued.whole[2], false) }, 0, "queues now: at least 5 (", NULL, "\"queues\":{\"maildrop\":null,\"incoming\":0,\"active\":1,", NULL },
		{ "not all of them, in words", { SET(queued.broken.code, EIO) }, 0, "\nnot all queues could be read: \n", NULL, "[\"not all queues could be read: \"]", NULL },
		{ "none delivered", { SET(queued.delivered, 0), SET(queued.bounces, 0) }, 0, "to be tried\n", "already;", "\"already_delivered\":0,\"bounces_queued\":0,", NULL },
		{ "one delivered", { SET(queued.delivered, 1), SET(queued.bounces, 1) }, 0, "tried; 1 delivered already; 1 bounces because of it\n", NULL, NULL, NULL },
		{ "nothing in the journal", { SET(journal.key, 0), SET(journal.since, 0), SET(journal.deleted, 0) }, 0, NULL, "spoolwatch)", NULL, "held_since" },
		{ "nothing deleted", { SET(journal.deleted, 0) }, 0, "held since 2026-11-26 13:45:30 (by spoolwatch)\n", "deleted by", "\"deleted\":0,", NULL },
		{ "one deleted", { SET(journal.deleted, 1), SET(journal.since, 0) }, 0, "deleted by spoolwatch: 1; 8", "held since", "\"held_since\":null,\"deleted\":1,", NULL },
		{ "less", { SET(journal.since, 1) }, 0, "\n  held since ", NULL, "\"held_since\":null,", NULL },
		{ "a second", { SET(journal.since, 1000000000) }, 0, "held since 1970-01-01 00:00:01 (", NULL, "\"held_since\":1,", NULL },
		{ "one row", { { 0 } }, 1, "    and 1 more (--top 2)\n", "5  240.7.7.7 ", "\"failed_from\":[{\"address\":\"2001:db8::1\",\"failures\":7,\"first\":1795700330,\"last\":1795700330}],", "old.php" },
		{ "all rows", { { 0 } }, 3, " to u@far.example\n", "more (", "\"recipients\":2,", NULL },
		{ "of several recipients", { { 0 } }, 9, "hold 2026-11-26 13:40:32 sender bob@x to v@far.example and 1 more\n", "--top", "\"queue\":\"hold\"", NULL },
		{ "no sample of the queues", { SET(queued.samples, 0) }, 0, "\nSome of its messages in the log\n  4ABC09 2026-11-26 13:40:30 client 240.7.7.7\n", "postcat", "\"sample\":[{\"id\":\"4ABC09\",\"arrived\":1795700430,\"client\":\"240.7.7.7\"}],", NULL },
		{ "of a local user's", { SET(queued.samples, 0), SET(past.sample[0].has_address, false) }, 0, "  4ABC09 2026-11-26 13:40:30\n", NULL, "\"sample\":[{\"id\":\"4ABC09\",\"arrived\":1795700430}],", NULL },
		{ "no sample", { SET(queued.samples, 0), SET(past.samples, 0) }, 0, NULL, "Some of", "\"sample\":[],", NULL },
		{ "no time", { SET(past.last, 0), SET(queued.newest, 0) }, 0, "to at a time that is not known", NULL, "\"last_message\":null,", NULL },
		{ "a local user", { SET(select.by, BY_UID), SET(select.uid, 33) }, 0, "Local user ", "From where", "\"select\":{\"uid\":33,", "doveadm" },
		{ "what contains one", { SET(select.by, BY_UID), SET(select.uid, 33) }, 0, "hold --yes -- bob@x\nspoolwatch delete --yes -- bob@x\npgrep -a -u 33\nfind / -xdev -user 33 -name 'mailer '\n", "Doors", "\"pgrep -a -u 33\",\"find / -xdev -user 33 -name 'mailer '\"],\"doors\":[]}", "contain" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const size_t n = rows[i].rows ? rows[i].rows : 2;

		make();
		change(rows[i].change, 8);
		if (rows[i].text)
			assert_true(strstr(say(false, n), rows[i].text) || (print_error("%s: no \"%s\" in\n%s", rows[i].what, rows[i].text, said), 0));
		if (rows[i].no_text && strstr(say(false, n), rows[i].no_text))
			fail_msg("%s: there is \"%s\"", rows[i].what, rows[i].no_text);
		if (rows[i].object)
			assert_true(strstr(say(true, n), rows[i].object) || (print_error("%s: no \"%s\" in\n%s", rows[i].what, rows[i].object, said), 0));
		if (rows[i].no_object && strstr(say(true, n), rows[i].no_object))
			fail_msg("%s: there is \"%s\"", rows[i].what, rows[i].no_object);
		unmake();
	}
}

static size_t times(const char *text, const char *word)
{
	size_t n = 0;

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		n++;
	return n;
}

/* Each that is true, one behind the other. */
static void what_is_not_known_is_said_in_sentences(void **state)
{
	static const char *const want[] = {
		"of the log 10079 minutes are not known, what is told is at least: ",
		"not all that Dovecot itself logs is known: denied",
		"there are more messages than are told apart: what became of recipients is about right",
		"of 1 messages, which a proxy filter took, senders and recipients are not known",
		"not all queues could be read: no ear",
		"2 queue files could not be read: cut",
	};

	(void)state;
	for (unsigned on = 0; on < 1U << SW_COUNT(want); on++) {
		struct sw_label got;
		char *list;
		size_t n = 0;

		make();
		p.past.known = on & 1 ? 1 : PAST_MINUTES;
		if (on & 2) {
			p.past.dovecot = "x";
			p.past.logins.dovecot_why.code = EACCES;
			sw_label_add(&p.past.logins.dovecot_why.text, raw_of("denied"));
		}
		p.past.ids = on & 4 ? PAST_IDS / 2 : PAST_IDS / 2 - 1;
		p.past.without_id = on & 8 ? 1 : 0;
		if (on & 16) {
			p.queued.broken.code = EIO;
			sw_label_add(&p.queued.broken.text, raw_of("no ear"));
		}
		if (on & 32) {
			p.queued.unreadable = 2;
			p.queued.first.code = EIO;
			sw_label_add(&p.queued.first.text, raw_of("cut"));
		}
		for (size_t k = 0; k < SW_COUNT(want); k++)
			if (on & 1U << k) {
				assert_true(report_not_known(&p, n++, &got));
				want_number(want[k], strncmp(got.s, want[k], strlen(want[k])), 0);
			}
		assert_false(report_not_known(&p, n, &got));
		list = strstr(say(true, 1), "\"not_known\":[");
		*strchr(list, ']') = '\0';
		want_number("between those of the object", (int64_t)times(list, "\",\""), n > 1 ? (int64_t)n - 1 : 0);
		unmake();
	}
}

static void a_name_with_a_blank_behind_it_is_not_told_apart(void **state)
{
	static const struct {
		const char *asked;
		enum options_by by;
		bool blurred;
	} rows[] = { { "bob@x ", BY_ACCOUNT, true }, { " ", BY_ACCOUNT, true }, { " bob@x", BY_ACCOUNT, false },
		     { "", BY_ACCOUNT, false }, { "bob@x ", BY_UID, false } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_label got;

		make();
		p.select.asked = raw_of(rows[i].asked);
		p.select.by = rows[i].by;
		want_number(rows[i].asked, report_log_is_whole(&p), !rows[i].blurred);
		want_number(rows[i].asked, report_is_known(&p, 0), !rows[i].blurred);
		want_number(rows[i].asked, report_is_known(&p, 1), true);
		want_number(rows[i].asked, report_not_known(&p, 0, &got), rows[i].blurred);
		if (rows[i].blurred)
			want_text("why", got.s, "the log does not tell a name that ends in a blank from the one without it");
		unmake();
	}
}

static void of_nobody_nothing_is_known(void **state)
{
	static const char nothing[] = "  nothing is known of it; who sends is named by: spoolwatch report --day, spoolwatch who\n";

	(void)state;
	for (int what = 0; what < 6; what++) {
		make();
		topk_free(p.past.used);
		p.past.used = table(sizeof(struct network_address), sizeof(struct past_use));
		p.past.messages = what == 1;
		p.past.failures = what == 2;
		p.queued.messages = what == 3;
		p.past.known = what == 4 ? 1 : PAST_MINUTES;
		if (what == 5)
			*(struct past_use *)add_address(p.past.used, "240.7.7.7", 1) = (struct past_use){ .first = NOW };
		want_number("nothing", strstr(say(false, 2), nothing) != NULL, what == 0);
		if (what < 4)
			assert_non_null(strstr(said, "\nFrom where (messages, when)\n  nowhere, in this log\n\n"));
		if (what == 4)
			assert_non_null(strstr(said, "\nFrom where (messages, when)\n  not known\n\n"));
		unmake();
	}
}

static void more_than_is_kept_is_at_least(void **state)
{
	(void)state;
	make();
	for (int i = 0; i < 7; i++) { /* of eight places one too many */
		char text[32];

		snprintf(text, sizeof(text), "240.%d.0.1", i);
		*(struct past_use *)add_address(p.past.used, text, 100) = (struct past_use){ .first = NOW, .last = NOW };
		*(struct past_use *)add_address(p.network, text, 100) = (struct past_use){ .first = NOW, .last = NOW };
		add(p.past.sender, text, 100);
	}
	want_in("addresses", say(false, 1), "  by address (at least 8):\n");
	assert_non_null(strstr(said, "  by envelope sender, at least (8):\n"));
	assert_non_null(strstr(said, "    and 7 more (--top 8)\n"));
	assert_null(strstr(said, "by network")); /* as many as addresses */
	unmake();
}

static void fill_tables(size_t n)
{
	make();
	unmake();
	p.past.failed = table(sizeof(struct network_address), sizeof(struct past_failure));
	p.past.used = table(sizeof(struct network_address), sizeof(struct past_use));
	p.past.sender = table(64, 1);
	p.past.domain = table(64, 1);
	p.past.refused = table(64, sizeof(struct past_refused));
	p.network = table(sizeof(struct network_address), sizeof(struct past_use));
	p.queued.client = table(64, 8);
	p.queued.domain = table(64, 8);
	p.queued.script = table(64, 8);
	for (size_t i = 0; i < n; i++) {
		char text[32];
		struct past_use *use;

		snprintf(text, sizeof(text), "240.1.0.%zu", i);
		add_address(p.past.failed, text, 1);
		snprintf(text, sizeof(text), "240.2.0.%zu", i);
		use = add_address(p.past.used, text, 1);
		use->before = 1;
		use->host_n = 1;
		use->host[0] = 'h';
		snprintf(text, sizeof(text), "240.3.0.%zu", i);
		add_address(p.network, text, 1);
		if (i == 0)
			add_address(p.network, "240.3.0.9", 1);
		snprintf(text, sizeof(text), "%zu", i); /* of one letter */
		add(p.past.sender, text, 77);
		snprintf(text, sizeof(text), "d%zu.example", i);
		add(p.past.domain, text, 1);
		snprintf(text, sizeof(text), "c%zu.example", i);
		add(p.queued.client, text, 1);
		snprintf(text, sizeof(text), "2r%zu.example", i);
		add(p.past.refused, text, 1);
		snprintf(text, sizeof(text), "33 p%zu.php", i);
		add(p.queued.script, text, 1);
	}
}

/* Of none no heading is said, of some as many rows as are wanted, and how many more there are. */
static void each_table_has_its_rows(void **state)
{
	static const struct {
		const char *heading, *text, *object;
		size_t more; /* rows than the others have */
	} tables[] = {
		{ "  failed logins by address (", "       1  240.1.0.", "{\"address\":\"240.1.0.", 0 },
		{ "  by address (", "       0  240.2.0.", "{\"address\":\"240.2.0.", 0 },
		{ "  by network (", "       0  240.3.0.", "{\"network\":\"240.3.0.", 1 },
		{ "  by envelope sender (", "      77  ", "\"messages\":77}", 0 },
		{ "  recipients outside, by domain (", "       1  d", "{\"domain\":\"d", 0 },
		{ "  in the queues, by client (", "       1  c", "{\"address\":\"c", 0 },
		{ "\nRefused by (", "       1  r", "{\"receiver\":\"r", 0 },
		{ "\nScripts that its messages name (", "       1  uid 33 p", "{\"script\":\"p", 0 },
	};

	(void)state;
	for (size_t n = 0; n < 4; n++)
		for (size_t rows = 1; rows < 4; rows++) {
			fill_tables(n);
			say(false, rows);
			for (size_t i = 0; i < SW_COUNT(tables); i++) {
				const size_t all = n > 0 ? n + tables[i].more : 0;

				assert_null(strstr(said, "none\n"));
				want_number(tables[i].heading, (int64_t)times(said, tables[i].heading), n > 0);
				want_number(tables[i].text, (int64_t)times(said, tables[i].text),
					    (int64_t)(all < rows ? all : rows));
			}
			want_number("more", (int64_t)times(said, "    and "),
				    n > rows ? 8 : n > 0 && n + 1 > rows ? 1 : 0);
			if (n > 0)
				want_number("of before", (int64_t)times(said, " (h)  "), (int64_t)(n < rows ? n : rows));
			want_number("of before", (int64_t)times(said, ", after 1 failed logins since "),
				    (int64_t)(n < rows ? n : rows));
			say(true, rows);
			for (size_t i = 0; i < SW_COUNT(tables); i++) {
				const size_t all = n > 0 ? n + tables[i].more : 0;

				want_number(tables[i].object, (int64_t)times(said, tables[i].object),
					    (int64_t)(all < rows ? all : rows));
			}
			unmake();
		}
}

/* Samples are as many as rows, of the queues or else of the log. */
static void samples_are_as_many_as_rows(void **state)
{
	(void)state;
	for (size_t rows = 1; rows < 5; rows++)
		for (int of_log = 0; of_log < 2; of_log++) {
			make();
			p.past.samples = 3;
			for (size_t i = 1; i < PAST_SAMPLE; i++) /* more than are its */
				p.past.sample[i] = p.past.sample[0];
			p.queued.samples = of_log ? 0 : 3;
			want_number("text", (int64_t)times(say(false, rows), "\n  4ABC0"), (int64_t)(rows < 3 ? rows : 3));
			want_number("object", (int64_t)times(say(true, rows), "{\"id\":\"4ABC0"), (int64_t)(rows < 3 ? rows : 3));
			want_number("between them", (int64_t)times(said, "},{\"id\":"), (int64_t)(rows < 3 ? rows : 3) - 1);
			unmake();
		}
}

static void a_user_has_his_script_looked_for(void **state)
{
	(void)state;
	for (size_t n = 0; n < 3; n++) {
		fill_tables(n);
		p.select.by = BY_UID;
		p.select.uid = 33;
		say(true, 9);
		want_number("find", (int64_t)times(said, "\"find / -xdev -user 33 -name p0.php\"]"), n > 0);
		want_number("pgrep", (int64_t)times(said, "\"pgrep -a -u 33\""), 1);
		unmake();
	}
}

static void a_sample_says_what_is_known_of_it(void **state)
{
	(void)state;
	make();
	p.queued.samples = 1;
	in_queue[0].client = sw_label_from(raw_of("c"));
	in_queue[0].recipient = sw_label_from(raw_of("r"));
	want_in("of one", strstr(say(false, 9), "(postcat -q ID)\n"),
		"(postcat -q ID)\n  4ABC00 active 2026-11-26 13:40:30 client c sender bob@x to r\n");
	assert_null(strstr(said, "messages in the log"));
	unmake();
}

/* Of a receiver's words so many, and no name is said twice. */
static void words_of_others_are_cut(void **state)
{
	(void)state;
	for (uint8_t n = 198; n < 204; n++) {
		struct past_refused *refused;
		char want[256];

		make();
		refused = topk_find(p.past.refused, raw_of("2far.example"))->value;
		memset(refused->words, 'w', n);
		refused->words_n = n;
		memset(want, 'w', sizeof(want));
		memcpy(want, "user: ", 6);
		strcpy(want + 6 + (n > 200 ? 197 : n), n > 200 ? "...\n" : "\n");
		say(false, 2);
		if (!strstr(said, want))
			fail_msg("%u: no \"%s\"", n, want);
		unmake();
	}
}

static void a_table_is_ranked(void **state)
{
	static const char *const want[] = { "c", "a", "b", "d" };
	const struct topk_row **list;
	struct topk *t = table(8, 1);
	size_t n = 9;

	(void)state;
	p.ranked = ranked;
	(void)report_rank(&p, NULL, &n);
	want_number("no table", (int64_t)n, 0);
	(void)report_rank(&p, t, &n);
	want_number("an empty one", (int64_t)n, 0);
	add(t, "d", 1);
	add(t, "b", 2);
	add(t, "c", 3);
	add(t, "a", 2);
	list = report_rank(&p, t, &n);
	want_number("rows", (int64_t)n, 4);
	for (size_t i = 0; i < n; i++)
		want_raw("a row", list[i]->name, want[i]);
	topk_free(t);
}

static void a_network_has_its_length(void **state)
{
	const struct network_address four = address("198.51.0.0");
	const struct network_address six = address("2001:db8::");

	(void)state;
	want_text("IPv4", report_network(raw_from((const char *)four.byte, 16)).s, "198.51.0.0/16");
	want_text("IPv6", report_network(raw_from((const char *)six.byte, 16)).s, "2001:db8::/32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_told),
		cmocka_unit_test(what_is_otherwise_is_told_otherwise),
		cmocka_unit_test(what_is_not_known_is_said_in_sentences),
		cmocka_unit_test(a_name_with_a_blank_behind_it_is_not_told_apart),
		cmocka_unit_test(of_nobody_nothing_is_known),
		cmocka_unit_test(more_than_is_kept_is_at_least),
		cmocka_unit_test(each_table_has_its_rows),
		cmocka_unit_test(samples_are_as_many_as_rows),
		cmocka_unit_test(a_user_has_his_script_looked_for),
		cmocka_unit_test(a_sample_says_what_is_known_of_it),
		cmocka_unit_test(words_of_others_are_cut),
		cmocka_unit_test(a_table_is_ranked),
		cmocka_unit_test(a_network_has_its_length),
	};

	return cmocka_run_group_tests_name("report_say", tests, NULL, NULL);
}
