/*
 * minute_ranks: a sub-graph of the busiest of names that others invent, minute by minute
 * (parts/minutes.h): a field for each rank, not for each name, so that nobody can fill a master
 * with fields; label and extinfo say who it is now.
 */
#ifndef SW_PARTS_MINUTE_RANKS_H
#define SW_PARTS_MINUTE_RANKS_H

#include "base/topk.h"
#include "parts/minutes.h"

struct minute_ranks {
	struct minutes *minutes;
	struct topk *table; /* not used when *minutes has failed */
	/* What a row has in minutes first..first+n-1. */
	uint64_t (*sum)(const struct topk_row *row, unsigned first, unsigned n);
	const uint64_t *total; /* of each minute, of all rows and more */
	struct sw_label (*name)(const struct topk_row *row, void *ctx);
	/* Is nothing known of the span that ends with point i? Then why; NULL: all is. */
	bool (*is_unknown)(unsigned i, struct sw_label *why, void *ctx);
	void *ctx;
};

/* "bob@example.com 60 in 5 min": who has most at the last point; empty when nobody has. */
struct sw_label minute_ranks_first(const struct minute_ranks *r);

/*
 * Add `most`, `second` to `fifth`, and `others`, what all others and those without a name have; per
 * minute, over the MINUTES_WINDOW minutes before. They lie on each other, so none hides another.
 */
void minute_ranks_add(struct minute_ranks *r);

#endif
