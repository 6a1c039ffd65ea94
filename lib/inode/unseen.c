#include "inode/unseen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "inode/dirs.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/mount_map.h"
#include "os/syscalls.h"

enum { TREE_CLONE = 1, SEEN_BITS = 16 }; /* OPEN_TREE_CLONE */

struct look {
	struct inode_unseen *ret;
	struct sw_raw mount_point;
	dev_t device;
	int64_t deadline;
	uint64_t files;
	int fd;		/* of the process's directory of descriptors */
	uint64_t held;	/* by it */
	uint64_t *seen; /* inode numbers, so that a file counts once: 2^SEEN_BITS places */
};

/* False when it was there before. What finds no place within a few steps counts again. */
static bool is_new(struct look *l, uint64_t inode)
{
	enum { STEPS = 16 };
	size_t at = (size_t)((inode * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - SEEN_BITS));

	for (size_t i = 0; i < STEPS; i++) {
		uint64_t *place = &l->seen[(at + i) % ((size_t)1 << SEEN_BITS)];

		if (*place == inode)
			return false;
		if (*place == 0) {
			*place = inode;
			return true;
		}
	}
	return true;
}

/* The text is asked first: stat(2) could wait for a server. */
static int see_file(const struct dir_entry *entry, void *ctx)
{
	static const char end[] = " (deleted)";
	struct look *l = ctx;
	char target[4096 + sizeof(end)];
	ssize_t n = readlinkat(l->fd, entry->name, target, sizeof(target));
	size_t tail = sizeof(end) - 1;
	struct sw_raw path = raw_from(target, n > 0 ? (size_t)n : 0);
	struct stat st;

	if (++l->files > INODE_UNSEEN_FILES || (l->files % 64 == 0 && clock_ms() > l->deadline))
		return 1;
	if (path.n <= tail || memcmp(path.p + path.n - tail, end, tail) != 0 ||
	    path.n <= l->mount_point.n || memcmp(path.p, l->mount_point.p, l->mount_point.n) != 0)
		return 0;
	if (fstatat(l->fd, entry->name, &st, 0) < 0 || st.st_nlink > 0 || st.st_dev != l->device)
		return 0;
	l->held++;
	l->ret->deleted += is_new(l, (uint64_t)st.st_ino);
	return 0;
}

static struct sw_label name_of(const struct sw_host *h, const char *pid)
{
	struct sw_label name = sw_label_printed("%s ", pid);
	struct sw_fault ignored = { 0 };
	char path[64];
	struct sw_raw text;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	if (host_read(h, path, 256, &text, &ignored) == 0) {
		sw_label_add_name(&name, raw_trim(text));
		free((char *)text.p);
	}
	return name;
}

static int see_process(const struct dir_entry *entry, void *ctx)
{
	const struct sw_host *h = ((void **)ctx)[0];
	struct look *l = ((void **)ctx)[1];
	struct sw_fault ignored = { 0 };
	uint64_t pid;
	char path[64];
	int rc;

	if (!num_from(raw_of(entry->name), &pid))
		return 0;
	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)pid);
	l->fd = host_openat(h, path, O_RDONLY | O_DIRECTORY, &ignored);
	if (l->fd < 0) {
		if (l->fd == -EACCES)
			l->ret->all_processes = false;
		return 0;
	}
	l->held = 0;
	rc = dir_each(l->fd, see_file, l, &ignored);
	close(l->fd);
	if (l->held > l->ret->held) {
		l->ret->held = l->held;
		l->ret->holder = name_of(h, entry->name);
	}
	return rc > 0 ? 1 : 0;
}

static void look_at_processes(const struct sw_host *h, struct look *l)
{
	void *both[] = { (void *)h, l };
	struct sw_fault ignored = { 0 };
	int proc = host_openat(h, "/proc/", O_RDONLY | O_DIRECTORY, &ignored);

	l->seen = calloc((size_t)1 << SEEN_BITS, sizeof(*l->seen));
	if (proc < 0 || !l->seen || dir_each(proc, see_process, both, &ignored) != 0)
		l->ret->all_processes = false;
	if (proc >= 0)
		close(proc);
	free(l->seen);
}

static bool is_below(struct sw_raw path, struct sw_raw above)
{
	while (above.n > 0 && above.p[above.n - 1] == '/')
		above.n--;
	return path.n > above.n + 1 && path.p[above.n] == '/' && /* "/" is not below itself */
	       memcmp(path.p, above.p, above.n) == 0;
}

static void look_at_mounts(const struct sw_host *h, struct look *l)
{
	struct sw_fault ignored = { 0 };
	struct mount_map map;
	size_t bad = 0;

	if (mount_map_read(h, &map, &bad, &ignored) == 0)
		for (size_t i = 0; i < map.n; i++)
			l->ret->of_systemd |= (raw_same(map.item[i].point, l->mount_point) ||
					       is_below(map.item[i].point, l->mount_point)) &&
					      mount_is_of_systemd(&map.item[i]);
	mount_map_free(&map);
}

void inode_unseen_look(const struct sw_host *h, struct sw_raw mount_point, int64_t deadline,
		       struct inode_unseen *ret)
{
	struct look l = { .ret = ret, .mount_point = mount_point, .deadline = deadline };
	struct sw_fault ignored = { 0 };
	char path[4096];
	struct stat st;
	int fd;

	*ret = (struct inode_unseen){ .all_processes = true };
	if (h->copied || mount_point.n >= sizeof(path))
		return;
	snprintf(path, sizeof(path), "%.*s", (int)mount_point.n, mount_point.p);
	look_at_mounts(h, &l);
	fd = host_openat(h, path, O_PATH | O_DIRECTORY, &ignored);
	if (fd >= 0 && fstat(fd, &st) == 0) {
		l.device = st.st_dev;
		look_at_processes(h, &l);
	}
	if (fd >= 0)
		close(fd);
}

int inode_unseen_below(const struct sw_host *h, const char *mount_point, uint64_t used,
		       unsigned budget_ms, struct sw_inode_dirs *ret, struct sw_fault *why)
{
	struct inode_dirs_question q = { .mount_point = mount_point,
					 .used = used,
					 .budget_ms = budget_ms };
	const char *path = mount_point;
	int tree;
	int rc;

	while (*path == '/')
		path++;
	tree = (int)syscall(SYS_open_tree, h->root, *path ? path : ".", TREE_CLONE | O_CLOEXEC);
	if (tree < 0)
		return sw_fault_errno(why, errno, "look below mounts on %s", mount_point);
	q.root = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = q.root < 0 ? sw_fault_errno(why, errno, "open %s", mount_point)
			: inode_dirs_scan_at(h, &q, ret, why);
	if (q.root >= 0)
		close(q.root);
	close(tree);
	return rc;
}

struct sw_label inode_unseen_over(const struct sw_host *h, const char *mount_point,
				  const struct sw_inode_dir *dir)
{
	struct sw_label over = label_new();
	struct sw_fault ignored = { 0 };
	struct mount_map map;
	size_t bad = 0;
	size_t i;

	if (mount_map_read(h, &map, &bad, &ignored) == 0) {
		i = mount_map_of(&map, inode_dir_path(dir));
		if (i != MOUNT_MAP_NONE && is_below(map.item[i].point, raw_of(mount_point)))
			sw_label_add_name(&over, map.item[i].point);
	}
	mount_map_free(&map);
	return over;
}
