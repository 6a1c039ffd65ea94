#include "base/idmap.h"

#include <errno.h>
#include <stdlib.h>

/* Places that a name can be in; the oldest of them gives way. */
enum { WAYS = 8 };

enum { LINE = 64 }; /* bytes that the processor fetches at once */

/*
 * A look-up reads two lines: one that tells which place it can be, and that place. A tag is a part
 * of the hash, 0 where the place is free; ages are by a counter, 0 where it is free.
 */
struct set {
	uint32_t tag[WAYS];
	uint32_t age[WAYS];
	struct place {
		uint64_t hash;
		struct idmap_value value;
	} place[WAYS];
};

struct idmap {
	size_t sets; /* a power of two */
	struct hash_key key;
	uint32_t clock;
	struct set *set;
	void *memory; /* that holds them */
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
		r->memory = calloc(r->sets * sizeof(*r->set) + LINE, 1);
	}
	if (r && r->memory) {
		size_t odd = (uintptr_t)r->memory % LINE;

		r->set = (struct set *)(void *)((char *)r->memory + (odd ? LINE - odd : 0));
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

static struct set *set_of(struct idmap *r, struct sw_raw name, uint64_t *hash, uint32_t *tag)
{
	*hash = hash_bytes(r->key, name);
	*tag = (uint32_t)(*hash >> 32);
	*tag += *tag == 0;
	return r->set + (*hash & (r->sets - 1));
}

/* The place of a name, or WAYS. */
static inline size_t find(const struct set *set, uint64_t hash, uint32_t tag)
{
	for (size_t i = 0; i < WAYS; i++)
		if (set->tag[i] == tag && set->place[i].hash == hash)
			return i;
	return WAYS;
}

void idmap_put(struct idmap *r, struct sw_raw name, struct idmap_value value)
{
	uint64_t hash;
	uint32_t tag;
	struct set *set = set_of(r, name, &hash, &tag);
	size_t best = find(set, hash, tag);

	if (best == WAYS) {
		best = 0;
		/* free ones have age 0; the counter may wrap, so compare distances */
		for (size_t i = 1; i < WAYS; i++)
			if (r->clock - set->age[i] > r->clock - set->age[best])
				best = i;
	}
	set->tag[best] = tag;
	set->age[best] = ++r->clock;
	set->place[best] = (struct place){ .hash = hash, .value = value };
}

struct idmap_value *idmap_get(struct idmap *r, struct sw_raw name)
{
	uint64_t hash;
	uint32_t tag;
	struct set *set = set_of(r, name, &hash, &tag);
	size_t i = find(set, hash, tag);

	return i < WAYS ? &set->place[i].value : NULL;
}
