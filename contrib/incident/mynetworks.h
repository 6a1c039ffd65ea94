/*
 * mynetworks: is a client one of mynetworks (postconf(5)), as far as the value itself says it:
 * addresses and networks ("127.0.0.0/8", "[2001:db8::]/32", "!192.0.2.7"). Names of hosts, files
 * and tables in it are passed over.
 */
#ifndef SW_INCIDENT_MYNETWORKS_H
#define SW_INCIDENT_MYNETWORKS_H

#include "traffic/network.h"

/*
 * The first entry that matches decides, as in Postfix; one behind a '!' says no. Any bytes are
 * legal; of an address that is none the answer is no.
 */
bool mynetworks_has(struct sw_raw value, const struct network_address *client);

#endif
