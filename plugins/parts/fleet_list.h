/* fleet_list: the list of accounts that postfix_sasl_fleet reads (traffic/fleet.h), in fetch. */
#ifndef SW_PARTS_FLEET_LIST_H
#define SW_PARTS_FLEET_LIST_H

#include "parts/account_graphs.h"
#include "traffic/day.h"

/*
 * Add it, where env.fleet asks for it and this run is a fetch: of the last minutes of *r and their
 * day, without those that ignore() says (may be NULL).
 */
void fleet_list_add(struct account_graphs *r, const struct day *d, day_skip_fn ignore, void *ctx);

#endif
