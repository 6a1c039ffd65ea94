/*
 * locked: the accounts that the guard of a host has locked, kept between its runs: a state file
 * (os/state.h) of fixed size, written in place. The guard writes it, the plugin postfix_guard reads
 * it.
 *
 * Anybody may read it (0644): whose mail is locked stands in a table beside main.cf, too, which
 * Postfix wants to be readable; and who may only read a state file can't keep it locked.
 */
#ifndef SW_POSTFIX_LOCKED_H
#define SW_POSTFIX_LOCKED_H

#include "os/host.h"
#include "os/state.h"

#define LOCKED_PATH "/var/lib/spoolwatch/guard"

enum {
	LOCKED_VERSION = 1,
	LOCKED_RECORDS = 64,
	LOCKED_NAME = 320, /* bytes of a login (traffic/counts.h keeps no more) */
	LOCKED_TEXT = 352, /* of a label, with its NUL */
	LOCKED_UNDO = 640,
	LOCKED_FILE = 180224, /* bytes of the file, which the install takes: zeros count as ours */
	LOCKED_PATH_ROOM = 256,
	LOCKED_HOUR = 3600,
	LOCKED_STEP = 600, /* seconds that go by between two runs, at most, as far as is counted */
};

enum locked_kind {
	LOCKED_NONE,
	LOCKED_LOCK,  /* it was locked */
	LOCKED_WOULD, /* it would have been, in mode report */
	LOCKED_ALARM, /* two signs, and a reason not to */
	LOCKED_KINDS
};

/* How far a lock has come: a run that is killed is gone on with by the next. */
enum locked_phase { LOCKED_BEGUN, LOCKED_PARTLY, LOCKED_DONE };

/* All 0: free. */
struct locked_record {
	int64_t since;	       /* seconds since the epoch, as the others: when it was decided */
	int64_t told;	       /* 0: not yet */
	int64_t ended;	       /* of a lock: when it was found lifted; 0: it is in force */
	uint64_t at, ended_at; /* the same two moments by block.elapsed */
	uint32_t kind;
	uint32_t phase;	  /* of a lock: enum locked_phase */
	uint32_t blocked; /* 1: by a table; 0: what is queued is held alone */
	uint32_t rejects; /* 1: what it sends is refused; 0: held */
	uint32_t held;	  /* messages in hold then */
	uint32_t tries;	  /* to tell */
	uint32_t name_n;
	uint32_t unused;
	char name[LOCKED_NAME];
	char reason[LOCKED_TEXT]; /* a label */
	char undo[LOCKED_UNDO];	  /* for a shell; "": it did not fit */
};

struct locked_block {
	int64_t run; /* when the guard last ran; 0: never */
	/*
	 * Seconds of its runs, which no clock that is set back, or wrong for a while, makes fewer,
	 * and none makes more at a time than LOCKED_STEP: by these an hour is told.
	 */
	uint64_t elapsed;
	uint64_t hold;		   /* 1: mode = hold */
	char trouble[LOCKED_TEXT]; /* why that run could not judge; a label; "" */
	struct locked_record record[LOCKED_RECORDS];
};

/*
 * The path of an instance's file: LOCKED_PATH of SPOOL_CONFIG_DIRECTORY, and of NULL; of any other
 * directory with "-" and its last part behind it.
 */
void locked_path(const char *config_directory, char ret[LOCKED_PATH_ROOM]);

struct locked {
	struct state state;
	struct locked_block block;
};

/*
 * Open or make the file. *ret is valid and to be closed in any case. -EBUSY when another run has
 * it; -errno when there is none that can be written: -EROFS when it is there, and was read.
 */
int locked_open(struct locked *ret, const char *path, struct sw_fault *why) SW_CHECK;

/*
 * The same to look at alone, below a host's root: nothing is made. -ENOENT where it is not there,
 * or no guard has run yet; -errno.
 */
int locked_read(const struct sw_host *h, const char *path, struct locked_block *ret,
		struct sw_fault *why) SW_CHECK;

int locked_save(struct locked *l, struct sw_fault *why) SW_CHECK;
void locked_close(struct locked *l);

/* Make a block of any bytes one that can be used. */
void locked_repair(struct locked_block *b);

/* A run begins. */
void locked_begin(struct locked_block *b, int64_t now);

/* The record of an account and kind, one in force before the last; or NULL. */
struct locked_record *locked_find(struct locked_block *b, enum locked_kind kind,
				  struct sw_raw name);

/*
 * A new record, in place of a free one, of the oldest that is no lock, or of the oldest lock that
 * was lifted. NULL: the name is too long, or all are locks in force.
 */
struct locked_record *locked_take(struct locked_block *b, enum locked_kind kind,
				  struct sw_raw name);

/* A lock is found lifted. */
void locked_end(const struct locked_block *b, struct locked_record *r);

/* Seconds since a moment of elapsed. */
static inline uint64_t locked_age(const struct locked_block *b, uint64_t at)
{
	return at < b->elapsed ? b->elapsed - at : 0;
}

/* Is it a lock in force? */
bool locked_is_in_force(const struct locked_record *r);

/* Locks in force. */
unsigned locked_in_force(const struct locked_block *b);

/* Records of a kind of the last hour; locks that were lifted since, too. */
unsigned locked_of_hour(const struct locked_block *b, enum locked_kind kind);

#endif
