/* client: who is connected to the mail ports, in sentences. */
#ifndef SW_WORDS_CLIENT_H
#define SW_WORDS_CLIENT_H

#include "base/label.h"

struct words_client {
	const char *address;  /* or a network: "2001:db8:1:2::/64" */
	uint64_t connections; /* half open ones among them */
	uint64_t half_open;
	uint64_t addresses;	 /* of a network; 0: it is an address */
	struct sw_label account; /* that it uses, of account_name(); empty: none is known */
	uint64_t others;	 /* accounts that use it, too */
};

/*
 * "198.51.100.7 48 connections, 3 of them half open, used by email@ourdomain.com +2 accounts";
 * of a network "from 12 addresses" behind the connections.
 */
struct sw_label words_client(const struct words_client *client);

#endif
