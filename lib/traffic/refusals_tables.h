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

/* What is known of a queue ID besides its account: flags of its place. */
enum { ID_NOBODYS = 1, ID_UNKNOWN = 2, ID_TOLD = 4 };

/* Of an ID, from now on: an account's (key.n > 0), or nobody's. */
void refusals_know(struct refusals *s, struct sw_raw id, struct sw_raw key, int64_t time);

/* A second ID is the account's whose the first one is. False when the first is not known. */
bool refusals_follow(struct refusals *s, struct sw_raw first, struct sw_raw id, int64_t time);

/* Lines of smtpd, of pickup, and of qmgr with the null sender. */
void refusals_take_client(struct refusals *s, const struct log_message *message);
void refusals_take_pickup(struct refusals *s, struct sw_raw text, int64_t time);
void refusals_take_bounce(struct refusals *s, struct sw_raw text, int64_t time);

#endif
