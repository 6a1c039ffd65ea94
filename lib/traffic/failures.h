/*
 * failures: logins that failed, minute by minute, of which account and from which address; and the
 * accounts that were broken into (traffic/break_in.h), from the mail log.
 *
 * A failure is a login that smtpd refused (traffic/login_events.h); one that failed because the
 * authentication server did not answer is counted apart, and is no guess. Where this release of
 * Postfix names no user, Dovecot and saslauthd may (traffic/login_names.h), in the same log;
 * Dovecot also in one of its own (traffic/dovecot_log.h). Names are compared with ASCII letters in
 * lower case.
 *
 * Where two programs write each line into one file (imuxsock and imjournal), most messages have two
 * client= lines: then every second failure that is the same in the same second is not counted.
 *
 * What was seen before the minutes that are told again is kept between runs, or read in the log
 * again. Both say the same. Memory is bounded: FAILURES_ACCOUNTS names and
 * FAILURES_ADDRESSES addresses by Space-Saving (base/topk.h), and struct break_ins.
 */
#ifndef SW_TRAFFIC_FAILURES_H
#define SW_TRAFFIC_FAILURES_H

#include "base/topk.h"
#include "traffic/break_in.h"
#include "traffic/counts.h"
#include "traffic/dovecot_log.h"
#include "traffic/login_names.h"

enum {
	FAILURES_ACCOUNTS = 4096,
	FAILURES_ADDRESSES = 16384,
	FAILURES_DAY = 1440,	    /* minutes */
	FAILURES_KNOWN = 10 * 1440, /* minutes of which it is kept whether they are known */
	FAILURES_BLIND = 5, /* failures one after the other that nobody names: nobody does */
	FAILURES_VERSION = 2,
	FAILURES_USES = 2048,
};

/* What is kept between runs. */
struct failures_kept {
	uint64_t owner; /* of the host, log and rules that it is of */
	int64_t until; /* all before is in it; seconds since the epoch, whole minutes; 0: nothing */
	int64_t named; /* last failure that somebody named; 0: none */
	int64_t silent;	      /* last one that nobody did, though smtpd would not have */
	int64_t blind;	      /* of those the last of at least FAILURES_BLIND in a row; 0: none */
	uint64_t unnamed;     /* since somebody did */
	uint64_t ids, copies; /* messages, and second lines of the same */
	unsigned char known[FAILURES_KNOWN / 8]; /* bit MINUTE % FAILURES_KNOWN */
	struct break_ins in;
};

struct failures_where {
	struct log_where log;
	struct break_in_rules rules;
	const char *state;    /* a path as state_open() has it; NULL: nothing is kept */
	const char *instance; /* what else tells one log from another; may be NULL */
	const char *dovecot;  /* as .names of struct dovecot_log_where */
	int64_t budget_ms;    /* for each reading of older days */
};

/* A login, as it was met. */
struct failures_login {
	int64_t time;
	bool failed;	    /* else the account was used: a message, or a login at Dovecot */
	bool message;	    /* then: a message was accepted */
	bool silent;	    /* a failure of which nobody says whose it is: it may be anybody's */
	struct sw_raw user; /* as it was written, of a failure at most LOGIN_NAME bytes; n 0: nobody
			       is named */
	const struct network_address *address; /* NULL: not known */
	uint64_t n;			       /* so many at once */
};

struct failures {
	const struct sw_host *host;
	/* is told of each login, in the order of the log; NULL: nobody is */
	void (*told)(const struct failures_login *login, void *ctx);
	void *told_ctx;
	struct failures_where where;
	int64_t start;	  /* first minute of the window */
	unsigned minutes; /* 1..TRAFFIC_MINUTES, all of them complete */
	uint64_t failed[TRAFFIC_MINUTES];
	uint64_t backend[TRAFFIC_MINUTES];
	uint64_t named[TRAFFIC_MINUTES];  /* of `failed`: an account is named */
	uint64_t silent[TRAFFIC_MINUTES]; /* and nobody says whose it is */
	struct topk *account; /* by key (postfix/account.h); value: struct failures_count */
	struct topk *address; /* by struct network_address */
	struct log_proof proof;
	struct log_report report;
	struct failures_kept *kept; /* up to the last minute */
	/* why a minute of the last day is not known; LOG_FINE: it was not read */
	struct log_reason hole;
	struct sw_fault damage; /* of the state file; or why one that is there is not used */

