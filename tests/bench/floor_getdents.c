/*
 * floor_getdents: count the files of queues with as little as the kernel allows, to be set beside
 * postfix_queue: open, getdents64, and one look at each name for whether it is a hash directory.
 *
 *     floor_getdents DIRECTORY...
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

struct kernel_entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

enum { BUFFER = 64 * 1024, DEPTH_MAX = 10 };

/* Buffers of their own for each depth would cost cache: a directory is listed, then descended. */
static long count(int at, const char *name, int depth)
{
	_Alignas(struct kernel_entry) char buf[BUFFER];
	char below[64][2];
	size_t directories = 0;
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long n;
	long files = 0;

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
			if (e->name[1]) {
				files++;
			} else if (directories < 64) {
				below[directories][0] = e->name[0];
				below[directories++][1] = '\0';
			}
		}
	}
	for (size_t i = 0; i < directories && n == 0 && depth < DEPTH_MAX; i++) {
		long more = count(fd, below[i], depth + 1);

		if (more < 0)
			n = -1;
		else
			files += more;
	}
	close(fd);
	return n < 0 ? -1 : files;
}

int main(int argc, char **argv)
{
	long sum = 0;

	for (int i = 1; i < argc; i++) {
		long n = count(AT_FDCWD, argv[i], 0);

		if (n < 0)
			return 1;
		sum += n;
	}
	printf("%ld\n", sum);
	return 0;
}
