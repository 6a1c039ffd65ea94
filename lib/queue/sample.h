/*
 * sample: messages of all queues, each with the same chance, picked while they are counted.
 *
 * Opening a queue file costs 4 microseconds warm and 120 cold, so a million can't be opened. Each
 * queue keeps a uniform sample of its own while it is walked (Vitter, "Random Sampling with a
 * Reservoir", 1985, Algorithm R: to skip messages without a random number for each would take
 * logarithms, and libm costs every start more than the numbers cost a queue of a million). Then the
 * room is shared out by the queues' sizes, with a little for the small ones. Up to `most` messages
 * the sample is all of them.
 */
#ifndef SW_QUEUE_SAMPLE_H
#define SW_QUEUE_SAMPLE_H

#include "spoolwatch/queue.h"

enum {
	QUEUE_SAMPLE_QUEUES = SW_QUEUE_OWNERS_QUEUES,
	QUEUE_SAMPLE_MOST = SW_QUEUE_OWNERS_MOST,
	QUEUE_SAMPLE_NAME = 56, /* bytes of hash directories and queue ID, with the NUL */
};

struct queue_sample_item {
	char name[QUEUE_SAMPLE_NAME]; /* "A/4jY2t64rKTz1bgFB": below the queue */
};

struct queue_sample_queue {
	const char *name;    /* in: "deferred" */
	uint64_t messages;   /* how many there are; exact */
	struct sw_fault why; /* code not 0: the queue could not be read, messages means nothing */
	int64_t oldest; /* when the oldest of all with a long queue ID came; 0: there is none */
	size_t picked;	/* how many items are to be looked at */
	struct queue_sample_item *item;
	size_t kept; /* ours, as all that follows */
	uint64_t random;
};

struct queue_sample {
	struct queue_sample_queue queue[QUEUE_SAMPLE_QUEUES];
	size_t n; /* queues */
	size_t most;
};

/*
 * Walk the queues (their .name set, .n in all) below `spool`, count their messages and pick at most
 * `most` of them. The pick depends on the seed and on the order of the directories alone. Returns 0
 * or -ENOMEM; what befell a queue is in its .why. *s ends with queue_sample_free() in any case.
 */
int queue_sample_take(struct queue_sample *s, int spool, size_t most, uint64_t seed,
		      struct sw_fault *why) SW_CHECK;

/* Messages in all queues that could be read. */
uint64_t queue_sample_messages(const struct queue_sample *s);

void queue_sample_free(struct queue_sample *s);

#endif
