/*
 * refusal_graphs: the graphs of postfix_refusals: recipients that are refused or put off, per
 * minute over MINUTES_WINDOW minutes, by kind, by receiver and by account.
 */
#ifndef SW_PARTS_REFUSAL_GRAPHS_H
#define SW_PARTS_REFUSAL_GRAPHS_H

#include "parts/minutes.h"
#include "traffic/refusals.h"

enum { REFUSAL_GRAPHS_LINES_MAX = 200 };

struct refusal_graphs {
	struct minutes minutes;
	const struct refusals *s;
	size_t lines;	/* most that a sub-graph draws at a time */
	uint64_t least; /* recipients in a span, of a line */
};

/* Add the root graph, then by_receiver and by_account. */
void refusal_graphs_add(struct refusal_graphs *g);

#endif
