/* num: numbers out of text and into text, one way each. */
#ifndef SW_NUM_H
#define SW_NUM_H

#include "base/raw.h"

/*
 * Decimal digits alone (no sign, no blank) into *ret. False, with *ret untouched, for anything
 * else and for what does not fit 64 bits.
 */
bool num_from(struct sw_raw text, uint64_t *ret);

#endif
