/* submit_tables: what is kept of one account and of one address; for submit*.c alone. */
#ifndef SW_TRAFFIC_TABLES_H
#define SW_TRAFFIC_TABLES_H

#include "traffic/counts.h"

struct account {
	uint32_t minute[2][TRAFFIC_MINUTES]; /* messages, recipients */
	unsigned left_out;		     /* 1 << enum traffic_what */
};

enum { ADDRESS_MAX = 46, NAME_KEPT = 64 };

/* A pair's name in its table is the account's id and the address. */
struct peer {
	uint32_t account; /* its id */
	uint32_t row;
	uint64_t minutes;		  /* bit i: seen in minute i */
	uint16_t minute[TRAFFIC_MINUTES]; /* 65535 is "or more" */
	uint16_t name_n;
	char name[NAME_KEPT];
};

#endif
