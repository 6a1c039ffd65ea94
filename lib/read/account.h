/* account: what of one account is kept in the tables of submit.c; for submit_*.c alone. */
#ifndef SW_ACCOUNT_H
#define SW_ACCOUNT_H

#include "read/submit.h"

struct account {
	uint32_t minute[2][SUBMIT_MINUTES]; /* messages, recipients */
	bool left_out;
};

/* The first byte of the key of a local user; a login can't hold it (Postfix replaces controls). */
enum { LOCAL_MARK = '\1' };

enum { ADDRESS_MAX = 46, NAME_KEPT = 64 };

/* A pair's name in its table is the account's id and the address. */
struct peer {
	uint32_t account; /* its id */
	uint32_t row;
	uint64_t minutes; /* bit i: seen in minute i */
	uint32_t minute[SUBMIT_MINUTES];
	uint32_t name_n;
	char name[NAME_KEPT];
};

#endif
