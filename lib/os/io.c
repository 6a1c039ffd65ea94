#include "os/io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool io_stands(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			return false;
	return true;
}

ssize_t io_pread(int fd, void *ret, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t got = pread(fd, (char *)ret + done, n - done, at + (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* at < 0: where the descriptor stands. */
static int write_all(int fd, const char *bytes, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		ssize_t took = at < 0 ? write(fd, bytes + done, n - done)
				      : pwrite(fd, bytes + done, n - done, at + (off_t)done);

		if (took < 0 && errno == EINTR)
			continue;
		if (took <= 0)
			return took < 0 ? -errno : -ENOSPC;
		done += (size_t)took;
	}
	return 0;
}

int io_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_all(fd, bytes, n, at);
}

int io_write(int fd, const void *bytes, size_t n)
{
	return write_all(fd, bytes, n, -1);
}
