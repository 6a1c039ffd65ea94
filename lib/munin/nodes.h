/* nodes: munin-nodes that are asked for the values of a plugin, all at once (os/peers.h). */
#ifndef SW_NODES_H
#define SW_NODES_H

#include "munin/answer.h"
#include "os/peers.h"

enum { NODES_MAX = PEERS_MAX, NODES_PORT = 4949, NODES_PLUGIN = 64 };

struct node {
	struct sw_label name; /* as the list of nodes has it */
	struct sw_fault failed;
	struct answer answer; /* whole, unless it has failed */
	char ask[NODES_PLUGIN + 32];
};

struct nodes {
	struct node node[NODES_MAX];
	struct peer peer[NODES_MAX];
	size_t n;
	size_t beyond; /* how many more than NODES_MAX the list has */
};

/*
 * Nodes from words ADDRESS[:PORT][/PLUGIN] with blanks or commas between (peer_address()); `plugin`
 * where none is said. A word that is no such thing is a node that has failed. One that stands there
 * a second time is left out, and so is what is beyond NODES_MAX. *ret is the caller's and all
 * zeros; ends with nodes_free().
 */
void nodes_from(struct sw_raw words, const char *plugin, struct nodes *ret);

/*
 * Ask all that have not failed, for at most `ms` milliseconds. The first one begins, and when it
 * returns the process needs no right to connect any more (os/confine.h); the second one ends it.
 */
void nodes_connect(const struct sw_host *h, struct nodes *nodes);
void nodes_hear(const struct sw_host *h, struct nodes *nodes, int64_t ms);

void nodes_free(struct nodes *nodes);

#endif
