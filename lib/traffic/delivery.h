/*
 * delivery: what became of a recipient, from a line of a delivery agent (global/log_adhoc.c)
 *     ID: to=<R>[, orig_to=<O>], relay=none or NAME[ADDR]:PORT, [conn_use=N, ]delay=D,
 *         delays=A/B/C/D, [tls=T, ]dsn=4.7.1, status=deferred (TEXT)
 * R and O are the sender's text: the local part stands in a quoted string where it holds other
 * bytes than those of an atom (3.5; before that it may hold anything), so a '>' within one ends
 * nothing. TEXT is often a remote server's; it is cut, without its ')', where the line had no more
 * room. Between R and TEXT all is Postfix's own, so the line is read from the left, and nothing is
 * searched for. Any bytes are legal.
 */
#ifndef SW_TRAFFIC_DELIVERY_H
#define SW_TRAFFIC_DELIVERY_H

#include "base/raw.h"

/* An enhanced status code (RFC 3463); all 0 when there is none. */
struct delivery_dsn {
	unsigned class, subject, detail; /* 2, 4 or 5; 0..999 */
};

/* All borrowed. */
struct delivery {
	struct sw_raw queue_id;
	struct sw_raw recipient;
	struct sw_raw relay; /* "none", "mx.far.example[198.51.100.9]:25" */
	struct delivery_dsn dsn;
	struct sw_raw status; /* "sent", "deferred", "bounced" */
	struct sw_raw said;   /* the text in ( ) */
};

/* False for a text that is no such line, or ends before the text in ( ). */
bool delivery_event(struct sw_raw text, struct delivery *ret);

/* Was the recipient refused or put off? */
bool delivery_is_refused(const struct delivery *d);

/*
 * The numeric address of the server that was tried, also where none answered ("connect to
 * NAME[ADDR]:PORT: ..."); borrowed. n is 0 where none was, or a local socket.
 */
struct sw_raw delivery_server(const struct delivery *d);

/*
 * Was a server of the recipient's asked, as far as the line tells, also in error(8)'s words? Not
 * the filter of this host.
 */
bool delivery_is_tried(const struct delivery *d);

/*
 * The new queue ID that a Postfix, or a filter that quotes it, names last in what was said; n is 0
 * when none is.
 */
struct sw_raw delivery_queued_as(const struct delivery *d);

/* Take "4.7.28" off *rest. False, and nothing taken, where it does not begin with one. */
bool delivery_take_dsn(struct sw_raw *rest, struct delivery_dsn *ret);

#endif
