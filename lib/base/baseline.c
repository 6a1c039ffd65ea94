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
	int64_t days = (int64_t)day - n->day;

	for (int i = BASELINE_DAYS - 1; i >= 0; i--)
		n->greatest[i] = i >= days ? n->greatest[i - days] : 0;
	n->day = day;
}

bool baseline_note(struct baseline *u, struct sw_raw name, int32_t day, uint64_t count)
{
	uint64_t hash;
	size_t set = set_of(name, &hash);
	struct baseline_name *n = &u->name[set];
	uint16_t kept = count < UINT16_MAX ? (uint16_t)count : UINT16_MAX;
	bool changed = false;

	if (u->since == 0) {
		u->since = (int64_t)day + 1;
		changed = true;
	}
	for (size_t i = set; i < set + WAYS; i++) {
		if (u->name[i].hash == hash) {
			n = &u->name[i];
			break;
		}
		if (n->hash && (!u->name[i].hash || u->name[i].day < n->day))
			n = &u->name[i];
	}
	if (n->hash != hash) {
		*n = (struct baseline_name){ .hash = hash, .day = day };
		changed = true;
	}
	if (day < n->day)
		return changed;
	if (day > n->day) {
		advance(n, day);
		changed = true;
	}
	if (kept > n->greatest[0]) {
		n->greatest[0] = kept;
		changed = true;
	}
	return changed;
}

uint64_t baseline_before(const struct baseline *u, struct sw_raw name, int32_t day)
{
	uint64_t hash;
	size_t set = set_of(name, &hash);
	uint64_t greatest = 0;

	for (size_t i = set; i < set + WAYS; i++) {
		const struct baseline_name *n = &u->name[i];

		for (int k = 0; n->hash == hash && k < BASELINE_DAYS; k++) {
			int64_t age = (int64_t)day - n->day + k;

			if (age >= 1 && age < BASELINE_DAYS && n->greatest[k] > greatest)
				greatest = n->greatest[k];
		}
	}
	return greatest;
}

int64_t baseline_known(const struct baseline *u, int32_t day)
{
	/* the first day was not seen whole */
	return u->since && day >= u->since ? day - u->since : 0;
}
