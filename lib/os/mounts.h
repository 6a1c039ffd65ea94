/* mounts: the mount table, /proc/self/mountinfo (proc(5); the kernel's fs/proc_namespace.c). */
#ifndef SW_MOUNTS_H
#define SW_MOUNTS_H

#include "base/raw.h"
#include "os/host.h"

struct mount {
	uint64_t id, parent;   /* of this mount, and of the one that its point lies on */
	unsigned major, minor; /* of the file system: the same for all its mounts and subvolumes */
	struct sw_raw root;    /* which of its directories or files is shown; decoded; "/": all */
	struct sw_raw point;   /* where it is mounted, decoded: may hold blanks, '#', newlines */
	struct sw_raw type;    /* ext4, nfs4, fuse.sshfs, ... */
	struct sw_raw device;  /* what is mounted, decoded; may be empty */
	struct sw_raw options; /* of the file system: "rw,size=4k"; not decoded, may be empty */
};

/*
 * Does systemd hide what lies below it from the processes of a unit: ProtectHome=, PrivateTmp=,
 * InaccessiblePaths= (systemd.exec(5); its src/core/namespace.c)?
 */
bool mount_is_of_systemd(const struct mount *m);

/* A value other than 0 ends the listing and is what the function returns. */
typedef int (*mount_fn)(const struct mount *m, void *ctx);

/*
 * Call fn for each line of a mountinfo table, in its order (a later mount covers an earlier one on
 * the same point). Octal escapes (\040) are decoded in place: `table` is written to. A line that is
 * not of the form is skipped and counted in *bad. Any input is legal.
 */
int mounts_parse(char *table, size_t n, mount_fn fn, void *ctx, size_t *bad);

/* The host's own table into memory that the caller frees; *ret borrows it. 0 or -errno. */
int mounts_read(const struct sw_host *h, struct sw_raw *ret, struct sw_fault *why) SW_CHECK;

#endif
