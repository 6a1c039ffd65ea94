#include "log/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "log/choose.h"
#include "log/file.h"
#include "log/journal.h"
#include "log/tail.h"
#include "log/window.h"
#include "os/clock.h"

/* For the compressed files of a reading, bombs among them; and so long after where->by, for lines
 * that come in time say that it is past before a file does. */
enum { UNPACK_ALL_MS = 2500, UNPACK_LATE_MS = 200 };

struct reading {
	const struct sw_host *h;
	const struct log_where *where;
	struct log_reader reader;
	struct log_window window;
};

static bool stamp_of(const struct log_set_file *file, bool last, int64_t *ret, void *ctx)
{
	struct reading *r = ctx;

	return log_tail_stamp(file, last, &r->reader, ret);
}

static void can_not_be_read(struct reading *r, const struct log_choice *choice, const char *path,
			    const struct sw_fault *cause)
{
	struct log_reason why = { .doubt = LOG_UNREADABLE,
				  .by_config = choice->by_config,
				  .passes = log_window_can_pass(cause->code),
				  .where = sw_label_from(raw_of(path)),
				  .cause = *cause };

	if (cause->code == ENOENT || cause->code == ENOTDIR)
		why.doubt = LOG_MISSING;
	else if (cause->code == EACCES)
		why.doubt = LOG_DENIED;
	why.for_adm = why.doubt == LOG_DENIED && log_window_is_for_adm(r->h, path);
	log_proof_doubt_all(r->window.proof, &why);
}

/* A log in which nothing of this Postfix is proves nothing. */
static void doubt_named(struct reading *r, const char *path, uint64_t lines)
{
	struct log_reason why = { .doubt = LOG_OTHERS,
				  .by_config = r->window.by_config,
				  .where = sw_label_from(raw_of(path)),
				  .lines = lines };

	/* nothing at all, and a rotated file that can't be had: that is what is to be mended */
	if (lines == 0 && r->window.part.doubt == LOG_PART)
		return;
	if (r->window.all.ours > 0) {
		why.doubt = LOG_ALARMS;
	} else if (r->window.all.name.n > 0) {
		why.doubt = LOG_UNNAMED;
		why.quote = r->window.all.name;
	}
	log_proof_doubt_all(r->window.proof, &why);
}

static int read_place(struct reading *r, const struct log_choice *choice, const char *path,
		      int64_t since, struct log_candidate *candidate, struct sw_fault *why)
{
	struct log_set_request request = {
		.path = path,
		.since = log_clock_before_change(&r->reader.clock, since - LOG_DISORDER),
		.stamp = stamp_of,
		.ctx = r,
	};
	struct sw_fault cause = { 0 };
	struct log_set set;
	int rc = log_set_open(r->h, &request, &set, &cause);

	if (rc < 0) {
		candidate->error = -rc;
		can_not_be_read(r, choice, path, &cause);
		return rc == -ENOMEM ? sw_fault_errno(why, ENOMEM, "read the log") : 0;
	}
	rc = log_window_read(&r->window, &set, path, since, why);
	if (r->window.all.heard > candidate->heard)
		candidate->heard = r->window.all.heard;
	/* a quiet night can lie between */
	if (rc == 0 && choice->named && candidate->heard == 0)
		candidate->heard = log_tail_heard_again(r->h, path, &set, &r->reader);
	log_set_close(&set);
	if (candidate->heard > r->window.proof->heard)
		log_proof_hear(r->window.proof, candidate->heard);
	return rc;
}

/* What journald itself says. */
static void take_journald(struct log_window *w, const struct log_message *message)
{
	if (!log_drop_read(message->text, message->time, &w->file.drop))
		return;
	w->file.drops++;
	log_window_drop(w);
}

static int take_entry(const struct log_message *message, void *ctx)
{
	struct log_window *w = ctx;

	if (message->is_other && log_drop_is_daemon(message->program)) {
		take_journald(w, message);
		return 0;
	}
	if (!message->is_other) {
		if (log_facts_proves(message->text))
			log_proof_hear(w->proof, message->time);
		w->file.ours_last = message->time;
		log_kept_mark(&w->kept, message->time, w->file.ours++);
	}
	if (w->by && clock_ms() > w->by)
		return LOG_LATE;
	return message->role ? w->fn(message, w->ctx) : 0;
}

static int read_journal(struct reading *r, int64_t since, struct log_candidate *candidate)
{
	struct log_reason why = { .journal = true, .where = sw_label_printed("the journal") };
	struct sw_fault ignored = { 0 };
	int64_t begins;
	int rc;

	r->window.part.where = why.where;
	rc = log_journal_read(r->h, r->where, since - LOG_DISORDER, take_entry, &r->window, &begins,
			      &why.cause);

	if (rc < 0 && why.cause.code) {
		why.doubt = why.cause.code == ENOENT ? LOG_OTHERS : LOG_UNREADABLE;
		why.passes = log_window_can_pass(why.cause.code);
		candidate->error = why.cause.code;
		log_proof_doubt_all(r->window.proof, &why);
		return 0;
	}
	if (rc == 0 && candidate->heard == 0 && r->window.proof->heard == 0)
		(void)!log_journal_last(r->h, r->where, &candidate->heard, &why.quote, &ignored);
	log_proof_hear(r->window.proof, candidate->heard);
	if (r->window.proof->heard > candidate->heard)
		candidate->heard = r->window.proof->heard;
	why.doubt = r->window.proof->heard > 0 ? LOG_BEGINS
		    : why.quote.n > 0	       ? LOG_UNNAMED
					       : LOG_OTHERS;
	why.heard = begins;
	if (why.doubt != LOG_BEGINS)
		log_proof_doubt_all(r->window.proof, &why);
	else
		log_proof_doubt(r->window.proof, INT64_MIN, begins, &why);
	return rc;
}

