/* command: what another program prints, within a time limit. */
#ifndef SW_COMMAND_H
#define SW_COMMAND_H

#include "base/fault.h"

/*
 * Run argv[0] (looked up in PATH) with standard input and error on /dev/null and keep what it
 * prints: at most size - 1 bytes and a NUL in buf. Returns the number of bytes; -ETIME when it
 * had not ended at `deadline`, in clock_ms() (it is then killed); -EIO when it did not exit with 0;
 * -errno when it could not be started.
 */
int command_output(const char *const *argv, int64_t deadline, char *buf, size_t size,
		   struct sw_fault *why) SW_CHECK;

#endif
