/* blocked: that Postfix can't put mail into its queue, in a sentence. */
#ifndef SW_WORDS_BLOCKED_H
#define SW_WORDS_BLOCKED_H

#include "base/label.h"
#include "traffic/blocked.h"

/*
 * "no mail can be queued since 05:03 (create a queue file: No space left on device), 12 processes
 * wait". Empty when nothing was ever blocked.
 */
struct sw_label words_blocked(const struct blocked *b);

/* What is said of a rate meanwhile: it is no calm. `full`: only the free inodes say so. */
struct sw_label words_blocked_rate(const struct blocked *b, bool full);

#endif
