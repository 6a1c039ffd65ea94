/* bounce: which message a bounce in a queue is about. */
#ifndef SW_INCIDENT_BOUNCE_H
#define SW_INCIDENT_BOUNCE_H

#include "spoolwatch/queue.h"

/*
 * Does a bounce (a file of a null sender, made on this host) name a message that `is` says yes to?
 * bounce(8) says its queue ID in the second part; 64 KB are looked at. Any bytes are legal.
 */
typedef bool (*bounce_is_fn)(struct sw_raw id, void *ctx);
bool bounce_is_of(int directory, const char *name, bounce_is_fn is, void *ctx);

#endif
