/*
 * act: what hold, release and delete have in common: the instance, locked; the messages of the
 * selection; batches of queue IDs that the journal knows of before they move; counting by looking.
 */
#ifndef SW_INCIDENT_ACT_H
#define SW_INCIDENT_ACT_H

#include <sys/stat.h>

#include "base/idmap.h"
#include "incident/evidence.h"
#include "incident/instance.h"
#include "incident/journal.h"
#include "incident/locks.h"
#include "incident/say.h"
#include "incident/select.h"

enum { ACT_LATER_MS = 10000, ACT_PASSES = 20 };

/* Queue IDs, each with a newline: what postsuper(1) takes. */
struct act_batch {
	size_t n; /* bytes */
	size_t ids;
	char text[JOURNAL_BATCH];
	bool done[JOURNAL_BATCH / 2]; /* of each: it has no recipient any more */
};

/* Add an ID. False when there is no room: then it holds whole lines and is to be sent off. */
bool act_batch_add(struct act_batch *b, const char *id, bool done);
void act_batch_clear(struct act_batch *b);

/* Take the next ID of what is left of a batch's text, terminated. False at the end. */
bool act_batch_next(struct sw_raw *rest, char id[JOURNAL_ID]);

/* What was seen when all queues were looked through. */
struct act_count {
	uint64_t held;	   /* in hold, with recipients */
	uint64_t done;	   /* in hold, without: delivered already */
	uint64_t flight;   /* of both: being delivered now */
	uint64_t left;	   /* in other queues */
	uint64_t queue[4]; /* of `left`: act_queues */
	uint64_t theirs;   /* in hold, put there by somebody else */
	uint64_t bounces;  /* of null senders, about one of the messages seen */
};
extern const char *const act_queues[4]; /* maildrop, incoming, active, deferred */

struct act {
	struct run *run;
	struct instance in;
	struct select select;
	struct journal journal;
	uint64_t key;		       /* of the journal's record */
	struct journal_record *record; /* NULL: nothing is known */
	struct act_batch batch;
	struct act_count count;	  /* as it was last seen */
	struct idmap *ids;	  /* of the selection, as many as fit */
	struct evidence evidence; /* of what is deleted */
	struct locks locks;
	uint64_t moved; /* by the last pass */
	uint64_t released, deleted, strangers;
	uint64_t gone_done; /* released or deleted without a recipient: delivered already */
	uint64_t waiting;   /* for the end of their delivery */
	uint64_t unreadable;
	struct sw_fault failed; /* the first failure that ended it */
	struct sw_fault stuck;	/* why one could not be moved, though others were */
	bool full;		/* there is no room in hold */
	struct say_progress progress;
	uint64_t seen;
	bool reads;		   /* also what is known to wait in hold */
	bool looks;		   /* in act_look(), which no signal ends: its numbers are said */
	struct sw_queue_file file; /* the message at hand */
};

/*
 * Open all of it and lock the queues; set right what a killed run left in the middle. Without
 * --yes nothing is locked or set right. 0 with *ret for act_close(), or -errno (and *ret NULL):
 * -EPERM, -EBUSY.
 */
int act_open(struct run *r, struct act **ret, struct sw_fault *why) SW_CHECK;
void act_close(struct act *a);

/* Called with a->file read. Other than 0 ends the walk. */
typedef int (*act_fn)(struct act *a, const struct sw_queue_message *m, void *ctx);

/*
 * Each message of the selection in a queue. Returns 0, what fn returned, 1 when a signal came, or
 * -errno; what can't be read is counted. `depth` is at least select_depth().
 */
int act_each(struct act *a, const char *queue, enum sw_queue_file_depth depth, act_fn fn,
	     void *ctx) SW_CHECK;

/* Look through all queues and fill a->count. */
int act_look(struct act *a, struct sw_fault *why) SW_CHECK;

/* "account alice@example.com" */
struct sw_label act_name(const struct act *a);

/* Take the record of the selection, which begins now if there was none. */
void act_note(struct act *a);

/* Did we (or a map's HOLD) put a message of the selection into hold, as far as can be known? */
bool act_is_ours(const struct act *a, const struct stat *st);

/* Note the batch in the journal, as what is now moved into or out of hold. */
void act_begin(struct act *a, bool deletes);

/*
 * postsuper(1) on the batch, see instance_postsuper(). One that it fails of is not tried again
 * (ACT_STUCK); 0 then, too. -errno: a->failed, and a->full, say why.
 */
int act_move(struct act *a, const char *option, const char *queue, bool more) SW_CHECK;

/* What is known of a queue ID (bits of what a->ids has for it). */
enum { ACT_STUCK = 1, ACT_WAITS = 2 };
unsigned act_known(struct act *a, struct sw_raw id);
void act_know(struct act *a, struct sw_raw id, unsigned bits);

/*
 * How many of the batch are not in hold any more: without those that had no recipient, which go
 * into *ret_done unless that is NULL.
 */
uint64_t act_gone(const struct act *a, const struct act_batch *batch, uint64_t *ret_done);

/* Read hold/ID into a->file. 0, -ENOENT when it is not there, another -errno. */
int act_read_held(struct act *a, const char *id, enum sw_queue_file_depth depth,
		  struct sw_fault *why) SW_CHECK;

/*
 * Read those of the batch that are in hold again: what is not of the selection goes back. Returns
 * how many are. `rested`: they came from deferred, so what is not locked by a delivery now has all
 * its marks, and while it is in hold nobody makes others: act_each() need not read it once more,
 * and a->file then has .rcpt_todo alone.
 */
uint64_t act_verify(struct act *a, const struct act_batch *batch, struct select *select,
		    bool rested);

/* Remove defer/ID and bounce/ID of a message that is in no queue. */
void act_sweep(struct act *a, const char *id);

/* Remove defer/ID of a message that is to be deleted: an inode, and a block. False: it has none. */
bool act_give_up_log(struct act *a, const char *id);

/* What a run that was killed had begun, of whatever selection. */
void act_recover(struct act *a);

/* The last word of a verb: text or JSON, and its exit code. */
int act_say(struct act *a);

/* Without --yes: how many messages, by queue. */
int act_say_dry(struct act *a);

/* The verbs. */
int hold_run(struct run *r);
int release_run(struct run *r);
int delete_run(struct run *r);

/* hold as a part of delete: passes until one finds nothing, or hold is full. */
void hold_all(struct act *a);

#endif
