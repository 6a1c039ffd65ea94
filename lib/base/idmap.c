#include "base/idmap.h"

#include <errno.h>
#include <stdlib.h>

/* Places that a name can be in; the oldest of them gives way. */
enum { WAYS = 8 };

enum { NAME = 32, LINE = 64 }; /* bytes that the processor fetches at once */

/*
 * A look-up reads one line, that of the set, which tells the place; and the place, when there is
 * one. All sets together are small enough to stay near the processor.
 */
struct set {
	uint32_t tag[WAYS]; /* a part of the hash; 0: free */
	uint32_t age[WAYS]; /* when it was put, by a counter; 0: free */
};

struct place {
	uint64_t hash;
	struct idmap_value value;
};

struct idmap {
	size_t sets; /* a power of two */
	struct hash_key key;
	uint32_t clock;
	/* the name that was sought last, and its hash: what is put was most often just sought */
	char name[NAME];
	size_t name_n;
	uint64_t hash;
	struct set *set;
	struct place *place; /* WAYS for each set */
	void *memory;	     /* that holds them */
};

int idmap_new(size_t entries, struct hash_key key, struct idmap **ret, struct sw_fault *why)
{
	struct idmap *r = calloc(1, sizeof(*r));

	*ret = r;
	if (r) {
		r->sets = 1;
		r->key = key;
		while (r->sets * WAYS < entries)
			r->sets *= 2;
		r->memory =
			calloc(r->sets * (sizeof(*r->set) + WAYS * sizeof(*r->place)) + LINE, 1);
	}
	if (r && r->memory) {
		size_t odd = (uintptr_t)r->memory % LINE;

		r->set = (struct set *)(void *)((char *)r->memory + (odd ? LINE - odd : 0));
		r->place = (struct place *)(void *)(r->set + r->sets);
		return 0;
	}
	idmap_free(r);
	*ret = NULL;
	return sw_fault_errno(why, ENOMEM, "map of %zu names", entries);
}

void idmap_free(struct idmap *r)
{
	if (r)
		free(r->memory);
	free(r);
}

/* Where a name is sought, and where it is. */
struct spot {
	uint64_t hash;
	uint32_t tag;
	struct set *set;
	struct place *place; /* the set's first */
	size_t way;	     /* WAYS: it is not there */
};

static uint64_t hash_of(struct idmap *r, struct sw_raw name)
{
	if (name.n > 0 && name.n == r->name_n && memcmp(name.p, r->name, name.n) == 0)
		return r->hash;
	r->hash = hash_bytes(r->key, name);
	r->name_n = name.n <= NAME ? name.n : 0;
	memcpy(r->name, name.p, r->name_n);
	return r->hash;
}

static struct spot find(struct idmap *r, struct sw_raw name)
{
	struct spot ret = { .hash = hash_of(r, name) };
	size_t i = ret.hash & (r->sets - 1);

	ret.tag = (uint32_t)(ret.hash >> 32);
	ret.tag += ret.tag == 0;
	ret.set = &r->set[i];
	ret.place = &r->place[i * WAYS];
	for (i = 0; i < WAYS; i++)
		if (ret.set->tag[i] == ret.tag && ret.place[i].hash == ret.hash)
			break;
	ret.way = i;
	return ret;
}

/* The way that has waited longest; the counter may wrap, so distances are compared. */
static size_t oldest(const struct idmap *r, const struct set *set)
{
	size_t best = 0;

	for (size_t i = 1; i < WAYS; i++)
		if (r->clock - set->age[i] > r->clock - set->age[best])
			best = i;
	return best;
}

void idmap_put(struct idmap *r, struct sw_raw name, struct idmap_value value)
{
	struct spot spot = find(r, name);
	size_t best = spot.way < WAYS ? spot.way : oldest(r, spot.set);

	spot.set->tag[best] = spot.tag;
	spot.set->age[best] = ++r->clock;
	spot.place[best] = (struct place){ .hash = spot.hash, .value = value };
}

struct idmap_value *idmap_get(struct idmap *r, struct sw_raw name)
{
	struct spot spot = find(r, name);

	if (spot.way < WAYS)
		return &spot.place[spot.way].value;
	/* most often it is put next */
	__builtin_prefetch(&spot.place[oldest(r, spot.set)], 1);
	return NULL;
}

void idmap_expect(struct idmap *r, struct sw_raw name)
{
	size_t i = hash_of(r, name) & (r->sets - 1);

	__builtin_prefetch(&r->set[i]);
}
