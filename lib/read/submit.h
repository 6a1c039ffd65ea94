/*
 * submit: who submitted how many messages, minute by minute, from the mail log.
 *
 * Accounts are SASL logins, with ASCII letters in lower case: an attacker who varies the case of a
 * login that the backend takes anyway must not split his count. Memory is bounded whatever the log
 * holds: SUBMIT_ACCOUNTS accounts and SUBMIT_PEERS pairs of account and client address by
 * Space-Saving (store/table.h), so of more than that the busiest are kept and counts can be too high
 * by account->error.
 */
#ifndef SW_SUBMIT_H
#define SW_SUBMIT_H

#include "read/maillog.h"
#include "store/table.h"

enum {
	SUBMIT_ACCOUNTS = 4096,
	SUBMIT_PEERS = 16384,
	SUBMIT_NAME = 320,   /* bytes of a login that are kept: 64 + @ + 255 (RFC 5321) */
	SUBMIT_MINUTES = 64, /* bounds the window */
};

struct submit {
	int64_t start;    /* first minute of the window, in seconds since the epoch */
	unsigned minutes; /* 1..SUBMIT_MINUTES, all of them complete */
	uint64_t total[SUBMIT_MINUTES]; /* messages of all accounts, exact */
	struct table *account;
	struct table *peer;
	struct log_clock clock;
};

struct submit_account {
	struct raw name; /* borrowed from *s */
	uint64_t count;  /* in the minutes asked for */
	uint64_t error;  /* may be too high by this much */
	uint32_t id;
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
 * submit_free(). Errors as maillog_window().
 */
int submit_read(struct submit *s, const struct host *h, const struct maillog_where *where,
		unsigned minutes, struct fault *why) SW_CHECK;

void submit_free(struct submit *s);

/*
 * The accounts with at least `floor` messages in minutes first..first+n-1, the busiest first (equal
 * ones by name), at most `max` of them into ret. Returns how many accounts reached the floor in all.
 */
size_t submit_busiest(const struct submit *s, unsigned first, unsigned n, uint64_t floor,
		      struct submit_account *ret, size_t max);

/* From where an account submitted in the whole window. */
void submit_peers(const struct submit *s, uint32_t account_id, struct submit_peers *ret);

/* Add one log line, as maillog_window() gives it; for tests. ctx is a struct submit. */
int submit_line(struct raw line, void *ctx);

/* An empty window, for tests. */
int submit_new(struct submit *s, const struct host *h, unsigned minutes, struct fault *why) SW_CHECK;

#endif
