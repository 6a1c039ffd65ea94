/* netns: the network namespaces of other processes: containers (network_namespaces(7)). */
#ifndef SW_NETNS_H
#define SW_NETNS_H

#include "os/host.h"

typedef void (*netns_fn)(void *ctx);

/*
 * Call fn inside of each network namespace that a process of this machine is in and this process is
 * not, each once, at most `most` of them: as root alone, all others are told nothing of them
 * (proc_pid_ns(5)). *why gets that there were more, or one that could not be entered. The process
 * is back in its own when it returns; if it can't go back *why says so and it is an error of all
 * that uses the network afterwards.
 */
void netns_each_other(const struct sw_host *h, unsigned most, netns_fn fn, void *ctx,
		      struct sw_fault *why);

/* May this process look into namespaces of others? */
bool netns_may_look(void);

/*
 * Does a port of this machine lead into a container that this process may not look into: is there a
 * docker-proxy for it? Its command line is anybody's to read (proc_pid_cmdline(5)).
 */
bool netns_is_forwarded(const struct sw_host *h, uint16_t port);

#endif
