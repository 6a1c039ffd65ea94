#include "os/dir.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* getdents64(2): the kernel's struct linux_dirent64 */
struct kernel_entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length; /* of the whole record */
	unsigned char type;
	char name[];
};

/* Large enough that a directory of a million takes a few hundred calls, small enough for a stack.
 */
enum { BUFFER = 64 * 1024 };

int dir_each(int fd, dir_fn fn, void *ctx, struct sw_fault *why)
{
	_Alignas(struct kernel_entry) char buf[BUFFER];

	for (;;) {
		long n = syscall(SYS_getdents64, fd, buf, sizeof(buf));

		if (n == 0)
			return 0;
		if (n < 0)
			return sw_fault_errno(why, errno, "read a directory");
		for (long at = 0; at < n;) {
			const struct kernel_entry *e = (const void *)(buf + at);
			struct dir_entry entry = { .name = e->name,
						   .inode = e->inode,
						   .type = e->type };
			int rc;

			at += e->length;
			if (e->name[0] == '.' &&
			    (!e->name[1] || (e->name[1] == '.' && !e->name[2])))
				continue;
			entry.length = strlen(e->name);
			rc = fn(&entry, ctx);
			if (rc)
				return rc;
		}
	}
}
