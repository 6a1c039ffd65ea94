/* sockets_mnl: asks the kernel, net/ipv4/inet_diag.c, through libmnl. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "os/sockets.h"

/* Room for 250 answers; the kernel gives no more than 32 kB in one datagram of a dump. */
enum { DATAGRAM = 32768 };

/* Room for two headers of a request and the ports, 20 bytes each. */
enum { REQUEST = 256 + SOCKET_PORTS * 20 };

/* The kernel answers at once or not at all. */
enum { ANSWER_SECONDS = 5, ERRNO_MOST = 4096 };

/* A condition of the filter, and its argument: a port. */
struct condition {
	struct inet_diag_bc_op op;
	struct inet_diag_bc_op argument;
};

struct port_filter {
	struct condition from, to;
	struct inet_diag_bc_op accept; /* a jump behind the end */
};

/*
 * A program that accepts the ports, one after another: "no" leads to the next one, or four bytes
 * behind the end, which refuses (inet_diag_bc_run()). Returns its length.
 */
static size_t put_filter(const struct sockets_query *q, struct port_filter *ret)
{
	size_t whole = q->ports * sizeof(*ret) - sizeof(ret->accept);

	for (size_t i = 0; i < q->ports; i++) {
		struct inet_diag_bc_op port = { .no = q->port[i] };
		size_t here = i * sizeof(*ret) + offsetof(struct port_filter, accept);

		ret[i] = (struct port_filter){
			.from = { { INET_DIAG_BC_S_GE, sizeof(struct condition),
				    sizeof(struct port_filter) },
				  port },
			.to = { { INET_DIAG_BC_S_LE, sizeof(struct condition),
				  sizeof(struct port_filter) - sizeof(struct condition) },
				port },
			.accept = { INET_DIAG_BC_JMP, sizeof(struct inet_diag_bc_op),
				    (unsigned short)(whole - here) },
		};
	}
	return whole;
}

static int ask(struct mnl_socket *nl, unsigned char family, const struct sockets_query *q)
{
	union {
		struct nlmsghdr align;
		char bytes[REQUEST];
	} buf;
	struct port_filter filter[SOCKET_PORTS];
	struct nlmsghdr *head = mnl_nlmsg_put_header(&buf);
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(head, sizeof(*request));

	head->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->sdiag_family = family;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_states = 1U << TCP_LISTEN | 1U << TCP_SYN_RECV | 1U << TCP_ESTABLISHED;
	if (q->ports > 0)
		mnl_attr_put(head, INET_DIAG_REQ_BYTECODE, put_filter(q, filter), filter);
	return mnl_socket_sendto(nl, head, head->nlmsg_len) < 0 ? -errno : 0;
}

static bool take_state(unsigned char state, enum socket_state *ret)
{
	*ret = state == TCP_LISTEN     ? SOCKET_LISTENS
	       : state == TCP_SYN_RECV ? SOCKET_HALF_OPEN
				       : SOCKET_ESTABLISHED;
	return state == TCP_LISTEN || state == TCP_SYN_RECV || state == TCP_ESTABLISHED;
}

static int take_one(const struct nlmsghdr *head, void *ctx)
{
	const struct sockets_query *q = ctx;
	const struct inet_diag_msg *message = mnl_nlmsg_get_payload(head);
	struct socket_seen seen = { 0 };

	if (mnl_nlmsg_get_payload_len(head) < sizeof(*message) ||
	    (message->idiag_family != AF_INET && message->idiag_family != AF_INET6))
		return MNL_CB_OK;
	if (!take_state(message->idiag_state, &seen.state))
		return MNL_CB_OK;
	seen.port = ntohs(message->id.idiag_sport);
	seen.is_ipv6 = message->idiag_family == AF_INET6;
	memcpy(seen.address, message->id.idiag_dst, seen.is_ipv6 ? 16 : 4);
	socket_unmap(&seen);
	seen.inode = message->idiag_inode;
	seen.family = message->idiag_family;
	memcpy(seen.id, &message->id, SOCKET_ID);
	q->fn(&seen, q->ctx);
	return MNL_CB_OK;
}

