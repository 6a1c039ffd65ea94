/* refusals: who refuses whom, in what words, in sentences. */
#ifndef SW_WORDS_REFUSALS_H
#define SW_WORDS_REFUSALS_H

#include "traffic/refusals.h"

/* A span of minutes of a struct refusals. */
struct words_refusals_span {
	unsigned first, n;
};

/* "alice@example.com", "uid 33 www-data"; without a key "account unknown" */
struct sw_label words_refusals_account_name(const struct refusals *s, struct sw_raw key);

/* "gmail.com"; of a recipient without a domain "no domain" */
struct sw_label words_refusals_receiver_name(struct sw_raw domain);

/*
 * A receiver that refuses for a kind: "gmail.com 412 in 5 min, 96% of email@ourdomain.com:
 * 421-4.7.28 unsolicited mail originating from your IP": how many recipients, whose most of them
 * are, and its last words. Numbers (but for the codes), names of hosts and addresses in these are
 * "...", so they can name nobody. What is refused before a sender is named is "at connect", and
 * nobody's.
 */
struct sw_label words_refusals(const struct refusals *s, const struct refusals_rank *receiver,
			       enum refusal kind, struct words_refusals_span span);

/* The same of all kinds, and the most frequent one: "gmail.com 450 in 5 min, 91% reputation, ...".
 */
struct sw_label words_refusals_receiver(const struct refusals *s,
					const struct refusals_rank *receiver,
					struct words_refusals_span span);

/* An account: "email@ourdomain.com 500 in 5 min, 82% by gmail.com" */
struct sw_label words_refusals_account(const struct refusals *s,
				       const struct refusals_rank *account,
				       struct words_refusals_span span);

/* "reputation", "unknown user": a kind, for people. */
const char *words_refusals_kind(enum refusal kind);

#endif
