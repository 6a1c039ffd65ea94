/* settings_paths: complain of settings that name what is not there. */
#ifndef SW_PARTS_SETTINGS_PATHS_H
#define SW_PARTS_SETTINGS_PATHS_H

#include "munin/munin.h"

/*
 * env.config_directory, when it is set: there is no such directory, or no main.cf in it. What may
 * not be looked at is not complained of.
 */
void settings_config_directory(struct sw_munin *m);

/* env.logfile, when it is set: a path of it is not there, or a pattern matches nothing. */
void settings_logfile(struct sw_munin *m);

/* env.scan_file, when it is set: its directory is not there. False: nothing can come of it. */
bool settings_scan_file(struct sw_munin *m);

#endif
