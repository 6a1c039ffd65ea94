/* account: what an account did, in sentences. */
#ifndef SW_WORDS_ACCOUNT_H
#define SW_WORDS_ACCOUNT_H

#include "traffic/counts.h"

/* A span of minutes of a struct traffic. */
struct words_account_span {
	unsigned first, n;
};

/*
 * One account: "email@ourdomain.com 2562 msg in 5 min, 97% from 198.51.100.121 (host.example) +13
 * addresses"; for recipients and addresses the count of that kind stands first.
 */
struct sw_label words_account(const struct traffic *s, const struct traffic_rank *account,
			      enum traffic_what what, struct words_account_span span);

/*
 * The first of `account` (greatest first), then those whose count per minute (of addresses: whose
 * count) is above `level`, while they fit whole; with what s->more knows of each. Empty for n 0.
 */
struct sw_label words_account_list(const struct traffic *s, const struct traffic_rank *account,
				   size_t n, enum traffic_what what, struct words_account_span span,
				   double level);

/* An account, and how much of what it sent at most in a span of the days before. */
struct sw_label words_account_unusual(const struct traffic *s, const struct traffic_rank *account,
				      struct words_account_span span, uint64_t before);

/* "email@ourdomain.com, limit 5 per minute" */
struct sw_label words_account_limit(const struct traffic *s, const struct traffic_rank *account,
				    uint64_t limit);

#endif
