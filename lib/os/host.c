#include "os/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "os/clock.h"
#include "os/syscalls.h"

enum { RUN_MS = 50000, STATVFS_MAX = 1 << 20 };

static int statvfs_here(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	(void)h;
	return statvfs(path, ret) == 0 ? 0 : -errno;
}

/*
 * A copy of a host has the mount table of that host but not its file systems, and the numbers of
 * the disk that the copy lies on would be a lie. They come from the file `statvfs` at the top of
 * the copy, as `stat -f -c '%c %d %n' MOUNTPOINT...` wrote it: inodes, free inodes, path.
 */
static int statvfs_of_copy(const struct sw_host *h, const char *path, struct statvfs *ret)
{
	struct sw_fault why = { 0 };
	struct sw_raw text;
	struct sw_raw rest;
	struct sw_raw line;
	int rc = host_read(h, "/statvfs", STATVFS_MAX, &text, &why);

	if (rc < 0)
		return rc == -ENOENT ? -ENODATA : rc;
	rest = text;
	rc = -ENODATA;
	while (raw_word(&rest, "\n", &line)) {
		struct sw_raw files;
		struct sw_raw free_files;
		uint64_t n[2];

		if (!raw_word(&line, " ", &files) || !raw_word(&line, " ", &free_files) ||
		    !num_from(files, &n[0]) || !num_from(free_files, &n[1]) || line.n < 2 ||
		    !raw_is(raw_skip(line, 1), path))
			continue;
		*ret = (struct statvfs){ .f_files = n[0], .f_ffree = n[1], .f_favail = n[1] };
		rc = 0;
	}
	free((char *)text.p);
	return rc;
}

