#include "base/slots.h"

#include <string.h>

static struct slot *way(struct slots t, uint64_t hash, size_t i)
{
	size_t first = (size_t)hash & (t.n - 1) & ~(size_t)(SLOTS_WAYS - 1);

	return (struct slot *)((char *)t.at + (first + i) * t.size);
}

void *slots_find(struct slots t, uint64_t hash)
{
	for (size_t i = 0; i < SLOTS_WAYS && way(t, hash, i)->hash; i++)
		if (way(t, hash, i)->hash == hash)
			return way(t, hash, i);
	return NULL;
}

void slots_expect(struct slots t, uint64_t hash)
{
	enum { LINE = 64, LINES = 4 }; /* they are filled from the first on */
	size_t step = t.size < LINE ? LINE / t.size : 1;

	for (size_t i = 0; i < LINES; i++)
		__builtin_prefetch(way(t, hash, i * step));
}

static bool is_free(const struct slot *s, int32_t oldest)
{
	return s->hash == 0 || s->day < oldest;
}

void *slots_take(struct slots t, uint64_t hash, int32_t oldest, uint64_t *lost)
{
	struct slot *s = slots_find(t, hash);
	struct slot *victim = way(t, hash, 0);
	uint32_t weight;

	if (s)
		return s;
	for (size_t i = 0; i < SLOTS_WAYS && !is_free(victim, oldest); i++) {
		s = way(t, hash, i);
		if (is_free(s, oldest) || s->weight < victim->weight ||
		    (s->weight == victim->weight && s->day < victim->day))
			victim = s;
	}
	weight = is_free(victim, oldest) ? 0 : victim->weight;
	*lost += !is_free(victim, oldest);
	memset(victim, 0, t.size);
	victim->hash = hash;
	victim->weight = weight;
	return victim;
}
