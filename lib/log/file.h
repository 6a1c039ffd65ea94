/*
 * file: the lines of a plain log file that fall into a window of time.
 *
 * The window is found by the stamps in the log, from the end of the file backwards, so that its
 * cost is that of the window, not of the log, and no remembered offset can be wrong.
 */
#ifndef SW_LOG_FILE_H
#define SW_LOG_FILE_H

#include <sys/types.h>

#include "log/clock.h"
#include "log/header.h"
#include "log/lines.h"
#include "log/rotated.h"
#include "os/unpack.h"

/*
 * syslogd writes lines of several senders and stamps, and a relay may send what it has kept; a line
 * may stand this many seconds later in the file than lines with a younger stamp.
 */
enum { LOG_DISORDER = 600 };

/*
 * Call fn for the complete lines, some at a time, from the first one that can be of time `since` or
 * later to the end that the file had when it was called. fn sees older
 * and younger lines too and decides by their own stamps. `fd` is the caller's; reading is by
 * pread(2), so a file that is truncated meanwhile just ends. A half line at the end is left for the
 * next run; most of a line of more than 64 KiB is skipped; holes of NULs are jumped over.
 * *whole is set when there was nothing older before the first line that was given: the file begins
 * within the window (or is empty).
 * Returns 0, -errno, or what fn returned.
 */
int log_file_window(int fd, struct log_clock *clock, int64_t since, log_lines_fn fn, void *ctx,
		    bool *whole, struct sw_fault *why) SW_CHECK;

/* The decompressor of a rotated file's format; false for plain text and what is not read. */
bool log_format_unpacks(enum log_format format, enum unpack_format *ret);

/* Call fn for all lines of a compressed file, which has no window. Errors as unpack_each(). */
int log_file_unpacked(int fd, enum unpack_format format, const struct unpack_limits *limits,
		      log_lines_fn fn, void *ctx, struct sw_fault *why) SW_CHECK;

/*
 * Call fn for the complete lines of the last `size` bytes (at most LOG_FILE_TAIL) that end at
 * offset `end` (-1: the file's end, before a hole of NULs there); a line that began before them is
 * left out. *ret_at is where they begin: 0 when it was the whole file.
 */
enum { LOG_FILE_TAIL = 256 * 1024 };
int log_file_tail(int fd, off_t end, size_t size, log_lines_fn fn, void *ctx, off_t *ret_at,
		  struct sw_fault *why) SW_CHECK;

#endif
