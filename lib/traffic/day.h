/*
 * day: what each account did in a day: messages, client networks, senders, recipients outside.
 *
 * The day at a moment m (seconds since the epoch) is the DAY_BUCKETS whole buckets of DAY_BUCKET
 * seconds, UTC, that ended at least DAY_LAG seconds before m. A message is of the bucket of its
 * client= line (of pickup's, of a local user); its sender, and each recipient outside, are of the
 * same bucket when their line comes within DAY_LAG of that one: so at m all of the day is known,
 * and the same log always gives the same numbers.
 *
 * A recipient is outside when smtp(8) tried another server for it, whatever came of that, once for
 * each pair of the message's first queue ID and the recipient. A pass through a content filter, or
 * `postsuper -r`, leaves a message what it is: the new ID belongs to the first one by orig_queue_id
 * or orig_id, or by "queued as ID" of a relay on a loopback address. Whom a message was given to
 * that came back by orig_queue_id was the filter, wherever that is: no recipient outside.
 *
 * A message that smtpd(8) hands to a filter before the queue (smtpd_proxy_filter) has no queue ID
 * in its client= line: it gets the one with which it comes back (traffic/proxy.h). Where the filter
 * does not say that one, it counts, but its sender and recipients can't be known.
 *
 * Memory is bounded: DAY_ACCOUNTS accounts (Space-Saving, base/topk.h; see day_is_sure()), of each
 * the DAY_SEEN networks and senders that were seen last, a cell for each bucket in which it sent.
 *
 * One table has all of the day. A table of each bucket, put together in their order, is exact as
 * long as the day has no more accounts than one of them has places, and forgets most where it
 * matters: a slow account is small in every bucket. This one is exact for DAY_ACCOUNTS accounts a
 * day; of more, who sends its part evenly and has more than 1 in DAY_ACCOUNTS of all messages keeps
 * its place from the first message on. Who did not is not .sure, and day_is_sure() bounds whoever
 * has none. What a state goes on with can have dropped others than a reading that begins at the
 * day: then one of them says U where the other has the number, and neither has another number.
 */
#ifndef SW_TRAFFIC_DAY_H
#define SW_TRAFFIC_DAY_H

#include "base/idmap.h"
#include "base/topk.h"
#include "log/source.h"
#include "traffic/proxy.h"

enum {
	DAY_BUCKET = 300,
	DAY_BUCKETS = 288,
	DAY_LAG = 600,
	DAY_ACCOUNTS = 4096,
	DAY_SEEN = 256,	 /* networks, and senders, of an account: "256 or more" */
	DAY_RECENT = 16, /* buckets at the end of which each sighting is kept: see day_seen */
	DAY_SPANS = 304, /* buckets that are kept: a day, and as many as are told again */
	DAY_TELLING = 3, /* senders of an account that are kept as text */
	DAY_SENDER = 64, /* bytes of these */
	DAY_NAME = 320,	 /* bytes of a login that are kept */
};

enum day_what { DAY_MESSAGES, DAY_NETWORKS, DAY_SENDERS, DAY_EXTERNAL, DAY_KINDS };

/* The number of the bucket of a moment; that at which the day of m ends; when one begins. */
static inline uint32_t day_bucket(int64_t time)
{
	return (uint32_t)(time / DAY_BUCKET);
}

static inline uint32_t day_end(int64_t m)
{
	return day_bucket(m - DAY_LAG);
}

static inline int64_t day_time(uint32_t bucket)
{
	return (int64_t)bucket * DAY_BUCKET;
}

/*
 * The network of a client address (/16 of IPv4, mapped or not; /32 of IPv6) as a number above 0;
 * 0 when it is no address. And back, as text: "203.0.0.0/16", "2001:db8::/32".
 */
uint64_t day_network(struct sw_raw address);
struct sw_label day_network_name(uint64_t network);

/*
 * The same as few bytes, terminated: "cb00", "20010db8", in lower case. And back; false for any
 * other text.
 */
enum { DAY_NETWORK_HEX = 9 };
void day_network_hex(uint64_t network, char buf[DAY_NETWORK_HEX]);
bool day_network_from_hex(struct sw_raw hex, uint64_t *ret);

/*
 * A sender as it counts: without what follows the first '+' of its local part, nor, if that holds
 * '=', what follows the last '-' before it (VERP). Written to buf, as far as there is room.
 */
struct sw_raw day_sender(struct sw_raw sender, char *buf, size_t size);

/* Something that was seen: the last bucket before `base`, and a bit for each one from there on. */
struct day_seen {
	uint64_t key;
	uint32_t last; /* 0: none */
	uint32_t recent;
};

struct day_list {
	struct day_seen *seen;
	uint32_t n, room;
	uint32_t dropped; /* the last bucket of what gave way to others; 0: none did */
};

/* What was sent in this bucket and in all before: sums may wrap, differences are right. */
struct day_cell {
	uint32_t bucket, messages, external;
};

struct day_text {
	uint64_t key; /* of the senders' list */
	uint8_t n;
	char text[DAY_SENDER];
};

