#include <errno.h>
#include <stdlib.h>
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
				   AT(5, 4, "/home/a/b", "ext4") AT(7, 1, "/h/a", "xfs")
					   AT(6, 1, "/home", "tmpfs") AT(8, 1, "/h", "xfs")),
		    0);
	want_text("below", point_of(mount_map_cover(&map, 1)), "/home 6");
	want_text("of two letters", point_of(mount_map_cover(&map, 3)), "/h 8");
	want_text("and what hangs on it", point_of(mount_map_cover(&map, 2)), "/home 6");
	mount_map_free(&map);
}

static void a_root_covers_nothing_and_none_is_needed(void **state)
{
	(void)state;
	/* such as the real root, which was mounted after what hangs on the first one */
	want_number("read", set_up(AT(9, 5, "/proc", "proc") AT(1, 0, "/", "ext4")), 0);
	want_text("/proc", point_of(mount_map_cover(&map, 0)), "none");
	mount_map_free(&map);
	want_number("read", set_up(AT(4, 1, "/home/a", "ext4") AT(6, 1, "/home", "tmpfs")), 0);
	want_text("without a root", point_of(mount_map_cover(&map, 0)), "/home 6");
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

/* What stands in a table drawn at random, for plain searching in it. */
struct line {
	char point[64];
	unsigned kind; /* number in kinds */
};

static const struct {
	const char *type;
	bool blocks, autofs;
} kinds[] = {
	{ "ext4", false, false },    { "nfs4", true, false }, { "autofs", false, true },
	{ "tmpfs", false, false },   { "cifs", true, false }, { "fuse.sshfs", true, false },
	{ "cgroup2", false, false }, { "xfs", false, false },
};

static unsigned draw(uint64_t *seed, unsigned below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)((*seed >> 32) * below >> 32);
}

/* Few names, so that many stand on one another; some begin as others do. */
static void draw_path(uint64_t *seed, char buf[64])
{
	static const char *const names[] = { "a", "b", "ab", "proc", "procs" };
	unsigned depth = draw(seed, 5);

	snprintf(buf, 64, "%s", depth ? "" : "/");
	for (unsigned i = 0; i < depth; i++)
		snprintf(buf + strlen(buf), 64 - strlen(buf), "/%s",
			 names[draw(seed, SW_COUNT(names))]);
}

static size_t last_on(const struct line *line, size_t n, const char *path, size_t path_n)
{
	while (n-- > 0)
		if (strlen(line[n].point) == path_n && memcmp(line[n].point, path, path_n) == 0)
			return n;
	return MOUNT_MAP_NONE;
}

struct answers {
	size_t on, of, doubt[2]; /* without and with autofs */
};

static struct answers search(const struct line *line, size_t n, bool passable, const char *path)
{
	size_t whole = strlen(path);
	struct answers ret = { last_on(line, n, path, whole),
			       MOUNT_MAP_NONE,
			       { MOUNT_MAP_NONE, MOUNT_MAP_NONE } };

	for (size_t i = 1; i <= whole; i++) {
		size_t at = MOUNT_MAP_NONE;

		if (i == 1 || i == whole || path[i] == '/')
			at = last_on(line, n, path, i);
		if (at == MOUNT_MAP_NONE)
			continue;
		ret.of = at;
		for (int autofs = 0; autofs < 2; autofs++)
			if (passable && i > 1 && ret.doubt[autofs] == MOUNT_MAP_NONE &&
			    (kinds[line[at].kind].blocks ||
			     (autofs && kinds[line[at].kind].autofs)))
				ret.doubt[autofs] = at;
	}
	return ret;
}

static void any_table_says_what_plain_searching_in_it_finds(void **state)
{
	uint64_t seed = 99;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct line line[80];
		size_t n = (size_t)draw(&seed, round < 20 ? 6 : 80);
		size_t kinds_n = round % 4 ? SW_COUNT(kinds) : 3;
		char *table = malloc(80 * 160);
		bool passable = false;
		size_t bad = 0;

		*table = '\0';
		for (size_t i = 0; i < n; i++) {
			draw_path(&seed, line[i].point);
			line[i].kind = draw(&seed, (unsigned)kinds_n);
			if (round % 4 == 0 && line[i].kind == 1)
				line[i].kind = 0;
			if ((kinds[line[i].kind].blocks || kinds[line[i].kind].autofs) &&
			    line[i].point[1] && strncmp(line[i].point, "/proc/", 6) != 0)
				passable = true;
			sprintf(table + strlen(table), "%zu 0 0:%zu / %s rw - %s x rw\n", i + 1, i,
				line[i].point, kinds[line[i].kind].type);
		}
		want_number("from", mount_map_from(table, strlen(table), seed, &map, &bad), 0);
		want_number("mounts", map.n, n);
		want_number("passable", map.passable, passable);
		for (int k = 0; k < 60; k++) {
			struct answers want;
			struct sw_raw path;
			char *exact; /* nothing behind it may be read */
			char text[64];

			draw_path(&seed, text);
			exact = malloc(strlen(text));
			memcpy(exact, text, strlen(text));
			path = raw_from(exact, strlen(text));
			want = search(line, n, passable, text);
			want_number(text, mount_map_on(&map, path), want.on);
			want_number(text, mount_map_of(&map, path), want.of);
			want_number(text, mount_map_doubt(&map, path, false), want.doubt[0]);
			want_number(text, mount_map_doubt(&map, path, true), want.doubt[1]);
			free(exact);
		}
		mount_map_free(&map);
	}
}

