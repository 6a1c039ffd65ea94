#include "os/dir.h"

#include <errno.h>
#include <linux/fcntl.h> /* the C library's headers lack statx(2) where they are old */
#include <linux/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* getdents64(2): the kernel's struct linux_dirent64 */
struct kernel_entry {
	uint64_t inode;
	int64_t next;	       /* where the next one is */
	unsigned short length; /* of the whole record */
	unsigned char type;
	char name[];
};

/*
 * Large enough that a directory of a million takes some thousand calls, small enough for any stack.
 */
enum { BUFFER = 15 * 1024 };

int dir_fill(struct dir_piece *piece, int fd)
{
	long n;

	do {
		n = syscall(SYS_getdents64, fd, piece->buf, piece->size);
	} while (n < 0 && errno == EINTR);

	piece->at = 0;
	piece->n = n > 0 ? (size_t)n : 0;
	return n < 0 ? -errno : n > 0;
}

static bool is_self_or_parent(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

bool dir_take(struct dir_piece *piece, struct dir_entry *ret)
{
	while (piece->at < piece->n) {
		const struct kernel_entry *e = (const void *)(piece->buf + piece->at);

		piece->at += e->length;
		piece->here = e->next;
		if (is_self_or_parent(e->name))
			continue;
		*ret = (struct dir_entry){ .name = e->name,
					   .length = strlen(e->name),
					   .inode = e->inode,
					   .type = e->type };
		return true;
	}
	return false;
}

int dir_each(int fd, dir_fn fn, void *ctx, struct sw_fault *why)
{
	_Alignas(struct kernel_entry) char buf[BUFFER];
	struct dir_piece piece = { .buf = buf, .size = sizeof(buf) };
	struct dir_entry entry;
	int rc;

	while ((rc = dir_fill(&piece, fd)) > 0)
		while (dir_take(&piece, &entry)) {
			rc = fn(&entry, ctx);
			if (rc)
				return rc;
		}
	return rc < 0 ? sw_fault_errno(why, -rc, "read a directory") : 0;
}

int dir_uid(int fd, const char *name, uint32_t *ret)
{
	const int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
	struct statx st;

	if (syscall(SYS_statx, fd, name, flags, STATX_UID, &st) < 0)
		return -errno;
	*ret = st.stx_uid;
	return 0;
}
