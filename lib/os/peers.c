#include "os/peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "os/clock.h"

enum { PIECE = 16384, COPY_MAX = 1 << 24 };

/* ":PORT", or nothing */
static bool take_port(struct sw_raw text, uint16_t *port)
{
	uint64_t n;

	if (text.n == 0)
		return true;
	if (text.p[0] != ':' || !num_from(raw_skip(text, 1), &n) || n == 0 || n > UINT16_MAX)
		return false;
	*port = (uint16_t)n;
	return true;
}

/* ::ffff:192.0.2.1 is 192.0.2.1, and not another one (RFC 4291, 2.5.5.2). */
static bool read_v6(const char *text, uint16_t port, struct peer_address *ret)
{
	struct in6_addr address;

	if (inet_pton(AF_INET6, text, &address) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&address)) {
		ret->of.v4.sin_port = htons(port);
		memcpy(&ret->of.v4.sin_addr, &address.s6_addr[12], sizeof(ret->of.v4.sin_addr));
		return true;
	}
	ret->of.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
					    .sin6_port = htons(port),
					    .sin6_addr = address };
	return true;
}

bool peer_address(struct sw_raw text, uint16_t port, struct peer_address *ret)
{
	bool bracket = raw_take(&text, "[");
	size_t n = raw_find(text, bracket ? ']' : ':');
	bool v6 = bracket || raw_find_last(text, ':') != n;
	struct sw_raw rest;
	char copy[INET6_ADDRSTRLEN];

	*ret = (struct peer_address){ .of.v4.sin_family = AF_INET };
	if (bracket && n == text.n)
		return false;
	if (v6 && !bracket)
		n = text.n;
	rest = raw_skip(text, bracket ? n + 1 : n);
	if (n == 0 || n >= sizeof(copy) || !take_port(rest, &port))
		return false;
	memcpy(copy, text.p, n);
	copy[n] = '\0';
	if (strlen(copy) != n)
		return false;
	if (!v6) {
		ret->of.v4.sin_port = htons(port);
		return inet_pton(AF_INET, copy, &ret->of.v4.sin_addr) == 1;
	}
	return read_v6(copy, port, ret);
}

void peer_text(const struct peer_address *a, char buf[PEER_TEXT])
{
	char text[INET6_ADDRSTRLEN] = "";
	bool v6 = a->of.any.sa_family == AF_INET6;

	if (v6)
		inet_ntop(AF_INET6, &a->of.v6.sin6_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET, &a->of.v4.sin_addr, text, sizeof(text));
	snprintf(buf, PEER_TEXT, v6 ? "[%s]:%u" : "%s:%u", text,
		 ntohs(v6 ? a->of.v6.sin6_port : a->of.v4.sin_port));
}

static void end(struct peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void fail(struct peer *p, int code, const char *what)
{
	sw_fault_errno(&p->failed, code, "%s", what);
	end(p);
}

static void connect_to(struct peer *p)
{
	bool v6 = p->address.of.any.sa_family == AF_INET6;

	p->fd = socket(p->address.of.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		fail(p, errno, "make a socket");
	else if (connect(p->fd, &p->address.of.any,
			 v6 ? sizeof(p->address.of.v6) : sizeof(p->address.of.v4)) != 0 &&
		 errno != EINPROGRESS)
		fail(p, errno, "connect");
}

static void read_copy(const struct sw_host *h, struct peer *p)
{
	char path[PEER_TEXT + 8] = "/peers/";
	struct sw_raw text;

	peer_text(&p->address, path + strlen(path));
	if (host_read(h, path, COPY_MAX, &text, &p->failed) < 0)
		return;
	(void)p->take(text, p->ctx);
	free((char *)text.p);
}

void peers_connect(const struct sw_host *h, struct peer *peer, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		peer[i].fd = -1;
		if (h->copied)
			read_copy(h, &peer[i]);
		else
			connect_to(&peer[i]);
	}
}

static bool is_connected(struct peer *p)
{
	int code = 0;
	socklen_t size = sizeof(code);

	if (!p->connected && getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
		code = errno;
	if (code)
		fail(p, code, "connect");
	p->connected = code == 0;
	return p->connected;
}

static void hear(struct peer *p, char *buf)
{
	ssize_t got = recv(p->fd, buf, PIECE, 0);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got < 0) {
		fail(p, errno, "read what it says");
	} else if (got == 0) {
		end(p);
	} else {
		p->heard = true;
		if (!p->take(raw_from(buf, (size_t)got), p->ctx))
			end(p);
	}
}

/* Who has ended already may still have said something: what can't be sent fails when it is read. */
static void ask(struct peer *p)
{
	struct sw_raw rest = raw_skip(p->ask, p->sent);
	ssize_t sent = send(p->fd, rest.p, rest.n, MSG_NOSIGNAL);

	if (sent >= 0)
		p->sent += (size_t)sent;
	else if (errno != EAGAIN && errno != EINTR)
		p->sent = p->ask.n;
}

static void step(struct peer *p, short events, char *buf)
{
	if (!is_connected(p))
		return;
	if (events & (POLLIN | POLLHUP | POLLERR))
		hear(p, buf);
	if (p->fd >= 0 && events & POLLOUT)
		ask(p);
}

/* Whoever can be, is heard or asked. False: nobody is left, or there is no time. */
static bool turn(struct peer *peer, size_t n, int64_t until, char *buf)
{
	struct pollfd p[PEERS_MAX] = { { 0 } };
	int64_t left = until - clock_ms();
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		p[i].fd = peer[i].fd;
		p[i].events = POLLIN | (peer[i].sent < peer[i].ask.n ? POLLOUT : 0);
		any |= peer[i].fd >= 0;
	}
	if (!any || left <= 0)
		return false;
	if (poll(p, n, (int)left) < 0)
		return errno == EINTR;
	for (size_t i = 0; i < n; i++)
		if (p[i].fd >= 0 && p[i].revents)
			step(&peer[i], p[i].revents, buf);
	return true;
}

void peers_talk(const struct sw_host *h, struct peer *peer, size_t n, int64_t ms)
{
	int64_t begin = clock_ms();
	int64_t until = host_until(h, ms);
	char buf[PIECE];

	while (turn(peer, n, until, buf))
		;
	for (size_t i = 0; i < n; i++) {
		struct peer *p = &peer[i];

		if (p->fd >= 0)
			sw_fault(&p->failed, ETIMEDOUT, "it %s within %.0f s",
				 !p->connected ? "took no connection"
				 : !p->heard   ? "said nothing"
					       : "did not end what it says",
				 (double)(until - begin) / 1000);
		end(p);
	}
}
