/*
 * syscalls: numbers of system calls that are younger than the C library's list of them may be
 * (glibc 2.31 ends with Linux 5.4). From 424 on they are the same on every architecture that is not
 * Alpha; a kernel that lacks one says ENOSYS.
 */
#ifndef SW_SYSCALLS_H
#define SW_SYSCALLS_H

#include <linux/openat2.h>
#include <sys/syscall.h>

#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef RESOLVE_CACHED /* of openat2(2), Linux 5.12; before it says EINVAL */
#define RESOLVE_CACHED 0x20
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self  446
#endif

#endif