	bool follows;	     /* ours: failures_follow() */
	struct block memory; /* ours */
	struct failures_uses {
		uint64_t seen[FAILURES_USES]; /* of the last ones, by what they are a hash of */
		uint32_t
			failed[FAILURES_USES]; /* how often logins of an account did, by its hash */
		uint64_t told;
	} * uses; /* ours: of `saved` and of `kept`; what would change nothing is found here */
	/* ours: up to the window; the same as `kept` where it will not be saved */
	struct failures_kept *saved;
	bool split;	      /* they differ */
	struct log_proof all; /* ours: since what is kept, at most FAILURES_KNOWN minutes */
	unsigned char *all_minutes;
	struct login_names *names;
	struct dovecot_log *dovecot;
	struct sw_fault dovecot_why; /* why it is not read, or not all of it; .code 0: it is */
	struct mute mute;
	struct idmap *ids;
	int64_t lost;  /* when smtpd last said that the authentication server can't be reached */
	int64_t by_ms; /* older days are read until then; 0: this is the window */
	int64_t seen;  /* so far they were read: two lines one after the other say so */
	int64_t last;  /* the time of the last line */
	uint64_t lines;
};

struct failures_count {
	uint16_t minute[TRAFFIC_MINUTES]; /* 65535 is "or more" */
};

/*
 * Read the `minutes` complete minutes before the host's now, and of what is older what is not kept.
 * *f is the caller's, to end with failures_free() whatever is returned. What of the window could
 * not be read stands in f->proof. Returns 0, -ENOMEM, or -EINVAL when the zone is none.
 */
int failures_read(struct failures *f, const struct sw_host *h, const struct failures_where *where,
		  unsigned minutes, struct sw_fault *why) SW_CHECK;

void failures_free(struct failures *f);

/* How many minutes of the day that ends with minute i of the window are known, of FAILURES_DAY. */
unsigned failures_known_of_day(const struct failures *f, unsigned i);

/* How many minutes before the end of the window are known without a gap, up to FAILURES_KNOWN. */
unsigned failures_known(const struct failures *f);

/* Failures that a row of f->account or f->address has in minutes first..first+n-1. */
uint64_t failures_sum(const struct topk_row *row, unsigned first, unsigned n);

/* How many rows have any there. */
size_t failures_rows(struct topk *table, unsigned first, unsigned n);

/* An empty window, and one message of it as log_read() gives it (ctx: struct failures). */
int failures_new(struct failures *f, const struct sw_host *h, const struct failures_where *where,
		 unsigned minutes, struct sw_fault *why) SW_CHECK;
int failures_message(const struct log_message *message, void *ctx);
/* What Dovecot's own log says up to `time`, which nothing that is older may follow. */
void failures_dovecot(struct failures *f, int64_t time);
/* Which lines it asks for; of older days fewer. */
void failures_ask(struct log_where *ret, bool older);
/* The same of one text of a program that it asks for: log_where.may_matter of lines of smtpd and of
 * other programs. */
bool failures_may_matter(unsigned role, struct sw_raw text);

/*
 * Begin with all from `since` on, nothing kept: for who reads the log himself and gives each
 * message to failures_message(). Who was broken into then stands in failures_seen().
 */
void failures_follow(struct failures *f, int64_t since);

/*
 * Then, too, what Dovecot has in a log of its own from there up to the host's now, for
 * failures_message() to put between: f->where.dovecot and .budget_ms say which, and how long it may
 * take. Why not all of it is known stands in f->dovecot_why. Returns 0 or -ENOMEM.
 */
int failures_follow_dovecot(struct failures *f, struct sw_fault *why) SW_CHECK;
const struct break_ins *failures_seen(const struct failures *f);

#endif
