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
	struct {
		uint64_t grown;	  /* inodes that it has more than at `since`; 0: no more, or not
				     known */
		const char *user; /* name of its files' owner, may be empty; NULL: none is told */
		bool queue;	  /* it is Postfix's queue or of it */
	} of[SW_INODE_DIRS_MAX];  /* of each of dirs->item */
	int64_t since;		  /* seconds since the epoch; told as local time */
	struct sw_label who;	  /* words_queue() of the queue, may be empty */
	struct sw_label
		doubt; /* why that, or whether it is the queue, is not known; may be empty */
	const struct inode_unseen *unseen; /* NULL: nobody looked for what the scan does not see */
	/* of each directory inode_unseen_over(), when `dirs` is of inode_unseen_below() */
	struct sw_label over[SW_INODE_DIRS_MAX];
	bool copied; /* the inodes in use are another host's: what is not seen means nothing */
	struct words_culprit_advice advice;
};

/*
 * "space is what is missing: 99.8% of it is in use, and xfs makes inodes of free space"; empty
 * where it is not (inode_is_space_missing()): then directories are to be named.
 */
struct sw_label words_space(const struct sw_inode_use *use);

/*
 * "901 of 2250 in /srv/www/shop/tmp (+410 since 10:05, 40%), 96% +-2% of uid 1005 kunde17, then 782
 * in /srv/www (34%: 660 in /srv/www/%2A/tmp, 60 of them)" or "2982 of 6000 in
 * /var/spool/postfix/deferred (49%), queued by email@ourdomain.com 97% of ... (SASL login), then
 * ...": of the queue the account takes the place of owner and pattern. Doubts come before the
 * second directory: they must not be cut. A path that is too long is cut so that what stands behind
 * it has room; of a later directory that does not fit, only the path and the share are told.
 *
 * Where less than half of the inodes in use were seen no directory is blamed; the causes that can
 * be seen stand in their place:
 * "3915 of 3968 inodes, only 2% of them in directories seen from here: 3800 are deleted ..."
 */
bool words_culprit_is_blind(const struct words_culprit *c);
struct sw_label words_culprit(const struct words_culprit *c);

#endif
