#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "postfix/qid.h"
#include "postfix/spool.h"
#include "queue/count.h"
#include "test.h"

static int open_spool(const struct sw_host *h)
{
	int fd = open(host_path(h, "/"), O_PATH | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void want_count(const char *what, const struct sw_host *h, const char *queue, long want)
{
	struct sw_fault why = { 0 };
	uint64_t n = 4711;
	int spool = open_spool(h);
	int rc = sw_queue_count(spool, queue, &n, &why);

	close(spool);
	if (want < 0) {
		want_number(what, rc, want);
		want_number(what, n, 4711);
		want_number(what, why.code, -want);
		return;
	}
	if (rc < 0)
		fail_msg("%s: got %s, want %ld", what, why.text.s, want);
	want_number(what, n, want);
}

static void a_queue_file_s_name_is_a_queue_id(void **state)
{
	static const struct {
		const char *in;
		bool want;
	} rows[] = {
		{ "CDC93A76011", true },      /* short: microseconds and inode */
		{ "1A2B3C4", true },	      /* the shortest seen */
		{ "4jY2t64rKTz1bgFB", true }, /* long */
		{ "A_1", true },
		{ "ab", true },
		{ "", false },
		{ "A", false },
		{ "769631.17004", false }, /* being created */
		{ "unix.showq", false },
		{ "a-b", false },
		{ "a b", false },
		{ "a\n", false },
		{ "\303\274", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].in, qid_is(raw_of(rows[i].in)), rows[i].want);
}

static void messages_are_counted_at_any_hash_depth(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/active/4jY2t64rKTz1bgFB", "");
	host_file(&h, "/active/CDC93A76011", "");
	host_file(&h, "/deferred/C/CDC93A76011", "");
	host_file(&h, "/deferred/A/4jY2t64rKTz1bgFB", "");
	host_file(&h, "/deferred/A/4jY2t64rKTz1bgFC", "");
	host_file(&h, "/hold/C/D/CDC93A76011", "");
	host_file(&h, "/corrupt/C/D/C/CDC93A76011", "");
	host_file(&h, "/mixed/4jY2t64rKTz1bgFB", ""); /* hash_queue_depth was changed */
	host_file(&h, "/mixed/C/CDC93A76011", "");
	host_file(&h, "/mixed/C/D/CDC93A76012", "");
	assert_int_equal(mkdir(host_path(&h, "/empty"), 0755), 0);
	want_count("depth 0", &h, "active", 2);
	want_count("depth 1", &h, "deferred", 3);
	want_count("depth 2", &h, "hold", 1);
	want_count("depth 3", &h, "corrupt", 1);
	want_count("several depths", &h, "mixed", 3);
	want_count("empty", &h, "empty", 0);
	want_count("no such queue", &h, "incoming", -ENOENT);
	host_remove(&h);
}

/* As scan_dir(3) of Postfix, which opens what it is led to. */
static void a_hash_directory_may_be_a_link(void **state)
{
	static const struct {
		const char *what;
		const char *link; /* in the queue, beside A with two messages */
		const char *to;
		long want;
	} rows[] = {
		{ "beside the queue", "B", "../elsewhere/B", 3 },
		{ "a link to a link", "B", "../elsewhere/L", 3 },
		{ "two levels", "B", "../elsewhere", 3 },
		{ "a directory that is there anyway", "B", "A", 4 },
		{ "to nothing", "B", "../nowhere", 2 },
		{ "to a file", "B", "../elsewhere/B/CDC93A76012", 2 },
		{ "to itself", "B", "B", 2 },
		{ "to the queue", "B", ".", -ELOOP },
		{ "below it", "A/B", "..", -ELOOP },
		{ "to where it is", "A/B", "../A", -ELOOP },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char name[64];

		host_file(&h, "/deferred/A/CDC93A76010", "");
		host_file(&h, "/deferred/A/CDC93A76011", "");
		host_file(&h, "/elsewhere/B/CDC93A76012", "");
		assert_int_equal(symlink("B", host_path(&h, "/elsewhere/L")), 0);
		if (strcmp(rows[i].to, "../elsewhere") == 0)
			unlink(host_path(&h, "/elsewhere/L"));
		snprintf(name, sizeof(name), "/deferred/%s", rows[i].link);
		assert_int_equal(symlink(rows[i].to, host_path(&h, name)), 0);
		want_count(rows[i].what, &h, "deferred", rows[i].want);
		host_remove(&h);
	}
}

static void what_is_no_message_is_not_counted(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	host_file(&h, "/maildrop/CDC93A76011", "");
	host_file(&h, "/maildrop/769631.17004", ""); /* being created */
	host_file(&h, "/maildrop/A", "");	     /* one character, but no directory */
	host_file(&h, "/maildrop/.hidden", "");
	host_file(&h, "/maildrop/not-an-id", "");
	assert_int_equal(mkdir(host_path(&h, "/maildrop/DIRECTORY"), 0755), 0);
	host_file(&h, "/maildrop/DIRECTORY/CDC93A76013", "");
	assert_int_equal(mkfifo(host_path(&h, "/maildrop/FIFO"), 0644), 0);
	assert_int_equal(mkfifo(host_path(&h, "/maildrop/F"), 0644), 0);
	assert_int_equal(symlink("CDC93A76011", host_path(&h, "/maildrop/LINK")), 0);
	assert_int_equal(symlink("M", host_path(&h, "/maildrop/M")), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.90s/maildrop/SOCKET", h.root_path);
	(void)bind(s, (struct sockaddr *)&address, sizeof(address)); /* TMPDIR may be too long */
	close(s);
	want_count("one", &h, "maildrop", 1);
	want_count("a file instead of a queue", &h, "maildrop/CDC93A76011", -ENOTDIR);
	host_remove(&h);
}

struct spoiler {
	struct sw_host *h;
	const char *queue;
	int files;
	int stop_after;
};

static void want_file(const char *what, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s can't be opened", what, name);
	close(fd);
}

/* Postfix delivers while we read: what was listed is gone when it is looked at. */
static int take_away(const struct sw_queue_message *message, void *ctx)
{
	struct spoiler *s = ctx;
	char path[256];
	int spool = open_spool(s->h);

	want_file("in its directory", message->directory, message->id);
	snprintf(path, sizeof(path), "%s/%s%s", s->queue, message->hash, message->id);
	want_file("below the queue", spool, path);
	close(spool);
	unlink(host_path(s->h, "/deferred/A/AAAAAA1"));
	unlink(host_path(s->h, "/deferred/B/BBBBBB1"));
	rmdir(host_path(s->h, "/deferred/A"));
	rmdir(host_path(s->h, "/deferred/B"));
	return ++s->files == s->stop_after ? 42 : 0;
}

static void what_vanishes_meanwhile_is_normal(void **state)
{
	struct sw_host h = host_new(NULL);
	struct spoiler s = { .h = &h, .queue = "deferred" };
	struct sw_fault why = { 0 };
	int spool = open_spool(&h);

	(void)state;
	host_file(&h, "/deferred/A/AAAAAA1", "");
	host_file(&h, "/deferred/B/BBBBBB1", "");
	want_number("returned", sw_queue_each(spool, "deferred", take_away, &s, &why), 0);
	want_number("seen", s.files, 1);
	want_number("no fault", why.code, 0);
	close(spool);
	host_remove(&h);
}

static void what_the_function_returns_ends_it(void **state)
{
	struct sw_host h = host_new(NULL);
	struct spoiler s = { .h = &h, .queue = "active", .stop_after = 3 };
	struct sw_fault why = { 0 };
	int spool = open_spool(&h);

	(void)state;
	host_file(&h, "/active/C/CCCCCC1", "");
	host_file(&h, "/active/C/CCCCCC2", "");
	host_file(&h, "/active/D/E/DDDDDD1", "");
	host_file(&h, "/active/EEEEEE1", "");
	want_number("returned", sw_queue_each(spool, "active", take_away, &s, &why), 42);
	want_number("seen", s.files, 3);
	close(spool);
	host_remove(&h);
}

static int count_as_nobody(void *ctx)
{
	struct sw_fault why = { 0 };
	uint64_t n = 4711;
	int rc = sw_queue_count(*(int *)ctx, "deferred", &n, &why);

	if (rc >= 0 || n != 4711 || why.code != -rc)
		return -1;
	return rc;
}

static void a_queue_that_may_not_be_read_is_not_an_empty_one(void **state)
{
	static const struct {
		const char *what;
		const char *closed;
	} rows[] = {
		{ "the queue", "/deferred" },
		{ "one hash directory of it", "/deferred/B" },
		{ "one below that", "/deferred/A/C" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		int spool;

		host_file(&h, "/deferred/A/C/AAAAAA1", "");
		host_file(&h, "/deferred/B/BBBBBB1", "");
		assert_int_equal(chmod(host_path(&h, "/"), 0755), 0);
		assert_int_equal(chmod(host_path(&h, rows[i].closed), 0), 0);
		spool = open_spool(&h);
		want_number(rows[i].what, as_nobody(count_as_nobody, &spool), -EACCES);
		close(spool);
		assert_int_equal(chmod(host_path(&h, rows[i].closed), 0755), 0);
		host_remove(&h);
	}
}

static void directories_deeper_than_postfix_makes_them_end(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[256] = "/deferred";

	(void)state;
	for (int depth = 0; depth < 40; depth++) {
		strcat(path, "/A");
		if (depth == 9)
			host_file(&h, "/deferred/A/A/A/A/A/A/A/A/A/A/AAAAAA1", "");
		if (depth == 10)
			host_file(&h, "/deferred/A/A/A/A/A/A/A/A/A/A/A/AAAAAA3", "");
	}
	strcat(path, "/AAAAAA2");
	host_file(&h, path, "");
	want_count("the one at depth 10", &h, "deferred", 1);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_file_s_name_is_a_queue_id),
		cmocka_unit_test(messages_are_counted_at_any_hash_depth),
		cmocka_unit_test(a_hash_directory_may_be_a_link),
		cmocka_unit_test(what_is_no_message_is_not_counted),
		cmocka_unit_test(what_vanishes_meanwhile_is_normal),
		cmocka_unit_test(what_the_function_returns_ends_it),
		cmocka_unit_test(a_queue_that_may_not_be_read_is_not_an_empty_one),
		cmocka_unit_test(directories_deeper_than_postfix_makes_them_end),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
