/*
 * mktree: make DIRECTORIES directories, 50 in one above them, each with FILES empty files; as /usr
 * or a mail store has them.
 *
 *     mktree DIRECTORY DIRECTORIES FILES
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAN = 50 };

static int fail(const char *what)
{
	fprintf(stderr, "mktree: %s: %s\n", what, strerror(errno));
	return 1;
}

static int enter(int at, const char *name)
{
	if (mkdirat(at, name, 0755) < 0 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int fill(int at, unsigned long files)
{
	for (unsigned long i = 0; i < files; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "file%lu", i);
		fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			return -1;
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long directories;
	unsigned long files;
	int root;
	int above = -1;

	if (argc < 4) {
		fputs("usage: mktree DIRECTORY DIRECTORIES FILES\n", stderr);
		return 2;
	}
	directories = strtoul(argv[2], NULL, 10);
	files = strtoul(argv[3], NULL, 10);
	root = enter(AT_FDCWD, argv[1]);
	if (root < 0)
		return fail(argv[1]);
	for (unsigned long i = 0; i < directories; i++) {
		char name[32];
		int fd;

		if (i % FAN == 0) {
			if (above >= 0)
				close(above);
			snprintf(name, sizeof(name), "above%lu", i / FAN);
			above = enter(root, name);
			if (above < 0)
				return fail(name);
		}
		snprintf(name, sizeof(name), "directory%lu", i);
		fd = enter(above, name);
		if (fd < 0 || fill(fd, files) < 0)
			return fail(name);
		close(fd);
	}
	return 0;
}
