/*
 * reference_events: the grammar of traffic/events.h and traffic/blocked.h as regular expressions,
 * slow and plain, for tests to compare with. Written from the sources of Postfix and those headers,
 * not from the code.
 */
#ifndef SW_REFERENCE_EVENTS_H
#define SW_REFERENCE_EVENTS_H

#include "traffic/blocked.h"
#include "traffic/events.h"

/* Do event_client(), event_active() and event_pickup() say what the grammar says of a text? */
bool reference_text_agrees(struct sw_raw text);

/* Do event_entered(), event_is_accepted(), event_is_bounce(), event_forwarded(), event_returned()? */
bool reference_marks_agree(struct sw_raw text);

/* Does blocked_event(), of each program that it asks for? */
bool reference_blocked_agrees(struct sw_raw text);

#endif
