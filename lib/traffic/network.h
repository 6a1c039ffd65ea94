/* network: the address of a client, and the network that it is of. */
#ifndef SW_TRAFFIC_NETWORK_H
#define SW_TRAFFIC_NETWORK_H

#include "base/raw.h"

/* Of IPv6; one of IPv4 as ::ffff:192.0.2.9, so that both spellings are one. */
struct network_address {
	unsigned char byte[16];
};

/*
 * A numeric address, however it is spelt (3fff:a:0::9, ::ffff:192.0.2.9, fe80::1%eth0). False for
 * every other text.
 */
bool network_address(struct sw_raw text, struct network_address *ret);

bool network_is_ipv4(const struct network_address *address);

/*
 * Its network, as far as a provider gives one customer addresses: of IPv4 the first 16 bits, of
 * IPv6 the first 32; the others are 0.
 */
struct network_address network_of(const struct network_address *address);

/* Is a numeric address this host's own: 127.0.0.0/8, ::1? What follows a "127." is not looked at.
 */
static inline bool network_is_loopback(struct sw_raw text)
{
	return raw_starts(text, "127.") || raw_is(text, "::1") || raw_starts(text, "::ffff:127.");
}

/* The usual spelling of an address, terminated, into buf. */
enum { NETWORK_TEXT = 46 };
struct sw_raw network_text(const struct network_address *address, char buf[NETWORK_TEXT]);

#endif
