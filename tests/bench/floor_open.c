/*
 * floor_open: open each file of a hashed queue, read its first 4096 bytes and close it, and nothing
 * else: the least that it can cost to see who holds a queue. To be set beside postfix_queue with
 * env.sample above the number of files.
 *
 *     floor_open DIRECTORY [DIRECTORY:MOST]...     of these at most so many files
 */
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct kernel_entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

enum { LISTING = 32 * 1024, HEAD = 4096, BELOW_MAX = 64 };

struct sums {
	long files, failed, most;
	long long bytes;
};

/* The time stamp of the last access is not wanted; that is for the owner and root to say. */
static void look(int at, const char *name, struct sums *sums)
{
	static int quiet = O_NOATIME;
	char head[HEAD];
	int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | quiet);
	ssize_t n;

	if (fd < 0 && quiet) {
		quiet = 0;
		fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	}
	n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
	if (fd >= 0)
		close(fd);
	sums->files++;
	sums->failed += n < 0;
	sums->bytes += n > 0 ? n : 0;
}

static int each(int at, const char *name, struct sums *sums)
{
	_Alignas(struct kernel_entry) char buf[LISTING];
	char below[BELOW_MAX][2];
	size_t directories = 0;
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = 0;
	long n;

	if (fd < 0) {
		perror(name);
		return -1;
	}
	while ((n = syscall(SYS_getdents64, fd, buf, sizeof(buf))) > 0) {
		for (long i = 0; i < n;) {
			const struct kernel_entry *e = (const void *)(buf + i);

			i += e->length;
			if (e->name[0] == '.')
				continue;
			if (e->name[1] && sums->files >= sums->most)
				continue;
			if (e->name[1]) {
				look(fd, e->name, sums);
			} else if (directories < BELOW_MAX) {
				below[directories][0] = e->name[0];
				below[directories++][1] = '\0';
			}
		}
	}
	for (size_t i = 0; i < directories && rc == 0; i++)
		rc = each(fd, below[i], sums);
	close(fd);
	return n < 0 ? -1 : rc;
}

int main(int argc, char **argv)
{
	struct sums sums = { 0 };

	for (int i = 1; i < argc; i++) {
		char *most = strrchr(argv[i], ':');

		sums.most = LONG_MAX;
		if (most) {
			*most = '\0';
			sums.most = sums.files + strtol(most + 1, NULL, 10);
		}
		if (each(AT_FDCWD, argv[i], &sums) < 0)
			return 1;
	}
	printf("%ld files, %lld bytes\n", sums.files, sums.bytes);
	return sums.failed > 0;
}
