/* fuzz_munin: any bytes as accounts, mount points, reasons, settings, the plugin's own name. */
#include <stdlib.h>

#include "reference_munin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Cut at each 0xff; the first byte of a piece says what becomes of it. */
static struct sw_raw input;

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_munin_graph graph = { .title = "Accounts",
					.args = "--base 1000",
					.vlabel = "msg",
					.category = "mail",
					.info = "What." };
	struct sw_raw rest = input;
	struct sw_raw piece;

	sw_munin_graph(m, &graph);
	graph.name = "by_account";
	while (raw_word(&rest, "\xff", &piece)) {
		struct sw_raw name = raw_skip(piece, 1);
		struct sw_munin_field f = { .name = sw_field_hashed("u_", name),
					    .label = sw_label_from(name),
					    .first = 1795431600,
					    .step = 60,
					    .value = sw_munin_value_of((double)name.n),
					    .own_levels = piece.p[0] & 16,
					    .points = piece.p[0] & 32 ? 0
								      : name.n % SW_MUNIN_POINTS };
		struct sw_fault bad = { 0 };

		sw_fault(&bad, 5, "read %.*s", (int)name.n, name.p);
		sw_label_add_name(&f.extinfo, name);
		graph.about = f.label;
		switch (piece.p[0] % 8) {
		case 0:
			sw_munin_graph(m, &graph);
			break;
		case 1:
			sw_munin_complain(m, &bad);
			break;
		case 2:
			sw_munin_add_unknown(m, &f, &bad);
			break;
		case 3:
			return fault_wrap(why, &bad, "that: ");
		case 4:
			f.name = sw_field_dropin(name);
			break;
		}
		sw_munin_add(m, &f);
	}
	return 0;
}

static int probe(struct sw_munin *m, struct sw_fault *why)
{
	(void)m;
	return input.n % 2 ? sw_fault(why, 2, "%.*s", (int)input.n, input.p) : 0;
}

static int suggest(struct sw_munin *m, struct sw_fault *why)
{
	struct sw_raw rest = input;
	struct sw_raw piece;

	while (raw_word(&rest, "\xff", &piece))
		sw_munin_suggest(m, piece);
	return probe(m, why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sw_munin_setting settings[] = {
		{ .name = "count", .kind = SW_MUNIN_COUNT, .fallback = "5", .min = 1, .max = 10 },
		{ .name = "choice", .kind = SW_MUNIN_CHOICE, .fallback = "no", .words = "yes no" },
		{ .name = "warning", .kind = SW_MUNIN_LEVEL, .fallback = ":9" },
		{ .name = NULL },
	};
	static const struct sw_munin_plugin fake = { "fake_", "",      "",     settings,
						     probe,   suggest, collect };
	char *word = strndup((const char *)data, size); /* up to a NUL */
	char *level;
	char *choice;

	input = raw_from((const char *)data, size);
	if (asprintf(&level, "warning=%s", word) < 0 || asprintf(&choice, "choice=%s", word) < 0)
		abort();
	if (!reference_runs(&fake, word, word,
			    (const char *[]){ level, choice, size % 3 ? "count=12" : NULL, NULL }))
		abort();
	free(choice);
	free(level);
	free(word);
	return 0;
}
