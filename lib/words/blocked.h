/* blocked: that Postfix can't put mail into its queue, in a sentence. */
#ifndef SW_WORDS_BLOCKED_H
#define SW_WORDS_BLOCKED_H

#include "base/label.h"
#include "traffic/blocked.h"

/*
 * "no mail can be queued since 05:03 (create a queue file: No space left on device), 12 clients
 * wait"; "since 05:03 or before" when no message was accepted before in what was read; "could be
 * queued for a while" when one was accepted since then. Local time. Empty when nothing was blocked.
 */
struct sw_label words_blocked(const struct blocked *b);

/*
 * What is said of a rate meanwhile, beside the other one: "this is no calm: no mail can be queued
 * since 05:03". `full`: only the free inodes or blocks say so.
 */
struct sw_label words_blocked_rate(const struct blocked *b, bool full);

#endif
