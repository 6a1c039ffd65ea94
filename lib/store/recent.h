/*
 * recent: a map from short-lived names (queue IDs) to small values, in fixed memory. It forgets
 * what was put longest ago; names are told apart by a keyed 64-bit hash.
 */
#ifndef SW_RECENT_H
#define SW_RECENT_H

#include "base/fault.h"
#include "base/hash.h"

struct recent; /* opaque */

struct recent_value {
	uint32_t row; /* the caller's */
	uint32_t id;
	uint32_t flags;
	int64_t time;
};

/* A map of at least `entries` places (1..2^20). *ret ends with recent_free(). 0 or -ENOMEM. */
int recent_new(size_t entries, struct hash_key key, struct recent **ret,
	       struct fault *why) SW_CHECK;

/* Put a name, in place of what it had. */
void recent_put(struct recent *r, struct raw name, struct recent_value value);

/* The value of a name, to read or change, until the next recent_put(); NULL when it is not known.
 */
struct recent_value *recent_get(struct recent *r, struct raw name);

void recent_free(struct recent *r); /* NULL is fine */

#endif
