/* refusals_tables: what is kept of an account, a receiver and a pair; for refusals*.c alone. */
#ifndef SW_TRAFFIC_REFUSALS_TABLES_H
#define SW_TRAFFIC_REFUSALS_TABLES_H

#include "traffic/refusals.h"

struct refused_account {
	uint32_t minute[REFUSALS_MINUTES]; /* recipients, of all kinds */
};

struct refusing_receiver {
	bool tried; /* a server of it was */
	uint32_t minute[REFUSAL_KINDS][REFUSALS_MINUTES];
	unsigned char words_n[REFUSAL_KINDS];
	char words[REFUSAL_KINDS][REFUSALS_WORDS];
};

/* A pair's name in its table. */
struct refused_pair_name {
	uint32_t receiver; /* its id */
	uint32_t account;  /* its id, or NOBODY */
	uint32_t kind;
	uint32_t at_connect;
};

enum { REFUSALS_NOBODY = UINT32_MAX };

struct refused_pair {
	uint32_t receiver_row;
	uint32_t account_row; /* of NOBODY it means nothing */
	uint32_t minute[REFUSALS_MINUTES];
};

#endif
