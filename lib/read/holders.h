/*
 * holders: who put the messages into the queues: SASL accounts, local users, clients that did not
 * log in. From the queue files' own records (read/qfile.h), of all messages or of a sample.
 */
#ifndef SW_HOLDERS_H
#define SW_HOLDERS_H

#include "read/account.h"
#include "read/origin.h"
#include "read/sample.h"

enum { HOLDERS_QUEUES = SAMPLE_QUEUES, HOLDERS_NAMES = 2048, HOLDERS_NAME = 320 };

struct holders {
	const struct host *host;
	struct table *table;
	uint64_t messages;   /* in all queues, exact */
	uint64_t looked;     /* at so many of them */
	bool exact;	     /* that was all of them */
	uint64_t unreadable; /* of those picked; what was moved meanwhile is not among them */
	struct fault first;  /* why the first of these could not be read */
	struct {
		uint64_t messages;
		uint64_t looked;
		double weight;	/* messages that each one looked at stands for */
		double bytes;	/* of message content, estimated unless exact */
		int64_t oldest; /* arrival of the oldest that was seen; 0: none was */
	} queue[HOLDERS_QUEUES];
};

/* Somebody's share; of one queue or of all. */
struct holder {
	struct label name;
	struct raw key; /* borrowed from *holders */
	double share;	/* 0..1 of the messages */
	double error;	/* half of a 95 % confidence interval; 0 when exact */
	double messages;
};

enum { HOLDERS_ALL = HOLDERS_QUEUES }; /* as a queue's index: all of them */

/* How origins are found: origin_find() behind a function, so that who has no log needs no reader.
 */
struct holders_log {
	int (*find)(const struct host *h, int64_t since, struct origin *origin, size_t n, void *ctx,
		    struct fault *why);
	void *ctx;
};

/*
 * Look at the messages that *s has picked, below the queue directory `spool`. `log` (may be NULL)
 * is where messages from behind a content filter are looked up. *ret ends with
 * holders_free(). Returns 0 or -ENOMEM; files that can't be read are counted.
 */
int holders_read(const struct host *h, int spool, const struct sample *s,
		 const struct holders_log *log, struct holders *ret, struct fault *why) SW_CHECK;

/* The greatest holders of one queue or of HOLDERS_ALL, at most max. Returns how many into ret. */
size_t holders_top(const struct holders *h, size_t queue, struct holder *ret, size_t max);

void holders_free(struct holders *h);

#endif
