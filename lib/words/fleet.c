#include "words/fleet.h"

#include "postfix/spool.h"
#include "words/command.h"
#include "words/share.h"

struct sw_label words_fleet(const struct fleet_sum *sum, enum fleet_what what, size_t nodes,
			    bool at_least)
{
	char name[SW_LABEL_MAX + 1];
	struct sw_label text;

	memcpy(name, sum->name.p, sum->name.n);
	name[sum->name.n] = '\0';
	text = label_kept(name);
	sw_label_print(&text, at_least || sum->at_least ||
					      (what == FLEET_BY_NETWORKS && sum->more_networks)
				      ? " at least "
				      : " ");
	if (what == FLEET_BY_NETWORKS) {
		words_count(&text, sum->networks, "network", "networks");
		sw_label_print(&text, ", ");
	}
	sw_label_print(&text, what == FLEET_BY_RATE ? "%llu msg/%d min" : "%llu msg in %d h",
		       (unsigned long long)(what == FLEET_BY_RATE ? sum->rate : sum->day),
		       what == FLEET_BY_RATE ? FLEET_WINDOW : 24);
	sw_label_print(&text, " on %zu of ", sum->lists);
	words_count(&text, nodes, "node", "nodes");
	return text;
}

struct sw_label words_fleet_command(const struct fleet_sum *sum)
{
	return words_contain(sum->name, SPOOL_CONFIG_DIRECTORY);
}
