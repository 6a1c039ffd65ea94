/* reference_munin: whole runs of a plugin, and what Munin 2.0.73 takes without harm from them. */
#ifndef SW_REFERENCE_MUNIN_H
#define SW_REFERENCE_MUNIN_H

#include "munin/munin.h"

/*
 * Run the plugin, called `called`, with config, fetch, dirtyconfig, autoconf, suggest and `word`,
 * in the environment `env`. False when a line of stdout is not of the protocol's grammar or one of
 * stderr is not the plugin's own, when a run that failed left output, or when config and values
 * don't have the same fields in the same order.
 */
bool reference_runs(const struct sw_munin_plugin *plugin, char *called, char *word,
		    const char *const *env);

#endif
