/*
 * account_graphs: the fields of postfix_sasl_rate that are told minute by minute (parts/minutes.h).
 * An account that was at the floor stays drawn for MINUTES_LINGER minutes more.
 */
#ifndef SW_PARTS_ACCOUNT_GRAPHS_H
#define SW_PARTS_ACCOUNT_GRAPHS_H

#include "parts/minutes.h"
#include "words/account.h"

enum { ACCOUNT_GRAPHS_ACCOUNTS_MAX = 200 };

struct account_graphs {
	struct sw_munin *m;
	struct traffic s;
	unsigned history;	       /* points of each field */
	size_t accounts;	       /* most accounts that are drawn at a time */
	struct sw_fault failed;	       /* code not 0: nothing could be read, all fields are U */
	struct sw_fault no_recipients; /* the same of the recipients alone */
	struct script_hint *scripts;   /* NULL: no local user has any */
	bool full; /* Postfix's file system has no room now: what was not accepted is no calm */
};

/* The span that ends with point i. */
struct words_account_span account_graphs_span(unsigned i);

/*
 * As minutes_series(), minutes_add() and minutes_is_known(). Spoilt is a minute in which Postfix
 * could not queue.
 */
struct sw_munin_field account_graphs_series(struct account_graphs *r, struct sw_munin_field f);
void account_graphs_add(struct account_graphs *r, const struct sw_munin_field *f, unsigned minutes);
bool account_graphs_is_known(struct account_graphs *r, const struct sw_munin_field *f);

/* Could Postfix not queue in one of n minutes from `first` on, or may it be so? Why, unless NULL.
 */
bool account_graphs_blocked(const struct account_graphs *r, unsigned first, unsigned n,
			    struct sw_label *why);

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
