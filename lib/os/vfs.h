/*
 * vfs: statvfs(2) for many mount points, none of which can hold us up.
 *
 * A file system behind a network or a FUSE daemon can block statvfs(2) for ever, in a state that no
 * signal ends. A thread in that state would keep the process from exiting; a child would not. So
 * each doubtful file system is asked by a child of its own, all at once, and a child that has not
 * answered in time is left behind: it holds no descriptor of ours.
 */
#ifndef SW_VFS_H
#define SW_VFS_H

#include "os/host.h"

struct vfs_query {
	const char *path;   /* in: absolute */
	bool doubtful;	    /* in: may block; see vfs_is_doubtful() */
	uint64_t mark;	    /* in: of what may block, for mark_take(); 0: none */
	struct statvfs got; /* out, when error is 0 */
	/* out: 0, -errno, -ETIMEDOUT, or -EBUSY: MARKS earlier questions still wait, none was put
	 */
	int error;
	int pipe;  /* ours */
	int child; /* ours */
};

/* Is a file system of this type (of the mount table) answered by another machine or a daemon? */
bool vfs_is_doubtful(struct sw_raw type);

/* Is it a view of the kernel's own, which holds no files of anybody (proc, cgroup2)? */
bool vfs_is_kernel(struct sw_raw type);

/*
 * Answer all queries. What is doubtful together costs at most timeout_ms; the others are asked
 * here. At most VFS_CHILDREN run at a time.
 */
enum { VFS_CHILDREN = 256 };
void vfs_ask(const struct sw_host *h, struct vfs_query *q, size_t n, unsigned timeout_ms);

/*
 * Is the file system that a path (absolute) is on full for its users: no inode, or no block, free?
 * Of a copied host whatever its list says of the path or the nearest one above it. False also when
 * it can't be known within VFS_FULL_MS. A disk is asked here, all else by a child; to open the path
 * is what tells them, so ask of one that was opened before.
 */
enum { VFS_FULL_MS = 1000 };
bool vfs_is_full(const struct sw_host *h, const char *path);

#endif
