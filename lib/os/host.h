/*
 * host: the machine that is looked at, its clock and its environment, as one value.
 *
 * The root directory is a descriptor, so a directory can stand for a host: a test's, or the copied
 * disk of a server after an incident (SPOOLWATCH_ROOT). The time is a value, read once a run:
 * two numbers of one run can't straddle a second. What a directory can't fake is a function.
 */
#ifndef SW_HOST_H
#define SW_HOST_H

#include <sys/statvfs.h>

#include "base/fault.h"
#include "base/hash.h"

struct sw_host {
	int root;		/* descriptor of the directory that stands for "/" */
	const char *root_path;	/* borrowed; "/" for the machine itself */
	bool copied;		/* root is not this machine's "/" */
	int64_t now;		/* seconds since the epoch */
	bool replayed;		/* now was given: logs may go on after it */
	int64_t deadline;	/* of all that a run waits for, in clock_ms(); 0: none */
	struct hash_key secret; /* of this run, for tables that others fill */
	const char *const *env; /* NAME=VALUE strings, NULL at the end; borrowed */
	/* statvfs(2) of an absolute path; returns 0 or -errno, may block */
	int (*statvfs)(const struct sw_host *h, const char *path, struct statvfs *ret);
	/* before a path is opened: 0, or -errno when it may not be; NULL: any may (os/reach.h) */
	int (*may_open)(const struct sw_host *h, const char *path, struct sw_fault *why);
	struct host_guard *guard; /* its own */
	/* the mount table that is read for that, for who needs it, too; NULL: it can't be */
	const struct mount_map *(*mounts)(const struct sw_host *h);
};

/*
 * The machine itself, or what SPOOLWATCH_ROOT (a directory) and SPOOLWATCH_NOW (epoch seconds) in
 * `env` say. `env` is borrowed for the life of *h. Returns 0, or -errno with *h unusable.
 * sw_host_open() of the door makes the same without an environment.
 */
int host_open(struct sw_host *h, const char *const *env, struct sw_fault *why) SW_CHECK;

void host_close(struct sw_host *h);

/* The value of an environment variable, borrowed; NULL when it is not set or empty. */
const char *host_env(const struct sw_host *h, const char *name);

/*
 * open(2) of an absolute path below the root; O_CLOEXEC, O_NOCTTY and O_NONBLOCK (a FIFO must not
 * stop us) are added. In a copied root symbolic links stay inside it where the kernel can do that
 * (openat2, Linux 5.6). Returns a descriptor of the caller's or -errno; *why then names the path.
 * -ETIMEDOUT when it leads through a mount that does not answer (os/reach.h).
 */
int host_openat(const struct sw_host *h, const char *path, int flags,
		struct sw_fault *why) SW_CHECK;

/*
 * The same of a path that stays on the mount of the root directory, when the kernel has all its
 * names in memory: nobody is waited for, and no table of mounts need be read to know that
 * (RESOLVE_CACHED of openat2(2), Linux 5.12). A descriptor, -ENOENT where the path ends on that
 * mount, or another -errno, which only says that it is not so; of a copied host always
 * that.
 */
int host_open_at_hand(const struct sw_host *h, const char *path, int flags) SW_CHECK;

/*
 * The whole of a file of at most `max` bytes into memory that the caller frees; *ret borrows it.
 * -EFBIG when it holds more. A NUL stands behind the last byte.
 */
int host_read(const struct sw_host *h, const char *path, size_t max, struct sw_raw *ret,
	      struct sw_fault *why) SW_CHECK;

/*
 * When a wait of at most `most_ms` ends, in clock_ms(): then, or at the end of the run's time,
 * which is less than munin-node's own (60 s a plugin): what is cut off can still be said.
 */
int64_t host_until(const struct sw_host *h, int64_t most_ms);

#endif
