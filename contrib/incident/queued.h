/*
 * queued: what an account, or a local user, has in the queues: every queue file is looked at.
 *
 * Memory is bounded: of more than QUEUED_NAMES clients, domains and scripts the greatest are kept
 * (base/topk.h).
 */
#ifndef SW_INCIDENT_QUEUED_H
#define SW_INCIDENT_QUEUED_H

#include "base/topk.h"
#include "incident/run.h"
#include "incident/say.h"
#include "incident/select.h"

enum {
	QUEUED_QUEUES = 5,
	QUEUED_NAMES = 4096,
	QUEUED_NAME = 320,
	QUEUED_SAMPLE = 200,
	QUEUED_ID = 64,
};

extern const char *const queued_queues[QUEUED_QUEUES];

struct queued_message {
	uint64_t hash; /* the smallest ones are kept: of all messages with the same chance */
	char id[QUEUED_ID];
	size_t queue;
	int64_t arrived;	   /* seconds since the epoch; 0: not known */
	uint64_t recipients;	   /* that still wait */
	struct sw_label client;	   /* its address, maybe empty */
	struct sw_label sender;	   /* of the envelope: "[]" is the null sender */
	struct sw_label recipient; /* the first that still waits; maybe empty */
	struct sw_label from, subject;
};

struct queued {
	/* in */
	const struct run *run;
	struct select *select;
	int spool;				       /* the queue directory */
	bool (*is_of_it)(struct sw_raw id, void *ctx); /* what else tells IDs of its messages */
	void *ctx;
	/* out */
	uint64_t queue[QUEUED_QUEUES]; /* messages */
	uint64_t messages, recipients; /* recipients: that still wait */
	uint64_t delivered;	       /* of the messages: no recipient is left */
	uint64_t bounces;	       /* in the queues, that are about one of them */
	int64_t oldest, newest;	       /* arrival; 0: none */
	struct topk *client;
	struct topk *domain; /* of recipients that wait, once a message */
	struct topk *script; /* "UID NAME" */
	struct queued_message *sample[QUEUED_SAMPLE];
	size_t samples;
	uint64_t looked;	/* at so many files, whosever */
	uint64_t unreadable;	/* files */
	struct sw_fault first;	/* why the first of them */
	struct sw_fault broken; /* code not 0: why a queue could not be read whole */
	bool whole[QUEUED_QUEUES];
	bool stopped; /* by a signal */
	/* ours */
	struct idmap *ids;
	char *bounce; /* paths of some */
	size_t later;
	struct queued_message at_hand;
	uint64_t of_message;
	size_t at;
	struct say_progress progress;
	struct sw_queue_file file;
};

/* Look, the first five being set and the rest 0. To be freed whatever is returned: 0, -ENOMEM. */
int queued_read(struct queued *q, struct sw_fault *why) SW_CHECK;
void queued_free(struct queued *q);

/* Could all be read? */
bool queued_is_whole(const struct queued *q);

#endif
