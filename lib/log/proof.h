/*
 * proof: what proves that a log was heard, minute by minute.
 *
 * That an account sent nothing is a claim. It is proven by a line of Postfix itself, placed in
 * time and no warning, in the source that this Postfix writes to: in the minute, after it, or at
 * most ten minutes before its end; or by a queue that has not moved since the last line. A minute
 * that something speaks against is in doubt, with the reason. Where the cause may pass (a file that
 * can't be opened now) the minute waits: a master that took a U for a moment takes no number for it
 * later. At the latest LOG_PROOF_WAIT after its end it is unknown.
 *
 * Pure: facts come in, states come out. lib/words/source.h makes sentences of the reasons.
 */
#ifndef SW_LOG_PROOF_H
#define SW_LOG_PROOF_H

#include "base/fault.h"

enum {
	LOG_PROOF_MINUTES = 64,
	LOG_PROOF_REASONS = 8,	 /* different ones in a run; what is beyond counts as the last */
	LOG_PROOF_QUIET = 600,	 /* seconds of silence that say nothing yet */
	LOG_PROOF_ALONE = 86400, /* the same, of a log beside which there is no queue */
	LOG_PROOF_WAIT = 540,	 /* seconds that a minute waits for a cause to pass */
	LOG_PROOF_SLACK = 120,	 /* clocks of the log and of the queue differ by less */
	LOG_PROOF_MUTE = 10,	 /* new messages in ten minutes of which none came from anywhere */
};

enum log_doubt {
	LOG_FINE,
	/* of the source as a whole */
	LOG_NOWHERE,	/* nothing at any of the usual places */
	LOG_MISSING,	/* the named file is not there */
	LOG_DENIED,	/* it may not be read */
	LOG_UNREADABLE, /* another error, or it is no file: cause says */
	LOG_STDOUT,	/* maillog_file is /dev/stdout */
	LOG_EMPTY,	/* the named file holds nothing */
	LOG_NO_CONFIG,	/* where Postfix logs can't be known: main.cf, cause says */
	LOG_OTHERS,	/* lines, none of them of this Postfix */
	LOG_ALARMS,	/* Postfix's lines, but warnings and errors alone */
	LOG_FOREIGN,	/* Postfix's lines, but of other hosts (quote: one of them) */
	LOG_UNNAMED,	/* Postfix's lines, but of instances not asked for (quote: a syslog_name) */
	LOG_STAMPS,	/* its lines' stamps are not understood */
	LOG_HEADERS,	/* the stamps are, what follows is not */
	LOG_AHEAD,	/* its last stamp lies in the future */
	LOG_ZONE,	/* its stamps are of another time zone */
	LOG_CHROOT,	/* some of Postfix's are of another one than the rest */
	/* of some minutes */
	LOG_SILENT,  /* nothing of Postfix, but the queue moved */
	LOG_UNSEEN,  /* nothing of Postfix, and whether the queue moved may not be seen */
	LOG_MUTE,    /* the queue manager is heard, who accepts mail (or quote) is not */
	LOG_BEGINS,  /* before the first line, and nothing older was found */
	LOG_PART,    /* a rotated file that could not be read, or not to its end */
	LOG_DROPPED, /* the log daemon threw messages away (lines: how many, 0: not said yet) */
};

struct log_reason {
	enum log_doubt doubt;
	bool passes;	/* the cause may pass: the minute waits */
	bool bearable;	/* the number stands all the same, but this should be said beside it */
	bool for_adm;	/* DENIED: the file is for group adm; else only its owner may read it */
	bool by_config; /* the source is named by main.cf (maillog_file) */
	bool journal;	/* the source is the journal */
	struct sw_label where; /* "/var/log/mail.log", "the journal" */
	struct sw_label quote; /* head of a line; what else was looked at */
	struct sw_fault cause; /* what the system said */
	/* Postfix's last line, in seconds since the epoch; 0: none. Of BEGINS the log's first one.
	 */
	int64_t heard;
	int64_t moved;	/* the queue's last move, likewise */
	int64_t offset; /* AHEAD, ZONE, CHROOT: seconds that the stamps are ahead (negative: behind)
			 */
	uint64_t lines; /* that were looked at; DROPPED: that are missing */
	uint64_t understood; /* of them */
};

enum log_minute { LOG_MINUTE_KNOWN, LOG_MINUTE_WAITS, LOG_MINUTE_UNKNOWN };

struct log_proof {
	int64_t now;
	int64_t start;	  /* of the first minute */
	unsigned minutes; /* 1..LOG_PROOF_MINUTES; of log_proof_begin_days() more */
	int64_t heard; /* the last line of Postfix up to now, before the first minute too; 0: none
			*/
	size_t reasons;
	struct log_reason reason[LOG_PROOF_REASONS]; /* the first is LOG_FINE */
	unsigned char why[LOG_PROOF_MINUTES];	     /* of each minute: which reason */
	unsigned char *days;			     /* in its place, of more minutes; else NULL */
	/* is told of the same lines and doubts, about minutes of its own; NULL: none */
	struct log_proof *wider;
};

/* Begin with nothing heard and nothing in doubt. */
void log_proof_begin(struct log_proof *p, int64_t now, int64_t start, unsigned minutes);

/* The same of days: `room` is the caller's, of a byte a minute. */
void log_proof_begin_days(struct log_proof *p, int64_t now, int64_t start, unsigned minutes,
			  unsigned char *room);

/* What is proven of the last `minutes` alone, at most LOG_PROOF_MINUTES. */
void log_proof_last(const struct log_proof *p, unsigned minutes, struct log_proof *ret);

/* A line of this Postfix was placed at `time`. */
static inline void log_proof_hear(struct log_proof *p, int64_t time)
{
	if (time > p->heard && time <= p->now + LOG_PROOF_SLACK)
		p->heard = time;
}

/*
 * Something speaks against the minutes that any second of from..to-1 lies in. A reason that does
 * not pass goes before one that does, one of the source as a whole before one of some minutes; else
 * the first one stays.
 */
void log_proof_doubt(struct log_proof *p, int64_t from, int64_t to, const struct log_reason *why);

/*
 * The same against all minutes. What is certain of the source as a whole goes before what was said
 * of some of them.
 */
void log_proof_doubt_all(struct log_proof *p, const struct log_reason *why);

/*
 * After all lines were heard: `moved` is when the queue last moved (seconds since the epoch), 0
 * when there is no queue here (then a day of silence is no calm), -EACCES (or another error) when
 * it can't be seen. Puts the minutes that end more than LOG_PROOF_QUIET after the last line in
 * doubt, unless the queue rested.
 */
void log_proof_silence(struct log_proof *p, int64_t moved, const struct sw_label *source);

/*
 * The state of minutes first..first+n-1 together; the worst of them. *why may be NULL; of minutes
 * that are known it is LOG_FINE, or something bearable.
 */
enum log_minute log_proof_state(const struct log_proof *p, unsigned first, unsigned n,
				const struct log_reason **why);

/* Why the first minute is not known, where the cause may pass and is no permission: else nothing.
 */
void log_proof_passing(const struct log_proof *p, struct sw_fault *why);

#endif
