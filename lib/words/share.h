/* share: the pieces that all sentences are made of: who, how many, share of how many, and then. */
#ifndef SW_WORDS_SHARE_H
#define SW_WORDS_SHARE_H

#include "base/label.h"

/*
 * "97%", "97% +-1%": a share (0..1), rounded; but only all is 100% and only none is 0%, what is so
 * near is "over 99%" and "under 1%". And half of its 95 % confidence interval (0..1, 0 when exact),
 * rounded up.
 */
void words_share(struct sw_label *text, double share, double error);

/* " of 2325393", " of 2325393 (sample of 1000)": how many there are, at how many was looked. */
void words_of(struct sw_label *text, uint64_t all, uint64_t looked);

/* "1 address", "13 addresses" */
void words_count(struct sw_label *text, uint64_t n, const char *one, const char *many);

/* "17:50", in local time */
void words_clock(struct sw_label *text, int64_t time);

/* " since 03:10", of another day " since Nov 24 17:05" */
void words_since(struct sw_label *text, int64_t since, int64_t now);

/*
 * ", script mailer.php (uid 1001)": behind a user ID, what handed its mail in; " for 93% of it,"
 * where that is not all (share 0..1). Nothing for an empty name.
 */
void words_script(struct sw_label *text, struct sw_raw script, uint64_t uid, double share);

/*
 * The next item of a list, ", then " before all but the first. False when it does not fit whole:
 * then the list is as it was, and at its end. The first one is cut, so that something is said.
 */
bool words_then(struct sw_label *list, const struct sw_label *item);

/*
 * ": A, then B, and 12 more" behind `text`, which has room for it: the first of n items that fit
 * whole, and how many of `all` (n or more) are not among them. The first one is cut, so that
 * something is said. Nothing when n is 0.
 */
void words_reasons(struct sw_label *text, const struct sw_label *item, size_t n, size_t all);

#endif
