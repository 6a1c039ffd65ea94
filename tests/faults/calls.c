/* calls: the errnos that the calls of a run can give. */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "trial.h"

#define CALL(NAME, IO, ...)                                                                        \
	{                                                                                          \
		SYS_##NAME, #NAME, IO,                                                             \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

static const struct call_kind kinds[] = {
#ifdef SYS_open
	CALL(open, false, EACCES, EIO, EMFILE, ENOMEM, EINTR, ENOENT),
#endif
	CALL(openat, false, EACCES, EIO, EMFILE, ENOMEM, EINTR, ENOENT, ELOOP, ENOSPC),
#ifdef SYS_openat2
	CALL(openat2, false, EACCES, EIO, ENFILE, ENOMEM, EINTR, ENOENT, ENOSYS, EPERM),
#endif
	CALL(read, true, EIO, EINTR, ESTALE),
	CALL(pread64, true, EIO, EINTR, ESTALE),
	CALL(write, true, EIO, EINTR, ENOSPC, EPIPE, EFBIG, EAGAIN, EBADF),
	CALL(pwrite64, true, EIO, EINTR, ENOSPC, EFBIG, EDQUOT),
	CALL(getdents64, false, EIO, EINTR, ENOMEM, ESTALE),
	CALL(close, false, EIO, EINTR),
	CALL(fstat, false, EIO, ENOMEM, ESTALE, EOVERFLOW),
#ifdef SYS_newfstatat
	CALL(newfstatat, false, EACCES, EIO, ENOMEM, ENOENT, ESTALE, EOVERFLOW),
#endif
#ifdef SYS_statx
	CALL(statx, false, EACCES, EIO, ENOMEM, ENOENT, ENOSYS),
#endif
	CALL(statfs, false, EACCES, EIO, ENOMEM, ESTALE, ENOSYS),
	CALL(fstatfs, false, EIO, ENOMEM, ENOSYS),
#ifdef SYS_readlink
	CALL(readlink, false, EACCES, EIO, ENOMEM, ENOENT),
#endif
	CALL(readlinkat, false, EACCES, EIO, ENOMEM, ENOENT),
#ifdef SYS_access
	CALL(access, false, EACCES, EIO, ENOMEM, ENOENT),
#endif
	CALL(faccessat, false, EACCES, EIO, ENOMEM, ENOENT),
#ifdef SYS_faccessat2
	CALL(faccessat2, false, EACCES, EIO, ENOMEM, ENOENT, ENOSYS),
#endif
	CALL(lseek, false, EIO, EINVAL),
	CALL(getcwd, false, ENOENT, ENOMEM),
	CALL(mmap, false, ENOMEM, EAGAIN),
	CALL(munmap, false, ENOMEM),
	CALL(mremap, false, ENOMEM),
	CALL(mprotect, false, ENOMEM),
	/* brk(2) returns no errno; memory.c fails the requests instead */
	CALL(fcntl, false, EAGAIN, EACCES, ENOLCK, EINTR),
	CALL(fallocate, false, ENOSPC, EOPNOTSUPP, EINTR, EFBIG, EIO),
	CALL(ftruncate, false, EIO, EINTR, EFBIG),
	CALL(fdatasync, false, EIO, EINTR, ENOSPC),
	CALL(fchmod, false, EPERM, EIO),
	CALL(ioctl, false, ENOTTY, EIO, EPERM),
	CALL(pipe2, false, EMFILE, ENFILE, ENOMEM),
#ifdef SYS_fork
	CALL(fork, false, EAGAIN, ENOMEM),
	CALL(vfork, false, EAGAIN, ENOMEM),
#endif
	CALL(clone, false, EAGAIN, ENOMEM),
#ifdef SYS_clone3
	CALL(clone3, false, EAGAIN, ENOMEM, ENOSYS),
#endif
	CALL(wait4, false, EINTR, ECHILD),
#ifdef SYS_poll
	CALL(poll, false, EINTR, ENOMEM),
#endif
	CALL(ppoll, false, EINTR, ENOMEM),
	CALL(kill, false, EPERM),
	CALL(socket, false, EMFILE, EAFNOSUPPORT, EACCES),
	CALL(bind, false, EADDRINUSE, EACCES, ENOMEM),
	CALL(dup2, false, EBUSY, EMFILE),
	CALL(sendto, false, ENOMEM, EPERM, EINTR, ENOBUFS),
	CALL(recvmsg, false, ENOMEM, EINTR, EAGAIN, ENOBUFS),
	CALL(setsockopt, false, ENOMEM, EPERM),
	CALL(getsockname, false, ENOBUFS),
	CALL(setns, false, EPERM, ENOMEM, EINVAL),
	CALL(getrandom, false, ENOSYS, EINTR, EAGAIN),
	CALL(prlimit64, false, EPERM),
	CALL(prctl, false, EINVAL, EPERM),
#ifdef SYS_close_range
	CALL(close_range, false, ENOSYS, EMFILE),
#endif
	CALL(clock_nanosleep, false, EINTR),
	CALL(nanosleep, false, EINTR),
	{ 444, "landlock_create_ruleset", false, { ENOSYS, EOPNOTSUPP, EINVAL, ENOMEM } },
	{ 445, "landlock_add_rule", false, { EINVAL, ENOMEM, EBADF } },
	{ 446, "landlock_restrict_self", false, { EPERM, E2BIG, ENOMEM } },
};

const struct call_kind *call_kind(int number)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].number == number)
			return &kinds[i];
	return NULL;
}

/* strerrorname_np(3) is younger than some of the systems that this runs on. */
#define NAMED(ERROR)                                                                               \
	{                                                                                          \
		ERROR, #ERROR                                                                      \
	}

static const struct {
	int error;
	const char *name;
} names[] = {
	NAMED(E2BIG),  NAMED(EACCES),  NAMED(EADDRINUSE), NAMED(EAFNOSUPPORT), NAMED(EAGAIN),
	NAMED(EBADF),  NAMED(EBUSY),   NAMED(ECHILD),	  NAMED(EDQUOT),       NAMED(EFBIG),
	NAMED(EINTR),  NAMED(EINVAL),  NAMED(EIO),	  NAMED(ELOOP),	       NAMED(EMFILE),
	NAMED(ENFILE), NAMED(ENOBUFS), NAMED(ENOENT),	  NAMED(ENOLCK),       NAMED(ENOMEM),
	NAMED(ENOSPC), NAMED(ENOSYS),  NAMED(ENOTTY),	  NAMED(EOPNOTSUPP),   NAMED(EOVERFLOW),
	NAMED(EPERM),  NAMED(EPIPE),   NAMED(ESTALE),
};

const char *error_name(int error)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	return "?";
}

int error_of(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].error;
	return 0;
}

bool error_is_weak(int error)
{
	return error == ENOENT || error == ELOOP;
}

bool error_passes(int error)
{
	return error == EINTR || error == EAGAIN;
}
