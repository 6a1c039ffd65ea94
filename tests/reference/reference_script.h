/* reference_script: the script that a header names, slow and obvious. */
#ifndef SW_REFERENCE_SCRIPT_H
#define SW_REFERENCE_SCRIPT_H

#include "base/raw.h"

/*
 * Does lib/queue/script.c say of these lines, given in pieces of at most `piece` bytes (0: whole
 * lines), what copies of whole headers and regular expressions say?
 */
bool reference_script_agrees(struct sw_raw lines, size_t piece);

#endif
