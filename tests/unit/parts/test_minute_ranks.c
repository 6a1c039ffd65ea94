#include "parts/minute_ranks.h"

#include <errno.h>

#include "test.h"

/* 12 minutes are read for three points; point i is of minutes 5+i..9+i. */
enum { NOW = 1795431617, POINTS = 3, READ = 12, START = 1795431600 - 60 * READ };

struct traffic_of {
	struct {
		const char *name;
		unsigned minute[READ];
	} rows[8];
	uint64_t total[READ];
	unsigned unknown; /* bit i: of point i nothing is known */
	bool failed;
};
static const struct traffic_of *now;

static uint64_t sum(const struct topk_row *row, unsigned first, unsigned n)
{
	uint64_t ret = 0;

	for (unsigned m = first; m < first + n; m++)
		ret += ((const uint64_t *)row->value)[m];
	return ret;
}

static struct sw_label name(const struct topk_row *row, void *ctx)
{
	(void)ctx;
	return sw_label_from(row->name);
}

static bool is_unknown(unsigned i, struct sw_label *why, void *ctx)
{
	(void)ctx;
	if (now->unknown >> i & 1)
		*why = sw_label_printed("nobody");
	return now->unknown >> i & 1;
}

static void fill(struct topk *table)
{
	for (size_t i = 0; now->rows[i].name; i++)
		for (unsigned m = 0; m < READ; m++) {
			uint64_t *minute;

			if (now->rows[i].minute[m] == 0)
				continue;
			minute = topk_count(table, raw_of(now->rows[i].name), now->rows[i].minute[m])
					 ->value;
			minute[m] += now->rows[i].minute[m];
		}
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "x" };
	struct log_proof proof;
	struct minutes minutes = { .m = m, .proof = &proof, .history = POINTS };
	struct minute_ranks ranks = { .minutes = &minutes,
				      .sum = sum,
				      .total = now->total,
				      .name = name,
				      .is_unknown = is_unknown };

	assert_int_equal(minutes_read(POINTS), READ);
	log_proof_begin(&proof, NOW, START, READ);
	log_proof_hear(&proof, NOW);
	if (now->failed) {
		sw_fault(&minutes.failed, EIO, "no log");
	} else {
		assert_int_equal(topk_new(16, 32, sizeof(uint64_t) * READ, (struct hash_key){ 1, 2 },
					  &ranks.table, why),
				 0);
		fill(ranks.table);
	}
	sw_munin_graph(m, &root);
	minute_ranks_add(&ranks);
	topk_free(ranks.table);
	return 0;
}

static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .collect = collect };

/* "most 1 2 3 [b 15 in 5 min]; second ..." of what a run prints; ranks of nobody are left out */
static void show(const char *out, char *ret, size_t size)
{
	char field[32] = "";
	char values[128] = "";
	size_t n = 0;

	ret[0] = '\0';
	for (const char *line = out; *line; line = strchr(line, '\n') + 1) {
		char key[32];
		char value[64];

		if (sscanf(line, "%31[a-z].extinfo %63[^\n]", key, value) == 2)
			n += (size_t)snprintf(ret + n, size - n, " [%s]", value);
		if (sscanf(line, "%31[a-z].value %63s", key, value) != 2)
			continue;
		if (strcmp(key, field) != 0)
			values[0] = '\0';
		snprintf(field, sizeof(field), "%s", key);
		snprintf(values + strlen(values), sizeof(values) - strlen(values), " %s",
			 strchr(value, ':') ? strchr(value, ':') + 1 : value);
		if ((strchr(value, ':') && strncmp(value, "1795431600", 10) != 0) ||
		    strcmp(values, " 0 0 0") == 0)
			continue;
		n += (size_t)snprintf(ret + n, size - n, "%s%s%s", n ? "; " : "", key, values);
	}
}

static void five_have_a_rank_and_the_others_one_field(void **state)
{
	static const struct {
		const char *what;
		struct traffic_of it;
		const char *want;
	} rows[] = {
		{ "nobody", { .failed = false }, "" },
		{ "one, and what names nobody",
		  { .rows = { { "a", { [9] = 5, [10] = 10, [11] = 5 } } }, .total = { [9] = 10, [10] = 15, [11] = 10 } },
		  "most 1 3 4 [a 20 in 5 min]; others 1 2 3" },
		{ "each time another",
		  { .rows = { { "a", { [5] = 20, [11] = 5 } }, { "b", { [9] = 5, [11] = 30 } } }, .total = { [5] = 20, [9] = 5, [11] = 35 } },
		  "most 4 1 7 [b 35 in 5 min]; second 1 0 1 [a 5 in 5 min]" },
		{ "two alike: by name",
		  { .rows = { { "b", { [11] = 5 } }, { "a", { [11] = 5 } } }, .total = { [11] = 10 } },
		  "most 0 0 1 [a 5 in 5 min]; second 0 0 1 [b 5 in 5 min]" },
		{ "seven",
		  { .rows = { { "a", { [11] = 70 } }, { "b", { [11] = 60 } }, { "c", { [11] = 50 } }, { "d", { [11] = 40 } }, { "e", { [11] = 30 } }, { "f", { [11] = 20 } }, { "g", { [11] = 10 } } }, .total = { [11] = 280 } },
		  "most 0 0 14 [a 70 in 5 min]; second 0 0 12 [b 60 in 5 min]; third 0 0 10 [c 50 in 5 min]; fourth 0 0 8 [d 40 in 5 min]; fifth 0 0 6 [e 30 in 5 min]; others 0 0 6" },
		{ "a count that is too high",
		  { .rows = { { "a", { [11] = 10 } } }, .total = { [11] = 5 } }, "most 0 0 2 [a 10 in 5 min]" },
		{ "nobody names them at the end",
		  { .rows = { { "a", { [5] = 5 } } }, .total = { [5] = 5, [11] = 5 }, .unknown = 4 },
		  "most 1 0 U [nobody]; second 0 0 U; third 0 0 U; fourth 0 0 U; fifth 0 0 U; others 0 0 1" },
		{ "nobody names them at the beginning",
		  { .rows = { { "a", { [11] = 5 } } }, .total = { [5] = 5, [11] = 5 }, .unknown = 1 },
		  "most U 0 1 [a 5 in 5 min]; second U 0 0; third U 0 0; fourth U 0 0; fifth U 0 0; others 1 0 0" },
		{ "no log", { .failed = true },
		  " [no log] [no log] [no log] [no log] [no log] [no log]" },
	};
	struct sw_host h = { .root = -1, .now = NOW };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct plugin_run run;
		char got[512];

		now = &rows[i].it;
		run = plugin_run(&fake, &h, NULL, NULL);
		show(run.out, got, sizeof(got));
		want_text(rows[i].what, got, rows[i].want);
		plugin_free(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_have_a_rank_and_the_others_one_field),
	};

	return cmocka_run_group_tests_name("minute_ranks", tests, NULL, NULL);
}
