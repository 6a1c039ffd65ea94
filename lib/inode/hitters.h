/*
 * hitters: the hierarchical heavy hitters among the directories of a walk (Cormode, Korn,
 * Muthukrishnan, Srivastava: "Finding Hierarchical Heavy Hitters in Data Streams", 2003): a
 * directory whose inodes, without those of heavy hitters below it, reach a bound. Exact for what
 * was walked: the directories that a walk keeps are its stream's hierarchy, counted whole.
 */
#ifndef SW_INODE_HITTERS_H
#define SW_INODE_HITTERS_H

#include "os/walk.h"

enum {
	HITTERS_MAX = 10, /* none counts twice, and each has a tenth of all */
	HITTERS_NONE = HITTERS_MAX
};

struct hitters {
	uint64_t *below; /* of each kept directory: itself and all below it */
	uint64_t *rest;	 /* the same without the hitters below it */
	uint8_t *of;	 /* to which one its own inodes belong, an index of found, or NONE */
	uint32_t found[HITTERS_MAX]; /* the largest rest first */
	size_t n;
};

/*
 * The hitters with `least` inodes or more, which must be a tenth of all that the walk counted or
 * more. A directory whose path below the root of the walk is longer than `room` bytes is none: it
 * belongs to one above it. There may be none: then the root is named as the only one, whatever it
 * has. 0 or -ENOMEM; *ret is to end with hitters_free().
 */
int hitters_find(const struct walk *walk, uint64_t least, size_t room, struct hitters *ret,
		 struct sw_fault *why) SW_CHECK;

void hitters_free(struct hitters *h);

#endif
