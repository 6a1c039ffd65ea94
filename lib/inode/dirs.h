/*
 * hogs: which directories hold the inodes of a file system.
 *
 * Not just /var: the answer is the deepest directory that still explains most of it. From the
 * mount point down, a directory is taken apart as long as its large children together hold 80 % of
 * it and one of them leads on to more than a listing of equals: so a spool of deferred/0..F and
 * defer/0..F is one hog, the spool, while /var/spool and /var/lib are two. Children are large that
 * hold 5 % of all. Only the mount point, which says nothing, is always taken apart if it can be.
 *
 * An inode with several names (hard links) counts once, in the directory where it was seen first.
 * No file is opened or stat'ed. Files that are deleted but open, and what a mount covers, are in
 * no directory; what the process may not see (directories of others, mounts that systemd's
 * ProtectHome puts over /home) is not counted either: compare with statvfs(2).
 */
#ifndef SW_INODE_DIRS_H
#define SW_INODE_DIRS_H

#include "os/host.h"

struct walk;

enum {
	SW_INODE_DIRS_MAX = 8,
	SW_INODE_DIR_PATH = 1024,	/* a directory with a longer path is part of one above it */
	SW_INODE_DIRS_BUDGET_MS = 3000, /* a good budget: some five million files, if cached */
};

struct sw_inode_dir {
	char path[SW_INODE_DIR_PATH]; /* bytes of others, not terminated: inode_dir_path() */
	size_t path_n;
	uint64_t inodes; /* the directory itself and all below it */
	double percent;	 /* of hogs.counted, 0..100 */
};

struct sw_inode_dirs {
	struct sw_inode_dir item[SW_INODE_DIRS_MAX]; /* disjoint, each above 5 percent; the largest
				      first, of equals the longer path */
	size_t n;				     /* 1 or more */
	uint64_t counted;      /* inodes in all: files of any kind and directories */
	uint64_t directories;  /* of them, as far as they were read */
	uint64_t unreadable;   /* directories that could not be read: their files are missing */
	struct sw_fault first; /* the first of these */
	uint64_t mounts;       /* mount points in it, not entered */
	uint64_t unread;       /* directories known of and not read, because it was cut */
	bool cut;	       /* out of time: all numbers are `so far`, no less than that */
	uint64_t uncertain;    /* counted though they may be further names of an inode */
	struct walk *walk;     /* ours, as all that follows */
	uint64_t *below;
	const char *mount_point;
};

static inline struct sw_raw inode_dir_path(const struct sw_inode_dir *hog)
{
	return raw_from(hog->path, hog->path_n);
}

/*
 * Look at the file system that `mount_point` (an absolute path; borrowed until
 * sw_inode_dirs_free()) is on, from there down, for at most about budget_ms: see os/walk.h for the
 * order, and for how time, memory (here at most some 80 MB; 3 MB for a million files) and
 * descriptors are bounded in any tree. *ret ends with sw_inode_dirs_free() if 0 is returned.
 * Returns -errno when the mount point can't be read.
 *
 * Inode numbers are kept in a set of 2^21 slots, each for 64 numbers side by side: enough for 100
 * million files whose numbers are dense, as those of ext4 are, and for 1.8 million scattered ones.
 * Beyond that, and on FUSE file systems that give no numbers, names are counted: `uncertain`.
 * Where the numbers of different files are equal (overlay of several disks) the count is too low.
 */
int sw_inode_dirs_scan(const struct sw_host *h, const char *mount_point, unsigned budget_ms,
		       struct sw_inode_dirs *ret, struct sw_fault *why) SW_CHECK;

/*
 * The inodes of a directory (absolute path, at or below the mount point), itself and all below it,
 * into *ret. False if it is none that was counted on its own. Twins can so be told apart: ask for
 * the hog's deferred and its defer.
 */
bool inode_dirs_below(const struct sw_inode_dirs *hogs, struct sw_raw path, uint64_t *ret);

/* Call fn for each child directory that was counted on its own, in no order. False as above. */
typedef void (*inode_child_fn)(struct sw_raw name, uint64_t inodes, void *ctx);
bool inode_dirs_children(const struct sw_inode_dirs *hogs, struct sw_raw path, inode_child_fn fn,
			 void *ctx);

void sw_inode_dirs_free(struct sw_inode_dirs *hogs);

#endif
