#include "os/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/io.h"

static bool has_mark(int fd, const struct own_layout *layout, off_t at)
{
	char got[OWN_FILE_MARK];

	return io_pread(fd, got, sizeof(got), at) == (ssize_t)sizeof(got) &&
	       memcmp(got, layout->mark, sizeof(got)) == 0;
}

/*
 * A file that was begun and no more: some of the mark and nothing behind it, or zeros in our whole
 * length. After a power failure some file systems know the length, which was written first.
 */
static bool is_begun(int fd, const struct own_layout *layout, off_t size)
{
	char piece[4096];
	off_t at = 0;

	if (size >= OWN_FILE_MARK && size != layout->size)
		return false;
	while (at < size) {
		ssize_t n = io_pread(fd, piece, sizeof(piece), at);
		ssize_t i = 0;

		if (n <= 0)
			return false;
		while (at == 0 && i < n && i < OWN_FILE_MARK && piece[i] == layout->mark[i])
			i++;
		for (; i < n; i++)
			if (piece[i] || size < OWN_FILE_MARK)
				return false;
		at += n;
	}
	return true;
}

/* Did we make this file, in this layout or in another? What somebody else has written stays his. */
static bool is_ours(int fd, const struct own_layout *layout, off_t size)
{
	return has_mark(fd, layout, 0) ||
	       (layout->second && has_mark(fd, layout, layout->second)) ||
	       is_begun(fd, layout, size);
}

bool own_file_is(int fd, const struct own_layout *layout)
{
	struct stat st;

	return fstat(fd, &st) == 0 && is_ours(fd, layout, st.st_size);
}

/* So that it is known as ours from its first byte on, whatever a crash leaves of what follows. */
static int put_mark(int fd, const struct own_layout *layout, off_t at)
{
	return -io_pwrite(fd, layout->mark, OWN_FILE_MARK, at);
}

/*
 * On btrfs an in-place write needs new blocks unless the empty file was marked so (tried: 0 of 200
 * writes on a full disk without the flag, 200 with it); elsewhere the flag is refused, harmlessly.
 */
static void forbid_copy_on_write(int fd)
{
	int flags = 0;

	/* by syscall(2): the request is an int in musl's ioctl(), an unsigned long in glibc's */
	if (syscall(SYS_ioctl, fd, FS_IOC_GETFLAGS, &flags) == 0) {
		flags |= FS_NOCOW_FL;
		(void)!syscall(SYS_ioctl, fd, FS_IOC_SETFLAGS, &flags);
	}
}

/*
 * Is this a file that may be one of ours at all? Root's is, to be read: a scan from outside. A
 * second name of a file belongs to whoever made it.
 */
static int check_file(const char *path, const struct stat *st, bool read_only, struct sw_fault *why)
{
	uid_t us = geteuid();

	if (!S_ISREG(st->st_mode))
		return sw_fault(why, EEXIST, "%s is no regular file: it stays as it is", path);
	if (st->st_uid != us && (st->st_uid != 0 || !read_only))
		return sw_fault(why, EEXIST,
				"%s belongs to uid %lu, this is uid %lu: it stays as it is", path,
				(unsigned long)st->st_uid, (unsigned long)us);
	if (st->st_nlink > 1)
		return sw_fault(why, EEXIST, "%s has another name, too: it stays as it is", path);
	return 0;
}

static int get_descriptor(const char *path, mode_t mode, bool *ret_read_only, struct sw_fault *why)
{
	static const int flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;
	bool is_there = lstat(path, &st) == 0;
	int fd = -1;
	int rc = ENOENT;

	/* before it is opened: that alone does something to some devices */
	if (is_there && !S_ISREG(st.st_mode))
		return check_file(path, &st, false, why);
	if (is_there) {
		fd = open(path, O_RDWR | flags);
		rc = errno;
	}
	if (fd < 0 && rc == ENOENT) {
		fd = open(path, O_RDWR | O_CREAT | flags, mode);
		rc = errno;
	}
	if (fd < 0 && (rc == EACCES || rc == EROFS)) {
		fd = open(path, O_RDONLY | flags);
		*ret_read_only = true;
	}
	return fd < 0 ? sw_fault_errno(why, rc, "open the state file %s", path) : fd;
}

/* The mark comes first, then the room. */
static int take_room(int fd, const struct own_layout *layout, off_t size)
{
	int rc = 0;

	if (size == 0) {
		forbid_copy_on_write(fd);
		rc = put_mark(fd, layout, 0);
	}
	if (rc == 0)
		rc = posix_fallocate(fd, 0, layout->size);
	if (rc == 0 && size > layout->size && ftruncate(fd, layout->size) < 0)
		rc = errno;
	if (rc == 0 && size <= layout->second)
		rc = put_mark(fd, layout, layout->second);
	return rc;
}

static int make_ours(int fd, const char *path, const struct own_layout *layout, bool read_only,
		     struct sw_fault *why)
{
	struct stat st;
	int rc =
		fstat(fd, &st) < 0 ? sw_fault_errno(why, errno, "stat the state file %s", path) : 0;

	if (rc == 0)
		rc = check_file(path, &st, read_only, why);
	if (rc < 0)
		return rc;
	if (!is_ours(fd, layout, st.st_size))
		return sw_fault(why, EEXIST, "%s is no state file of ours: it stays as it is",
				path);
	if (st.st_size == layout->size || read_only)
		return 0;
	rc = take_room(fd, layout, st.st_size);
	return rc ? sw_fault_errno(why, rc, "take the room of the state file %s", path) : 0;
}

int own_file_open(const char *path, mode_t mode, const struct own_layout *layout,
		  bool *ret_read_only, struct sw_fault *why)
{
	int fd;
	int rc;

	*ret_read_only = false;
	fd = get_descriptor(path, mode, ret_read_only, why);
	if (fd < 0)
		return fd;
	rc = make_ours(fd, path, layout, *ret_read_only, why);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}
