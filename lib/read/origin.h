/*
 * origin: who submitted messages of which only the first queue ID is known, from the mail log.
 *
 * What an after-queue content filter puts back has no login in its queue file, but log_ident names
 * the queue ID that the message had first, and the log line of that one names the account.
 */
#ifndef SW_ORIGIN_H
#define SW_ORIGIN_H

#include "read/account.h"
#include "read/maillog.h"

/* How far back the log is read at most, in seconds: a filter gives mail back within minutes. */
enum { ORIGIN_OLDEST = 3600, ORIGIN_ID = 32, ORIGIN_KEY = 320 };

struct origin {
	char id[ORIGIN_ID];   /* in: a queue ID, terminated */
	char key[ORIGIN_KEY]; /* out: the account's key */
	size_t key_n;	      /* out: its length; 0: not found */
};

/*
 * Look for n origins in the log from `since` on (at most ORIGIN_OLDEST before now). An ID that the
 * log has twice is the later one's. Returns how many were found, or -errno when the log can't be
 * read, as maillog_window().
 */
int origin_find(const struct host *h, const struct maillog_where *where, int64_t since,
		struct origin *origin, size_t n, struct fault *why) SW_CHECK;

#endif
