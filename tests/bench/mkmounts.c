/*
 * mkmounts: N small tmpfs below DIRECTORY, and a command that runs beside them. In a mount namespace
 * of its own (unshare -m), or they stay.
 *
 *     mkmounts DIRECTORY N COMMAND [ARGUMENT...]
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	int n;

	if (argc < 4) {
		fprintf(stderr, "usage: mkmounts DIRECTORY N COMMAND [ARGUMENT...]\n");
		return 2;
	}
	n = atoi(argv[2]);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%d", argv[1], i);
		if ((mkdir(path, 0755) < 0 && errno != EEXIST) ||
		    mount("tmpfs", path, "tmpfs", 0, "size=4k,nr_inodes=10") < 0) {
			fprintf(stderr, "mkmounts: %s: %s\n", path, strerror(errno));
			return 1;
		}
	}
	execvp(argv[3], argv + 3);
	perror(argv[3]);
	return 1;
}
