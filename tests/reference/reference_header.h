/*
 * reference_header: the grammar of log/header.h and log/stamp.h as regular expressions over words,
 * slow and plain, for tests to compare with. Written from those headers, not from the code.
 */
#ifndef SW_REFERENCE_HEADER_H
#define SW_REFERENCE_HEADER_H

#include "log/header.h"

/* Does log_header() say what the grammar says of a line? */
bool reference_header_agrees(struct sw_raw line);

#endif
