/*
 * postfix_queue_: postfix_queue for one of several Postfix instances, named by the link:
 * postfix_queue_postfix-out is the instance configured in /etc/postfix-out. A program of its own,
 * because munin-node-configure reads capabilities off the file and allows `suggest` only here.
 */
#include "parts/queue_graphs.h"
#include "parts/settings_shared.h"

static const struct sw_munin_setting settings[] = { QUEUE_GRAPHS_SETTINGS, { 0 } };

static const struct sw_munin_plugin plugin = {
	.name = "postfix_queue_",
	.summary = "messages in each queue of one Postfix instance",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf suggest"),
	.settings = settings,
	.probe = queue_graphs_probe,
	.suggest = queue_graphs_suggest,
	.collect = queue_graphs_collect,
	.palette = true,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
