/*
 * minute_lines: a sub-graph with a line for each of the busiest of many names, minute by minute
 * (parts/minutes.h), and one for all others together. What was busy enough once stays drawn for
 * MINUTES_LINGER minutes.
 */
#ifndef SW_PARTS_MINUTE_LINES_H
#define SW_PARTS_MINUTE_LINES_H

#include "base/topk.h"
#include "parts/minutes.h"

enum { MINUTE_LINES_MAX = 200 };

struct minute_lines {
	struct minutes *minutes;
	struct topk *table; /* not used when *minutes has failed */
	/* What a row has in minutes first..first+n-1. */
	uint64_t (*sum)(const struct topk_row *row, unsigned first, unsigned n);
	const uint64_t *total; /* of each minute, of all rows and more */
	uint64_t least;	       /* in MINUTES_WINDOW minutes, to be drawn */
	size_t lines;	       /* most at a time, 1..MINUTE_LINES_MAX */
	/* The name and the label of a row. */
	void (*name)(const struct topk_row *row, struct sw_munin_field *ret, void *ctx);
	void *ctx;
};

/*
 * Fill a field in of the row that has most in the span that ends with each point, per minute;
 * *ret is that of the last one, NULL when there is none.
 */
void minute_lines_most(const struct minute_lines *l, struct sw_munin_field *f,
		       const struct topk_row **ret);

/* Add the lines, and the field `others`. */
void minute_lines_add(struct minute_lines *l);

#endif
