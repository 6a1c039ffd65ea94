/* reference_log_file: a log read line by line from its beginning, for tests to compare with. */
#ifndef SW_REFERENCE_LOG_FILE_H
#define SW_REFERENCE_LOG_FILE_H

#include "log/file.h"

/*
 * A log made from a recipe of bytes, so that a short one makes a long log. Bytes go in as they are,
 * but 1 HH LL is HHLL times 'x', 2 N repeats the last line N times, and 3 N begins a line with a
 * stamp N seconds after the last, the first after `start`. The bytes are the caller's to free.
 */
struct sw_raw reference_log(struct sw_raw recipe, int64_t start);

/*
 * Does log_file_window() of fd give what `text`, the same bytes, promises: the last complete lines
 * of at most 64 KiB, all from some line on; and when stamps are in order but for LOG_DISORDER, no
 * line of `since` or later before that; all of it when the file is said to begin there?
 */
bool reference_window(int fd, struct sw_raw text, int64_t now, int64_t since);

/* Does log_file_tail() give the complete lines that lie in the last `size` bytes before `end`? */
bool reference_tail(int fd, struct sw_raw text, size_t end, size_t size);

/* Does log_file_unpacked() give each complete line of at most 64 KiB of the same, compressed? */
bool reference_unpacked(struct sw_raw text);

#endif
