/* queue: the queue directory of a Postfix instance and the messages in it. */
#ifndef SW_QUEUE_H
#define SW_QUEUE_H

#include "os/dir.h"
#include "os/host.h"
#include "read/maincf.h"

/*
 * The queue directory: main.cf's queue_directory, else Postfix's own default. A main.cf that is
 * not there is no fault. Returns 0, or -errno.
 */
int queue_directory(const struct host *h, const char *config_directory, char ret[MAINCF_VALUE],
		    struct fault *why) SW_CHECK;

/* One message, borrowed until the function returns. */
struct queue_message {
	const struct dir_entry *entry; /* of its queue file; the name is the queue ID */
	int directory;		       /* where that is, open */
	const char *hash;	       /* the hash directories below the queue: "", "A/", "A/B/" */
};

/* A value other than 0 ends the walk and is what queue_each() returns. */
typedef int (*queue_fn)(const struct queue_message *message, void *ctx);

enum { QUEUE_HASH = 24 }; /* bytes of a message's hash directories, with the NUL */

/*
 * Call fn for each message of one queue ("deferred") below the queue directory `spool` (a
 * descriptor), through hash directories of any depth, as Postfix's mail_scan_dir(3) follows them:
 * by getdents64 alone, no file is opened, locked or stat'ed. What vanishes or moves meanwhile is
 * normal. Returns 0, what fn returned, or -errno: -ENOENT when there is no such queue; -EACCES, as
 * for any other directory that can't be read whole, when the count would be wrong.
 */
int queue_each(int spool, const char *queue, queue_fn fn, void *ctx, struct fault *why) SW_CHECK;

/* How many messages; *ret is set only when 0 is returned. Errors as queue_each(). */
int queue_count(int spool, const char *queue, uint64_t *ret, struct fault *why) SW_CHECK;

#endif
