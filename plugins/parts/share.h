/* share: the file by which polls at once of one plugin share a reading (os/share.h). */
#ifndef SW_PARTS_SHARE_H
#define SW_PARTS_SHARE_H

#include "munin/munin.h"
#include "os/share.h"

/*
 * share_begin() with $MUNIN_PLUGSTATE/NAME.shared; without a MUNIN_PLUGSTATE, or with one that may
 * be on a network, nothing is shared. Ends with share_end().
 */
void share_open(struct share *s, struct sw_munin *m, const char *name);

#endif
