/* mutate: bytes into others that a parser may not expect; for replay.c and hosts.c. */
#ifndef SW_MUTATE_H
#define SW_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* A generator whose numbers hang on its seed alone. */
uint64_t mutate_draw(uint64_t *state);

/*
 * Change `n` bytes of `bytes`, which has room for `most`, in one to eight places: bits, bytes,
 * numbers at their bounds, pieces that are cut out, said twice, put elsewhere, or taken from
 * `other`. Returns the new length.
 */
size_t mutate(uint64_t *state, uint8_t *bytes, size_t n, size_t most, const uint8_t *other,
	      size_t other_n);

#endif
