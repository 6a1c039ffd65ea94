/* queue: who holds the queue, in sentences. */
#ifndef SW_WORDS_QUEUE_H
#define SW_WORDS_QUEUE_H

#include "queue/owners.h"

/*
 * "email@ourdomain.com 97% +-1% of 2325393 (sample of 1000) (SASL login), then ...": the greatest
 * holders of one queue or of SW_QUEUE_OWNERS_ALL. Empty when it holds nothing, or nothing could be
 * read.
 */
struct sw_label words_queue(const struct sw_queue_owners *h, size_t queue);

/* "97% +-1%" of one owner, added to a sentence. */
void words_queue_share(struct sw_label *text, const struct sw_queue_owner *owner);

/* How it came in: " (SASL login)", " (no login)", " (local)". */
const char *words_queue_how(struct sw_raw key);

#endif
