/*
 * sample: messages of all queues, each with the same chance, picked while they are counted.
 *
 * Opening a queue file costs 4 microseconds warm and 120 cold, so a million can't be opened. Each
 * queue keeps a uniform sample of its own while it is walked (Vitter's reservoir, Algorithm R with
 * Li's skips, "Reservoir-Sampling Algorithms of Time Complexity O(n(1+log(N/n)))", 1994). Then the
 * room is shared out by the queues' sizes, with a little for the small ones. Up to `most` messages
 * the sample is all of them.
 */
#ifndef SW_SAMPLE_H
#define SW_SAMPLE_H

#include "read/queue.h"

enum {
	SAMPLE_QUEUES = 6,
	SAMPLE_MOST = 100000, /* bounds `most` */
	SAMPLE_NAME = 56,     /* bytes of hash directories and queue ID, with the NUL */
};

struct sample_item {
	char name[SAMPLE_NAME]; /* "A/4jY2t64rKTz1bgFB": below the queue */
};

struct sample_queue {
	const char *name;  /* in: "deferred" */
	uint64_t messages; /* how many there are; exact */
	struct fault why;  /* code not 0: the queue could not be read, messages means nothing */
	int64_t oldest;	   /* when the oldest of all with a long queue ID came; 0: there is none */
	size_t picked;	   /* how many items are to be looked at */
	struct sample_item *item;
	size_t kept; /* ours, as all that follows */
	uint64_t next;
	double weight;
	uint64_t random;
};

struct sample {
	struct sample_queue queue[SAMPLE_QUEUES];
	size_t n; /* queues */
	size_t most;
};

/*
 * Walk the queues (their .name set, .n in all) below `spool`, count their messages and pick at most
 * `most` of them. The pick depends on the seed and on the order of the directories alone. Returns 0
 * or -ENOMEM; what befell a queue is in its .why. *s ends with sample_free() in any case.
 */
int sample_take(struct sample *s, int spool, size_t most, uint64_t seed,
		struct fault *why) SW_CHECK;

/* Messages in all queues that could be read. */
uint64_t sample_messages(const struct sample *s);

void sample_free(struct sample *s);

#endif
