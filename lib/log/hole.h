/* hole: NULs in a log, which a crash or a writer that does not append leaves after truncation. */
#ifndef SW_LOG_HOLE_H
#define SW_LOG_HOLE_H

#include <sys/types.h>

enum { LOG_HOLE_MAX = 64 << 20 }; /* bytes of written NULs that are read at most, some 20 ms */

/*
 * Where the NULs end that begin at `at` of the file `fd`, which is read with pread(2): `at` itself
 * when no NUL stands there, the file's end when nothing follows. What takes no room on the disk is
 * skipped with lseek(2), which moves the offset of `fd`, in a time that does not depend on its
 * length; only NULs that were written are read.
 * Returns -EFBIG when there are more than LOG_HOLE_MAX of those, or -errno of pread(2).
 */
off_t log_file_after_hole(int fd, off_t at);

/*
 * Where the last data of a file of `size` bytes end: `size` itself, or the beginning of a hole
 * there that takes no room on the disk; 0 when all of it is one. A file system that can't tell, and
 * a file of up to 64 KiB, has none. Moves the offset of `fd`.
 */
off_t log_file_before_hole(int fd, off_t size);

#endif
