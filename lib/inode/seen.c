#include "inode/seen.h"

#include <errno.h>
#include <stdlib.h>

enum { SLOTS_FIRST_BITS = 10, SLOTS_LAST_BITS = 21 };

struct seen_slot {
	uint64_t group; /* inode number / 64 */
	uint64_t seen;	/* 0: the slot is empty */
};

static struct seen_slot *find(const struct seen *s, uint64_t group)
{
	size_t mask = ((size_t)1 << s->bits) - 1;
	size_t i = (size_t)((group * s->factor) >> (64 - s->bits));

	while (s->slot[i].seen && s->slot[i].group != group)
		i = (i + 1) & mask;
	return &s->slot[i];
}

/* Make room for one more; false when there is none. */
static bool widen(struct seen *s)
{
	struct seen wide = {
		.bits = s->bits + 1, .used = s->used, .factor = s->factor, .uncertain = s->uncertain
	};
	size_t slots = (size_t)1 << s->bits;

	if (s->used < slots / 2)
		return true;
	if (s->bits == SLOTS_LAST_BITS)
		return s->used < slots / 8 * 7;
	wide.slot = calloc(2 * slots, sizeof(*wide.slot));
	if (!wide.slot)
		return s->used < slots / 8 * 7;
	for (size_t i = 0; i < slots; i++)
		if (s->slot[i].seen)
			*find(&wide, s->slot[i].group) = s->slot[i];
	free(s->slot);
	*s = wide;
	return true;
}

bool seen_first(struct seen *s, uint64_t inode)
{
	struct seen_slot *slot = find(s, inode / 64);
	uint64_t bit = (uint64_t)1 << (inode % 64);
	bool seen = slot->seen & bit;

	/* FUSE_UNKNOWN_INO, and what other file systems say for "none" */
	if (inode == UINT32_MAX || inode == UINT64_MAX || inode == 0) {
		s->uncertain++;
		return true;
	}
	if (slot->seen) {
		slot->seen |= bit;
		return !seen;
	}
	if (!widen(s)) {
		s->uncertain++;
		return true;
	}
	slot = find(s, inode / 64);
	slot->group = inode / 64;
	slot->seen = bit;
	s->used++;
	return true;
}

int seen_new(struct seen *s, struct hash_key secret, struct sw_fault *why)
{
	/* the golden ratio's bits, of which the secret flips some: it may be 0 */
	*s = (struct seen){ .bits = SLOTS_FIRST_BITS,
			    .factor = (secret.k0 ^ UINT64_C(0x9e3779b97f4a7c15)) | 1 };
	s->slot = calloc((size_t)1 << s->bits, sizeof(*s->slot));
	return s->slot ? 0 : sw_fault_errno(why, ENOMEM, "count inodes");
}

void seen_free(struct seen *s)
{
	free(s->slot);
	s->slot = NULL;
}
