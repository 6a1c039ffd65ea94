/*
 * rates: the fields of postfix_sasl_rate that are told minute by minute.
 *
 * What is said of a minute depends on the minutes before it alone, never on later ones, so each run
 * tells it alike. Point i of the history ends a span of ACCOUNT_GRAPHS_WINDOW minutes, and an
 * account that was at the floor stays drawn for ACCOUNT_GRAPHS_LINGER more; the last point's span
 * ends with the last minute read.
 */
#ifndef SW_PARTS_ACCOUNT_GRAPHS_H
#define SW_PARTS_ACCOUNT_GRAPHS_H

#include "munin/munin.h"
#include "words/account.h"

enum {
	ACCOUNT_GRAPHS_WINDOW =
		5, /* the minutes of an alert: what munin-update's five minutes see */
	ACCOUNT_GRAPHS_LINGER = 5,
	ACCOUNT_GRAPHS_HISTORY_MAX = 55,
	ACCOUNT_GRAPHS_ACCOUNTS_MAX = 200,
};

#define ACCOUNT_GRAPHS_GRAPH(NAME, TITLE, VLABEL, INFO)                                            \
	{                                                                                          \
		.name = NAME, .title = TITLE, .args = "--base 1000 -l 0", .vlabel = VLABEL,        \
		.category = "postfix", .no_scale = true, .info = INFO                              \
	}

struct account_graphs {
	struct sw_munin *m;
	struct traffic s;
	unsigned history;	       /* points of each field */
	size_t accounts;	       /* most accounts that are drawn at a time */
	struct sw_fault failed;	       /* code not 0: nothing could be read, all fields are U */
	struct sw_fault no_recipients; /* the same of the recipients alone */
	bool full; /* Postfix's file system has no room now: what was not accepted is no calm */
};

/* How many minutes must be read for the history. */
unsigned account_graphs_minutes(const struct account_graphs *r);

/* The span that ends with point i, and its last minute. */
struct words_account_span account_graphs_span(unsigned i);
unsigned account_graphs_last_minute(unsigned i);

/* The field with the times of the history; the values are the caller's to fill. */
struct sw_munin_field account_graphs_series(const struct account_graphs *r,
					    struct sw_munin_field f);

/*
 * Add a field whose points are each of so many minutes (1, or ACCOUNT_GRAPHS_WINDOW), filled in as
 * if all of them were known: here what is not known becomes U, or waits, with the reason. A field
 * with a level is U, too, while Postfix could not queue in one of the minutes: an OK would be
 * mailed.
 */
void account_graphs_add(struct account_graphs *r, const struct sw_munin_field *f, unsigned minutes);

/*
 * The same of a value of now, of the last span. False when it is not known; then it was added as U.
 */
bool account_graphs_is_known(struct account_graphs *r, const struct sw_munin_field *f);

/*
 * Add the field `blocked`: minutes of the last five in which Postfix could not queue; at least so
 * many where not all of the five are known.
 */
void account_graphs_add_blocked(struct account_graphs *r);

/* Add a field of the greatest account of each span, which extinfo names for the last one. */
void account_graphs_add_greatest(struct account_graphs *r, struct sw_munin_field f,
				 enum traffic_what what);

/* Add the sub-graphs by_account, by_recipients and by_address. */
void account_graphs_add_subs(struct account_graphs *r);

#endif
