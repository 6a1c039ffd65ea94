/* inodes: how full each file system of the host is, in inodes. */
#ifndef SW_INODES_H
#define SW_INODES_H

#include "os/host.h"

struct inode_use {
	struct raw mount;  /* the shortest mount point of the device */
	struct raw device; /* as in the mount table: /dev/sda1, tmpfs, server:/export */
	struct raw type;   /* ext4, nfs4, ... */
	uint64_t files;	   /* inodes in all; 0 when unknown */
	uint64_t used;	   /* files - free */
	double percent;	   /* used / (used + available to users) * 100, 0..100; NAN when unknown */
	struct fault why;  /* why it is unknown; code 0 when it is known */
};

/* What to leave out before a file system is even asked. */
typedef bool (*inode_skip_fn)(struct raw device, struct raw mount, struct raw type, void *ctx);
/* A value other than 0 ends the listing and is what inodes_each() returns. */
typedef int (*inode_fn)(const struct inode_use *use, void *ctx);

/*
 * Call fn for each file system that counts inodes, in the order of the mount table, once a device
 * however often it is mounted (bind mounts, btrfs subvolumes), under its shortest mount point.
 *
 * Left out: types that are no storage (proc, cgroup, overlay, efivarfs, ...), file systems that
 * report no inode count (f_files 0: btrfs, vfat), mount points that a later mount covers, and what
 * `skip` (may be NULL) says. f_ffree 0 is a full file system, not a missing count.
 * A file system that can't be asked, or does not answer within timeout_ms, has percent NAN and the
 * reason; it never delays the others. The strings of *use live until the function returns.
 * *bad counts mount table lines that could not be understood. Returns 0, -errno, or what fn
 * returned.
 */
int inodes_each(const struct host *h, unsigned timeout_ms, inode_skip_fn skip, void *skip_ctx,
		inode_fn fn, void *ctx, size_t *bad, struct fault *why) SW_CHECK;

#endif
