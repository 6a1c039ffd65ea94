/* connections: sockets counted by the address of the client, and by its /64. */
#ifndef SW_CONNECTIONS_H
#define SW_CONNECTIONS_H

#include "base/topk.h"
#include "os/sockets.h"

enum { CONNECTIONS_ADDRESSES = 4096 }; /* that are told apart; of more the busiest */

/* What is kept of an address or a network besides its count: the value of its row. */
struct connections_peer {
	struct socket_seen seen; /* one of them */
	uint32_t half_open;
	uint32_t addresses; /* of a network */
};

struct connections {
	struct topk *address, *net; /* of IPv6 alone */
	uint64_t listeners, established, half_open;
};

/* *c is the caller's, to end with connections_free() whatever is returned: 0 or -ENOMEM. */
int connections_new(struct connections *c, const struct sw_host *h, struct sw_fault *why) SW_CHECK;
void connections_free(struct connections *c);

/* socket_fn; ctx: struct connections. */
void connections_take(const struct socket_seen *seen, void *ctx);

/* After the last one: how many addresses of each network there were. */
void connections_end(struct connections *c);

/*
 * Was somebody's end of a connection perhaps not counted, so that none is no answer? Then *why says
 * so: nothing listens here (Postfix is in a container, or not running), a listener only hands
 * connections on and has none of its own, a namespace could not be looked at.
 */
void connections_doubt(const struct connections *c, const struct sw_host *h,
		       const struct sockets_query *q, struct sw_fault *why);

/*
 * The rows of one of the tables with at least `least` connections, the greatest first, at most
 * `max` of them into ret; borrowed. Returns how many.
 */
size_t connections_top(struct topk *t, uint64_t least, const struct topk_row **ret, size_t max);

#endif
