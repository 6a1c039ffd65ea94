#include "parts/day_log.h"

#include <stdlib.h>

#include "base/print.h"
#include "parts/state_path.h"
#include "traffic/day_read.h"

/* To be freed; NULL: there is none. */
static char *day_path(struct account_graphs *r, struct sw_fault *why)
{
	const char *path = state_path(r->m, NULL, why);
	char *day = NULL;

	if (!why->code && (!path || strcmp(path, "/dev/null") == 0)) {
		struct sw_label note = sw_label_printed(
			"Each run reads the whole day: there is no state file (MUNIN_STATEFILE).");

		munin_note(r->m, &note);
	} else if (path) {
		day = print_new("%s.day", path);
	}
	return day;
}

int day_log_read(struct account_graphs *r, struct day *d, struct share *share,
		 const struct log_where *place, struct sw_fault *why)
{
	struct sw_fault unsaved = { 0 };
	const char *name = sw_munin_text(r->m, "syslog_name");
	struct sw_label source = sw_label_printed("%s %s", sw_munin_text(r->m, "config_directory"),
						  name ? name : "");
	char *state = day_path(r, &unsaved);
	const struct day_request request = {
		.minutes = minutes_read(r->history),
		.history = r->history,
		.local = sw_munin_is(r->m, "local", "yes"),
		.seconds = (unsigned)sw_munin_count(r->m, "day_seconds"),
		.state = state,
		.source = source.s,
	};
	int rc = day_read(d, &r->s, share, sw_munin_host(r->m), place, &request, &unsaved, why);

	if (unsaved.code)
		sw_munin_complain(r->m, &unsaved);
	free(state);
	return rc;
}
