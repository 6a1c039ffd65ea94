#include "os/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "os/netns.h"

enum { LIST_MAX = 64 << 20 };

void socket_text(const struct socket_seen *seen, bool net, char ret[SOCKET_TEXT + 4])
{
	unsigned char address[16];
	bool cut = seen->is_ipv6 && net;

	_Static_assert(SOCKET_TEXT >= INET6_ADDRSTRLEN, "an address fits");
	memcpy(address, seen->address, sizeof(address));
	if (cut)
		memset(address + 8, 0, 8);
	(void)!inet_ntop(seen->is_ipv6 ? AF_INET6 : AF_INET, address, ret, SOCKET_TEXT);
	if (cut)
		strcat(ret, "/64");
}

void socket_unmap(struct socket_seen *seen)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (!seen->is_ipv6 || memcmp(seen->address, mapped, sizeof(mapped)) != 0)
		return;
	seen->is_ipv6 = false;
	memmove(seen->address, seen->address + sizeof(mapped), 4);
	memset(seen->address + 4, 0, sizeof(mapped));
}

static bool is_asked(const struct sockets_query *q, uint64_t port)
{
	for (size_t i = 0; i < q->ports; i++)
		if (q->port[i] == port)
			return true;
	return false;
}

/* ADDRESS:PORT, of which either may be '*'. */
static bool take_end(struct sw_raw word, struct sw_raw *address, uint64_t *port)
{
	size_t colon = raw_find_last(word, ':');

	if (colon == word.n)
		return false;
	*address = raw_from(word.p, colon);
	word = raw_skip(word, colon + 1);
	*port = 0;
	return raw_is(word, "*") || num_from(word, port);
}

bool socket_from_text(struct sw_raw text, struct socket_seen *seen)
{
	char copy[SOCKET_TEXT];

	if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
		text = raw_from(text.p + 1, text.n - 2);
	text.n = raw_find(text, '%');
	if (text.n == 0 || text.n >= sizeof(copy) || memchr(text.p, '\0', text.n))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	seen->is_ipv6 = inet_pton(AF_INET6, copy, seen->address) == 1;
	if (!seen->is_ipv6)
		return inet_pton(AF_INET, copy, seen->address) == 1;
	socket_unmap(seen);
	return true;
}

static bool take_state(struct sw_raw word, enum socket_state *ret)
{
	static const struct {
		const char *name;
		enum socket_state state;
	} states[] = { { "LISTEN", SOCKET_LISTENS },
		       { "SYN-RECV", SOCKET_HALF_OPEN },
		       { "ESTAB", SOCKET_ESTABLISHED } };

	for (size_t i = 0; i < SW_COUNT(states); i++) {
		if (raw_is(word, states[i].name)) {
			*ret = states[i].state;
			return true;
		}
	}
	return false;
}

/* 1: a socket that was asked for; 0: another one; -EBADMSG: none. */
static int parse_line(struct sw_raw line, const struct sockets_query *q, struct socket_seen *seen)
{
	struct sw_raw word[5];
	struct sw_raw address;
	uint64_t port;

	for (size_t i = 0; i < SW_COUNT(word); i++)
		if (!raw_word(&line, " \t\r", &word[i]))
			return -EBADMSG;
	if (!take_end(word[3], &address, &port))
		return -EBADMSG;
	if (!take_state(word[0], &seen->state) || !is_asked(q, port))
		return 0;
	seen->port = (uint16_t)port;
	if (!take_end(word[4], &address, &port))
		return -EBADMSG;
	return seen->state == SOCKET_LISTENS || socket_from_text(address, seen) ? 1 : -EBADMSG;
}

void sockets_parse(struct sw_raw text, const struct sockets_query *q, size_t *bad)
{
	struct sw_raw line;

	while (raw_line(&text, &line)) {
		struct socket_seen seen = { 0 };
		int rc = raw_starts(line, "State ") ? 0 : parse_line(line, q, &seen);

		if (rc > 0)
			q->fn(&seen, q->ctx);
		*bad += rc < 0;
	}
}

static int of_copy(const struct sw_host *h, struct sockets_query *q, struct sw_fault *why)
{
	struct sw_raw text;
	size_t bad = 0;
	int rc = host_read(h, "/sockets", LIST_MAX, &text, why);

	if (rc < 0)
		return rc;
	sockets_parse(text, q, &bad);
	free((char *)text.p);
	if (bad > 0)
		return sw_fault(why, EBADMSG,
				"/sockets holds %zu line%s that ss -Htan has not printed", bad,
				bad == 1 ? "" : "s");
	q->spaces = 1;
	return 0;
}

static void in_space(void *ctx)
{
	struct sockets_query *q = ctx;

	q->spaces += sockets_here(q, &q->unseen) == 0;
}

int sockets_each(const struct sw_host *h, struct sockets_query *q, struct sw_fault *why)
{
	int rc;

	q->spaces = 0;
	q->unseen = (struct sw_fault){ 0 };
	if (h->copied)
		return of_copy(h, q, why);
	rc = sockets_here(q, why);
	if (rc < 0)
		return rc;
	q->spaces = 1;
	netns_each_other(h, SOCKET_SPACES - 1, in_space, q, &q->unseen);
	return 0;
}
