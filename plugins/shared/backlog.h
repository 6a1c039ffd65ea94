/* backlog: who holds the queue, in sentences and graphs; for postfix_queue and inode_percent. */
#ifndef SW_SHARED_BACKLOG_H
#define SW_SHARED_BACKLOG_H

#include "munin/munin.h"
#include "read/holders.h"

/*
 * "email@ourdomain.com 97% +-1% of 2325393 (sample of 1000) (SASL login), then ...": the greatest
 * holders of one queue or of HOLDERS_ALL. Empty when it holds nothing, or nothing could be read.
 */
struct label backlog_describe(const struct holders *h, size_t queue);

/* The sub-graphs by_sender, age and size; `failed` (may be NULL) makes all of them U. */
void backlog_graphs(struct munin *m, const struct holders *h, const struct sample *s,
		    const struct fault *failed);

#endif
