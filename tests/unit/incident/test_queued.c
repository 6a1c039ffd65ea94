/* What an account has in the queues: every queue file is looked at, and what can't be is said. */
#include "incident/queued.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* Of many a sample is kept, in an order that no sender can choose. */
static void of_many_messages_a_sample_is_kept(void **state)
{
	struct sw_host h = host_new(NULL);
	const struct options options = { .by = BY_ACCOUNT, .value = "alice@mx.example.com" };
	const struct run run = { .options = &options, .host = &h };
	static struct select select;
	static struct queued q;
	struct sw_fault why = { 0 };

	(void)state;
	for (int i = 0; i < QUEUED_SAMPLE + 5; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/hold/A%03d", i);
		put(&h, path, ONE);
	}
	assert_int_equal(select_new(&options, false, &select, &why), 0);
	q = (struct queued){ .run = &run, .select = &select };
	q.spool = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(queued_read(&q, &why), 0);
	want_number("messages", q.messages, QUEUED_SAMPLE + 5);
	want_number("kept", q.samples, QUEUED_SAMPLE);
	for (size_t k = 1; k < q.samples; k++)
		assert_true(q.sample[k - 1]->hash < q.sample[k]->hash);
	close(q.spool);
	queued_free(&q);
	select_free(&select);
	host_remove(&h);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_is_looked_at_and_counted_once),
		cmocka_unit_test(of_many_messages_a_sample_is_kept),
		cmocka_unit_test(what_was_not_seen_is_not_denied),
	};

	return cmocka_run_group_tests_name("queued", tests, NULL, NULL);
}
