/* owner_graphs: sub-graphs of who holds the queue, since when, and how many bytes. */
#ifndef SW_PARTS_OWNER_GRAPHS_H
#define SW_PARTS_OWNER_GRAPHS_H

#include "munin/munin.h"
#include "postfix/spool.h"
#include "words/queue.h"

/* Of each queue in the order of spool_queues: what is held or broken warns. */
extern const char *const owner_graphs_colour[SPOOL_QUEUES];

/* The sub-graphs by_sender, age and size; `failed` (may be NULL) makes all of them U. */
void owner_graphs(struct sw_munin *m, const struct sw_queue_owners *h, const struct queue_sample *s,
		  const struct sw_fault *failed);

#endif
