/*
 * logline: one line of a mail log, and what in it can be trusted.
 *
 * A client chooses most of what Postfix logs: HELO, sender, recipient, message-id, SASL mechanism,
 * the AUTH= parameter of MAIL FROM, commands that don't exist. Postfix keeps line ends and control
 * bytes out of it (util/printable.c) and nothing else. So nothing here searches a line for a
 * keyword: what is taken stands at a place that only syslogd or Postfix itself fills.
 */
#ifndef SW_TRAFFIC_EVENTS_H
#define SW_TRAFFIC_EVENTS_H

#include "base/raw.h"
#include "log/header.h"

/*
 * Take NAME[ADDR][:PORT] off: NAME a host name that Postfix has checked, or "unknown"; ADDR
 * numeric. False, with *rest anywhere, for every other text.
 */
bool event_take_peer(struct sw_raw *rest, struct sw_raw *name, struct sw_raw *address);

/* smtpd: the start of a message. All borrowed. */
struct event_client {
	struct sw_raw queue_id;	     /* "NOQUEUE" before a proxy filter */
	struct sw_raw name;	     /* verified host name, or "unknown" */
	struct sw_raw address;	     /* numeric */
	struct sw_raw user;	     /* the SASL login; n is 0 when the client did not log in */
	struct sw_raw orig_queue_id; /* the ID before a content filter; see event_client() */
};

/*
 * The text of an smtpd line of the form (smtpd/smtpd.c:2456-2474, 2.11 to 3.12)
 *     ID: client=NAME[ADDR][:PORT][, sasl_method=M, sasl_username=U][, sasl_sender=X]
 *         [, orig_queue_id=I][, orig_client=N[A]]
 * False for every other text. A line that goes on with sasl_sender= has no user: X is unchecked
 * text of a client that need not have logged in. X can hold all of the names that follow it, so U
 * ends at the first ", sasl_sender=", after the trailing orig_* parts were taken off; and
 * orig_queue_id is left empty when there is an X, in which it may stand.
 */
bool event_client(struct sw_raw text, struct event_client *ret);

/*
 * qmgr: a message enters the active queue, on arrival and again at each retry (qmgr/qmgr_active.c)
 *     ID: from=<S>, size=N, nrcpt=N (queue active)
 * S is the client's text, so the numbers are read from the right. S (borrowed) may be empty: the
 * null sender. False for every other text.
 */
bool event_active(struct sw_raw text, struct sw_raw *queue_id, uint64_t *recipients,
		  struct sw_raw *sender);

/* Does the text begin and end like one? Then only who knows the ID need read it. */
bool event_may_be_active(struct sw_raw text, struct sw_raw *queue_id);

/*
 * pickup: a message of a local user (pickup/pickup.c)
 *     ID: uid=33 from=<S>
 *     ID: uid=103 from=<S> orig_id=OLD      after `postsuper -r`
 * S is the user's text but always ends in '>', which an ID does not. False for every other text.
 */
struct event_pickup {
	struct sw_raw queue_id;
	uint64_t uid;
	bool requeued;	       /* was counted when it first came */
	struct sw_raw orig_id; /* then: under this ID; else n is 0 */
};
bool event_pickup(struct sw_raw text, struct event_pickup *ret);

/* smtpd, qmqpd: does the text tell of a message that was taken: ID: client=... with a queue ID? */
bool event_is_accepted(struct sw_raw text);

/* cleanup: a message enters the queue: ID: message-id=... */
bool event_entered(struct sw_raw text, struct sw_raw *queue_id);

/*
 * qmgr: is the sender of a text that event_active() takes the null sender (a bounce), or that of
 * notices and probes (double_bounce_sender)?
 */
bool event_is_bounce(struct sw_raw text);

/* local: ID: to=<...>, ... status=sent (forwarded as NEW) */
bool event_forwarded(struct sw_raw text, struct sw_raw *new_id);

/* bounce: ID: sender non-delivery notification: NEW (bounce/bounce_notify_service.c) */
bool event_returned(struct sw_raw text, struct sw_raw *queue_id, struct sw_raw *new_id);

#endif
