/* guard_files: what the queue files of accounts show, for guard_judge.h. */
#ifndef SW_INCIDENT_GUARD_FILES_H
#define SW_INCIDENT_GUARD_FILES_H

#include "incident/guard_log.h"

enum {
	GUARD_FILES_MOST = 1000, /* messages of an account that are looked at */
	GUARD_FILES_MS = 20000,	 /* for all of them */
};

/*
 * Fill the facts.files of n accounts from the messages of the last GUARD_WINDOW minutes in
 * incoming, active, deferred and hold of `spool`. What can't be read shows nothing. `mynetworks` is
 * its value in main.cf. 0, or -errno: no queue could be read.
 */
int guard_files_read(const struct sw_host *h, int spool, struct sw_raw mynetworks,
		     struct guard_account *account, size_t n, struct sw_fault *why) SW_CHECK;

/* Has hold a message of the account? */
bool guard_files_is_held(int spool, struct sw_raw key);

#endif
