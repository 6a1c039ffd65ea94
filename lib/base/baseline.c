#include "base/baseline.h"

enum { WAYS = 8 };

static size_t set_of(struct sw_raw name, uint64_t *hash)
{
	/* a fixed key: the names must be found again by the next run */
	*hash = hash_bytes((struct hash_key){ 0, 0 }, name);
	return (size_t)(*hash % (BASELINE_NAMES / WAYS)) * WAYS;
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
	size_t set = set_of(name, &hash);
	struct baseline_name *names = u->line.name;
	struct baseline_name *n = &names[set];
	uint16_t kept = count < UINT16_MAX ? (uint16_t)count : UINT16_MAX;
	int32_t day = day_of(u);
	bool changed = false;

	for (size_t i = set; i < set + WAYS; i++) {
		if (names[i].hash == hash) {
			n = &names[i];
			break;
		}
		if (n->hash && (!names[i].hash || names[i].day < n->day))
			n = &names[i];
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
	size_t set = set_of(name, &hash);
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
