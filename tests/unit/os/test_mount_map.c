#include <unistd.h>

#include "os/mount_map.h"
#include "test.h"

/* "ID PARENT POINT TYPE" */
#define AT(id, parent, point, type) #id " " #parent " 0:" #id " / " point " rw - " type " x rw\n"

static struct mount_map map;
static struct sw_host h;

static int set_up(const char *table)
{
	struct sw_fault why = { 0 };
	size_t bad = 0;
	int rc;

	h = host_new(NULL);
	host_file(&h, "/proc/self/mountinfo", table);
	rc = mount_map_read(&h, &map, &bad, &why);
	want_number("bad lines", bad, 0);
	host_remove(&h);
	return rc;
}

static const char *point_of(size_t i)
{
	static char text[64];

	if (i == MOUNT_MAP_NONE)
		return "none";
	snprintf(text, sizeof(text), "%.*s %u", (int)map.item[i].point.n, map.item[i].point.p,
		 map.item[i].minor);
	return text;
}

static void a_path_lies_on_the_deepest_mount_above_it(void **state)
{
	static const struct {
		const char *path;
		const char *on, *of;
	} rows[] = {
		{ "/", "/ 1", "/ 1" },
		{ "/x", "none", "/ 1" },
		{ "/srv", "/srv 3", "/srv 3" },
		{ "/srvx", "none", "/ 1" },
		{ "/srv/", "none", "/srv 3" },
		{ "/srv/a/b/c", "none", "/srv/a 4" },
		{ "/srv/a", "/srv/a 4", "/srv/a 4" },
		{ "/srv/ab", "none", "/srv 3" },
	};

	(void)state;
	want_number("read",
		    set_up(AT(1, 0, "/", "ext4") AT(2, 1, "/srv", "ext4") AT(3, 2, "/srv", "xfs")
				   AT(4, 3, "/srv/a", "ext4")),
		    0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_text(rows[i].path, point_of(mount_map_on(&map, raw_of(rows[i].path))),
			  rows[i].on);
		want_text(rows[i].path, point_of(mount_map_of(&map, raw_of(rows[i].path))),
			  rows[i].of);
	}
	mount_map_free(&map);
}

static void a_way_through_a_doubtful_mount_is_doubtful(void **state)
{
	static const struct {
		const char *path;
		const char *doubt, *with_autofs;
	} rows[] = {
		{ "/", "none", "none" },
		{ "/local/x", "none", "none" },
		{ "/proc/1", "none", "none" },
		{ "/net", "none", "/net 4" },
		{ "/net/host/x", "/net/host 5", "/net 4" },
		{ "/nfs", "/nfs 6", "/nfs 6" },
		{ "/nfsx", "none", "none" },
		{ "/nfs/below/it", "/nfs 6", "/nfs 6" },
		{ "/over/x", "none", "none" }, /* the local one lies over it */
	};

	(void)state;
	want_number("read",
		    set_up(AT(1, 0, "/", "nfs") AT(2, 1, "/local", "ext4") AT(3, 1, "/proc", "proc")
				   AT(4, 1, "/net", "autofs") AT(5, 4, "/net/host", "nfs4")
					   AT(6, 1, "/nfs", "cifs") AT(7, 6, "/nfs/below", "tmpfs")
						   AT(8, 1, "/over", "fuse.sshfs")
							   AT(9, 8, "/over", "ext4")),
		    0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw path = raw_of(rows[i].path);

		want_text(rows[i].path, point_of(mount_map_doubt(&map, path, false)),
			  rows[i].doubt);
		want_text(rows[i].path, point_of(mount_map_doubt(&map, path, true)),
			  rows[i].with_autofs);
	}
	mount_map_free(&map);
}

static void what_covers_a_mount_is_known(void **state)
{
	/* the root came after /proc and does not cover it; 8 came before what it hangs on */
	static const char *const want[] = { "none",	 "none", "/srv 3", "none", "/home/a 7",
					    "/home/a 7", "none", "none",   "none", "none" };

	(void)state;
	want_number("read",
		    set_up(AT(9, 1, "/proc", "proc") AT(1, 0, "/", "ext4") AT(2, 1, "/srv", "ext4")
				   AT(3, 2, "/srv", "xfs") AT(4, 1, "/home/a",
							      "ext4") AT(5, 4, "/home/a/b", "ext4")
					   AT(6, 1, "/home", "tmpfs") AT(7, 6, "/home/a", "tmpfs")
						   AT(8, 10, "/n/x", "xfs") AT(10, 1, "/n", "xfs")),
		    0);
	for (size_t i = 0; i < map.n; i++)
		want_text(want[i], point_of(mount_map_cover(&map, i)), want[i]);
	mount_map_free(&map);
	want_number("read",
		    set_up(AT(1, 0, "/", "ext4") AT(4, 1, "/home/a", "ext4")
				   AT(5, 4, "/home/a/b", "ext4") AT(6, 1, "/home", "tmpfs")),
		    0);
	want_text("below", point_of(mount_map_cover(&map, 1)), "/home 6");
	want_text("and what hangs on it", point_of(mount_map_cover(&map, 2)), "/home 6");
	mount_map_free(&map);
}

static void a_mark_is_of_one_mount_and_not_of_the_next_on_its_point(void **state)
{
	uint64_t first;

	(void)state;
	want_number("read", set_up(AT(7, 1, "/srv", "nfs")), 0);
	first = mount_map_mark(&map, 0);
	mount_map_free(&map);
	want_number("read", set_up(AT(7, 1, "/srv", "nfs")), 0);
	want_number("the same", mount_map_mark(&map, 0) == first, true);
	mount_map_free(&map);
	want_number("read", set_up(AT(8, 1, "/srv", "nfs")), 0);
	want_number("another", mount_map_mark(&map, 0) == first, false);
	mount_map_free(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_lies_on_the_deepest_mount_above_it),
		cmocka_unit_test(a_way_through_a_doubtful_mount_is_doubtful),
		cmocka_unit_test(what_covers_a_mount_is_known),
		cmocka_unit_test(a_mark_is_of_one_mount_and_not_of_the_next_on_its_point),
	};

	return cmocka_run_group_tests_name("mount map", tests, NULL, NULL);
}
