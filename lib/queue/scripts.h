/* scripts: which scripts handed in the messages of each local user (script.h), of those looked at.
 */
#ifndef SW_QUEUE_SCRIPTS_H
#define SW_QUEUE_SCRIPTS_H

#include "base/topk.h"
#include "spoolwatch/queue.h"

enum { QUEUE_SCRIPTS_NAMES = 512 }; /* of more than so many the most frequent are kept */

/* A table of them, to end with topk_free(). Returns 0 or -ENOMEM. */
int queue_scripts_new(struct hash_key key, struct topk **ret, struct sw_fault *why) SW_CHECK;
/* The same in a block of the caller's that has queue_scripts_room() bytes for it. */
size_t queue_scripts_room(void);
struct topk *queue_scripts_in(struct block *block, struct hash_key key);

/* A message of a queue, which is any index below SW_QUEUE_OWNERS_QUEUES; only one with a uid
 * counts. */
void queue_scripts_count(struct topk *scripts, const struct sw_queue_file *f, size_t queue);

struct queue_script_most {
	struct sw_raw script; /* of the table; n is 0: none named one */
	uint64_t script_uid;
	double share; /* 0..1 of the user's messages */
};

/*
 * The script that most messages of a user ID name, where one of queue i stands for weight[i]; equal
 * ones by name.
 */
struct queue_script_most queue_scripts_most(struct topk *scripts, uint64_t uid,
					    const double weight[SW_QUEUE_OWNERS_QUEUES]);

#endif
