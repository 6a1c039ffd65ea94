#include "os/mark.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int mark_take(uint64_t what)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	for (int i = 0; i < MARKS; i++) {
		int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
				 "spoolwatch/%u/%016llx/%d", (unsigned)geteuid(),
				 (unsigned long long)what, i);

		if (bind(fd, (const struct sockaddr *)&name,
			 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) == 0)
			return fd;
		if (errno != EADDRINUSE) {
			int rc = -errno;

			close(fd);
			return rc;
		}
	}
	close(fd);
	return -EBUSY;
}
