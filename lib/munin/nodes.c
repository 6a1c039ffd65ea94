#include "munin/nodes.h"

#include <errno.h>

/* What munin-node takes for the name of a plugin (Service.pm:38-59). */
static bool is_plugin(struct sw_raw name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!raw_is_alnum(name.p[i]) && (!name.p[i] || !strchr("-_.:", name.p[i])))
			return false;
	return name.n > 0 && name.n <= NODES_PLUGIN;
}

static int read_word(struct sw_raw word, const char *plugin, struct node *node, struct peer *peer,
		     struct sw_fault *why)
{
	size_t n = raw_find(word, '/');
	struct sw_raw name = n < word.n ? raw_skip(word, n + 1) : raw_of(plugin);

	if (!is_plugin(name))
		return sw_fault(why, EINVAL, "%.*s is no name of a plugin", (int)name.n, name.p);
	if (!peer_address(raw_from(word.p, n), NODES_PORT, &peer->address))
		return sw_fault(why, EINVAL,
				"it is no address, and names are not looked up: allowed is such as "
				"192.0.2.1, 192.0.2.1:4949 or [2001:db8::1]:4949");
	snprintf(node->ask, sizeof(node->ask), "cap multigraph\nfetch %.*s\nquit\n", (int)name.n,
		 name.p);
	return 0;
}

static bool is_known(const struct nodes *nodes, const struct node *node, const struct peer *peer)
{
	char text[2][PEER_TEXT];

	peer_text(&peer->address, text[0]);
	for (size_t i = 0; i < nodes->n; i++) {
		if (nodes->node[i].failed.code || strcmp(nodes->node[i].ask, node->ask) != 0)
			continue;
		peer_text(&nodes->peer[i].address, text[1]);
		if (strcmp(text[0], text[1]) == 0)
			return true;
	}
	return false;
}

void nodes_from(struct sw_raw words, const char *plugin, struct nodes *ret)
{
	struct sw_raw word;

	while (raw_word(&words, " \t,", &word)) {
		struct node *node = &ret->node[ret->n];
		struct peer *peer = &ret->peer[ret->n];

		if (ret->n == NODES_MAX) {
			ret->beyond++;
			continue;
		}
		*node = (struct node){ .name = sw_label_from(word) };
		if (read_word(word, plugin, node, peer, &node->failed) < 0 ||
		    !is_known(ret, node, peer))
			ret->n++;
	}
}

static bool take(struct sw_raw bytes, void *ctx)
{
	return answer_take(ctx, bytes);
}

void nodes_connect(const struct sw_host *h, struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->n; i++) {
		struct peer *peer = &nodes->peer[i];

		peer->fd = -1;
		peer->ask = raw_of(nodes->node[i].ask);
		peer->take = take;
		peer->ctx = &nodes->node[i].answer;
		if (!nodes->node[i].failed.code)
			peers_connect(h, peer, 1);
	}
}

/* Who does not allow this host ends at once: what it was asked then comes back as a reset. */
static bool is_turned_away(const struct node *node, const struct peer *peer)
{
	return peer->failed.code == ECONNRESET && node->answer.bytes == 0;
}

void nodes_hear(const struct sw_host *h, struct nodes *nodes, int64_t ms)
{
	peers_talk(h, nodes->peer, nodes->n, ms);
	for (size_t i = 0; i < nodes->n; i++) {
		struct node *node = &nodes->node[i];
		const struct peer *peer = &nodes->peer[i];

		if (node->failed.code)
			continue;
		if (peer->failed.code && !is_turned_away(node, peer))
			node->failed = peer->failed;
		else if (answer_end(&node->answer) < 0)
			node->failed = node->answer.failed;
	}
}

void nodes_free(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->n; i++)
		answer_free(&nodes->node[i].answer);
}
