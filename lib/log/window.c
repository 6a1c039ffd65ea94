#include "log/window.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log/file.h"
#include "log/run.h"
#include "log/tail.h"
#include "os/clock.h"

/*
 * A rotated file of a mail log is a day or a week of it; what takes longer or holds more is none,
 * or one that somebody made for us.
 */
enum { UNPACK_MS = 2000, RUN_MANY = 64, RUN_FEW = 3, ZONE_STEP = 900, ZONE_MOST = 14 * 3600 };
#define UNPACKED_MOST ((int64_t)4 << 30)

/* Lines were read again up to `time`: what could not be read lies between. */
static void cover(struct log_window *w, int64_t time)
{
	/* a file that begins before the window has all of it */
	if (w->part.doubt == LOG_BEGINS)
		w->part.heard = time;
	if (w->part.doubt != LOG_FINE && w->whole)
		log_proof_doubt(w->proof, w->covered, time + 1, &w->part);
	w->part.doubt = LOG_FINE;
	w->covered = time;
}

/* The log daemon has thrown messages away; nobody knows whose. */
void log_window_drop(struct log_window *w)
{
	const struct log_facts *f = &w->file;
	struct log_reason why = { .doubt = LOG_DROPPED,
				  .where = w->part.where,
				  .heard = f->drop.time,
				  .lines = f->drop.messages };
	int64_t from;

	why.bearable = !log_kept_drop(&w->kept, &f->drop, f->ours_last, f->ours, &from);
	w->drops = f->drops;
	if (f->drop.messages > 0)
		log_proof_doubt(w->proof, from, f->drop.time + 1, &why);
}

static inline int take_message(struct log_window *w)
{
	if (!w->message.is_other && log_facts_proves(w->message.text))
		log_proof_hear(w->proof, w->message.time);
	return w->message.role ? w->fn(&w->message, w->ctx) : 0;
}

/* Lines that can't be placed lie between two that can, a minute apart: nobody knows when they were.
 */
static void doubt_run(struct log_window *w, int64_t from, int64_t to, bool passes)
{
	struct log_reason why = { .doubt = LOG_STAMPS,
				  .passes = passes,
				  .where = w->part.where,
				  .quote = w->file.quote,
				  .lines = w->file.lines,
				  .understood = w->file.headed };

	if (w->file.stamped - w->file.headed > w->file.lines - w->file.stamped)
		why.doubt = LOG_HEADERS;
	log_proof_doubt(w->proof, from, to, &why);
}

/* After lines that were not understood, or could not be read. */
static __attribute__((noinline)) int take_after_gap(struct log_window *w, struct sw_raw line)
{
	const struct log_message *message = &w->message;
	uint64_t run = w->file.run;
	uint64_t lost = w->file.lost_run;
	int64_t last = w->file.last;
	int64_t ours = w->file.ours_last > 0 ? w->file.ours_last : w->file.first;
	bool is_given = log_reader_take(w->reader, line, &w->file, &w->message);
	bool is_ours = is_given && !message->is_other;

	if (run >= RUN_FEW && w->file.run == 0 && last > 0 && w->file.last >= last + 60)
		doubt_run(w, last, w->file.last, false);
	if (is_ours && lost >= RUN_FEW && ours > 0 && message->time >= ours + 60)
		doubt_run(w, ours, message->time, false);
	if (w->part.doubt != LOG_FINE && w->file.run == 0 && w->file.last > 0)
		cover(w, w->file.last);
	if (w->file.drops != w->drops)
		log_window_drop(w);
	return is_given ? take_message(w) : 0;
}

/* Must the next line be asked whether it ends a gap? */
static bool is_in_gap(const struct log_window *w)
{
	return w->file.run >= RUN_FEW || w->file.lost_run >= RUN_FEW || w->part.doubt != LOG_FINE;
}

static int take_line(struct log_window *w, struct sw_raw line)
{
	bool given;

	if (is_in_gap(w))
		return take_after_gap(w, line);
	given = log_reader_take(w->reader, line, &w->file, &w->message);
	if (w->file.drops != w->drops)
		log_window_drop(w);
	return given ? take_message(w) : 0;
}

static int take_lines(const struct log_lines *lines, void *ctx)
{
	struct log_window *w = ctx;
	const struct log_run run = { w->reader, &w->file, w->proof, w->fn, w->ctx };
	struct sw_raw line;
	int rc = w->by && clock_ms() > w->by ? LOG_LATE : 0;

	log_kept_mark(&w->kept, w->file.last, w->file.ours);
	for (size_t i = 0; i < lines->n && rc == 0; i++) {
		if (!is_in_gap(w))
			i = log_run(&run, lines, i, &rc);
		if (rc == 0 && i < lines->n && log_lines_get(lines, i, &line))
			rc = take_line(w, line);
	}
	return rc;
}

static void part_is_missing(struct log_window *w, const struct log_set_file *file,
			    const struct sw_fault *cause)
{
	struct sw_raw directory = raw_of(file->directory ? file->directory : "");

	w->part = (struct log_reason){ .doubt = LOG_PART,
				       .passes = log_window_can_pass(cause->code),
				       .by_config = w->by_config,
				       .where = sw_label_from(directory),
				       .cause = *cause };
	sw_label_add(&w->part.where, raw_of(file->name));
}

