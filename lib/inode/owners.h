/*
 * owners: whose the files of a directory are, by a sample that is drawn while a walk meets them.
 *
 * Every file is kept with the same chance, which is halved whenever there is no more room: what is
 * left is a sample of each part of the tree, whatever parts are asked for afterwards, and of a walk
 * that was cut.
 */
#ifndef SW_INODE_OWNERS_H
#define SW_INODE_OWNERS_H

#include "base/hash.h"
#include "os/walk.h"
#include "spoolwatch/inode.h"

enum {
	OWNERS_ASKED = 300,	   /* files, of all directories together */
	OWNERS_KEPT = 4096,	   /* of all files, and */
	OWNERS_NAMES = 128 * 1024, /* bytes of their names */
};

struct owners_file; /* one of the sample */

struct owners {
	struct owners_file *file;
	char *names;
	size_t n, names_n;
	uint64_t draw;	/* the last random number, never 0 */
	uint64_t limit; /* a file with a number up to that is kept */
};

/* 0 or -ENOMEM; to end with owners_free(). */
int owners_new(struct owners *o, struct hash_key secret, struct sw_fault *why) SW_CHECK;

void owners_keep(struct owners *o, uint32_t directory, const struct dir_entry *entry);

/* A file was met in a directory of the walk. */
static inline void owners_meet(struct owners *o, uint32_t directory, const struct dir_entry *entry)
{
	o->draw ^= o->draw << 13; /* Marsaglia: "Xorshift RNGs", 2003 */
	o->draw ^= o->draw >> 7;
	o->draw ^= o->draw << 17;
	if (o->draw <= o->limit)
		owners_keep(o, directory, entry);
}

/*
 * Who has most of the files of the directories d with of[d] == i, for each i below n, into ret[i].
 * The files are asked in the order of chance until `until` (clock_ms()): who is late, or more than
 * half of whose files can't be asked, is not known (looked 0).
 */
void owners_ask(struct owners *o, struct walk *walk, const uint8_t *of, size_t n, int64_t until,
		struct sw_inode_owner *ret);

void owners_free(struct owners *o);

#endif
