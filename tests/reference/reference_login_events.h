/*
 * reference_login_events: the grammar of traffic/login_events.h as regular expressions, slow and
 * plain, for tests to compare with. Written from that header, not from the code.
 */
#ifndef SW_REFERENCE_LOGIN_EVENTS_H
#define SW_REFERENCE_LOGIN_EVENTS_H

#include "traffic/login_events.h"

/* Do all functions of login_events.h say what the grammar says of a text? */
bool reference_login_agrees(struct sw_raw text);

#endif
