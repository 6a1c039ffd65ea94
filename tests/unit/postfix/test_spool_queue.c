#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pieces.h"
#include "postfix/spool.h"
#include "test.h"

static void a_queue_directory_has_a_queue(void **state)
{
	static const struct {
		const char *file;
		bool want;
	} rows[] = {
		{ "/q/x", false },	  { "/q/active/x", true }, { "/q/hold/x", true },
		{ "/q/corrupt/x", true }, { "/q/defer/x", false }, { "/q/public/x", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		int fd;

		host_file(&h, rows[i].file, "");
		fd = host_openat(&h, "/q", O_PATH | O_DIRECTORY, &why);
		want_number(rows[i].file, spool_is_queue_directory(fd), rows[i].want);
		close(fd);
		host_remove(&h);
	}
}

static int is_queue(void *ctx)
{
	struct sw_fault why = { 0 };
	int fd = host_openat(ctx, "/q", O_PATH | O_DIRECTORY, &why);

	return spool_is_queue_directory(fd) ? -EALREADY : 0;
}

static void one_that_may_not_be_searched_counts_as_a_queue_directory(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/q/x", "");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("searched", as_nobody(is_queue, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/q"), 0), 0);
	want_number("not searched", as_nobody(is_queue, &h), -EALREADY);
	assert_int_equal(chmod(host_path(&h, "/q"), 0755), 0);
	host_remove(&h);
}

static int moved_of(void *ctx)
{
	struct sw_fault why = { 0 };
	struct spool s;
	int64_t moved;

	if (spool_open(ctx, &(struct spool_where){ .spooldir = "/q" }, &s, &why) < 0)
		return -EDOM;
	moved = spool_moved(&s);
	spool_close(&s);
	return moved < 0 ? (int)moved : moved > 0 ? -EALREADY : 0;
}

static void set_time(const struct sw_host *h, const char *path, int64_t seconds)
{
	const struct timespec t[2] = { { seconds, 0 }, { seconds, 0 } };

	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), t, 0), 0);
}

