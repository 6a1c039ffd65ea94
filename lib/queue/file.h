/* file: the envelope of one queue file without a file; all else stands in spoolwatch/queue.h. */
#ifndef SW_QUEUE_FILE_H
#define SW_QUEUE_FILE_H

#include "base/fault.h"
#include "queue/record.h"

/*
 * sw_queue_file_read() without a file: of `size` bytes (INT64_MAX when not known), which fn gives.
 * `name` is the queue ID, against which uid is checked. No system call of its own; uid of maildrop
 * is not set. Returns 0, -EBADMSG, or what fn failed with.
 */
int queue_file_parse(queue_record_pread_fn fn, void *ctx, const char *name, int64_t size,
		     enum sw_queue_file_depth depth, struct sw_queue_file *ret,
		     struct sw_fault *why) SW_CHECK;

#endif
