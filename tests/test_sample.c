#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read/qid.h"
#include "read/sample.h"
#include "test.h"

enum { NAMES = 2000 };

/* n messages F00000.., in hash directories of their last digits. */
static void fill(const struct host *h, const char *queue, size_t n, int depth)
{
	for (size_t i = 0; i < n; i++) {
		char path[128];
		int at = snprintf(path, sizeof(path), "/spool/%s/", queue);

		for (int k = 0; k < depth; k++)
			at += snprintf(path + at, sizeof(path) - (size_t)at, "%zX/",
				       (i >> (4 * k)) & 15);
		snprintf(path + at, sizeof(path) - (size_t)at, "F%05zX", i);
		host_file(h, path, "");
	}
}

static int spool_of(const struct host *h)
{
	int fd = open(host_path(h, "/spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static const char *const queues[SAMPLE_QUEUES] = { "deferred", "active", "hold", "incoming",
						   "maildrop", "corrupt" };

static struct sample take(int spool, size_t n, size_t most, uint64_t seed)
{
	struct sample s = { .n = n };
	struct fault why = { 0 };

	for (size_t i = 0; i < n; i++)
		s.queue[i].name = queues[i];
	want_number("sample", sample_take(&s, spool, most, seed, &why), 0);
	return s;
}

static size_t picked(const struct sample *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->queue[i].picked;
	return n;
}

/* Mark what was picked: fails when it is not there or was marked already. */
static void mark(const char *what, int spool, const struct sample_queue *q, unsigned times[NAMES])
{
	bool seen[NAMES] = { false };

	for (size_t k = 0; k < q->picked; k++) {
		const char *slash = strrchr(q->item[k].name, '/');
		size_t i = strtoul((slash ? slash + 1 : q->item[k].name) + 1, NULL, 16);
		char path[SAMPLE_NAME + 32];

		snprintf(path, sizeof(path), "%s/%s", q->name, q->item[k].name);
		if (faccessat(spool, path, F_OK, 0) < 0 || i >= NAMES || seen[i])
			fail_msg("%s: got %s, want another one that is there", what, path);
		seen[i] = true;
		times[i]++;
	}
}

static void up_to_most_it_is_all_of_them(void **state)
{
	(void)state;
	for (int depth = 0; depth <= 3; depth++) {
		struct host h = host_new(NULL);
		unsigned times[NAMES] = { 0 };
		struct sample s;
		int spool;

		fill(&h, "deferred", 300, depth);
		fill(&h, "active", 20, 0);
		spool = spool_of(&h);
		s = take(spool, 2, 320, 7);
		want_number("deferred", s.queue[0].messages, 300);
		want_number("all", sample_messages(&s), 320);
		want_number("picked", s.queue[0].picked, 300);
		want_number("picked of active", s.queue[1].picked, 20);
		mark("all", spool, &s.queue[0], times);
		for (size_t i = 0; i < 300; i++)
			want_number("each once", times[i], 1);
		mark("active", spool, &s.queue[1], times);
		sample_free(&s);
		close(spool);
		host_remove(&h);
	}
}

static void never_are_more_than_most_picked(void **state)
{
	static const size_t most[] = { 0, 1, 2, 5, 6, 10, 11, 12, 50, 100, 239, 240, 241, SIZE_MAX };
	struct host h = host_new(NULL);
	int spool;

	(void)state;
	for (size_t i = 0; i < SAMPLE_QUEUES; i++)
		fill(&h, queues[i], 40, 0);
	spool = spool_of(&h);
	for (size_t i = 0; i < SW_COUNT(most); i++) {
		size_t limit = most[i] < 1 ? 1 : most[i] < 240 ? most[i] : 240;
		struct sample s = take(spool, SAMPLE_QUEUES, most[i], 1);
		char what[32];

		snprintf(what, sizeof(what), "most %zu", most[i]);
		want_number(what, sample_messages(&s), 240);
		if (picked(&s) > limit || (most[i] > 11 && picked(&s) + SAMPLE_QUEUES < limit))
			fail_msg("%s: got %zu, want %zu at most", what, picked(&s), limit);
		sample_free(&s);
	}
	close(spool);
	host_remove(&h);
}

static void small_queues_get_their_part(void **state)
{
	struct host h = host_new(NULL);
	unsigned times[NAMES] = { 0 };
	struct sample s;
	int spool;

	(void)state;
	fill(&h, "deferred", 1900, 1);
	fill(&h, "active", 30, 0);
	fill(&h, "hold", 3, 0);
	spool = spool_of(&h);
	s = take(spool, 4, 100, 5); /* incoming is not there */
	want_number("hold", s.queue[2].picked, 3);
	want_number("missing", s.queue[3].messages + s.queue[3].picked, 0);
	want_number("missing is no fault", s.queue[3].why.code, 0);
	if (s.queue[1].picked < 10 || s.queue[0].picked < 60 || picked(&s) > 100)
		fail_msg("got %zu of active, %zu of deferred", s.queue[1].picked, s.queue[0].picked);
	for (size_t i = 0; i < 3; i++)
		mark("three queues", spool, &s.queue[i], times);
	sample_free(&s);
	close(spool);
	host_remove(&h);
}

/* Chi-square of how often each was picked; its mean is about the number of names. */
static void want_fair(const char *what, int spool, size_t n_queues, size_t n, int depth)
{
	enum { SEEDS = 400 };
	unsigned times[SAMPLE_QUEUES][NAMES] = { { 0 } };
	double expected;
	double chance = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct sample s = take(spool, n_queues, 100, seed * 1000);

		chance += (double)picked(&s) / (double)(SEEDS * n_queues * n);
		for (size_t q = 0; q < n_queues; q++)
			mark(what, spool, &s.queue[q], times[q]);
		sample_free(&s);
	}
	expected = chance * SEEDS;
	for (size_t q = 0; q < n_queues; q++) {
		double chi = 0;

		for (size_t i = 0; i < n; i++)
			chi += ((double)times[q][i] - expected) * ((double)times[q][i] - expected) /
			       (expected * (1 - chance));
		if (chi < 0.5 * (double)n || chi > 1.7 * (double)n)
			fail_msg("%s, hash depth %d: got chi-square %.0f, want about %zu", what, depth,
				 chi, n);
	}
}

static void each_message_has_the_same_chance(void **state)
{
	(void)state;
	for (int depth = 0; depth <= 1; depth++) {
		struct host h = host_new(NULL);
		int spool;

		fill(&h, "deferred", NAMES, depth);
		spool = spool_of(&h);
		want_fair("one large queue", spool, 1, NAMES, depth);
		close(spool);
		host_remove(&h);
	}
}

/* Each of them would fit, together they do not. */
static void each_message_of_middling_queues_has_the_same_chance(void **state)
{
	struct host h = host_new(NULL);
	int spool;

	(void)state;
	fill(&h, "deferred", 90, 1);
	fill(&h, "active", 90, 1);
	spool = spool_of(&h);
	want_fair("two queues", spool, 2, 90, 1);
	close(spool);
	host_remove(&h);
}

static void the_same_seed_gives_the_same_pick(void **state)
{
	struct host h = host_new(NULL);
	struct sample s[3];
	int spool;

	(void)state;
	fill(&h, "deferred", 500, 1);
	spool = spool_of(&h);
	for (size_t i = 0; i < 3; i++)
		s[i] = take(spool, 1, 50, i == 2 ? 43 : 42);
	want_number("picked", s[0].queue[0].picked, 50);
	for (size_t k = 0; k < 50; k++)
		want_text("the same", s[1].queue[0].item[k].name, s[0].queue[0].item[k].name);
	want_number("another seed", memcmp(s[0].queue[0].item[0].name, s[2].queue[0].item[0].name, 1) == 0 &&
		    strcmp(s[0].queue[0].item[0].name, s[2].queue[0].item[0].name) == 0 &&
		    strcmp(s[0].queue[0].item[49].name, s[2].queue[0].item[49].name) == 0, 0);
	for (size_t i = 0; i < 3; i++)
		sample_free(&s[i]);
	close(spool);
	host_remove(&h);
}

/* Returns 0, or a negative number that says what was wrong. */
static int sample_as_nobody(void *ctx)
{
	struct sample s = { .n = 2, .queue = { { .name = "deferred" }, { .name = "active" } } };
	struct fault why = { 0 };
	int rc = sample_take(&s, *(int *)ctx, 10, 1, &why);

	if (rc == 0 && (s.queue[0].why.code != EACCES || s.queue[0].picked != 0))
		rc = -200;
	if (rc == 0 && (s.queue[1].why.code || s.queue[1].picked != 5 || sample_messages(&s) != 5))
		rc = -201;
	sample_free(&s);
	return rc;
}

static void a_queue_that_cannot_be_read_says_why(void **state)
{
	static const char *const rows[] = { "/spool/deferred", "/spool/deferred/3" };
	struct host h = host_new(NULL);
	int spool;

	(void)state;
	fill(&h, "deferred", 40, 1);
	fill(&h, "active", 5, 0);
	spool = spool_of(&h);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		assert_int_equal(chmod(host_path(&h, rows[i]), 0), 0);
		want_number(rows[i], as_nobody(sample_as_nobody, &spool), 0);
		assert_int_equal(chmod(host_path(&h, rows[i]), 0755), 0);
	}
	close(spool);
	host_remove(&h);
}

