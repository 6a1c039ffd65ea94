/*
 * rates: the fields of postfix_sasl_rate that are told minute by minute.
 *
 * What is said of a minute depends on the minutes before it alone, never on later ones, so each run
 * tells it alike. Point i of the history ends a span of RATES_WINDOW minutes, and an account that
 * was at the floor stays drawn for RATES_LINGER more; the last point's span ends with the last
 * minute read.
 */
#ifndef SW_SHARED_RATES_H
#define SW_SHARED_RATES_H

#include "munin/munin.h"
#include "shared/senders.h"

enum {
	RATES_WINDOW = 5, /* the minutes of an alert: what munin-update's five minutes see */
	RATES_LINGER = 5,
	RATES_HISTORY_MAX = 55,
	RATES_ACCOUNTS_MAX = 200,
};

#define RATES_GRAPH(NAME, TITLE, VLABEL, INFO)                                                     \
	{                                                                                          \
		.name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = VLABEL,        \
		.category = "postfix", .no_scale = true, .info = INFO                              \
	}

struct rates {
	struct munin *m;
	struct submit s;
	unsigned history;    /* points of each field */
	size_t accounts;     /* most accounts that are drawn at a time */
	struct fault failed; /* code not 0: nothing could be read, all fields are U */
};

/* How many minutes must be read for the history. */
unsigned rates_minutes(const struct rates *r);

/* The span that ends with point i, and its last minute. */
struct senders_span rates_span(unsigned i);
unsigned rates_last_minute(unsigned i);

/* The field with the times of the history; the values are the caller's to fill. */
struct munin_field rates_series(const struct rates *r, struct munin_field f);

/* Add a field, or that it could not be read. */
void rates_add(struct rates *r, const struct munin_field *f);

/* Add a field of the greatest account of each span, which extinfo names for the last one. */
void rates_add_greatest(struct rates *r, struct munin_field f, enum submit_what what);

/* Add the sub-graphs by_account, by_recipients and by_address. */
void rates_add_subs(struct rates *r);

#endif
