/*
 * reference_hitters: the hierarchical heavy hitters of a listing of paths, by asking of every path
 * for every directory whether it is below it. Slow and obvious, to be set beside lib/inode/hitters
 * and pattern.
 */
#ifndef SW_REFERENCE_HITTERS_H
#define SW_REFERENCE_HITTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REF_PATH = 256, REF_HITTERS = 16, REF_PATTERNS = 16 };

struct ref_path {
	char path[REF_PATH]; /* "a/b"; of the root "" */
	bool directory;
};

struct ref_pattern {
	char path[REF_PATH];
	uint64_t inodes, directories;
};

struct ref_hitter {
	const char *path; /* borrowed of the listing */
	uint64_t inodes;
	struct ref_pattern pattern[REF_PATTERNS]; /* in no order */
	size_t patterns;
};

/* How many into ret, in no order; with `least` inodes or more. */
size_t ref_hitters(const struct ref_path *list, size_t n, uint64_t least,
		   struct ref_hitter ret[REF_HITTERS]);

#endif
