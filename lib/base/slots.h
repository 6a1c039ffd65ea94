/*
 * slots: a bounded table of records in one flat block, that os/state.h can keep.
 *
 * A name is a keyed 64-bit hash, so nobody who doesn't know the key can aim at a place. Each has
 * SLOTS_WAYS places, filled from the first on; then one that is too old is taken, then the lightest
 * (the oldest of these). What comes new takes the weight over, as in Space-Saving (base/topk.h): of
 * a flood of names that come once each those that come again stay. Only the weight is inherited,
 * the record begins empty: what it counts is never too much.
 */
#ifndef SW_SLOTS_H
#define SW_SLOTS_H

#include "base/base.h"

enum { SLOTS_WAYS = 16 };

/* How each record begins. All zeros is an empty place. */
struct slot {
	uint64_t hash; /* 0: free */
	int32_t day;   /* the caller's: when it was last of use */
	uint32_t weight;
};

/* `n` records (a power of two, at least SLOTS_WAYS) of `size` bytes each. */
struct slots {
	void *at;
	size_t n;
	size_t size;
};

/* The record of a hash (not 0), or NULL. Any bytes are a block. */
void *slots_find(struct slots t, uint64_t hash);

/* A record will be sought: what that looks at may come nearer meanwhile. Changes nothing. */
void slots_expect(struct slots t, uint64_t hash);

/*
 * The same, or a new one, zeroed but for hash and weight, in the place of another. Records of a day
 * before `oldest` are free. *lost is one more when one was lost that was not.
 */
void *slots_take(struct slots t, uint64_t hash, int32_t oldest, uint64_t *lost);

#endif
