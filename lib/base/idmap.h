/*
 * recent: a map from short-lived names (queue IDs) to small values, in fixed memory. It forgets
 * what was put longest ago; names are told apart by a keyed 64-bit hash.
 */
#ifndef SW_IDMAP_H
#define SW_IDMAP_H

#include "base/block.h"
#include "base/fault.h"
#include "base/hash.h"

struct idmap; /* opaque */

struct idmap_value {
	uint32_t row; /* the caller's */
	uint32_t id;
	uint32_t flags;
	uint32_t check; /* of what must be equal, too */
	int64_t time;
};

/* A map of at least `entries` places (1..2^20). *ret ends with idmap_free(). 0 or -ENOMEM. */
int idmap_new(size_t entries, struct hash_key key, struct idmap **ret,
	      struct sw_fault *why) SW_CHECK;

/* The same of memory that ends with the caller's block, which has idmap_room() bytes for it. */
size_t idmap_room(size_t entries);
struct idmap *idmap_in(struct block *block, size_t entries, struct hash_key key);

/* Put a name, in place of what it had. */
void idmap_put(struct idmap *r, struct sw_raw name, struct idmap_value value);

/* The value of a name, to read or change, until the next idmap_put(); NULL when it is not known.
 */
struct idmap_value *idmap_get(struct idmap *r, struct sw_raw name);

/* A name will be sought: what that looks at may come nearer meanwhile. Changes nothing. */
void idmap_expect(struct idmap *r, struct sw_raw name);

/* The same after idmap_expect() of `other` with this name: of two maps with one key it is hashed
 * once. */
void idmap_expect_too(struct idmap *r, const struct idmap *other, struct sw_raw name);

void idmap_free(struct idmap *r); /* NULL is fine */

#endif
