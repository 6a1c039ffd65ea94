/* spool: the queue directory of a Postfix instance. */
#ifndef SW_POSTFIX_SPOOL_H
#define SW_POSTFIX_SPOOL_H

#include "postfix/maincf.h"

/*
 * The queue directory: main.cf's queue_directory, else Postfix's own default. A main.cf that is
 * not there is no fault. Returns 0, or -errno.
 */
int queue_directory(const struct sw_host *h, const char *config_directory, char ret[MAINCF_VALUE],
		    struct sw_fault *why) SW_CHECK;

#endif
