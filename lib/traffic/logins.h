/* logins: which accounts used a client's address lately, from the mail log. */
#ifndef SW_TRAFFIC_LOGINS_H
#define SW_TRAFFIC_LOGINS_H

#include "log/source.h"

/* Seconds that a login is of use: a session may last, and a client logs in again. */
enum { LOGINS_OLDEST = 600, LOGINS_ACCOUNTS = 64, LOGINS_QUESTIONS = 8 };

struct logins_query {
	/* Is it the client that is asked about? An address as Postfix logs it, borrowed. */
	bool (*is_client)(struct sw_raw address, void *ctx);
	void *ctx;
	struct sw_label account; /* out: that submitted most messages from there; empty: none did */
	uint64_t others;	 /* out: how many more did, LOGINS_ACCOUNTS are told apart */
};

/*
 * Answer n questions (at most LOGINS_QUESTIONS) with the log of the last LOGINS_OLDEST seconds.
 * What can't be read has named nobody: who needs to know asks postfix_sasl_rate. Returns 0, or
 * -errno as log_read(). *why is also filled when the log could not be read for a cause that may
 * pass.
 */
int logins_find(const struct sw_host *h, const struct log_where *where, struct logins_query *q,
		size_t n, struct sw_fault *why) SW_CHECK;

#endif
