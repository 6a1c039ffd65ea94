/* locked: accounts that the guard has locked, or has reason to, in sentences. */
#ifndef SW_WORDS_LOCKED_H
#define SW_WORDS_LOCKED_H

#include "postfix/locked.h"

/*
 * "email@ourdomain.com since 17:50: 2562 messages in 5 min, ..., undo: spoolwatch unblock --yes --
 * email@ourdomain.com and spoolwatch release --yes -- email@ourdomain.com"; of what is no lock
 * without the undo.
 */
struct sw_label words_locked(const struct locked_record *r);

/*
 * Those of a mask of kinds (1 << LOCKED_LOCK) of the last so many seconds that were not lifted: the
 * last one, then the names of those before it, while they fit; *ret_n is how many there are.
 */
struct sw_label words_locked_all(const struct locked_block *b, unsigned kinds, uint64_t seconds,
				 unsigned *ret_n);

#endif
