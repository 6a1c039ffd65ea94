/*
 * instance: the Postfix instance that is acted on: where its queues and programs are, whether it
 * runs, and its own commands with what makes them safe.
 */
#ifndef SW_INCIDENT_INSTANCE_H
#define SW_INCIDENT_INSTANCE_H

#include <sys/types.h>

#include "incident/child.h"
#include "incident/run.h"

enum { INSTANCE_VALUE = 1024, INSTANCE_PATH = 96, INSTANCE_BATCH = 4096 };

struct instance {
	struct run *run;
	char config_directory[INSTANCE_VALUE];
	char queue_directory[INSTANCE_VALUE];
	char command_directory[INSTANCE_VALUE];
	char daemon_directory[INSTANCE_VALUE];
	char maillog_file[INSTANCE_VALUE];
	char hash_queue_names[INSTANCE_VALUE];
	unsigned hash_queue_depth;
	bool utf8; /* smtputf8_enable: maps fold UTF-8, too */
	int spool; /* the queue directory, open */
	int hold;  /* its hold, open and locked (instance_lock()); -1 */
	dev_t device;
	uid_t mail_owner;
	bool asked; /* whether it runs, before the first batch */
	/* a postsuper(1) that waits for more, and for what it was started */
	struct child child;
	const char *child_option, *child_queue;
	unsigned fed;		    /* how often */
	bool more;		    /* there will be more */
	char stuck[INSTANCE_BATCH]; /* queue IDs, each with a newline, that it failed of */
	size_t stuck_n;
	char stand_in[64]; /* a config_directory without maillog_file, made on /run; "" */
};

/*
 * Ask postconf(1). Returns 0; -EPERM when we are not root; -errno. To be closed in any case; a
 * stand-in is removed then.
 */
int instance_open(struct run *r, struct instance *ret, struct sw_fault *why) SW_CHECK;
void instance_close(struct instance *in);

/*
 * One spoolwatch at a time acts on an instance: lock its directory hold, which nothing of Postfix
 * locks and which needs neither inode nor block. Waits some seconds. -EBUSY with who has it.
 */
int instance_lock(struct instance *in, struct sw_fault *why) SW_CHECK;

/* Does its master(8) run? */
bool instance_runs(const struct instance *in);

/* The path of a queue file below the queue directory, through the hash directories. */
void instance_path(const struct instance *in, const char *queue, const char *id,
		   char ret[INSTANCE_PATH]);

/*
 * postsuper(1) with `option` (-h, -H, -d) on queue IDs, each with a newline, at most INSTANCE_BATCH
 * bytes; they reach it on its standard input alone, and it looks in `queue` alone. With Postfix
 * stopped and maillog_file set it is given a main.cf without that, or it dies of the first message.
 * `more`: such a call will follow, of the same process; instance_rest() if not.
 *
 * Where it dies of one, that is left out and the others are tried again, each by itself if it does
 * not say of which. 0: it did not fail, which says nothing of what it moved; 1: but of those in
 * in->stuck, *why says of the first; -ENOSPC: no room for another name; -errno: it can do nothing.
 */
int instance_postsuper(struct instance *in, const char *option, const char *queue,
		       struct sw_raw ids, bool more, struct sw_fault *why) SW_CHECK;
void instance_rest(struct instance *in);

/*
 * Reload Postfix and wait until a new qmgr(8) runs, and the old one does not: what was waiting in
 * its memory is forgotten. 0 too where Postfix does not run. -ETIME when it is not seen.
 */
int instance_forget(struct instance *in, struct sw_fault *why) SW_CHECK;

#endif
