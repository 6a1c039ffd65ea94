/* contain: block, sessions, hold, and once more, as the verbs contain and guard do it. */
#ifndef SW_INCIDENT_CONTAIN_H
#define SW_INCIDENT_CONTAIN_H

#include "incident/act.h"
#include "incident/block.h"
#include "incident/report.h"

struct contain {
	bool holds; /* in: what is sent next is put into hold, not refused */
	struct setup setup;
	struct target target;
	struct block_outcome block;
	bool blocked;
	struct sw_fault unblocked; /* else: why it is not */
	struct run hold;	   /* what act is opened with */
	struct act *act;
	/* --save: the report, as it was before anything was changed */
	struct report *report;
	char evidence[REPORT_PATH];
	struct sw_fault unsaved; /* code not 0: why no file has it */
};

/*
 * Do it for the account of r->options, in this order: the entrance is shut before what came in is
 * held. Where no block can be had it goes on with hold. Without --yes both are looked at alone. 0,
 * or -errno: nothing was held. contain_end() in any case.
 */
int contain_do(struct run *r, struct contain *c, struct sw_fault *why) SW_CHECK;

/* Is all of it done, and in force? */
bool contain_is_done(const struct run *r, const struct contain *c);

/* What takes it back, for a shell. */
void contain_say_undo(FILE *to, const struct contain *c);

void contain_end(struct contain *c);

#endif
