/*
 * holders: who put the messages into the queues: SASL accounts, local users, clients that did not
 * log in. From the queue files' own records (queue/file.h), of all messages or of a sample.
 */
#ifndef SW_QUEUE_OWNERS_H
#define SW_QUEUE_OWNERS_H

#include "postfix/account.h"
#include "queue/sample.h"

enum {
	SW_QUEUE_OWNERS_QUEUES = QUEUE_SAMPLE_QUEUES,
	QUEUE_OWNERS_NAMES = 2048,
	QUEUE_OWNERS_NAME = 320
};

struct sw_queue_owners {
	const struct sw_host *host;
	struct topk *table;
	uint64_t messages;     /* in all queues, exact */
	uint64_t looked;       /* at so many of them */
	bool exact;	       /* that was all of them */
	uint64_t unreadable;   /* of those picked; what was moved meanwhile is not among them */
	struct sw_fault first; /* why the first of these could not be read */
	struct {
		uint64_t messages;
		uint64_t looked;
		double weight;	/* messages that each one looked at stands for */
		double bytes;	/* of message content, estimated unless exact */
		int64_t oldest; /* arrival of the oldest that was seen; 0: none was */
	} queue[SW_QUEUE_OWNERS_QUEUES];
};

/* Somebody's share; of one queue or of all. */
struct sw_queue_owner {
	struct sw_label name;
	struct sw_raw key; /* borrowed from *holders */
	double share;	   /* 0..1 of the messages */
	double error;	   /* half of a 95 % confidence interval; 0 when exact */
	double messages;
};

enum { SW_QUEUE_OWNERS_ALL = SW_QUEUE_OWNERS_QUEUES }; /* as a queue's index: all of them */

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

/* The greatest holders of one queue or of SW_QUEUE_OWNERS_ALL, at most max. Returns how many into
 * ret. */
size_t sw_queue_owners_top(const struct sw_queue_owners *h, size_t queue,
			   struct sw_queue_owner *ret, size_t max);

void sw_queue_owners_free(struct sw_queue_owners *h);

#endif
