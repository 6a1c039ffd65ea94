/*
 * owners: who put the messages into the queues (spoolwatch/queue.h), of a sample that was taken
 * already, and with what a log may know of messages from behind a content filter.
 */
#ifndef SW_QUEUE_OWNERS_H
#define SW_QUEUE_OWNERS_H

#include "postfix/account.h"
#include "queue/sample.h"

enum { QUEUE_OWNERS_NAMES = 2048, QUEUE_OWNERS_NAME = 320 };

/* How origins are found: chain_find() behind a function, so that who has no log needs no reader.
 */
struct queue_owners_log {
	int (*find)(const struct sw_host *h, int64_t since, struct account_sought *origin, size_t n,
		    void *ctx, struct sw_fault *why);
	void *ctx;
};

/*
 * Look at the messages that *s has picked, below the queue directory `spool`. `log` (may be NULL)
 * is where messages from behind a content filter are looked up. *ret ends with
 * sw_queue_owners_free(). Returns 0 or -ENOMEM; files that can't be read are counted.
 */
int queue_owners_read(const struct sw_host *h, int spool, const struct queue_sample *s,
		      const struct queue_owners_log *log, struct sw_queue_owners *ret,
		      struct sw_fault *why) SW_CHECK;

#endif
