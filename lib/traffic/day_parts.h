/* day_parts: what the files day*.c share; for nobody else. */
#ifndef SW_TRAFFIC_DAY_PARTS_H
#define SW_TRAFFIC_DAY_PARTS_H

#include "traffic/day.h"
#include "traffic/events.h"

enum { DAY_LIST_NETWORKS, DAY_LIST_SENDERS };

/* What is kept of a row's account, empty when another one had its place. */
struct day_account *day_account_of(struct day *d, const struct topk_row *row);
/* The same of a row that is new: empty, and not read before it is written to. */
struct day_account *day_account_begin(struct day *d, const struct topk_row *row);

/* So much more in a bucket. False: no memory, and d->failed says so. */
bool day_add(struct day *d, struct day_account *a, uint32_t bucket, uint32_t messages,
	     uint32_t external);

/* Room for n cells. False as day_add(). */
bool day_make_room(struct day *d, struct day_account *a, uint32_t n);

/* How many cells are of buckets before this one. */
uint32_t day_cells_before(const struct day_account *a, uint32_t bucket);

/* A network, or a sender, was seen in a bucket. */
struct day_seen *day_see(struct day *d, struct day_list *list, uint64_t key, uint32_t bucket);

/* Move the list to a later base. */
void day_rebase(struct day_list *list, uint32_t from, uint32_t to);

/* The last bucket in which something was seen. */
static inline uint32_t day_latest(const struct day *d, const struct day_seen *s)
{
	return s->recent ? d->base + 31 - (uint32_t)__builtin_clz(s->recent) : s->last;
}

/* A sender that was just seen: is its text among those that are kept? */
void day_tell(const struct day *d, struct day_account *a, const struct day_seen *seen,
	      struct sw_raw text);

/* What is known of a bucket: of it, and of what can come later and belongs to it. */
enum log_minute day_state_of(const struct day *d, uint32_t bucket);

/* How many messages an account may have had that has no place, or before it had one. */
uint64_t day_lost(const struct day *d);

/* 64 bits of which each depends on each of x. */
static inline uint64_t day_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9U;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

/*
 * What is kept of a queue ID, in idmap_value.flags; above them stands the message's serial number,
 * which a second ID of the same message shares with the first. In .check the upper half is a hash
 * of the address, the lower one how many recipients were counted that it was given to itself.
 */
enum {
	OF_NOBODY = 1,	/* from a loopback address, without a login: it may be somebody's */
	HAS_SENDER = 2, /* its sender is counted, or not to be; or waits */
	CAME_BACK = 4,	/* a filter that logs in has put it back once */
	WAITS = 8,	/* recipients of it wait: see day_pairs_wait() */
	FILTERED = 16, /* it came back under another ID: whom it is given to itself is the filter */
	BEFORE = 32,   /* not counted now: it has no row, and for its id a hash of the key */
	THROUGH = 64,  /* the ID of one that came back */
	SERIAL = 128,
};
enum { DAY_OWN = 0xffff }; /* of .check */

/* Is a message of that time counted now? Else it was, or it is not over yet. */
static inline bool day_counts(const struct day *d, int64_t time)
{
	uint32_t bucket = day_bucket(time);

	return bucket >= d->from && bucket < d->end;
}

static inline bool day_is_late(const struct idmap_value *message, int64_t time)
{
	return time - message->time > DAY_LAG;
}

/* The account of a message that is counted, while it has its place; else NULL. */
struct day_account *day_account_of_message(struct day *d, const struct idmap_value *message);

/* The message of an ID that is somebody's, and not too long ago; else NULL. */
struct idmap_value *day_message_of(struct day *d, struct sw_raw id, int64_t time);

bool day_is_of_account(struct day *d, const struct idmap_value *message, struct sw_raw key);
uint32_t day_hash_of_key(struct sw_raw key);

/* May the ID be a second one of a message: is it none of somebody's by now? */
bool day_is_free(struct day *d, struct sw_raw id, int64_t time);

