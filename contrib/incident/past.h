/*
 * past: what an account, or a local user, did in the last days, from the mail log: how it was come
 * by, from where it was used, what became of its messages, who refuses them.
 *
 * Who it is stands where Postfix itself writes it (traffic/events.h), compared as in select.h. A
 * message is what smtpd accepted after its login (what pickup took of the user); a pass through a
 * content filter or `postsuper -r` leaves it what it is. A recipient is that of one message: it
 * counts once, however often it is tried. It is outside when smtp(8) tried another server for it.
 *
 * Memory is bounded: of more than PAST_ADDRESSES addresses, PAST_NAMES senders, domains and
 * receivers the greatest are kept (base/topk.h), of more than PAST_IDS messages and recipients the
 * latest are known again: past_is_exact().
 */
#ifndef SW_INCIDENT_PAST_H
#define SW_INCIDENT_PAST_H

#include "base/idmap.h"
#include "incident/run.h"
#include "incident/say.h"
#include "incident/select.h"
#include "traffic/failures.h"
#include "traffic/proxy.h"
#include "traffic/refusal.h"

enum {
	PAST_DAYS = 7,
	PAST_MINUTES = PAST_DAYS * 1440,
	PAST_ADDRESSES = 8192,
	PAST_NAMES = 2048,
	PAST_NAME = 320, /* bytes of a sender or domain that are kept */
	PAST_HOST = 128, /* bytes of a client's verified name */
	PAST_IDS = 1 << 20,
	PAST_SAMPLE = 10,
	PAST_WORDS = 240,	 /* bytes of a receiver's words */
	PAST_DOVECOT_MS = 60000, /* for Dovecot's own log */
};

/* Of an address that used the account: a row's value in .used; the row's count is of all uses. */
struct past_use {
	uint64_t messages, logins; /* logins: of Dovecot, IMAP and the like */
	int64_t first, last;
	uint64_t before; /* logins of that address that failed before `first`, for whatever name */
	int64_t since;	 /* the first of them */
	uint8_t host_n;
	char host[PAST_HOST];
};

/* Of an address whose logins failed; the row's count is how many. */
struct past_failure {
	int64_t first, last;
};

/* Of a receiver and a kind; a row of .refused, whose count is of recipients. */
struct past_refused {
	int64_t last;
	bool at_connect; /* of the last one: no account's doing */
	uint8_t words_n;
	char words[PAST_WORDS];
};

struct past_message {
	uint64_t hash; /* the smallest ones are kept: of all messages with the same chance */
	char id[64];
	int64_t time;
	struct network_address address;
	bool has_address;
};

struct past_waiting; /* ours */

struct past {
	/* in */
	const struct run *run;
	struct select *select;
	const char *dovecot; /* its own logs (incident/dovecot.h), or NULL */
	/* out */
	int64_t since; /* the log was asked for from here on */
	struct log_proof proof;
	struct log_report report;
	unsigned known;		/* minutes, of PAST_MINUTES */
	int64_t known_since;	/* the first of them, or of a log that begins there; 0: none */
	bool begins;		/* all others are before the first line of the log */
	struct log_reason hole; /* why the last of the others is not known */
	bool stopped;		/* by a signal */

	uint64_t failures; /* that name it */
	uint64_t silent;   /* of which nobody says whose they are (failures_login) */
	int64_t failed_first, failed_last;
	struct topk *failed;	/* by struct network_address */
	struct topk *used;	/* likewise */
	struct break_in broken; /* .account 0: nobody broke in, as far as can be told */

	uint64_t messages;
	uint64_t without_id;	     /* of them: a filter before the queue has not told its ID */
	int64_t first, last;	     /* message */
	uint64_t recipients;	     /* as the queue manager took them */
	uint64_t sent, sent_outside; /* recipients */
	uint64_t bounced, waiting;   /* whose last word was a deferral */
	uint64_t outside;
	uint64_t returned;    /* bounces that were sent because of it */
	struct topk *sender;  /* envelope */
	struct topk *domain;  /* of recipients outside */
	struct topk *refused; /* a byte, enum refusal, and the domain */
	struct past_message sample[PAST_SAMPLE];
	size_t samples;

	/* ours */
	struct failures logins;
	struct topk *failing; /* of all accounts */
	struct idmap *id;
	struct idmap *pair;
	uint64_t pairs, ids, lines;
	uint32_t serial;
	struct past_waiting *late;
	struct proxies *proxies;
	uint64_t pid; /* of who wrote the line of smtpd at hand; 0: not known */
	unsigned char *minutes;
	struct say_progress progress;
};

/*
 * Read the log of the instance, `run` and `select` being set and the rest 0. What could not be read
 * stands in .known and .hole. To be freed whatever is returned: 0, -ENOMEM.
 */
int past_read(struct past *p, struct spool *spool, struct sw_fault *why) SW_CHECK;
void past_free(struct past *p);

/* Is a queue ID one of its messages'? */
bool past_has(const struct past *p, struct sw_raw id);

/* Is Dovecot's own log needed, and not all of it known (.logins.dovecot_why)? */
bool past_lacks_dovecot(const struct past *p);

/* Are numbers right, and not too high or low, because there was more than can be kept? */
bool past_is_exact(const struct past *p);

/* One line of the log, as log_read() gives it (ctx: struct past); what past_read() does before. */
int past_begin(struct past *p, struct sw_fault *why) SW_CHECK;
int past_line(const struct log_message *message, void *ctx);

#endif
