#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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
		cmocka_unit_test(a_queue_moved_when_its_last_directory_changed),
	};

	return cmocka_run_group_tests_name("spool_queue", tests, NULL, NULL);
}