static void the_oldest_is_that_of_all(void **state)
{
	static const char digits[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	enum { OLDEST = 1795431000 };
	struct host h = host_new(NULL);
	int spool;

	(void)state;
	fill(&h, "active", 20, 0); /* short IDs, which don't say */
	for (int64_t time = OLDEST; time < OLDEST + 400; time++) {
		char path[] = "/spool/deferred/______0000z1bgFB";
		int64_t rest = time;

		for (size_t i = 0; i < 6; i++, rest /= 52)
			path[21 - i] = digits[rest % 52];
		host_file(&h, path, "");
	}
	spool = spool_of(&h);
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct sample s = take(spool, 2, 10, seed);

		want_number("oldest", s.queue[0].oldest, OLDEST);
		want_number("no long ID", s.queue[1].oldest, 0);
		sample_free(&s);
	}
	close(spool);
	host_remove(&h);
}

static void a_long_id_says_its_time(void **state)
{
	static const struct {
		const char *id;
		int64_t want; /* -1: none */
	} rows[] = {
		{ "4jY2t64rKTz1bgFB", 1795431358 }, { "4jY2lX16SRz1bgJ3", 1795431016 },
		{ "4jY2yb48KHz1bgFj", 1795431591 }, { "4jY2t6zzzzz1bgFB", 1795431358 },
		{ "0EA8FA760BF", -1 },		    { "", -1 },
		{ "z", -1 },			    { "4jY2t64rKz1bgFB", -1 },
		{ "4aY2t64rKTz1bgFB", -1 },	    { "4jY2t_4rKTz1bgFB", -1 },
		{ "44444jY2t64rKTz1bgFB", -1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		int64_t got = -1;

		want_number(rows[i].id, qid_time(raw_of(rows[i].id), &got), rows[i].want >= 0);
		want_number(rows[i].id, got, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_to_most_it_is_all_of_them),
		cmocka_unit_test(never_are_more_than_most_picked),
		cmocka_unit_test(small_queues_get_their_part),
		cmocka_unit_test(each_message_has_the_same_chance),
		cmocka_unit_test(each_message_of_middling_queues_has_the_same_chance),
		cmocka_unit_test(the_same_seed_gives_the_same_pick),
		cmocka_unit_test(a_queue_that_cannot_be_read_says_why),
		cmocka_unit_test(the_oldest_is_that_of_all),
		cmocka_unit_test(a_long_id_says_its_time),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
