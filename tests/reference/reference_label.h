/* reference_label: what base/label.h promises of a label, for tests to ask. */
#ifndef SW_REFERENCE_LABEL_H
#define SW_REFERENCE_LABEL_H

#include "base/label.h"

/*
 * Is this a legal label that decodes to `in` or, when cut, to a beginning of it that ends with a
 * whole character, and "..."?
 */
bool reference_label(const struct sw_label *l, struct sw_raw in);

/* The same for what sw_label_add_name() alone gave. */
bool reference_name(const struct sw_label *l, struct sw_raw name);

#endif
