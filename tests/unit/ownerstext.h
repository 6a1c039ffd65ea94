/* ownerstext: who holds a queue, by numbers that a test gives; for tests of what is said of it. */
#ifndef SW_OWNERSTEXT_H
#define SW_OWNERSTEXT_H

#include "base/topk.h"
#include "queue/owners.h"
#include "queue/scripts.h"
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
	assert_int_equal(queue_scripts_new((struct hash_key){ 1, 2 }, &scripts, &why), 0);
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

/* Of so many of a user's messages, which are all that were looked at, some name a script. */
static inline void scripted(struct sw_queue_owners *o, uint64_t uid, const char *script,
			    size_t queue, uint32_t messages, uint32_t of_script)
{
	static struct sw_queue_file f; /* too large for a stack */

	f = (struct sw_queue_file){ .has_uid = true, .uid = uid, .script_uid = 1001 };
	for (uint32_t i = 0; i < messages; i++) {
		f.script = raw_from(script, i < of_script ? strlen(script) : 0);
		queue_scripts_count(o->scripts, &f, queue);
	}
	o->queue[queue].weight = 1;
}

#endif
