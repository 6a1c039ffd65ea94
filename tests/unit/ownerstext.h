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
	struct topk *scripts = NULL;

	o.queue[0].messages = first;
	o.queue[1].messages = second;
	/* as lib/queue/owners.c has it: of each queue, how many of those looked at are his */
	assert_int_equal(topk_new(OWNERS_ROOM, 320, sizeof(uint32_t[SW_QUEUE_OWNERS_QUEUES]),
				  (struct hash_key){ 1, 2 }, &table, &why),
			 0);
	assert_int_equal(topk_new(OWNERS_ROOM, 320, sizeof(uint32_t[SW_QUEUE_OWNERS_QUEUES]),
				  (struct hash_key){ 1, 2 }, &scripts, &why),
			 0);
	o.table = table;
	o.scripts = scripts;
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

/* As many of them were handed in by a script, which is a file of script_uid; exact. */
static inline void scripted(struct sw_queue_owners *o, uint64_t uid, uint64_t script_uid,
			    const char *script, size_t queue, uint32_t n)
{
	const uint64_t of[2] = { uid, script_uid };
	char name[sizeof(of) + 255];

	memcpy(name, of, sizeof(of));
	memcpy(name + sizeof(of), script, strlen(script));
	((uint32_t *)topk_count(o->scripts, raw_from(name, sizeof(of) + strlen(script)), 1)
		 ->value)[queue] += n;
	o->queue[queue].weight = 1;
}

#endif
