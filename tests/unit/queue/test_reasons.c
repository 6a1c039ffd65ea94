/* What most messages of a queue wait for, and the sentence of it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/host.h"
#include "queue/reasons.h"
#include "test.h"

static struct sw_host host;

static int set_up(void **state)
{
	(void)state;
	host = host_new(NULL);
	host_file(&host, "/deferred/.keep", "");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_remove(&host);
	return 0;
}

/* A message in deferred and its log, of recipients "DOMAIN REASON" each; NULL: there is none. */
static void message(const char *id, const char *hash, const char *log, const char *const *entries)
{
	char path[128];
	char text[4096] = "";
	size_t n = 0;

	snprintf(path, sizeof(path), "/deferred/%s%s", hash, id);
	host_file(&host, path, "x");
	for (size_t i = 0; entries && entries[i]; i++) {
		const char *reason = strchr(entries[i], ' ') + 1;

		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "\n<r@x>: x\nrecipient=r@%.*s\nreason=%s\n\n",
				      (int)(reason - 1 - entries[i]), entries[i], reason);
	}
	snprintf(path, sizeof(path), "/defer/%s%s", log, id);
	if (entries)
		host_file(&host, path, text);
}

#define LOG(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct queue_reasons read_all(size_t most)
{
	struct queue_sample s = { .n = 1, .queue = { { .name = "deferred" } } };
	int spool = open(host_path(&host, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct sw_fault why = { 0 };
	struct queue_reasons r;

	assert_true(spool >= 0);
	assert_int_equal(queue_sample_take(&s, spool, most, 1, &why), 0);
	want_number("read", queue_reasons_read(&host, spool, &s.queue[0], &r, &why), 0);
	queue_sample_free(&s);
	close(spool);
	return r;
}

static void want_most(const char *what, const struct queue_reasons *r, const char *domain,
		      const char *form, uint64_t both, uint64_t to_domain, uint64_t of_form)
{
	struct queue_reasons_most most;

	want_number(what, queue_reasons_most(r, &most), true);
	if (!raw_is(most.domain, domain) || !raw_is(most.form, form))
		fail_msg("%s: got %.*s, %.*s, want %s, %s", what, (int)most.domain.n, most.domain.p,
			 (int)most.form.n, most.form.p, domain, form);
	want_number(what, most.both, both);
	want_number(what, most.to_domain, to_domain);
	want_number(what, most.of_form, of_form);
}

static void a_message_counts_once_and_a_log_without_one_not_at_all(void **state)
{
	struct queue_reasons r;

	(void)state;
	message("A1A1", "A/", "A/", LOG("a.example 421 busy", "a.example 421 busy", "b 450 no"));
	message("A1A2", "A/", "A/", LOG("A.Example 421 busy"));
	message("B1B1", "B/", "B/", LOG("a.example 450 no"));
	message("B1B2", "B/", "B/", LOG("c.example 421 busy"));
	message("B1B3", "B/", "B/", NULL);
	host_file(&host, "/defer/C/C1C1", "recipient=a@gone\nreason=gone\n\n");
	r = read_all(100);
	want_number("logs", r.logs, 4);
	want_number("unreadable", r.unreadable, 0);
	want_most("the most", &r, "a.example", "421 busy", 2, 3, 3);
	queue_reasons_free(&r);
}

static void defer_may_be_hashed_in_another_way(void **state)
{
	static const struct {
		const char *deferred;
		const char *defer;
	} rows[] = { { "", "" }, { "A/", "A/" }, { "A/B/", "A/B/" }, { "A/", "" }, { "", "A/" } };

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct queue_reasons r;

		set_up(state);
		message("AB12", rows[i].deferred, rows[i].defer, LOG("a.example x"));
		r = read_all(100);
		want_number(rows[i].defer, r.logs, 1);
		queue_reasons_free(&r);
		tear_down(state);
	}
	set_up(state);
}

/* Directories are left over from another hash_queue_names; or there are too many names to look at.
 */
static void what_else_lies_in_defer_hides_no_log(void **state)
{
	static const struct {
		const char *deferred;
		const char *defer;
		unsigned logs, directories; /* of nobody */
	} rows[] = { { "A/", "", 0, 16 }, { "A/", "", 3, 0 },	{ "", "A/", 300, 0 },
		     { "", "A/", 0, 3 },  { "A/", "", 300, 0 }, { "A/", "A/", 300, 3 } };

	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct queue_reasons r;
		char path[64];

		set_up(state);
		for (unsigned k = 0; k < rows[i].logs; k++) {
			snprintf(path, sizeof(path), "/defer/C%u", k + 1000);
			host_file(&host, path, "recipient=a@gone\nreason=gone\n\n");
		}
		for (unsigned k = 0; k < rows[i].directories; k++) {
			snprintf(path, sizeof(path), "/defer/%X/C1000", k);
			host_file(&host, path, "recipient=a@gone\nreason=gone\n\n");
		}
		message("A0", rows[i].deferred, rows[i].defer, NULL);
		message("AB12", rows[i].deferred, rows[i].defer, LOG("a.example x"));
		r = read_all(100);
		want_number(rows[i].defer, r.logs, 1);
		queue_reasons_free(&r);
		tear_down(state);
	}
	set_up(state);
}

