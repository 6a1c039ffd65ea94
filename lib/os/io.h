/* io: reads and writes that the system may do in pieces, or interrupt; here they are whole. */
#ifndef SW_IO_H
#define SW_IO_H

#include <sys/types.h>

#include "base/raw.h"

/* As many bytes at `at` as there are, at most n. Returns how many, or -errno. */
ssize_t io_pread(int fd, void *ret, size_t n, off_t at) SW_CHECK;

/* All n bytes. Returns 0 or -errno; -ENOSPC where the system takes no more and does not say why. */
int io_pwrite(int fd, const void *bytes, size_t n, off_t at) SW_CHECK;
int io_write(int fd, const void *bytes, size_t n) SW_CHECK;

#endif
