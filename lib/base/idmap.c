#include "base/idmap.h"

#include <errno.h>

/* Places that a name can be in; the oldest of them gives way, when there are as many as may be. */
enum { WAYS = 8, SETS_FIRST = 16 };

enum { NAME = 32 };

/*
 * A look-up reads one line of the processor's, that of the set, which tells the place; and the
 * place, when there is one. All sets together are small enough to stay near the processor. Places
 * are taken in turn, so that what is put lies beside what was put before: a few names touch few
 * pages, and many are written to one after the other.
 */
struct set {
	uint32_t tag[WAYS]; /* a part of the hash; 0: free */
	uint32_t age[WAYS]; /* when it was put, by a counter, which tells its place; 0: free */
};

struct place {
	uint64_t hash;
	struct idmap_value value;
};

struct idmap {
	struct block block; /* that holds this, too; .memory NULL: it is the caller's */
	size_t sets;	    /* a power of two; they double until there are as many as may be */
	size_t sets_most;
	struct hash_key key;
	uint32_t clock;
	/* the name that was sought last, and its hash: what is put was most often just sought */
	char name[NAME];
	size_t name_n;
	uint64_t hash;
	struct set *set;
	struct place *place; /* as many as there may be ways: a ring */
};

static size_t most_sets(size_t entries)
{
	size_t most = 1;

	while (most * WAYS < entries)
		most *= 2;
	return most;
}

size_t idmap_room(size_t entries)
{
	size_t most = most_sets(entries);
	struct idmap *r;

	return block_room(1, sizeof(*r)) + block_room(most, sizeof(*r->set)) +
	       block_room(most * WAYS, sizeof(*r->place));
}

struct idmap *idmap_in(struct block *block, size_t entries, struct hash_key key)
{
	size_t most = most_sets(entries);
	struct idmap *r = block_take(block, 1, sizeof(*r));

	r->sets = most < SETS_FIRST ? most : SETS_FIRST;
	r->sets_most = most;
	r->key = key;
	r->set = block_take(block, most, sizeof(*r->set));
	r->place = block_take(block, most * WAYS, sizeof(*r->place));
	return r;
}

int idmap_new(size_t entries, struct hash_key key, struct idmap **ret, struct sw_fault *why)
{
	struct block block;

	*ret = NULL;
	if (!block_new(&block, idmap_room(entries)))
		return sw_fault_errno(why, ENOMEM, "map of %zu names", entries);
	*ret = idmap_in(&block, entries, key);
	(*ret)->block = block;
	return 0;
}

void idmap_free(struct idmap *r)
{
	struct block block;

	if (!r)
		return;
	block = r->block;
	block_free(&block);
}

/* Where a name is sought, and where it is. */
struct spot {
	uint64_t hash;
	uint32_t tag;
	struct set *set;
	size_t way; /* WAYS: it is not there */
};

static struct place *place_of(const struct idmap *r, uint32_t age)
{
	return &r->place[age & (r->sets_most * WAYS - 1)];
}

/* Does the place still hold what was put then? */
static bool is_held(const struct idmap *r, uint32_t age)
{
	return r->clock - age < r->sets_most * WAYS;
}

static uint64_t hash_of(struct idmap *r, struct sw_raw name)
{
	if (name.n > 0 && name.n == r->name_n && memcmp(name.p, r->name, name.n) == 0)
		return r->hash;
	r->hash = hash_bytes(r->key, name);
	r->name_n = name.n <= NAME ? name.n : 0;
	memcpy(r->name, name.p, r->name_n);
	return r->hash;
}

static struct spot spot_of(struct idmap *r, struct sw_raw name)
{
	struct spot ret = { .hash = hash_of(r, name) };

	ret.tag = (uint32_t)(ret.hash >> 32);
	ret.tag += ret.tag == 0;
	ret.set = &r->set[(size_t)ret.hash & (r->sets - 1)];
	return ret;
}

static struct spot find(struct idmap *r, struct sw_raw name)
{
	struct spot ret = spot_of(r, name);

	while (ret.way < WAYS &&
	       !(ret.set->tag[ret.way] == ret.tag && is_held(r, ret.set->age[ret.way]) &&
		 place_of(r, ret.set->age[ret.way])->hash == ret.hash))
		ret.way++;
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

/* Of one set the names that belong into the second half, where nothing is yet. */
static void split(struct idmap *r, size_t set)
{
	struct set *from = &r->set[set];
	struct set *to = from + r->sets;

	for (size_t i = 0; i < WAYS; i++) {
		if (!from->tag[i] || !(place_of(r, from->age[i])->hash & r->sets))
			continue;
		to->tag[i] = from->tag[i];
		to->age[i] = from->age[i];
		from->tag[i] = 0;
		from->age[i] = 0;
	}
}

/* The way for a name that is not there: no other has to go while there may be more sets. */
static size_t take_way(struct idmap *r, struct sw_raw name, struct spot *spot)
{
	size_t way = oldest(r, spot->set);

	while (spot->set->tag[way] && r->sets < r->sets_most) {
		for (size_t i = 0; i < r->sets; i++)
			split(r, i);
		r->sets *= 2;
		*spot = find(r, name);
		way = oldest(r, spot->set);
	}
	return way;
}

void idmap_put(struct idmap *r, struct sw_raw name, struct idmap_value value)
{
	/* not read before it is written to: one fault */
	struct spot spot = r->clock > 0 ? find(r, name) : spot_of(r, name);
	size_t best = spot.way < WAYS ? spot.way : take_way(r, name, &spot);

	spot.set->tag[best] = spot.tag;
	spot.set->age[best] = ++r->clock;
	*place_of(r, r->clock) = (struct place){ .hash = spot.hash, .value = value };
}

struct idmap_value *idmap_get(struct idmap *r, struct sw_raw name)
{
	struct spot spot;

	if (r->clock == 0) /* likewise */
		return NULL;
	spot = find(r, name);
	return spot.way < WAYS ? &place_of(r, spot.set->age[spot.way])->value : NULL;
}

void idmap_expect(struct idmap *r, struct sw_raw name)
{
	size_t i = (size_t)hash_of(r, name) & (r->sets - 1);

	__builtin_prefetch(&r->set[i]);
}

void idmap_expect_too(struct idmap *r, const struct idmap *other, struct sw_raw name)
{
	if (other->name_n == name.n && r->key.k0 == other->key.k0 && r->key.k1 == other->key.k1) {
		memcpy(r->name, other->name, sizeof(r->name));
		r->name_n = other->name_n;
		r->hash = other->hash;
	}
	idmap_expect(r, name);
}
