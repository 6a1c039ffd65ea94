#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postfix/qid.h"
#include "queue/sample.h"
#include "test.h"

enum { NAMES = 2000 };

/* Of one test. */
static struct sw_host host;
static int spool;

static int set_up(void **state)
{
	(void)state;
	host = host_new(NULL);
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

/* n messages F00000.., in hash directories of their last digits. */
static void fill(const char *queue, size_t n, int depth)
{
	for (size_t i = 0; i < n; i++) {
		char path[128];
		int at = snprintf(path, sizeof(path), "/spool/%s/", queue);

		for (int k = 0; k < depth; k++)
			at += snprintf(path + at, sizeof(path) - (size_t)at, "%zX/",
				       (i >> (4 * k)) & 15);
		snprintf(path + at, sizeof(path) - (size_t)at, "F%05zX", i);
		host_file(&host, path, "");
	}
}

static const char *const queues[QUEUE_SAMPLE_QUEUES] = { "deferred", "active",	 "hold",
							 "incoming", "maildrop", "corrupt" };

static struct queue_sample take(size_t n, size_t most, uint64_t seed)
{
	struct queue_sample s = { .n = n };
	struct sw_fault why = { 0 };

	for (size_t i = 0; i < n; i++)
		s.queue[i].name = queues[i];
	want_number("sample", queue_sample_take(&s, spool, most, seed, &why), 0);
	return s;
}

static size_t picked(const struct queue_sample *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->queue[i].picked;
	return n;
}

/* Mark what was picked: fails when it is not there or was marked already. */
static void mark(const char *what, const struct queue_sample_queue *q, unsigned times[NAMES])
{
	bool seen[NAMES] = { false };

	for (size_t k = 0; k < q->picked; k++) {
		const char *slash = strrchr(q->item[k].name, '/');
		size_t i = strtoul((slash ? slash + 1 : q->item[k].name) + 1, NULL, 16);
		char path[QUEUE_SAMPLE_NAME + 32];

		snprintf(path, sizeof(path), "%s/%s", q->name, q->item[k].name);
		if (faccessat(spool, path, F_OK, 0) < 0 || i >= NAMES || seen[i])
			fail_msg("%s: got %s, want another one that is there", what, path);
		seen[i] = true;
		times[i]++;
	}
}

static void up_to_most_it_is_all_of_them(void **state)
{
	struct queue_sample s;

	(void)state;
	for (int depth = 0; depth < 4; depth++)
		fill(queues[depth], 300, depth);
	s = take(4, 1200, 7);
	want_number("all", queue_sample_messages(&s), 1200);
	for (size_t q = 0; q < 4; q++) {
		unsigned times[NAMES] = { 0 };

		want_number(queues[q], s.queue[q].messages, 300);
		mark(queues[q], &s.queue[q], times);
		for (size_t i = 0; i < 300; i++)
			want_number("each once", times[i], 1);
	}
	queue_sample_free(&s);
}

static void never_are_more_than_most_picked(void **state)
{
	static const size_t most[] = {
		0, 1, 2, 5, 6, 10, 11, 12, 50, 100, 239, 240, 241, SIZE_MAX
	};

	(void)state;
	for (size_t i = 0; i < QUEUE_SAMPLE_QUEUES; i++)
		fill(queues[i], 40, 0);
	for (size_t i = 0; i < SW_COUNT(most); i++) {
		size_t limit = most[i] < 1 ? 1 : most[i] < 240 ? most[i] : 240;
		struct queue_sample s = take(QUEUE_SAMPLE_QUEUES, most[i], 1);
		char what[32];

		snprintf(what, sizeof(what), "most %zu", most[i]);
		want_number(what, queue_sample_messages(&s), 240);
		want_number(what, picked(&s) > 0, true);
		if (picked(&s) > limit ||
		    (most[i] > 11 && picked(&s) + QUEUE_SAMPLE_QUEUES < limit))
			fail_msg("%s: got %zu, want %zu at most", what, picked(&s), limit);
		queue_sample_free(&s);
	}
}

/* First a tenth of the room for each, and one; then by how many messages there are. */
static void the_room_is_shared_as_plain_counting_has_it(void **state)
{
	uint32_t dice = 9;

	(void)state;
	for (int turn = 0; turn < 12; turn++) {
		size_t messages[QUEUE_SAMPLE_QUEUES];
		size_t want[QUEUE_SAMPLE_QUEUES];
		size_t all = 0;
		size_t large = 0;
		size_t most;
		size_t left;
		struct queue_sample s;

		for (size_t q = 0; q < QUEUE_SAMPLE_QUEUES; q++) {
			dice = dice * 1664525 + 1013904223;
			messages[q] = (dice >> 24) % (dice >> 16 & 3 ? 12 : 90);
			fill(queues[q], messages[q], 0);
			all += messages[q];
		}
		dice = dice * 1664525 + 1013904223;
		most = left = turn % 3 ? 1 + (dice >> 16) % 60 : turn % 2 ? all : all - 1;
		for (size_t q = 0; q < QUEUE_SAMPLE_QUEUES; q++) {
			want[q] = messages[q];
			if (all > most && want[q] > most / 10 + 1)
				want[q] = most / 10 + 1;
			want[q] = want[q] < left ? want[q] : left;
			left -= want[q];
			large += want[q] < messages[q] && want[q] < most ? messages[q] : 0;
		}
		s = take(QUEUE_SAMPLE_QUEUES, most, (uint64_t)turn);
		for (size_t q = 0; q < QUEUE_SAMPLE_QUEUES; q++) {
			char what[64];

			if (want[q] < messages[q] && want[q] < most)
				want[q] += left * messages[q] / large;
			if (want[q] > messages[q])
				want[q] = messages[q];
			if (want[q] > most)
				want[q] = most;
			snprintf(what, sizeof(what), "turn %d, %zu of %zu of %zu", turn, most,
				 messages[q], all);
			want_number(what, s.queue[q].messages, messages[q]);
			want_number(what, s.queue[q].picked, want[q]);
		}
		queue_sample_free(&s);
		tear_down(NULL);
		set_up(NULL);
	}
}

static void small_queues_get_their_part(void **state)
{
	unsigned times[NAMES] = { 0 };
	struct queue_sample s;

	(void)state;
	fill("deferred", 1900, 1);
	fill("active", 30, 0);
	fill("hold", 3, 0);
	s = take(4, 100, 5); /* incoming is not there */
	want_number("hold", s.queue[2].picked, 3);
	want_number("missing", s.queue[3].messages + s.queue[3].picked, 0);
	want_number("missing is no fault", s.queue[3].why.code, 0);
	/* a tenth of the room, one, and its part of the rest */
	want_number("active", s.queue[1].picked, 12);
	if (s.queue[0].picked < 60 || picked(&s) > 100)
		fail_msg("got %zu of deferred, %zu of all", s.queue[0].picked, picked(&s));
	for (size_t i = 0; i < 3; i++)
		mark("three queues", &s.queue[i], times);
	queue_sample_free(&s);
}

/* Chi-square of how often each was picked; its mean is about the number of names. */
static void want_fair(const char *what, size_t n_queues, size_t n)
{
	enum { SEEDS = 400 };
	unsigned times[QUEUE_SAMPLE_QUEUES][NAMES] = { { 0 } };
	double expected;
	double chance = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct queue_sample s = take(n_queues, 100, seed * 1000);

		chance += (double)picked(&s) / (double)(SEEDS * n_queues * n);
		for (size_t q = 0; q < n_queues; q++)
			mark(what, &s.queue[q], times[q]);
		queue_sample_free(&s);
	}
	expected = chance * SEEDS;
	for (size_t q = 0; q < n_queues; q++) {
		double chi = 0;

		for (size_t i = 0; i < n; i++)
			chi += ((double)times[q][i] - expected) * ((double)times[q][i] - expected) /
			       (expected * (1 - chance));
		if (chi < 0.5 * (double)n || chi > 1.7 * (double)n)
			fail_msg("%s: got chi-square %.0f, want about %zu", what, chi, n);
	}
}

