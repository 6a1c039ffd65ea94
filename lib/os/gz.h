/* gz: the bytes of a gzip file (RFC 1952), through zlib. Linked only into what reads old logs. */
#ifndef SW_GZ_H
#define SW_GZ_H

#include "base/fault.h"
#include "base/raw.h"

/* A piece of the decompressed bytes, borrowed. A value other than 0 ends the reading. */
typedef int (*gz_fn)(struct sw_raw piece, void *ctx);

/*
 * Give all that `fd` (the caller's, read from its beginning) decompresses to, in pieces of at most
 * 64 KiB. A file that is no gzip file is given as it is. Returns 0, what fn returned, or -EBADMSG
 * when the file is damaged or ends early: what came before was given.
 */
int gz_each(int fd, gz_fn fn, void *ctx, struct sw_fault *why) SW_CHECK;

#endif
