/* field: is a name one that Munin takes? (See struct sw_field in spoolwatch/munin.h.) */
#ifndef SW_FIELD_H
#define SW_FIELD_H

#include "base/raw.h"
#include "spoolwatch/munin.h"

/* May this name be given out? */
bool field_is_legal(struct sw_raw name);

#endif
