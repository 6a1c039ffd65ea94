#include "shared/unusual.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "store/state.h"
#include "store/usual.h"

enum { DAY = 86400, NOTED_MAX = SUBMIT_ACCOUNTS };

/* Count the accounts, name them, note what they sent. Returns whether *u changed. */
static bool compare(const struct submit *s, struct senders_span span, int32_t day, struct usual *u,
		    struct munin_field *f)
{
	struct submit_rank *top = calloc(NOTED_MAX, sizeof(*top));
	bool changed = usual_note(u, raw_from("", 0), day, 0); /* since when we look */
	size_t n = 0;
	size_t found = 0;

	if (top)
		n = submit_top(s, SUBMIT_MESSAGES, span.first, span.n, 1, true, top, NOTED_MAX);
	for (size_t i = 0; i < n && i < NOTED_MAX; i++) {
		uint64_t before = usual_before(u, top[i].key, day);

		uint64_t most = UNUSUAL_TIMES * before > UNUSUAL_LEAST ? UNUSUAL_TIMES * before
								       : UNUSUAL_LEAST;

		/* what is unusual now must not be tomorrow's measure */
		changed |=
			usual_note(u, top[i].key, day, top[i].count < most ? top[i].count : most);
		if (submit_left_out(s, top[i].row) >> SUBMIT_KINDS & 1 ||
		    top[i].count < UNUSUAL_LEAST || top[i].count <= UNUSUAL_TIMES * before)
			continue;
		if (found++ < 5) {
			struct label one = senders_describe(s, &top[i], SUBMIT_MESSAGES, span);

			label_print(&f->extinfo, found > 1 ? ", then " : "");
			label_append(&f->extinfo, &one);
			label_print(&f->extinfo, ", before at most %llu",
				    (unsigned long long)before);
		}
	}
	free(top);
	f->value = (double)found;
	return changed;
}

void unusual_add(struct munin *m, const struct submit *s, const struct fault *failed,
		 struct senders_span span)
{
	struct munin_field f = { .name = field_own("unusual"),
				 .label = label_printed("unusual accounts"),
				 .warning = ":0",
				 .own_levels = true,
				 .min = "0",
				 .info = "Accounts that send more than 5 times their own busiest 5 "
					 "minutes of the 7 days before" };
	struct fault why = { 0 };
	struct usual *u = failed ? NULL : calloc(1, sizeof(*u));
	int32_t day = (int32_t)(munin_host(m)->now / DAY);
	struct state state;

	if (!u) {
		if (!failed)
			fault(&why, ENOMEM, "out of memory");
		munin_add_unknown(m, &f, failed ? failed : &why);
		return;
	}
	if (state_open(&state, host_env(munin_host(m), "MUNIN_STATEFILE"), USUAL_VERSION, u,
		       sizeof(*u), &why) == 0) {
		if (compare(s, span, day, u, &f) && state_save(&state, USUAL_VERSION, u, &why) < 0)
			munin_complain(m, &why);
		if (usual_known(u, day) < 1) {
			why = (struct fault){ 0 };
			fault(&why, ENODATA, "learning: a whole day must be seen first");
		}
	}
	state_close(&state);
	free(u);
	/* without a state file this is no fault of the host: not worth a line in the log each run
	 */
	if (why.code) {
		f.value = NAN;
		f.extinfo = why.text;
		f.warning = NULL; /* or munin-limits mails UNKNOWN for each day of learning */
	}
	munin_add(m, &f);
}
