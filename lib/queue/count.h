/* count: what the walk of a queue needs to know besides the door (spoolwatch/queue.h). */
#ifndef SW_QUEUE_COUNT_H
#define SW_QUEUE_COUNT_H

#include "spoolwatch/queue.h"

enum { QUEUE_HASH = 24 }; /* bytes of a message's hash directories, with the NUL */

#endif
