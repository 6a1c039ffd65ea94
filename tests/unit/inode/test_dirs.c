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
#include "dirstext.h"

static uint64_t below(const struct sw_inode_dirs *hogs, const char *path)
{
	uint64_t n = 0;

	if (!inode_dirs_below(hogs, raw_of(path), &n))
		fail_msg("%s: got nothing", path);
	return n;
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
	want_raw("hog", inode_dir_path(&hogs.item[0]), "/var/spool/postfix/deferred");
	want_number("share", hogs.item[0].percent * 100, 100.0 * 100 * 97 / 180);
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
	got[0] = '\0';
	assert_true(inode_dirs_children(&hogs, raw_of("/var/spool"), add_child, got));
	want_number("children of the top, not itself", strncmp(got, "postfix=", 8) == 0, true);
	want_text("no more than one", strchr(got, ';') + 1, "");
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

static void what_lies_in_the_mount_point_itself_is_told_by_its_path(void **state)
{
	static const struct {
		const char *point, *part,
			*none; /* a path with the name of its part, which is not in it */
	} rows[] = {
		{ "/", "/p", "p" },
		{ "/srv", "/srv/p", "/srvp" },
		{ "/srv/", "/srv/p", "/srvp" },
		{ "/srv/mail", "/srv/mail/p", "/srv/mailp" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *point = strdup(rows[i].point); /* nothing before it may be read */
		struct sw_host h = host_new(NULL);
		struct sw_inode_dirs hogs;
		uint64_t n;

		files(&h, point, 50);
		scan(&h, point, &hogs);
		want_raw("hog", inode_dir_path(&hogs.item[0]), point);
		want_number("inodes", hogs.item[0].inodes, 51);
		want_number("below it", below(&hogs, point), 51);
		sw_inode_dirs_free(&hogs);
		files(&h, rows[i].part, 100);
		scan(&h, point, &hogs);
		want_raw("hog", inode_dir_path(&hogs.item[0]), rows[i].part);
		want_number("below it", below(&hogs, rows[i].part), 101);
		want_number("of all of them", hogs.counted, 152);
		want_number(rows[i].none, inode_dirs_below(&hogs, raw_of(rows[i].none), &n), false);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
		free(point);
	}
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
	want_number("hogs", hogs.n + hogs.more, SW_COUNT(names));
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

/* The last directory has most files: of a path that is too long they are those of the one above. */
static void the_longest_path_is_told(void **state)
{
	enum { ABOVE = 802 };
	static const struct {
		const char *what;
		size_t n, told;
	} rows[] = { { "one byte less", SW_INODE_DIR_PATH - 2, SW_INODE_DIR_PATH - 2 },
		     { "as long as can be", SW_INODE_DIR_PATH - 1, SW_INODE_DIR_PATH - 1 },
		     { "one byte more", SW_INODE_DIR_PATH, ABOVE } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char path[SW_INODE_DIR_PATH + 1] = "/m";
		struct sw_inode_dirs hogs;

		for (size_t k = 2; k < rows[i].n; k++)
			path[k] = k % 200 == 2 && k <= ABOVE ? '/' : 'a';
		path[rows[i].n] = '\0';
		files(&h, path, 300);
		scan(&h, "/m", &hogs);
		want_number(rows[i].what, hogs.n, 1);
		want_number(rows[i].what, hogs.item[0].path_n, rows[i].told);
		want_number(rows[i].what, memcmp(hogs.item[0].path, path, rows[i].told), 0);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
	}
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

static void a_mount_point_is_as_long_as_a_path_that_is_told(void **state)
{
	static const struct {
		const char *what;
		size_t n;
		int want;
	} rows[] = { { "as long", SW_INODE_DIR_PATH - 1, 0 },
		     { "one byte more", SW_INODE_DIR_PATH, -EINVAL } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct sw_inode_dirs hogs;
		char path[SW_INODE_DIR_PATH + 1];

		for (size_t k = 0; k < rows[i].n; k++)
			path[k] = k % 200 && k + 1 < rows[i].n ? 'a' : '/';
		path[rows[i].n - 1] = 'z';
		path[rows[i].n] = '\0';
		files(&h, path, 3);
		want_number(rows[i].what, sw_inode_dirs_scan(&h, path, 0, NO_HURRY_MS, &hogs, &why),
			    rows[i].want);
		want_number(rows[i].what, hogs.counted, rows[i].want ? 0 : 4);
		sw_inode_dirs_free(&hogs);
		host_remove(&h);
	}
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

/* Tables of all fillings, and where names meet in them. */
static void no_secret_makes_another_pattern(void **state)
{
	static const int people[] = { 12, 13, 14, 15, 16, 23, 31 };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(people); i++) {
		struct sw_host h = host_new(NULL);
		char first[1024] = "";

		for (int k = 0; k < people[i]; k++) {
			char path[64];

			snprintf(path, sizeof(path), "/home/u%d/mail/new", k);
			files(&h, path, 3 + k % 2);
			for (int own = 0; own < 4; own++) {
				snprintf(path, sizeof(path), "/home/u%d/own%d", k, 4 * k + own);
				files(&h, path, 1);
			}
		}
		for (uint64_t secret = 0; secret < 40; secret++) {
			char got[1024] = "";
			struct sw_inode_dirs hogs;

			h.secret = (struct hash_key){ secret * UINT64_C(0x9e3779b97f4a7c15),
						      ~secret };
			scan(&h, "/", &hogs);
			tell(&hogs, got, sizeof(got));
			sw_inode_dirs_free(&hogs);
			if (secret == 0)
				snprintf(first, sizeof(first), "%s", got);
			want_text("another secret", got, first);
			want_in("a pattern", got, "/home/*/mail/new=");
		}
		host_remove(&h);
	}
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
	printf("more %ju\n", (uintmax_t)hogs.more);
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
		cmocka_unit_test(an_inode_counts_once),
		cmocka_unit_test(parts_can_be_asked_for),
		cmocka_unit_test(what_lies_in_the_mount_point_itself_is_told_by_its_path),
		cmocka_unit_test(any_byte_is_a_name),
		cmocka_unit_test(a_path_that_is_too_long_is_part_of_one_above),
		cmocka_unit_test(the_longest_path_is_told),
		cmocka_unit_test(what_is_no_mount_point_is_a_fault),
		cmocka_unit_test(a_mount_point_is_as_long_as_a_path_that_is_told),
		cmocka_unit_test(without_time_it_says_so),
		cmocka_unit_test(what_cannot_be_read_is_counted),
		cmocka_unit_test(no_secret_makes_another_pattern),
	};

	if (argc > 1)
		return print_scan(argc, argv);
	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("hogs", tests, NULL, NULL);
}
