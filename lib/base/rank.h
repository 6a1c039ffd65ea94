/*
 * rank: the greatest few of many, kept in order while the many are met one by one. Of n met and k
 * kept it takes n comparisons, and a move of what is kept only for one that is kept itself.
 */
#ifndef SW_RANK_H
#define SW_RANK_H

#include "base/base.h"

/* Does `a` come before `b`? An order in which no two are equal makes the result one of its own. */
typedef bool (*rank_before_fn)(const void *a, const void *b);

/*
 * Put a copy of *one where it belongs among the `kept` (0..max) first of `list`, an array of `max`
 * elements of `size` bytes; of too many the last one goes. Returns how many are kept now. `max` may
 * be 0.
 */
size_t rank_add(void *list, size_t kept, size_t max, size_t size, const void *one,
		rank_before_fn before);

#endif
