/*
 * culprit: what holds the inodes of a file system that runs out of them, in a sentence: the
 * directories, their growth, and who queued it when they are Postfix's.
 */
#ifndef SW_PARTS_CULPRIT_H
#define SW_PARTS_CULPRIT_H

#include "munin/munin.h"
#include "spoolwatch/inode.h"
#include "base/timeline.h"
#include "os/state.h"

enum { CULPRIT_FILE_SYSTEMS = 16, CULPRIT_VERSION = 2 };

/* What is kept between runs, of each file system; two lines as base/timeline.h has them. */
struct culprit_memory {
	struct culprit_line {
		struct timeline time; /* in seconds */
		struct culprit_entry {
			uint64_t mount;	      /* hash of the mount point; 0: free */
			int64_t when;	      /* the sentence is of then */
			int64_t base;	      /* growth is counted from then */
			uint64_t base_path;   /* hash of the first directory then */
			uint64_t base_inodes; /* its inodes then */
			uint64_t last_path;   /* the same at `when` */
			uint64_t last_inodes;
			char text[SW_LABEL_MAX + 1];
		} entry[CULPRIT_FILE_SYSTEMS];
	} line, other;
};

struct culprit {
	struct sw_munin *m;
	struct culprit_memory *memory;
	struct state state;
	int64_t deadline_ms; /* of all scans together, by the monotonic clock */
	int64_t keep;	     /* seconds that a sentence is used again */
	bool changed;
};

/* Begin a run: opens the state (env.scan_file, else MUNIN_STATEFILE). 0 or -ENOMEM. */
int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why) SW_CHECK;

/*
 * "2325393 of 2621440 in /var/spool/postfix (+410000 since 10:05), 97% queued by
 * email@ourdomain.com (SASL login)", or "" and perhaps *why when nothing can be said.
 */
struct sw_label culprit_of(struct culprit *c, const struct sw_inode_use *use, struct sw_fault *why);

/* Keep what was found, free. */
void culprit_close(struct culprit *c);

#endif
