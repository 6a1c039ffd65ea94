/* io: reads and writes that the system may do in pieces, or interrupt; here they are whole. */
#ifndef SW_IO_H
#define SW_IO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/raw.h"

/*
 * Before any file is opened: where 0, 1 or 2 is closed, none must become it, or what is said would
 * be written into it. What stands in for it can't be written to, so that this fails. False: it
 * could not be done.
 */
bool io_stands(void) SW_CHECK;

/* As many bytes at `at` as there are, at most n. Returns how many, or -errno. */
ssize_t io_pread(int fd, void *ret, size_t n, off_t at) SW_CHECK;

/* All n bytes. Returns 0 or -errno; -ENOSPC where the system takes no more and does not say why. */
int io_pwrite(int fd, const void *bytes, size_t n, off_t at) SW_CHECK;
int io_write(int fd, const void *bytes, size_t n) SW_CHECK;

#endif
