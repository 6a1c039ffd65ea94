/*
 * journal: what was put into hold for whom, of fixed size, written in place before the messages
 * move: at the next run, after a kill and on a full disk it is there. A state file (os/state.h)
 * with a record for each selection, and the one batch of queue IDs that is on its way.
 *
 * It is never the only copy of anything: what it does not know costs a reload of Postfix.
 */
#ifndef SW_INCIDENT_JOURNAL_H
#define SW_INCIDENT_JOURNAL_H

#include <sys/types.h>

#include "os/state.h"

#define JOURNAL_DIRECTORY "/var/lib/spoolwatch"
#define JOURNAL_PATH	  JOURNAL_DIRECTORY "/journal"

enum {
	JOURNAL_VERSION = 1,
	JOURNAL_RECORDS = 128,
	JOURNAL_NAME = 256,
	JOURNAL_BATCH = 4096,
	JOURNAL_ID = 64, /* bytes of a queue ID, with its newline */
	JOURNAL_SELECT =
		512, /* bytes of a name of which a batch is; of a longer one none are kept */
	JOURNAL_FILE = 155648, /* bytes of the file, which the install takes: zeros count as ours */
};

/* Queues that messages are held from. */
enum journal_queue { JOURNAL_INCOMING, JOURNAL_ACTIVE, JOURNAL_DEFERRED, JOURNAL_QUEUES };

/* All 0: no record. What is unset is 0. */
struct journal_record {
	uint64_t key;		       /* journal_key() */
	int64_t since;		       /* nanoseconds since the epoch: before the first was moved */
	int64_t last;		       /* seconds: when it was last written */
	uint64_t from[JOURNAL_QUEUES]; /* messages that were to be moved, by queue of origin */
	uint64_t deleted;
	char select[JOURNAL_NAME];   /* for people, a label: "account alice@example.com" */
	char evidence[JOURNAL_NAME]; /* likewise: of what was deleted (evidence.h) */
};

/* A batch that was begun; n is 0 when it was looked after. */
struct journal_batch {
	uint64_t hold; /* inode of the directory */
	uint64_t uid;
	uint32_t by;	  /* enum options_by */
	uint32_t utf8;	  /* 1: folded so */
	uint32_t deletes; /* 1: out of hold; 0: into hold */
	uint32_t n;
	char name[JOURNAL_SELECT]; /* terminated; empty: it was too long */
	char ids[JOURNAL_BATCH];   /* each with a newline */
};

struct journal_block {
	struct journal_batch batch;
	struct journal_record record[JOURNAL_RECORDS];
};

struct journal {
	struct state state;
	struct journal_block block;
	struct sw_fault broken; /* code not 0: it can't be written */
};

/* What stands for a selection (select_key()) on one queue directory. Never 0. */
uint64_t journal_key(uint64_t select, dev_t device, ino_t hold);

/*
 * Open or make the journal at `path`. *ret is valid and to be closed in any case: without a file
 * .broken says why, and nothing is known. -EBUSY when another run has it locked.
 */
int journal_open(struct journal *ret, const char *path, struct sw_fault *why) SW_CHECK;
void journal_close(struct journal *j);

/* Make a block of any bytes one that can be used: what is out of order is as if it were not there.
 */
void journal_repair(struct journal_block *b);

struct journal_record *journal_find(struct journal *j, uint64_t key);

/* A record for the key, found or made, in place of the one that was written longest ago. */
struct journal_record *journal_take(struct journal *j, uint64_t key, const char *select);

/* Write all of it; the first failure stays in .broken, and later ones are not tried. */
void journal_save(struct journal *j);

#endif
