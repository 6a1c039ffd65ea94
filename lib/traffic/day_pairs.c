/* Which recipients of which messages were counted, in the time in which one can come again. */
#include <stdlib.h>

#include "traffic/day_parts.h"

enum { ROOM_FIRST = 1 << 10, ROOM_MOST = 1 << 18, WAITING = 1024 };

/* Of DAY_LAG seconds; what came in one of them comes again in it or in the next. */
struct generation {
	uint64_t *pair; /* 0: free */
	size_t room, n;
};

struct day_pairs {
	struct generation now, before;
	int64_t generation; /* the number of `now` */
	struct {
		uint64_t id, recipient; /* id 0: free */
	} waiting[WAITING];
	size_t next;
	struct {
		uint64_t id, hash; /* id 0: free */
		size_t n;
		char text[DAY_SENDER];
	} sender[WAITING];
	size_t next_sender;
};

size_t day_pairs_room(void)
{
	return block_room(1, sizeof(struct day_pairs));
}

struct day_pairs *day_pairs_in(struct block *block)
{
	return block_take(block, 1, sizeof(struct day_pairs));
}

void day_pairs_end(struct day_pairs *p)
{
	if (!p)
		return;
	free(p->now.pair);
	free(p->before.pair);
}

/* Where a pair is, or would be. The room is never full. */
static uint64_t *find(const struct generation *g, uint64_t pair)
{
	size_t i = (size_t)pair & (g->room - 1);

	while (g->pair[i] && g->pair[i] != pair)
		i = (i + 1) & (g->room - 1);
	return &g->pair[i];
}

/* DAY_PAIR_NEW: there is room for one more. */
static enum day_pair grow(struct generation *g)
{
	struct generation more = { .room = g->room ? 4 * g->room : ROOM_FIRST, .n = g->n };

	if (4 * (g->n + 1) <= 3 * g->room)
		return DAY_PAIR_NEW;
	if (more.room > ROOM_MOST)
		return DAY_PAIR_FULL;
	more.pair = calloc(more.room, sizeof(*more.pair));
	if (!more.pair)
		return DAY_PAIR_NO_MEMORY;
	for (size_t i = 0; i < g->room; i++)
		if (g->pair[i])
			*find(&more, g->pair[i]) = g->pair[i];
	free(g->pair);
	*g = more;
	return DAY_PAIR_NEW;
}

static void go_on(struct day_pairs *p, int64_t generation)
{
	struct generation old = p->before;

	p->before = p->now;
	p->now = old;
	if (p->now.n > 0)
		memset(p->now.pair, 0, p->now.room * sizeof(*p->now.pair));
	p->now.n = 0;
	if (generation > p->generation + 1 && p->before.n > 0) {
		memset(p->before.pair, 0, p->before.room * sizeof(*p->before.pair));
		p->before.n = 0;
	}
	p->generation = generation;
}

enum day_pair day_pairs_add(struct day_pairs *p, uint64_t pair, int64_t time)
{
	enum day_pair room;
	uint64_t *place;

	pair += pair == 0;
	if (time / DAY_LAG > p->generation)
		go_on(p, time / DAY_LAG);
	if (p->before.n > 0 && *find(&p->before, pair))
		return DAY_PAIR_KNOWN;
	room = grow(&p->now);
	if (room != DAY_PAIR_NEW)
		return p->now.n > 0 && *find(&p->now, pair) ? DAY_PAIR_KNOWN : room;
	place = find(&p->now, pair);
	if (*place)
		return DAY_PAIR_KNOWN;
	*place = pair;
	p->now.n++;
	return DAY_PAIR_NEW;
}

void day_pairs_wait(struct day_pairs *p, uint64_t id, uint64_t recipient)
{
	p->waiting[p->next].id = id + (id == 0);
	p->waiting[p->next].recipient = recipient;
	p->next = (p->next + 1) % WAITING;
}

bool day_pairs_take(struct day_pairs *p, uint64_t id, uint64_t *recipient)
{
	id += id == 0;
	for (size_t i = 0; i < WAITING; i++)
		if (p->waiting[i].id == id) {
			p->waiting[i].id = 0;
			*recipient = p->waiting[i].recipient;
			return true;
		}
	return false;
}

void day_pairs_wait_sender(struct day_pairs *p, uint64_t id, struct sw_raw text, uint64_t hash)
{
	size_t i = p->next_sender;

	p->sender[i].id = id + (id == 0);
	p->sender[i].hash = hash;
	p->sender[i].n = text.n < DAY_SENDER ? text.n : DAY_SENDER;
	memcpy(p->sender[i].text, text.p, p->sender[i].n);
	p->next_sender = (i + 1) % WAITING;
}

bool day_pairs_take_sender(struct day_pairs *p, uint64_t id, struct sw_raw *text, uint64_t *hash)
{
	id += id == 0;
	for (size_t i = 0; i < WAITING; i++)
		if (p->sender[i].id == id) {
			p->sender[i].id = 0;
			*text = raw_from(p->sender[i].text, p->sender[i].n);
			*hash = p->sender[i].hash;
			return true;
		}
	return false;
}
