/* submit_tables: what is kept of one account and of one address; for submit*.c alone. */
#ifndef SW_TRAFFIC_TABLES_H
#define SW_TRAFFIC_TABLES_H

#include "traffic/counts.h"

/* Its size follows from how many minutes there are: what nobody asks for takes no memory. */
struct account {
	unsigned left_out; /* 1 << enum traffic_what */
	/* of messages, recipients: the sum, at most UINT32_MAX; bit i: there were some in minute i
	 */
	uint32_t sum[2];
	uint64_t active[2];
	uint32_t minute[]; /* messages, then recipients */
};

enum { ADDRESS_MAX = 46, NAME_KEPT = 64 };

/* A pair's name in its table is the account's id and the address. */
struct peer {
	uint32_t account; /* its id */
	uint32_t row;
	uint64_t minutes; /* bit i: seen in minute i */
	uint16_t name_n;
	char name[NAME_KEPT];
	uint16_t minute[]; /* 65535 is "or more" */
};

static inline uint32_t *account_minutes(const struct traffic *s, struct account *account,
					enum traffic_what what)
{
	return account->minute + (what == TRAFFIC_RECIPIENTS ? s->minutes : 0);
}

/* More of a kind in a minute of an account; a sum that does not fit stays the most that does. */
static inline void account_add(const struct traffic *s, struct account *account,
			       enum traffic_what what, unsigned minute, uint64_t n)
{
	uint32_t *of_minute = &account_minutes(s, account, what)[minute];

	*of_minute = n < UINT32_MAX - *of_minute ? *of_minute + (uint32_t)n : UINT32_MAX;
	account->sum[what] =
		n < UINT32_MAX - account->sum[what] ? account->sum[what] + (uint32_t)n : UINT32_MAX;
	account->active[what] |= (uint64_t)(n > 0) << minute;
}

#endif