static void a_table_is_as_long_as_can_be_and_no_longer(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		char *table = malloc((MOUNT_MAP_MAX + 1) * 40);
		size_t n = 0;
		size_t bad = 0;

		for (size_t i = 0; i < MOUNT_MAP_MAX + more; i++)
			n += (size_t)sprintf(table + n, "%zu 0 0:1 / /%zx rw - xfs x rw\n", i, i);
		want_number("from", mount_map_from(table, n, 7, &map, &bad), more ? -E2BIG : 0);
		want_number("mounts", map.n, MOUNT_MAP_MAX);
		if (!more)
			want_number("the last", mount_map_on(&map, raw_of("/ffff")), 65535);
		if (!more) /* a full table of slots would have no end */
			want_number("none", mount_map_on(&map, raw_of("/x")), MOUNT_MAP_NONE);
		mount_map_free(&map);
		want_number("freed", map.n, 0);
		want_number("freed", mount_map_on(&map, raw_of("/ffff")), MOUNT_MAP_NONE);
	}
}

/* Mounts on one another's directories, and one more on the last. */
static void what_covers_is_sought_through_so_many_mounts(void **state)
{
	static const size_t depths[] = { 1, 2, 15, 30, 31, 32, 33 }; /* with "/" */

	(void)state;
	for (size_t i = 0; i < SW_COUNT(depths); i++) {
		char table[8192] = "1 0 0:1 / / rw - xfs x rw\n";
		char path[128] = "";
		char what[32];
		size_t n = depths[i];
		size_t want = n > 1 && n < 32 ? n : MOUNT_MAP_NONE;

		snprintf(what, sizeof(what), "%zu mounts deep", n);
		for (size_t k = 2; k <= n + 1; k++) {
			if (k <= n)
				strcat(path, "/a");
			sprintf(table + strlen(table), "%zu %zu 0:1 / %s rw - xfs x rw\n", k, k - 1,
				*path ? path : "/");
		}
		want_number(what, set_up(table), 0);
		/* what a mount on "/" covers is all the same for who has it as his root */
		want_number(what, mount_map_cover(&map, n - 1), n == 1 ? 1 : want);
		want_number("itself", mount_map_cover(&map, n), MOUNT_MAP_NONE);
		mount_map_free(&map);
	}
}

static void marks_differ_by_number_device_and_point(void **state)
{
	static const char *const rows[] = {
		"7 1 8:1 / /srv rw - nfs x rw\n",
		"8 1 8:1 / /srv rw - nfs x rw\n",
		"7 1 8:2 / /srv rw - nfs x rw\n",
		"7 1 9:1 / /srv rw - nfs x rw\n",
		"7 1 1:8 / /srv rw - nfs x rw\n",
		"7 1 8:1 / /srw rw - nfs x rw\n",
		"7 1 16:1 / /srv rw - nfs x rw\n",
		"7 1 4:1 / /srv rw - nfs x rw\n",
		"7 1 2147483648:1 / /srv rw - nfs x rw\n",
		"7 1 0:1 / /srv rw - nfs x rw\n",
		"7 1 1:0 / /srv rw - nfs x rw\n",
		"7 1 0:2147483648 / /srv rw - nfs x rw\n",
	};
	uint64_t mark[SW_COUNT(rows)];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number("read", set_up(rows[i]), 0);
		mark[i] = mount_map_mark(&map, 0);
		want_number("never 0, nor even", mark[i] & 1, 1);
		for (size_t k = 0; k < i; k++)
			want_number(rows[i], mark[i] == mark[k], false);
		mount_map_free(&map);
	}
}

static void without_a_table_there_is_a_fault_and_an_empty_map(void **state)
{
	struct sw_fault why = { 0 };
	size_t bad = 0;

	(void)state;
	h = host_new(NULL);
	want_number("read", mount_map_read(&h, &map, &bad, &why), -ENOENT);
	want_number("of it", why.code, ENOENT);
	want_in("of it", why.text.s, "/proc/self/mountinfo");
	want_number("mounts", map.n, 0);
	want_number("on it", mount_map_on(&map, raw_of("/")), MOUNT_MAP_NONE);
	want_number("of it", mount_map_of(&map, raw_of("/")), MOUNT_MAP_NONE);
	want_number("doubt", mount_map_doubt(&map, raw_of("/x"), true), MOUNT_MAP_NONE);
	mount_map_free(&map);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_lies_on_the_deepest_mount_above_it),
		cmocka_unit_test(a_way_through_a_doubtful_mount_is_doubtful),
		cmocka_unit_test(what_covers_a_mount_is_known),
		cmocka_unit_test(any_table_says_what_plain_searching_in_it_finds),
		cmocka_unit_test(a_table_is_as_long_as_can_be_and_no_longer),
		cmocka_unit_test(what_covers_is_sought_through_so_many_mounts),
		cmocka_unit_test(marks_differ_by_number_device_and_point),
		cmocka_unit_test(without_a_table_there_is_a_fault_and_an_empty_map),
		cmocka_unit_test(a_root_covers_nothing_and_none_is_needed),
		cmocka_unit_test(a_mark_is_of_one_mount_and_not_of_the_next_on_its_point),
	};

	return cmocka_run_group_tests_name("mount map", tests, NULL, NULL);
}
