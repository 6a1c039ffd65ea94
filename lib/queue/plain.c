#include "queue/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/print.h"

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
	int more = O_NOATIME;
	int fd;

	do {
		fd = openat(directory, name, flags | more);
		if (fd < 0 && errno == EPERM && more) {
			more = 0;
			errno = EINTR;
		}
	} while (fd < 0 && errno == EINTR);
	if (fd >= 0)
		return fd;
	/* a symbolic link, a socket */
	return errno == ELOOP || errno == ENXIO ? -EBADMSG : -errno;
}

struct queue_plain_place queue_plain_nowhere(size_t files)
{
	return (struct queue_plain_place){ .directory = -EBADF, .few = files <= QUEUE_PLAIN_FEW };
}

void queue_plain_leave(struct queue_plain_place *place)
{
	if (place->directory >= 0)
		close(place->directory);
	place->directory = -EBADF;
}

const char *queue_plain_enter(struct queue_plain_place *place, int spool, const char *queue,
			      const char *name)
{
	const char *slash = place->few ? NULL : strrchr(name, '/');
	size_t n = slash ? (size_t)(slash + 1 - name) : 0;
	bool is_known = place->directory >= 0 || place->directory == -ENOENT;
	char path[64 + QUEUE_HASH];

	if (is_known && place->queue == queue && place->hash_n == n &&
	    memcmp(place->hash, name, n) == 0)
		return name + n;
	queue_plain_leave(place);
	if (n < sizeof(place->hash)) {
		print_text(path, sizeof(path), "%s/%.*s", queue, (int)n, name);
		do {
			place->directory = openat(spool, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		} while (place->directory < 0 && errno == EINTR);
		if (place->directory < 0)
			place->directory = -errno;
		place->queue = queue;
		place->hash_n = n;
		memcpy(place->hash, name, n);
	}
	return name + n;
}
