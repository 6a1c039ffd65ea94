/* tail: what the beginning and the end of a log tell, without reading what lies between. */
#ifndef SW_LOG_TAIL_H
#define SW_LOG_TAIL_H

#include "log/facts.h"
#include "log/set.h"

/* The deadline of a compressed file that may take so long, within what all of them may take. */
int64_t log_tail_by(const struct log_reader *reader, int64_t ms);

/* Facts of the last 64 KiB of a plain log that is open. 0 or -errno. */
int log_tail(int fd, struct log_reader *reader, struct log_facts *ret,
	     struct sw_fault *why) SW_CHECK;

/* The same of the last 4 KiB, where a line of them has a stamp. */
int log_tail_end(int fd, struct log_reader *reader, struct log_facts *ret,
		 struct sw_fault *why) SW_CHECK;

/*
 * The stamp of the first (or the last) line that has one, of a file of any format, into *ret. False
 * when there is none or it can't be read. Of a compressed file the last one costs all of it.
 */
bool log_tail_stamp(const struct log_set_file *file, bool last, struct log_reader *reader,
		    int64_t *ret);

/*
 * When was Postfix last heard in the log at `path`, in up to 32 MiB of it, and in the files of the
 * last weeks that rotation made of it, the youngest first? Seconds since the epoch, 0: not there.
 */
int64_t log_tail_heard(const struct sw_host *h, const char *path, struct log_reader *reader);

/* The same where a set of that log is open: nothing is looked for twice where it is all there is.
 */
int64_t log_tail_heard_again(const struct sw_host *h, const char *path, const struct log_set *seen,
			     struct log_reader *reader);

#endif
