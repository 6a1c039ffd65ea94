/* dirstext: directories with files for the tests of lib/inode, and what a scan finds in words. */
#ifndef SW_DIRSTEXT_H
#define SW_DIRSTEXT_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "inode/dirs.h"
#include "test.h"

enum { NO_HURRY_MS = 50000 };

/* n empty files in a directory, which is made with all above it. */
static inline void files(const struct sw_host *h, const char *directory, int n)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/0", directory);
	host_file(h, path, "");
	fd = open(host_path(h, directory), O_PATH | O_DIRECTORY);
	assert_true(fd >= 0);
	for (int i = 1; i < n; i++) {
		int file;

		snprintf(path, sizeof(path), "%d", i);
		file = openat(fd, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
		assert_true(file >= 0);
		close(file);
	}
	close(fd);
}

/* A queue hashed one level deep, n messages in each of the 16 directories. */
static inline void queue(const struct sw_host *h, const char *directory, int n)
{
	for (int i = 0; i < 16; i++) {
		char path[2048];

		snprintf(path, sizeof(path), "%.2000s/%X", directory, (unsigned)i);
		files(h, path, n);
	}
}

static inline void scan(const struct sw_host *h, const char *mount_point, struct sw_inode_dirs *ret)
{
	struct sw_fault why = { 0 };

	want_number("scan", sw_inode_dirs_scan(h, mount_point, 0, NO_HURRY_MS, ret, &why), 0);
	want_number("cut", ret->cut, false);
	want_number("unread", ret->unread, 0);
	want_number("unreadable", ret->unreadable, 0);
}

/* "/a=71 (pattern=60 in 12) /c=31 and 1 more" */
static inline void tell(const struct sw_inode_dirs *hogs, char *got, size_t size)
{
	for (size_t k = 0; k < hogs->n; k++) {
		const struct sw_inode_dir *item = &hogs->item[k];

		snprintf(got + strlen(got), size - strlen(got), "%s%.*s=%d", k ? " " : "",
			 (int)item->path_n, item->path, (int)item->inodes);
		for (size_t i = 0; i < item->patterns; i++)
			snprintf(got + strlen(got), size - strlen(got), " (%.*s=%d in %d)",
				 (int)item->pattern[i].path_n, item->pattern[i].path,
				 (int)item->pattern[i].inodes, (int)item->pattern[i].directories);
	}
	if (hogs->more > 0)
		snprintf(got + strlen(got), size - strlen(got), " and %d more", (int)hogs->more);
}

#endif
