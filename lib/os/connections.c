#include "os/connections.h"

#include <errno.h>

#include "base/rank.h"
#include "os/netns.h"

int connections_new(struct connections *c, const struct sw_host *h, struct sw_fault *why)
{
	int rc;

	*c = (struct connections){ .listeners = 0 };
	rc = topk_new(CONNECTIONS_ADDRESSES, 16, sizeof(struct connections_peer), h->secret,
		      &c->address, why);
	if (rc == 0)
		rc = topk_new(CONNECTIONS_ADDRESSES, 8, sizeof(struct connections_peer), h->secret,
			      &c->net, why);
	return rc;
}

void connections_free(struct connections *c)
{
	topk_free(c->address);
	topk_free(c->net);
}

static void count(struct topk *t, const struct socket_seen *seen, size_t n)
{
	const struct topk_row *row = topk_count(t, raw_from((const char *)seen->address, n), 1);
	struct connections_peer *peer = row->value;

	peer->seen = *seen;
	peer->half_open += seen->state == SOCKET_HALF_OPEN;
}

void connections_take(const struct socket_seen *seen, void *ctx)
{
	struct connections *c = ctx;

	c->listeners += seen->state == SOCKET_LISTENS;
	c->established += seen->state == SOCKET_ESTABLISHED;
	c->half_open += seen->state == SOCKET_HALF_OPEN;
	if (seen->state == SOCKET_LISTENS)
		return;
	count(c->address, seen, seen->is_ipv6 ? 16 : 4);
	if (seen->is_ipv6)
		count(c->net, seen, 8);
}

void connections_end(struct connections *c)
{
	for (size_t i = 0; i < topk_rows(c->address); i++) {
		const struct topk_row *row = topk_row(c->address, i);
		struct topk_row *net =
			row->name.n == 16 ? topk_find(c->net, raw_from(row->name.p, 8)) : NULL;

		if (net)
			((struct connections_peer *)net->value)->addresses++;
	}
}

void connections_doubt(const struct connections *c, const struct sw_host *h,
		       const struct sockets_query *q, struct sw_fault *why)
{
	struct sw_label ports = { .n = 0 };

	if (c->established + c->half_open > 0)
		return;
	for (size_t i = 0; i < q->ports; i++) {
		sw_label_print(&ports, "%s%u", i ? ", " : "", q->port[i]);
		if (netns_is_forwarded(h, q->port[i]))
			sw_fault(why, EACCES,
				 "port %u leads into a container, where only root can look: let "
				 "it run as user root",
				 q->port[i]);
	}
	if (q->unseen.code)
		fault_wrap(why, &q->unseen, "there may be others: ");
	else if (c->listeners == 0)
		sw_fault(why, ENOENT, "nothing listens on port %s%s", ports.s,
			 h->copied || netns_may_look()
				 ? ""
				 : " outside of containers, where only root can look");
}

static bool is_busier(const void *a, const void *b)
{
	const struct topk_row *const *left = a;
	const struct topk_row *const *right = b;

	if ((*left)->count != (*right)->count)
		return (*left)->count > (*right)->count;
	return raw_order((*left)->name, (*right)->name) < 0;
}

size_t connections_top(struct topk *t, uint64_t least, const struct topk_row **ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < topk_rows(t); i++) {
		const struct topk_row *row = topk_row(t, i);

		if (row->count >= least)
			n = rank_add(ret, n, max, sizeof(*ret), &row, is_busier);
	}
	return n;
}
