/*
 * postfix_refusals: recipients that other servers refuse or put off, by why, by receiver and by
 * account; names the receiver that blocks us, its words, and the account that it blocks. Each
 * minute is printed once it is complete, with its time, and again by the next runs.
 */
#include <errno.h>
#include <stdlib.h>

#include "munin/munin.h"
#include "parts/drawn.h"
#include "parts/log_source.h"
#include "parts/queue_message.h"
#include "parts/refusal_graphs.h"
#include "parts/settings_shared.h"

static const struct sw_munin_setting settings[] = {
	LOG_SOURCE_SETTINGS,
	{ "history", SW_MUNIN_COUNT, "15", 1, MINUTES_HISTORY_MAX,
	  "minutes that each run tells again, for a master that was away" },
	{ "accounts", SW_MUNIN_COUNT, "20", 1, REFUSAL_GRAPHS_LINES_MAX,
	  "most receivers, and accounts, that a sub-graph draws at a time" },
	{ "floor", SW_MUNIN_COUNT, "1", 0, 1000000,
	  "recipients per minute, over 5 minutes, that one must reach to be drawn" },
	{ "reputation_warning", SW_MUNIN_LEVEL, "5",
	  .help = "warning range of recipients refused because of who we are, per minute" },
	{ "reputation_critical", SW_MUNIN_LEVEL, "50", .help = "its critical range" },
	{ "FIELD_warning", SW_MUNIN_LEVEL, NULL,
	  .help = "warning range of another field, such as content_warning" },
	{ "FIELD_critical", SW_MUNIN_LEVEL, NULL, .help = "critical range of another field" },
	{ 0 },
};

/* Too large for a stack. */
struct run {
	struct refusals s;
	struct refusal_graphs graphs;
	struct queue_message queue;
	struct log_source source;
	struct drawn drawn;
};

static void read_log(struct run *run, struct sw_munin *m)
{
	struct minutes *minutes = &run->graphs.minutes;
	struct sw_fault why = { 0 };
	struct log_where where;
	int rc;

	log_source_begin(&run->source, m);
	run->queue =
		(struct queue_message){ .host = sw_munin_host(m), .spool = &run->source.spool };
	where = log_source_complain(&run->source);
	rc = refusals_read(&run->s, sw_munin_host(m), &where, minutes_read(minutes->history),
			   queue_message_find, &run->queue, &why);
	log_source_judge(&run->source, rc, &why, &minutes->failed);
	log_source_note(m, &run->s.report);
	if (run->queue.why.code) {
		struct sw_fault unread = { 0 };

		fault_wrap(&unread, &run->queue.why, "whose some messages are is not known%s: ",
			   run->queue.why.code == EACCES ? " (user postfix may read that)" : "");
		sw_munin_complain(m, &unread);
	}
}

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	static struct run room; /* too large for a small stack */
	struct run *run = &room;

	(void)why;
	run->graphs.minutes = (struct minutes){ .m = m,
						.proof = &run->s.proof,
						.history = (unsigned)sw_munin_count(m, "history") };
	run->graphs.s = &run->s;
	run->graphs.drawn = &run->drawn;
	run->graphs.lines = (size_t)sw_munin_count(m, "accounts");
	run->graphs.least = sw_munin_count(m, "floor") * MINUTES_WINDOW;
	drawn_open(&run->drawn, m);
	read_log(run, m);
	refusal_graphs_add(&run->graphs);
	drawn_close(&run->drawn, m);
	queue_message_end(&run->queue);
	log_source_end(&run->source);
	return 0; /* the tables end with the process, which gives them back for less */
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_refusals",
	.summary = "recipients that other servers refuse, why, and because of which account",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = log_source_probe,
	.collect = collect,
	.palette = true,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
