#include "store/recent.h"

#include <errno.h>
#include <stdlib.h>

/* Places that a name can be in; the oldest of them gives way. */
enum { WAYS = 8 };

struct place {
	uint64_t hash; /* 0: free */
	uint32_t age;  /* when it was put, by a counter */
	struct recent_value value;
};

struct recent {
	size_t sets; /* a power of two */
	struct hash_key key;
	uint32_t clock;
	struct place *place;
};

int recent_new(size_t entries, struct hash_key key, struct recent **ret, struct fault *why)
{
	struct recent *r = calloc(1, sizeof(*r));

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
	recent_free(r);
	*ret = NULL;
	return fault_errno(why, ENOMEM, "map of %zu names", entries);
}

void recent_free(struct recent *r)
{
	if (r)
		free(r->place);
	free(r);
}

static struct place *set_of(struct recent *r, struct raw name, uint64_t *hash)
{
	*hash = hash_bytes(r->key, name);
	if (*hash == 0)
		*hash = 1;
	return r->place + (*hash & (r->sets - 1)) * WAYS;
}

void recent_put(struct recent *r, struct raw name, struct recent_value value)
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

struct recent_value *recent_get(struct recent *r, struct raw name)
{
	uint64_t hash;
	struct place *set = set_of(r, name, &hash);

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash)
			return &set[i].value;
	return NULL;
}
