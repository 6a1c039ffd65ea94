/*
 * disks: what the last runs saw of each file system: to say once of one that is gone, and to have a
 * number for one that can't be asked now.
 */
#ifndef SW_PARTS_DISKS_H
#define SW_PARTS_DISKS_H

#include "munin/munin.h"
#include "spoolwatch/inode.h"

enum { DISKS_MAX = 64, DISKS_NAME = 127 };

/* A part of the state file: of fixed size, zeroed when nothing is known. */
struct disks_memory {
	struct disks_entry {
		uint64_t mount;	   /* hash of the mount point and the device; 0: free */
		uint64_t mount_id; /* sw_inode_use.mount_id */
		int64_t when;	   /* it was asked; 0: never */
		uint64_t files, used;
		double percent;
		uint32_t expires;	   /* autofs takes it away: to be gone is no news */
		char name[DISKS_NAME + 1]; /* of its mount point, a label; cut as that is */
	} entry[DISKS_MAX];
};

struct disks {
	struct disks_memory *memory; /* borrowed */
	int64_t now;
	bool kept;    /* what is noted will be known to the next run */
	bool values;  /* and is to be: each number, not only that it was there */
	bool changed; /* memory is to be saved */
	bool seen[DISKS_MAX];
};

/*
 * May a file system be asked that autofs takes away when it is not used? Not while it may be there
 * for our last question alone, and not if nobody would know of this one: that is a use, too.
 */
bool disks_may_wake(const struct disks *d, const struct sw_inode_use *use);

/* Note what was found; beyond DISKS_MAX nothing is. `use` is one that was told, whether its numbers
 * are known or not. */
void disks_note(struct disks *d, const struct sw_inode_use *use);

/* The last numbers of a file system that can't be asked now; NULL when there are none. */
const struct disks_entry *disks_last(const struct disks *d, const struct sw_inode_use *use);

/* At the end of the run: complain once of those that are gone, and forget them. */
void disks_end(struct disks *d, struct sw_munin *m);

#endif
