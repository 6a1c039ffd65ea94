/* day_parts: what the files day*.c share; for nobody else. */
#ifndef SW_TRAFFIC_DAY_PARTS_H
#define SW_TRAFFIC_DAY_PARTS_H

#include "traffic/day.h"

enum { DAY_LIST_NETWORKS, DAY_LIST_SENDERS };

/* What is kept of a row's account, empty when another one had its place. */
struct day_account *day_account_of(struct day *d, const struct topk_row *row);

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

/* Pairs of message and recipient of the last DAY_LAG seconds, and recipients that wait for one. */
enum day_pair { DAY_PAIR_NEW, DAY_PAIR_KNOWN, DAY_PAIR_FULL };

int day_pairs_new(struct day_pairs **ret, struct sw_fault *why) SW_CHECK;
void day_pairs_free(struct day_pairs *p);
enum day_pair day_pairs_add(struct day_pairs *p, uint64_t pair, int64_t time);

/*
 * A recipient of a message of which it is not known yet whose it is, to be taken once that is; of
 * too many the oldest are forgotten.
 */
void day_pairs_wait(struct day_pairs *p, uint64_t id, uint64_t recipient);
bool day_pairs_take(struct day_pairs *p, uint64_t id, uint64_t *recipient);

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
