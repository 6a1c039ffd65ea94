/* culprit_facts: what the sentence of words/culprit.h needs besides the scan of the directories. */
#ifndef SW_WORDS_CULPRIT_FACTS_H
#define SW_WORDS_CULPRIT_FACTS_H

#include "os/users.h"
#include "words/culprit.h"

/* One file system's. Large: on the heap, for a stack may be small. */
struct culprit_facts {
	struct words_culprit words;
	struct sw_inode_dirs dirs, below;
	struct inode_unseen unseen;
	struct sw_label contain; /* words_contain() of who has most of the queue, if that is half */
	char names[SW_INODE_DIRS_MAX][USERS_NAME];
	char mount[4096];
};

/*
 * After a scan, words_culprit_is_blind(): it met less than half of what is in use. Look below what
 * is mounted in it, then for other causes, until then (clock_ms()). A second scan stands for the
 * first where it explains more.
 */
void culprit_facts_look_further(struct culprit_facts *f, const struct sw_host *h, int64_t until);

/*
 * Which of the directories is Postfix's queue directory (`queue`, a descriptor; -1: it is not
 * known, for `why`) or one in it. Whether there is one. No queue is no doubt, but where memory was
 * short.
 */
bool culprit_facts_find_queue(struct culprit_facts *f, const struct sw_host *h, int queue,
			      const struct sw_fault *why);

/*
 * Who filled that. It takes a count of the queue and a sample of 300 files, whatever time the walk
 * has used up: in the hour that all this is for, the walk is cut off and the name is what counts.
 * `config_directory` is that of the queue's Postfix.
 */
void culprit_facts_find_queuer(struct culprit_facts *f, const struct sw_host *h, int queue,
			       const char *config_directory);

/* The names of those whose the files of the others are. */
void culprit_facts_find_users(struct culprit_facts *f, const struct sw_host *h);

#endif
