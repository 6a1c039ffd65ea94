#include "parts/minute_ranks.h"

#include "parts/colours.h"
#include "base/rank.h"

enum { RANKS = 5 };

static const char *const fields[RANKS] = { "most", "second", "third", "fourth", "fifth" };

struct ranked {
	const struct topk_row *row;
	uint64_t count;
};

static bool comes_before(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;

	return x->count != y->count ? x->count > y->count
				    : raw_order(x->row->name, y->row->name) < 0;
}

/* Those of the span that ends with point i. Returns how many. */
static size_t rank(const struct minute_ranks *r, unsigned i, struct ranked ret[RANKS])
{
	size_t n = 0;

	for (size_t k = 0; k < topk_rows(r->table); k++) {
		struct ranked one = { .row = topk_row(r->table, k) };

		one.count = r->sum(one.row, minutes_first(i), MINUTES_WINDOW);
		if (one.count > 0)
			n = rank_add(ret, n, RANKS, sizeof(*ret), &one, comes_before);
	}
	return n;
}

static struct sw_munin_field begin(const struct minute_ranks *r, const char *field)
{
	return minutes_series(r->minutes,
			      (struct sw_munin_field){ .name = sw_field_own(field),
						       .label = sw_label_printed("%s", field),
						       .draw = "AREASTACK",
						       .own_levels = true });
}

/* Values of all fields at point i. */
static void fill(const struct minute_ranks *r, unsigned i, struct sw_munin_field f[RANKS + 1],
		 struct ranked list[RANKS], size_t *n)
{
	uint64_t rest = 0;

	*n = rank(r, i, list);
	for (unsigned m = minutes_first(i); m <= minutes_last(i); m++)
		rest += r->total[m];
	for (size_t k = 0; k < RANKS; k++) {
		uint64_t count = k < *n ? list[k].count : 0;

		f[k].at[i] = sw_munin_value_of(minutes_rate(count));
		/* of so many, others may have had as many */
		if (k < *n && list[k].row->error > count)
			f[k].at[i].is_set = false;
		rest -= count < rest ? count : rest; /* too high a count makes nothing negative */
	}
	f[RANKS].at[i] = sw_munin_value_of(minutes_rate(rest));
}

static struct sw_label who(const struct minute_ranks *r, const struct ranked *one)
{
	struct sw_label text = r->name(one->row, r->ctx);

	sw_label_print(&text, " %llu in %d min", (unsigned long long)one->count, MINUTES_WINDOW);
	return text;
}

struct sw_label minute_ranks_first(const struct minute_ranks *r)
{
	struct ranked list[RANKS];

	if (r->minutes->failed.code || rank(r, r->minutes->history - 1, list) == 0)
		return label_new();
	return who(r, &list[0]);
}

/* Who it is now: "second: bob@example.com", "bob@example.com 60 in 5 min" */
static void say_who(const struct minute_ranks *r, const struct ranked *one,
		    struct sw_munin_field *f)
{
	struct sw_label name = r->name(one->row, r->ctx);

	f->extinfo = who(r, one);
	sw_label_print(&f->label, ": ");
	sw_label_append(&f->label, &name);
	f->label = label_short(&f->label, MINUTES_LEGEND);
}

static void forget(const struct minute_ranks *r, unsigned i, struct sw_munin_field f[RANKS + 1])
{
	struct sw_label why;

	if (!r->is_unknown || !r->is_unknown(i, &why, r->ctx))
		return;
	for (size_t k = 0; k < RANKS; k++)
		f[k].at[i] = (struct sw_munin_value){ .is_set = false };
	if (i + 1 == f[0].points)
		f[0].extinfo = why;
}

void minute_ranks_add(struct minute_ranks *r)
{
	struct sw_munin_field f[RANKS + 1];
	struct ranked list[RANKS];
	size_t n = 0;

	for (size_t k = 0; k < RANKS; k++)
		f[k] = begin(r, fields[k]);
	f[RANKS] = begin(r, "others");
	f[RANKS].colour = COLOUR_OTHERS;
	f[RANKS].label = sw_label_printed("all others");
	for (unsigned i = 0; i < f[0].points && !r->minutes->failed.code; i++)
		fill(r, i, f, list, &n);
	for (size_t k = 0; k < n; k++)
		say_who(r, &list[k], &f[k]);
	for (unsigned i = 0; i < f[0].points && !r->minutes->failed.code; i++)
		forget(r, i, f);
	for (size_t k = 0; k <= RANKS; k++)
		minutes_add(r->minutes, &f[k], MINUTES_WINDOW, false);
}
