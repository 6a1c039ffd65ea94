/*
 * fuzz_fleet: any bytes as the lists of two hosts (a NUL between them), added up: beside plain
 * adding, and no name can be read as anything but a name.
 */
#include <stdlib.h>

#include "traffic/fleet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool fine)
{
	if (!fine)
		abort();
}

static bool is_printable(struct sw_raw name)
{
	bool bracket = name.n > 0 && name.p[0] == '[';

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < ' ' || name.p[i] > '~' || (name.p[i] == ' ' && !bracket) ||
		    strchr("#$`\"'\\;|&<>*?!~^{}", name.p[i]))
			return false;
	return name.n > 0 && name.n <= SW_LABEL_MAX;
}

/* Of a row's networks those whose text is not in `seen` yet. */
static size_t add_words(const struct fleet_row *row, struct sw_raw *seen, size_t n)
{
	struct sw_raw rest = row->networks;
	struct sw_raw line;
	struct sw_raw word;

	while (raw_line(&rest, &line)) {
		if (!raw_take(&line, "fleet networks "))
			continue;
		while (raw_word(&line, " ", &word)) {
			size_t i = 0;

			while (i < n && !raw_same(seen[i], word))
				i++;
			if (i == n && !raw_is(word, "+"))
				seen[n++] = word;
		}
	}
	return n;
}

/* One account, by looking at every row of all. */
static void check(const struct fleet_sum *sum, const struct fleet_rows *rows)
{
	enum { MOST = 2048 };
	static struct sw_raw seen[MOST];
	uint64_t rate = 0;
	uint64_t day = 0;
	size_t all = 0;
	size_t n = 0;
	unsigned lists = 0;

	want(is_printable(sum->name));
	for (size_t i = 0; i < rows->n; i++) {
		if (!raw_same(rows->row[i].name, sum->name))
			continue;
		rate += rows->row[i].rate;
		day += rows->row[i].day;
		lists |= 1U << rows->row[i].list;
		all += rows->row[i].networks_n;
		if (all < MOST)
			n = add_words(&rows->row[i], seen, n);
	}
	want(sum->rate == rate && sum->day == day);
	want(sum->lists == (size_t)__builtin_popcount(lists));
	want(all >= MOST || sum->networks == n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_raw text = raw_from((const char *)data, size);
	size_t half = raw_find(text, '\0');
	struct fleet_list list[2] = { { .rows = 0 } };
	struct fleet_rows rows = { .n = 0 };
	const struct fleet_sum *top[3];
	struct fleet_sum *sum = NULL;
	struct sw_fault why = { 0 };
	size_t n = 0;

	for (unsigned i = 0; i < 2; i++) {
		struct sw_fault one = { 0 };
		size_t before = rows.n;
		struct sw_raw part = i == 0 ? raw_from(text.p, half)
					    : raw_skip(text, half < size ? half + 1 : half);
		int rc = fleet_read(part, i, &list[i], &rows, &one);

		want(rc == -one.code && rows.n - before == list[i].rows);
		want(rc == 0 || rows.n == before);
	}
	want(fleet_add_up(&rows, list, 2, &sum, &n, &why) == 0);
	for (size_t i = 0; i < n; i++) {
		want(i == 0 || raw_order(sum[i - 1].name, sum[i].name) < 0);
		check(&sum[i], &rows);
	}
	for (unsigned what = 0; what < FLEET_KINDS; what++) {
		size_t k = fleet_top(sum, n, (enum fleet_what)what, top, 3);

		for (size_t i = 0; i < n && k > 0; i++)
			want(fleet_number(&sum[i], (enum fleet_what)what) <=
			     fleet_number(top[0], (enum fleet_what)what));
	}
	free(sum);
	fleet_free(&rows);
	return 0;
}
