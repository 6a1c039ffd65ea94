#include "parts/minute_lines.h"

#include <errno.h>
#include <stdlib.h>

#include "base/rank.h"

struct ranked {
	const struct topk_row *row;
	size_t i;
	uint64_t count;
};

static bool comes_before(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	return x->count != y->count ? x->count > y->count
				    : raw_order(x->row->name, y->row->name) < 0;
}

/* The greatest of some minutes, with at least `least`. Returns how many, at most `max`. */
static size_t top(const struct minute_lines *l, unsigned first, unsigned n, uint64_t least,
		  struct ranked *ret, size_t max)
{
	size_t kept = 0;

	for (size_t i = 0; i < topk_rows(l->table); i++) {
		struct ranked one = { .row = topk_row(l->table, i), .i = i };

		one.count = l->sum(one.row, first, n);
		if (one.count > 0 && one.count >= least)
			kept = rank_add(ret, kept, max, sizeof(*ret), &one, comes_before);
	}
	return kept;
}

void minute_lines_most(const struct minute_lines *l, struct sw_munin_field *f,
		       const struct topk_row **ret)
{
	*ret = NULL;
	for (unsigned i = 0; i < f->points && !l->minutes->failed.code; i++) {
		struct ranked most;
		size_t n = top(l, minutes_first(i), MINUTES_WINDOW, 1, &most, 1);

		f->at[i] = sw_munin_value_of(n ? (double)most.count / MINUTES_WINDOW : 0);
		*ret = n ? most.row : NULL;
	}
}

/* Was it busy enough in a span that ends with point i or a little before? */
static bool reaches(const struct minute_lines *l, const struct topk_row *row, unsigned i)
{
	for (unsigned k = 0; k <= MINUTES_LINGER; k++)
		if (l->sum(row, i + k, MINUTES_WINDOW) >= l->least)
			return true;
	return false;
}

/* At which points each row is drawn: bit i of the row's. */
static void choose(const struct minute_lines *l, uint64_t *drawn)
{
	struct ranked list[MINUTE_LINES_MAX];

	for (unsigned i = 0; i < l->minutes->history; i++) {
		size_t n = top(l, i, MINUTES_LINGER + MINUTES_WINDOW, l->least, list, l->lines);

		for (size_t k = 0; k < n; k++)
			if (reaches(l, list[k].row, i))
				drawn[list[k].i] |= (uint64_t)1 << i;
	}
}

static void add_line(struct minute_lines *l, const struct topk_row *row, uint64_t drawn,
		     double *rest)
{
	struct sw_munin_field f =
		minutes_series(l->minutes, (struct sw_munin_field){ .own_levels = true });

	l->name(row, &f, l->ctx);
	f.label = label_short(&f.label, MINUTES_LEGEND);
	for (unsigned i = 0; i < f.points; i++) {
		double value = (double)l->sum(row, minutes_last(i), 1);
		bool is_drawn = drawn >> i & 1;

		if (is_drawn)
			rest[i] -= value;
		if (is_drawn || value <= 0) /* else it is among the others */
			f.at[i] = sw_munin_value_of(value);
	}
	minutes_add(l->minutes, &f, 1, false);
}

/* The greatest of the whole history first. */
static void add_lines(struct minute_lines *l, uint64_t *drawn, double *rest)
{
	struct ranked list[MINUTE_LINES_MAX];
	size_t n;

	choose(l, drawn);
	n = top(l, 0, minutes_read(l->minutes->history), l->least, list, MINUTE_LINES_MAX);
	for (size_t k = 0; k < n; k++)
		if (drawn[list[k].i])
			add_line(l, list[k].row, drawn[list[k].i], rest);
}

void minute_lines_add(struct minute_lines *l)
{
	struct sw_munin_field others = minutes_series(
		l->minutes, (struct sw_munin_field){ .name = sw_field_own("others"),
						     .label = sw_label_printed("all others"),
						     .own_levels = true });
	bool failed = l->minutes->failed.code != 0;
	uint64_t *drawn = failed ? NULL : calloc(topk_rows(l->table) + 1, sizeof(*drawn));
	double rest[MINUTES_HISTORY_MAX] = { 0 };
	struct sw_fault why = { 0 };

	if (!failed && !drawn) {
		sw_fault_errno(&why, ENOMEM, "draw the busiest");
		sw_munin_add_unknown(l->minutes->m, &others, &why);
		return;
	}
	for (unsigned i = 0; i < others.points && !failed; i++)
		rest[i] = (double)l->total[minutes_last(i)];
	if (!failed)
		add_lines(l, drawn, rest);
	/* a count that is too high must not make this negative */
	for (unsigned i = 0; i < others.points; i++)
		others.at[i] = sw_munin_value_of(rest[i] > 0 ? rest[i] : 0);
	minutes_add(l->minutes, &others, 1, false);
	free(drawn);
}
