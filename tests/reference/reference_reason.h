/* reference_reason: the entries of a log in defer/ and the forms of reasons, slow and obvious. */
#ifndef SW_REFERENCE_REASON_H
#define SW_REFERENCE_REASON_H

#include "base/raw.h"

/* Does lib/queue/reason.c say of these bytes what plain copies and regular expressions say? */
bool reference_reason_agrees(struct sw_raw log);

#endif
