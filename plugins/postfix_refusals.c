/*
 * postfix_refusals: recipients that other servers refuse or put off, by why, by receiver and by
 * account; names the receiver that blocks us, its words, and the account that it blocks. Each
 * minute is printed once it is complete, with its time, and again by the next runs.
 */
#include "munin/munin.h"
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

static int collect(struct sw_munin *m, struct sw_fault *why)
{
	struct refusals s = { .host = sw_munin_host(m) };
	struct refusal_graphs g = { .minutes = { .m = m,
						 .proof = &s.proof,
						 .history =
							 (unsigned)sw_munin_count(m, "history") },
				    .s = &s,
				    .lines = sw_munin_count(m, "accounts"),
				    .least = sw_munin_count(m, "floor") * MINUTES_WINDOW };
	struct sw_fault failed = { 0 };
	struct queue_message queue = { .host = sw_munin_host(m) };
	struct log_source source;
	struct log_where where;

	(void)why;
	log_source_begin(&source, m);
	queue.spool = &source.spool;
	where = log_source_where(&source);
	log_source_complain(&source, &where);
	if (refusals_read(&s, sw_munin_host(m), &where, minutes_read(g.minutes.history),
			  queue_message_find, &queue, &failed) < 0)
		log_source_failed(&where, &failed, &g.minutes.failed);
	if (source.bad_name.code && !g.minutes.failed.code)
		g.minutes.failed = source.bad_name;
	log_source_note(m, &s.report);
	refusal_graphs_add(&g);
	refusals_free(&s);
	queue_message_end(&queue);
	log_source_end(&source);
	return 0;
}

static const struct sw_munin_plugin plugin = {
	.name = "postfix_refusals",
	.summary = "recipients that other servers refuse, why, and because of which account",
	.markers = SW_MUNIN_MARKERS("auto", "autoconf"),
	.settings = settings,
	.probe = log_source_probe,
	.collect = collect,
	.fields = SETTINGS_SHARED_FIELDS,
	.shared = SETTINGS_SHARED,
};

int main(int argc, char **argv)
{
	return sw_munin_main(&plugin, argc, argv);
}
