/*
 * pattern: lists of Perl-compatible patterns from a setting, as Munin's own plugins take them
 * (df_inode's include_re and exclude_re). Through PCRE2, loaded when a pattern is set.
 */
#ifndef SW_PATTERN_H
#define SW_PATTERN_H

#include "base/fault.h"
#include "base/raw.h"

struct patterns; /* opaque */

/*
 * Compile the patterns in `list`, separated by blanks. NULL or blank means none: then nothing is
 * loaded and *ret is NULL, which matches nothing. *ret is the caller's, to end with
 * patterns_free(), and set on failure too: it then holds the patterns that are in order (NULL: none
 * is). Returns 0; -EINVAL when a pattern is not one (`why` names it); -ENOMEM; what load_library()
 * returns where PCRE2 can't be had.
 */
int patterns_from(const char *list, struct patterns **ret, struct sw_fault *why) SW_CHECK;

/*
 * Does any pattern match somewhere in the text? Matching is bounded by PCRE2's match limit; a
 * pattern that runs into it does not match.
 */
bool patterns_match(const struct patterns *p, struct sw_raw text);

void patterns_free(struct patterns *p); /* NULL is fine */

#endif
