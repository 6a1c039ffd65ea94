/*
 * guard_judge: is an account to be locked? Pure: facts come in, a verdict and its reason come out.
 *
 * A lock wants two signs of different kinds, and no sign counts that the account's own queue files
 * do not bear out: who may write to the log (any local user can) is not who writes queue files. One
 * sign, and be it ever so strong, is a newsletter, a scanner, a traveller, a bad list.
 */
#ifndef SW_INCIDENT_GUARD_JUDGE_H
#define SW_INCIDENT_GUARD_JUDGE_H

#include "incident/guard_config.h"

/* Kinds of signs. */
enum guard_sign {
	GUARD_VOLUME = 1,  /* how much, in five minutes or in a day */
	GUARD_FROM = 2,	   /* from how many networks, in an hour */
	GUARD_GUESSED = 4, /* it was broken into, after failures */
	GUARD_UNWANTED = 8 /* refused: unknown users, our reputation */
};

enum {
	GUARD_WINDOW = 60,	 /* minutes that are looked at */
	GUARD_RECENT = 5,	 /* of them, for the rate */
	GUARD_LEAST = 20,	 /* refused recipients from which on their share says something */
	GUARD_SHOWN = 10,	 /* of them in the logs of the queue files */
	GUARD_REST = 3600,	 /* seconds after which a lock that was lifted may come again */
	GUARD_RELAY_LEAST = 500, /* messages of a day, from which on a share of it says something */
};

/* What the queue files of the last hour show. */
struct guard_files {
	uint64_t messages;
	uint64_t networks;
	uint64_t intruder; /* from the network that broke in */
	uint64_t refused;  /* recipients in their logs: unknown users, our reputation */
	uint64_t ours;	   /* messages from mynetworks */
};

struct guard_facts {
	/* what the log says */
	uint64_t recent;		 /* messages in GUARD_RECENT minutes */
	uint64_t day;			 /* in 24 hours, as far as they are known */
	uint64_t networks;		 /* in GUARD_WINDOW minutes */
	uint64_t failures;		 /* before somebody got in; 0: nobody did */
	uint64_t recipients;		 /* in GUARD_WINDOW minutes */
	uint64_t refused;		 /* of them */
	uint64_t day_before, all_before; /* messages of the day before GUARD_WINDOW, and of all */
	struct guard_files files;
	/* what the guard knows */
	bool ignored;
	bool nameless;	      /* its name can't be acted on */
	bool no_state;	      /* what is locked can't be counted */
	int64_t since_lifted; /* seconds since its last lock was lifted; -1: none was */
	uint64_t locks;	      /* in the last hour, of whomever */
};

enum guard_verdict {
	GUARD_CALM,
	GUARD_ALARM, /* two signs, and something that speaks against a lock */
	GUARD_LOCK
};

/* The signs that the log says, a bit each: whom to look at in the queues. */
unsigned guard_signs(const struct guard_config *c, const struct guard_facts *f);

/* How many bits. */
unsigned guard_count(unsigned signs);

/*
 * The verdict; for an hour after its lock was lifted an account is calm, or an alarm when it goes
 * on. *ret_reason is of ALARM and LOCK: what the signs are, and what the queue files show;
 * of an ALARM first why it is none.
 */
enum guard_verdict guard_judge(const struct guard_config *c, const struct guard_facts *f,
			       struct sw_label *ret_reason);

#endif
