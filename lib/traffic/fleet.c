/* Many lists, added up. */
#include "traffic/fleet.h"

#include <errno.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/rank.h"

static int by_name(const void *left, const void *right)
{
	const struct fleet_row *a = left;
	const struct fleet_row *b = right;
	int order = raw_order(a->name, b->name);

	return order ? order : (a->list > b->list) - (a->list < b->list);
}

/* The networks of a row into ret; *more where there may be others. Returns how many. */
static size_t networks_of(const struct fleet_row *row, uint64_t *ret, bool *more)
{
	struct sw_raw rest = row->networks;
	struct sw_raw line;
	size_t n = 0;

	while (raw_line(&rest, &line)) {
		struct sw_raw word;

		if (!raw_take(&line, "fleet networks "))
			continue;
		while (raw_word(&line, " ", &word))
			if (day_network_from_hex(word, &ret[n]))
				n++;
			else
				*more = true;
	}
	return n;
}

/* How many rows from this one on are of one account. */
static size_t group(const struct fleet_row *row, size_t n, size_t *networks)
{
	size_t i = 0;

	*networks = 0;
	for (; i < n && raw_same(row[i].name, row[0].name); i++)
		*networks += row[i].networks_n;
	return i;
}

static size_t different(uint64_t *number, size_t n)
{
	size_t found = n > 0;

	num_sort(number, n);
	for (size_t i = 1; i < n; i++)
		found += number[i] != number[i - 1];
	return found;
}

/* `leaving`: how many lists leave out who has little. */
static struct fleet_sum sum_of(const struct fleet_row *row, size_t n, const struct fleet_list *list,
			       size_t leaving, uint64_t *network)
{
	struct fleet_sum sum = { .name = row[0].name };
	size_t networks = 0;

	for (size_t i = 0; i < n; i++) {
		sum.rate += row[i].rate;
		sum.day += row[i].day;
		networks += networks_of(&row[i], network + networks, &sum.more_networks);
		if (i > 0 && row[i].list == row[i - 1].list)
			continue;
		sum.lists++;
		leaving -= list[row[i].list].head.least > 1;
	}
	sum.networks = different(network, networks);
	sum.at_least = leaving > 0;
	return sum;
}

int fleet_add_up(struct fleet_rows *rows, const struct fleet_list *list, size_t lists,
		 struct fleet_sum **ret, size_t *n, struct sw_fault *why)
{
	size_t most = 1; /* networks of one account */
	size_t leaving = 0;
	uint64_t *network;
	size_t networks;

	*n = 0;
	for (size_t i = 0; i < lists; i++)
		leaving += list[i].head.least > 1;
	if (rows->n > 0)
		qsort(rows->row, rows->n, sizeof(*rows->row), by_name);
	for (size_t i = 0; i < rows->n; (*n)++) {
		i += group(&rows->row[i], rows->n - i, &networks);
		most = networks > most ? networks : most;
	}
	*ret = calloc(*n + 1, sizeof(**ret));
	network = calloc(most, sizeof(*network));
	if (!*ret || !network) {
		free(*ret);
		free(network);
		*ret = NULL;
		return sw_fault_errno(why, ENOMEM, "add up the lists");
	}
	*n = 0;
	for (size_t i = 0; i < rows->n;) {
		size_t k = group(&rows->row[i], rows->n - i, &networks);

		(*ret)[(*n)++] = sum_of(&rows->row[i], k, list, leaving, network);
		i += k;
	}
	free(network);
	return 0;
}

uint64_t fleet_number(const struct fleet_sum *sum, enum fleet_what what)
{
	const uint64_t of[FLEET_KINDS] = { [FLEET_BY_RATE] = sum->rate,
					   [FLEET_BY_DAY] = sum->day,
					   [FLEET_BY_NETWORKS] = sum->networks };

	return of[what];
}

static bool goes_before(const void *left, const void *right, enum fleet_what what)
{
	const struct fleet_sum *const *a = left;
	const struct fleet_sum *const *b = right;
	uint64_t x = fleet_number(*a, what);
	uint64_t y = fleet_number(*b, what);

	return x != y ? x > y : raw_order((*a)->name, (*b)->name) < 0;
}

static bool by_rate(const void *a, const void *b)
{
	return goes_before(a, b, FLEET_BY_RATE);
}

static bool by_day(const void *a, const void *b)
{
	return goes_before(a, b, FLEET_BY_DAY);
}

static bool by_networks(const void *a, const void *b)
{
	return goes_before(a, b, FLEET_BY_NETWORKS);
}

size_t fleet_top(const struct fleet_sum *sum, size_t n, enum fleet_what what,
		 const struct fleet_sum **ret, size_t max)
{
	static const rank_before_fn before[FLEET_KINDS] = { [FLEET_BY_RATE] = by_rate,
							    [FLEET_BY_DAY] = by_day,
							    [FLEET_BY_NETWORKS] = by_networks };
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct fleet_sum *one = &sum[i];

		if (fleet_number(one, what) > 0)
			kept = rank_add(ret, kept, max, sizeof(*ret), &one, before[what]);
	}
	return kept;
}