bool log_window_is_for_adm(const struct sw_host *h, const char *path)
{
	enum { GROUP_ADM = 4 }; /* Debian, Red Hat, Alpine */
	struct sw_fault ignored = { 0 };
	int fd = host_openat(h, path, O_PATH, &ignored);
	bool is_for_adm = false;
	struct stat st;

	if (fd >= 0) {
		is_for_adm = fstat(fd, &st) == 0 && st.st_gid == GROUP_ADM && st.st_mode & S_IRGRP;
		close(fd);
	}
	return is_for_adm;
}

bool log_window_can_pass(int code)
{
	return code == EACCES || code == EMFILE || code == ENFILE || code == EIO ||
	       code == ENOMEM || code == EINTR || code == ETIMEDOUT;
}

bool log_window_lacks(int code)
{
	return code == ENOMEM || code == EMFILE || code == ENFILE;
}

static void add_facts(struct log_window *w)
{
	const struct log_facts *f = &w->file;
	struct log_facts *all = &w->all;

	all->lines += f->lines;
	all->stamped += f->stamped;
	all->headed += f->headed;
	all->ours += f->ours;
	all->lost += f->lost;
	if (f->heard > all->heard)
		all->heard = f->heard;
	if (f->fell > all->fell)
		all->fell = f->fell;
	if (f->rose > all->rose)
		all->rose = f->rose;
	if (f->quote.n > 0)
		all->quote = f->quote;
	if (f->name.n > 0)
		all->name = f->name;
}

static int read_lines(struct log_window *w, const struct log_set_file *file, int64_t since,
		      struct sw_fault *why)
{
	const struct unpack_limits limits = { UNPACKED_MOST,
					      w->patient ? INT64_MAX
							 : log_tail_by(w->reader, UNPACK_MS) };
	enum unpack_format format;

	if (file->format == LOG_PLAIN)
		return log_file_window(file->fd, &w->reader->clock, since, take_lines, w, &w->whole,
				       why);
	if (!log_format_unpacks(file->format, &format))
		return sw_fault(why, ENOTSUP, "it is compressed in a way that is not read");
	return log_file_unpacked(file->fd, format, &limits, take_lines, w, why);
}

static int read_one(struct log_window *w, const struct log_set_file *file, int64_t since,
		    struct sw_fault *why)
{
	struct sw_fault cause = file->why;
	int64_t last = w->reader->clock.last;
	int64_t covered = w->covered;
	int rc = 0;

	w->file = (struct log_facts){ .lines = 0 };
	w->drops = 0;
	log_kept_restart(&w->kept);
	w->whole = true;
	log_reader_restart(w->reader);
	w->reader->clock.last = last; /* the files follow each other */
	if (file->fd >= 0)
		rc = read_lines(w, file, since, &cause);
	add_facts(w);
	/* where a checksum is wrong, a line of before may be what is damaged */
	w->covered = cause.code == EBADMSG	 ? covered
		     : w->file.last > w->covered ? w->file.last
						 : w->covered;
	if (rc == -ENOMEM && cause.code)
		return sw_fault_errno(why, ENOMEM, "read the log");
	if (cause.code) {
		part_is_missing(w, file, &cause);
		return 0;
	}
	if (!w->whole && w->file.lines == 0)
		w->part.doubt = LOG_FINE; /* it has all of the window, and nothing is in it */
	return rc;
}

/* Quarters of an hour that a clock is behind, in seconds, when it can be that of another zone. */
static int64_t zone_steps(int64_t apart)
{
	int64_t steps = (apart + (apart < 0 ? -ZONE_STEP / 2 : ZONE_STEP / 2)) / ZONE_STEP;
	int64_t rest = apart - steps * ZONE_STEP;

	if (rest > LOG_PROOF_SLACK || rest < -LOG_PROOF_SLACK || steps * ZONE_STEP > ZONE_MOST ||
	    steps * ZONE_STEP < -ZONE_MOST)
		return 0;
	return steps * ZONE_STEP;
}

/* Do the stamps at a log's end tell another time than the clock does? */
static bool is_of_another_clock(const struct log_window *w, const struct log_facts *end,
				int64_t written, struct log_reason *why)
{
	int64_t now = w->proof->now;
	/* lines of others may have other clocks, where Postfix's are right */
	bool is_ahead = end->ours_last > now + LOG_PROOF_SLACK;
	bool is_right = !is_ahead && end->ours_last > written - LOG_PROOF_QUIET;
	int64_t last = is_ahead ? end->ours_last : end->last;
	int64_t behind = zone_steps(written - last);

	if (last == 0 || is_right || written < w->proof->start)
		return false;
	/* the line before Postfix's last one was another program's, in another zone */
	if (behind == 0 && end->ours_last > 0 && end->beside > end->ours_last)
		behind = zone_steps(end->beside - end->ours_last);
	if (end->local && behind != 0) {
		why->doubt = LOG_ZONE;
		why->offset = -behind;
		return true;
	}
	if (last - now > LOG_PROOF_SLACK && !w->replayed) {
		why->doubt = LOG_AHEAD;
		why->offset = last - now;
		return true;
	}
	return false;
}

