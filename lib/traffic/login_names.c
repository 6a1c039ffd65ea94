#include "traffic/login_names.h"

/* Of a name that was taken; it is no line's, and nothing is near it. */
#define LONG_AGO (INT64_MIN / 2)

static struct sw_raw name_of(const struct login_named *one)
{
	return raw_from(one->name, one->n);
}

static bool is_same_address(const struct login_named *one, const struct network_address *address)
{
	return one->has_address && address && memcmp(&one->address, address, sizeof(*address)) == 0;
}

/* The oldest that is remembered. */
static size_t first_of(const struct login_names *l)
{
	return l->next > LOGIN_NAMES ? l->next - LOGIN_NAMES : 0;
}

/* Is it the login of a line before, which another database refused, too? */
static bool is_known(const struct login_names *l, const struct login_named *new)
{
	for (size_t i = first_of(l); i != l->next; i++) {
		const struct login_named *one = &l->ring[i % LOGIN_NAMES];

		if (new->time - one->time <= 1 && is_same_address(one, &new->address) &&
		    raw_same(name_of(one), name_of(new)) &&
		    !raw_same(raw_from(one->by, one->by_n), raw_from(new->by, new->by_n)))
			return true;
	}
	return false;
}

void login_names_add(struct login_names *l, const struct login_refusal *line, int64_t time)
{
	struct login_named new = { .time = time };

	if (line->session || line->user.n == 0)
		return;
	new.has_address = network_address(line->address, &new.address);
	new.n = (unsigned char)(line->user.n < LOGIN_NAME ? line->user.n : LOGIN_NAME);
	memcpy(new.name, line->user.p, new.n);
	new.by_n = (unsigned char)(line->by.n < sizeof(new.by) ? line->by.n : sizeof(new.by));
	if (new.by_n > 0)
		memcpy(new.by, line->by.p, new.by_n);
	if (!is_known(l, &new))
		l->ring[l->next++ % LOGIN_NAMES] = new;
}

bool login_names_take(struct login_names *l, const struct network_address *address, int64_t time,
		      struct sw_raw *ret)
{
	for (size_t i = first_of(l); i != l->next; i++) {
		struct login_named *one = &l->ring[i % LOGIN_NAMES];
		int64_t lag = one->has_address ? LOGIN_NAMES_LAG : LOGIN_NAMES_AT_ONCE;

		if (one->time < time - lag || one->time > time + 1 ||
		    (one->has_address && !is_same_address(one, address)))
			continue;
		one->time = LONG_AGO;
		*ret = name_of(one);
		return true;
	}
	return false;
}
