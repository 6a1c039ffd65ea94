#include "parts/outliers.h"

#include <errno.h>
#include <stdlib.h>

#include "base/baseline.h"
#include "os/state.h"
#include "parts/state_path.h"
#include "words/share.h"

enum { DAY = 86400, NAMED_MAX = 5 };

/* Of which as much is touched as there are accounts: too large for a stack that others go down. */
struct outliers {
	struct state state;
	struct sw_fault why; /* nothing of before is known */
	struct baseline learnt;
	struct traffic_rank top[TRAFFIC_ACCOUNTS];
};

/* Count the accounts, name them, note what they sent. Returns whether it is to be saved. */
static bool compare(const struct traffic *s, struct words_account_span span, struct outliers *o,
		    struct sw_munin_field *f)
{
	struct traffic_rank *top = o->top;
	struct baseline *u = &o->learnt;
	bool changed = false;
	size_t n = traffic_top(s, TRAFFIC_MESSAGES, span.first, span.n, 1, true, top,
			       TRAFFIC_ACCOUNTS);
	bool room = true;
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t before = baseline_before(u, top[i].key);

		uint64_t most = OUTLIERS_TIMES * before > OUTLIERS_LEAST ? OUTLIERS_TIMES * before
									 : OUTLIERS_LEAST;

		/* what is unusual now must not be tomorrow's measure */
		changed |= baseline_note(u, top[i].key, top[i].count < most ? top[i].count : most);
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

struct outliers *outliers_open(struct sw_munin *m)
{
	struct outliers *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	(void)!state_open(&o->state, state_path(m, NULL, &o->why), BASELINE_VERSION, &o->learnt,
			  sizeof(o->learnt), &o->why);
	if (o->state.damage.code)
		sw_munin_complain(m, &o->state.damage);
	return o;
}

void outliers_close(struct outliers *o)
{
	if (o)
		state_close(&o->state);
	free(o);
}

/* It has no level while it is learnt, or munin-limits mails UNKNOWN for each day of it. */
static void add_learnt(struct account_graphs *r, struct sw_munin_field *f, struct outliers *o)
{
	struct sw_munin *m = r->m;
	struct sw_fault why = o->why;
	bool begun = baseline_begin(&o->learnt, (int32_t)(sw_munin_host(m)->now / DAY));
	struct sw_fault unsaved = { 0 };

	if (!why.code && baseline_known(&o->learnt) < 1)
		sw_fault(&why, ENODATA, "learning: a whole day must be seen first");
	f->disarmed = why.code != 0; /* said here: it holds for a U of another cause, too */
	/* what is not known is noted for no day, either */
	if (!account_graphs_is_known(r, f))
		return;
	if (!o->why.code && (compare(&r->s, account_graphs_span(r->history - 1), o, f) || begun) &&
	    state_save(&o->state, BASELINE_VERSION, &o->learnt, &unsaved) < 0)
		sw_munin_complain(m, &unsaved);
	/* without a state file this is no fault of the host: no line in the log each run */
	if (unsaved.code && !why.code)
		why = unsaved;
	if (why.code) {
		f->value = (struct sw_munin_value){ 0 };
		f->extinfo = why.text;
		f->disarmed = true;
	}
	sw_munin_add(m, f);
}

void outliers_add(struct account_graphs *r, struct outliers *o)
{
	struct sw_munin_field f = {
		.name = sw_field_own("unusual"),
		.label = sw_label_printed("unusual accounts"),
		.own_levels = true,
		.min = "0",
		.info = "Accounts that send more than 5 times their own busiest 5 "
			"minutes of the 7 days before"
	};
	struct sw_fault why = { 0 };

	if (o) {
		add_learnt(r, &f, o);
		return;
	}
	sw_fault_errno(&why, ENOMEM, "remember what accounts sent");
	sw_munin_add_unknown(r->m, &f, &why);
}
