/* queue_message: whose a message is that still waits, by its queue file. */
#ifndef SW_PARTS_QUEUE_MESSAGE_H
#define SW_PARTS_QUEUE_MESSAGE_H

#include "postfix/account.h"
#include "postfix/spool.h"
#include "spoolwatch/queue.h"

/* Start with the first two set and the rest 0; queue_message_end() ends it. */
struct queue_message {
	const struct sw_host *host;
	struct spool *spool;
	bool looked;
	int directory; /* of the queues, -1: not to be read; *spool owns it */
	struct sw_queue_file *file;
	struct sw_fault why; /* the first thing that could have been read, and was not */
};

/*
 * Look for the file of the queue ID in *ret; ctx is a struct queue_message.
 * False when it is not there, may not be read, or came after `before`; else with the key of who
 * submitted it, key_n 0 for a bounce and for mail from elsewhere. Opens one file, in at most a
 * dozen places; a queue that may be on a network is not touched.
 */
bool queue_message_find(void *ctx, int64_t before, struct account_sought *ret);

void queue_message_end(struct queue_message *m);

#endif
