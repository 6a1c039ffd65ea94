/*
 * reasons: what most messages of a queue wait for, from the logs in defer/ of those that a sample
 * has picked: one open and one read more for each, of QUEUE_REASONS_MOST at most. A log that
 * belongs to no message counts nothing.
 */
#ifndef SW_QUEUE_REASONS_H
#define SW_QUEUE_REASONS_H

#include "base/fault.h"
#include "queue/sample.h"

enum {
	QUEUE_REASONS_NAMES = 2048,
	QUEUE_REASONS_BYTES = 8192, /* of a log that are read */
	QUEUE_REASONS_ENTRIES = 64, /* recipients of a message that are looked at */
	QUEUE_REASONS_MOST = 1000,  /* messages, evenly among those that are picked */
};

/* A destination and a reason, and how many of the messages have a recipient with both, and each. */
struct queue_reasons_most {
	struct sw_raw domain; /* of *reasons; may be empty */
	struct sw_raw form;   /* as queue_reason_form() */
	uint64_t both;
	uint64_t to_domain; /* for whatever reason */
	uint64_t of_form;   /* to whatever domain */
};

struct queue_reasons {
	uint64_t logs;	       /* that said something */
	uint64_t left_out;     /* messages that were picked, and whose log was not looked for */
	uint64_t unreadable;   /* those that were not there are not among them */
	struct sw_fault first; /* why the first of these could not be read */
	void *table;	       /* ours */
};

/*
 * Look at the logs of messages that *q has picked, below the queue directory `spool`. *ret ends
 * with queue_reasons_free() in any case. Returns 0 or -ENOMEM.
 */
int queue_reasons_read(const struct sw_host *h, int spool, const struct queue_sample_queue *q,
		       struct queue_reasons *ret, struct sw_fault *why) SW_CHECK;

/* The most frequent destination and reason; equal ones by their bytes. False when there is none. */
bool queue_reasons_most(const struct queue_reasons *r, struct queue_reasons_most *ret);

void queue_reasons_free(struct queue_reasons *r);

#endif
