/*
 * inode: how full the file systems are, counted in inodes, and which directories hold them.
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#ifndef SPOOLWATCH_INODE_H
#define SPOOLWATCH_INODE_H

#include "spoolwatch/text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sw_inode_use {
	struct sw_raw mount;  /* the mount point that shows most of it */
	struct sw_raw device; /* as in the mount table: /dev/sda1, tmpfs, server:/export */
	struct sw_raw type;   /* ext4, nfs4, ... */
	uint64_t files;	      /* inodes in all; 0 when unknown */
	uint64_t used;	      /* files - free */
	double percent; /* used / (used + available to users) * 100, 0..100; NAN when unknown */
	struct sw_fault why;		   /* why it is unknown; code 0 when it is known */
	uint64_t blocks, blocks_available; /* of space, in all and to users; 0, 0 when unknown */
	bool doubtful;	   /* another machine or a daemon answers for it or for the way to it */
	bool file;	   /* `mount` is a single file of it */
	bool part;	   /* `mount` shows no more than a part: a bind mount, a container's root */
	bool hidden;	   /* systemd hides it from this process, see why */
	bool gone;	   /* ours */
	size_t expires;	   /* seconds after which autofs takes it away if unused; 0: never */
	uint64_t mount_id; /* of this mount; another one on the same point has another */
};

/* What to leave out before a file system is even asked. */
typedef bool (*sw_inode_skip_fn)(struct sw_raw device, struct sw_raw mount, struct sw_raw type,
				 void *ctx);
/* A value other than 0 ends the listing and is what sw_inode_each() returns. */
typedef int (*sw_inode_fn)(const struct sw_inode_use *use, void *ctx);

/*
 * Call fn for each file system that counts inodes, in the order of the mount table, once a device
 * however often it is mounted (bind mounts, btrfs subvolumes), under the mount point that shows
 * most of it, of equals the shortest. A bind of a single file stands for no file system, but for a
 * disk of which nothing else is seen.
 *
 * Left out: types that are no storage (proc, cgroup, efivarfs, ...), unions such as overlay (but
 * one on "/" whose disk no other mount here shows: it has that disk's numbers), file systems that
 * report no inode count (f_files 0: btrfs, vfat), mount points that a later mount covers, and what
 * `skip` (may be NULL) says. f_ffree 0 is a full file system, not a missing count.
 * A file system that can't be asked, or does not answer within timeout_ms, has percent NAN and the
 * reason; it never delays the others. So has one below a mount that does not answer, one that
 * systemd's ProtectHome= hides from this process, and one that autofs would never take away if it
 * were asked: none of these is touched. At most three questions to a mount wait for an answer at a
 * time, those of all runs of this user together. The strings of *use live until the function
 * returns. *bad counts mount table lines that could not be understood. Returns 0, -errno, or what
 * fn returned.
 */
int sw_inode_each(const struct sw_host *h, unsigned timeout_ms, sw_inode_skip_fn skip,
		  void *skip_ctx, sw_inode_fn fn, void *ctx, size_t *bad,
		  struct sw_fault *why) SW_CHECK;

/*
 * Which directories hold the inodes of a file system: the hierarchical heavy hitters, that is, the
 * deepest directories that hold a tenth of the inodes in use when what is in others of them, below,
 * is not counted again. In a spool of deferred/0..F and defer/0..F these are deferred and defer; of
 * a thousand accounts the cache of the one that has filled it, and /home for what the others hold
 * together. Where many like each other hold it, a pattern tells what.
 *
 * An inode with several names (hard links) counts once, in the directory where it was seen first.
 * No file is opened. Files that are deleted but open, and what a mount covers, are in no directory;
 * what the process may not see (directories of others, mounts that systemd's ProtectHome puts over
 * /home) is not counted either: compare with statvfs(2).
 */
