/*
 * logfile: the lines of a plain log file that fall into a window of time.
 *
 * The window is found by the stamps in the log, from the end of the file backwards, so that its
 * cost is that of the window, not of the log, and no remembered offset can be wrong.
 */
#ifndef SW_LOG_FILE_H
#define SW_LOG_FILE_H

#include "base/fault.h"
#include "os/unpack.h"
#include "log/header.h"

/* A value other than 0 ends the reading and is what the function returns. */
typedef int (*log_file_fn)(struct sw_raw line, void *ctx);

/*
 * syslogd writes lines of several senders and stamps; a line may stand this many seconds later in
 * the file than lines with a younger stamp.
 */
enum { LOG_DISORDER = 120 };

/*
 * Call fn for each complete line (without its newline) from the first one that can be of time
 * `since` or later to the end that the file had when it was called. fn sees older and younger lines
 * too and decides by their own stamps. `fd` is the caller's; reading is by pread(2), so a file that
 * is truncated meanwhile just ends. A half line at the end is left for the next run; a line
 * of more than 64 KiB is skipped.
 * `words` (NULL-terminated, at most 4; NULL: none) is for speed alone: only lines that hold one of
 * them somewhere are given, and what that means is for fn to find out.
 * Returns 0, -errno, or what fn returned.
 */
int log_file_window(int fd, struct log_clock *clock, int64_t since, const char *const *words,
		    log_file_fn fn, void *ctx, struct sw_fault *why) SW_CHECK;

/*
 * Call fn for every line of a compressed file, which has no window: it is read whole, but not for
 * longer than a second and not more than 4 GiB. Errors as unpack_each().
 */
int log_file_compressed(int fd, enum unpack_format format, const char *const *words, log_file_fn fn,
			void *ctx, struct sw_fault *why) SW_CHECK;

/*
 * Time of the last line of a daemon (host tag/daemon[pid]: text) in the last 64 KiB, or, where
 * there is none, of the last line that has a stamp. False when none has.
 */
bool log_file_last(int fd, struct log_clock *clock, int64_t *ret);

#endif
