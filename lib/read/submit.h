/*
 * submit: who submitted how many messages, to how many recipients, from how many addresses, minute
 * by minute, from the mail log.
 *
 * An account (read/account.h) is a SASL login or a local user ID. A message counts when smtpd logs
 * its client and login, its recipients when the queue manager first makes it active; both are final
 * once their minute is over. What comes again is not counted again: retries, `postsuper -r`, what a
 * content filter puts back.
 *
 * Memory is bounded whatever the log holds: SUBMIT_ACCOUNTS accounts and SUBMIT_PEERS pairs of
 * account and client address by Space-Saving (store/table.h), so of more than that the busiest are
 * kept, and counts can be too low by submit_rank.error; SUBMIT_IDS messages between their client
 * and their queue manager line.
 */
#ifndef SW_SUBMIT_H
#define SW_SUBMIT_H

#include "read/maillog.h"
#include "store/recent.h"
#include "store/table.h"

enum {
	SUBMIT_ACCOUNTS = 4096,
	SUBMIT_PEERS = 16384,
	SUBMIT_IDS = 65536,
	SUBMIT_NAME = 320,   /* bytes of a login that are kept: 64 + @ + 255 (RFC 5321) */
	SUBMIT_MINUTES = 64, /* bounds the window */
	SUBMIT_LATE = 5,     /* seconds after which a minute is complete: syslogd may write late */
};

enum submit_what { SUBMIT_MESSAGES, SUBMIT_RECIPIENTS, SUBMIT_ADDRESSES, SUBMIT_KINDS };

struct submit {
	const struct host *host;
	int64_t start;	  /* first minute of the window, in seconds since the epoch */
	unsigned minutes; /* 1..SUBMIT_MINUTES, all of them complete */
	bool local;	  /* count local users, too */
	struct table *account;
	struct table *peer;
	struct recent *id;
	struct log_clock clock;
	struct maillog_report report;
	uint64_t total[2][SUBMIT_MINUTES]; /* messages, recipients of all accounts; exact */
};

/* An account, and its sum of one kind over the minutes asked for. */
struct submit_rank {
	struct label name; /* alice@example.com, uid 33 www-data */
	struct raw key;	   /* what tells accounts apart, for hashes; borrowed from *s */
	uint64_t count;
	uint64_t error; /* may be too low by this much: what came before it had a place is lost */
	uint32_t row;	/* for the other functions */
};

/* The busiest client address of an account, and how many others there were. */
struct submit_peers {
	struct raw address; /* borrowed; n is 0 when none is known */
	struct raw name;    /* its verified name, or "unknown" */
	uint64_t count;
	uint64_t others;
};

/*
 * Read the `minutes` complete minutes before the host's now. *s is the caller's, to end with
 * submit_free() whatever is returned. Errors as maillog_window().
 */
int submit_read(struct submit *s, const struct host *h, const struct maillog_where *where,
		unsigned minutes, bool local, struct fault *why) SW_CHECK;

void submit_free(struct submit *s);

/*
 * Leave accounts out of the rankings that do not ask for everyone: skip gives a bit (1 << kind) for
 * each kind of ranking.
 */
typedef unsigned (*submit_skip_fn)(const struct submit_rank *account, void *ctx);
void submit_leave_out(struct submit *s, submit_skip_fn skip, void *ctx);
/* The bits that were given for an account. */
unsigned submit_left_out(const struct submit *s, uint32_t row);

/*
 * The accounts with at least `least` (and at least 1) of a kind in minutes first..first+n-1, the
 * greatest first (equal ones by name), at most `max` of them into ret. SUBMIT_ADDRESSES counts each
 * address of an account once. Returns how many accounts there were in all.
 */
size_t submit_top(const struct submit *s, enum submit_what what, unsigned first, unsigned n,
		  uint64_t least, bool everyone, struct submit_rank *ret, size_t max);

/* One account's sum of a kind in minutes first..first+n-1. */
uint64_t submit_sum(const struct submit *s, uint32_t row, enum submit_what what, unsigned first,
		    unsigned n);

/* From where an account submitted in the minutes first..first+n-1. */
void submit_peers_of(const struct submit *s, uint32_t row, unsigned first, unsigned n,
		     struct submit_peers *ret);

/* An empty window, and one message added to it as maillog_window() gives it (ctx: struct submit).
 */
int submit_new(struct submit *s, const struct host *h, unsigned minutes, bool local,
	       struct fault *why) SW_CHECK;
int submit_message(const struct maillog_message *message, void *ctx);

#endif
