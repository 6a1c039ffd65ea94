/*
 * day_graphs: the sub-graphs by_day, by_network, by_sender and by_external: a day of each account,
 * told minute by minute beside the rates.
 */
#ifndef SW_PARTS_DAY_GRAPHS_H
#define SW_PARTS_DAY_GRAPHS_H

#include "parts/account_graphs.h"
#include "traffic/day.h"

/*
 * Add them, for the history of *r. While a day is not wholly known its value is U and has no level,
 * but for one whose level is passed by what is known. What ignore() says (may be NULL) is drawn,
 * and never an alarm.
 */
void day_graphs_add(struct account_graphs *r, const struct day *d, day_skip_fn ignore, void *ctx);

/* Has an account a limit of its own for its messages in a day (limit_day_FIELD)? */
bool day_graphs_limit(struct sw_munin *m, struct sw_raw key, uint64_t *ret);

#endif
