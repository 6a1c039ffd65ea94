#include "base/baseline.h"

enum { WAYS = 8, SETS_FIRST = 8, SETS_MOST = BASELINE_NAMES / WAYS };

/* Of what a damaged file holds the number of sets may be any. */
static size_t sets_of(const struct baseline_line *line)
{
	for (size_t sets = SETS_FIRST; sets < SETS_MOST; sets *= 2)
		if (line->sets <= sets)
			return sets;
	return SETS_MOST;
}

static size_t set_of(const struct baseline_line *line, struct sw_raw name, uint64_t *hash)
{
	/* a fixed key: the names must be found again by the next run */
	*hash = hash_bytes((struct hash_key){ 0, 0 }, name);
	return (size_t)(*hash & (sets_of(line) - 1)) * WAYS;
}

/* Twice as many sets: of each one the names that belong into the second half go there. */
static void grow(struct baseline_line *line)
{
	size_t half = sets_of(line);
	struct baseline_name *second = line->name + half * WAYS;

	for (size_t i = 0; i < half * WAYS; i++) {
		bool goes = line->name[i].hash & half;

		second[i] = goes ? line->name[i] : (struct baseline_name){ .hash = 0 };
		if (goes)
			line->name[i] = (struct baseline_name){ .hash = 0 };
	}
	line->sets = 2 * half;
}

/* A name's own place; else a free one of its set; else that of the name noted longest ago. */
static struct baseline_name *place_of(struct baseline_line *line, struct sw_raw name,
				      uint64_t *hash)
{
	struct baseline_name *set = line->name + set_of(line, name, hash);
	struct baseline_name *n = set;

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].hash == *hash)
			return &set[i];
		if (n->hash && (!set[i].hash || set[i].day < n->day))
			n = &set[i];
	}
	return n;
}

/* Would another name in this place lose what is still asked for? */
static bool is_missed(const struct baseline_name *n, uint64_t hash, int32_t day)
{
	return n->hash && n->hash != hash && (int64_t)day - n->day < BASELINE_DAYS;
}

/* Move the days so that greatest[0] is of `day`. */
static void advance(struct baseline_name *n, int32_t day)
{
	int64_t days = (int64_t)day - n->day; /* below 0 in a damaged file alone */

	for (int i = BASELINE_DAYS - 1; i >= 0; i--)
		n->greatest[i] = days >= 0 && i >= days ? n->greatest[i - days] : 0;
	n->day = day;
}

bool baseline_begin(struct baseline *u, int32_t day)
{
	int64_t gone;
	bool changed = timeline_go(&u->line, &u->other, sizeof(u->line), day,
				   (struct timeline_step){ 0, 0, BASELINE_DAYS - 1 }, &gone);

	if (gone < 0 || gone >= BASELINE_DAYS)
		u->line.since = (int64_t)day + 1;
	return changed;
}

static int32_t day_of(const struct baseline *u)
{
	return (int32_t)u->line.time.last;
}

bool baseline_note(struct baseline *u, struct sw_raw name, uint64_t count)
{
	uint64_t hash;
	struct baseline_name *n = place_of(&u->line, name, &hash);
	uint16_t kept = count < UINT16_MAX ? (uint16_t)count : UINT16_MAX;
	int32_t day = day_of(u);
	bool changed = false;

	while (is_missed(n, hash, day) && sets_of(&u->line) < SETS_MOST) {
		grow(&u->line);
		n = place_of(&u->line, name, &hash);
	}
	if (n->hash != hash) {
		*n = (struct baseline_name){ .hash = hash, .day = day };
		changed = true;
	}
	if (day != n->day) {
		advance(n, day);
		changed = true;
	}
	if (kept > n->greatest[0]) {
		n->greatest[0] = kept;
		changed = true;
	}
	return changed;
}

uint64_t baseline_before(const struct baseline *u, struct sw_raw name)
{
	uint64_t hash;
	size_t set = set_of(&u->line, name, &hash);
	int32_t day = day_of(u);
	uint64_t greatest = 0;

	for (size_t i = set; i < set + WAYS; i++) {
		const struct baseline_name *n = &u->line.name[i];

		for (int k = 0; n->hash == hash && k < BASELINE_DAYS; k++) {
			int64_t age = (int64_t)day - n->day + k;

			if (age >= 1 && age < BASELINE_DAYS && n->greatest[k] > greatest)
				greatest = n->greatest[k];
		}
	}
	return greatest;
}

int64_t baseline_known(const struct baseline *u)
{
	int64_t day = day_of(u);

	/* the first day was not seen whole */
	return u->line.since && day >= u->line.since ? day - u->line.since : 0;
}
