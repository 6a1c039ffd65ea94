/*
 * block: several arrays in one piece of zeroed memory.
 *
 * A table whose size is the most that it may ever hold is nearly empty on most hosts. As one large
 * piece the C library takes it from the system page by page, when a page is first touched; as many
 * small ones it clears them all, and the first touch of a page costs a start more than all that a
 * small host asks for.
 *
 * Small arrays lie together at its beginning, large ones at its end: what heads each of its tables
 * is touched in any case, and then is in one page.
 *
 * Between two arrays lies a gap, which AddressSanitizer guards as it would the end of each.
 */
#ifndef SW_BLOCK_H
#define SW_BLOCK_H

#include "base/base.h"

struct block {
	char *memory;
	size_t size, used, end; /* from used to end nothing is taken */
	size_t large;
};

/* What an array takes in a block: its bytes, rounded up, and the gap. */
size_t block_room(size_t n, size_t size);

/* Memory for arrays whose rooms are `size` together. False: there is none. Ends with block_free().
 */
bool block_new(struct block *b, size_t size);

/* The next array of n elements of `size` bytes; zeroed, and aligned to what a processor fetches. */
void *block_take(struct block *b, size_t n, size_t size);

/* The same for a single array, which begins at its beginning; NULL: there is no memory. */
void *block_one(struct block *b, size_t size);

/* Twice is fine. */
void block_free(struct block *b);

#endif
