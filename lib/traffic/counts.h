/*
 * submit: who submitted how many messages, to how many recipients, from how many addresses, minute
 * by minute, from the mail log.
 *
 * An account (postfix/account.h) is a SASL login or a local user ID. A message counts when smtpd
 * logs its client and login, its recipients when the queue manager first makes it active; both are
 * final once their minute is over. What comes again is not counted again: retries, `postsuper -r`,
 * what a content filter puts back.
 *
 * Memory is bounded whatever the log holds: TRAFFIC_ACCOUNTS accounts and TRAFFIC_PEERS pairs of
 * account and client address by Space-Saving (base/topk.h), so of more than that the busiest are
 * kept, and counts can be too low by traffic_rank.error; TRAFFIC_IDS messages between their client
 * and their queue manager line.
 */
#ifndef SW_TRAFFIC_COUNTS_H
#define SW_TRAFFIC_COUNTS_H

#include "log/source.h"
#include "traffic/blocked.h"
#include "traffic/mute.h"
#include "base/idmap.h"
#include "base/topk.h"

enum {
	TRAFFIC_ACCOUNTS = 4096,
	TRAFFIC_PEERS = 16384,
	TRAFFIC_IDS = 65536,
	TRAFFIC_NAME = 320,	/* bytes of a login that are kept: 64 + @ + 255 (RFC 5321) */
	TRAFFIC_MINUTES = 64,	/* bounds the window */
	TRAFFIC_NETWORKS = 256, /* "256 or more" */
	TRAFFIC_LATE = 5, /* seconds after which a minute is complete: syslogd may write late */
};

enum traffic_what { TRAFFIC_MESSAGES, TRAFFIC_RECIPIENTS, TRAFFIC_ADDRESSES, TRAFFIC_KINDS };

/* What others know of an account, to be added behind its name in a sentence. */
typedef void (*traffic_more_fn)(void *ctx, struct sw_raw key, struct sw_label *name);

struct day;
struct proxies;

struct traffic {
	const struct sw_host *host;
	struct day *day;     /* is given all that traffic_message() is given; NULL: none */
	int64_t start;	     /* first minute of the window, in seconds since the epoch */
	unsigned minutes;    /* 1..TRAFFIC_MINUTES, all of them complete */
	bool local;	     /* count local users, too */
	bool managed;	     /* a line of the queue manager was given: recipients can be known */
	struct block memory; /* of the tables */
	struct topk *account;
	struct topk *peer;
	struct idmap *id;
	struct proxies *proxies;
	struct log_proof proof;	  /* which of the minutes are known */
	struct log_report report; /* what was read */
	struct blocked blocked;	  /* in which of them Postfix could not queue */
	struct mute mute;
	traffic_more_fn more; /* to be set when the log was read; NULL: nobody knows more */
	void *more_ctx;
	uint64_t ids; /* messages with an ID, and copies of their lines (see below) */
	uint64_t copies;
	uint64_t total[2][TRAFFIC_MINUTES]; /* messages, recipients of all accounts; exact */
};

/* An account, and its sum of one kind over the minutes asked for. */
struct traffic_rank {
	struct sw_raw key; /* what tells accounts apart, for hashes; borrowed from *s */
	uint64_t count;
	uint64_t error; /* may be too low by this much: what came before it had a place is lost */
	uint32_t row;	/* for the other functions */
};

/* The busiest client address of an account, and how many others there were. */
struct traffic_peers {
	struct sw_raw address; /* borrowed; n is 0 when none is known */
	struct sw_raw name;    /* its verified name, or "unknown" */
	uint64_t count;
	uint64_t others;
};

/*
 * Read the `minutes` complete minutes before the host's now. *s is the caller's, to end with
 * traffic_free() whatever is returned. What could not be read stands in s->proof: ask it before
 * any count. Returns 0, -ENOMEM, or -EINVAL when where->zone is none.
 *
 * Where two programs write each line into one file (imuxsock and imjournal), each message has two
 * client= lines: a second one with the same ID, account and address is not counted. A message
 * without an ID (NOQUEUE, before a proxy filter) is halved when most IDs of the file stand twice.
 */
int traffic_read(struct traffic *s, const struct sw_host *h, const struct log_where *where,
		 unsigned minutes, bool local, struct sw_fault *why) SW_CHECK;

/* The same of an empty window, from `since` on: for s->day. */
int traffic_log(struct traffic *s, const struct log_where *where, int64_t since,
		struct sw_fault *why) SW_CHECK;

void traffic_free(struct traffic *s);

/*
 * Leave accounts out of the rankings that do not ask for everyone: skip gives a bit (1 << kind) for
 * each kind of ranking.
 */
typedef unsigned (*traffic_skip_fn)(const struct traffic_rank *account, void *ctx);
void traffic_leave_out(struct traffic *s, traffic_skip_fn skip, void *ctx);
/* The bits that were given for an account. */
unsigned traffic_left_out(const struct traffic *s, uint32_t row);

/*
 * The accounts with at least `least` (and at least 1) of a kind in minutes first..first+n-1, the
 * greatest first (equal ones by name), at most `max` of them into ret. TRAFFIC_ADDRESSES counts
 * each address of an account once. Returns how many accounts there were in all.
 */
size_t traffic_top(const struct traffic *s, enum traffic_what what, unsigned first, unsigned n,
		   uint64_t least, bool everyone, struct traffic_rank *ret, size_t max);

/* An account in words: alice@example.com, uid 33 www-data. */
struct sw_label traffic_name(const struct traffic *s, const struct traffic_rank *account);

/* One account's sum of a kind in minutes first..first+n-1. */
uint64_t traffic_sum(const struct traffic *s, uint32_t row, enum traffic_what what, unsigned first,
		     unsigned n);

/*
 * The same of each of `spans` spans of n minutes, of which one begins with the minute after the
 * other's first: minutes first..first+n-1, first+1..first+n, ..., into ret.
 */
void traffic_each_sum(const struct traffic *s, uint32_t row, enum traffic_what what, unsigned first,
		      unsigned n, uint64_t *ret, unsigned spans);

/* From where an account submitted in the minutes first..first+n-1. */
void traffic_peers_of(const struct traffic *s, uint32_t row, unsigned first, unsigned n,
		      struct traffic_peers *ret);

/*
 * From how many networks (traffic/network.h) that was, of the pairs that are kept; at most
 * TRAFFIC_NETWORKS.
 */
unsigned traffic_networks_of(const struct traffic *s, uint32_t row, unsigned first, unsigned n);

/* An empty window, and one message added to it as log_read() gives it (ctx: struct
 * traffic).
 */
int traffic_new(struct traffic *s, const struct sw_host *h, unsigned minutes, bool local,
		struct sw_fault *why) SW_CHECK;
int traffic_message(const struct log_message *message, void *ctx);

#endif
