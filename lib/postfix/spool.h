/*
 * spool: one Postfix instance, opened once a run and handed to all who need it: its main.cf, its
 * queue directory, what its log bears.
 *
 * What can't be known says why and is never another instance's. Multiple instances: postmulti(1),
 * MULTI_INSTANCE_README of Postfix; the queues: global/mail_queue.h.
 */
#ifndef SW_POSTFIX_SPOOL_H
#define SW_POSTFIX_SPOOL_H

#include "postfix/maincf.h"

#define SPOOL_CONFIG_DIRECTORY "/etc/postfix" /* Postfix's default */

enum { SPOOL_QUEUES = 6, SPOOL_PATH = 4096 };

/* The queues in the order of the Munin plugin postfix_mailqueue, and their labels there. */
struct spool_queue {
	const char *name;  /* "hold": the directory below the queue directory */
	const char *label; /* "held" */
};
extern const struct spool_queue spool_queues[SPOOL_QUEUES];

/* Which instance; all borrowed for the call. */
struct spool_where {
	const char *config_directory; /* of the default instance; NULL: SPOOL_CONFIG_DIRECTORY */
	const char *spooldir; /* the queue directory itself: no main.cf is looked at; or NULL */
	const char *instance; /* the last part of an instance's directory; NULL, "": default */
};

/* Use the functions; a spool has one owner and is not for two threads. */
struct spool {
	const struct sw_host *host; /* borrowed */
	struct maincf *main;	    /* of the instance; NULL: not looked at, or why.code is set */
	struct sw_fault why;	    /* why nothing is known of this instance */
	char *path;		    /* of the queue directory, once asked for */
	int directory;		    /* O_PATH, once asked for; -1 */
	struct sw_fault unopened;   /* why there is none */
};

/*
 * Find the instance and read its main.cf; main.cf of the default instance is read too when another
 * is asked for. Returns 0 or -errno; *ret is to be closed in either case, and after a failure each
 * function below fails with the same reason:
 *   -ENOENT  the config_directory is not there or holds no main.cf (but see below); the instance is
 *            not in multi_instance_directories; its directory or main.cf is not there
 *   -EACCES and others of maincf_open()
 *   -EINVAL  a main.cf in which no line sets anything; an instance whose directory is no absolute
 *            path, or that stands for two; what maincf_value() says of multi_instance_directories
 * Where the config_directory is Postfix's default and has no main.cf, all is Postfix's default:
 * spool_state() tells. A directory that somebody named has no such excuse.
 */
int spool_open(const struct sw_host *h, const struct spool_where *where, struct spool *ret,
	       struct sw_fault *why) SW_CHECK;

void spool_close(struct spool *s);

/* What was found of main.cf; MAINCF_READ too when a spooldir was given and none was looked at. */
enum maincf_state spool_state(const struct spool *s);

/* The path of the instance's main.cf; "" when a spooldir was given or nothing is known. */
const char *spool_main(const struct spool *s);

/*
 * The queue directory: its path on the host (absolute, below SPOOL_PATH bytes; a spooldir as it was
 * given), living as long as *s. Returns 0, or -errno as maincf_value(); -EINVAL for a path that
 * Postfix would not take.
 */
int spool_path(struct spool *s, const char **ret, struct sw_fault *why) SW_CHECK;

/*
 * The same, opened (O_PATH, once; a failure is remembered). Returns the descriptor, which *s owns;
 * -ENOENT when it is not there, -EACCES, -errno; whether it is a queue directory is not said.
 */
int spool_directory(struct spool *s, struct sw_fault *why) SW_CHECK;

/*
 * Has a directory any of the queues? Some may be missing (nothing was ever corrupt); one that may
 * not be searched counts as a queue directory: its queues say so of themselves.
 */
bool spool_is_queue_directory(int directory);

/*
 * Ask now for all that may be asked of main.cf: where postconf(1) is needed it is run now, and
 * never later. What can't be known is said to who asks for it.
 */
void spool_settle(struct spool *s);

/*
 * maillog_file: a path, "/dev/stdout", or "" for syslog; "" too when a spooldir was given. Lives as
 * long as *s. Returns 0, or -errno as maincf_value(): then it is not known where Postfix logs.
 */
int spool_maillog_file(struct spool *s, const char **ret, struct sw_fault *why) SW_CHECK;

/* syslog_name, what a log's tags begin with; "" (not known) when a spooldir was given. */
int spool_syslog_name(struct spool *s, const char **ret, struct sw_fault *why) SW_CHECK;

/* multi_instance_directories of this instance's main.cf, for spool_next_instance(). */
int spool_instances(struct spool *s, struct sw_raw *ret, struct sw_fault *why) SW_CHECK;

/* Take the next directory of such a list, which blanks and commas separate; false at its end. */
bool spool_next_instance(struct sw_raw *rest, struct sw_raw *ret);

/* The name by which an instance is asked for: the last part of its directory. */
struct sw_raw spool_instance_name(struct sw_raw config_directory);

/*
 * The user that Postfix's daemons run as (mail_owner): the owner of the active queue, whatever the
 * name means on another machine. -1 when that can't be seen.
 */
int64_t spool_mail_owner(struct spool *s);

/*
 * When did Postfix last take, move or finish a message: the latest mtime of incoming, active and
 * maildrop (and of the directories in them, where hash_queue_names says so) that is not in the
 * future, in seconds since the epoch. 0: there is no Postfix here (no
 * such directory, or none of these queues in it); -EACCES when it may not be seen, -errno when it
 * can't be known for another reason.
 */
int64_t spool_moved(struct spool *s);

#endif
