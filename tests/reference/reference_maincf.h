/* reference_maincf: main.cf as postconf(5) describes it, for tests to compare with. */
#ifndef SW_REFERENCE_MAINCF_H
#define SW_REFERENCE_MAINCF_H

#include "base/raw.h"

/* The value of parameter `name` as it stands, its lines joined by one blank, for the caller to
 * free; NULL when it is not set. */
char *reference_maincf(struct sw_raw text, const char *name);

/*
 * The same, expanded, with what is no parameter of the text taken for one that only Postfix knows.
 * Returns 0 with *ret for the caller to free; -EINVAL for what Postfix refuses, -ENODATA for what
 * it must be asked, -E2BIG when this reader, which copies all and bounds nothing else, gives up.
 */
int reference_maincf_expand(struct sw_raw text, const char *name, char **ret);

#endif
