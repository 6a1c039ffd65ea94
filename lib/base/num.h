/* num: numbers out of text and into text, one way each. */
#ifndef SW_NUM_H
#define SW_NUM_H

#include "base/raw.h"

enum { NUM_TEXT = 32 }; /* bytes that num_text() needs */

/*
 * Decimal digits alone (no sign, no blank) into *ret. False, with *ret untouched, for anything
 * else and for what does not fit 64 bits.
 */
bool num_from(struct raw text, uint64_t *ret);

/*
 * A value as Munin wants it (Munin::Master::Node, UpdateWorker): no exponent, at most four
 * decimals, no trailing zeros; "U" for a NaN, an infinity and what is beyond +-1e15.
 */
void num_text(char buf[NUM_TEXT], double value);

/*
 * Is this a range that munin-limits understands (LimitsOld.pm:545-598): N, :MAX, MIN:, MIN:MAX,
 * with plain decimal numbers? Anything else it reads as 0:0, an alarm for ever.
 */
bool num_is_range(struct raw text);

#endif
