/*
 * culprit: what holds the inodes of a file system that runs out of them, in a sentence: the
 * directories, their growth, and who queued it when they are Postfix's.
 */
#ifndef SW_PARTS_CULPRIT_H
#define SW_PARTS_CULPRIT_H

#include "munin/munin.h"
#include "spoolwatch/inode.h"
#include "base/block.h"
#include "base/timeline.h"
#include "os/state.h"
#include "postfix/spool.h"
#include "parts/disks.h"

enum { CULPRIT_FILE_SYSTEMS = 16, CULPRIT_VERSION = 5 };

/* How large the directories of the sentence were, at some time. */
struct culprit_sizes {
	int64_t when; /* 0: never */
	struct culprit_size {
		uint64_t what; /* hash of the path, and of what was not counted in it; 0: none */
		uint64_t inodes;
	} of[SW_INODE_DIRS_MAX];
};

/* What is kept between runs, of each file system; two lines as base/timeline.h has them. */
struct culprit_memory {
	struct disks_memory disks; /* of no line: what is mounted is so whatever the clock says */
	struct culprit_line {
		struct timeline time; /* in seconds */
		struct culprit_entry {
			uint64_t mount;		   /* hash of the mount point; 0: free */
			int64_t when;		   /* the sentence is of then */
			struct culprit_sizes base; /* growth is counted from then */
			struct culprit_sizes last; /* what the last scan that was not cut found */
			char text[SW_LABEL_MAX + 1];
		} entry[CULPRIT_FILE_SYSTEMS];
	} line, other;
};

/* Another instance of Postfix, whose queue it may be. */
struct culprit_instance {
	struct spool spool;
	int queue;		  /* -1: unknown, */
	struct sw_fault no_queue; /* for this */
	char config_directory[SPOOL_PATH];
};

struct culprit {
	struct sw_munin *m;
	struct block block; /* that holds the memory */
	struct culprit_memory *memory;
	struct state state;
	struct spool
		spool; /* of the Postfix whose queue it may be; .host is NULL: not opened yet */
	int queue;     /* its directory, -1: unknown, */
	struct sw_fault no_queue;	   /* for this */
	struct culprit_instance *instance; /* the others of that Postfix; NULL: none */
	size_t instances;
	struct sw_fault no_instances; /* why they are not known */
	struct disks disks;
	int64_t left_ms; /* for all scans together; what others were waited for is none of it */
	int64_t keep;	 /* seconds that a sentence is used again */
	bool changed;
};

/* Begin a run: opens the state (env.scan_file, else MUNIN_STATEFILE). 0 or -ENOMEM. */
int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why) SW_CHECK;

/* words_culprit() of it, or "" and perhaps *why when nothing can be said. */
struct sw_label culprit_of(struct culprit *c, const struct sw_inode_use *use, struct sw_fault *why);

/* The sentence of a scan from before, or "" when none is to be used any more. */
struct sw_label culprit_kept(struct culprit *c, const struct sw_inode_use *use);

/* Keep what was found, free. */
void culprit_close(struct culprit *c);

#endif
