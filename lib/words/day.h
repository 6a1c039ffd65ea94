/* day: what an account did in a day, in sentences. */
#ifndef SW_WORDS_DAY_H
#define SW_WORDS_DAY_H

#include "traffic/day.h"

/*
 * One account in the day that ends with bucket `end`: "email@ourdomain.com 120 networks in 24 h,
 * 475 msg since 17:50, last from 203.0.0.0/16, 198.51.0.0/16, 2001:db8::/32". `at_least`: not all
 * of the day is known, or of the account.
 */
struct sw_label words_day(const struct day *d, const struct day_rank *account, enum day_what what,
			  uint32_t end, bool at_least);

/*
 * How much of that day is known: "9 of 24 hours are known, since 04:00: /var/log/mail.log begins
 * within the time, and nothing before it was found"; `link` as in words_source_doubt().
 */
struct sw_label words_day_known(const struct day *d, uint32_t end, unsigned hours,
				const char *link);

/* "email@ourdomain.com 512 msg in 24 h, limit 500" */
struct sw_label words_day_limit(const struct day *d, const struct day_rank *account,
				uint64_t limit);

#endif
