/*
 * mkhost: make a tree as a host of some kind has it (tests/unit/trees.h), SIZE times some thousand
 * inodes, the same one each time:
 *
 *     mkhost DIRECTORY hosting|sessions|layers|journal|mailboxes|quarantine SIZE
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/trees.h"

struct where {
	int root;
	bool failed;
};

static void put(const char *path, bool directory, void *ctx)
{
	struct where *w = ctx;
	int fd;

	if (directory) {
		w->failed |= mkdirat(w->root, path, 0755) < 0;
		return;
	}
	fd = openat(w->root, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0)
		close(fd);
	else
		w->failed = true;
}

int main(int argc, char **argv)
{
	struct where w = { .failed = false };
	struct trees t = { .draw = UINT64_C(0x9e3779b97f4a7c15), .put = put, .ctx = &w };
	size_t i = 0;

	while (argc == 4 && i < sizeof(tree_kinds) / sizeof(*tree_kinds) &&
	       strcmp(tree_kinds[i].name, argv[2]) != 0)
		i++;
	if (argc != 4 || i == sizeof(tree_kinds) / sizeof(*tree_kinds)) {
		fputs("usage: mkhost DIRECTORY KIND SIZE\n", stderr);
		return 2;
	}
	t.size = (unsigned)strtoul(argv[3], NULL, 10);
	w.root = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w.root < 0 || t.size == 0) {
		perror(argv[1]);
		return 1;
	}
	tree_kinds[i].make(&t);
	if (w.failed)
		fputs("mkhost: not all could be made\n", stderr);
	return w.failed;
}
