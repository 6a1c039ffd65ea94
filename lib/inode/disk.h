/* disk: which mount stands for a file system, of all that show it or a part of it. */
#ifndef SW_INODE_DISK_H
#define SW_INODE_DISK_H

#include <sys/types.h>

#include "os/mount_map.h"

struct disk {
	size_t mount;	/* its place in the map */
	size_t hidden;	/* the mount that systemd has put over it; MOUNT_MAP_NONE: it can be seen */
	size_t doubt;	/* who is waited for on the way to it, mount_map_doubt(); or NONE */
	bool file;	/* only a file of it is seen */
	size_t expires; /* seconds after which autofs takes it away when unused; 0: never */
};

/*
 * The file systems of a table, one a device number, in the order of the mounts that stand for them,
 * into *ret, which the caller frees. `keep[i]`: mount i may stand for one.
 *
 * The mount stands that shows most: the one whose root (4th word of mountinfo) is nearest to the
 * root of the file system, then the shortest point, then the first; so does df(1). A bind of a
 * single file stands for nothing, but for a disk (a device with a path) that nothing else shows. A
 * file system that other mounts cover is left out, but where systemd hides it (ProtectHome=,
 * InaccessiblePaths= of the unit that runs us) it is told as hidden.
 * Returns their number or -ENOMEM.
 */
ssize_t disks_choose(const struct sw_host *h, const struct mount_map *map, const bool *keep,
		     struct disk **ret) SW_CHECK;

#endif
