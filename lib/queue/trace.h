/* trace: who handed in a message that came from no client, by the header of its content. */
#ifndef SW_QUEUE_TRACE_H
#define SW_QUEUE_TRACE_H

#include "queue/record.h"

/*
 * Fill uid and script of *q as spoolwatch/queue.h has them, from what it holds so far; uid of
 * maildrop is not set. `name` is the queue ID, NULL: not known, then neither is. A walk of its own,
 * of few records, begins where *from stands: in maildrop behind M (`in_content`) or before. Returns
 * 0, whatever the content is, or what reading it failed with.
 */
int queue_trace(const struct queue_records *from, const char *name, bool in_content,
		struct sw_queue_file *q);

#endif
