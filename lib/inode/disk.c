#include "inode/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "os/vfs.h"

/* A mount by what decides: first the device, then how much of it is shown. */
struct candidate {
	uint64_t device;
	size_t depth; /* of its root */
	size_t point_n;
	size_t mount;
};

static int by_device(const void *one, const void *other)
{
	const struct candidate *a = one;
	const struct candidate *b = other;

	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	if (a->point_n != b->point_n)
		return a->point_n < b->point_n ? -1 : 1;
	return a->mount < b->mount ? -1 : 1;
}

static int by_mount(const void *one, const void *other)
{
	const struct disk *a = one;
	const struct disk *b = other;

	return a->mount < b->mount ? -1 : a->mount > b->mount;
}

static size_t depth_of(struct sw_raw path)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* The root of a file system is a directory: only what shows a part can be a file. */
static bool is_file(const struct sw_host *h, const struct mount_map *map, const struct mount *m)
{
	struct sw_fault ignored = { 0 };
	struct stat st;
	char path[PATH_MAX];
	bool file;
	int fd;

	if (m->point.n >= sizeof(path) || m->root.n <= 1 ||
	    mount_map_doubt(map, m->point, true) != MOUNT_MAP_NONE)
		return false;
	memcpy(path, m->point.p, m->point.n);
	path[m->point.n] = '\0';
	fd = host_openat(h, path, O_PATH | O_NOFOLLOW, &ignored);
	file = fd >= 0 && fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode);
	if (fd >= 0)
		close(fd);
	return file;
}

/* The mount that stands for a group, all of one device; false when none does. */
static bool choose(const struct sw_host *h, const struct mount_map *map, const struct candidate *c,
		   size_t n, struct disk *ret)
{
	size_t file = MOUNT_MAP_NONE;

	*ret = (struct disk){ .hidden = MOUNT_MAP_NONE };
	for (size_t i = 0; i < n; i++) {
		const struct mount *m = &map->item[c[i].mount];

		if (mount_map_cover(map, c[i].mount) != MOUNT_MAP_NONE)
			continue;
		ret->mount = c[i].mount;
		if (!is_file(h, map, m))
			return true;
		if (file == MOUNT_MAP_NONE && raw_starts(m->device, "/"))
			file = c[i].mount;
	}
	if (file != MOUNT_MAP_NONE) {
		ret->mount = file;
		ret->file = true;
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		size_t cover = mount_map_cover(map, c[i].mount);

		if (cover == MOUNT_MAP_NONE)
			return false;
		if (!mount_is_of_systemd(&map->item[cover]))
			continue;
		ret->mount = c[i].mount;
		ret->hidden = cover;
		return true;
	}
	return false;
}

/* The mounts by their number. */
struct known {
	uint64_t id;
	size_t mount;
};

static int by_id(const void *one, const void *other)
{
	const struct known *a = one;
	const struct known *b = other;

	return a->id < b->id ? -1 : a->id > b->id;
}

/* autofs(5): in the options of the mount that it watches, `timeout=300`; 0 is never. */
static size_t timeout_of(const struct mount *m)
{
	struct sw_raw options = m->options;
	struct sw_raw word;
	uint64_t seconds = 0;

	while (raw_word(&options, ",", &word))
		if (raw_starts(word, "timeout=") && num_from(raw_skip(word, 8), &seconds))
			break;
	return seconds < UINT32_MAX ? (size_t)seconds : 0;
}

/* A direct map lies under what it has mounted, an indirect one above: both by the parents. */
static size_t expires(const struct mount_map *map, const struct known *known, size_t i)
{
	enum { LEVELS = 16 };

	for (int level = 0; level < LEVELS; level++) {
		struct known up = { .id = map->item[i].parent };
		const struct known *found = bsearch(&up, known, map->n, sizeof(up), by_id);

		if (!found || found->mount == i)
			return 0;
		i = found->mount;
		if (raw_is(map->item[i].type, "autofs"))
			return timeout_of(&map->item[i]);
	}
	return 0;
}

/* Who answers for each, and which of them autofs takes away. */
static int look_at_ways(const struct mount_map *map, struct disk *disk, size_t n)
{
	struct known *known = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct mount *m = &map->item[disk[i].mount];

		disk[i].doubt = mount_map_doubt(map, m->point, false);
		if (disk[i].doubt == MOUNT_MAP_NONE)
			disk[i].doubt = mount_map_doubt(map, m->point, true);
		if (disk[i].doubt == MOUNT_MAP_NONE && vfs_is_doubtful(m->type))
			disk[i].doubt = disk[i].mount; /* "/" */
		if (!vfs_is_doubtful(m->type))
			continue;
		if (!known) {
			known = calloc(map->n, sizeof(*known));
			if (!known)
				return -ENOMEM;
			for (size_t k = 0; k < map->n; k++)
				known[k] = (struct known){ map->item[k].id, k };
			qsort(known, map->n, sizeof(*known), by_id);
		}
		disk[i].expires = expires(map, known, disk[i].mount);
	}
	free(known);
	return 0;
}

ssize_t disks_choose(const struct sw_host *h, const struct mount_map *map, const bool *keep,
		     struct disk **ret)
{
	struct candidate *c = calloc(map->n + 1, sizeof(*c));
	struct disk *disk = calloc(map->n + 1, sizeof(*disk));
	size_t all = 0;
	size_t n = 0;

	*ret = disk;
	if (!c || !disk) {
		free(c);
		free(disk);
		*ret = NULL;
		return -ENOMEM;
	}
	for (size_t i = 0; i < map->n; i++) {
		const struct mount *m = &map->item[i];

		if (keep[i])
			c[all++] =
				(struct candidate){ .device = (uint64_t)m->major << 32 | m->minor,
						    .depth = depth_of(m->root),
						    .point_n = m->point.n,
						    .mount = i };
	}
	qsort(c, all, sizeof(*c), by_device);
	for (size_t i = 0, end; i < all; i = end) {
		for (end = i; end < all && c[end].device == c[i].device; end++)
			;
		n += choose(h, map, &c[i], end - i, &disk[n]);
	}
	free(c);
	qsort(disk, n, sizeof(*disk), by_mount);
	if (look_at_ways(map, disk, n) < 0) {
		free(disk);
		*ret = NULL;
		return -ENOMEM;
	}
	return (ssize_t)n;
}
