/*
 * postfix_guard: accounts that the guard of the incident command (spoolwatch(8)) has locked, now,
 * from its state file; with the reason, and what takes a lock back.
 */
#include <errno.h>
#include <stdlib.h>

#include "munin/munin.h"
#include "os/confine.h"
#include "parts/colours.h"
#include "parts/settings_shared.h"
#include "postfix/spool.h"
#include "words/locked.h"
#include "words/share.h"

enum { LATE = 900 /* seconds since its last run, after which nothing is known */ };

static const struct sw_munin_setting settings[] = {
	{ "config_directory", SW_MUNIN_TEXT, SPOOL_CONFIG_DIRECTORY,
	  .help = "directory of main.cf of the instance that the guard is told by -c" },
	{ "locks_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of accounts that are locked" },
	{ "locks_critical", SW_MUNIN_LEVEL, NULL, .help = "its critical range" },
	{ "alarms_warning", SW_MUNIN_LEVEL, ":0",
	  .help = "warning range of the number of accounts that are not locked but to be looked "
		  "at" },
	{ "alarms_critical", SW_MUNIN_LEVEL, NULL, .help = "its critical range" },
	{ 0 },
};

static const struct sw_munin_graph root = {
	.title = "Accounts locked by the guard",
	.args = "--base 1000 -l 0",
	.vlabel = "accounts",
	.category = "postfix",
	.no_scale = true,
	.info = "Accounts that spoolwatch guard has locked, until somebody takes it back, and "
		"those "
		"that it would have, or has reason not to, in the last hour.",
};

static int read_state(struct sw_munin *m, struct locked_block *ret, struct sw_fault *why)
{
	char path[LOCKED_PATH_ROOM];

	confine(CONFINE_WRITE | CONFINE_EXEC);
	locked_path(sw_munin_text(m, "config_directory"), path);
	return locked_read(sw_munin_host(m), path, ret, why);
}

/* What the guard knows, if it still runs. */
static int look(struct sw_munin *m, struct locked_block *ret, struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(m);
	int rc = read_state(m, ret, why);

	if (rc == 0 && (ret->run < h->now - LATE || ret->run > h->now + LATE)) {
		struct sw_label clock = { .n = 0 };

		words_clock(&clock, ret->run);
		return sw_fault(why, ETIME,
				"the guard last ran at %s, %u accounts were locked then: is "
				"spoolwatch-guard.timer active",
				clock.s, locked_in_force(ret));
	}
	return rc;
}

static void add(struct sw_munin *m, struct sw_munin_field f, unsigned n,
		const struct sw_fault *failed)
{
	f.own_levels = true;
	f.value = sw_munin_value_of(n);
	if (failed->code)
		sw_munin_add_unknown(m, &f, failed);
	else
		sw_munin_add(m, &f);
}

static void add_all(struct sw_munin *m, const struct locked_block *block,
		    const struct sw_fault *failed)
{
	struct sw_munin_field locks = { .name = sw_field_own("locks"),
					.label = sw_label_printed("locked"),
					.draw = "AREA",
					.colour = COLOUR_MOST,
					.info = "Accounts whose mail the guard holds or refuses" };
	struct sw_munin_field alarms = {
		.name = sw_field_own("alarms"),
		.label = sw_label_printed("to be looked at"),
		.colour = COLOUR_DOUBT,
		.info = "Accounts with two signs of a break-in that were not locked, in the last "
			"hour",
	};
	unsigned n[2] = { 0 };

	if (!failed->code) {
		struct sw_label trouble = label_kept(block->trouble);
		struct sw_fault note = { 0 };

		locks.extinfo = words_locked_all(block, 1U << LOCKED_LOCK, UINT64_MAX, &n[0]);
		alarms.extinfo = words_locked_all(block, 1U << LOCKED_WOULD | 1U << LOCKED_ALARM,
						  LOCKED_HOUR, &n[1]);
		if (trouble.n > 0 && fault_label(&note, EIO, &trouble) < 0)
			sw_munin_complain(m, &note);
	}
	sw_munin_graph(m, &root);
	add(m, locks, n[0], failed);
	add(m, alarms, n[1], failed);
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct locked_block *block = calloc(1, sizeof(*block)); /* too large for a small stack */
	struct sw_fault failed = { 0 };

	if (!block)
		return sw_fault_errno(why, ENOMEM, "read " LOCKED_PATH);
	(void)!look(m, block, &failed);
	add_all(m, block, &failed);
	free(block);
	return 0;
}

/* One that ran once is one, whether it still does or not: collect() says so. */
static int probe(struct sw_munin *m, struct sw_fault *why)
{
	struct locked_block *block = calloc(1, sizeof(*block));
	int rc;

	if (!block)
		return sw_fault_errno(why, ENOMEM, "read " LOCKED_PATH);
	rc = read_state(m, block, why);
	free(block);
	return rc;
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_guard",
	.summary = "accounts that the guard of spoolwatch(8) has locked",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = probe,
	.collect = collect,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
	.palette = true,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