/* An ID as day_pairs_wait() has it. */
uint64_t day_id_name(const struct day *d, struct sw_raw id);

/* smtp(8) tried another server for a recipient (a hash of it). */
void day_count_recipient(struct day *d, struct idmap_value *message, uint64_t recipient,
			 int64_t time);

/* The sender of a message, as it counts. */
void day_see_sender(struct day *d, const struct idmap_value *message, struct sw_raw text,
		    uint64_t hash);

/* Did a content filter that logs in put a message back that was counted? Each can come back once.
 */
bool day_comes_back(struct day *d, const struct event_client *client, struct sw_raw key,
		    int64_t time);

/* A client without a login: a message of nobody's, or one that comes back. */
void day_take_back(struct day *d, const struct event_client *client, int64_t time);

/* One message more of an account; what an ID of it stands for. NULL: no memory. */
bool day_count_message(struct day *d, struct sw_raw key, struct sw_raw address, int64_t time,
		       struct idmap_value *ret);
/* One that is not counted now, but whose ID may come again. */
struct idmap_value day_uncounted(struct sw_raw key, struct sw_raw address, int64_t time);

/* A second ID of a message; what waited for that is counted. */
void day_tie(struct day *d, struct sw_raw id, struct idmap_value second, int64_t time);

/* Messages that go through smtpd_proxy_filter: one begins, or ends; no more lines come. */
void day_proxy_begin(struct day *d, const struct event_client *client, struct sw_raw key,
		     const struct log_message *message);
void day_proxy_end(struct day *d, const struct log_message *message);
void day_proxies_end(struct day *d);

/* Pairs of message and recipient of the last DAY_LAG seconds, and recipients that wait for one. */
enum day_pair { DAY_PAIR_NEW, DAY_PAIR_KNOWN, DAY_PAIR_FULL, DAY_PAIR_NO_MEMORY };

size_t day_pairs_room(void);
struct day_pairs *day_pairs_in(struct block *block);
void day_pairs_end(struct day_pairs *p); /* NULL is fine */
enum day_pair day_pairs_add(struct day_pairs *p, uint64_t pair, int64_t time);

/*
 * A recipient of a message of which it is not known yet whose it is, to be taken once that is; of
 * too many the oldest are forgotten.
 */
void day_pairs_wait(struct day_pairs *p, uint64_t id, uint64_t recipient);
bool day_pairs_take(struct day_pairs *p, uint64_t id, uint64_t *recipient);

/* The same of its sender, as it counts: in *text and *hash, borrowed from *p. */
void day_pairs_wait_sender(struct day_pairs *p, uint64_t id, struct sw_raw text, uint64_t hash);
bool day_pairs_take_sender(struct day_pairs *p, uint64_t id, struct sw_raw *text, uint64_t *hash);

/* Buckets before its end that a state keeps: a day, and what the next runs tell again. */
enum { DAY_STATE_KEPT = DAY_SPANS - DAY_LAG / DAY_BUCKET - 2 };

/* Byte order and layout are this machine's, as those of the file. */
struct day_state_head {
	uint64_t source;
	uint64_t seam;
	uint64_t lost;
	int64_t read_whole;
	uint32_t end;	/* the bucket that is read next */
	uint32_t until; /* d->end of the run that wrote it */
	uint32_t base;
	uint32_t lost_until, short_until;
	uint32_t accounts;
	uint32_t bytes;			     /* of all; what follows in the block is zero */
	unsigned char known[DAY_STATE_KEPT]; /* of the buckets end - DAY_STATE_KEPT.. */
};

/* A sum of the messages of the DAY_LAG seconds before a bucket. */
static inline uint64_t day_seam_before(const struct day *d, uint32_t bucket)
{
	uint32_t at = bucket - d->first; /* seam[0] is of first - 2 */

	return at + 1 < DAY_SPANS ? d->seam[at] + d->seam[at + 1] : 0;
}

#endif
