/* Which paths lead through a mount that may not answer; that none is waited for: tests/system. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/reach.h"
#include "test.h"

static const char mountinfo[] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
				"2 1 0:50 / /mnt/nfs rw - nfs server:/export rw\n"
				"3 1 0:51 / /auto rw - autofs maps rw\n"
				"4 1 8:2 / /data rw - xfs /dev/sdb1 rw\n"
				"5 4 0:52 / /data/remote rw - fuse.sshfs host: rw\n";

enum { LINKS = 41 }; /* one more than the kernel follows */

static struct sw_host host_of_mounts(const char *table)
{
	struct sw_host h = host_new(NULL);
	char name[32];
	char target[32] = "/mnt/nfs";

	h.copied = false; /* copies are not watched */
	host_file(&h, "/proc/self/mountinfo", table);
	host_file(&h, "/mnt/other/x", "");
	host_file(&h, "/a/b/x", "");
	host_file(&h, "/data/x", "");
	assert_int_equal(symlink("/mnt/nfs/log", host_path(&h, "/absolute")), 0);
	assert_int_equal(symlink("../../mnt/nfs", host_path(&h, "/a/b/up")), 0);
	assert_int_equal(symlink("../../../../mnt/nfs", host_path(&h, "/a/b/above")), 0);
	assert_int_equal(symlink("b/up/./y", host_path(&h, "/a/twice")), 0);
	assert_int_equal(symlink("b", host_path(&h, "/a/sure")), 0);
	assert_int_equal(symlink("loop", host_path(&h, "/loop")), 0);
	for (int i = LINKS; i > 0; i--) {
		snprintf(name, sizeof(name), "/link%d", i);
		assert_int_equal(symlink(target, host_path(&h, name)), 0);
		snprintf(target, sizeof(target), "link%d", i);
	}
	return h;
}

static void a_path_is_as_sure_as_what_it_leads_through(void **state)
{
	static const struct {
		const char *path;
		bool want;
	} rows[] = {
		{ "/", true },
		{ "/mnt", true },
		{ "/mnt/other/x", true },
		{ "/mnt/nfs", false },
		{ "/mnt/nfs/", false },
		{ "/mnt/nfs/a/b", false },
		{ "/mnt/nfs2", true },
		{ "//mnt//nfs//x", false },
		{ "mnt/nfs/x", false },
		{ "mnt/other", true },
		{ "/./mnt/./nfs", false },
		{ "/mnt/other/../nfs", false },
		{ "/mnt/none/../nfs", true }, /* can't be opened */
		{ "/../../mnt/nfs", false },
		{ "/mnt/nfs/../other", false }, /* who asks for .. has come there */
		{ "/auto/x", false },
		{ "/data/x", true },
		{ "/data/remote/x", false },
		{ "/data/../mnt/nfs", false },
		{ "/data/../mnt/other", true },
		{ "/absolute", false },
		{ "/absolute/x", false },
		{ "/absolutely", true },
		{ "/a/b/up", false },
		{ "/a/b/above/x", false },
		{ "/a/twice", false },
		{ "/a/sure/x", true },
		{ "/a/sure/up/x", false },
		{ "/loop", true },
		{ "/link2", false },
		{ "/link1", true }, /* too many for the kernel */
	};
	struct sw_host h = host_of_mounts(mountinfo);

	(void)state;
	reach_begin(&h);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].path, reach_is_sure(&h, rows[i].path), rows[i].want);
	reach_end(&h);
	host_remove(&h);
}

/* The kernel takes no path of PATH_MAX bytes. */
static void a_path_that_is_too_long_holds_nobody_up(void **state)
{
	struct sw_host h = host_of_mounts(mountinfo);
	char path[5000] = "/mnt/nfs/";

	(void)state;
	reach_begin(&h);
	for (size_t n = 9; n < sizeof(path) - 1; n++) {
		path[n] = n % 200 ? 'x' : '/';
		path[n + 1] = '\0';
		if (n + 1 < 4000 || n + 1 > 4100)
			want_number(path, reach_is_sure(&h, path), n + 1 > 4100);
	}
	reach_end(&h);
	host_remove(&h);
}

static void nobody_watches_where_nothing_can_be_known(void **state)
{
	struct sw_host h = host_of_mounts("");

	(void)state;
	want_number("nobody watches", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_begin(&h);
	want_number("an empty table", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_end(&h);
	assert_int_equal(unlink(host_path(&h, "/proc/self/mountinfo")), 0);
	reach_begin(&h);
	want_number("no table", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_end(&h);
	host_file(&h, "/proc/self/mountinfo", mountinfo);
	reach_begin(&h);
	want_number("it is there", reach_is_sure(&h, "/mnt/nfs"), false);
	reach_end(&h);
	h.copied = true;
	reach_begin(&h);
	want_number("a copy", reach_is_sure(&h, "/mnt/nfs"), true);
	reach_end(&h);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_as_sure_as_what_it_leads_through),
		cmocka_unit_test(a_path_that_is_too_long_holds_nobody_up),
		cmocka_unit_test(nobody_watches_where_nothing_can_be_known),
	};

	return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
