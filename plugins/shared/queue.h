/* queue: what postfix_queue and its wildcard twin postfix_queue_ share: all but the table. */
#ifndef SW_SHARED_QUEUE_H
#define SW_SHARED_QUEUE_H

#include "munin/munin.h"

/* Settings of both; of the wildcard plugin config_directory is the default instance's. */
#define SHARED_QUEUE_SETTINGS                                                                         \
	{ "spooldir",                                                                                 \
	  MUNIN_TEXT,                                                                                 \
	  NULL,                                                                                       \
	  0,                                                                                          \
	  0,                                                                                          \
	  "queue directory; by default queue_directory of main.cf, else /var/spool/postfix" },        \
		{ "config_directory",                                                                 \
		  MUNIN_TEXT,                                                                         \
		  "/etc/postfix",                                                                     \
		  0,                                                                                  \
		  0,                                                                                  \
		  "directory of main.cf (of the default instance, for postfix_queue_)" },             \
		{ "sample",                                                                           \
		  MUNIN_COUNT,                                                                        \
		  "1000",                                                                             \
		  10,                                                                                 \
		  100000,                                                                             \
		  "most queue files that are opened to see who holds the queues; up to so many "      \
		  "it is exact" },                                                                    \
		{ "accounts", MUNIN_COUNT, "20", 1, 200, "most senders that by_sender draws" },       \
		{ "logfile",                                                                          \
		  MUNIN_TEXT,                                                                         \
		  NULL,                                                                               \
		  0,                                                                                  \
		  0,                                                                                  \
		  "the mail log, to follow messages through a content filter; by default as in "      \
		  "postfix_sasl_rate" },                                                              \
		{ "warning", MUNIN_LEVEL, NULL, 0, 0, "warning range of each queue, in messages" },   \
		{ "critical", MUNIN_LEVEL, NULL, 0, 0, "critical range of each queue, in messages" }, \
		{ "FIELD_warning",                                                                    \
		  MUNIN_LEVEL,                                                                        \
		  NULL,                                                                               \
		  0,                                                                                  \
		  0,                                                                                  \
		  "warning range of one queue, such as deferred_warning" },                           \
	{                                                                                             \
		"FIELD_critical", MUNIN_LEVEL, NULL, 0, 0, "critical range of one queue"              \
	}

int shared_queue_probe(struct munin *m, struct fault *why);
int shared_queue_collect(struct munin *m, struct fault *why);
/* The instances, if there are several: the default one and main.cf's multi_instance_directories. */
int shared_queue_suggest(struct munin *m, struct fault *why);

#endif
