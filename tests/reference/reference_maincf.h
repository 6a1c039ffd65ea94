/* reference_maincf: main.cf as postconf(5) describes it, for tests to compare with. */
#ifndef SW_REFERENCE_MAINCF_H
#define SW_REFERENCE_MAINCF_H

#include "base/raw.h"

/*
 * The value of parameter `name`, its lines joined by one blank. False when it is not set. *ret
 * points into *memory, which the caller frees.
 */
bool reference_maincf(struct sw_raw text, const char *name, char **memory, struct sw_raw *ret);

#endif
