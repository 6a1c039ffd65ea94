/* inodes: how full each file system of the host is, in inodes. */
#ifndef SW_INODE_USE_H
#define SW_INODE_USE_H

#include "os/host.h"

struct sw_inode_use {
	struct sw_raw mount;  /* the shortest mount point of the device */
	struct sw_raw device; /* as in the mount table: /dev/sda1, tmpfs, server:/export */
	struct sw_raw type;   /* ext4, nfs4, ... */
	uint64_t files;	      /* inodes in all; 0 when unknown */
	uint64_t used;	      /* files - free */
	double percent; /* used / (used + available to users) * 100, 0..100; NAN when unknown */
	struct sw_fault why; /* why it is unknown; code 0 when it is known */
};

/* What to leave out before a file system is even asked. */
typedef bool (*sw_inode_skip_fn)(struct sw_raw device, struct sw_raw mount, struct sw_raw type,
				 void *ctx);
/* A value other than 0 ends the listing and is what sw_inode_each() returns. */
typedef int (*sw_inode_fn)(const struct sw_inode_use *use, void *ctx);

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
int sw_inode_each(const struct sw_host *h, unsigned timeout_ms, sw_inode_skip_fn skip,
		  void *skip_ctx, sw_inode_fn fn, void *ctx, size_t *bad,
		  struct sw_fault *why) SW_CHECK;

#endif
