/*
 * report: what is known of an account, or of a local user, from the log and the queue files, as
 * text and as an object; and kept in a file before anything is changed. Reads alone.
 */
#ifndef SW_INCIDENT_REPORT_H
#define SW_INCIDENT_REPORT_H

#include "incident/journal.h"
#include "incident/dovecot.h"
#include "incident/past.h"
#include "incident/queued.h"

enum { REPORT_ROWS = 10, REPORT_ALL_ROWS = 1000, REPORT_PATH = 1024 };

struct report {
	const struct run *run;
	struct select select;
	struct spool spool;
	struct past past;
	struct queued queued;
	struct sw_fault no_queue;      /* code not 0: why nothing is known of the queues */
	struct journal_record journal; /* .key 0: it has none, or can't be read */
	char dovecot[DOVECOT_LOGS];
	struct topk *network;		/* of .past.used, by struct network_address; see past_use */
	const struct topk_row **ranked; /* room for the rows of any of the tables */
};

/*
 * Read all that there is of what r->options select. 0 with *ret to be freed; -EINVAL for what no
 * account can be, -EACCES where neither log nor queues may be read, -ENOMEM, -EINTR when a signal
 * came.
 */
int report_read(struct run *r, struct report **ret, struct sw_fault *why) SW_CHECK;
void report_free(struct report *p);

/* What could not be read, sentence by sentence. False behind the last. */
bool report_not_known(const struct report *p, size_t i, struct sw_label *ret);

/* Is the log known from its first minute here on? */
bool report_log_is_whole(const struct report *p);

/* Is a number that the log tells known? A 0 is only where all of the log could be read. */
bool report_is_known(const struct report *p, uint64_t n);

/* Command number i of those that contain it, for a shell. False behind the last. */
bool report_say_command(FILE *to, const struct report *p, size_t i);

/*
 * Text, with at most `rows` rows of each kind; and the object, without a newline. `more` (may be
 * NULL) adds members to it, each with a comma before.
 */
void report_say(FILE *to, const struct report *p, size_t rows);
typedef void (*report_more_fn)(FILE *to, const void *ctx);
void report_say_json(FILE *to, const struct report *p, size_t rows, report_more_fn more,
		     const void *ctx);

/* "198.51.0.0/16": a row of .network by its name. */
struct sw_label report_network(struct sw_raw key);

/*
 * Rows of one of the report's tables, the greatest first, equal ones by name. Borrowed of the
 * report, up to the next call.
 */
const struct topk_row **report_rank(const struct report *p, struct topk *table, size_t *ret_n);

/*
 * Keep it as a file of mode 0600 in a directory, which is made (0700) where there is none; no file
 * that is there is touched. 0 with its path, or -errno, and nothing is left behind.
 */
int report_save(const struct report *p, const char *directory, char path[REPORT_PATH],
		struct sw_fault *why) SW_CHECK;

/* All accounts of the last day. The exit code. */
int report_day_run(struct run *r);

#endif
