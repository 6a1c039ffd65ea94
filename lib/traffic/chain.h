/*
 * chain: who submitted messages of which only the first queue ID is known, from the mail log.
 *
 * What an after-queue content filter puts back has no login in its queue file, but log_ident names
 * the queue ID that the message had first, and the log line of that one names the account. What
 * came through a filter before the queue (smtpd_proxy_filter) has its own ID there, and the log
 * says whose message got that (traffic/proxy.h).
 */
#ifndef SW_TRAFFIC_CHAIN_H
#define SW_TRAFFIC_CHAIN_H

#include "postfix/account.h"
#include "log/source.h"

/* How far back the log is read at most, in seconds: a filter gives mail back within minutes. */
enum { CHAIN_OLDEST = 3600 };

/*
 * Look for n origins in the log from `since` on (at most CHAIN_OLDEST before now). An ID that the
 * log has twice is the later one's. Returns how many were found (none in a log that can't be read),
 * or -errno as log_read(). *why is also filled when the log, or a part of it, could not be read for
 * a cause that may pass: then more may be found later.
 */
int chain_find(const struct sw_host *h, const struct log_where *where, int64_t since,
	       struct account_sought *origin, size_t n, struct sw_fault *why) SW_CHECK;

#endif
