/*
 * postfix_queue_: postfix_queue for one of several Postfix instances, named by the link:
 * postfix_queue_postfix-out is the instance configured in /etc/postfix-out. A program of its own,
 * because munin-node-configure reads capabilities off the file and allows `suggest` only here.
 */
#include "shared/queue.h"

static const struct munin_setting settings[] = { SHARED_QUEUE_SETTINGS, { 0 } };

const struct munin_plugin plugin = {
	.name = "postfix_queue_",
	.summary = "messages in each queue of one Postfix instance",
	.markers = MUNIN_MARKERS("auto", "autoconf suggest"),
	.settings = settings,
	.probe = shared_queue_probe,
	.suggest = shared_queue_suggest,
	.collect = shared_queue_collect,
};
