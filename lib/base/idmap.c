#include "base/idmap.h"

#include <errno.h>
#include <stdlib.h>

/* Places that a name can be in; the oldest of them gives way. */
enum { WAYS = 8 };

struct place {
	uint64_t hash; /* 0: free */
	uint32_t age;  /* when it was put, by a counter */
	struct idmap_value value;
};

struct idmap {
	size_t sets; /* a power of two */
	struct hash_key key;
	uint32_t clock;
	struct place *place;
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
		r->place = calloc(r->sets * WAYS, sizeof(*r->place));
	}
	if (r && r->place)
		return 0;
	idmap_free(r);
	*ret = NULL;
	return sw_fault_errno(why, ENOMEM, "map of %zu names", entries);
}

void idmap_free(struct idmap *r)
{
	if (r)
		free(r->place);
	free(r);
}

static struct place *set_of(struct idmap *r, struct sw_raw name, uint64_t *hash)
{
	*hash = hash_bytes(r->key, name);
	if (*hash == 0)
		*hash = 1;
	return r->place + (*hash & (r->sets - 1)) * WAYS;
}

void idmap_put(struct idmap *r, struct sw_raw name, struct idmap_value value)
{
	uint64_t hash;
	struct place *set = set_of(r, name, &hash);
	struct place *best = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (set[i].hash == hash) {
			best = &set[i];
			break;
		}
		/* free ones have age 0; the counter may wrap, so compare distances */
		if (r->clock - set[i].age > r->clock - best->age)
			best = &set[i];
	}
	*best = (struct place){ .hash = hash, .age = ++r->clock, .value = value };
}

struct idmap_value *idmap_get(struct idmap *r, struct sw_raw name)
{
	uint64_t hash;
	struct place *set = set_of(r, name, &hash);

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash)
			return &set[i].value;
	return NULL;
}
