/* submit_tables: what is kept of one account and of one address; for submit*.c alone. */
#ifndef SW_TRAFFIC_TABLES_H
#define SW_TRAFFIC_TABLES_H

#include "log/facts.h"
#include "traffic/counts.h"
#include "traffic/proxy.h"

/* Its size follows from how many minutes there are: what nobody asks for takes no memory. */
struct account {
	unsigned left_out; /* 1 << enum traffic_what */
	/* of messages, recipients: the sum, at most UINT32_MAX; bit i: there were some in minute i
	 */
	uint32_t sum[2];
	uint64_t active[2];
	uint32_t minute[]; /* messages, then recipients */
};

/* A pair's name in its table is the account's id and the address. */
enum { ADDRESS_MAX = 46, NAME_KEPT = 64, PEER_NAME = sizeof(uint32_t) + ADDRESS_MAX };

struct peer {
	uint32_t account; /* its id */
	uint32_t row;
	uint64_t minutes; /* bit i: seen in minute i */
	uint16_t name_n;
	char name[NAME_KEPT];
	uint16_t minute[]; /* 65535 is "or more" */
};

/* Flags of a queue ID, beside those of mute.c: its recipients are counted; a filter has put it back
 * once; how many recipients it has stands in .check, whose they are is not known yet. */
enum { ID_COUNTED = 1, ID_BACK = 2, ID_WAITS = 4 };

/*
 * A message whose recipients come later than this after its client line has none here: who tells a
 * minute again must not find less than before, because the client line is too old by then.
 */
enum { JOIN_LAG = 600 };

/* A minute of the window, or before it but near enough for a join. */
enum { BEFORE = -1 };

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

static inline uint32_t account_row(const struct traffic *s, const struct topk_row *row)
{
	return (uint32_t)(row - topk_row(s->account, 0));
}

/* As account_add(), and in total. */
static inline void traffic_add(struct traffic *s, struct account *account, enum traffic_what what,
			       int minute, uint64_t n)
{
	account_add(s, account, what, (unsigned)minute, n);
	s->total[what][minute] += n < UINT32_MAX ? n : UINT32_MAX;
}

/*
 * Messages that go through smtpd_proxy_filter (traffic/proxy.h): a NOQUEUE: client= line, whose
 * account is counted in a row (NULL: nobody's); the queue manager tells of a message of nobody's;
 * the end of a message. The last is false for every other text.
 */
void traffic_proxy_begin(struct traffic *s, const struct topk_row *row, struct sw_raw key,
			 const struct log_message *message);
void traffic_proxy_wait(struct traffic *s, struct sw_raw id, uint64_t recipients, int64_t time);
bool traffic_proxy_end(struct traffic *s, const struct log_message *message);

#endif
