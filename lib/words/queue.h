/* queue: who holds the queue, and what keeps the answer from being whole, in sentences. */
#ifndef SW_WORDS_QUEUE_H
#define SW_WORDS_QUEUE_H

#include "queue/owners.h"
#include "queue/reasons.h"

/*
 * "email@ourdomain.com 97% +-1% of 2325393 (sample of 1000) (SASL login), then ...": the greatest
 * owners of one queue or of SW_QUEUE_OWNERS_ALL. Of a user ID that is first also its script, as
 * words_script(); then others are named from a third on. Empty when it holds nothing, or nothing
 * could be read; "unknown senders (why)" of all when one queue could not be read.
 */
struct sw_label words_queue(const struct sw_queue_owners *h, size_t queue);

/* The same with `more` (may be empty) behind the first owner, where it is not cut for others. */
struct sw_label words_queue_and(const struct sw_queue_owners *h, size_t queue,
				const struct sw_label *more);

/*
 * Why a queue's messages wait, of those looked at: "71% to gmail.com: [421-4.7.28 Unusual ...]";
 * when the destination has far more messages for other reasons "90% to gmail.com, 50% of all:
 * [...]", when the reason has far more to other destinations "97%, 4% to gmail.com: [...]". Empty
 * when no log says anything.
 */
struct sw_label words_queue_reasons(const struct sw_queue_owners *h, size_t queue,
				    const struct queue_reasons *reasons);

/* "email@ourdomain.com 97% +-1%, about 970 messages (SASL login)" */
struct sw_label words_queue_owner(const struct sw_queue_owner *owner);

/* "3 queue files could not be read: ..."; empty when all could. */
struct sw_label words_queue_unreadable(const struct sw_queue_owners *h);

/*
 * Why nothing is known of messages that are there, in one queue or in SW_QUEUE_OWNERS_ALL: none of
 * those picked could be read.
 */
int words_queue_unseen(const struct sw_queue_owners *h, size_t queue, struct sw_fault *why);

/*
 * "at least, by a sample of 1000", or "at least: read 3C1D5: Input/output error": of the age of a
 * queue's oldest message; and "estimated from 1000" of its bytes. Empty when all were looked at.
 * `by_names`: the queue IDs of those that were not looked at tell when they came.
 */
struct sw_label words_queue_age(const struct sw_queue_owners *h, size_t queue, bool by_names);
struct sw_label words_queue_size(const struct sw_queue_owners *h, size_t queue);

#endif
