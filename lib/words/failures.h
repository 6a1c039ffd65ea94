/* failures: who was broken into, and whose logins failed, in sentences. */
#ifndef SW_WORDS_FAILURES_H
#define SW_WORDS_FAILURES_H

#include "traffic/failures.h"

/*
 * "email@ourdomain.com from 198.51.100.121 after 412 failures since 03:10"; where the guesses came
 * from elsewhere, how many networks came in together, or for how many accounts the address failed.
 */
struct sw_label words_break_in(const struct sw_host *h, const struct break_in *one);

/* All within the day that ends with `end`, the last first, while they fit whole. */
struct sw_label words_break_ins(const struct failures *f, int64_t end);

/* "198.51.100.121" */
struct sw_label words_address(struct sw_raw key);

/*
 * "only 9 of the last 24 hours are known: ...": why nobody can say that nobody broke in; `link` as
 * in words_source_doubt().
 */
struct sw_label words_failures_known(const struct failures *f, unsigned minutes, const char *link);

/*
 * The same of the day that ends with a minute of the window, whatever the reason; empty where it
 * can be said.
 */
struct sw_label words_failures_doubt(const struct failures *f, unsigned minute, const char *link);

/* That nobody names whose logins fail, and what to set. */
struct sw_label words_failures_silent(const struct failures *f);

#endif
