#include "os/confine.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <unistd.h>

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
	if (what & CONFINE_EXEC)
		r.files |= EXECUTE;
	if (what & CONFINE_WRITE) {
		r.files |= WRITE_FILE | REMOVE_AND_MAKE;
		r.files |= version >= 3 ? TRUNCATE : 0;
		r.network = TCP;
	}
	/* linking and renaming need rights to remove and to make; before version 2 they are denied
	 */
	fd = (int)syscall(SYS_landlock_create_ruleset, &r,
			  version >= 4 ? sizeof(r) : offsetof(struct ruleset, network), 0);
	if (fd < 0)
		return;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		(void)!syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}
