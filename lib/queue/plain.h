/* plain: the regular files of a queue directory, opened so that Postfix does not notice. */
#ifndef SW_QUEUE_PLAIN_H
#define SW_QUEUE_PLAIN_H

#include <stdint.h>
#include <sys/types.h>

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

#endif
