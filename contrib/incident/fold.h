/*
 * fold: names that a map of Postfix takes for one (util/casefold.c, util/dict_utf8.c; with ICU's
 * ucasemap_utf8FoldCase()): equal but for the case of letters, of ASCII and of UTF-8.
 */
#ifndef SW_INCIDENT_FOLD_H
#define SW_INCIDENT_FOLD_H

#include "base/raw.h"

/* Bytes that the folded form of n bytes takes at most. */
static inline size_t fold_room(size_t n)
{
	return 3 * n;
}

/*
 * The folded form of a name into buf, of fold_room(name.n) bytes. Without `utf8`, or where the name
 * is no UTF-8, only ASCII letters are folded. Any bytes are legal.
 */
struct sw_raw fold(struct sw_raw name, bool utf8, char *buf);

/* The next character of valid UTF-8, taken off *rest; -1, with nothing taken, where there is none.
 */
int64_t fold_next(struct sw_raw *rest);

#endif
