/* queue: what postfix_queue and its wildcard twin postfix_queue_ share: all but the table. */
#ifndef SW_PARTS_QUEUE_GRAPHS_H
#define SW_PARTS_QUEUE_GRAPHS_H

#include "munin/munin.h"

/* Settings of both; of the wildcard plugin config_directory is the default instance's. */
#define QUEUE_GRAPHS_SETTINGS                                                                          \
	{ "spooldir",                                                                                  \
	  SW_MUNIN_TEXT,                                                                               \
	  NULL,                                                                                        \
	  0,                                                                                           \
	  0,                                                                                           \
	  "queue directory; by default queue_directory of main.cf, else /var/spool/postfix" },         \
		{ "config_directory",                                                                  \
		  SW_MUNIN_TEXT,                                                                       \
		  "/etc/postfix",                                                                      \
		  0,                                                                                   \
		  0,                                                                                   \
		  "directory of main.cf (of the default instance, for postfix_queue_)" },              \
		{ "sample",                                                                            \
		  SW_MUNIN_COUNT,                                                                      \
		  "1000",                                                                              \
		  10,                                                                                  \
		  100000,                                                                              \
		  "most queue files that are opened to see who holds the queues; up to so many "       \
		  "it is exact" },                                                                     \
		{ "accounts", SW_MUNIN_COUNT, "20", 1, 200, "most senders that by_sender draws" },     \
		{ "logfile",                                                                           \
		  SW_MUNIN_TEXT,                                                                       \
		  NULL,                                                                                \
		  0,                                                                                   \
		  0,                                                                                   \
		  "the mail log, to follow messages through a content filter; by default as in "       \
		  "postfix_sasl_rate" },                                                               \
		{ "warning", SW_MUNIN_LEVEL, NULL, 0, 0, "warning range of each queue, in messages" }, \
		{ "critical", SW_MUNIN_LEVEL,                                                          \
		  NULL,	      0,                                                                       \
		  0,	      "critical range of each queue, in messages" },                           \
		{ "FIELD_warning",                                                                     \
		  SW_MUNIN_LEVEL,                                                                      \
		  NULL,                                                                                \
		  0,                                                                                   \
		  0,                                                                                   \
		  "warning range of one queue, such as deferred_warning" },                            \
	{                                                                                              \
		"FIELD_critical", SW_MUNIN_LEVEL, NULL, 0, 0, "critical range of one queue"            \
	}

int queue_graphs_probe(struct sw_munin *m, struct sw_fault *why);
int queue_graphs_collect(struct sw_munin *m, struct sw_fault *why);
/* The instances, if there are several: the default one and main.cf's multi_instance_directories. */
int queue_graphs_suggest(struct sw_munin *m, struct sw_fault *why);

#endif
