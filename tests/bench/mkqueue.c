/*
 * mkqueue: make a Postfix queue directory with N deferred messages, hashed one level deep as
 * Postfix hashes by default. The files are empty: counting a queue opens none of them. Names are
 * short queue IDs, hexadecimal microseconds and inode; the same ones each time.
 *
 *     mkqueue DIRECTORY N [twins]      twins: the log of its deliveries beside each message too
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const queues[] = { "active",  "bounce", "corrupt", "defer",
				      "deferred", "hold",   "incoming", "maildrop" };

static int fail(const char *what)
{
	fprintf(stderr, "mkqueue: %s: %s\n", what, strerror(errno));
	return 1;
}

static int make_directory(int at, const char *name)
{
	return mkdirat(at, name, 0700) < 0 && errno != EEXIST ? -1 : 0;
}

/* The 16 hash directories of a queue, opened: a path of one component is what openat() costs. */
static int open_hashed(int spool, const char *queue, int ret[16])
{
	int fd = openat(spool, queue, O_RDONLY | O_DIRECTORY);

	for (int i = 0; i < 16 && fd >= 0; i++) {
		char name[2] = { "0123456789ABCDEF"[i], '\0' };

		if (make_directory(fd, name) < 0)
			return -1;
		ret[i] = openat(fd, name, O_RDONLY | O_DIRECTORY);
		if (ret[i] < 0)
			return -1;
	}
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int touch(int at, const char *name)
{
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL, 0700);

	return fd < 0 ? -1 : close(fd);
}

int main(int argc, char **argv)
{
	int deferred[16];
	int defer[16];
	bool twins = argc > 3;
	uint64_t random = 0x9e3779b97f4a7c15U;
	unsigned long n;
	int spool;

	if (argc < 3) {
		fputs("usage: mkqueue DIRECTORY N [twins]\n", stderr);
		return 2;
	}
	n = strtoul(argv[2], NULL, 10);
	if (make_directory(AT_FDCWD, argv[1]) < 0)
		return fail(argv[1]);
	spool = open(argv[1], O_RDONLY | O_DIRECTORY);
	for (size_t i = 0; i < sizeof(queues) / sizeof(queues[0]); i++)
		if (spool < 0 || make_directory(spool, queues[i]) < 0)
			return fail(queues[i]);
	if (open_hashed(spool, "deferred", deferred) < 0 || open_hashed(spool, "defer", defer) < 0)
		return fail("hash directories");
	for (unsigned long i = 0; i < n; i++) {
		unsigned micros;
		char id[32];

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		micros = (unsigned)(random % 1000000);
		snprintf(id, sizeof(id), "%05X%lX", micros, 0x760000 + i);
		if (touch(deferred[micros >> 16], id) < 0 ||
		    (twins && touch(defer[micros >> 16], id) < 0))
			return fail(id);
	}
	return 0;
}
