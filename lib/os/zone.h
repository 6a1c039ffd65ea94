/* zone: the time zone of the host that is looked at. */
#ifndef SW_OS_ZONE_H
#define SW_OS_ZONE_H

#include "os/host.h"

/*
 * Log stamps without a zone are in the zone of the host that wrote them: set TZ of this process to
 * the root's etc/localtime, unless TZ is set in the host's environment. Only for what owns its
 * process: main() of a program, before it has threads.
 */
void zone_take(const struct sw_host *h);

#endif
