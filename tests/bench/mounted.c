/*
 * mounted: run a program where so many more file systems are mounted, each a tmpfs of its own, in a
 * mount namespace that is gone with it.
 *
 *     mounted N DIRECTORY PROGRAM [ARG...]      an empty directory; as root
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *what)
{
	fputs("mounted: ", stderr);
	perror(what);
	return 1;
}

int main(int argc, char **argv)
{
	char path[4096];
	long n;

	if (argc < 4) {
		fputs("usage: mounted N DIRECTORY PROGRAM [ARG...]\n", stderr);
		return 2;
	}
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("spoolwatch-bench", argv[2], "tmpfs", 0, NULL) < 0)
		return fail("a mount namespace");
	n = strtol(argv[1], NULL, 10);
	for (long i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%ld", argv[2], i);
		if (mkdir(path, 0700) < 0 ||
		    mount("spoolwatch-bench", path, "tmpfs", 0, "size=4k,nr_inodes=10") < 0)
			return fail(path);
	}
	execvp(argv[3], argv + 3);
	return fail(argv[3]);
}
