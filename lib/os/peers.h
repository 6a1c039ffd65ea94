/*
 * peers: servers that are asked over TCP, all at once: one text to each, and all that it says back
 * until it ends. No name is looked up (getaddrinfo(3) has no time limit): addresses are numbers.
 *
 * In a copied host the file /peers/ADDRESS:PORT is what a server said before it ended.
 */
#ifndef SW_PEERS_H
#define SW_PEERS_H

#include <netinet/in.h>

#include "os/host.h"

enum { PEERS_MAX = 64, PEER_TEXT = INET6_ADDRSTRLEN + 8 };

struct peer_address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} of;
};

/*
 * "192.0.2.1", "192.0.2.1:4949", "2001:db8::1", "[2001:db8::1]:4949"; `port` where none is said.
 * IPv4 written as "::ffff:192.0.2.1" is IPv4. False for every other text, also for a name.
 */
bool peer_address(struct sw_raw text, uint16_t port, struct peer_address *ret);

/* "192.0.2.1:4949", "[2001:db8::1]:4949" */
void peer_text(const struct peer_address *address, char buf[PEER_TEXT]);

struct peer {
	struct peer_address address;
	struct sw_raw ask; /* what it is sent */
	/* Takes what it says, in pieces of any size; false: that is enough. */
	bool (*take)(struct sw_raw bytes, void *ctx);
	void *ctx;
	/* code not 0: it did not end by itself, nor say enough */
	struct sw_fault failed;
	int fd; /* what follows is ours */
	size_t sent;
	bool connected, heard;
};

/*
 * Begin to connect to each of n peers (at most PEERS_MAX). When it returns, the process needs no
 * right to connect any more (os/confine.h).
 */
void peers_connect(const struct sw_host *h, struct peer *peer, size_t n);

/*
 * Ask them, until all have ended, or `ms` milliseconds are over, or the run's time. Ends what
 * peers_connect() began. Who sends without an end is heard until then, or until take() has enough.
 */
void peers_talk(const struct sw_host *h, struct peer *peer, size_t n, int64_t ms);

#endif
