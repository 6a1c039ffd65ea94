/* sockets_none: for builds without libmnl. */
#include <errno.h>

#include "os/sockets.h"

int sockets_here(const struct sockets_query *q, struct sw_fault *why)
{
	(void)q;
	return sw_fault(why, ENOTSUP, "this build cannot list connections (no libmnl)");
}

int sockets_answer(const void *datagram, size_t n, const struct sockets_query *q)
{
	(void)datagram;
	(void)n;
	(void)q;
	return -ENOTSUP;
}

int sockets_end(const struct socket_seen *seen, struct sw_fault *why)
{
	(void)seen;
	return sw_fault(why, ENOTSUP, "this build cannot end connections (no libmnl)");
}