static void each_message_has_the_same_chance(void **state)
{
	(void)state;
	fill("deferred", NAMES, 1);
	want_fair("one large queue", 1, NAMES);
}

/* Each of them would fit, together they do not. */
static void each_message_of_middling_queues_has_the_same_chance(void **state)
{
	(void)state;
	fill("deferred", 90, 1);
	fill("active", 90, 1);
	want_fair("two queues", 2, 90);
}

static void the_same_seed_gives_the_same_pick(void **state)
{
	static char first[3][50 * QUEUE_SAMPLE_NAME];

	(void)state;
	fill("deferred", 500, 1);
	for (size_t i = 0; i < 3; i++) {
		struct queue_sample s = take(1, 50, i == 2 ? 43 : 42);

		want_number("picked", s.queue[0].picked, 50);
		for (size_t k = 0; k < 50; k++)
			strcat(first[i], s.queue[0].item[k].name);
		queue_sample_free(&s);
	}
	want_text("the same seed", first[1], first[0]);
	assert_string_not_equal(first[2], first[0]);
}

/* Returns 0, or a negative number that says what was wrong. */
static int sample_as_nobody(void *ctx)
{
	struct queue_sample s = { .n = 2,
				  .queue = { { .name = "deferred" }, { .name = "active" } } };
	struct sw_fault why = { 0 };
	int rc = ctx ? -1 : queue_sample_take(&s, spool, 10, 1, &why);

	if (rc == 0 && (s.queue[0].why.code != EACCES || s.queue[0].picked != 0))
		rc = -200;
	if (rc == 0 &&
	    (s.queue[1].why.code || s.queue[1].picked != 5 || queue_sample_messages(&s) != 5))
		rc = -201;
	queue_sample_free(&s);
	return rc;
}

