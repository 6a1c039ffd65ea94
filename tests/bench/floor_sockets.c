/*
 * floor_sockets: list the TCP sockets of one local port as the kernel gives them (sock_diag(7)), of
 * both families, count the answers, and nothing else. To be set beside smtp_clients.
 *
 *     floor_sockets PORT
 */
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char buf[32768] __attribute__((aligned(8)));

static void ask(int fd, unsigned char family, unsigned short port)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 request;
		struct nlattr attribute;
		struct inet_diag_bc_op filter[4];
	} q = {
		.head = { sizeof(q), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, 0 },
		.request = { .sdiag_family = family,
			     .sdiag_protocol = IPPROTO_TCP,
			     .idiag_states = 1U << TCP_LISTEN | 1U << TCP_SYN_RECV |
					     1U << TCP_ESTABLISHED },
		.attribute = { sizeof(q.attribute) + sizeof(q.filter), INET_DIAG_REQ_BYTECODE },
		.filter = { { INET_DIAG_BC_S_GE, 8, 20 },
			    { 0, 0, port },
			    { INET_DIAG_BC_S_LE, 8, 12 },
			    { 0, 0, port } },
	};

	if (send(fd, &q, sizeof(q), 0) < 0)
		exit(1);
}

int main(int argc, char **argv)
{
	static const unsigned char families[] = { AF_INET, AF_INET6 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	long found = 0;

	if (argc != 2 || fd < 0)
		return 1;
	for (int i = 0; i < 2; i++) {
		int more = 1;

		ask(fd, families[i], (unsigned short)atoi(argv[1]));
		while (more) {
			ssize_t n = recv(fd, buf, sizeof(buf), 0);
			const struct nlmsghdr *m = (const void *)buf;

			if (n < 0)
				return 1;
			for (ssize_t at = 0; at < n; at += NLMSG_ALIGN((ssize_t)m->nlmsg_len)) {
				m = (const void *)(buf + at);
				more = more && m->nlmsg_type != NLMSG_DONE &&
				       m->nlmsg_type != NLMSG_ERROR;
				found += m->nlmsg_type == SOCK_DIAG_BY_FAMILY;
			}
		}
	}
	printf("%ld\n", found);
	return 0;
}
