/* unusual: how many accounts send far more than they ever did in the last days. */
#ifndef SW_PARTS_OUTLIERS_H
#define SW_PARTS_OUTLIERS_H

#include "parts/account_graphs.h"

enum {
	OUTLIERS_TIMES = 5,  /* this many times its own busiest span */
	OUTLIERS_LEAST = 25, /* and this many messages in the span: 1 after 0 is no news */
};

/* What was before, from the state file, which stays open. NULL for want of memory. */
struct outliers *outliers_open(struct sw_munin *m);
void outliers_close(struct outliers *o); /* NULL is fine */

/*
 * Add the field `unusual` of the last span, and note what it was in the state file. U with the
 * reason while there is no state, or less than a day of it, and where `o` is NULL.
 */
void outliers_add(struct account_graphs *r, struct outliers *o);

#endif
