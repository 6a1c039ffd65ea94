/* senders: sentences about accounts, for extinfo; shared by the plugins that name them. */
#ifndef SW_SHARED_SENDERS_H
#define SW_SHARED_SENDERS_H

#include "read/submit.h"

/* A span of minutes of a struct submit. */
struct senders_span {
	unsigned first, n;
};

/*
 * One account: "email@ourdomain.com 2562 msg in 5 min, 97% from 198.51.100.121 (host.example) +13
 * addresses"; for recipients and addresses the count of that kind stands first.
 */
struct label senders_describe(const struct submit *s, const struct submit_rank *account,
			      enum submit_what what, struct senders_span span);

/*
 * The first of `account` (greatest first), then those whose count per minute (of addresses: whose
 * count) is above `level`, while they fit whole. Empty for n 0.
 */
struct label senders_list(const struct submit *s, const struct submit_rank *account, size_t n,
			  enum submit_what what, struct senders_span span, double level);

#endif
