/*
 * select: the messages that a verb acts on: of an account, of a client's address, of an envelope
 * sender, of a local user. Names are compared byte for byte, nothing trimmed, but for what a map of
 * Postfix folds together (fold.h); the spellings that were met are kept.
 */
#ifndef SW_INCIDENT_SELECT_H
#define SW_INCIDENT_SELECT_H

#include "incident/options.h"
#include "incident/origin.h"

enum {
	SELECT_NAME =
		9216, /* bytes of the longest login (lib/postfix, smtpd_sasl_response_limit) */
	SELECT_SPELLINGS = 8,
};

struct select {
	enum options_by by;
	bool utf8;
	uint64_t uid;
	struct sw_raw asked; /* as it was given */
	char *folded;	     /* its folded form, and room for that of another: ours */
	size_t folded_n;
	char *other;
	char client[ORIGIN_CLIENT];
	/* spellings but the one that was asked for, as far as they fit; ours */
	struct sw_raw spelling[SELECT_SPELLINGS];
	size_t spellings;
	bool more_spellings; /* than these */
};

/* What the options select. Borrows their text. 0, -EINVAL for a name that is too long, -ENOMEM. */
int select_new(const struct options *o, bool utf8, struct select *ret,
	       struct sw_fault *why) SW_CHECK;
void select_free(struct select *s);

/* How far a file must be read to be told. */
enum sw_queue_file_depth select_depth(const struct select *s);

/* Is a login the account that is selected? A spelling is kept. And without that. */
bool select_is(struct select *s, struct sw_raw login);
bool select_folds(struct select *s, struct sw_raw name);

/* Is the message one of them? A file that was read only in part, or is damaged, is what it shows.
 */
bool select_has(struct select *s, const struct sw_queue_file *f);

/* A number that stands for what is selected, of whatever spelling: the same on every host. */
uint64_t select_key(const struct select *s);

#endif