struct day_account {
	uint32_t id;	/* of the row; another one has its place when they differ */
	uint32_t lost;	/* messages that it may have had before it had a place, */
	uint32_t until; /* up to this bucket */
	uint32_t blind; /* up to this bucket some had no queue ID: to whom is not known */
	struct day_cell *cell;
	uint32_t cells, room;
	/*
	 * Of cells that a state has and that no day begins or ends with, only the first and the
	 * last are among `cell`: those between, and the last, which has this index, as bytes of the
	 * state.
	 */
	uint32_t packed_end;
	uint32_t packed; /* so many between */
	struct sw_raw packed_bytes;
	struct day_list list[2]; /* networks, senders */
	struct day_text text[DAY_TELLING];
	uint32_t texts;
};

struct day_pairs; /* ours */

struct day {
	const struct sw_host *host;
	bool local;	     /* count local users, too */
	uint32_t first;	     /* the first bucket that can be told */
	uint32_t from;	     /* messages of buckets from here on are counted, */
	uint32_t end;	     /* before this one */
	uint32_t base;	     /* of day_seen */
	int64_t begin;	     /* lines before are not looked at, */
	int64_t stop;	     /* nor from here on */
	struct block memory; /* of these */
	struct topk *account;
	struct day_account *of; /* of each row of `account` */
	struct idmap *id;
	struct day_pairs *pairs;
	struct proxies *proxies;
	uint32_t serial;
	uint64_t ids, copies; /* as in struct traffic */
	uint32_t
		short_until; /* up to this bucket recipients could not all be told apart; 0: fine */
	uint64_t lost;	     /* messages of an account that has no place any more, at most, */
	uint32_t lost_until; /* up to this bucket; 0: all have one */
	uint64_t seam[DAY_SPANS]; /* a sum of the messages of each bucket from first - 2 on; */
	uint64_t seam_of_state;	  /* what it was of the two before `from`, in the state */
	bool resumed;		  /* there was one */
	int64_t read_whole;	  /* when all of the day was read last */
	int failed;		  /* an errno: memory ran out, nothing is known */
	/* What is known of the spans first.., each an enum log_minute; and of what is not, why. */
	unsigned char state[DAY_SPANS];
	bool doubted;
	struct log_reason reason;
};

/*
 * An empty day for the moments m_first..m_last, nothing known. *d is the caller's, to end with
 * day_free() whatever is returned. Returns 0 or -ENOMEM.
 */
int day_new(struct day *d, const struct sw_host *h, int64_t m_first, int64_t m_last, bool local,
	    struct sw_fault *why) SW_CHECK;
void day_free(struct day *d);

/* A message of the log, as log_read() gives it; what is not of begin..stop-1 changes nothing. */
void day_message(struct day *d, const struct log_message *message);

/* No more lines come: what only they need goes, and nothing of the day. */
void day_lines_end(struct day *d);

/* A line of this queue ID comes, which *other was told of: what it will look at may come nearer. */
static inline void day_expect(struct day *d, const struct idmap *other, struct sw_raw id)
{
	idmap_expect_too(d->id, other, id);
}

/* day_message() of a line of smtpd that was read already; `key` is that of its login, if it has
 * one. */
struct event_client;
void day_client(struct day *d, const struct event_client *client, struct sw_raw key,
		const struct log_message *message);
/* And of a line of the queue manager. */
void day_active(struct day *d, struct sw_raw id, struct sw_raw sender, int64_t time);

/* A number of an account in the day that ends with bucket `end`. */
struct day_count {
	uint64_t n;
	bool more; /* or more: only DAY_SEEN are kept */
	bool sure; /* else it may be more, because of what has lost its place */
};
struct day_count day_count(const struct day *d, uint32_t row, enum day_what what, uint32_t end);

/* The first bucket of that day in which it sent a message; 0: none. */
uint32_t day_since(const struct day *d, uint32_t row, uint32_t end);

/* The networks or senders of it that were seen last, the latest first; up to DAY_TELLING. */
size_t day_telling(const struct day *d, uint32_t row, enum day_what what, uint32_t end,
		   struct sw_label ret[DAY_TELLING]);

/* The networks of an account in that day, in no order. Returns how many. */
size_t day_networks(const struct day *d, uint32_t row, uint32_t end, uint64_t ret[DAY_SEEN]);

struct day_rank {
	struct sw_raw key; /* borrowed from *d */
	uint32_t row;
	struct day_count count;
};

/*
 * The accounts with at least `least` (and at least 1) of a kind in the day that ends with `end`,
 * the greatest first (equal ones by key), at most `max` of them into ret; not those that skip()
 * (may be NULL) says. Returns how many there were.
 */
typedef bool (*day_skip_fn)(struct sw_raw key, void *ctx);
size_t day_top(const struct day *d, enum day_what what, uint32_t end, uint64_t least,
	       day_skip_fn skip, void *ctx, struct day_rank *ret, size_t max);

/* An account in words: alice@example.com, uid 33 www-data. */
struct sw_label day_name(const struct day *d, const struct day_rank *account);

/* Do messages of that day have no sender and recipients, for want of a queue ID? */
bool day_is_blind(const struct day *d, uint32_t end);

/* Could not all recipients of that day be told apart? */
bool day_is_short(const struct day *d, uint32_t end);

/* Can no account have more than this, the greatest of day_top()? NULL: of none that were found. */
bool day_is_sure(const struct day *d, enum day_what what, uint32_t end,
		 const struct day_rank *greatest);

/* What is known of the day that ends with `end`; *hours is how many of its 24 are, whole ones. */
enum log_minute day_state(const struct day *d, uint32_t end, unsigned *hours);

#endif
