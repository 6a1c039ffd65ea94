/*
 * break_in: accounts that were broken into, judged login by login.
 *
 * A flat block of fixed size that os/state.h can keep. It is told of each failed login and of each
 * use of an account (a message that was accepted after a login, a login at Dovecot), in the order
 * of the log, and looks back on what it was told: on the day of a use (UTC) and the
 * BREAK_IN_DAYS - 1 days before it. "Used" and "failed" below are within these. A network is
 * network_of() an address. An account is broken into when
 *   (a) a network failed at least `guesses` times for it and then uses it, and had not used it
 *       before the first of these failures;
 *   (b) at least `guesses` failures came from networks that had not used it, and then `networks`
 *       networks that had not either use it within an hour;
 *   (c) an address that failed for at least `guesses` accounts, and that nobody had used, gets into
 *       one whose network had not used that account. Who broke in is nobody.
 * Of (a) the first use after the last of the guesses counts, of (b) the use that makes it so.
 *
 * What an attacker can make many of is kept in base/slots.h: of too many networks, accounts and
 * addresses that fail those of accounts that are used, and then those that go on failing, are kept.
 * Nothing is counted too high, but in (b),
 * where of an account with many networks of its own the failures of those may be forgotten to have
 * come from them. Names are kept of accounts that were broken into alone.
 */
#ifndef SW_TRAFFIC_BREAK_IN_H
#define SW_TRAFFIC_BREAK_IN_H

#include "base/hash.h"
#include "base/slots.h"
#include "traffic/network.h"
#include "traffic/tries.h"

enum {
	BREAK_IN_DAYS = TRIES_DAYS,
	BREAK_IN_GUESSES = 16, /* the most that can be asked for */
	BREAK_IN_NETWORKS = 8,
	BREAK_IN_NAME = 320,
	BREAK_IN_BROKEN = 256, /* of more at a time the oldest are lost */
	BREAK_IN_USED = 1 << 16,
	BREAK_IN_PAIRS = 1 << 13,
	BREAK_IN_ACCOUNTS = 1 << 12,
	BREAK_IN_ADDRESSES = 1 << 12,
};

struct break_in_rules {
	unsigned guesses;  /* 1..BREAK_IN_GUESSES */
	unsigned networks; /* 1..BREAK_IN_NETWORKS */
};

/* One account that was broken into. */
struct break_in {
	uint64_t account;		/* 0: free */
	struct network_address network; /* of `address` */
	struct network_address address; /* that got in */
	int64_t first, last; /* when; again and again, never a day apart; seconds since the epoch */
	int64_t since;	     /* of the failures before */
	uint32_t failures;
	uint32_t accounts; /* (c): for how many the address failed; BREAK_IN_GUESSES is "or more" */
	uint32_t networks; /* (b): how many came in; else 0 */
	uint32_t name_n;
	char name[BREAK_IN_NAME];
};

struct break_ins {
	struct hash_key key;
	uint64_t lost;	 /* places that were taken from what was of use still */
	int64_t lost_at; /* when the last one was; 0: none */
	struct slot
		used[BREAK_IN_USED]; /* of accounts, pairs and addresses; weight: DAY << 8 | days */
	struct break_in_pair {
		struct slot slot;
		struct tries tries;
		uint32_t at_use[BREAK_IN_DAYS]; /* failures of that day before its last use */
		uint64_t account;
	} pair[BREAK_IN_PAIRS];
	struct break_in_account {
		struct slot slot;
		struct tries tries;
		struct {
			uint32_t time, failed, since;
		} came[BREAK_IN_NETWORKS]; /* new networks, after so many failures; a ring */
		uint32_t n;
	} account[BREAK_IN_ACCOUNTS];
	struct break_in_address {
		struct slot slot;
		struct tries tries;
		struct {
			uint32_t account, day;
		} tried[BREAK_IN_GUESSES]; /* the last different ones */
		uint32_t n;
		int32_t broke; /* the day that it broke in last, counted from the epoch; 0: none */
	} address[BREAK_IN_ADDRESSES];
	struct break_in broken[BREAK_IN_BROKEN]; /* filled from the first on */
};

/* An empty block; the key must stay secret. */
void break_in_begin(struct break_ins *b, struct hash_key key);

/* A login failed. `name` is the account's key (postfix/account.h). */
void break_in_failure(struct break_ins *b, struct sw_raw name,
		      const struct network_address *address, int64_t time);

/*
 * An account was used from an address. Returns whether that was told as a break-in. The same again
 * on the same day (UTC) changes nothing as long as nothing else was told, the account's login did
 * not fail and b->lost is what it was.
 */
bool break_in_use(struct break_ins *b, const struct break_in_rules *rules, struct sw_raw name,
		  const struct network_address *address, int64_t time);

/* Was it broken into within the day that ends with `end`? */
static inline bool break_in_is_of(const struct break_in *one, int64_t end)
{
	return one->account != 0 && one->first < end && one->last >= end - 86400;
}

/* Those within that day, the last first, at most `max` of them into ret; borrowed. How many. */
size_t break_in_last(const struct break_ins *b, int64_t end, const struct break_in **ret,
		     size_t max);

#endif