static void a_queue_that_cannot_be_read_says_why(void **state)
{
	static const char *const rows[] = { "/spool/deferred", "/spool/deferred/3" };

	(void)state;
	fill("deferred", 40, 1);
	fill("active", 5, 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		assert_int_equal(chmod(host_path(&host, rows[i]), 0), 0);
		want_number(rows[i], as_nobody(sample_as_nobody, NULL), 0);
		assert_int_equal(chmod(host_path(&host, rows[i]), 0755), 0);
	}
}

static void the_oldest_is_that_of_all(void **state)
{
	static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	enum { OLDEST = 1795431000 };

	(void)state;
	fill("active", 20, 0); /* short IDs, which don't say */
	for (int64_t time = OLDEST; time < OLDEST + 400; time++) {
		char path[] = "/spool/deferred/______0000z1bgFB";
		int64_t rest = time;

		for (size_t i = 0; i < 6; i++, rest /= 52)
			path[21 - i] = digits[rest % 52];
		host_file(&host, path, "");
	}
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct queue_sample s = take(2, 10, seed);

		want_number("oldest", s.queue[0].oldest, OLDEST);
		want_number("no long ID", s.queue[1].oldest, 0);
		queue_sample_free(&s);
	}
}

static void a_long_id_says_its_time(void **state)
{
	static const struct {
		const char *id;
		int64_t want; /* -1: none */
	} rows[] = {
		{ "4jY2t64rKTz1bgFB", 1795431358 },
		{ "4jY2lX16SRz1bgJ3", 1795431016 },
		{ "4jY2yb48KHz1bgFj", 1795431591 },
		{ "4jY2t6zzzzz1bgFB", 1795431358 },
		{ "0EA8FA760BF", -1 },
		{ "", -1 },
		{ "z", -1 },
		{ "4jY2t64rKz1bgFB", -1 },
		{ "4aY2t64rKTz1bgFB", -1 },
		{ "4jY2t_4rKTz1bgFB", -1 },
		{ "444444jY2t64rKTz1bgFB", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int64_t got = -1;

		want_number(rows[i].id, qid_time(raw_of(rows[i].id), &got), rows[i].want >= 0);
		want_number(rows[i].id, got, rows[i].want);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

/* Ten of eleven: each is left out in one of eleven samples, the last one too. */
static void who_comes_one_too_late_may_take_a_place(void **state)
{
	enum { SEEDS = 300, MOST = 10 };
	unsigned times[NAMES] = { 0 };

	(void)state;
	fill("deferred", MOST + 1, 0);
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct queue_sample s = take(1, MOST, seed * 1000);

		mark("ten of eleven", &s.queue[0], times);
		queue_sample_free(&s);
	}
	for (size_t i = 0; i <= MOST; i++)
		if (times[i] < 240 || times[i] > 295)
			fail_msg("%zu: got %u times, want about 273 of 300", i, times[i]);
}

static void a_name_is_cut_where_its_room_ends(void **state)
{
	enum { ROOM = QUEUE_SAMPLE_NAME - 1 }; /* with "A/" before it */

	(void)state;
	for (size_t n = ROOM - 3; n < ROOM + 2; n++) {
		struct queue_sample s;
		char name[80] = "A/";
		char path[128];

		memset(name + 2, 'B', n);
		snprintf(path, sizeof(path), "/spool/deferred/%s", name);
		host_file(&host, path, "");
		s = take(1, 10, 1);
		name[ROOM] = '\0';
		want_number("messages", s.queue[0].picked, 1);
		want_text("name", s.queue[0].item[0].name, name);
		queue_sample_free(&s);
		assert_int_equal(unlink(host_path(&host, path)), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_room_is_shared_as_plain_counting_has_it),
		TEST(a_name_is_cut_where_its_room_ends),
		TEST(up_to_most_it_is_all_of_them),
		TEST(never_are_more_than_most_picked),
		TEST(small_queues_get_their_part),
		TEST(each_message_has_the_same_chance),
		TEST(each_message_of_middling_queues_has_the_same_chance),
		TEST(the_same_seed_gives_the_same_pick),
		TEST(a_queue_that_cannot_be_read_says_why),
		TEST(the_oldest_is_that_of_all),
		TEST(a_long_id_says_its_time),
		TEST(who_comes_one_too_late_may_take_a_place),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
