/*
 * unseen: where inodes are that no walk from the mount point meets: in files that are deleted but
 * open, below what is mounted over a directory, in directories that systemd hides from this
 * process. Only what can be seen of a cause is told.
 */
#ifndef SW_INODE_UNSEEN_H
#define SW_INODE_UNSEEN_H

#include "os/host.h"
#include "spoolwatch/inode.h"

struct inode_unseen {
	uint64_t deleted;	/* files of no name that a process holds open */
	struct sw_label holder; /* the process that holds most: "1234 name" */
	uint64_t held;		/* by it */
	bool all_processes;	/* or only those of this user */
	bool of_systemd;	/* systemd hides directories of it (ProtectHome=, PrivateTmp=) */
};

/*
 * Look for causes until `deadline` (clock_ms()): the mount table, then what processes hold open
 * (/proc/PID/fd, proc(5)), at most INODE_UNSEEN_FILES of it. Not for a copied host.
 */
enum { INODE_UNSEEN_FILES = 1 << 20 };
void inode_unseen_look(const struct sw_host *h, struct sw_raw mount_point, int64_t deadline,
		       struct inode_unseen *ret);

/*
 * A second scan of the file system alone, as if nothing were mounted in it (open_tree(2), Linux
 * 5.2, which needs CAP_SYS_ADMIN). As sw_inode_dirs_scan(); -EPERM.
 */
int inode_unseen_below(const struct sw_host *h, const char *mount_point, uint64_t used,
		       unsigned budget_ms, struct sw_inode_dirs *ret,
		       struct sw_fault *why) SW_CHECK;

/* The mount point below which a directory of such a scan lies; empty: it is seen as it is. */
struct sw_label inode_unseen_over(const struct sw_host *h, const char *mount_point,
				  const struct sw_inode_dir *dir);

#endif
