/*
 * refusal_graphs: the graphs of postfix_refusals: recipients that are refused or put off, per
 * minute over MINUTES_WINDOW minutes, by kind, by receiver and by account.
 */
#ifndef SW_PARTS_REFUSAL_GRAPHS_H
#define SW_PARTS_REFUSAL_GRAPHS_H

#include "parts/drawn.h"
#include "parts/minutes.h"
#include "traffic/refusals.h"

enum { REFUSAL_GRAPHS_LINES_MAX = 200 };

/* Too large for a stack; start with the first five set and the rest 0. */
struct refusal_graphs {
	struct minutes minutes;
	const struct refusals *s;
	size_t lines;	     /* most that a sub-graph draws at a time */
	uint64_t least;	     /* recipients in a span, of a line */
	struct drawn *drawn; /* receivers that have a field */
	struct refusals_rank top[REFUSAL_GRAPHS_LINES_MAX];
	struct refusal_line {
		struct refusals_rank rank; /* of all minutes that were read */
		uint64_t drawn;		   /* bit i: at point i */
	} line[REFUSAL_GRAPHS_LINES_MAX];
};

/* Add the root graph, then by_receiver and by_account. */
void refusal_graphs_add(struct refusal_graphs *g);

#endif