/* The clock, a secret, the root directory: what both ways to open a host end with. */
static int complete(struct sw_host *h, const char *setting, struct sw_fault *why)
{
	struct timespec clock;

	h->copied = strcmp(h->root_path, "/") != 0;
	h->statvfs = h->copied ? statvfs_of_copy : statvfs_here;
	if (!h->replayed) {
		clock_gettime(CLOCK_REALTIME, &clock);
		h->now = clock.tv_sec;
	}
	if (getrandom(&h->secret, sizeof(h->secret), GRND_NONBLOCK) != sizeof(h->secret))
		h->secret = (struct hash_key){ (uint64_t)getpid(), (uint64_t)h->now };
	h->root = open(h->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (h->root < 0)
		return sw_fault_errno(why, errno, "open the root directory %s%s", h->root_path,
				      setting);
	return 0;
}

int host_open(struct sw_host *h, const char *const *env, struct sw_fault *why)
{
	const char *root;
	const char *now;
	uint64_t seconds;

	*h = (struct sw_host){ .root = -1, .env = env, .deadline = clock_ms() + RUN_MS };
	root = host_env(h, "SPOOLWATCH_ROOT");
	h->root_path = root ? root : "/";
	now = host_env(h, "SPOOLWATCH_NOW");
	if (now) {
		if (!num_from(raw_of(now), &seconds) || seconds > INT64_MAX / 2)
			return sw_fault(
				why, EINVAL,
				"SPOOLWATCH_NOW is %s, allowed are seconds since the epoch, "
				"such as 1795431358",
				now);
		h->now = (int64_t)seconds;
		h->replayed = true;
	}
	return complete(h, " (SPOOLWATCH_ROOT)", why);
}

int sw_host_open(const char *root, int64_t now, struct sw_host **ret, struct sw_fault *why)
{
	size_t n = root ? strlen(root) + 1 : 0;
	struct sw_host *h;
	int rc;

	*ret = NULL;
	if (now < 0 || now > INT64_MAX / 2)
		return sw_fault(why, EINVAL, "%lld is no time to take for now", (long long)now);
	h = malloc(sizeof(*h) + n);
	if (!h)
		return sw_fault_errno(why, ENOMEM, "open a host");
	*h = (struct sw_host){ .root = -1, .root_path = "/", .now = now, .replayed = now > 0 };
	if (root)
		h->root_path = memcpy(h + 1, root, n);
	rc = complete(h, "", why);
	if (rc < 0)
		free(h);
	else
		*ret = h;
	return rc;
}

void sw_host_close(struct sw_host *h)
{
	if (!h)
		return;
	host_close(h);
	free(h);
}

void host_close(struct sw_host *h)
{
	if (h->root >= 0)
		close(h->root);
	h->root = -1;
}

const char *host_env(const struct sw_host *h, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *e = h->env; e && *e; e++) /* most differ at once */
		if (**e == *name && strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return (*e)[n + 1] ? *e + n + 1 : NULL;
	return NULL;
}

/* What is always asked for; with O_PATH openat2(2) allows no more. */
static int flags_of(int flags)
{
	return flags | (flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

int host_open_at_hand(const struct sw_host *h, const char *path, int flags)
{
	struct open_how how = { .flags = (uint64_t)(unsigned)flags_of(flags),
				.resolve = RESOLVE_NO_XDEV | RESOLVE_CACHED };
	int fd;

	if (strcmp(h->root_path, "/") != 0) /* the mounts of a copy are those of its table */
		return -EXDEV;
	fd = (int)syscall(SYS_openat2, h->root, path, &how, sizeof(how));
	return fd < 0 ? -errno : fd;
}

int host_openat(const struct sw_host *h, const char *path, int flags, struct sw_fault *why)
{
	int fd = -1;

	if (h->may_open && strncmp(path, "/proc/", 6) != 0) {
		int rc;

		fd = host_open_at_hand(h, path, flags);
		if (fd >= 0)
			return fd;
		rc = fd == -ENOENT ? 0 : h->may_open(h, path, why);
		if (rc < 0)
			return rc;
		fd = -1;
	}
	flags = flags_of(flags);
	if (h->copied) {
		struct open_how how = { .flags = (uint64_t)(unsigned)flags,
					.resolve = RESOLVE_IN_ROOT };
		int tries = 100;

		/* EAGAIN: there is a ".." in it, and something was renamed meanwhile, wherever */
		do {
			fd = (int)syscall(SYS_openat2, h->root, path, &how, sizeof(how));
		} while (fd < 0 && (errno == EINTR || (errno == EAGAIN && tries-- > 0)));
		if (fd < 0 && errno != ENOSYS && errno != EPERM)
			return sw_fault_errno(why, errno, "open %s", path);
	}
	if (fd < 0) {
		while (*path == '/' && path[1])
			path++;
		do {
			fd = openat(h->root, *path == '/' ? "." : path, flags);
		} while (fd < 0 && errno == EINTR);
	}
	if (fd < 0)
		return sw_fault_errno(why, errno, "open /%s", path);
	return fd;
}

int host_read(const struct sw_host *h, const char *path, size_t max, struct sw_raw *ret,
	      struct sw_fault *why)
{
	int fd = host_openat(h, path, O_RDONLY, why);
	char *buf = NULL;
	char *fitting;
	size_t n = 0;
	size_t size = 0;
	int rc = 0;

	if (fd < 0)
		return fd;
	for (;;) {
		ssize_t got;

		if (n + 1 >= size) { /* files of /proc don't tell their size */
			char *grown = realloc(buf, size = size ? 2 * size : 4096);

			if (!grown) {
				rc = sw_fault_errno(why, ENOMEM, "read %s", path);
				break;
			}
			buf = grown;
		}
		got = read(fd, buf + n, size - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = sw_fault_errno(why, errno, "read %s", path);
		if (got <= 0)
			break;
		n += (size_t)got;
		if (n > max) {
			rc = sw_fault(why, EFBIG, "%s holds more than %zu bytes", path, max);
			break;
		}
	}
	close(fd);
	if (rc < 0) {
		free(buf);
		return rc;
	}
	buf[n] = '\0';
	fitting = realloc(buf, n + 1); /* what is asked for next lies in the same page then */
	*ret = raw_from(fitting ? fitting : buf, n);
	return 0;
}

int64_t host_until(const struct sw_host *h, int64_t most_ms)
{
	int64_t until = clock_ms() + most_ms;

	return h->deadline > 0 && h->deadline < until ? h->deadline : until;
}
