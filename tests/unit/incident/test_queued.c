/* What an account has in the queues: every queue file is looked at, and what can't be is said. */
#include "incident/queued.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mailtext.h"
#include "test.h"

/* Real files of alice@mx.example.com, and one of another's. */
#define DATA  "tests/unit/queue/files/spool/"
#define ONE   DATA "deferred/C/CDC93A76011" /* a recipient, arrived 1795430912 */
#define LATER DATA "deferred/B/B8E3BA76010" /* 180 of 300 recipients, arrived 1795431278 */
#define BOBS  DATA "hold/442ECA760C7"
#define DONE  "tests/unit/queue/files/crafted/19-all-D-recipients" /* alice@example.com's */
#define CUT   "tests/unit/queue/files/crafted/04-length-5-bytes-too-many-bits"
#define JUNK  NULL

static void put(const struct sw_host *h, const char *path, const char *from)
{
	char bytes[1 << 16] = "x";
	size_t n = 1;
	FILE *f = from ? fopen(from, "r") : NULL;

	if (f) {
		n = fread(bytes, 1, sizeof(bytes), f);
		fclose(f);
	}
	host_bytes(h, path, bytes, n);
	assert_int_equal(chmod(host_path(h, path), 0700), 0);
}

static void each_file_is_looked_at_and_counted_once(void **state)
{
	static const struct {
		const char *what, *account; /* NULL: alice@mx.example.com */
		struct {
			const char *path, *from;
		} file[4];
		unsigned delivered, messages, recipients, looked, unreadable;
		bool whole;
		int64_t oldest, newest;
		const char *sample; /* IDs, with recipients */
	} rows[] = {
		{ .what = "nothing", .whole = true, .sample = "" },
		{ .what = "one",
		  .file = { { "/hold/A1", ONE } },
		  .messages = 1,
		  .recipients = 1,
		  .looked = 1,
		  .whole = true,
		  .oldest = 1795430912,
		  .newest = 1795430912,
		  .sample = "A1 1;" },
		{ .what = "some",
		  .file = { { "/deferred/A1", LATER }, { "/incoming/A2", ONE }, { "/active/A3", ONE } },
		  .messages = 3,
		  .recipients = 182,
		  .looked = 3,
		  .whole = true,
		  .oldest = 1795430912,
		  .newest = 1795431278,
		  .sample = "A1 180;A2 1;A3 1;" },
		{ .what = "another's",
		  .file = { { "/hold/A1", BOBS } },
		  .looked = 1,
		  .whole = true,
		  .sample = "" },
		{ .what = "delivered already",
		  .account = "alice@example.com",
		  .file = { { "/hold/A1", DONE }, { "/hold/A2", DONE } },
		  .delivered = 2,
		  .messages = 2,
		  .looked = 2,
		  .whole = true,
		  .oldest = 1795430912,
		  .newest = 1795430912,
		  .sample = "A1 0;A2 0;" },
		{ .what = "no queue file",
		  .file = { { "/hold/A1", JUNK }, { "/hold/A2", ONE } },
		  .messages = 1,
		  .recipients = 1,
		  .looked = 2,
		  .unreadable = 1,
		  .oldest = 1795430912,
		  .newest = 1795430912,
		  .sample = "A2 1;" },
		{ .what = "two that are none, and one that says nothing of who",
		  .file = { { "/hold/A1", JUNK }, { "/hold/A2", JUNK }, { "/hold/A3", CUT }, { "/hold/A4", ONE } },
		  .messages = 1,
		  .recipients = 1,
		  .looked = 4,
		  .unreadable = 3,
		  .oldest = 1795430912,
		  .newest = 1795430912,
		  .sample = "A4 1;" },
		{ .what = "it moved meanwhile",
		  .file = { { "/active/A1", ONE }, { "/deferred/A1", ONE } },
		  .messages = 1,
		  .recipients = 1,
		  .looked = 2,
		  .whole = true,
		  .oldest = 1795430912,
		  .newest = 1795430912,
		  .sample = "A1 1;" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		const struct options options = { .by = BY_ACCOUNT,
						 .value = rows[i].account ? rows[i].account
									  : "alice@mx.example.com" };
		const struct run run = { .options = &options, .host = &h };
		static struct select select;
		static struct queued q;
		struct sw_fault why = { 0 };
		char sample[128] = "";
		uint64_t messages = 0;

		for (size_t k = 0; k < 4 && rows[i].file[k].path; k++)
			put(&h, rows[i].file[k].path, rows[i].file[k].from);
		assert_int_equal(select_new(&options, false, &select, &why), 0);
		q = (struct queued){ .run = &run, .select = &select };
		q.spool = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_int_equal(queued_read(&q, &why), 0);
		want_number(rows[i].what, q.messages, rows[i].messages);
		want_number(rows[i].what, q.recipients, rows[i].recipients);
		want_number(rows[i].what, q.delivered, rows[i].delivered);
		want_within(rows[i].what, q.looked, rows[i].looked, rows[i].looked + 1);
		want_number(rows[i].what, q.unreadable, rows[i].unreadable);
		want_number(rows[i].what, queued_is_whole(&q), rows[i].whole);
		want_number(rows[i].what, q.oldest, rows[i].oldest);
		want_number(rows[i].what, q.newest, rows[i].newest);
		want_number(rows[i].what, topk_rows(q.client), rows[i].messages > rows[i].delivered);
		for (size_t k = 0; k < QUEUED_QUEUES; k++)
			messages += q.queue[k];
		want_number(rows[i].what, messages, rows[i].messages);
		for (size_t k = 0; k < QUEUED_QUEUES; k++)
			want_number("whole", q.whole[k], true);
		want_number("its domains", topk_rows(q.domain) > 0, rows[i].recipients > 0);
		for (size_t k = 0; k < topk_rows(q.domain); k++)
			want_within("once a message", topk_row(q.domain, k)->count, 1,
				    rows[i].messages);
		if (topk_rows(q.client) > 0)
			want_number("its client", topk_row(q.client, 0)->count, rows[i].messages);
		for (size_t k = 0; k < q.samples; k++)
			want_number("a recipient", q.sample[k]->recipient.n > 0,
				    q.sample[k]->recipients > 0);
		for (char id[] = "A1"; id[1] < '5'; id[1]++)
			for (size_t k = 0; k < q.samples; k++)
				if (strcmp(q.sample[k]->id, id) == 0)
					snprintf(sample + strlen(sample), 32, "%s %d;", id,
						 (int)q.sample[k]->recipients);
		want_text(rows[i].what, sample, rows[i].sample);
		for (size_t k = 1; k < q.samples; k++)
			assert_true(q.sample[k - 1]->hash < q.sample[k]->hash);
		close(q.spool);
		queued_free(&q);
		select_free(&select);
		host_remove(&h);
	}
}

enum { KEPT_OF = QUEUED_SAMPLE + 40 };

/* Which IDs are kept of those, in order. */
static void kept_of(int first, int step, char *ret, size_t size)
{
	struct sw_host h = host_new(NULL);
	const struct options options = { .by = BY_ACCOUNT, .value = "alice@mx.example.com" };
	const struct run run = { .options = &options, .host = &h };
	static struct select select;
	static struct queued q;
	struct sw_fault why = { 0 };
	size_t n = 0;

	for (int i = 0, at = first; i < KEPT_OF; i++, at = (at + step) % KEPT_OF) {
		char path[32];

		snprintf(path, sizeof(path), "/%s/A%03d", queued_queues[1 + i * 4 / KEPT_OF], at);
		put(&h, path, ONE);
	}
	assert_int_equal(select_new(&options, false, &select, &why), 0);
	q = (struct queued){ .run = &run, .select = &select };
	q.spool = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(queued_read(&q, &why), 0);
	want_number("messages", q.messages, KEPT_OF);
	want_number("kept", q.samples, QUEUED_SAMPLE);
	for (size_t k = 0; k < q.samples; k++)
		n += (size_t)snprintf(ret + n, size - n, "%s ", q.sample[k]->id);
	for (size_t k = 1; k < q.samples; k++)
		assert_true(q.sample[k - 1]->hash < q.sample[k]->hash);
	close(q.spool);
	queued_free(&q);
	select_free(&select);
	host_remove(&h);
}

/* Of many a sample is kept, which no sender can choose: in whatever order they are met. */
static void of_many_messages_a_sample_is_kept(void **state)
{
	static char kept[8 * QUEUED_SAMPLE];
	static char again[sizeof(kept)];

	(void)state;
	kept_of(0, 1, kept, sizeof(kept));
	kept_of(KEPT_OF - 1, KEPT_OF - 1, again, sizeof(again));
	want_text("the same ones", again, kept);
}

static void what_was_not_seen_is_not_denied(void **state)
{
	static const struct {
		const char *what;
		struct queued q;
		bool want;
	} rows[] = {
		{ "all was", { .looked = 9 }, true },
		{ "a file was not", { .unreadable = 1 }, false },
		{ "a queue was not", { .broken = { .code = EIO } }, false },
		{ "a signal ended it", { .stopped = true }, false },
		{ "a signal, and a file", { .stopped = true, .unreadable = 2 }, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what, queued_is_whole(&rows[i].q), rows[i].want);
}

#define ID63 "AAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBBAAA"

/* One that is alice's, and a bounce about it. */
#define HERS(path_, time) \
	{ .path = path_, .arrived = time, .login = "alice", .client = "192.0.2.1", \
	  .sender = "a@x", .to = { "r@y" }, .line = { "Subject: x" } }
#define BOUNCE(path_, id) \
	{ .path = path_, .arrived = 9, .sender = "", .to = { "a@x" }, .line = { "X-Postfix-Queue-ID: " id } }

struct seen {
	struct select select;
	struct queued q;
};

static void read_queues(struct sw_host *h, const char *account,
			bool (*is_of_it)(struct sw_raw id, void *ctx), void *ctx, struct seen *ret)
{
	static struct options options;
	static struct run run;
	struct sw_fault why = { 0 };

	options = (struct options){ .by = BY_ACCOUNT, .value = account };
	run = (struct run){ .options = &options, .host = h };
	assert_int_equal(select_new(&options, false, &ret->select, &why), 0);
	ret->q = (struct queued){ .run = &run, .select = &ret->select, .is_of_it = is_of_it, .ctx = ctx };
	ret->q.spool = open(host_path(h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(queued_read(&ret->q, &why), 0);
}

static void end(struct seen *s)
{
	close(s->q.spool);
	queued_free(&s->q);
	select_free(&s->select);
}

static bool is_known_elsewhere(struct sw_raw id, void *ctx)
{
	(void)ctx;
	return raw_is(id, "C1");
}

static void of_bounces_those_about_its_messages_count(void **state)
{
	static const struct {
		const char *what;
		struct mail file[4];
		unsigned bounces;
	} rows[] = {
		{ "none", { HERS("/deferred/A1", 5) }, 0 },
		{ "seen after it", { HERS("/active/A1", 5), BOUNCE("/deferred/B1", "A1") }, 1 },
		{ "seen before it", { HERS("/hold/A1", 5), BOUNCE("/active/B1", "A1") }, 1 },
		{ "in active, which is read twice", { HERS("/incoming/A1", 5), BOUNCE("/active/B1", "A1") }, 1 },
		{ "it moved meanwhile",
		  { HERS("/incoming/A1", 5), BOUNCE("/active/B1", "A1"), BOUNCE("/deferred/B1", "A1") },
		  1 },
		{ "below a hash directory", { HERS("/hold/A1", 5), BOUNCE("/deferred/B/1/B1", "A1") }, 1 },
		{ "some before it",
		  { HERS("/hold/A1", 5), BOUNCE("/active/B1", "A1"), BOUNCE("/incoming/B2", "A2"), BOUNCE("/deferred/B3", "A1") },
		  2 },
		{ "before and after",
		  { HERS("/active/A1", 5), BOUNCE("/incoming/B1", "A1"), BOUNCE("/deferred/B3", "A1") },
		  2 },
		{ "about another's", { HERS("/active/A1", 5), BOUNCE("/deferred/B1", "A2") }, 0 },
		{ "about one that the log names", { BOUNCE("/deferred/B1", "C1") }, 1 },
		{ "about a longer ID", { HERS("/active/A1", 5), BOUNCE("/deferred/B1", "A11") }, 0 },
		{ "from somebody, that names one",
		  { HERS("/active/A1", 5),
		    { .path = "/deferred/B1", .arrived = 9, .sender = "b@x", .to = { "a@x" },
		      .line = { "X-Postfix-Queue-ID: A1" } } },
		  0 },
		{ "of a client elsewhere",
		  { HERS("/active/A1", 5),
		    { .path = "/deferred/B1", .arrived = 9, .sender = "", .client = "192.0.2.9", .to = { "a@x" },
		      .line = { "X-Postfix-Queue-ID: A1" } } },
		  0 },
		{ "without a sender at all",
		  { HERS("/active/A1", 5),
		    { .path = "/deferred/B1", .arrived = 9, .to = { "a@x" }, .line = { "X-Postfix-Queue-ID: A1" } } },
		  0 },
		{ "about a bounce", { BOUNCE("/active/B1", "A2"), BOUNCE("/deferred/B2", "B1") }, 0 },
		{ "of a longer path than is kept",
		  { HERS("/hold/A1", 5), BOUNCE("/active/" ID63 "ABCDEFABCDEFABCDEFABCDEFAB", "A1") },
		  0 },
		{ "of a long path", { HERS("/hold/A1", 5), BOUNCE("/active/" ID63 "ABCDEFABCDEFABCDEFABCDEFA", "A1") }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		static struct seen s;

		for (size_t k = 0; k < 4 && rows[i].file[k].path; k++)
			put_mail(&h, &rows[i].file[k]);
		read_queues(&h, "alice", is_known_elsewhere, NULL, &s);
		want_number(rows[i].what, s.q.bounces, rows[i].bounces);
		want_number(rows[i].what, queued_is_whole(&s.q), true);
		end(&s);
		host_remove(&h);
	}
}

static void of_each_message_it_is_told_what_it_is(void **state)
{
	static const struct {
		const char *what;
		struct mail file[3];
		unsigned messages, samples;
		int64_t oldest, newest;
		const char *script; /* NULL: none */
		const char *sender, *subject, *recipient; /* of the first sample; NULL: not asked */
		unsigned unreadable;
	} rows[] = {
		{ "one", { HERS("/active/A1", 5) }, 1, 1, 5, 5, NULL, "a@x", "x", "r@y", 0 },
		{ "of the first second", { HERS("/active/A1", 1) }, 1, 1, 1, 1, NULL, NULL, NULL, NULL, 0 },
		{ "the older one last", { HERS("/active/A1", 7), HERS("/hold/A2", 2) }, 2, 2, 2, 7, NULL, NULL, NULL, NULL, 0 },
		{ "one that says no time", { HERS("/active/A1", 7), HERS("/hold/A2", 0) }, 2, 2, 7, 7, NULL, NULL, NULL, NULL, 0 },
		{ "the longest ID that is kept", { HERS("/active/" ID63, 5) }, 1, 1, 5, 5, NULL, NULL, NULL, NULL, 0 },
		{ "one that is longer", { HERS("/active/" ID63 "A", 5) }, 1, 0, 5, 5, NULL, NULL, NULL, NULL, 0 },
		{ "by a script, says its header",
		  { { .path = "/active/A1", .arrived = 5, .login = "alice", .client = "192.0.2.1", .sender = "", .to = { "r@y" },
		      .line = { "X-PHP-Originating-Script: 1001:mailer.php", "Subject: y" } } },
		  1, 1, 5, 5, "1001 mailer.php", "[]", "y", "r@y", 0 },
		{ "that is being written",
		  { { .path = "/incoming/A1", .growing = true }, HERS("/hold/A2", 3) },
		  1, 1, 3, 3, NULL, NULL, NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		static struct seen s;

		for (size_t k = 0; k < 3 && rows[i].file[k].path; k++)
			put_mail(&h, &rows[i].file[k]);
		read_queues(&h, "alice", NULL, NULL, &s);
		want_number(rows[i].what, s.q.messages, rows[i].messages);
		want_number(rows[i].what, s.q.samples, rows[i].samples);
		want_number(rows[i].what, s.q.oldest, rows[i].oldest);
		want_number(rows[i].what, s.q.newest, rows[i].newest);
		want_number(rows[i].what, s.q.unreadable, rows[i].unreadable);
		want_number(rows[i].what, topk_rows(s.q.script), rows[i].script != NULL);
		if (rows[i].script)
			want_raw(rows[i].what, topk_row(s.q.script, 0)->name, rows[i].script);
		if (rows[i].sender) {
			want_text(rows[i].what, s.q.sample[0]->sender.s, rows[i].sender);
			want_text(rows[i].what, s.q.sample[0]->subject.s, rows[i].subject);
			want_text(rows[i].what, s.q.sample[0]->recipient.s, rows[i].recipient);
		}
		end(&s);
		host_remove(&h);
	}
}

/* Called while the queue `hold` is read: what is in deferred was seen, and moves. */
static bool move(struct sw_raw id, void *ctx)
{
	const struct sw_host *h = ctx;
	char from[4200];

	(void)id;
	snprintf(from, sizeof(from), "%s", host_path(h, "/later/A9"));
	(void)!rename(from, host_path(h, "/active/A9"));
	return false;
}

static void what_comes_back_to_active_meanwhile_is_seen(void **state)
{
	struct sw_host h = host_new(NULL);
	static const struct mail files[] = { HERS("/later/A9", 5), HERS("/active/A1", 5), BOUNCE("/hold/B1", "A9") };
	static struct seen s;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(files); i++)
		put_mail(&h, &files[i]);
	read_queues(&h, "alice", move, &h, &s);
	want_number("messages", s.q.messages, 2);
	want_number("in active", s.q.queue[2], 2);
	end(&s);
	host_remove(&h);
}

enum { MANY = 9 };

/* The first that is looked at takes the others away. */
static bool take_away(struct sw_raw id, void *ctx)
{
	const struct sw_host *h = ctx;

	for (int i = 0; i < MANY; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/incoming/B%d", i);
		if (!raw_starts(id, path + 10))
			(void)unlink(host_path(h, path));
	}
	return false;
}

static void what_goes_meanwhile_keeps_nothing_from_being_seen(void **state)
{
	struct sw_host h = host_new(NULL);
	static const struct mail hers = HERS("/deferred/A1", 5);
	static struct seen s;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char path[32];
		char line[64];
		struct mail m = BOUNCE(path, "");

		snprintf(path, sizeof(path), "/incoming/B%d", i);
		snprintf(line, sizeof(line), "X-Postfix-Queue-ID: B%d", i);
		m.line[0] = line;
		put_mail(&h, &m);
	}
	put_mail(&h, &hers);
	read_queues(&h, "alice", take_away, &h, &s);
	want_number("messages", s.q.messages, 1);
	want_number("unreadable", s.q.unreadable, 0);
	want_number("whole", queued_is_whole(&s.q), true);
	want_number("looked at", s.q.looked, MANY + 1);
	end(&s);
	host_remove(&h);
}

static void the_first_that_can_not_be_read_is_named(void **state)
{
	struct sw_host h = host_new(NULL);
	static struct seen s;

	(void)state;
	put(&h, "/incoming/A1", JUNK);
	put(&h, "/deferred/A2", JUNK);
	put(&h, "/hold/A3", CUT);
	read_queues(&h, "alice", NULL, NULL, &s);
	want_number("files", s.q.unreadable, 3);
	want_in("the first", s.q.first.text.s, "A1");
	want_number("its code", s.q.first.code, EBADMSG);
	end(&s);
	host_remove(&h);
}

/* The last test: a signal is not forgotten. */
static void a_signal_ends_it_and_that_is_said(void **state)
{
	struct sw_host h = host_new(NULL);
	static const struct mail files[] = { HERS("/incoming/A1", 5), HERS("/active/A2", 5) };
	static struct seen s;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(files); i++)
		put_mail(&h, &files[i]);
	run_catch_signals();
	assert_int_equal(raise(SIGTERM), 0);
	read_queues(&h, "alice", NULL, NULL, &s);
	want_number("stopped", s.q.stopped, true);
	want_number("whole", queued_is_whole(&s.q), false);
	want_number("messages", s.q.messages, 0);
	want_number("looked at", s.q.looked, 0);
	end(&s);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_is_looked_at_and_counted_once),
		cmocka_unit_test(of_many_messages_a_sample_is_kept),
		cmocka_unit_test(of_bounces_those_about_its_messages_count),
		cmocka_unit_test(of_each_message_it_is_told_what_it_is),
		cmocka_unit_test(what_comes_back_to_active_meanwhile_is_seen),
		cmocka_unit_test(what_goes_meanwhile_keeps_nothing_from_being_seen),
		cmocka_unit_test(the_first_that_can_not_be_read_is_named),
		cmocka_unit_test(what_was_not_seen_is_not_denied),
		cmocka_unit_test(a_signal_ends_it_and_that_is_said),
	};

	return cmocka_run_group_tests_name("queued", tests, NULL, NULL);
}
