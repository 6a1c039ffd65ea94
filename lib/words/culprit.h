/*
 * culprit: what holds the inodes of a file system, in a sentence: the directories, their growth,
 * who queued it when they are Postfix's, and what keeps the answer from being whole.
 */
#ifndef SW_WORDS_CULPRIT_H
#define SW_WORDS_CULPRIT_H

#include "inode/dirs.h"
#include "inode/unseen.h"
#include "spoolwatch/inode.h"

/*
 * What the reader may do about a doubt, in the words of the program that says it; NULL: nothing is
 * said. Put behind "in the time of", "...:" and "hidden by".
 */
struct words_culprit_advice {
	const char *time;	/* env.scan_seconds */
	const char *permission; /* user root in plugin-conf.d */
	const char *hidden_by;	/* ProtectHome, PrivateTmp of munin-node: when it is seen */
	const char *seen_by;	/* env.scan_file */
};

struct words_culprit {
	const struct sw_inode_dirs *dirs;
	const struct sw_inode_use *use;
	uint64_t grown; /* inodes that the first directory has more than at `since`; 0: no more,
			   or not known */
	int64_t since;	/* seconds since the epoch; told as local time */
	size_t queue;	/* which of dirs->item is Postfix's queue or of it; dirs->n: none */
	struct sw_label who;		   /* words_queue() of it, may be empty */
	const struct inode_unseen *unseen; /* NULL: nobody looked for what the scan does not see */
	/* of each directory inode_unseen_over(), when `dirs` is of inode_unseen_below() */
	struct sw_label over[SW_INODE_DIRS_MAX];
	bool copied; /* the inodes in use are another host's: what is not seen means nothing */
	struct words_culprit_advice advice;
};

/*
 * "2325393 of 2621440 in /var/spool/postfix (+410000 since 10:05), queued by email@ourdomain.com
 * 97% of ... (SASL login), then 9 in /var/lib". Doubts come before the second directory: they must
 * not be cut. Where less than half of the inodes in use were seen no directory is blamed; the
 * causes that can be seen stand in their place:
 * "3915 of 3968 inodes, only 2% of them in directories seen from here: 3800 are deleted ..."
 */
bool words_culprit_is_blind(const struct words_culprit *c);
struct sw_label words_culprit(const struct words_culprit *c);

#endif
