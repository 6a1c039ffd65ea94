#include "dirstext.h"

static void whose_the_files_are_is_asked_of_some(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_inode_dirs hogs;
	char path[64];

	(void)state;
	files(&h, "/few", 100);
	files(&h, "/many", 600);
	for (int i = 0; geteuid() == 0 && i < 600; i += i % 4 == 2 ? 2 : 1) {
		snprintf(path, sizeof(path), "/many/%d", i);
		assert_int_equal(chown(host_path(&h, path), 1005, 0), 0);
	}
	scan(&h, "/", &hogs);
	want_number("of many, looked at", hogs.item[0].owner.looked, 150);
	want_number("of few, looked at", hogs.item[1].owner.looked, 100);
	want_number("few", hogs.item[1].owner.uid, geteuid());
	want_number("all of them", hogs.item[1].owner.share * 100, 100);
	want_number("is exact", hogs.item[1].owner.error * 100, 0);
	want_number("many", hogs.item[0].owner.uid, geteuid() == 0 ? 1005 : geteuid());
	if (geteuid() == 0) {
		want_number("about three quarters", hogs.item[0].owner.share > 0.6, true);
		want_number("not all", hogs.item[0].owner.share < 0.9, true);
		want_number("known to some percent", hogs.item[0].owner.error * 100 > 4, true);
		want_number("and no worse", hogs.item[0].owner.error * 100 < 9, true);
	}
	sw_inode_dirs_free(&hogs);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_the_files_are_is_asked_of_some),
	};

	if (access("/dev/shm", W_OK) == 0) /* to remove a directory costs some disks milliseconds */
		setenv("TMPDIR", "/dev/shm", 0);
	return cmocka_run_group_tests_name("owners of files", tests, NULL, NULL);
}
