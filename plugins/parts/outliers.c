#include "parts/outliers.h"

#include <errno.h>
#include <stdlib.h>

#include "os/state.h"
#include "base/baseline.h"
#include "words/share.h"

enum { DAY = 86400, NOTED_MAX = TRAFFIC_ACCOUNTS, NAMED_MAX = 5 };

/*
 * Count the accounts, name them, note what they sent. `top` is room for NOTED_MAX. Returns whether
 * *u changed.
 */
static bool compare(const struct traffic *s, struct words_account_span span, int32_t day,
		    struct traffic_rank *top, struct baseline *u, struct sw_munin_field *f)
{
	bool changed = baseline_note(u, raw_from("", 0), day, 0); /* since when we look */
	size_t n = traffic_top(s, TRAFFIC_MESSAGES, span.first, span.n, 1, true, top, NOTED_MAX);
	bool room = true;
	size_t found = 0;

	for (size_t i = 0; i < n && i < NOTED_MAX; i++) {
		uint64_t before = baseline_before(u, top[i].key, day);

		uint64_t most = OUTLIERS_TIMES * before > OUTLIERS_LEAST ? OUTLIERS_TIMES * before
									 : OUTLIERS_LEAST;

		/* what is unusual now must not be tomorrow's measure */
		changed |= baseline_note(u, top[i].key, day,
					 top[i].count < most ? top[i].count : most);
		if (traffic_left_out(s, top[i].row) >> TRAFFIC_KINDS & 1 ||
		    top[i].count < OUTLIERS_LEAST || top[i].count <= OUTLIERS_TIMES * before)
			continue;
		if (found++ < NAMED_MAX && room) {
			struct sw_label one = words_account_unusual(s, &top[i], span, before);

			room = words_then(&f->extinfo, &one);
		}
	}
	f->value = sw_munin_value_of((double)found);
	return changed;
}

void outliers_add(struct account_graphs *r)
{
	struct words_account_span span = account_graphs_span(r->history - 1);
	struct sw_munin *m = r->m;
	struct sw_munin_field f = {
		.name = sw_field_own("unusual"),
		.label = sw_label_printed("unusual accounts"),
		.own_levels = true,
		.min = "0",
		.info = "Accounts that send more than 5 times their own busiest 5 "
			"minutes of the 7 days before"
	};
	struct sw_fault why = { 0 };
	struct baseline *u;
	struct traffic_rank *top;
	int32_t day = (int32_t)(sw_munin_host(m)->now / DAY);
	struct state state;

	/* what is not known is noted for no day, either */
	if (!account_graphs_is_known(r, &f))
		return;
	u = calloc(1, sizeof(*u));
	top = calloc(NOTED_MAX, sizeof(*top));
	if (!u || !top) {
		sw_fault(&why, ENOMEM, "out of memory");
		sw_munin_add_unknown(m, &f, &why);
		free(u);
		free(top);
		return;
	}
	if (state_open(&state, host_env(sw_munin_host(m), "MUNIN_STATEFILE"), BASELINE_VERSION, u,
		       sizeof(*u), &why) == 0) {
		if (compare(&r->s, span, day, top, u, &f) &&
		    state_save(&state, BASELINE_VERSION, u, &why) < 0)
			sw_munin_complain(m, &why);
		if (baseline_known(u, day) < 1) {
			why = (struct sw_fault){ 0 };
			sw_fault(&why, ENODATA, "learning: a whole day must be seen first");
		}
	}
	state_close(&state);
	free(u);
	free(top);
	/* without a state file this is no fault of the host: not worth a line in the log each run
	 */
	if (why.code) {
		f.value = (struct sw_munin_value){ 0 };
		f.extinfo = why.text;
		f.disarmed = true; /* or munin-limits mails UNKNOWN for each day of learning */
	}
	sw_munin_add(m, &f);
}
