/*
 * Also a program of its own, for tests/system/dirs.sh and for measuring:
 *     test_dirs MOUNTPOINT BUDGET_MS [DIRECTORY...]
 * prints what sw_inode_dirs_scan() finds, one `name value` a line, and inode_dirs_below() of
 * each directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "inode/dirs.h"
#include "test.h"

enum { NO_HURRY_MS = 50000 };

/* n empty files in a directory, which is made with all above it. */
static void files(const struct sw_host *h, const char *directory, int n)
{
	char path[2048];
	int fd;

	snprintf(path, sizeof(path), "%s/0", directory);
	host_file(h, path, "");
	fd = open(host_path(h, directory), O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	for (int i = 1; i < n; i++) {
		int file;

		snprintf(path, sizeof(path), "%d", i);
		file = openat(fd, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(file >= 0);
		close(file);
	}
	close(fd);
}

/* A queue hashed one level deep, n messages in each of the 16 directories. */
static void queue(const struct sw_host *h, const char *directory, int n)
{
	for (int i = 0; i < 16; i++) {
		char path[2048];

		snprintf(path, sizeof(path), "%s/%X", directory, (unsigned)i);
		files(h, path, n);
	}
}

static void scan(const struct sw_host *h, const char *mount_point, struct sw_inode_dirs *ret)
{
	struct sw_fault why = { 0 };

	want_number("scan", sw_inode_dirs_scan(h, mount_point, 0, NO_HURRY_MS, ret, &why), 0);
	want_number("cut", ret->cut, false);
	want_number("unread", ret->unread, 0);
	want_number("unreadable", ret->unreadable, 0);
}

static uint64_t below(const struct sw_inode_dirs *hogs, const char *path)
{
	uint64_t n = 0;

	if (!inode_dirs_below(hogs, raw_of(path), &n))
		fail_msg("%s: got nothing", path);
	return n;
}

static void the_answer_is_the_deepest_directory_that_explains_it(void **state)
{
	/* directory and number of files in it, `q` before it for a hashed queue of 16 times that */
	static const struct {
		const char *what;
		const char *in;
		const char *want; /* path=inodes, the largest first */
	} rows[] = {
		{ "twin files", "q/var/spool/postfix/deferred=9 q/var/spool/postfix/defer=9 /usr=9",
		  "/var/spool/postfix=323" },
		{ "a queue alone",
		  "q/var/spool/postfix/deferred=9 /var/spool/postfix/hold=2 /usr=5",
		  "/var/spool/postfix/deferred=161" },
		{ "a chain", "/a/b/c/d/e=100 /a/f=3 /g=2", "/a/b/c/d/e=101" },
		{ "two causes below one directory",
		  "/var/lib/php/sessions=90 /var/spool/x/new=60 /usr=9",
		  "/var/lib/php/sessions=91 /var/spool/x/new=61 /usr=10" },
		{ "files beside directories", "/a=60 /a/b=30 /a/c=10", "/a=103" },
		{ "all in the mount point", "/=50 /a=1", "/=53" },
		{ "equal homes",
		  "/home/a=9 /home/b=9 /home/c=9 /home/d=9 /home/e=9 /home/f=9 /home/g=9 /home/h=9",
		  "/home=81" },
		{ "homes, one of which leads on",
		  "/home/a=9 /home/b=9 /home/c=9 /home/d/Mail/cur=40 /home/e=9 /home/f=9",
		  "/home/d/Mail/cur=41 /home/a=10 /home/b=10 /home/c=10 /home/e=10 /home/f=10" },
		{ "children of the mount point", "/b=50 /a=50", "/a=51 /b=51" },
		{ "twin files in the mount point", "q/defer=9 q/deferred=9",
		  "/deferred=161 /defer=161" },
		{ "a small one is none", "/a=100 /b=4", "/a=101" },
		{ "most of most of it", "/a/b/c/d/e=81 /a/b/c/d=18 /a/b/c=24 /a/b=30 /a=37",
		  "/a/b/c/d=101" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].in);
		struct sw_raw word;
		struct sw_inode_dirs hogs;
		char got[2048] = "";

		while (raw_word(&rest, " ", &word)) {
			size_t at = raw_find(word, '=');
			bool hashed = word.p[0] == 'q';
			uint64_t n;
			char path[128];

			assert_true(num_from(raw_skip(word, at + 1), &n));
			snprintf(path, sizeof(path), "%.*s", (int)at - hashed, word.p + hashed);
			(hashed ? queue : files)(&h, strcmp(path, "/") ? path : "", (int)n);
		}
		scan(&h, "/", &hogs);
		for (size_t k = 0; k < hogs.n; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%.*s=%llu",
				 k ? " " : "", (int)hogs.item[k].path_n, hogs.item[k].path,
				 (unsigned long long)hogs.item[k].inodes);
		want_text(rows[i].what, got, rows[i].want);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
	}
}

static void an_inode_counts_once(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;

	(void)state;
	files(&h, "/a", 100);
	files(&h, "/b", 10);
	for (int i = 0; i < 100; i++) {
		char from[8192];
		char to[64];

		snprintf(to, sizeof(to), "/a/%d", i);
		snprintf(from, sizeof(from), "%s", host_path(&h, to));
		snprintf(to, sizeof(to), "/%s/twin%d", i % 2 ? "a" : "b", i);
		assert_int_equal(link(from, host_path(&h, to)), 0);
	}
	scan(&h, "/", &hogs);
	want_number("counted", hogs.counted, 1 + 2 + 110);
	want_number("sum", below(&hogs, "/a") + below(&hogs, "/b"), 112);
	want_number("uncertain", hogs.uncertain, 0);
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void add_child(struct sw_raw name, uint64_t inodes, void *ctx)
{
	char *text = ctx;

	snprintf(text + strlen(text), 64, "%.*s=%d;", (int)name.n, name.p, (int)inodes);
}

static void parts_can_be_asked_for(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;
	uint64_t n;
	char got[256] = "";

	(void)state;
	queue(&h, "/var/spool/postfix/deferred", 5);
	queue(&h, "/var/spool/postfix/defer", 4);
	scan(&h, "/var/spool", &hogs);
	want_raw("hog", inode_dir_path(&hogs.item[0]), "/var/spool/postfix");
	want_number("share", hogs.item[0].percent * 100, 100.0 * 100 * 179 / 180);
	want_number("deferred", below(&hogs, "/var/spool/postfix/deferred"), 16 * 6 + 1);
	want_number("defer", below(&hogs, "/var/spool/postfix/defer/"), 16 * 5 + 1);
	want_number("one hash directory", below(&hogs, "/var/spool/postfix/defer/A"), 5);
	want_number("the mount point", below(&hogs, "/var/spool"), hogs.counted);
	want_number("directories", hogs.directories, 2 + 2 * 17);
	assert_false(inode_dirs_below(&hogs, raw_of("/var/spool/none"), &n));
	assert_false(inode_dirs_below(&hogs, raw_of("/var/spoolpostfix"), &n));
	assert_false(inode_dirs_below(&hogs, raw_of("/var"), &n));
	assert_false(inode_dirs_below(&hogs, raw_of(""), &n));
	assert_true(inode_dirs_children(&hogs, raw_of("/var/spool/postfix"), add_child, got));
	want_in("children", got, "deferred=97;");
	want_in("children", got, "defer=81;");
	assert_false(inode_dirs_children(&hogs, raw_of("/x"), add_child, got));
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void any_byte_is_a_name(void **state)
{
	static const char *const names[] = { "/a\nb.value 1", "/\x1b[31m", "/#;$(reboot)", "/ ",
					     "/\xff",	      "/..." };
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(names); i++)
		files(&h, names[i], 20);
	scan(&h, "/", &hogs);
	want_number("hogs", hogs.n, SW_COUNT(names));
	for (size_t i = 0; i < SW_COUNT(names); i++)
		want_number(names[i], below(&hogs, names[i]), 21);
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void a_path_that_is_too_long_is_part_of_one_above(void **state)
{
	struct sw_host h = host_new(NULL);
	char path[2048] = "";
	struct sw_inode_dirs hogs;

	(void)state;
	while (strlen(path) < SW_INODE_DIR_PATH + 100)
		snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%0200d", 1);
	files(&h, path, 300);
	scan(&h, "/", &hogs);
	want_number("hogs", hogs.n, 1);
	want_number("length", hogs.item[0].path_n, SW_INODE_DIR_PATH / 201 * 201);
	want_number("inodes", hogs.item[0].inodes, 302);
	want_number("whole path", below(&hogs, path), 301);
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void what_is_no_mount_point_is_a_fault(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	host_file(&h, "/file", "");
	for (size_t i = 0; i < 3; i++) {
		const char *in[] = { "/none", "/file", "relative" };
		int want[] = { -ENOENT, -ENOTDIR, -EINVAL };
		struct sw_fault why = { 0 };
		struct sw_inode_dirs hogs;

		want_number(in[i], sw_inode_dirs_scan(&h, in[i], 0, NO_HURRY_MS, &hogs, &why),
			    want[i]);
		want_in(in[i], why.text.s, in[i]);
		sw_inode_dirs_free(&hogs); /* does no harm */
	}
	host_remove(&h);
}

static void without_time_it_says_so(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_inode_dirs hogs;

	(void)state;
	files(&h, "/a", 10);
	want_number("scan", sw_inode_dirs_scan(&h, "/", 0, 0, &hogs, &why), 0);
	want_number("cut", hogs.cut, true);
	want_number("unread", hogs.unread, 1);
	want_number("counted", hogs.counted, 1);
	want_raw("hog", inode_dir_path(&hogs.item[0]), "/");
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static int scan_as_nobody(void *ctx)
{
	struct sw_fault why = { 0 };
	struct sw_inode_dirs hogs;
	uint64_t n = 0;
	int rc = sw_inode_dirs_scan(ctx, "/", 0, NO_HURRY_MS, &hogs, &why);

	if (rc < 0)
		return rc;
	/* /closed counts itself; of /names the names can be read and no directory in it */
	if (hogs.unreadable != 2 || hogs.counted != 1 + 5 + 1 + 3 + 3 || hogs.cut ||
	    hogs.first.code != EACCES || !strstr(hogs.first.text.s, "below /: read ") ||
	    !inode_dirs_below(&hogs, raw_of("/closed"), &n) || n != 1)
		rc = -EPROTO;
	sw_inode_dirs_free(&hogs);
	return rc;
}

static void what_cannot_be_read_is_counted(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	assert_int_equal(chmod(h.root_path, 0755), 0);
	files(&h, "/open", 4);
	files(&h, "/closed", 50);
	files(&h, "/names/below", 60);
	files(&h, "/open2", 2);
	host_file(&h, "/names/file", "");
	assert_int_equal(chmod(host_path(&h, "/closed"), 0), 0); /* for its owner too */
	assert_int_equal(chmod(host_path(&h, "/names"), 0444), 0);
	want_number("as nobody", as_nobody(scan_as_nobody, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/closed"), 0700), 0);
	assert_int_equal(chmod(host_path(&h, "/names"), 0700), 0);
	host_remove(&h);
}

static void print_item(const struct sw_inode_dir *item)
{
	printf("hog %ju %.1f %s\n", (uintmax_t)item->inodes, item->percent,
	       sw_label_from(inode_dir_path(item)).s);
	for (size_t k = 0; k < item->patterns; k++)
		printf("pattern %ju %ju %s\n", (uintmax_t)item->pattern[k].inodes,
		       (uintmax_t)item->pattern[k].directories,
		       sw_label_from(raw_from(item->pattern[k].path, item->pattern[k].path_n)).s);
	if (item->owner.looked)
		printf("owner %ju %.3f %.3f\n", (uintmax_t)item->owner.uid, item->owner.share,
		       item->owner.error);
}

static int print_scan(int argc, char **argv)
{
	static const char *const none[] = { NULL };
	struct timespec from, to;
	struct sw_fault why = { 0 };
	struct sw_host h;
	struct sw_inode_dirs hogs;
	uint64_t ms;

	alarm(0);
	if (argc < 3 || !num_from(raw_of(argv[2]), &ms) || host_open(&h, none, &why) < 0)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (sw_inode_dirs_scan(&h, argv[1], 0, (unsigned)ms, &hogs, &why) < 0) {
		printf("fault %s\n", why.text.s);
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	fprintf(stderr, "%.1f ms\n",
		(double)(to.tv_sec - from.tv_sec) * 1e3 +
			(double)(to.tv_nsec - from.tv_nsec) / 1e6);
	printf("counted %ju\ndirectories %ju\nunreadable %ju\nmounts %ju\nunread %ju\ncut %d\n"
	       "uncertain %ju\n",
	       (uintmax_t)hogs.counted, (uintmax_t)hogs.directories, (uintmax_t)hogs.unreadable,
	       (uintmax_t)hogs.mounts, (uintmax_t)hogs.unread, hogs.cut, (uintmax_t)hogs.uncertain);
	if (hogs.first.code)
		printf("first %s\n", hogs.first.text.s);
	for (size_t i = 0; i < hogs.n; i++)
		print_item(&hogs.item[i]);
	for (int i = 3; i < argc; i++)
		if (inode_dirs_below(&hogs, raw_of(argv[i]), &ms))
			printf("below %ju %s\n", (uintmax_t)ms, sw_label_from(raw_of(argv[i])).s);
	sw_inode_dirs_free(&hogs);
	host_close(&h);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_answer_is_the_deepest_directory_that_explains_it),
		cmocka_unit_test(an_inode_counts_once),
		cmocka_unit_test(parts_can_be_asked_for),
		cmocka_unit_test(any_byte_is_a_name),
		cmocka_unit_test(a_path_that_is_too_long_is_part_of_one_above),
		cmocka_unit_test(what_is_no_mount_point_is_a_fault),
		cmocka_unit_test(without_time_it_says_so),
		cmocka_unit_test(what_cannot_be_read_is_counted),
	};

	if (argc > 1)
		return print_scan(argc, argv);
	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("hogs", tests, NULL, NULL);
}
