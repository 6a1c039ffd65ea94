/* unusual: how many accounts send far more than they ever did in the last days. */
#ifndef SW_PARTS_OUTLIERS_H
#define SW_PARTS_OUTLIERS_H

#include "munin/munin.h"
#include "words/account.h"

enum {
	OUTLIERS_TIMES = 5,  /* this many times its own busiest span */
	OUTLIERS_LEAST = 25, /* and this many messages in the span: 1 after 0 is no news */
};

/*
 * Add the field `unusual` for a span of minutes that is the alert's, and note what it was in the
 * state file. U with the reason while there is no state, or less than a day of it.
 */
void outliers_add(struct sw_munin *m, const struct traffic *s, const struct sw_fault *failed,
		  struct words_account_span span);

#endif
