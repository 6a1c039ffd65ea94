/* patterns: a setting that holds Perl-compatible patterns. */
#ifndef SW_SHARED_PATTERNS_H
#define SW_SHARED_PATTERNS_H

#include "os/pattern.h"
#include "munin/munin.h"

/*
 * The patterns of a setting into *ret, to end with patterns_free(). One that is none is complained
 * of (env.NAME: why) and left out; 0, or -errno then.
 */
int shared_patterns(struct munin *m, const char *name, struct patterns **ret, struct fault *why);

#endif
