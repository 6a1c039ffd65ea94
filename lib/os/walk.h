/*
 * walk: how many inodes each directory of one file system holds, the likely culprits first.
 *
 * By openat2(2) and getdents64(2), with one fstat(2) an opened directory and none a file. A walk
 * that runs out of time has counted most in the fattest directories: st_size tells how fat a
 * directory is (or once was: on ext4 it never shrinks) before it is read, and the fat ones are read
 * in turn, piece by piece, always the one of which the most is left. While there are both, half of
 * the work goes to them and half to looking for more of them, where of two directories the one is
 * looked at first that is nearer to the root and has fewer siblings before it: neither a million
 * siblings nor a deep tree hide what lies beside them.
 *
 * Mounts below the root of the walk are not entered, bind mounts of the same file system included
 * (before Linux 5.6: other devices only), nor is any symbolic link followed. A mount of a server
 * that does not answer is not even asked. What a mount covers can't be seen and is not counted.
 */
#ifndef SW_WALK_H
#define SW_WALK_H

#include "os/dir.h"

struct walk; /* the tree of the directories that were met */

enum {
	WALK_ROOT = 0,		   /* the number of the root of the walk */
	WALK_DIRECTORIES = 200000, /* kept by default: some 20 MB of memory with their names */
	WALK_OPEN_MAX = 100,	   /* descriptors that are ever open at a time */
};

struct walk_options {
	unsigned budget_ms;   /* on CLOCK_MONOTONIC, looked at once a directory and 32 KiB of it */
	uint32_t directories; /* how many are kept one by one; 0: WALK_DIRECTORIES */
	/*
	 * Called for each name that is no directory: does it count? NULL means that all do.
	 * `directory` is where it is, or the nearest directory above that is kept.
	 */
	bool (*counts)(uint32_t directory, const struct dir_entry *entry, void *ctx);
	void *ctx;
};

struct walk_sums {
	uint64_t inodes;       /* all that were counted: directories, the root too, and names */
	uint64_t directories;  /* of which were read, the root included */
	uint64_t unreadable;   /* directories that could not be read, or not to their end */
	uint64_t gone;	       /* directories that had vanished when their turn came */
	uint64_t mounts;       /* mount points, not entered */
	uint64_t unread;       /* directories not read whole because it was cut; at least so many */
	bool cut;	       /* out of time (or see below): everything here is `so far` */
	bool coarse;	       /* memory was too short to keep directories that would have been */
	struct sw_fault first; /* the first of the unreadable ones, with its path below the root */
};

struct walk_directory {
	uint32_t parent;    /* smaller than its own number; of the root WALK_ROOT */
	struct sw_raw name; /* any bytes but '/' and NUL; of the root empty. Borrowed of the walk */
	uint64_t inodes;    /* itself and what counts in it; not what its children count for */
};

/*
 * Walk from `root`, a directory open for reading, the caller's. *ret is the caller's too, to end
 * with walk_free(), and set only when 0 is returned. What can't be read below the root is counted
 * and no failure. Returns -ENOMEM, or -errno when the root itself can't be read.
 *
 * Bounded, whatever the tree: at most `directories` directories and 16 MiB of their names are kept,
 * and of the children of one directory at most a 16th of that. What is met beyond is walked last
 * and counts for its parent, but that a child of it that holds 1/128 of everything is kept after
 * all; and it is followed through 30 levels only: beyond them `unread` and `cut` say so. Deep trees
 * that are kept are walked to their end.
 * In a file system that numbers its entries anew when some are removed (tmpfs before Linux 6.6) a
 * fat directory that changes meanwhile can be counted a little too low.
 * The budget can be overrun by one system call: the kernel reads over the empty blocks of a
 * directory that was once full in one go.
 */
int walk_run(int root, const struct walk_options *options, struct walk **ret,
	     struct sw_fault *why) SW_CHECK;

const struct walk_sums *walk_sums(const struct walk *w);

/* How many directories were kept; their numbers are 0 .. that - 1. */
uint32_t walk_kept(const struct walk *w);

struct walk_directory walk_directory(const struct walk *w, uint32_t id);

/*
 * The path of a directory below the root ("spool/postfix", of the root "") into buf of `size`
 * bytes, not terminated. Returns its length; if that is more than `size`, buf is untouched.
 */
size_t walk_path(const struct walk *w, uint32_t id, char *buf, size_t size);

/*
 * Open a directory for reading, as the walk did (the root must still be open): a descriptor of the
 * caller's, or -errno when it is gone or can't be read.
 */
int walk_open(struct walk *w, uint32_t id) SW_CHECK;

void walk_free(struct walk *w); /* NULL is fine */

#endif
