#include "os/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/dir.h"

enum { SPACES = 256 };

enum { LINK_MAX_BYTES = 32 }; /* "net:[4026531840]" */

struct spaces {
	int proc;
	unsigned n, most;
	char seen[SPACES][LINK_MAX_BYTES]; /* the first is our own */
	netns_fn fn;
	void *ctx;
	struct sw_fault *why;
};

/* Was it met before? Else it is noted. */
static bool is_known(struct spaces *s, const char link[LINK_MAX_BYTES])
{
	for (unsigned i = 0; i < s->n; i++)
		if (strcmp(s->seen[i], link) == 0)
			return true;
	memcpy(s->seen[s->n++], link, LINK_MAX_BYTES);
	return false;
}

/* The name of the namespace that a process is in; false when it has ended, or may not be asked. */
static bool read_name(struct spaces *s, const char *path, char ret[LINK_MAX_BYTES])
{
	ssize_t n = readlinkat(s->proc, path, ret, LINK_MAX_BYTES - 1);

	ret[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void visit(struct spaces *s, const char *path)
{
	int fd = openat(s->proc, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		if (errno != ENOENT && errno != ESRCH) /* it has ended meanwhile */
			sw_fault_errno(s->why, errno, "open /proc/%s", path);
		return;
	}
	if (setns(fd, CLONE_NEWNET) == 0)
		s->fn(s->ctx);
	else
		sw_fault_errno(s->why, errno, "enter the network namespace of /proc/%s", path);
	close(fd);
}

static int look(const struct dir_entry *entry, void *ctx)
{
	struct spaces *s = ctx;
	char name[LINK_MAX_BYTES];
	char path[32];

	if (!raw_is_digit(entry->name[0]) || entry->length > 10)
		return 0;
	snprintf(path, sizeof(path), "%s/ns/net", entry->name);
	if (!read_name(s, path, name) || is_known(s, name))
		return 0;
	if (s->n > s->most + 1 || s->n == SPACES) {
		sw_fault(s->why, E2BIG, "more than %u network namespaces are here", s->most + 1);
		return 1;
	}
	visit(s, path);
	return 0;
}

bool netns_may_look(void)
{
	return geteuid() == 0;
}

void netns_each_other(const struct sw_host *h, unsigned most, netns_fn fn, void *ctx,
		      struct sw_fault *why)
{
	struct spaces s = { .most = most, .fn = fn, .ctx = ctx, .why = why };
	struct sw_fault ignored = { 0 };
	char name[LINK_MAX_BYTES];
	int own;

	if (!netns_may_look())
		return;
	s.proc = host_openat(h, "/proc", O_RDONLY | O_DIRECTORY, &ignored);
	own = s.proc < 0 ? -1 : openat(s.proc, "self/ns/net", O_RDONLY | O_CLOEXEC);
	if (own >= 0 && read_name(&s, "self/ns/net", name)) {
		(void)is_known(&s, name);
		(void)!dir_each(s.proc, look, &s, why);
		if (s.n > 1 && setns(own, CLONE_NEWNET) < 0)
			sw_fault_errno(why, errno, "go back to the own network namespace");
	}
	if (own >= 0)
		close(own);
	if (s.proc >= 0)
		close(s.proc);
}

/* -host-port and its value stand in an argument each. */
static bool is_proxy_of(struct sw_raw arguments, const char *port)
{
	struct sw_raw last = { 0 };
	bool proxy = false;

	while (arguments.n > 0) {
		size_t n = raw_find(arguments, '\0');
		struct sw_raw argument = raw_from(arguments.p, n);

		if (last.n == 0)
			proxy = argument.n >= strlen("docker-proxy") &&
				raw_is(raw_skip(argument, argument.n - strlen("docker-proxy")),
				       "docker-proxy");
		if (proxy && raw_is(last, "-host-port") && raw_is(argument, port))
			return true;
		last = argument;
		arguments = raw_skip(arguments, n < arguments.n ? n + 1 : n);
	}
	return false;
}

struct proxy {
	const struct sw_host *host;
	char port[8];
};

static int is_proxy(const struct dir_entry *entry, void *ctx)
{
	const struct proxy *proxy = ctx;
	struct sw_fault ignored = { 0 };
	struct sw_raw arguments;
	char path[48];
	int rc;

	if (!raw_is_digit(entry->name[0]) || entry->length > 10)
		return 0;
	snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->name);
	if (host_read(proxy->host, path, 4096, &arguments, &ignored) < 0)
		return 0;
	rc = is_proxy_of(arguments, proxy->port);
	free((char *)arguments.p);
	return rc;
}

bool netns_is_forwarded(const struct sw_host *h, uint16_t port)
{
	struct proxy proxy = { .host = h };
	struct sw_fault ignored = { 0 };
	bool found;
	int fd;

	if (netns_may_look())
		return false;
	fd = host_openat(h, "/proc", O_RDONLY | O_DIRECTORY, &ignored);
	if (fd < 0)
		return false;
	snprintf(proxy.port, sizeof(proxy.port), "%u", port);
	found = dir_each(fd, is_proxy, &proxy, &ignored) > 0;
	close(fd);
	return found;
}