/* The names that this host's lines bear: of a named file all count. */
static void name_hosts(struct reading *r)
{
	struct sw_fault ignored = { 0 };
	struct utsname names;
	struct sw_raw text;
	const char *name = NULL;

	if (!r->h->copied && uname(&names) == 0) {
		log_hosts_add(&r->reader.hosts, raw_of(names.nodename));
	} else if (host_read(r->h, "/etc/hostname", 4096, &text, &ignored) == 0) {
		log_hosts_add(&r->reader.hosts, text);
		free((char *)text.p);
	}
	if (r->reader.hosts.n > 0 && r->where->spool && r->where->spool->main)
		name = maincf_text(r->where->spool->main, "myhostname");
	if (name && !strchr(name, '$'))
		log_hosts_add(&r->reader.hosts, raw_of(name));
}

static void doubt_silence(struct reading *r, const struct log_report *report)
{
	int64_t moved = r->where->spool ? spool_moved(r->where->spool) : 0;
	struct sw_label nowhere = label_new();

	log_proof_silence(r->window.proof, moved,
			  report->chosen < report->candidates
				  ? &report->candidate[report->chosen].where
				  : &nowhere);
}

static int read_choice(struct reading *r, const struct log_choice *choice, int64_t since,
		       struct log_report *report, struct sw_fault *why)
{
	const struct log_place *silent = NULL; /* of those that a pattern stands for */
	uint64_t silent_lines = 0;
	bool any = false;
	int rc = 0;

	if (choice->journal) {
		if (report->candidates == 0) {
			report->candidate[report->candidates++].where =
				sw_label_printed("the journal");
			report->chosen = 0;
		}
		return read_journal(r, since, &report->candidate[report->chosen]);
	}
	for (size_t i = 0; i < choice->n && rc == 0; i++) {
		struct log_candidate none = { .error = 0 };
		struct log_candidate *candidate = &none;

		if (choice->named && report->candidates < LOG_CANDIDATES) {
			candidate = &report->candidate[report->candidates];
			candidate->where = sw_label_from(raw_of(choice->place[i].path));
			report->chosen = report->candidates++;
		} else if (!choice->named) {
			candidate = &report->candidate[report->chosen];
		}
		rc = read_place(r, choice, choice->place[i].path, since, candidate, why);
		any |= candidate->heard > 0 || candidate->error;
		/* one that was not named was chosen because Postfix is heard there */
		if (candidate->heard > 0 || candidate->error)
			continue;
		if (!choice->place[i].matched) {
			doubt_named(r, choice->place[i].path, r->window.all.lines);
		} else if (!silent) {
			silent = &choice->place[i];
			silent_lines = r->window.all.lines;
		}
	}
	if (rc == 0 && silent && !any)
		doubt_named(r, silent->path, silent_lines);
	return rc;
}

int log_read(const struct sw_host *h, const struct log_where *where, int64_t since, log_fn fn,
	     void *ctx, struct log_proof *proof, struct log_report *report, struct sw_fault *why)
{
	struct {
		struct reading reading;
		struct log_choice choice; /* most of it is never touched */
	} *room = calloc(1, sizeof(*room));
	struct log_choice *choice = room ? &room->choice : NULL;
	struct reading *r = room ? &room->reading : NULL;
	struct log_zone zone;
	int rc = room ? 0 : sw_fault_errno(why, ENOMEM, "read the log");

	if (where->before)
		where->before(where->before_ctx);
	if (rc == 0 && where->zone)
		rc = log_zone_open(&zone, h, where->zone, why);
	if (rc == 0) {
		r->h = h;
		r->where = where;
		r->window = (struct log_window){ .reader = &r->reader,
						 .proof = proof,
						 .fn = fn,
						 .ctx = ctx,
						 .replayed = h->replayed,
						 .by = where->by };
		r->reader.clock.now = h->now;
		r->window.patient = where->patient;
		r->reader.unpack_by = where->patient ? 0 : clock_ms() + UNPACK_ALL_MS;
		if (where->by && where->by + UNPACK_LATE_MS < r->reader.unpack_by)
			r->reader.unpack_by = where->by + UNPACK_LATE_MS;
		r->reader.clock.zone = where->zone ? &zone : NULL;
		r->reader.wanted = where->wanted;
		r->reader.wanted_ctx = where->wanted_ctx;
		r->reader.role = where->role;
		r->reader.may_matter = where->may_matter;
		r->reader.dull = where->dull;
		r->reader.others = where->others;
		name_hosts(r);
		rc = log_choose(h, where, &r->reader, choice, report, why);
		r->window.by_config = choice->by_config;
		if (choice->named)
			r->reader.hosts.n = 0;
		if (rc == 0 && choice->why.doubt != LOG_FINE)
			log_proof_doubt_all(proof, &choice->why);
		else if (rc == 0)
			rc = read_choice(r, choice, since, report, why);
		if (rc == 0)
			doubt_silence(r, report);
		if (where->zone)
			log_zone_close(&zone);
	}
	free(room);
	return rc;
}