/* hash_queue_names: the queue's own directory never changes. */
static void a_hashed_queue_moves_in_its_directories(void **state)
{
	static const struct {
		const char *main_cf;
		int want; /* seconds before now */
	} rows[] = {
		{ "hash_queue_names = deferred, incoming\nqueue_directory = /q\n", 20 },
		{ "queue_directory = /q\n", 50 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct spool_where where = { .instance = NULL };
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct spool s;

		host_file(&h, "/etc/postfix/main.cf", rows[i].main_cf);
		host_file(&h, "/q/incoming/A/7/x", "");
		set_time(&h, "/q/incoming/A/7", h.now - 20);
		set_time(&h, "/q/incoming/A", h.now - 30);
		set_time(&h, "/q/incoming", h.now - 50);
		want_number("opened", spool_open(&h, &where, &s, &why), 0);
		want_number(rows[i].main_cf, spool_moved(&s), h.now - rows[i].want);
		spool_close(&s);
		host_remove(&h);
	}
}

/* Of directories of digits, two levels of them: the latest that is past. */
static void each_hashed_directory_counts_and_nothing_else(void **state)
{
	static const struct {
		const char *path;
		bool counts;
	} all[] = {
		{ "/q/incoming/0/0/0", false }, { "/q/incoming/0/0", true },
		{ "/q/incoming/9/F", true },	{ "/q/incoming/F/A", true },
		{ "/q/incoming/0", true },	{ "/q/incoming/9", true },
		{ "/q/incoming/F", true },	{ "/q/incoming/G", false },
		{ "/q/incoming/a", false },	{ "/q/incoming/00", false },
		{ "/q/incoming/B", false }, /* a file */
		{ "/q/incoming", true },
	};
	struct spool_where where = { .instance = NULL };
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct spool s;

	(void)state;
	host_file(&h, "/etc/postfix/main.cf",
		  "queue_directory = /q\nhash_queue_names = incoming\n");
	host_file(&h, "/q/incoming/B", "");
	for (size_t i = 0; i < SW_COUNT(all); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/x", all[i].path);
		if (!strchr(all[i].path, 'B'))
			host_file(&h, name, "");
	}
	want_number("opened", spool_open(&h, &where, &s, &why), 0);
	for (int turn = 0; turn < 400; turn++) {
		int64_t want = 0;

		for (size_t i = 0; i < SW_COUNT(all); i++) {
			int64_t when = h.now + 1 - (int64_t)pieces_draw(4);

			if (pieces_draw(2))
				when = h.now + 30 - (int64_t)pieces_draw(60);
			set_time(&h, all[i].path, when);
			if (all[i].counts && when <= h.now && when > want)
				want = when;
		}
		want_number("moved", spool_moved(&s), want);
	}
	spool_close(&s);
	host_remove(&h);
}

static int hashed_of(void *ctx)
{
	struct sw_fault why = { 0 };
	struct spool s;
	int64_t moved;

	if (spool_open(ctx, &(struct spool_where){ .instance = NULL }, &s, &why) < 0)
		return -EDOM;
	moved = spool_moved(&s);
	spool_close(&s);
	return moved < 0 ? (int)moved : moved > 0 ? -EALREADY : 0;
}

static void a_hashed_queue_that_can_not_be_looked_at_has_not_stood_still(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/etc/postfix/main.cf",
		  "queue_directory = /q\nhash_queue_names = incoming\n");
	host_file(&h, "/q/incoming/7/x", "");
	set_time(&h, "/q/incoming", h.now - 10);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("seen", as_nobody(hashed_of, &h), -EALREADY);
	assert_int_equal(chmod(host_path(&h, "/q/incoming"), 0), 0);
	want_number("not searched", as_nobody(hashed_of, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/q/incoming"), 0755), 0);
	host_remove(&h);

	h = host_new(NULL);
	host_file(&h, "/etc/postfix/main.cf",
		  "queue_directory = /q\nhash_queue_names = incoming\n");
	host_file(&h, "/q/incoming", "");
	want_number("no directory", hashed_of(&h), -ENOTDIR);
	host_remove(&h);
}

static void a_queue_moved_when_its_last_directory_changed(void **state)
{
	struct sw_host h = host_new(NULL);
	struct spool_where where = { .spooldir = "/q" };
	struct sw_fault why = { 0 };
	struct stat st;
	struct spool s;

	(void)state;
	want_number("no directory", moved_of(&h), 0);
	host_file(&h, "/q/deferred/x", "");
	want_number("none of the three", moved_of(&h), 0);
	host_file(&h, "/q/incoming/x", "");
	host_file(&h, "/q/active/x", "");
	host_file(&h, "/q/maildrop/x", "");
	set_time(&h, "/q/incoming", h.now - 50);
	set_time(&h, "/q/active", h.now - 40);
	set_time(&h, "/q/maildrop", h.now + 10); /* a restored file system, a wrong clock */
	set_time(&h, "/q/deferred", h.now - 1);
	want_number("opened", spool_open(&h, &where, &s, &why), 0);
	want_number("the latest that is past", spool_moved(&s), h.now - 40);
	set_time(&h, "/q/maildrop", h.now);
	want_number("now", spool_moved(&s), h.now);
	assert_int_equal(stat(host_path(&h, "/q/active"), &st), 0);
	want_number("owner", spool_mail_owner(&s), st.st_uid);
	if (geteuid() == 0)
		assert_int_equal(chown(host_path(&h, "/q/active"), 4242, 4242), 0);
	want_number("owner", spool_mail_owner(&s), geteuid() == 0 ? 4242 : (int64_t)st.st_uid);
	spool_close(&s);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	want_number("seen", as_nobody(moved_of, &h), -EALREADY);
	assert_int_equal(chmod(host_path(&h, "/q"), 0700), 0);
	if (geteuid() == 0) /* else it is ours */
		want_number("not seen", as_nobody(moved_of, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/q"), 0), 0);
	want_number("not seen", as_nobody(moved_of, &h), -EACCES);
	assert_int_equal(chmod(host_path(&h, "/q"), 0755), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_queue_directory_has_a_queue),
		cmocka_unit_test(one_that_may_not_be_searched_counts_as_a_queue_directory),
		cmocka_unit_test(a_hashed_queue_moves_in_its_directories),
		cmocka_unit_test(each_hashed_directory_counts_and_nothing_else),
		cmocka_unit_test(a_hashed_queue_that_can_not_be_looked_at_has_not_stood_still),
		cmocka_unit_test(a_queue_moved_when_its_last_directory_changed),
	};

	return cmocka_run_group_tests_name("spool_queue", tests, NULL, NULL);
}