/*
 * Postfix's daemons in a chroot without /etc/localtime write UTC, the others do not, and syslog-ng,
 * inetutils and BusyBox keep the stamp that they are given.
 */
static bool is_of_two_zones(const struct log_window *w, struct log_reason *why)
{
	int64_t since = w->proof->start - LOG_DISORDER;

	if (w->all.fell < since || w->all.rose < since)
		return false;
	why->doubt = LOG_CHROOT;
	why->offset = -log_clock_offset(&w->reader->clock, w->all.rose);
	return true;
}

/* What an open log's facts say against it as a whole. */
static bool is_doubtful(const struct log_facts *f, struct log_reason *why)
{
	why->lines = f->lines;
	why->understood = f->headed;
	why->quote = f->quote;
	if (2 * f->headed < f->lines || f->lost > f->ours) {
		why->doubt =
			f->lines - f->stamped < f->stamped - f->headed ? LOG_HEADERS : LOG_STAMPS;
		return true;
	}
	why->quote = label_new();
	return false;
}

/* The next line may tell that these few were somebody's text between two lines. */
static bool may_go_on(const struct log_window *w, int64_t last)
{
	return w->proof->now < last + LOG_PROOF_SLACK;
}

/* Lines at the end of the log that can't be placed, written after the last one that can. */
static void doubt_end(struct log_window *w, int64_t written)
{
	const struct log_facts *f = &w->file;
	int64_t ours = f->ours_last > 0 ? f->ours_last : f->first;

	if (f->last > 0 &&
	    (f->run >= RUN_MANY || (f->run >= RUN_FEW && written > f->last + LOG_PROOF_SLACK)))
		doubt_run(w, f->last, INT64_MAX, may_go_on(w, f->last));
	/* or what Postfix writes is not understood, while the others' lines are */
	if (ours > 0 && f->lost_run > 0 && (f->lost_run >= RUN_FEW || may_go_on(w, ours)))
		doubt_run(w, ours, INT64_MAX, may_go_on(w, ours));
}

/* Messages are thrown away, and how many will be said when that ends. */
static void doubt_drops(struct log_window *w, const struct sw_label *where)
{
	const struct log_reason why = {
		.doubt = LOG_DROPPED, .passes = true, .where = *where, .heard = w->kept.begun
	};

	if (w->kept.begun > 0)
		log_proof_doubt(w->proof, w->kept.begun, INT64_MAX, &why);
}

/* What is known before a line was read: that something is missing, or how far back all is here. */
static void begin(struct log_window *w, const struct log_set *set, const struct log_reason *doubt)
{
	w->covered = INT64_MIN;
	w->part = *doubt;
	w->all = (struct log_facts){ .lines = 0 };
	if (set->incomplete.code) {
		w->part.doubt = LOG_PART;
		w->part.passes = log_window_can_pass(set->incomplete.code);
		w->part.cause = set->incomplete;
	} else if (set->before == LOG_NEVER) {
		w->part.doubt = LOG_BEGINS;
	}
}

/* The end alone tells whether its lines are understood: of one that is not, no window is found. */
static bool is_readable(struct log_window *w, const struct log_set_file *log,
			struct log_reason *doubt)
{
	struct sw_fault ignored = { 0 };
	struct log_facts facts;

	if (!log || log->fd < 0 || log->format != LOG_PLAIN ||
	    log_tail_end(log->fd, w->reader, &facts, &ignored) < 0 || facts.stamped > 0 ||
	    facts.lines == 0)
		return true;
	return !is_doubtful(&facts, doubt);
}

int log_window_read(struct log_window *w, const struct log_set *set, const char *path,
		    int64_t since, struct sw_fault *why)
{
	struct log_reason doubt = { .by_config = w->by_config,
				    .where = sw_label_from(raw_of(path)) };
	const struct log_set_file *log = set->n > 0 && set->has_log ? &set->file[set->n - 1] : NULL;
	int rc = 0;

	begin(w, set, &doubt);
	if (!is_readable(w, log, &doubt)) {
		log_proof_doubt_all(w->proof, &doubt);
		return 0;
	}
	for (size_t i = 0; i < set->n && rc == 0; i++)
		rc = read_one(w, &set->file[i], since, why);
	if (rc)
		return rc;
	if (log)
		doubt_end(w, log->written);
	doubt_drops(w, &doubt.where);
	if (w->part.doubt == LOG_BEGINS && w->all.lines == 0)
		w->part.doubt = LOG_EMPTY;
	if (w->part.doubt != LOG_FINE)
		log_proof_doubt(w->proof, w->covered, INT64_MAX, &w->part);
	/* what rotation has just made empty was written when it did so */
	if (is_doubtful(&w->all, &doubt) || is_of_two_zones(w, &doubt) ||
	    (log && is_of_another_clock(w, &w->file, log->written, &doubt)))
		log_proof_doubt_all(w->proof, &doubt);
	return 0;
}
