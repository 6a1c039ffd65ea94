/* ownerstext: who holds a queue, by numbers that a test gives; for tests of what is said of it. */
#ifndef SW_OWNERSTEXT_H
#define SW_OWNERSTEXT_H

#include "base/topk.h"
#include "queue/owners.h"
#include "test.h"

enum { OWNERS_ROOM = 128 };

/* Nobody holds anything yet; the queues have so many messages. sw_queue_owners_free() ends it. */
static inline struct sw_queue_owners owners_of(const struct sw_host *h, uint64_t first,
					       uint64_t second)
{
	struct sw_queue_owners o = { .host = h, .messages = first + second };
	struct sw_fault why = { 0 };
	struct topk *table = NULL;

	o.queue[0].messages = first;
	o.queue[1].messages = second;
	/* as lib/queue/owners.c has it: of each queue, how many of those looked at are his */
	assert_int_equal(topk_new(OWNERS_ROOM, 320, sizeof(uint32_t[SW_QUEUE_OWNERS_QUEUES]),
				  (struct hash_key){ 1, 2 }, &table, &why),
			 0);
	o.table = table;
	return o;
}

/* So many of the messages that were looked at in a queue are of this account. */
static inline void holds(struct sw_queue_owners *o, struct sw_raw key, size_t queue, uint32_t n)
{
	uint32_t *looked = topk_count(o->table, key, 1)->value;

	looked[queue] += n;
	o->queue[queue].looked += n;
	o->looked += n;
}

#endif
