/*
 * screen: what spoolwatch says without a verb: the state of this mail server on one screen. Each
 * part is looked at in bounded time (screen_watch.h) and by itself: what can't be known says why,
 * and is never 0.
 */
#ifndef SW_INCIDENT_SCREEN_H
#define SW_INCIDENT_SCREEN_H

#include "incident/run.h"
#include "incident/screen_watch.h"
#include "os/connections.h"
#include "queue/owners.h"
#include "queue/reasons.h"
#include "spoolwatch/inode.h"
#include "traffic/day_read.h"
#include "traffic/failures.h"

enum {
	SCREEN_TOP = 5, /* rows of a part */
	SCREEN_MOST = 100,
	SCREEN_DISKS = 32,
	SCREEN_MOUNT = 1024, /* bytes of a mount point */
	SCREEN_SAMPLE = 10000,
	SCREEN_MINUTES = 5, /* of the rate */
	SCREEN_LOCKS = 256, /* names in a table */
};
extern const double screen_full; /* percent of the inodes that alarm */

/* A part begins with its name; the rest of it stands indented. */
void screen_head(const struct sw_host *h, const char *name);
/* "  not known: why" */
void screen_unknown(const char *what, const struct sw_label *why);
/* ,"key":"why" */
void screen_json_unknown(const char *key, const struct sw_label *why);

/* --- file systems by inodes, the fullest first */

struct screen_disk {
	struct sw_inode_use use; /* its words by screen_disk_use() */
	char mount[SCREEN_MOUNT], device[256], type[32];
	struct sw_label held; /* which directories hold them; may be empty */
	bool space;	      /* that is what is missing, says `held` */
};

struct screen_disks {
	struct screen_disk disk[SCREEN_DISKS];
	size_t n;
	size_t all;	     /* that count inodes */
	struct sw_fault why; /* code not 0: nothing is known */
};

struct sw_inode_use screen_disk_use(const struct screen_disk *d);
bool screen_disk_is_full(const struct screen_disk *d);
void screen_disks_look(struct screen_disks *d, const struct sw_host *h);
/*
 * Which directories hold the inodes of those that run out of them, in `ms` together; `queue` is
 * Postfix's queue directory or -1, for `no_queue`.
 */
void screen_disks_hold(struct screen_disks *d, const struct sw_host *h, int queue,
		       const struct sw_fault *no_queue, int64_t ms);
/* Not, and why. */
void screen_disks_leave(struct screen_disks *d, const struct sw_label *why);
void screen_disks_say(const struct screen_disks *d, const struct sw_host *h, size_t top);
void screen_disks_json(const struct screen_disks *d);

/* --- queues */

struct screen_queues {
	struct sw_fault why; /* code not 0: nothing is known */
	struct queue_sample sample;
	struct sw_queue_owners owners;
	struct queue_reasons reasons; /* of deferred */
	struct screen_log {
		const char *name; /* "defer": whose files are logs of messages */
		uint64_t files;
		struct sw_fault why;
	} log[2];
};

void screen_queues_look(struct screen_queues *q, const struct sw_host *h, int directory,
			const struct sw_fault *no_directory);
/* Why it is not known whose all messages are; NULL: it is. */
const struct sw_label *screen_queues_doubt(const struct screen_queues *q);
void screen_queues_say(const struct screen_queues *q, const struct sw_host *h);
void screen_queues_json(const struct screen_queues *q);
void screen_queues_free(struct screen_queues *q);

/* --- accounts, by the log and the queues */

struct screen_account {
	struct sw_raw key; /* of the others */
	uint64_t now;	   /* messages in SCREEN_MINUTES */
	uint64_t addresses;
	uint64_t day;
	double queued;
	double share; /* the largest one of it, of the three */
};

struct screen_accounts {
	struct traffic traffic;
	struct day day;
	struct failures failures;
	struct sw_label no_rate, no_day, no_break_in; /* why not all is known; empty: it is */
	struct sw_label blocked;		      /* that no mail can be queued */
	bool unread;				      /* no minute of the log is known */
	struct screen_account row[SCREEN_MOST];
	size_t n;
	const struct break_in *broken[SCREEN_MOST];
	size_t broken_n;
};

/* What they have of the queues is of q, which must live as long. `dovecot`: as dovecot_logs(). */
void screen_accounts_look(struct screen_accounts *a, const struct sw_host *h, struct spool *spool,
			  const char *dovecot, const struct screen_queues *q, size_t top);
/* The same without the log, and why. */
void screen_accounts_leave(struct screen_accounts *a, const struct screen_queues *q,
			   const struct sw_label *why, size_t top);
void screen_accounts_say(const struct screen_accounts *a, const struct screen_queues *q,
			 const struct sw_host *h);
void screen_accounts_json(const struct screen_accounts *a, const struct screen_queues *q,
			  const struct sw_host *h);
void screen_broken_say(const struct screen_accounts *a, const struct sw_host *h, size_t top);
void screen_broken_json(const struct screen_accounts *a);
void screen_accounts_free(struct screen_accounts *a);

/* --- clients, who are connected now */

struct screen_clients {
	struct connections seen;
	struct sw_fault why;	/* code not 0: nothing is known */
	struct sw_fault unseen; /* there may be others */
};

void screen_clients_look(struct screen_clients *c, const struct sw_host *h);
void screen_clients_say(struct screen_clients *c, const struct sw_host *h, struct spool *spool,
			size_t top);
void screen_clients_json(struct screen_clients *c, size_t top);
void screen_clients_free(struct screen_clients *c);

/* --- locks in force */

struct screen_lock {
	struct sw_raw name; /* ours */
	bool is_client;
};

struct screen_locks {
	struct screen_lock lock[SCREEN_LOCKS];
	size_t n;
	size_t more;	       /* that found no place */
	bool begun;	       /* there are tables */
	struct sw_fault why;   /* code not 0: there may be others, or none of these */
	struct sw_label force; /* where they are in force, or why that is not known */
	bool in_force;
	struct journal *journal; /* NULL: nothing was held; ours */
	struct sw_fault no_journal;
};

void screen_locks_look(struct screen_locks *l, struct run *r);
bool screen_locks_has(const struct screen_locks *l, struct sw_raw key);
void screen_locks_say(const struct screen_locks *l, const struct sw_host *h, size_t top);
void screen_locks_json(const struct screen_locks *l);
void screen_locks_free(struct screen_locks *l);

/* --- the next command to type: a line for a shell, empty: nothing is to be done; to be freed */

struct screen {
	struct run *run;
	struct screen_watch watch;
	struct spool spool;
	struct screen_disks disks;
	struct screen_queues queues;
	struct screen_accounts accounts;
	struct screen_clients clients;
	struct screen_locks locks;
	bool no_next; /* there was no memory for screen_next() */
};

char *screen_next(const struct screen *s); /* NULL: there is no memory */

#endif