static void what_is_no_log_says_nothing(void **state)
{
	struct queue_reasons_most most;
	struct queue_reasons r;

	(void)state;
	for (int i = 0; i < 5; i++) {
		char id[16];

		snprintf(id, sizeof(id), "A1A%d", i);
		message(id, "", "", NULL);
	}
	host_file(&host, "/secret", "recipient=a@b\nreason=secret\n\n");
	host_file(&host, "/defer/A1A0", "");
	host_file(&host, "/defer/A1A1", "\n\n\nrecipient=a@b\n\n");
	assert_int_equal(symlink("../secret", host_path(&host, "/defer/A1A2")), 0);
	assert_int_equal(mkfifo(host_path(&host, "/defer/A1A3"), 0644), 0);
	assert_int_equal(mkdir(host_path(&host, "/defer/A1A4"), 0755), 0);
	r = read_all(100);
	want_number("logs", r.logs, 0);
	want_number("unreadable", r.unreadable, 3);
	want_in("why", r.first.text.s, "read defer/A1A");
	want_number("the most", queue_reasons_most(&r, &most), false);
	queue_reasons_free(&r);
}

/* However long a log is, some of it is read, and no recipient of half an address is counted. */
static void a_long_log_is_read_at_its_beginning(void **state)
{
	static char text[3 * QUEUE_REASONS_BYTES];
	struct queue_reasons r;
	size_t n = 0;

	(void)state;
	for (int i = 0; n + 128 < sizeof(text); i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "\nrecipient=%0*d@a.example\nreason=x\n\n", i % 7 + 60, i);
	message("A1A1", "", "", NULL);
	host_file(&host, "/defer/A1A1", text);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "recipient=a@a.example\nreason=y ", 31);
	message("A1A2", "", "", NULL);
	host_file(&host, "/defer/A1A2", text);
	r = read_all(100);
	want_number("logs", r.logs, 2);
	want_most("the domain", &r, "a.example", "x", 1, 2, 1);
	queue_reasons_free(&r);
}

/* 700 messages in one hash directory wait for one thing, 500 in another for another. */
static void logs_of_many_messages_are_read_evenly_among_them(void **state)
{
	struct queue_reasons_most most;
	struct queue_reasons r;

	(void)state;
	for (int i = 0; i < 1200; i++) {
		const char *hash = i < 700 ? "A/" : "B/";
		char id[16];

		snprintf(id, sizeof(id), "%c%04d", *hash, i);
		message(id, hash, hash, i < 700 ? LOG("a.example x") : LOG("b.example y"));
	}
	r = read_all(1200);
	want_number("logs", r.logs, QUEUE_REASONS_MOST);
	want_number("left out", r.left_out, 200);
	want_number("the most", queue_reasons_most(&r, &most), true);
	want_number("to whom", raw_is(most.domain, "a.example"), true);
	want_within("both", most.both, 582, 585);
	queue_reasons_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, set_up, tear_down)
		TEST(a_message_counts_once_and_a_log_without_one_not_at_all),
		TEST(defer_may_be_hashed_in_another_way),
		TEST(what_else_lies_in_defer_hides_no_log),
		TEST(what_is_no_log_says_nothing),
		TEST(a_long_log_is_read_at_its_beginning),
		TEST(logs_of_many_messages_are_read_evenly_among_them),
	};

	return cmocka_run_group_tests_name("reasons", tests, NULL, NULL);
}
