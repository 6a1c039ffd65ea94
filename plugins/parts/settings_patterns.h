/* patterns: a setting that holds Perl-compatible patterns. */
#ifndef SW_PARTS_SETTINGS_PATTERNS_H
#define SW_PARTS_SETTINGS_PATTERNS_H

#include "os/pattern.h"
#include "munin/munin.h"

/*
 * The patterns of a setting into *ret, to end with patterns_free(). One that is none is complained
 * of (env.NAME: why) and left out; 0, or -errno then.
 */
int settings_patterns(struct sw_munin *m, const char *name, struct patterns **ret,
		      struct sw_fault *why);

#endif
