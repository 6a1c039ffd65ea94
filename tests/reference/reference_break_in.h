/*
 * reference_break_in: who was broken into, by the words of traffic/break_in.h: all that happened is
 * kept, and gone through again for each use. Slow and plain, for tests to compare with.
 */
#ifndef SW_REFERENCE_BREAK_IN_H
#define SW_REFERENCE_BREAK_IN_H

#include "traffic/break_in.h"

enum { REFERENCE_LOGINS = 512 };

struct reference_login {
	int64_t time;
	int account, network, host; /* small numbers: account N, network and address in it */
	bool failed;
	/* out, of a use: by which rules it broke in, and what the first of them says of it, as
	 * struct break_in has it */
	unsigned rules; /* 1 (a), 2 (c), 4 (b) */
	int failures, accounts, networks;
	int64_t since;
};

/* Judge each use of a list in the order of time. */
void reference_break_in(struct reference_login *list, int n, const struct break_in_rules *rules);

#endif
