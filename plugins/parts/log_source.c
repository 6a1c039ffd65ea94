#include "parts/log_source.h"

#include <errno.h>
#include <stdlib.h>

#include "os/confine.h"
#include "parts/settings_paths.h"
#include "parts/settings_patterns.h"
#include "words/source.h"

void log_source_begin(struct log_source *s, struct sw_munin *m)
{
	const struct spool_where instance = { .config_directory =
						      sw_munin_text(m, "config_directory") };
	struct sw_fault ignored = { 0 };

	*s = (struct log_source){ .m = m };
	/* what can't be known of it, who asks is told */
	(void)!spool_open(sw_munin_host(m), &instance, &s->spool, &ignored);
	(void)settings_patterns(m, "syslog_name", &s->syslog_name, &s->bad_name);
}

void log_source_end(struct log_source *s)
{
	patterns_free(s->syslog_name);
	spool_close(&s->spool);
}

/*
 * Now all is open that may be written to, and no program has to be run any more: before what others
 * wrote is read.
 */
static void give_up(void *ctx)
{
	struct log_source *s = ctx;

	if (!s->confined) {
		spool_settle(&s->spool);
		confine(CONFINE_WRITE | CONFINE_EXEC);
	}
	s->confined = true;
}

static bool is_instance(struct sw_raw syslog_name, void *ctx)
{
	return patterns_match(ctx, syslog_name);
}

struct log_where log_source_where(struct log_source *s)
{
	return (struct log_where){
		.logfile = sw_munin_text(s->m, "logfile"),
		.logdir = sw_munin_text(s->m, "logdir"),
		.zone = sw_munin_text(s->m, "log_timezone"),
		.spool = &s->spool,
		.journal = sw_munin_is(s->m, "journal", "yes")	? LOG_JOURNAL_YES
			   : sw_munin_is(s->m, "journal", "no") ? LOG_JOURNAL_NO
								: LOG_JOURNAL_AUTO,
		.wanted = sw_munin_text(s->m, "syslog_name") ? is_instance : NULL,
		.wanted_ctx = s->syslog_name,
		.before = give_up,
		.before_ctx = s,
	};
}

struct log_where log_source_complain(struct log_source *s)
{
	struct log_where where = log_source_where(s);

	if (where.logfile || where.journal == LOG_JOURNAL_YES)
		settings_config_directory(s->m); /* else it is said where the log is unknown */
	return where;
}

void log_source_judge(const struct log_source *s, int rc, const struct sw_fault *why,
		      struct sw_fault *ret)
{
	if (rc >= 0)
		*ret = s->bad_name;
	else if (why->code == ENOMEM)
		*ret = *why;
	else
		fault_wrap(ret, why,
			   "env.log_timezone is %s, allowed is a name such as Europe/Berlin or an "
			   "offset such as +05:30: ",
			   sw_munin_text(s->m, "log_timezone"));
}

void log_source_note(struct sw_munin *m, const struct log_report *report)
{
	struct sw_label choice = words_source_choice(report, sw_munin_host(m)->now);

	munin_note(m, &choice);
}

static int ignore_message(const struct log_message *message, void *ctx)
{
	(void)message;
	(void)ctx;
	return 0;
}

/* One that is quiet, or begins just now, is a log all the same: some minutes are in doubt. */
static bool is_log(const struct log_reason *why)
{
	return why->doubt == LOG_FINE || why->doubt >= LOG_SILENT;
}

/* Too large for a small stack. */
struct probing {
	struct log_source source;
	struct log_report report;
	struct log_proof proof;
};

static int probe_with(struct probing *p, struct sw_munin *m, struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(m);
	const struct log_reason *reason;
	struct log_where place;
	struct sw_label text;
	int rc;

	log_source_begin(&p->source, m);
	place = log_source_where(&p->source);
	log_proof_begin(&p->proof, h->now, h->now - h->now % 60 - 60, 1);
	rc = log_read(h, &place, p->proof.start, ignore_message, NULL, &p->proof, &p->report, why);
	log_proof_state(&p->proof, 0, 1, &reason);
	log_source_end(&p->source);
	if (rc < 0 || is_log(reason))
		return rc;
	text = words_source_doubt(reason, h->now, "");
	return fault_label(why, ENOENT, &text);
}

int log_source_probe(struct sw_munin *m, struct sw_fault *why)
{
	struct probing *p = calloc(1, sizeof(*p));
	int rc = p ? probe_with(p, m, why) : sw_fault_errno(why, ENOMEM, "look for a log");

	free(p);
	return rc;
}
