#include "parts/minute_lines.h"

#include <errno.h>

#include "test.h"

/* 12 minutes are read for three points, of the minutes 9..11. */
enum { NOW = 1795431617, POINTS = 3, READ = 12, START = 1795431600 - 60 * READ };

struct row {
	const char *name;
	int minute[READ];
};

static const struct {
	struct row rows[4];
	uint64_t total[READ];
	uint64_t least;
	size_t lines;
	bool failed;
} *now;

static uint64_t sum(const struct topk_row *row, unsigned first, unsigned n)
{
	uint64_t ret = 0;

	for (unsigned m = first; m < first + n; m++)
		ret += ((const uint64_t *)row->value)[m];
	return ret;
}

static void name(const struct topk_row *row, struct sw_munin_field *ret, void *ctx)
{
	(void)ctx;
	ret->label = sw_label_from(row->name);
	ret->name = sw_field_own(ret->label.s);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static const struct sw_munin_graph root = { .title = "x" };
	struct log_proof proof;
	struct minutes minutes = { .m = m, .proof = &proof, .history = POINTS };
	struct minute_lines l = { .minutes = &minutes,
				  .sum = sum,
				  .total = now->total,
				  .least = now->least,
				  .lines = now->lines,
				  .name = name };
	struct sw_munin_field most;
	const struct topk_row *row;

	log_proof_begin(&proof, NOW, START, minutes_read(POINTS));
	assert_int_equal(minutes_read(POINTS), READ);
	log_proof_hear(&proof, NOW);
	if (now->failed)
		sw_fault(&minutes.failed, EIO, "no log");
	else
		assert_int_equal(topk_new(16, 32, sizeof(uint64_t) * READ, (struct hash_key){ 1, 2 },
					  &l.table, why), 0);
	for (size_t i = 0; l.table && i < SW_COUNT(now->rows) && now->rows[i].name; i++)
		for (unsigned k = 0; k < READ; k++) {
			struct topk_row *r;

			if (now->rows[i].minute[k] == 0)
				continue;
			r = topk_count(l.table, raw_of(now->rows[i].name),
				       (uint64_t)now->rows[i].minute[k]);
			((uint64_t *)r->value)[k] += (uint64_t)now->rows[i].minute[k];
		}
	sw_munin_graph(m, &root);
	most = minutes_series(&minutes, (struct sw_munin_field){ .name = sw_field_own("most") });
	minute_lines_most(&l, &most, &row);
	if (row)
		most.extinfo = sw_label_from(row->name);
	minutes_add(&minutes, &most, MINUTES_WINDOW, false);
	minute_lines_add(&l);
	topk_free(l.table);
	return 0;
}

static const struct sw_munin_plugin fake = { .name = "r",
					     .summary = "x",
					     .markers = SW_MUNIN_MARKERS("auto", "autoconf"),
					     .collect = collect };

/* "most 1 2 3 [b]; a 1 2 3; others 0 0 0" of what a run prints */
static void show(const char *out, char *ret, size_t size)
{
	char field[64] = "";
	size_t n = 0;

	ret[0] = '\0';
	for (const char *line = out; *line; line = strchr(line, '\n') + 1) {
		char key[64];
		char value[64];

		if (sscanf(line, "%63[a-z].value %*d:%63s", key, value) == 2) {
			if (strcmp(key, field) != 0)
				n += (size_t)snprintf(ret + n, size - n, "%s%s", n ? "; " : "", key);
			n += (size_t)snprintf(ret + n, size - n, " %s", value);
			snprintf(field, sizeof(field), "%s", key);
		} else if (sscanf(line, "%63[a-z].value %63s", key, value) == 2) {
			n += (size_t)snprintf(ret + n, size - n, "%s%s %s", n ? "; " : "", key, value);
		} else if (sscanf(line, "%63[a-z].extinfo %63s", key, value) == 2) {
			n += (size_t)snprintf(ret + n, size - n, " [%s]", value);
		}
	}
}

static void the_busiest_have_a_line_and_the_others_one(void **state)
{
	static const struct {
		const char *what;
		__typeof__(*now) it;
		const char *want;
	} rows[] = {
		{ "nobody", { .least = 5, .lines = 9 }, "most 0 0 0; others 0 0 0" },
		{ "one, and what names nobody",
		  { .rows = { { "a", { [9] = 5, [10] = 10, [11] = 5 } } }, .total = { [9] = 6, [10] = 11, [11] = 7 }, .least = 5, .lines = 9 },
		  "most 1 3 4 [a]; a 5 10 5; others 1 1 2" },
		{ "below the floor",
		  { .rows = { { "a", { [9] = 4 } } }, .total = { [9] = 4 }, .least = 5, .lines = 9 },
		  "most 0.8 0.8 0.8 [a]; others 4 0 0" },
		{ "one line: the busiest of each time",
		  { .rows = { { "a", { [4] = 20, [9] = 1 } }, { "b", { [9] = 5, [11] = 30 } } },
		    .total = { [4] = 20, [9] = 6, [11] = 30 }, .least = 5, .lines = 1 },
		  "most 1 1 7 [b]; b U 0 30; a 1 0 0; others 5 0 0" },
		{ "two alike: by name",
		  { .rows = { { "b", { [11] = 5 } }, { "a", { [11] = 5 } } }, .total = { [11] = 10 }, .least = 5, .lines = 1 },
		  "most 0 0 1 [a]; a 0 0 5; others 0 0 5" },
		{ "who was busy stays drawn",
		  { .rows = { { "a", { [4] = 5, [11] = 1 } } }, .total = { [4] = 5, [11] = 1 }, .least = 5, .lines = 9 },
		  "most 0 0 0.2 [a]; a 0 0 1; others 0 0 0" },
		{ "no log", { .least = 5, .lines = 9, .failed = true }, "most U [no]; others U [no]" },
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
		cmocka_unit_test(the_busiest_have_a_line_and_the_others_one),
	};

	return cmocka_run_group_tests_name("minute_lines", tests, NULL, NULL);
}
