/* who: whose messages are in the queues, of every queue file: the counting. */
#ifndef SW_INCIDENT_WHO_H
#define SW_INCIDENT_WHO_H

#include "base/topk.h"
#include "incident/options.h"
#include "os/host.h"
#include "spoolwatch/queue.h"

enum {
	WHO_NAMES = 1 << 20, /* that are told apart; of more the greatest are kept */
	WHO_NAME = 320,	     /* bytes of a name that are kept */
	WHO_LOG = 8192,	     /* bytes of a log in defer that are read */
};

/* What a row is, the first byte of its name in the table. */
enum who_kind {
	WHO_NAMED = 'n', /* what was asked for: a login, an address, a sender, a uid ... */
	WHO_UID = 'u',	 /* of --by account: who did not log in */
	WHO_CLIENT = 'c',
	WHO_LOCAL = 'l',
	WHO_NONE = '0' /* has none of what was asked for */
};

struct who {
	/* in */
	const struct sw_host *host;
	int spool; /* the queue directory */
	enum options_by by;
	bool utf8;			     /* names are folded so (fold.h) */
	void (*seen)(uint64_t n, void *ctx); /* called for each message; may be NULL */
	void *ctx;
	/* out */
	uint64_t total;		/* messages that were read */
	uint64_t unreadable;	/* messages that were not, but for those that are being written */
	struct sw_fault first;	/* why the first of these could not */
	struct sw_fault broken; /* code not 0: why a queue could not be read whole */
	struct topk *table;
	uint64_t messages; /* ours, as what follows */
	uint64_t named;	   /* names of the message at hand */
	const char *queue;
	struct sw_queue_file file;
	char log[WHO_LOG];
};

/* A row, after those that differ in case alone were put together. */
struct who_row {
	enum who_kind kind;
	struct sw_raw name; /* as it stands in the files where there is one spelling, else folded */
	uint64_t messages;
};

/*
 * Read every message of maildrop, incoming, active, deferred and hold. One that moves meanwhile may
 * be counted in two queues or in none. 0; -EACCES when a queue may not be read; -ENOMEM.
 */
int who_read(struct who *w, struct sw_fault *why) SW_CHECK;

/*
 * The rows, the greatest first, equal ones by name. *ret is freed by the caller with its [0].
 * Returns how many or -ENOMEM. The names are good as long as the block, which is *ret's.
 */
int64_t who_rows(struct who *w, struct who_row **ret, struct sw_fault *why) SW_CHECK;

void who_free(struct who *w);

/*
 * The log of a message in `logs` ("defer", "bounce"), whose hash directories are those of deferred,
 * or not. A descriptor, or -errno.
 */
int who_log_open(int spool, const char *logs, const struct sw_queue_message *m);

#endif
