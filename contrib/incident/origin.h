/* origin: where a message came from, of its queue file. */
#ifndef SW_INCIDENT_ORIGIN_H
#define SW_INCIDENT_ORIGIN_H

#include "spoolwatch/queue.h"

enum { ORIGIN_CLIENT = 64 };

/*
 * The address of the client, before a content filter where there was one (XFORWARD), in the form of
 * inet_ntop(3) where it is an address; .n 0 where there is none. Borrowed from buf or the file.
 */
struct sw_raw origin_client(const struct sw_queue_file *f, char buf[ORIGIN_CLIENT]);

/* Does the file say anything of where it came from? One that is damaged may not. */
bool origin_is_told(const struct sw_queue_file *f);

/* The same address in the form of inet_ntop(3); as it is where it is none. */
struct sw_raw origin_address(struct sw_raw text, char buf[ORIGIN_CLIENT]);

#endif
