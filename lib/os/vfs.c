#include "os/vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/print.h"
#include "os/clock.h"
#include "os/mark.h"
#include "os/syscalls.h"

/* Not pointers, which a start would have to put right: a page that is written to. */
typedef char type_name[12];

/* A table has hundreds of types, and most names differ at once. */
static bool is_of(struct sw_raw type, const type_name *names, size_t n)
{
	for (size_t i = 0; i < n && type.n > 0; i++)
		if (names[i][0] == type.p[0] && raw_is(type, names[i]))
			return true;
	return false;
}

bool vfs_is_doubtful(struct sw_raw type)
{
	static const type_name local[] = {
		"ext2",	   "ext3",     "ext4",	   "xfs",     "btrfs",	   "zfs",     "bcachefs",
		"f2fs",	   "jfs",      "reiserfs", "nilfs2",  "tmpfs",	   "ramfs",   "devtmpfs",
		"overlay", "squashfs", "erofs",	   "iso9660", "udf",	   "vfat",    "msdos",
		"exfat",   "ntfs",     "ntfs3",	   "hfsplus", "ufs",	   "minix",   "romfs",
		"cramfs",  "simfs",    "none",	   "aufs",    "overlayfs", "unionfs",
	};

	return !is_of(type, local, SW_COUNT(local)); /* else, who knows who answers there */
}

bool vfs_is_kernel(struct sw_raw type)
{
	static const type_name kernel[] = {
		"proc",	      "sysfs",	    "cgroup",	 "cgroup2",   "efivarfs",
		"devpts",     "debugfs",    "tracefs",	 "bpf",	      "pstore",
		"securityfs", "configfs",   "fusectl",	 "hugetlbfs", "mqueue",
		"nsfs",	      "rpc_pipefs", "selinuxfs", "smackfs",   "binfmt_misc",
		"binder",     "resctrl",    "usbfs",	 "rootfs",    "nfsd",
	};

	return is_of(type, kernel, SW_COUNT(kernel));
}

struct answer {
	int error;
	struct statvfs got;
};

static void close_range_or_each(unsigned first, unsigned last)
{
	bool closed = first > last || syscall(SYS_close_range, first, last, 0) == 0;

	for (unsigned fd = first; !closed && fd <= last && fd < 65536; fd++) /* before Linux 5.9 */
		close((int)fd);
}

/* Close all but 0, 1, 2 and these, of which some may be -1. */
static void close_but(int *keep, size_t n)
{
	unsigned next = 3;

	for (;;) {
		unsigned least = ~0U;

		for (size_t i = 0; i < n; i++)
			if (keep[i] >= (int)next && (unsigned)keep[i] < least)
				least = (unsigned)keep[i];
		if (least == ~0U)
			break;
		close_range_or_each(next, least - 1);
		next = least + 1;
	}
	close_range_or_each(next, ~0U);
}

/* Nothing of ours may stay open in a child that can live for days; munin-node waits for stdout. */
static _Noreturn void answer_as_child(const struct sw_host *h, const char *path, int out, int mark)
{
	struct answer a = { .error = 0 };
	int keep[] = { out, mark, h->root };
	int null = open("/dev/null", O_RDONLY);

	for (int fd = 0; fd <= 2; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	close_but(keep, SW_COUNT(keep));
	a.error = h->statvfs(h, path, &a.got);
	(void)!write(out, &a, sizeof(a)); /* who asked looks at what came, and at nothing else */
	_exit(0);
}

static void start(const struct sw_host *h, struct vfs_query *q)
{
	int mark = q->mark ? mark_take(q->mark) : -1;
	int ends[2];

	q->error = mark == -EBUSY ? -EBUSY : -ETIMEDOUT;
	if (mark == -EBUSY)
		return;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
		q->error = -errno;
		if (mark >= 0)
			close(mark);
		return;
	}
	q->child = fork();
	if (q->child == 0)
		answer_as_child(h, q->path, ends[1], mark);
	if (q->child < 0)
		q->error = -errno;
	close(ends[1]);
	if (mark >= 0)
		close(mark);
	if (q->child < 0)
		close(ends[0]);
	else
		q->pipe = ends[0];
}

static void finish(struct vfs_query *q)
{
	struct answer a = { .error = 0 };
	ssize_t n;

	if (q->pipe < 0)
		return;
	n = read(q->pipe, &a, sizeof(a));
	if (n == sizeof(a)) {
		q->error = a.error;
		q->got = a.got;
	} else if (n == 0) { /* it died */
		q->error = -EIO;
	}
	close(q->pipe);
	q->pipe = -1;
	kill(q->child, SIGKILL);
	waitpid(q->child, NULL, q->error == -ETIMEDOUT ? WNOHANG : 0);
}

static void collect(struct vfs_query *q, size_t n, int64_t deadline)
{
	struct pollfd fds[VFS_CHILDREN];
	size_t open_pipes;

	do {
		int64_t left = deadline - clock_ms();

		open_pipes = 0;
		for (size_t i = 0; i < n; i++) {
			fds[i] = (struct pollfd){ .fd = q[i].pipe, .events = POLLIN };
			open_pipes += q[i].pipe >= 0;
		}
		if (open_pipes == 0 || left <= 0)
			break;
		if (poll(fds, n, (int)left) < 0 && errno != EINTR)
			break;
		for (size_t i = 0; i < n; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				finish(&q[i]);
	} while (open_pipes > 0);
	for (size_t i = 0; i < n; i++)
		finish(&q[i]);
}

void vfs_ask(const struct sw_host *h, struct vfs_query *q, size_t n, unsigned timeout_ms)
{
	int64_t deadline = host_until(h, timeout_ms);

	for (size_t i = 0; i < n; i++) {
		q[i].pipe = -1;
		q[i].child = -1;
		if (!q[i].doubtful)
			q[i].error = h->statvfs(h, q[i].path, &q[i].got);
	}
	for (size_t i = 0; i < n;) {
		size_t first = i;

		for (; i < n && i - first < VFS_CHILDREN; i++) {
			if (!q[i].doubtful)
				continue;
			q[i].error = -ETIMEDOUT;
			if (clock_ms() < deadline)
				start(h, &q[i]);
		}
		collect(q + first, i - first, deadline);
	}
}

/* What has no device of its own (network, FUSE, overlay) has the major number 0. */
static bool is_disk(const struct sw_host *h, const char *path)
{
	struct sw_fault ignored = { 0 };
	int fd = host_openat(h, path, O_PATH, &ignored);
	struct stat st;
	bool ret = fd >= 0 && fstat(fd, &st) == 0 && major(st.st_dev) != 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

bool vfs_is_full(const struct sw_host *h, const char *path)
{
	char place[4096];
	/* a child costs as much as all the rest of a run */
	struct vfs_query q = { .path = place, .doubtful = h->copied || !is_disk(h, path) };
	char *slash = place;

	if ((size_t)print_text(place, sizeof(place), "%s", path) >= sizeof(place))
		return false;
	do {
		q.mark = hash_bytes((struct hash_key){ 0, 0 }, raw_of(place)) | 1;
		vfs_ask(h, &q, 1, VFS_FULL_MS);
		if (q.error == 0)
			return (q.got.f_files > 0 && q.got.f_favail == 0) ||
			       (q.got.f_blocks > 0 && q.got.f_bavail == 0);
		slash = strrchr(place, '/');
		if (!h->copied || !slash || place[1] == '\0')
			return false;
		slash[slash == place] = '\0';
	} while (true);
}
