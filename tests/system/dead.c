/*
 * dead MOUNTPOINT CONTROL: a FUSE file system, spoken on /dev/fuse without a library. Every name in
 * it is an empty directory; of 1000 inodes 400 are free. The file CONTROL is read before each
 * request: "live"; "dead": requests are taken and not answered, who waits can't be killed; a
 * number: so many lookups are answered, then it is dead. When it is "live" again, what was taken is
 * answered. Ends with its mount.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int dev;
static char *held[4096];
static int n_held;
static const char *control;
static long lookups;
static char last[64];

static void reply(const char *q, int error, const void *p, size_t n)
{
	const struct fuse_in_header *in = (const void *)q;
	struct fuse_out_header out = { .len = sizeof(out) + n,
				       .error = error,
				       .unique = in->unique };
	struct iovec v[2] = { { &out, sizeof(out) }, { (void *)p, n } };
	(void)!writev(dev, v, n ? 2 : 1);
}
static struct fuse_attr attr(unsigned long long ino)
{
	struct fuse_attr a = { .ino = ino, .mode = S_IFDIR | 0755, .nlink = 2, .blksize = 4096 };
	return a;
}
static void answer(const char *q)
{
	const struct fuse_in_header *in = (const void *)q;
	static unsigned long long next = 2;
	switch (in->opcode) {
	case FUSE_INIT: {
		struct fuse_init_out o = { .major = 7,
					   .minor = 31,
					   .max_readahead = 4096,
					   .max_write = 4096,
					   .max_background = 64,
					   .congestion_threshold = 48 };
		reply(q, 0, &o, sizeof(o));
		break;
	}
	case FUSE_LOOKUP: {
		const char *name = q + sizeof(*in);
		unsigned long long h = 5381;
		for (; *name; name++)
			h = h * 33 + (unsigned char)*name;
		struct fuse_entry_out o = { .nodeid = 2 + h % 1000000007,
					    .attr = attr(2 + h % 1000000007) };
		reply(q, 0, &o, sizeof(o));
		break;
	}
	case FUSE_GETATTR: {
		struct fuse_attr_out o = { .attr = attr(in->nodeid) };
		reply(q, 0, &o, sizeof(o));
		break;
	}
	case FUSE_STATFS: {
		struct fuse_statfs_out o = { .st = { .blocks = 1000,
						     .bfree = 500,
						     .bavail = 500,
						     .files = 1000,
						     .ffree = 400,
						     .bsize = 4096,
						     .namelen = 255,
						     .frsize = 4096 } };
		reply(q, 0, &o, sizeof(o));
		break;
	}
	case FUSE_OPENDIR:
	case FUSE_OPEN: {
		struct fuse_open_out o = { .fh = 1 };
		reply(q, 0, &o, sizeof(o));
		break;
	}
	case FUSE_READDIR:
	case FUSE_READDIRPLUS:
	case FUSE_FLUSH:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_ACCESS:
		reply(q, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
	case FUSE_DESTROY:
		break;
	default:
		reply(q, -ENOSYS, NULL, 0);
	}
}
static int alive(int opcode)
{
	char now[64] = "";
	int fd = open(control, O_RDONLY);
	if (fd >= 0) {
		ssize_t n = read(fd, now, sizeof(now) - 1);
		now[n > 0 ? n : 0] = 0;
		close(fd);
	}
	if (strcmp(now, last)) {
		strcpy(last, now);
		lookups = atol(now);
	}
	if (!strncmp(now, "live", 4))
		return 1;
	if (!strncmp(now, "dead", 4))
		return 0;
	if (opcode == FUSE_LOOKUP)
		return lookups-- > 0;
	return lookups > 0;
}
int main(int argc, char **argv)
{
	char opt[128], *q = malloc(1 << 17);
	ssize_t n;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	control = argv[2];
	dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(opt, sizeof(opt), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", dev);
	if (dev < 0 ||
	    mount("deadhost:/x", argv[1], argc > 3 ? argv[3] : "fuse.dead", 0, opt) < 0) {
		perror("dead");
		return 1;
	}
	for (;;) {
		struct pollfd p = { dev, POLLIN, 0 };
		if (poll(&p, 1, 50) == 0) {
			if (n_held && alive(0)) {
				for (int i = 0; i < n_held; i++) {
					answer(held[i]);
					free(held[i]);
				}
				n_held = 0;
			}
			continue;
		}
		n = read(dev, q, 1 << 17);
		if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT))
			continue;
		if (n <= 0)
			return 0;
		if (((struct fuse_in_header *)q)->opcode == FUSE_INIT ||
		    alive(((struct fuse_in_header *)q)->opcode)) {
			answer(q);
			continue;
		}
		if (((struct fuse_in_header *)q)->opcode == FUSE_FORGET ||
		    ((struct fuse_in_header *)q)->opcode == FUSE_BATCH_FORGET ||
		    ((struct fuse_in_header *)q)->opcode == FUSE_INTERRUPT)
			continue;
		if (n_held < 4096) {
			held[n_held] = malloc(n);
			memcpy(held[n_held++], q, n);
		}
	}
}
