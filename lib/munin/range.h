/* range: values and ranges of values, as Munin writes and reads them. */
#ifndef SW_MUNIN_RANGE_H
#define SW_MUNIN_RANGE_H

#include "base/raw.h"

enum { RANGE_VALUE = 32 }; /* bytes that range_value() needs */

/*
 * A value as Munin wants it (Munin::Master::Node, UpdateWorker): no exponent, at most four
 * decimals, no trailing zeros; "U" for a NaN, an infinity and what is beyond +-1e15.
 */
void range_value(char buf[RANGE_VALUE], double value);

/*
 * Is this a range that munin-limits understands (LimitsOld.pm:545-598): N, :MAX, MIN:, MIN:MAX,
 * with plain decimal numbers? Anything else it reads as 0:0, an alarm for ever.
 */
bool range_is(struct sw_raw text);

/*
 * The ends of a range that is one, as strtod(3) reads them; NAN where there is none. One number
 * alone is the upper end (LimitsOld.pm:579). Blanks may stand behind it.
 */
double range_lower(const char *range);
double range_upper(const char *range);

#endif
