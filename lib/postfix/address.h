/* address: parts of a mail address as Postfix writes it. */
#ifndef SW_POSTFIX_ADDRESS_H
#define SW_POSTFIX_ADDRESS_H

#include "base/raw.h"

enum { ADDRESS_DOMAIN = 255 }; /* bytes of a domain (RFC 1035, 2.3.4) */

/*
 * The domain of an address, behind its last '@', in lower case and without dots at its end, cut to
 * buf; returns how many bytes, 0 for an address without one.
 */
size_t address_domain(struct sw_raw address, char buf[ADDRESS_DOMAIN]);

#endif
