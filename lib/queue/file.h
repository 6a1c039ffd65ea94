/* file: the envelope of one queue file without a file; all else stands in spoolwatch/queue.h. */
#ifndef SW_QUEUE_FILE_H
#define SW_QUEUE_FILE_H

#include "base/fault.h"
#include "queue/record.h"

/* Who wants to know each recipient that is still to be done; borrowed until fn returns. */
struct queue_file_told {
	void (*fn)(struct sw_raw recipient, void *ctx);
	void *ctx;
};

/*
 * sw_queue_file_read() without a file: of `size` bytes (INT64_MAX when not known), which fn gives.
 * `name` is the queue ID, against which uid is checked; `told` may be NULL. No system call of its
 * own; uid of maildrop is not set. Returns 0, -EBADMSG, or what fn failed with.
 */
int queue_file_parse(queue_record_pread_fn fn, void *ctx, const char *name, int64_t size,
		     enum sw_queue_file_depth depth, const struct queue_file_told *told,
		     struct sw_queue_file *ret, struct sw_fault *why) SW_CHECK;

/*
 * sw_queue_file_read() that tells recipients, with SW_QUEUE_FILE_ALL all of them; of a file that
 * turns out to be damaged those were told that stand before the damage.
 */
int queue_file_read_told(int directory, const char *name, enum sw_queue_file_depth depth,
			 const struct queue_file_told *told, struct sw_queue_file *ret,
			 struct sw_fault *why) SW_CHECK;

/*
 * sw_queue_file_read() of whose it is, by a path of some directories ("A/4jY2t6"): what is said
 * names its last part alone.
 */
int queue_file_read_below(int directory, const char *path, struct sw_queue_file *ret,
			  struct sw_fault *why) SW_CHECK;

/* As if nothing had been read. */
void queue_file_empty(struct sw_queue_file *q);

#endif
