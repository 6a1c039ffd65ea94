/* num: numbers out of text and into text, one way each. */
#ifndef SW_NUM_H
#define SW_NUM_H

#include "base/raw.h"

/*
 * Decimal digits alone (no sign, no blank) into *ret. False, with *ret untouched, for anything
 * else and for what does not fit 64 bits.
 */
bool num_from(struct sw_raw text, uint64_t *ret);

/* In decimal digits, with a '-' when it is below 0; terminated. Returns how many bytes before that.
 */
enum { NUM_MAX = 21 }; /* "-9223372036854775808" */
size_t num_to(int64_t number, char buf[NUM_MAX]);

/*
 * As printf(3) has it with so many decimals, "%.2f" with 2; terminated. Returns how many bytes
 * before that, or 0, with nothing written, for what printf(3) must tell: more than 4 decimals, 1e15
 * and more, what is no number, and what lies so near the middle of two that its last bits decide.
 */
enum { NUM_FIXED = 24 };
size_t num_fixed(double number, unsigned decimals, char buf[NUM_FIXED]);

/* Put n numbers in order, the smallest first. */
void num_sort(uint64_t *number, size_t n);

#endif
