#include "queue/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t queue_plain_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	ssize_t got;

	do {
		got = pread(*(int *)ctx, ret, n, (off_t)offset);
	} while (got < 0 && errno == EINTR);
	if (got >= 0)
		return got;
	/* a FIFO, a directory, some devices */
	return errno == ESPIPE || errno == EISDIR || errno == EINVAL ? -EBADMSG : -errno;
}

/* NOATIME is for the owner and root; the files in maildrop have other owners. */
int queue_plain_open(int directory, const char *name)
{
	static const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = openat(directory, name, flags | O_NOATIME);

	if (fd < 0 && errno == EPERM)
		fd = openat(directory, name, flags);
	if (fd >= 0)
		return fd;
	/* a symbolic link, a socket */
	return errno == ELOOP || errno == ENXIO ? -EBADMSG : -errno;
}
