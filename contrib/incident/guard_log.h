/* guard_log: what the mail log says of each account, for guard_judge.h; by lib/traffic alone. */
#ifndef SW_INCIDENT_GUARD_LOG_H
#define SW_INCIDENT_GUARD_LOG_H

#include "incident/guard_judge.h"
#include "postfix/spool.h"
#include "traffic/day.h"
#include "traffic/failures.h"
#include "traffic/refusals.h"

/* An account with at least one sign. */
struct guard_account {
	struct sw_raw key; /* borrowed from the log */
	struct guard_facts facts;
	struct network_address intruder; /* its network, where facts.failures is not 0 */
};

struct guard_log {
	struct guard_account *account; /* the busiest first; ours */
	size_t n;
	struct sw_label trouble; /* why there may be more; empty: there are not */
	struct traffic traffic;	 /* ours, as what follows */
	struct day day;
	struct failures failures;
	struct refusals refusals;
};

/*
 * Read the log of an instance, as `where` tells it. What it told before is kept in STATE.day and
 * STATE.failures, but of a copied host; without that it is read again. *ret is large, and the
 * caller's to be freed always. 0, also where ret->trouble says what is not known; -ENOMEM.
 */
int guard_log_read(const struct sw_host *h, const struct log_where *where,
		   const struct guard_config *c, const char *state, struct guard_log *ret,
		   struct sw_fault *why) SW_CHECK;

void guard_log_free(struct guard_log *l);

#endif