enum {
	SW_INODE_DIRS_MAX = 4,
	SW_INODE_PATTERNS = 2,	       /* of a directory */
	SW_INODE_DIR_PATH = 1024,      /* a directory with a longer path is part of one above it */
	SW_INODE_DIRS_BUDGET_MS = 3000 /* a good budget: some five million files, if cached */
};

/* Directories below different siblings that have the same path there, and a tenth together. */
struct sw_inode_pattern {
	char path[SW_INODE_DIR_PATH]; /* absolute, with * for any name; bytes of others */
	size_t path_n;
	uint64_t inodes;      /* they and all below them, without what is named on its own */
	uint64_t directories; /* how many they are: 4 or more, none with more than a quarter */
};

/* Whose the files are, by a sample of them. */
struct sw_inode_owner {
	uint64_t uid;
	double share;	 /* 0..1: of the files */
	double error;	 /* half of its 95 % confidence interval; 0 when all were looked at */
	uint64_t looked; /* at so many files; 0: not known */
};

struct sw_inode_dir {
	char path[SW_INODE_DIR_PATH]; /* bytes of others, not terminated */
	size_t path_n;
	uint64_t inodes; /* the directory itself and all below it, without others of the list */
	double percent;	 /* of the inodes in use, 0..100 */
	struct sw_inode_pattern pattern[SW_INODE_PATTERNS]; /* the larger first */
	size_t patterns;
	struct sw_inode_owner owner; /* who has most of its files */
};

struct sw_inode_dirs {
	/* The largest first, of equals the longer path. */
	struct sw_inode_dir item[SW_INODE_DIRS_MAX];
	size_t n;	       /* 1 or more: when none has a tenth, the mount point alone */
	size_t more;	       /* that have a tenth, too, and found no place */
	uint64_t counted;      /* inodes in all: files of any kind and directories */
	uint64_t directories;  /* of them, as far as they were read */
	uint64_t unreadable;   /* directories that could not be read: their files are missing */
	struct sw_fault first; /* the first of these */
	uint64_t mounts;       /* mount points in it, not entered */
	uint64_t unread;       /* directories known of and not read, because it was cut */
	bool cut;	       /* out of time: all numbers are `so far`, no less than that */
	uint64_t uncertain;    /* counted though they may be further names of an inode */
	void *walk;	       /* ours, as all that follows */
	uint64_t *below;
	const char *mount_point;
	/* Memory was too short to tell deeper directories, or patterns; what is told is right. */
	bool coarse;
};

/*
 * Look at the file system that `mount_point` (an absolute path; borrowed until
 * sw_inode_dirs_free()) is on, from there down, for at most about budget_ms. The fattest
 * directories come first, so a walk that is cut off has met the culprit. Memory (at most some
 * 80 MB; 3 MB for a million files) and descriptors are bounded in any tree. *ret ends with
 * sw_inode_dirs_free() if 0 is returned. Returns -errno when the mount point can't be read.
 *
 * `used` is how many inodes are in use (sw_inode_use), of which a directory must hold a tenth; 0
 * when that is not known. It is a tenth of what was counted if that is more, and when the walk was
 * cut: then the answer is that for the part that was walked.
 *
 * Whose the files are is asked of 300 at most, with statx(2), in a tenth of the time. They are
 * drawn from all files below each directory of the list alike; one that is gone says nothing.
 *
 * Inode numbers are kept in a set of 2^21 slots, each for 64 numbers side by side: enough for 100
 * million files whose numbers are dense, as those of ext4 are, and for 1.8 million scattered ones.
 * Beyond that, and on FUSE file systems that give no numbers, names are counted: `uncertain`.
 * Where the numbers of different files are equal (overlay of several disks) the count is too low.
 */
int sw_inode_dirs_scan(const struct sw_host *h, const char *mount_point, uint64_t used,
		       unsigned budget_ms, struct sw_inode_dirs *ret,
		       struct sw_fault *why) SW_CHECK;

void sw_inode_dirs_free(struct sw_inode_dirs *dirs);

#ifdef __cplusplus
}
#endif

#endif
