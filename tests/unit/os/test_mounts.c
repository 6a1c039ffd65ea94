#include <errno.h>
#include <stdlib.h>

#include "os/mounts.h"
#include "test.h"

struct seen {
	int mounts;
	struct mount first;
	struct mount last;
	int stop_after;
};

static int look(const struct mount *m, void *ctx)
{
	struct seen *seen = ctx;

	if (seen->mounts++ == 0)
		seen->first = *m;
	seen->last = *m;
	return seen->mounts == seen->stop_after ? 42 : 0;
}

/* The table in memory exactly as long as it is, so that the sanitizer sees a read behind it. */
static char *exact(const char *text, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, text, n);
	return copy;
}

static void a_line_is_read_as_the_kernel_writes_it(void **state)
{
	static const struct {
		const char *line;
		const char *point;
		const char *type;
		const char *device;
		unsigned major, minor;
		const char *root, *options;
	} rows[] = {
		{ "36 35 98:0 / / rw,noatime - ext4 /dev/root rw", "/", "ext4", "/dev/root", 98, 0,
		  "/", "rw" },
		{ "36 35 98:0 /sub /mnt2 rw master:1 - ext3 /dev/root rw,errors=continue\n",
		  "/mnt2", "ext3", "/dev/root", 98, 0, "/sub", "rw,errors=continue" },
		{ "36 35 8:1 /a\\040b/c /m rw - autofs auto.x rw,timeout=300 more", "/m", "autofs",
		  "auto.x", 8, 1, "/a b/c", "rw,timeout=300" },
		{ "1 0 0:1 / /x rw shared:1 master:2 propagate_from:3 unbindable - tmpfs tmpfs rw",
		  "/x", "tmpfs", "tmpfs", 0, 1 },
		{ "1 0 259:4095 / /a\\040b rw - ext4 /dev/x\\040y rw", "/a b", "ext4", "/dev/x y",
		  259, 4095 },
		{ "1 0 8:1 / /a\\011b\\012c\\134d\\043e rw - ext4 d rw", "/a\tb\nc\\d#e", "ext4",
		  "d", 8, 1 },
		{ "1 0 8:1 / /a#b rw - ext4 d rw", "/a#b", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /end\\040 rw - ext4 d rw", "/end ", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /no\\z40 rw - ext4 d rw", "/no\\z40", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /m rw - ext4 d\\04", "/m", "ext4", "d\\04", 8, 1 },
		{ "1 0 8:1 / /m - - ext4 d rw", "/m", "ext4", "d", 8, 1 }, /* options of one byte */
		{ "1 0 8:1 / /a\\077\\007\\170\\777 rw - ext4 d rw", "/a?\ax\xff", "ext4", "d", 8,
		  1 },
		{ "1 0 8:1 / /no\\0z0 rw - ext4 d rw", "/no\\0z0", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /no\\04z rw - ext4 d rw", "/no\\04z", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /no\\080 rw - ext4 d rw", "/no\\080", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /no\\04 rw - ext4 d rw", "/no\\04", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /no\\089 rw - ext4 d rw", "/no\\089", "ext4", "d", 8, 1 },
		{ "1 0 8:1 / /empty rw - tmpfs  rw", "/empty", "tmpfs", "", 8, 1 },
		{ "1 0 8:1 / /short rw - tmpfs", "/short", "tmpfs", "", 8, 1 },
		{ "1 0 0:50 / /n rw - nfs4 server:/ex-port rw", "/n", "nfs4", "server:/ex-port", 0,
		  50 },
		{ "1 0 8:1 / /- rw - ext4 - rw", "/-", "ext4", "-", 8, 1 },
		{ "1 0 8:1 / /\303\274\377 rw - ext4 d rw", "/\303\274\377", "ext4", "d", 8, 1 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *table = exact(rows[i].line, strlen(rows[i].line));
		struct seen seen = { 0 };
		size_t bad = 0;

		want_number(rows[i].line,
			    mounts_parse(table, strlen(rows[i].line), look, &seen, &bad), 0);
		want_number(rows[i].line, bad, 0);
		want_number(rows[i].line, seen.mounts, 1);
		want_raw(rows[i].line, seen.last.point, rows[i].point);
		want_raw(rows[i].line, seen.last.type, rows[i].type);
		want_raw(rows[i].line, seen.last.device, rows[i].device);
		want_number(rows[i].line, seen.last.major, rows[i].major);
		want_number(rows[i].line, seen.last.minor, rows[i].minor);
		if (rows[i].root) {
			want_number(rows[i].line, seen.last.id, 36);
			want_number(rows[i].line, seen.last.parent, 35);
			want_raw(rows[i].line, seen.last.root, rows[i].root);
			want_raw(rows[i].line, seen.last.options, rows[i].options);
		}
		free(table);
	}
}

static void what_systemd_hides_is_known_by_its_root(void **state)
{
	static const struct {
		const char *line;
		bool want;
	} rows[] = {
		{ "1 0 0:2 /systemd/inaccessible/dir /home rw - tmpfs tmpfs rw", true },
		{ "1 0 0:2 /systemd/inaccessible/reg /etc/x rw - tmpfs tmpfs rw", true },
		{ "1 0 0:2 /run/systemd/inaccessible/dir /home rw - tmpfs tmpfs rw", true },
		{ "1 0 0:2 / /root rw - tmpfs tmpfs rw", true },
		{ "1 0 0:2 / /run/user rw - tmpfs tmpfs rw", true },
		{ "1 0 8:1 /tmp/systemd-private-0a-x.service-B/tmp /tmp rw - ext4 d rw", true },
		{ "1 0 0:2 / /home/x rw - tmpfs tmpfs rw", false },
		{ "1 0 8:1 / /home rw - ext4 d rw", false },
		{ "1 0 8:1 /systemd /home rw - ext4 d rw", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char *table = exact(rows[i].line, strlen(rows[i].line));
		struct seen seen = { 0 };
		size_t bad = 0;

		want_number(rows[i].line,
			    mounts_parse(table, strlen(rows[i].line), look, &seen, &bad), 0);
		want_number(rows[i].line, mount_is_of_systemd(&seen.last), rows[i].want);
		free(table);
	}
}

static void another_line_is_skipped_and_counted(void **state)
{
	static const char *const rows[] = {
		"x",
		"36 35 98:0 / /m rw",		   /* ends early */
		"36 35 98:0 / /m rw master:1",	   /* no dash */
		"36 35 98:0 / /m rw -",		   /* no type */
		"36 35 98:0 / /m rw -  dev rw",	   /* an empty type */
		"36 35 980 / /m rw - ext4 dev rw", /* no colon */
		"36 35 a:b / /m rw - ext4 dev rw", /* no numbers */
		"36 35 -1:0 / /m rw - ext4 dev rw",
		"36 35 99999999999:0 / /m rw - ext4 dev rw", /* not 32 bits */
		"36 35 98:99999999999999999999 / /m rw - ext4 dev rw",
		"x 35 98:0 / /m rw - ext4 dev rw", /* no numbers of mounts */
		"36 -1 98:0 / /m rw - ext4 dev rw",
		"36 35 98:0 / m rw - ext4 dev rw",	  /* not absolute */
		"36 35 98:0 /  rw - ext4 dev rw",	  /* no mount point */
		"36 35 98:0 / /m\\000n rw - ext4 dev rw", /* a NUL would cut the path */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char text[512];
		char *table;
		struct seen seen = { 0 };
		size_t bad = 0;
		size_t n = (size_t)snprintf(text, sizeof(text),
					    "%s\n1 0 8:1 / / rw - ext4 d rw\n%s", rows[i], rows[i]);

		table = exact(text, n);
		want_number(rows[i], mounts_parse(table, n, look, &seen, &bad), 0);
		want_number(rows[i], bad, 2);
		want_number(rows[i], seen.mounts, 1);
		want_raw(rows[i], seen.last.point, "/");
		free(table);
	}
}

static void lines_come_in_the_order_of_the_table(void **state)
{
	char table[] = "1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /b rw - ext4 b rw\n"
		       "3 1 8:3 / /c rw - ext4 c rw\n";
	char again[sizeof(table)];
	struct seen seen = { 0 };
	struct seen two = { .stop_after = 2 };
	size_t bad = 0;

	(void)state;
	memcpy(again, table, sizeof(table));
	want_number("all", mounts_parse(table, strlen(table), look, &seen, &bad), 0);
	want_number("all", seen.mounts, 3);
	want_raw("first", seen.first.point, "/");
	want_raw("last", seen.last.point, "/c");
	want_number("two", mounts_parse(again, strlen(again), look, &two, &bad), 42);
	want_raw("two", two.last.point, "/b");
	want_number("empty", mounts_parse(table, 0, look, &seen, &bad), 0);
	want_number("empty", seen.mounts, 3);
	want_number("bad", bad, 0);
}

static void the_table_is_that_of_the_host(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct seen seen = { 0 };
	struct sw_raw table;
	size_t bad = 0;

	(void)state;
	want_number("none", mounts_read(&h, &table, &why), -ENOENT);
	want_in("none", why.text.s, "/proc/self/mountinfo");
	host_file(&h, "/proc/self/mountinfo", "1 0 8:1 / /a\\040b rw - ext4 /dev/sda1 rw\nx\n");
	why.code = 0;
	want_number("one", mounts_read(&h, &table, &why), 0);
	want_number("one", mounts_parse((char *)table.p, table.n, look, &seen, &bad), 0);
	want_raw("one", seen.last.point, "/a b");
	want_number("one", bad, 1);
	free((char *)table.p);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_as_the_kernel_writes_it),
		cmocka_unit_test(what_systemd_hides_is_known_by_its_root),
		cmocka_unit_test(another_line_is_skipped_and_counted),
		cmocka_unit_test(lines_come_in_the_order_of_the_table),
		cmocka_unit_test(the_table_is_that_of_the_host),
	};

	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
