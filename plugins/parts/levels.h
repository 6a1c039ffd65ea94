/*
 * levels: those that several plugins start from, of one server or of many: said once, so that
 * nobody tunes the one and believes the other.
 */
#ifndef SW_PARTS_LEVELS_H
#define SW_PARTS_LEVELS_H

#include "munin/munin.h"

/* Of the busiest account, in messages per minute */
#define LEVEL_BUSIEST_WARNING  "20"
#define LEVEL_BUSIEST_CRITICAL "60"

/* Of the account that has most in a day: rows of a plugin's settings */
#define LEVELS_DAY                                                                                 \
	{ "most_day_warning", SW_MUNIN_LEVEL, "1000",                                              \
	  .help = "warning range of the account with most messages in 24 hours" },                 \
		{ "most_day_critical", SW_MUNIN_LEVEL, "5000", .help = "its critical range" },     \
		{ "most_networks_warning", SW_MUNIN_LEVEL, "10",                                   \
		  .help = "warning range of the account with most client networks in 24 hours" },  \
	{                                                                                          \
		"most_networks_critical", SW_MUNIN_LEVEL, "25", .help = "its critical range"       \
	}

#endif
