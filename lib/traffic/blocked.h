/*
 * blocked: minutes in which Postfix could not put mail into its queue, by its own lines.
 *
 * With no inode left cleanup(8) and postdrop(1) try again every 10 seconds, for ever, and their
 * clients hang (global/mail_queue.c); with no block left smtpd(8) refuses MAIL FROM
 * (smtpd/smtpd_check.c) or the file breaks off (cleanup/cleanup_out.c). No client= line comes then:
 * a rate of 0 is not calm. A minute is blocked when such a line came and no message was accepted
 * after it.
 */
#ifndef SW_TRAFFIC_BLOCKED_H
#define SW_TRAFFIC_BLOCKED_H

#include "base/raw.h"

enum blocked_cause {
	BLOCKED_NOT,
	BLOCKED_CREATE, /* mail_queue_enter: create file ...: and why */
	BLOCKED_WRITE,	/* write queue file: and why; queue file write error */
	BLOCKED_SPACE,	/* 452 4.3.1 Insufficient system storage */
	BLOCKED_DAEMON, /* master(8) throttles smtpd or cleanup */
};

enum { BLOCKED_CLIENTS = 64, BLOCKED_REASON = 48 };

struct blocked {
	enum blocked_cause cause;    /* of the last line */
	char reason[BLOCKED_REASON]; /* "No space left on device", cut and terminated; or "" */
	int64_t since;	  /* first such line after which no message was accepted; 0: none */
	int64_t last;	  /* last such line; 0: none */
	int64_t accepted; /* last message accepted; 0: none */
	uint64_t minutes; /* bit i: minute i is blocked */
	struct {
		uint64_t pid; /* of who waits to create a file */
		int64_t last; /* its last line; 0: free */
	} client[BLOCKED_CLIENTS];
};

/*
 * What a line of `program` says: BLOCKED_NOT for every other one. Only texts whose beginning
 * Postfix itself fills count. *pid is the process that waits (BLOCKED_CREATE), *reason (borrowed)
 * the system's words where they are given.
 */
enum blocked_cause blocked_event(struct sw_raw program, struct sw_raw text, uint64_t *pid,
				 struct sw_raw *reason);

/* Such a line came at `time`; `minute` is its number in the window, negative before it. */
void blocked_take(struct blocked *b, enum blocked_cause cause, uint64_t pid, struct sw_raw reason,
		  int64_t time, int minute);

/* A message was accepted. */
void blocked_accept(struct blocked *b, int64_t time, int minute);

/* How many processes wait now: those that said so in the last minute before the last line. */
unsigned blocked_waiting(const struct blocked *b);

#endif
