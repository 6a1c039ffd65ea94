/*
 * pattern: what many siblings hold together though none of them stands out: home directories that
 * fill a tmp each, mailboxes that nobody reads.
 *
 * The directories that a heavy hitter keeps for itself are laid on one another: the names of their
 * first 1, 2 or 3 levels become `*`, what has the same path below these is one. Of these merged
 * directories the heavy hitters are found as those of the walk are.
 */
#ifndef SW_INODE_PATTERN_H
#define SW_INODE_PATTERN_H

#include "base/hash.h"
#include "inode/hitters.h"
#include "spoolwatch/inode.h"

/*
 * The patterns, with their paths below the root of the walk, of what the hitter h->found[item] has
 * for itself: SW_INODE_PATTERNS at most into ret, the largest first; their number. One has `least`
 * inodes or more in MANY directories or more, none of which holds more than a MANYth of it, and a
 * path of at most `room` bytes. As few levels as possible are `*`; a pattern of nothing but `*` is
 * given only when there is none else, and for twice as MANY. Names of others are told apart by
 * their bytes, hashed with `key`. 0 and *starved when there is no memory.
 */
enum { PATTERN_MANY = 4 };
size_t pattern_find(const struct walk *walk, const struct hitters *h, size_t item, uint64_t least,
		    size_t room, struct hash_key key,
		    struct sw_inode_pattern ret[SW_INODE_PATTERNS], bool *starved);

#endif
