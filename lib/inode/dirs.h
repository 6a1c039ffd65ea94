/* dirs: questions to a scan of directories besides those of the door (spoolwatch/inode.h). */
#ifndef SW_INODE_DIRS_H
#define SW_INODE_DIRS_H

#include "os/host.h"
#include "spoolwatch/inode.h"

static inline struct sw_raw inode_dir_path(const struct sw_inode_dir *hog)
{
	return raw_from(hog->path, hog->path_n);
}

/* A scan, as sw_inode_dirs_scan() has it. All borrowed for the call. */
struct inode_dirs_question {
	int root; /* an open directory that stands for the mount point */
	const char *mount_point;
	uint64_t used;
	unsigned budget_ms; /* UINT_MAX: to its end */
	/* called with how many files were met so far, for each of them; may be NULL */
	void (*met)(uint64_t files, void *ctx);
	void *ctx;
};

int inode_dirs_scan_at(const struct sw_host *h, const struct inode_dirs_question *question,
		       struct sw_inode_dirs *ret, struct sw_fault *why) SW_CHECK;

/*
 * The inodes of a directory (absolute path, at or below the mount point), itself and all below it,
 * into *ret. False if it is none that was counted on its own. Twins can so be told apart: ask for
 * the hog's deferred and its defer.
 */
bool inode_dirs_below(const struct sw_inode_dirs *hogs, struct sw_raw path, uint64_t *ret);

/* Call fn for each child directory that was counted on its own, in no order. False as above. */
typedef void (*inode_child_fn)(struct sw_raw name, uint64_t inodes, void *ctx);
bool inode_dirs_children(const struct sw_inode_dirs *hogs, struct sw_raw path, inode_child_fn fn,
			 void *ctx);

#endif
