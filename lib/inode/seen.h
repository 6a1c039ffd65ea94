/*
 * seen: which inode numbers were met, so that a file with several names counts once.
 *
 * One slot is for 64 numbers side by side, so that the files of a directory, which a file system
 * puts near each other, share slots. Kept half empty until the largest size (2^21 slots); the hash
 * is multiplicative with a secret factor.
 */
#ifndef SW_INODE_SEEN_H
#define SW_INODE_SEEN_H

#include "base/fault.h"
#include "base/hash.h"

struct seen_slot;

struct seen {
	struct seen_slot *slot;
	unsigned bits; /* 2^bits slots */
	size_t used;
	uint64_t factor;
	uint64_t uncertain; /* numbers that say nothing, or for which there was no room */
};

/* 0 or -ENOMEM; to end with seen_free(). */
int seen_new(struct seen *s, struct hash_key secret, struct sw_fault *why) SW_CHECK;

/* Is this number new? One that says nothing always is. */
bool seen_first(struct seen *s, uint64_t inode);

void seen_free(struct seen *s);

#endif
