#include "queue/sample.h"

#include <errno.h>
#include <stdlib.h>

#include "postfix/qid.h"
#include "queue/count.h"

/* Of the room this part at least is for each queue, however small its share. */
enum { SMALL_PART = 10, ROOM_FIRST = 32 };

_Static_assert((int)QUEUE_HASH < (int)QUEUE_SAMPLE_NAME,
	       "an item has room for its hash directories");

struct pick {
	struct queue_sample_queue *queue;
	size_t room; /* items that there is memory for */
	size_t most;
};

/* splitmix64 (Steele, Lea, Flood 2014): fast, and good for any seed */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* Below n (1 and up); of more than a queue can hold some by so little oftener that none can tell.
 */
static uint64_t next_below(uint64_t *state, uint64_t n)
{
	uint64_t random = next_random(state);

	return n <= UINT32_MAX ? (random >> 32) * n >> 32 : random % n;
}

static void keep(struct queue_sample_item *item, const struct sw_queue_message *message)
{
	size_t hash = strlen(message->hash);
	size_t room = sizeof(item->name) - 1 - hash;
	size_t id = message->id_n < room ? message->id_n : room;

	/* an ID has at most some 20 bytes; a name that does not fit is none, and opens as ENOENT */
	memcpy(item->name, message->hash, hash);
	memcpy(item->name + hash, message->id, id);
	item->name[hash + id] = '\0';
}

/* Room for one more item; most queues are empty. */
static bool has_room(struct pick *pick)
{
	size_t room = pick->room ? 2 * pick->room : ROOM_FIRST;
	struct queue_sample_item *grown;

	if (pick->queue->kept < pick->room)
		return true;
	if (room > pick->most)
		room = pick->most;
	grown = realloc(pick->queue->item, room * sizeof(*grown));
	if (!grown)
		return false;
	pick->queue->item = grown;
	pick->room = room;
	return true;
}

static int consider(const struct sw_queue_message *message, void *ctx)
{
	struct pick *pick = ctx;
	struct queue_sample_queue *q = pick->queue;
	uint64_t place = q->kept;
	int64_t time;

	if (qid_time(raw_from(message->id, message->id_n), &time) &&
	    (q->oldest == 0 || time < q->oldest))
		q->oldest = time;
	q->messages++;
	if (q->kept < pick->most && !has_room(pick))
		return -ENOMEM;
	if (q->kept < pick->most)
		q->kept++;
	else
		place = next_below(&q->random, q->messages);
	if (place < pick->most)
		keep(&q->item[place], message);
	return 0;
}

/* So that any first few of the items are a uniform sample, too (Fisher and Yates). */
static void shuffle(struct queue_sample_queue *q)
{
	for (size_t i = q->kept; i > 1; i--) {
		size_t k = (size_t)next_below(&q->random, i);
		struct queue_sample_item item = q->item[i - 1];

		q->item[i - 1] = q->item[k];
		q->item[k] = item;
	}
}

uint64_t queue_sample_messages(const struct queue_sample *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->queue[i].why.code ? 0 : s->queue[i].messages;
	return n;
}

static void share_out(struct queue_sample *s)
{
	uint64_t all = queue_sample_messages(s);
	size_t least = s->most / SMALL_PART + 1;
	size_t room = s->most; /* what is left of it */
	uint64_t large = 0;    /* messages of queues that could give more */

	for (size_t i = 0; i < s->n; i++) {
		struct queue_sample_queue *q = &s->queue[i];

		q->picked = all <= s->most || q->kept <= least ? q->kept : least;
		if (q->picked > room)
			q->picked = room;
		room -= q->picked;
		large += q->picked < q->kept ? q->messages : 0;
	}
	for (size_t i = 0; i < s->n && large > 0; i++) {
		struct queue_sample_queue *q = &s->queue[i];
		size_t more = (size_t)((double)room * (double)q->messages / (double)large);

		if (q->picked < q->kept)
			q->picked = q->picked + more < q->kept ? q->picked + more : q->kept;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct queue_sample_item *x = a;
	const struct queue_sample_item *y = b;

	return strcmp(x->name, y->name);
}

int queue_sample_take(struct queue_sample *s, int spool, size_t most, uint64_t seed,
		      struct sw_fault *why)
{
	s->most = most < 1 ? 1 : most > QUEUE_SAMPLE_MOST ? QUEUE_SAMPLE_MOST : most;
	for (size_t i = 0; i < s->n; i++) {
		struct queue_sample_queue *q = &s->queue[i];
		struct pick pick = { .queue = q, .most = s->most };
		int rc;

		*q = (struct queue_sample_queue){ .name = q->name, .random = seed + i };
		rc = sw_queue_each(spool, q->name, consider, &pick, &q->why);
		if (rc == -ENOMEM && !q->why.code)
			return sw_fault_errno(why, ENOMEM, "sample of %zu messages", s->most);
		if (rc == -ENOENT) { /* a queue that was never used */
			q->why = (struct sw_fault){ 0 };
			q->messages = 0;
		}
		if (q->why.code)
			q->kept = 0;
	}
	share_out(s);
	for (size_t i = 0; i < s->n; i++) {
		struct queue_sample_queue *q = &s->queue[i];

		if (q->picked == 0 || q->picked == q->messages)
			continue; /* all of them, in the order of the directory */
		shuffle(q);
		/* files of one hash directory together: it is opened once */
		qsort(q->item, q->picked, sizeof(*q->item), by_name);
	}
	return 0;
}

void queue_sample_free(struct queue_sample *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->queue[i].item);
		s->queue[i].item = NULL;
	}
}
