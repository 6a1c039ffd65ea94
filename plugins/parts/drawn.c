#include "parts/drawn.h"

#include <errno.h>

#include "base/hash.h"
#include "parts/state_path.h"

enum { DAY = 86400 };

void drawn_open(struct drawn *d, struct sw_munin *m)
{
	*d = (struct drawn){ .day = sw_munin_host(m)->now / DAY };
	(void)!state_open(&d->state, state_path(m, NULL, &d->why), DRAWN_VERSION, &d->names,
			  sizeof(d->names), &d->why);
	if (d->state.damage.code)
		sw_munin_complain(m, &d->state.damage);
	else if (d->why.code && d->why.code != ENOENT)
		sw_munin_complain(m, &d->why);
}

/* Nobody's place, or that of who was not drawn for long; a day that is to come is a wrong clock's.
 */
static bool is_free(const struct drawn *d, const struct drawn_name *one)
{
	return one->hash == 0 || one->day > d->day + 1 || one->day < d->day - DRAWN_DAYS;
}

bool drawn_may(struct drawn *d, struct sw_raw name, bool proven)
{
	uint64_t hash = hash_bytes((struct hash_key){ 0, 0 }, name);
	struct drawn_name *place = NULL;

	if (d->why.code)
		return proven;
	hash += hash == 0;
	for (size_t i = 0; i < DRAWN_MAX; i++) {
		struct drawn_name *one = &d->names.name[i];

		if (!is_free(d, one) && one->hash == hash) {
			d->changed |= one->day < d->day;
			one->day = one->day < d->day ? d->day : one->day;
			return true;
		}
		if (!place && is_free(d, one))
			place = one;
	}
	if (!place || !proven)
		return false;
	*place = (struct drawn_name){ .hash = hash, .day = d->day };
	d->changed = true;
	return true;
}

void drawn_close(struct drawn *d, struct sw_munin *m)
{
	struct sw_fault why = { 0 };

	if (d->changed && state_save(&d->state, DRAWN_VERSION, &d->names, &why) < 0)
		sw_munin_complain(m, &why);
	state_close(&d->state);
}
