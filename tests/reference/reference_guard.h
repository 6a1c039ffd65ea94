/* reference_guard: what a configuration of the guard and mynetworks say, read slowly. */
#ifndef SW_REFERENCE_GUARD_H
#define SW_REFERENCE_GUARD_H

#include "base/raw.h"

/* Does a line say mode = hold? */
bool reference_guard_holds(struct sw_raw text);

/* Is the client (of inet_ntop(3)) one of mynetworks? Bit by bit. */
bool reference_guard_has(struct sw_raw value, const char *client);

#endif
