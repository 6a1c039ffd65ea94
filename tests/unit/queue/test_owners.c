#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/owners.h"
#include "test.h"

#define DATA	 "tests/unit/queue/files/"
#define ALICE	 "spool/deferred/A/4jY2t64rKTz1bgFB"
#define NO_LOGIN "spool/deferred/6/6C11EA760CB"
#define FILTERED "spool/deferred/B/BB0B0A76129"

/* Of one test, or row. */
static struct sw_host host;
static int spool;

static int set_up(void **state)
{
	(void)state;
	host = host_new(NULL);
	host_file(&host, "/etc/passwd", "www-data:x:33:33::/:\n");
	assert_int_equal(mkdir(host_path(&host, "/spool"), 0755), 0);
	spool = open(host_path(&host, "/spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return spool < 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(spool);
	host_remove(&host);
	return 0;
}

static void copy(const char *from, const char *to)
{
	char path[512];
	char bytes[1 << 16];
	FILE *f;

	snprintf(path, sizeof(path), DATA "%s", from);
	f = fopen(path, "r");
	assert_non_null(f);
	snprintf(path, sizeof(path), "/spool/%s", to);
	host_bytes(&host, path, bytes, fread(bytes, 1, sizeof(bytes), f));
	fclose(f);
}

static struct queue_sample take(size_t most, uint64_t seed)
{
	struct queue_sample s = {
		.n = 3,
		.queue = { { .name = "deferred" }, { .name = "active" }, { .name = "maildrop" } }
	};
	struct sw_fault why = { 0 };

	want_number("sample", queue_sample_take(&s, spool, most, seed, &why), 0);
	return s;
}

static struct sw_queue_owners look(const struct queue_sample *s,
				   const struct queue_owners_log *log)
{
	struct sw_queue_owners ret;
	struct sw_fault why = { 0 };

	want_number("read", queue_owners_read(&host, spool, s, log, &ret, &why), 0);
	return ret;
}

/* Of all the messages there are. */
static struct sw_queue_owners look_at_all(const struct queue_owners_log *log)
{
	struct queue_sample s = take(1000, 1);
	struct sw_queue_owners ret = look(&s, log);

	queue_sample_free(&s);
	return ret;
}

/* Somebody's share of a queue; all 0 when he has none. */
static struct sw_queue_owner find(const struct sw_queue_owners *h, size_t queue, const char *name)
{
	static struct sw_queue_owner top[64];
	size_t n = sw_queue_owners_top(h, queue, top, SW_COUNT(top));

	for (size_t i = 0; i < n; i++)
		if (strcmp(top[i].name.s, name) == 0)
			return top[i];
	return (struct sw_queue_owner){ .share = 0 };
}

static void want_near(const char *what, double got, double want)
{
	if (fabs(got - want) > 1e-9)
		fail_msg("%s: got %g, want %g", what, got, want);
}

static void a_message_is_its_submitters(void **state)
{
	static const struct {
		const char *what;
		const char *from;
		const char *to;
		const char *want;
	} rows[] = {
		{ "a SASL login", ALICE, "deferred/A/4jY2t64rKTz1bgFB", "alice@mx.example.com" },
		{ "a client", NO_LOGIN, "deferred/6/6C11EA760CB", "client 127.0.0.1" },
		{ "a local user", "spool/deferred/D/DB856A76051", "deferred/D/DB856A76051",
		  "uid 33 www-data" },
		{ "a guessed ID", "spool/deferred/D/DB856A76051", "deferred/DB856A76052",
		  "local mail" },
		{ "a bounce", "spool/deferred/E/E51BAA76024", "active/E51BAA76024", "local mail" },
		{ "maildrop", "spool/maildrop/4jY2yb41hLz1bgFh", "maildrop/4jY2yb41hLz1bgFh",
		  NULL },
		{ "a lie", "spool/deferred/C/C38BEA760CF", "deferred/C38BEA760CF",
		  "client 127.0.0.1" },
		{ "of 3.12", "spool-3.12/deferred/7/7D99AA86676", "active/7D99AA86676",
		  "client 127.0.0.1" },
		{ "a login like two", "spool/deferred/2/223BBA760F7", "deferred/223BBA760F7",
		  "[bob smith, sasl_username=alice@mx.example.com]" },
		{ "a login by XCLIENT", "spool/deferred/F/F36FCA76023", "deferred/F36FCA76023",
		  "xuser@example.com" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_queue_owners h;
		struct sw_queue_owner top[4];
		char owner[32];

		copy(rows[i].from, rows[i].to);
		snprintf(owner, sizeof(owner), "uid %u%s", geteuid() ? geteuid() : 33,
			 geteuid() ? "" : " www-data");
		if (!rows[i].want && geteuid() == 0)
			assert_int_equal(
				chown(host_path(&host, "/spool/maildrop/4jY2yb41hLz1bgFh"), 33, 33),
				0);
		h = look_at_all(NULL);
		want_number(rows[i].what, sw_queue_owners_top(&h, SW_QUEUE_OWNERS_ALL, top, 4), 1);
		want_text(rows[i].what, top[0].name.s, rows[i].want ? rows[i].want : owner);
		want_near(rows[i].what, top[0].share, 1);
		want_near(rows[i].what, top[0].error, 0);
		want_number(rows[i].what, h.exact && h.looked == 1 && h.messages == 1, 1);
		sw_queue_owners_free(&h);
		tear_down(state);
		set_up(state);
	}
}

static void a_user_has_the_script_that_most_of_his_messages_name(void **state)
{
	struct sw_queue_owner owner;
	struct sw_queue_owners h;

	(void)state;
	copy("spool/deferred/2/2A5F324", "deferred/2/2A5F324");
	copy("spool/deferred/3/3344626", "deferred/3/3344626");
	copy("spool/deferred/3/3344626", "active/3344626");
	copy("spool/deferred/4/4F62735", "active/4F62735");
	h = look_at_all(NULL);
	owner = find(&h, SW_QUEUE_OWNERS_ALL, "uid 33 www-data");
	want_raw("of two the more frequent", owner.script, "mailer.php(3) :\teval()'d code");
	want_number("its owner", (long long)owner.script_uid, 1001);
	want_near("its share", owner.script_share, 0.5);
	owner = find(&h, 0, "uid 33 www-data");
	want_raw("of two equal ones the first by name", owner.script, "mailer.php");
	want_near("its share of the queue", owner.script_share, 0.5);
	want_number("none in a queue without one", (long long)find(&h, 2, "uid 33 www-data").script.n, 0);
	sw_queue_owners_free(&h);
}

static void files_that_vanish_are_no_fault_and_damaged_ones_are(void **state)
{
	struct queue_sample s;
	struct sw_queue_owners h;

	(void)state;
	copy(ALICE, "deferred/A/A1");
	copy(ALICE, "deferred/B/B1");
	copy(NO_LOGIN, "active/C1");
	copy(NO_LOGIN, "active/C2");
	s = take(100, 1);
	assert_int_equal(unlink(host_path(&host, "/spool/deferred/B/B1")), 0);
	assert_int_equal(rmdir(host_path(&host, "/spool/deferred/B")), 0);
	assert_int_equal(unlink(host_path(&host, "/spool/active/C2")), 0);
	h = look(&s, NULL);
	want_number("looked", h.looked, 2);
	want_number("unreadable", h.unreadable, 0);
	want_near("the rest stands for them",
		  find(&h, SW_QUEUE_OWNERS_ALL, "client 127.0.0.1").messages, 2);
	sw_queue_owners_free(&h);
	queue_sample_free(&s);
	copy("crafted/20-not-a-queue-file", "active/C3");
	copy("crafted/20-not-a-queue-file", "active/C4");
	h = look_at_all(NULL);
	want_number("looked", h.looked, 2);
	want_number("unreadable", h.unreadable, 2);
	want_in("why", h.first.text.s, "is not a queue file");
	sw_queue_owners_free(&h);
}

/* A crash or a full disk leaves them; where Postfix makes files they may be on their way. */
static void an_empty_file_is_said_to_be_empty(void **state)
{
	struct sw_queue_owners h;

	(void)state;
	host_file(&host, "/spool/deferred/A/A1", "");
	host_file(&host, "/spool/active/A2", "C\001");
	host_file(&host, "/spool/maildrop/A3", "");
	host_file(&host, "/spool/maildrop/A4", "");
	h = look_at_all(NULL);
	want_number("looked", h.looked, 0);
	want_number("lost", h.unreadable, 2);
	want_in("why", h.first.text.s, "A1 is empty");
	want_in("of the queue", h.queue[0].unread.text.s, "A1 is empty");
	want_in("of the next", h.queue[1].unread.text.s, "A2 is not written to its end");
	want_in("of another", h.queue[2].unread.text.s, " is empty");
	sw_queue_owners_free(&h);
}

/* Two of 100 in deferred, one of 10 in active: one looked at stands for 50 and for 10. */
static void queues_weigh_what_they_hold(void **state)
{
	static struct queue_sample_item deferred[] = { { "A1" }, { "A2" } };
	static struct queue_sample_item active[] = { { "C1" } };
	struct queue_sample s = {
		.n = 2,
		.most = 100,
		.queue = { { .name = "deferred", .messages = 100, .picked = 2, .item = deferred },
			   { .name = "active", .messages = 10, .picked = 1, .item = active } }
	};
	struct sw_queue_owner top[4];
	struct sw_queue_owners h;
	double sum = 0;

	(void)state;
	copy(ALICE, "deferred/A1");
	copy(NO_LOGIN, "deferred/A2");
	copy(ALICE, "active/C1");
	h = look(&s, NULL);
	want_number("messages", h.messages, 110);
	want_number("exact", h.exact, false);
	want_near("weight", h.queue[0].weight, 50);
	want_near("weight of active", h.queue[1].weight, 10);
	want_near("bytes", h.queue[0].bytes, 50 * (323 + 326));
	want_near("all", find(&h, SW_QUEUE_OWNERS_ALL, "alice@mx.example.com").share, 60.0 / 110);
	want_near("messages", find(&h, SW_QUEUE_OWNERS_ALL, "alice@mx.example.com").messages, 60);
	want_near("deferred", find(&h, 0, "alice@mx.example.com").share, 0.5);
	want_near("active", find(&h, 1, "alice@mx.example.com").share, 1);
	want_near("not in active", find(&h, 1, "client 127.0.0.1").share, 0);
	for (size_t i = 0; i < sw_queue_owners_top(&h, SW_QUEUE_OWNERS_ALL, top, 4); i++) {
		sum += top[i].share;
		want_number("uncertain", top[i].error > 0, 1);
	}
	want_near("sum", sum, 1);
	want_number("greatest first", sw_queue_owners_top(&h, SW_QUEUE_OWNERS_ALL, top, 1), 1);
	want_text("greatest", top[0].name.s, "alice@mx.example.com");
	want_number("none", sw_queue_owners_top(&h, SW_QUEUE_OWNERS_ALL, top, 0), 0);
	sw_queue_owners_free(&h);
	/* all of deferred was looked at, 1 of 1000 in active: there may be more of his */
	s.queue[0] = (struct queue_sample_queue){
		.name = "deferred", .messages = 1, .picked = 1, .item = &deferred[1]
	};
	s.queue[1].messages = 1000;
	h = look(&s, NULL);
	want_near("exact queue", find(&h, 0, "client 127.0.0.1").error, 0);
	want_number("seen in the exact queue only",
		    find(&h, SW_QUEUE_OWNERS_ALL, "client 127.0.0.1").error > 0, 1);
	sw_queue_owners_free(&h);
}

static void the_true_share_lies_within_the_error(void **state)
{
	enum { ALL = 2000, HIS = 1940, SEEDS = 200 };
	int within = 0;

	(void)state;
	copy(ALICE, "alice");
	copy(NO_LOGIN, "deferred/none");
	assert_int_equal(renameat(spool, "deferred/none", spool, "none"), 0);
	for (int i = 0; i < ALL; i++) {
		char name[64];

		snprintf(name, sizeof(name), "deferred/F%05X", i * 7919 % ALL);
		assert_int_equal(linkat(spool, i < HIS ? "alice" : "none", spool, name, 0), 0);
	}
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct queue_sample s = take(200, seed * 1000);
		struct sw_queue_owners h = look(&s, NULL);
		struct sw_queue_owner alice = find(&h, SW_QUEUE_OWNERS_ALL, "alice@mx.example.com");

		want_number("looked", h.looked, 200);
		want_number("uncertain", alice.error > 0, 1);
		within += fabs(alice.share - (double)HIS / ALL) <= alice.error;
		sw_queue_owners_free(&h);
		queue_sample_free(&s);
	}
	if (within < SEEDS * 9 / 10)
		fail_msg("got %d of %d seeds within the error, want 90 %%", within, SEEDS);
}

struct fake_log {
	const char *id;
	int fails;
	size_t asked;
	int64_t since;
};

static int fake_find(const struct sw_host *h, int64_t since, struct account_sought *origin,
		     size_t n, void *ctx, struct sw_fault *why)
{
	struct fake_log *log = ctx;
	int found = 0;

	(void)h;
	(void)why;
	log->asked += n;
	log->since = since;
	for (size_t i = 0; i < n && !log->fails; i++)
		if (strcmp(origin[i].id, log->id) == 0) {
			memcpy(origin[i].key, "dave", origin[i].key_n = 4);
			found++;
		}
	return log->fails ? log->fails : found;
}

static void behind_a_filter_the_log_knows_who_it_was(void **state)
{
	static const struct {
		const char *what;
		const char *from;
		struct fake_log log;
		size_t asked;
		const char *want;
	} rows[] = {
		{ "found", FILTERED, { .id = "B575BA76125" }, 1, "dave" },
		{ "not found", FILTERED, { .id = "other" }, 1, "client 127.0.0.1" },
		{ "no log", FILTERED, { .id = "B575BA76125", .fails = -2 }, 1, "client 127.0.0.1" },
		{ "before the queue", NO_LOGIN, { .id = "6C11EA760CB" }, 1, "dave" },
		{ "of this host, and not found", NO_LOGIN, { .id = "other" }, 1, "client 127.0.0.1" },
		{ "a login of its own",
		  "spool/deferred/2/26997A76094",
		  { .id = "4jY2lX16SRz1bgJ3" },
		  0,
		  "alice@mx.example.com" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct fake_log fake = rows[i].log;
		struct queue_owners_log log = { fake_find, &fake };
		char to[64];
		struct sw_queue_owners h;

		snprintf(to, sizeof(to), "deferred/%s", strrchr(rows[i].from, '/') + 1);
		copy(rows[i].from, to);
		h = look_at_all(&log);
		want_number(rows[i].what, fake.asked, rows[i].asked);
		if (fake.asked && (fake.since > 1795431016 || fake.since < 1795431016 - 3600))
			fail_msg("%s: got since %lld", rows[i].what, (long long)fake.since);
		want_near(rows[i].what, find(&h, SW_QUEUE_OWNERS_ALL, rows[i].want).share, 1);
		sw_queue_owners_free(&h);
		tear_down(state);
		set_up(state);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_is_its_submitters),
		TEST(a_user_has_the_script_that_most_of_his_messages_name),
		TEST(files_that_vanish_are_no_fault_and_damaged_ones_are),
		TEST(an_empty_file_is_said_to_be_empty),
		TEST(queues_weigh_what_they_hold),
		TEST(the_true_share_lies_within_the_error),
		TEST(behind_a_filter_the_log_knows_who_it_was),
	};

	return cmocka_run_group_tests_name("holders", tests, NULL, NULL);
}
