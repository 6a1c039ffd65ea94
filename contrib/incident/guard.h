/* guard: what the files of the verb guard share. */
#ifndef SW_INCIDENT_GUARD_H
#define SW_INCIDENT_GUARD_H

#include <stdio.h>

#include "incident/guard_judge.h"
#include "incident/run.h"
#include "postfix/locked.h"

struct guard {
	struct run *run;
	const struct guard_config *config;
	struct spool spool;
	int directory; /* of the queues; the spool's */
	struct locked locked;
	struct sw_fault no_state; /* code not 0: it can't be written */
	uint64_t told[LOCKED_KINDS];
	uint64_t lifted;
	char trouble[LOCKED_TEXT]; /* of the run before: what is said once is not said again */
	bool more;		   /* accounts have two signs than are told in an hour */
	bool partly;		   /* something that was to be done was not; it was said */
	FILE *json;		   /* objects of what was told, with commas; NULL: sentences */
};

/* The account of a record, as text. */
struct sw_label guard_name(const struct locked_record *r);

/* Keep what is known now; the first failure is said. */
void guard_save(struct guard *g);

/*
 * Lock the account of a record, or go on with it where a killed run has stopped: table, sessions,
 * hold. The record knows how far it came; it was saved before.
 */
void guard_lock(struct guard *g, struct locked_record *r);

/* Does a table of ours have the account, with whatever action? False where that can't be told. */
bool guard_is_blocked(const struct guard *g, struct sw_raw key);

/*
 * Look after the locks in force: what was begun is gone on with, what somebody took back is lifted,
 * what is held is refused when inodes run short.
 */
void guard_tend(struct guard *g);

/*
 * Tell a record that is not told yet, or of which the command did not hear: once on stdout and to
 * syslog, to the command until it takes it, three times at most. Where stdout is the journal, which
 * has it from syslog: there once.
 */
void guard_tell(struct guard *g, struct locked_record *r);

/* One line of stderr and of syslog, as above: what hinders the guard itself. */
void guard_complain(struct guard *g, const struct sw_label *sentence);

#endif
