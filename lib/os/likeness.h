/* likeness: are two runs so much alike that each would read what the other reads? */
#ifndef SW_LIKENESS_H
#define SW_LIKENESS_H

#include "os/host.h"

/*
 * A hash of all but the files themselves that a run's reading hangs on: its environment (in any
 * order, without MUNIN_..., which is the master's and says where state lies), the clock's second
 * and whether it was given; the user, groups, capabilities and security context that it reads with;
 * the root directory, mount namespace and host name that it sees; the program file. Costs a few
 * system calls. False when one of these can't be known (no /proc, hundreds of groups).
 */
bool likeness(const struct sw_host *h, struct hash_key *ret) SW_CHECK;

#endif
