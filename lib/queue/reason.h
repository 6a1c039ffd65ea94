/*
 * reason: why a message is deferred, from its log in defer/.
 *
 * bounce(8) appends an entry for each recipient of an attempt (bounce/bounce_append_service.c), and
 * qmgr(8) removes the log before the next attempt. Entries are separated by blank lines
 * (global/bounce_log.c reads them):
 *     <RECIPIENT>: REASON            of Postfix before 2.3 alone; still there when backwards
 *     recipient=RECIPIENT            compatible logs are on
 *     offset=651
 *     dsn_orig_rcpt=rfc822;RECIPIENT
 *     status=4.4.1
 *     action=delayed
 *     reason=REASON
 * Of equal names the last one counts, as there. Both texts are others' words: a remote server's
 * reply, an address. Any bytes are legal; wrong text in them is all that a made-up log can do.
 */
#ifndef SW_QUEUE_REASON_H
#define SW_QUEUE_REASON_H

#include "base/raw.h"

enum { QUEUE_REASON_FORM = 64 }; /* bytes of a form by which reasons are counted */

struct queue_reason {
	struct sw_raw recipient; /* within the text, as what follows; .p NULL: it is not said */
	struct sw_raw reason;
	bool whole; /* a blank line ends it: all of it is there */
};

/* The next entry of a log, which is taken off *rest. False when there is none. */
bool queue_reason_next(struct sw_raw *rest, struct queue_reason *ret);

/*
 * What a reason has in common with others of its kind, into buf of `size` bytes (4 at least);
 * returns how many. The words of a remote server without whose they are ("host NAME[ADDRESS] said:
 * "), without "delivery temporarily suspended: " and "(in reply to ...)": its codes, then the first
 * words, each that has a digit, an address, a name of a host or an ID as "...": "421-4.7.28 Unusual
 * rate of ...".
 */
size_t queue_reason_form(struct sw_raw reason, char *buf, size_t size);

#endif
