/*
 * mount_map: the mount table by path: what a path reaches, through what it leads, what hides it.
 *
 * A path is as untrusted as a type: a local disk below the mount of a server that is gone can't be
 * reached without asking that server. Everything here is linear in the size of the table.
 */
#ifndef SW_MOUNT_MAP_H
#define SW_MOUNT_MAP_H

#include "os/mounts.h"

enum { MOUNT_MAP_MAX = 65536 };
#define MOUNT_MAP_NONE SIZE_MAX

struct mount_map {
	struct mount *item; /* in the order of the table */
	size_t n;
	size_t bad;    /* lines of the table that were not understood */
	bool passable; /* one of them may block who passes, see mount_map_doubt() */
	/* ours */
	size_t size;
	uint32_t *slot; /* by the hash of the point: 1 + the last mount on it; 0 is empty */
	unsigned bits;
	uint64_t factor; /* a secret of the run */
	char *memory;
};

/*
 * Read the host's table, whatever was read before. *ret ends with mount_map_free() in any case.
 * *bad counts lines that were not understood. Returns 0; -E2BIG for more than MOUNT_MAP_MAX mounts,
 * -errno.
 */
int mount_map_read(const struct sw_host *h, struct mount_map *ret, size_t *bad,
		   struct sw_fault *why) SW_CHECK;

/*
 * The same from a table in memory of malloc(3), which is then the map's and is written to; `secret`
 * keeps others from aiming at its hash. -E2BIG, -ENOMEM.
 */
int mount_map_from(char *table, size_t n, uint64_t secret, struct mount_map *ret,
		   size_t *bad) SW_CHECK;

void mount_map_free(struct mount_map *map);

/* The mount that covers all others on exactly this point; MOUNT_MAP_NONE when there is none. */
size_t mount_map_on(const struct mount_map *map, struct sw_raw point);

/* The mount that an absolute path (not normalized: no "..", no symbolic link in it) lies on. */
size_t mount_map_of(const struct mount_map *map, struct sw_raw path);

/*
 * Who walks this path has to wait for it: the first mount on the way, its end included, that
 * another machine or a daemon answers for (vfs_is_doubtful()). autofs counts when `autofs` is set:
 * it answers at once but while its daemon takes something away. "/" never counts: a run that began
 * came through it. MOUNT_MAP_NONE: the path is sure.
 */
size_t mount_map_doubt(const struct mount_map *map, struct sw_raw path, bool autofs);

/* A number for mark_take(): of this mount and no later one on the same point. Never 0. */
uint64_t mount_map_mark(const struct mount_map *map, size_t i);

/*
 * The mount that hides mount i from all paths: mounted later on its point, or on a directory above
 * it. MOUNT_MAP_NONE: its point leads to it.
 */
size_t mount_map_cover(const struct mount_map *map, size_t i);

#endif
