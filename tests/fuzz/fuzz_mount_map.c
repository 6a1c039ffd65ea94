/*
 * fuzz_mount_map: any bytes as a mount table, and each of its points, with more behind it, as a
 * path; against what a reader says that tries each mount for each path.
 */
#include <stdio.h>
#include <stdlib.h>

#include "os/mount_map.h"
#include "os/vfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_on_the_way(struct sw_raw point, struct sw_raw path)
{
	if (point.n > path.n || memcmp(point.p, path.p, point.n) != 0)
		return false;
	return point.n == 1 || point.n == path.n || path.p[point.n] == '/';
}

/* The last of the longest ones. */
static size_t of_slowly(const struct mount_map *map, struct sw_raw path, bool exactly)
{
	size_t best = MOUNT_MAP_NONE;

	for (size_t i = 0; i < map->n; i++) {
		struct sw_raw point = map->item[i].point;

		if (exactly ? raw_same(point, path) : is_on_the_way(point, path))
			if (best == MOUNT_MAP_NONE || point.n >= map->item[best].point.n)
				best = i;
	}
	return best;
}

static bool is_doubtful_slowly(const struct mount_map *map, struct sw_raw path)
{
	for (size_t i = 0; i < map->n; i++) {
		const struct mount *m = &map->item[i];

		if (is_on_the_way(m->point, path) && m->point.n > 1 &&
		    of_slowly(map, m->point, true) == i && vfs_is_doubtful(m->type) &&
		    !vfs_is_kernel(m->type))
			return true;
	}
	return false;
}

static void want(bool so, const char *what)
{
	if (so)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *table = malloc(size ? size : 1);
	struct mount_map map;
	size_t bad = 0;

	if (!table)
		return 0;
	memcpy(table, data, size);
	want(mount_map_from(table, size, 1, &map, &bad) == 0, "a small table");
	for (size_t i = 0; i < map.n && i < 64; i++) {
		char text[512];
		int n = snprintf(text, sizeof(text), "%.*s/more", (int)map.item[i].point.n,
				 map.item[i].point.p);
		struct sw_raw path = raw_from(text, (size_t)n < sizeof(text) ? (size_t)n : 0);
		size_t cover = mount_map_cover(&map, i);

		want(mount_map_on(&map, map.item[i].point) ==
			     of_slowly(&map, map.item[i].point, true),
		     "the mount on a point");
		want(cover == MOUNT_MAP_NONE || (cover < map.n && cover != i), "what covers it");
		if (path.n == 0 || map.item[i].point.p[map.item[i].point.n - 1] == '/')
			continue; /* a table of ours has no such points, but "/" */
		want(mount_map_of(&map, path) == of_slowly(&map, path, false), "of a path");
		want((mount_map_doubt(&map, path, true) != MOUNT_MAP_NONE) ==
				     is_doubtful_slowly(&map, path) ||
			     !map.passable,
		     "a doubtful way");
	}
	mount_map_free(&map);
	return 0;
}
