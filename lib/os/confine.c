#include "os/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/base.h"
#include "os/syscalls.h"

/* linux/landlock.h is younger than some systems that this is built on; these never change. */
enum {
	GET_VERSION = 1,
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	REMOVE_AND_MAKE = 0x1ff0, /* of each kind: bits 4 to 12 */
	TRUNCATE = 1 << 14,	  /* version 3 */
	TCP = 3,		  /* bind, connect; version 4 */
};

struct ruleset {
	uint64_t files;
	uint64_t network; /* version 4 */
};

/* Of other machines the numbers were not tried: there Landlock does it. */
#if defined(__x86_64__) && defined(__LP64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE
enum { OF_X32 = 0x40000000 }; /* numbers of another set of calls, of the same machine */

#define LOAD(field)	  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what)	  BPF_STMT(BPF_RET | BPF_K, what)
#define DENY		  RETURN(SECCOMP_RET_ERRNO | EACCES)
#define DENY_IF(how, x)	  BPF_JUMP(BPF_JMP | (how) | BPF_K, x, 0, 1), DENY
#define CUTS(number, arg) /* the low half of the flags, on these machines the first */             \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4), LOAD(args[arg]),                        \
		DENY_IF(BPF_JSET, O_TRUNC), RETURN(SECCOMP_RET_ALLOW)

/*
 * No file is cut any more: neither by its path nor by being opened, though only to be read. What
 * hands flags over in memory is gone, and so is what makes calls that are not seen here. False:
 * there is no such filter.
 */
static bool forbid_cutting(void)
{
	struct sock_filter rules[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0),
		DENY,
		LOAD(nr),
		DENY_IF(BPF_JGE, OF_X32),
		DENY_IF(BPF_JEQ, SYS_truncate),
		DENY_IF(BPF_JEQ, SYS_openat2),
		DENY_IF(BPF_JEQ, SYS_open_by_handle_at),
		DENY_IF(BPF_JEQ, SYS_io_uring_setup),
		CUTS(SYS_openat, 2),
#ifdef SYS_open
		CUTS(SYS_open, 1),
#endif
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { .len = SW_COUNT(rules), .filter = rules };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
#else
static bool forbid_cutting(void)
{
	return false;
}
#endif

void confine(unsigned what)
{
	struct ruleset r = { .files = 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, GET_VERSION);
	int fd;

#ifdef SW_COVERAGE
	/* gcov writes its counts at the end, to files of which a plugin knows nothing */
	version = 0;
#endif
	if (version < 1)
		return;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return;
	if (what & CONFINE_EXEC)
		r.files |= EXECUTE;
	if (what & CONFINE_WRITE) {
		r.files |= WRITE_FILE | REMOVE_AND_MAKE;
		if (version >= 3 && !(what & CONFINE_OPENS && forbid_cutting()))
			r.files |= TRUNCATE;
		r.network = TCP;
	}
	/* linking and renaming need rights to remove and to make; before version 2 they are denied
	 */
	fd = (int)syscall(SYS_landlock_create_ruleset, &r,
			  version >= 4 ? sizeof(r) : offsetof(struct ruleset, network), 0);
	if (fd < 0)
		return;
	(void)!syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}
