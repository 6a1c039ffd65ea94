/*
 * table: a bounded table of counts by name, for names that others invent.
 *
 * Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient computation of frequent and top-k elements
 * in data streams", 2005): when the table is full, a new name takes the place of a name with the
 * smallest count and inherits that count as its possible error. With m slots after N counts every
 * name with more than N/m counts is in the table, and its count is too high by at most `error`,
 * which is 0 for every name that came before the table was full and stayed. The index is keyed, so
 * nobody who doesn't know the key can aim at one bucket.
 */
#ifndef SW_TOPK_H
#define SW_TOPK_H

#include "base/block.h"
#include "base/fault.h"
#include "base/hash.h"

struct topk; /* opaque */

struct topk_row {
	struct sw_raw name; /* at most name_max bytes of it; borrowed until the next topk_count() */
	size_t name_whole;  /* its real length */
	uint64_t count;
	uint64_t error; /* count may be too high by this much */
	uint32_t id;	/* never given twice, whatever takes this row's place */
	void *value;	/* value_size bytes, zero at first; the caller's */
	uint64_t hash;	/* the table's own */
};

/*
 * A table of at most `slots` names (1..2^20), of which name_max bytes are kept; names that differ
 * only behind that are told apart by their hash. All memory is taken here, of which as much is
 * touched as there are names: *ret ends with topk_free(). Returns 0 or -ENOMEM.
 */
int topk_new(size_t slots, size_t name_max, size_t value_size, struct hash_key key,
	     struct topk **ret, struct sw_fault *why) SW_CHECK;

/*
 * The same of memory that ends with the caller's block, which has topk_room() bytes for it: several
 * tables in one cost a start less than each by itself.
 */
size_t topk_room(size_t slots, size_t name_max, size_t value_size);
struct topk *topk_in(struct block *block, size_t slots, size_t name_max, size_t value_size,
		     struct hash_key key);
/* The block ends with this table of it: topk_free(). */
void topk_own(struct topk *t, const struct block *block);

/* Count `n` (above 0) for a name and give its row; any bytes are a name. Never fails. */
struct topk_row *topk_count(struct topk *t, struct sw_raw name, uint64_t n);

/* The row of a name, or NULL. */
struct topk_row *topk_find(struct topk *t, struct sw_raw name);

/* Rows 0..topk_rows()-1, in no order that means anything. */
size_t topk_rows(const struct topk *t);
struct topk_row *topk_row(struct topk *t, size_t i);

/* How many names lost their place: 0 means that every count is exact and complete. */
uint64_t topk_evicted(const struct topk *t);

/*
 * For a table that is made of another's rows, to be read and never counted in: the next row, which
 * no name finds, its count and error 0; NULL when there is no room. And how many lost their place.
 */
struct topk_row *topk_append(struct topk *t, struct sw_raw name);
void topk_lose(struct topk *t, uint64_t evicted);

void topk_free(struct topk *t); /* NULL is fine */

#endif
