/* limits: env.limit_FIELD of single accounts, and the field that counts who is over his. */
#ifndef SW_PARTS_LIMITS_H
#define SW_PARTS_LIMITS_H

#include "parts/account_graphs.h"

/* limit_FIELD of an account, in messages per minute; false when it has none. */
bool limits_of(struct sw_munin *m, const struct traffic_rank *account, uint64_t *ret);

/*
 * Add the field over_limit to the current graph: how many accounts are above their own limit, of
 * which extinfo names those that are now; nothing while no limit is set.
 */
void limits_add(struct account_graphs *r);

#endif
