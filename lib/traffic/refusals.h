/*
 * refusals: recipients that receivers refuse or put off, by kind, receiver and account, minute by
 * minute, from the mail log.
 *
 * A recipient is that of one message: it counts once in each minute in which smtp(8), or error(8)
 * in its place, says that it was deferred or bounced, however often that is. What a first server
 * said before a second one was asked has no to= and is no delivery. The receiver is the domain of
 * the recipient, whoever was asked for it (a relayhost, a content filter). Whose the message is
 * stands in its client= or pickup line, in the hour before; a filter's second ID is followed to the
 * first one, or to the login before it (smtpd_proxy_filter).
 *
 * Memory is bounded whatever the log holds: of more than REFUSALS_ACCOUNTS accounts, of
 * REFUSALS_RECEIVERS receivers and of REFUSALS_PAIRS pairs the busiest are kept (base/topk.h), of
 * more than REFUSALS_IDS messages in the hour the latest.
 */
#ifndef SW_TRAFFIC_REFUSALS_H
#define SW_TRAFFIC_REFUSALS_H

#include "base/idmap.h"
#include "base/topk.h"
#include "log/source.h"
#include "postfix/account.h"
#include "postfix/address.h"
#include "traffic/mute.h"
#include "traffic/proxy.h"
#include "traffic/refusal.h"

enum {
	REFUSALS_ACCOUNTS = 4096,
	REFUSALS_RECEIVERS = 1024,
	REFUSALS_PAIRS = 8192, /* a receiver, an account, a kind */
	REFUSALS_IDS = 131072,
	REFUSALS_SEEN = 65536, /* recipients of messages, in a minute */
	REFUSALS_MINUTES = 64, /* bounds the window */
	REFUSALS_LATE = 5,    /* seconds after which a minute is complete: syslogd may write late */
	REFUSALS_OLD = 3600,  /* seconds before a refusal in which its message is looked for */
	REFUSALS_WORDS = 240, /* bytes of a receiver's words that are kept */
	REFUSALS_ASKED = 1000,	      /* messages of which `find` is asked in a run */
	REFUSALS_ALL = REFUSAL_KINDS, /* in place of a kind */
};

/*
 * Who submitted a message that the log does not tell of: false when it is not known either, else
 * with the account's key in *ret, key_n 0 for nobody's (a bounce, mail from elsewhere). `before` is
 * when it was refused: a file that is younger is another message's.
 */
typedef bool (*refusals_find_fn)(void *ctx, int64_t before, struct account_sought *ret);

struct refusals {
	const struct sw_host *host;
	int64_t start;		  /* first minute of the window, in seconds since the epoch */
	unsigned minutes;	  /* 1..REFUSALS_MINUTES, all of them complete */
	struct log_proof proof;	  /* which of the minutes are known */
	struct log_report report; /* what was read */
	struct mute mute;	  /* smtp(8), and error(8) */
	refusals_find_fn find;	  /* may be NULL */
	void *find_ctx;
	unsigned asked;
	struct topk *account;
	struct topk *receiver;
	struct topk *pair;
	struct idmap *id;
	struct idmap *seen;
	struct proxies *proxies;
	uint64_t total[REFUSAL_KINDS][REFUSALS_MINUTES]; /* exact */
};

/*
 * Read the `minutes` complete minutes before the host's now, and of the hour before them what tells
 * whose messages are. *s is the caller's, to end with refusals_free() whatever is returned. What
 * could not be read stands in s->proof: ask it before any count. Returns 0, -ENOMEM, or -EINVAL
 * when where->zone is none.
 */
int refusals_read(struct refusals *s, const struct sw_host *h, const struct log_where *where,
		  unsigned minutes, refusals_find_fn find, void *ctx,
		  struct sw_fault *why) SW_CHECK;

void refusals_free(struct refusals *s);

/* Recipients of a kind, or REFUSALS_ALL, in minutes first..first+n-1. */
uint64_t refusals_total(const struct refusals *s, unsigned kind, unsigned first, unsigned n);

/* A receiver (a domain; empty: recipients without one) or an account (empty: unknown). */
struct refusals_rank {
	struct sw_raw name; /* the domain, or the account's key; borrowed from *s */
	uint64_t count;	    /* recipients, of the kind and minutes asked for */
	uint64_t error; /* may be too low by this much: what came before it had a place is lost */
	uint32_t row;	/* for the other functions */
};

/*
 * The receivers that refuse at least `least` (and at least 1) recipients in minutes
 * first..first+n-1 for a kind, or REFUSALS_ALL, the greatest first (equal ones by name), at most
 * `max` of them into ret. Returns how many there were in all.
 */
size_t refusals_receivers(const struct refusals *s, unsigned kind, unsigned first, unsigned n,
			  uint64_t least, struct refusals_rank *ret, size_t max);
uint64_t refusals_receiver_sum(const struct refusals *s, uint32_t row, unsigned kind,
			       unsigned first, unsigned n);

/*
 * Was a server tried for it? Else its name may be anybody's invention. (A wrong yes: behind a
 * relayhost every domain has the relayhost's.)
 */
bool refusals_receiver_is_tried(const struct refusals *s, uint32_t row);

/* The same of accounts, for all kinds; recipients of nobody's messages are none's. */
size_t refusals_accounts(const struct refusals *s, unsigned first, unsigned n, uint64_t least,
			 struct refusals_rank *ret, size_t max);
uint64_t refusals_account_sum(const struct refusals *s, uint32_t row, unsigned first, unsigned n);

/* Whom a receiver refuses most for a kind. */
struct refusals_blamed {
	uint64_t all;		      /* recipients that it refused */
	uint64_t at_connect;	      /* of them: before any sender was named */
	struct refusals_rank account; /* of those that are left; count 0: none, or nobody's */
};
struct refusals_blamed refusals_blamed(const struct refusals *s, uint32_t receiver, unsigned kind,
				       unsigned first, unsigned n);

/* The receiver that refuses an account most, for all kinds; count 0: none is known. */
struct refusals_rank refusals_of(const struct refusals *s, uint32_t account, unsigned first,
				 unsigned n);

/*
 * Recipients of one account, by its key, that were refused for a kind after a sender was named, of
 * the pairs that are kept.
 */
uint64_t refusals_account_kind(const struct refusals *s, struct sw_raw key, enum refusal kind,
			       unsigned first, unsigned n);

/* A receiver's last words for a kind, cut; or Postfix's, of a receiver that was not reached. */
struct sw_raw refusals_words(const struct refusals *s, uint32_t receiver, unsigned kind);

/* An empty window, and one message added to it as log_read() gives it (ctx: struct refusals). */
int refusals_new(struct refusals *s, const struct sw_host *h, unsigned minutes,
		 struct sw_fault *why) SW_CHECK;
int refusals_message(const struct log_message *message, void *ctx);

#endif
