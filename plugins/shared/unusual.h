/* unusual: how many accounts send far more than they ever did in the last days. */
#ifndef SW_SHARED_UNUSUAL_H
#define SW_SHARED_UNUSUAL_H

#include "munin/munin.h"
#include "shared/senders.h"

enum {
	UNUSUAL_TIMES = 5,  /* this many times its own busiest span */
	UNUSUAL_LEAST = 25, /* and this many messages in the span: 1 after 0 is no news */
};

/*
 * Add the field `unusual` for a span of minutes that is the alert's, and note what it was in the
 * state file. U with the reason while there is no state, or less than a day of it.
 */
void unusual_add(struct munin *m, const struct submit *s, const struct fault *failed,
		 struct senders_span span);

#endif
