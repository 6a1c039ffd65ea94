/* count: the messages in the queues of a Postfix instance. */
#ifndef SW_QUEUE_COUNT_H
#define SW_QUEUE_COUNT_H

#include "os/dir.h"
#include "os/host.h"

/* One message, borrowed until the function returns. */
struct sw_queue_message {
	const struct dir_entry *entry; /* of its queue file; the name is the queue ID */
	int directory;		       /* where that is, open */
	const char *hash;	       /* the hash directories below the queue: "", "A/", "A/B/" */
};

/* A value other than 0 ends the walk and is what sw_queue_each() returns. */
typedef int (*sw_queue_fn)(const struct sw_queue_message *message, void *ctx);

enum { QUEUE_HASH = 24 }; /* bytes of a message's hash directories, with the NUL */

/*
 * Call fn for each message of one queue ("deferred") below the queue directory `spool` (a
 * descriptor), through hash directories of any depth, as Postfix's mail_scan_dir(3) follows them:
 * by getdents64 alone, no file is opened, locked or stat'ed. What vanishes or moves meanwhile is
 * normal. Returns 0, what fn returned, or -errno: -ENOENT only when there is no such queue;
 * -EACCES, -EIO and the like when a directory can't be read whole and the count would be wrong.
 */
int sw_queue_each(int spool, const char *queue, sw_queue_fn fn, void *ctx,
		  struct sw_fault *why) SW_CHECK;

/* How many messages; *ret is set only when 0 is returned. Errors as sw_queue_each(). */
int sw_queue_count(int spool, const char *queue, uint64_t *ret, struct sw_fault *why) SW_CHECK;

#endif