/* libmnl takes a length of 2 GiB for one below 0, and goes back. */
static bool is_whole(const char *datagram, size_t n)
{
	size_t at = 0;

	while (n - at >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *head = (const void *)(datagram + at);

		if (head->nlmsg_len < sizeof(*head) || head->nlmsg_len > n - at)
			return false;
		at += (head->nlmsg_len + MNL_ALIGNTO - 1) / MNL_ALIGNTO * MNL_ALIGNTO;
		if (at >= n)
			return true;
	}
	return true;
}

static int answer(const void *datagram, size_t n, unsigned portid, const struct sockets_query *q)
{
	/* it has no const, and only hands it on */
	int rc;

	if (!is_whole(datagram, n))
		return -EBADMSG;
	rc = mnl_cb_run(datagram, n, 0, portid, take_one, (void *)(uintptr_t)q);
	if (rc >= 0)
		return rc;
	return errno > 0 && errno < ERRNO_MOST ? -errno : -EBADMSG; /* what a message says */
}

int sockets_answer(const void *datagram, size_t n, const struct sockets_query *q)
{
	return answer(datagram, n, 0, q);
}

static int list(struct mnl_socket *nl, unsigned char family, const struct sockets_query *q,
		struct sw_fault *why)
{
	void *buf = malloc(DATAGRAM); /* too large for a small stack */
	int rc = buf ? ask(nl, family, q) : -ENOMEM;

	while (rc >= 0) {
		ssize_t n = mnl_socket_recvfrom(nl, buf, DATAGRAM);

		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? -errno : answer(buf, (size_t)n, mnl_socket_get_portid(nl), q);
		if (rc == MNL_CB_STOP)
			break;
	}
	free(buf);
	if (rc == MNL_CB_STOP)
		return 0;
	if (rc == -ENOENT)
		return sw_fault(why, ENOENT,
				"the kernel cannot list connections (no inet_diag module)");
	return sw_fault_errno(why, -rc, "list connections");
}

static int open_here(struct mnl_socket **ret, struct sw_fault *why)
{
	struct timeval limit = { .tv_sec = ANSWER_SECONDS };
	int rc = 0;

	*ret = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!*ret)
		return sw_fault_errno(why, errno, "open a socket to list connections");
	(void)setsockopt(mnl_socket_get_fd(*ret), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (mnl_socket_bind(*ret, 0, MNL_SOCKET_AUTOPID) < 0) {
		rc = sw_fault_errno(why, errno, "open a socket to list connections");
		mnl_socket_close(*ret);
	}
	return rc;
}

int sockets_here(const struct sockets_query *q, struct sw_fault *why)
{
	struct mnl_socket *nl;
	int rc = open_here(&nl, why);

	if (rc < 0)
		return rc;
	rc = list(nl, AF_INET, q, why);
	/* a kernel that knows no IPv6 lists none */
	if (rc == 0)
		rc = list(nl, AF_INET6, q, why);
	mnl_socket_close(nl);
	return rc;
}

_Static_assert(SOCKET_ID == sizeof(struct inet_diag_sockid), "an ID fits");

int sockets_end(const struct socket_seen *seen, struct sw_fault *why)
{
	union {
		struct nlmsghdr align;
		char bytes[4096]; /* an answer is its own request and a number */
	} buf;
	struct nlmsghdr *head = mnl_nlmsg_put_header(&buf);
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(head, sizeof(*request));
	struct mnl_socket *nl;
	ssize_t n;
	int rc;

	head->nlmsg_type = SOCK_DESTROY;
	head->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request->sdiag_family = seen->family;
	request->sdiag_protocol = IPPROTO_TCP;
	request->idiag_states = 1U << TCP_ESTABLISHED;
	memcpy(&request->id, seen->id, SOCKET_ID);
	rc = open_here(&nl, why);
	if (rc < 0)
		return rc;
	n = mnl_socket_sendto(nl, head, head->nlmsg_len);
	if (n >= 0)
		n = mnl_socket_recvfrom(nl, &buf, sizeof(buf));
	rc = n < 0 ? -errno : 0;
	if (rc == 0 && !is_whole(buf.bytes, (size_t)n))
		rc = -EBADMSG;
	if (rc == 0 && mnl_cb_run(&buf, (size_t)n, 0, mnl_socket_get_portid(nl), NULL, NULL) < 0)
		rc = -errno;
	mnl_socket_close(nl);
	return rc == 0 ? 0 : sw_fault_errno(why, -rc, "end a connection");
}
