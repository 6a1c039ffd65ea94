/*
 * postfix_queue: messages in each queue of Postfix; drop-in for Munin's postfix_mailqueue: the
 * same fields, labels, order, title and environment.
 */
#include "parts/queue_graphs.h"
#include "parts/settings_shared.h"

static const struct sw_munin_setting settings[] = { QUEUE_GRAPHS_SETTINGS, { 0 } };

static const struct sw_munin_plugin plugin = {
	.name = "postfix_queue",
	.summary = "messages in each queue of Postfix",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = queue_graphs_probe,
	.collect = queue_graphs_collect,
	.palette = true,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
