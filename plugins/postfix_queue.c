/*
 * postfix_queue: messages in each queue of Postfix; drop-in for Munin's postfix_mailqueue: the
 * same fields, labels, order, title and environment.
 */
#include "shared/queue.h"

static const struct munin_setting settings[] = { SHARED_QUEUE_SETTINGS, { 0 } };

const struct munin_plugin plugin = {
	.name = "postfix_queue",
	.summary = "messages in each queue of Postfix",
	.markers = MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = shared_queue_probe,
	.collect = shared_queue_collect,
};
