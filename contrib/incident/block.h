/* block: what the files of the verbs block and unblock share. */
#ifndef SW_INCIDENT_BLOCK_H
#define SW_INCIDENT_BLOCK_H

#include <stdio.h>

#include "incident/force.h"
#include "incident/origin.h"
#include "incident/sessions.h"

/* What is acted on. */
struct target {
	struct sw_raw name;
	enum table_name kind;
	char client[ORIGIN_CLIENT];
	struct table table;
	bool holds; /* block_target_hold() */
};

/* What was found and done. */
struct block_outcome {
	struct force force;
	struct sessions sessions;
	struct sw_fault left; /* why a session could not be ended */
};

/* The account or address that the options name. 0, or -errno: no table can hold such a name. */
int block_target(const struct run *r, const struct setup *s, struct target *ret,
		 struct sw_fault *why) SW_CHECK;

/* From here on its mail is put into hold; but of one that is refused already nothing changes. */
void block_target_hold(struct target *t);

/*
 * Put it into its table and end its sessions; without --yes look at both alone. 0, or -errno with
 * nothing changed; block_outcome_free() in any case.
 */
int block_do(const struct run *r, struct setup *s, const struct target *t,
	     struct block_outcome *ret, struct sw_fault *why) SW_CHECK;

void block_outcome_free(struct block_outcome *o);

/* Is it in force everywhere, and was no session left? Of the latter only when `acted`. */
bool block_is_done(const struct block_outcome *o, bool acted);

/* Why no table of this Postfix can be used: a sentence, and -ENOTSUP. */
int block_check(const struct setup *s, struct sw_fault *why) SW_CHECK;

/* Do all tables of the instance exist? */
bool block_is_begun(const struct setup *s);

/* block --init; and what is said where that is to be done first. The exit code. */
int block_init(const struct run *r, struct setup *s);
int block_not_begun(const struct run *r, struct setup *s);

void block_say_name(const struct target *t);

/* "in force on smtp, not on submission" */
void block_say_force(const struct force *f);

/* The lines that bring it into force where it is not, and the reload. */
void block_say_commands(const struct setup *s, const struct force *f);

/* "spoolwatch VERB --yes -- ACCOUNT" */
void block_say_undo(FILE *to, const struct setup *s, const struct target *t, const char *verb);

/* How nftables drops a client's packets. */
void block_say_nft(const struct target *t);

/* "; 2 sessions were ended", and lines for those that could not be. */
void block_say_sessions(const struct sessions *s, bool ended);
void block_say_left(const struct sessions *s, const struct sw_fault *why);

/* Processes that go by what main.cf or master.cf said before, some of them by name. */
void block_say_before(const struct block_outcome *o);

/* Pieces of an object. */
void block_json_begin(const struct run *r, const struct target *t);
void block_json_sessions(const struct sessions *s);
void block_json_force(const struct setup *s, const struct force *f);
void block_json_undo(const struct setup *s, const struct target *t, const char *verb);

#endif
