/* dir: the names in a directory, by getdents64(2), with no stat and no allocation. */
#ifndef SW_DIR_H
#define SW_DIR_H

#include "base/fault.h"
#include "base/raw.h"

struct dir_entry {
	const char *name;   /* terminated; borrowed until the function returns */
	size_t length;	    /* strlen(name) */
	uint64_t inode;	    /* d_ino */
	unsigned char type; /* DT_REG, DT_DIR, ...; DT_UNKNOWN on some file systems */
};

/*
 * A buffer of entries as the kernel gives them, for who reads a directory in pieces. `buf` is the
 * caller's, aligned for a uint64_t. `here` is where the next entry stands: lseek(2) to it goes on
 * there, later too.
 */
struct dir_piece {
	char *buf;
	size_t size;
	size_t n, at; /* ours */
	int64_t here;
};

/* Fill it. Above 0, 0 at the end of the directory, or -errno. */
int dir_fill(struct dir_piece *piece, int fd) SW_CHECK;

/* Take the next entry but "." and ".."; false when the piece holds no more. */
bool dir_take(struct dir_piece *piece, struct dir_entry *ret);

/* A value other than 0 ends the listing and is what dir_each() returns. */
typedef int (*dir_fn)(const struct dir_entry *entry, void *ctx);

/*
 * Call fn for each entry but "." and "..", in the order of the file system. `fd` is the caller's,
 * open for reading. An entry that is created, removed or renamed meanwhile is seen once, twice or
 * not at all. Returns 0, -errno (why filled), or what fn returned.
 */
int dir_each(int fd, dir_fn fn, void *ctx, struct sw_fault *why) SW_CHECK;

/*
 * The user that what bears `name` in an open directory belongs to, by statx(2) (Linux 4.11) without
 * a word to any server (AT_STATX_DONT_SYNC): a dead one that is mounted over it is not waited for.
 * No symbolic link is followed. 0 or -errno.
 */
int dir_uid(int fd, const char *name, uint32_t *ret) SW_CHECK;

#endif
