/* usual: the places where logs lie that nobody named, and the one that heard Postfix; for choose.c.
 */
#ifndef SW_LOG_USUAL_H
#define SW_LOG_USUAL_H

#include "log/choose.h"

/*
 * Look at the end of each, and at the journal's, unless where->journal says no; the one that heard
 * Postfix last is chosen. Where a place can't be read for what this process lacks (memory,
 * descriptors), none is: its turn is no other's. What was looked at is added to *report. 0 or
 * -ENOMEM.
 */
int log_usual(const struct sw_host *h, const struct log_where *where, struct log_reader *reader,
	      struct log_choice *ret, struct log_report *report, struct sw_fault *why) SW_CHECK;

#endif
