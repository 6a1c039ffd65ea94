/* use: sw_inode_each() of the door (spoolwatch/inode.h), for who can tell more. */
#ifndef SW_INODE_USE_H
#define SW_INODE_USE_H

#include "os/host.h"
#include "spoolwatch/inode.h"

/* Types that df_inode of Munin leaves out: of what can't be written all inodes are in use. */
#define INODE_LEFT_OUT                                                                             \
	"none unknown iso9660 squashfs udf romfs ramfs vfat debugfs nilfs2 rootfs reiserfs"

/*
 * May a mount be asked that autofs takes away when nobody uses it? A question is a use, and would
 * keep it for another use->expires seconds. *use holds what is known before.
 */
typedef bool (*inode_wake_fn)(const struct sw_inode_use *use, void *ctx);

struct inode_question {
	unsigned timeout_ms;
	sw_inode_skip_fn skip; /* may be NULL */
	void *skip_ctx;
	inode_wake_fn may_wake; /* NULL: never */
	sw_inode_fn fn;
	void *ctx; /* of may_wake and fn */
};

/* As sw_inode_each(). */
int inode_each(const struct sw_host *h, const struct inode_question *question, size_t *bad,
	       struct sw_fault *why) SW_CHECK;

/*
 * Is space what a file system runs out of, not inodes? Where inodes are made out of free space
 * (xfs, zfs, f2fs, ocfs2, ...) there are as many as space is left, and who deletes small files
 * gains little. A limit on inodes alone (xfs: imaxpct) is none of space.
 */
bool inode_is_space_missing(const struct sw_inode_use *use);

#endif
