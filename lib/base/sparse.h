/*
 * sparse: a block of memory without its zeros: what is kept of a table that is mostly empty.
 *
 * It is a row of pieces, each of them two numbers of 32 bits (where it begins in the block, how
 * many bytes it has; in this machine's order) and its bytes. All between them is zero.
 */
#ifndef SW_SPARSE_H
#define SW_SPARSE_H

#include "base/raw.h"

/* The most bytes that a block of `size` bytes (below 4 GB) needs, whatever it holds. */
size_t sparse_room(size_t size);

/* Write the pieces of a block to `ret`, which has sparse_room() bytes. Returns how many it took. */
size_t sparse_to(const void *block, size_t size, char *ret);

/*
 * Put the pieces into a block of zeros. Returns false, and the block is all zeros, where any lies
 * outside it or is cut: any bytes are legal.
 */
bool sparse_from(struct sw_raw pieces, void *block, size_t size) SW_CHECK;

/* Is all in one piece, from the block's beginning on? Then it is *ret, borrowed. Any bytes are
 * legal. */
bool sparse_is_one(struct sw_raw pieces, size_t size, struct sw_raw *ret) SW_CHECK;

/* What stands before such a piece of n bytes. */
enum { SPARSE_HEAD = 8 };
void sparse_head(size_t n, char ret[SPARSE_HEAD]);

/* Copy a block into one of zeros: only what of it is not zero is touched there. */
void sparse_copy(const void *block, void *ret, size_t size);

#endif
