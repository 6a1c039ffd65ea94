/* plain: the regular files of a queue directory, opened so that Postfix does not notice. */
#ifndef SW_QUEUE_PLAIN_H
#define SW_QUEUE_PLAIN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "queue/count.h"

/*
 * Open a file to be read: no link is followed, nothing blocks, nothing is locked, no access time is
 * changed where the system lets us. A descriptor; -EBADMSG for a link or a socket; another -errno.
 */
int queue_plain_open(int directory, const char *name);

/*
 * pread(2) of the descriptor at *ctx; a queue_record_pread_fn. How many bytes, -EBADMSG when it is
 * no regular file (a FIFO, a directory, some devices), another -errno.
 */
ssize_t queue_plain_pread(void *ctx, char *ret, size_t n, int64_t offset);

/*
 * The directory of the last file: those of one mostly come together. Of few files it is that of
 * their queue: to walk down a path costs less than to open the hash directories on it.
 */
enum { QUEUE_PLAIN_FEW = 1000 };
struct queue_plain_place {
	int directory; /* open, or a -errno */
	bool few;
	const char *queue;
	char hash[QUEUE_HASH];
	size_t hash_n;
};

/*
 * Go to the directory of a file with `name` ("A/4jY2t6") in a queue ("deferred", the same pointer
 * each time) below the queue directory `spool`, and give the path that it has there. Begin with
 * nowhere, for so many files, and end with leave.
 */
const char *queue_plain_enter(struct queue_plain_place *place, int spool, const char *queue,
			      const char *name);
struct queue_plain_place queue_plain_nowhere(size_t files);
void queue_plain_leave(struct queue_plain_place *place);

#endif
