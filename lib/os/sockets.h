/*
 * sockets: TCP sockets by their local port, now, as the kernel lists them (sock_diag(7)).
 *
 * sockets_mnl.c asks the kernel through libmnl where that is there, else sockets_none.c; make picks
 * one. A copied host has no kernel: its list is its file /sockets, what `ss -Htan` printed there.
 */
#ifndef SW_SOCKETS_H
#define SW_SOCKETS_H

#include "os/host.h"

enum socket_state { SOCKET_LISTENS, SOCKET_HALF_OPEN, SOCKET_ESTABLISHED };

enum {
	SOCKET_PORTS = 32,  /* most ports that can be asked for */
	SOCKET_TEXT = 46,   /* an address as text, INET6_ADDRSTRLEN */
	SOCKET_SPACES = 64, /* most network namespaces that are looked at */
	SOCKET_ID = 48,	    /* struct inet_diag_sockid */
};

/*
 * A socket of a port that was asked for. An IPv4 client of a socket that takes both is an IPv4
 * client (::ffff:192.0.2.1 is 192.0.2.1).
 */
struct socket_seen {
	enum socket_state state;
	uint16_t port;		   /* our own end's */
	bool is_ipv6;		   /* of the other end */
	unsigned char address[16]; /* of the other end: 4 bytes of IPv4, or 16 */
	/* of the kernel's list alone: its inode, by which /proc/PID/fd names it, and its ID */
	uint32_t inode;
	unsigned char family;
	unsigned char id[SOCKET_ID];
};

typedef void (*socket_fn)(const struct socket_seen *seen, void *ctx);

struct sockets_query {
	const uint16_t *port;
	size_t ports; /* 1..SOCKET_PORTS; 0, of sockets_here() alone: every port */
	socket_fn fn;
	void *ctx;
	/* out: how many network namespaces were looked at, the run's own among them, and whether
	   there were others that could not be */
	unsigned spaces;
	struct sw_fault unseen;
};

/*
 * Call fn for each TCP socket on one of the ports that listens, is half open (SYN received) or is
 * established; those of this process's network namespace, and, as root, of those that other
 * processes are in (containers), each once. Of one that can't be entered or listed q->unseen says
 * so. Nothing is locked; a socket that comes or goes meanwhile is seen or not.
 * Returns 0, or -errno when not even the own namespace could be listed: then what fn was told is to
 * be forgotten. -ENOTSUP: built without libmnl; -ENOENT: no such kernel module (inet_diag).
 */
int sockets_each(const struct sw_host *h, struct sockets_query *q, struct sw_fault *why) SW_CHECK;

/* The address as inet_ntop(3) writes it; of IPv6 its /64 when `net`: "2001:db8:1:2::/64". */
void socket_text(const struct socket_seen *seen, bool net, char ret[SOCKET_TEXT + 4]);

/* The same from text, with or without [ ] and what follows a '%' (a zone); false when it is none.
 */
bool socket_from_text(struct sw_raw text, struct socket_seen *ret);

/* ::ffff:192.0.2.1 becomes 192.0.2.1. */
void socket_unmap(struct socket_seen *seen);

/*
 * What `ss -Htan` (iproute2's misc/ss.c) prints: STATE RECV-Q SEND-Q LOCAL:PORT PEER:PORT, an IPv6
 * address in [ ], a zone behind '%'. Its heading, and lines of other states and ports are passed
 * over; those of no such form are counted in *bad. Any bytes are legal.
 */
void sockets_parse(struct sw_raw text, const struct sockets_query *q, size_t *bad);

/* sockets_mnl.c: those of the network namespace that the process is in. */
int sockets_here(const struct sockets_query *q, struct sw_fault *why) SW_CHECK;

/*
 * sockets_mnl.c: end a connection of this network namespace (SOCK_DESTROY, Linux 4.5), both ends of
 * which are told so: as if the line had broken. 0, or -errno: -EPERM, -EOPNOTSUPP for a kernel
 * without it, -ENOENT when it has ended. Some kernels fail and have done it all the same: look
 * again. A socket that took its place has another ID, and is not hit.
 */
int sockets_end(const struct socket_seen *seen, struct sw_fault *why) SW_CHECK;

/*
 * sockets_mnl.c: read netlink messages of an answer (linux/inet_diag.h) that came as one datagram.
 * Above 0: more may follow; 0: the list has ended; -errno: the kernel says so, or these are no such
 * messages. Any bytes are legal.
 */
int sockets_answer(const void *datagram, size_t n, const struct sockets_query *q);

#endif
