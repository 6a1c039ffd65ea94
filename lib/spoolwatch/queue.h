/*
 * queue: the queues of a Postfix instance: how many messages, who submitted each, who holds them.
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nothing here locks a queue file, writes, or changes an access time where the system lets us:
 * Postfix does not notice. The queue directory is Postfix's own: run as its user (postfix) or root.
 */
#ifndef SPOOLWATCH_QUEUE_H
#define SPOOLWATCH_QUEUE_H

#include "spoolwatch/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Open a queue directory: `spooldir` (an absolute path), or with NULL the queue_directory of the
 * main.cf in `config_directory` (NULL: /etc/postfix), or Postfix's own default where that does not
 * set it. Returns a descriptor, to end with close(2), good for all below; -ENOENT also when it
 * holds none of Postfix's queues; another -errno.
 */
int sw_queue_open(const struct sw_host *h, const char *spooldir, const char *config_directory,
		  struct sw_fault *why) SW_CHECK;

/* One message, borrowed until the function returns. */
struct sw_queue_message {
	const char *id;	  /* its queue ID, which is the name of its queue file; terminated */
	size_t id_n;	  /* strlen(id) */
	int directory;	  /* where the file is, open: for sw_queue_file_read() */
	const char *hash; /* the hash directories below the queue: "", "A/", "A/B/" */
};

/* A value other than 0 ends the walk and is what sw_queue_each() returns. */
typedef int (*sw_queue_fn)(const struct sw_queue_message *message, void *ctx);

/*
 * Call fn for each message of one queue ("deferred") below the queue directory `spool` (a
 * descriptor), through hash directories of any depth, as Postfix's mail_scan_dir(3) follows them,
 * links to directories too: by getdents64 alone, no file is opened, locked or stat'ed. What
 * vanishes or moves meanwhile is normal. Returns 0, what fn returned, or -errno: -ENOENT only when
 * there is no such queue; -EACCES, -EIO and the like when a directory can't be read whole and the
 * count would be wrong; -ELOOP when a link leads back to a directory above it.
 */
int sw_queue_each(int spool, const char *queue, sw_queue_fn fn, void *ctx,
		  struct sw_fault *why) SW_CHECK;

/* How many messages; *ret is set only when 0 is returned. Errors as sw_queue_each(). */
int sw_queue_count(int spool, const char *queue, uint64_t *ret, struct sw_fault *why) SW_CHECK;

/*
 * The envelope of one queue file: who submitted the message, when, to how many.
 *
 * A queue file (global/rec_type.h; the same from Postfix 2.3 to 3.12) is a row of records. In file
 * order, as smtpd(8) or pickup(8) and cleanup(8) write them:
 *     C size  T time  A name=value ... S sender  A ... R recipient ...  M content X  R ...  E
 * sasl_* and log_ident stand before S, client_* behind it. A delivered recipient has its R
 * overwritten by D. A milter's changes lie behind E and are threaded in by 'p' records (an offset);
 * the first possible one takes the place of S, so none needs following to find the login.
 * maildrop files have no C and begin with T, which postdrop(1) writes whatever its caller says; the
 * attributes in them come from that caller and are not taken.
 *
 * Attribution: attributes are told by their *name*, and sasl_* and log_ident count only before the
 * first S, p, recipient or M, where nobody but Postfix writes; the first of a name wins, as in
 * qmgr(8). sasl_sender is what an unchecked client says in MAIL FROM ... AUTH=, even one that never
 * logged in; it may read "x, sasl_username=victim" and means nothing. The content is not looked at
 * (for the two exceptions see uid and script).
 *
 * Hostile input (a local user's sender can hold newline and NUL up to 3.11): values hold any bytes,
 * up to 16 KB; wrong text in them is all that a made-up file can do. Pointers and lengths lead to
 * at most 64 jumps and 32 KB of records (SW_QUEUE_FILE_WHO), 20000 jumps and no more bytes of
 * records than the file has (SW_QUEUE_FILE_ALL).
 */
enum sw_queue_file_depth {
	/*
	 * As far as the submitter: up to S when there is a login (client_* is then not reached, and
	 * sender is not there when a milter changed it), else up to client_address, else up to the
	 * first recipient: local mail. open, one pread of 4096 bytes and close in nearly all cases;
	 * an fstat more for maildrop files.
	 */
	SW_QUEUE_FILE_WHO,
	/*
	 * All of the envelope, to the E record: also the recipients and the size of the file. The
	 * content is jumped over, in maildrop walked through: nothing says there where it ends.
	 */
	SW_QUEUE_FILE_ALL
};

enum sw_queue_file_state {
	SW_QUEUE_FILE_WHOLE,   /* in order, as far as it was read */
	SW_QUEUE_FILE_GROWING, /* being written: C is still 0, or the file ends before what was
				  sought */
	SW_QUEUE_FILE_DAMAGED  /* then comes what Postfix never writes; what stood before it was
				   taken */
};

/* The bytes of what was read; ours. */
enum {
	SW_QUEUE_FILE_HEAD = 16384,
	SW_QUEUE_FILE_MORE = 8192, /* a window; the longest data that can be seen behind the head */
	SW_QUEUE_FILE_KEPT = 4096  /* bytes of what is kept from there */
};

struct sw_queue_file_room {
	size_t head_n;
	size_t more_n;
	size_t kept_n;
	int64_t more_at;
	char head[SW_QUEUE_FILE_HEAD]; /* from offset 0 */
	char more[SW_QUEUE_FILE_MORE]; /* from more_at */
	char kept[SW_QUEUE_FILE_KEPT];
};

/*
 * What was found. 29 KB that the caller owns; the values point into .room, so a copy of the struct
 * borrows from the original, and the next reading into it ends them. A value that is not there has
 * .p == NULL; one that is there and empty (the null sender) has .p != NULL and .n == 0. Numbers
 * that are not there are 0.
 */
struct sw_queue_file {
	enum sw_queue_file_state state;
	bool maildrop; /* begins with T: pickup(8) has not taken it yet */
	bool local;    /* no login, no client: sendmail(1), a bounce, what a program resent */
	bool has_uid;  /* uid below */

	int64_t arrival_time; /* T: seconds since the epoch; postsuper -r keeps it */
	int64_t arrival_usec; /* 0..999999 */
	int64_t create_time;  /* the queue file's own, from which its expiry counts; in seconds */

	struct sw_raw sasl_method;
	struct sw_raw sasl_username;
	/*
	 * sasl_username with the blanks at its ends, which qmgr(8) takes off and smtpd(8), who
	 * looks it up in maps, does not: " lead" is a login of its own.
	 */
	struct sw_raw sasl_login;
	struct sw_raw sasl_sender;     /* UNCHECKED text of the client, never an identity */
	struct sw_raw log_ident;       /* the queue ID that the message had first */
	struct sw_raw client_name;     /* who connected; "unknown" when its name is not verified */
	struct sw_raw client_address;  /* numeric, without "IPv6:" */
	struct sw_raw log_client_name; /* the same before an after-queue filter (XFORWARD) */
	struct sw_raw log_client_address; /* with "IPv6:" */
	struct sw_raw sender;		  /* S: the envelope sender in internal form, unquoted */

	/*
	 * Who called sendmail(1). In maildrop the owner of the file. Later the number in the
	 * Received header that pickup(8) put before the content, taken only if the queue ID that
	 * stands in that header is the name of this file: a sender can't know that ID in advance.
	 * After postsuper -r it is Postfix's own uid. Not for messages that came from a client.
	 */
	uint64_t uid;

	/*
	 * What handed it in, by the header of the message: PHP's "X-PHP-Originating-Script:
	 * 1001:mailer.php", where mail.add_x_header is on. The first one within 64 records, of a
	 * message with uid alone; 1..255 bytes, .p NULL when there is none. Any program of that
	 * user can write one: it says where to look, not whose the message is. script_uid is whose
	 * the script's file is (0..4294967295).
	 */
	struct sw_raw script;
	uint64_t script_uid;

	/* C, all 0 while cleanup(8) is still writing; in maildrop there is none */
	int64_t data_size;   /* content segment as first written: what postqueue shows */
	int64_t data_offset; /* of the first byte of content */
	int64_t rcpt_count;  /* as first written; never lowered */
	int64_t cont_length; /* message length as qmgr(8) logs it */

	/* SW_QUEUE_FILE_ALL only; in SW_QUEUE_FILE_WHO they mean nothing */
	uint64_t rcpt_todo;	/* R */
	uint64_t rcpt_done;	/* D: delivered or bounced */
	uint64_t rcpt_canceled; /* '/': deleted by a milter */
	int64_t file_size;	/* bytes */

	struct sw_queue_file_room room; /* the bytes; ours */
};

/*
 * Read the queue file `name` of the open directory. It is opened read-only and without following a
 * symbolic link; nothing blocks, nothing is locked (a lock makes qmgr(8) skip the message), no
 * access time is changed where the system lets us. *ret is filled, also on failure (then empty).
 *
 * Returns 0, whatever ret->state says; -ENOENT, with *why untouched, when the file was moved or
 * removed meanwhile, which is normal; -EBADMSG when it is no queue file (a first record other than
 * C or T, or no regular file); another -errno when it can't be read.
 */
int sw_queue_file_read(int directory, const char *name, enum sw_queue_file_depth depth,
		       struct sw_queue_file *ret, struct sw_fault *why) SW_CHECK;

/*
 * Somebody's share; of one queue or of all that could be read. Messages of a queue of which none
 * was looked at are nobody's, and widen the error.
 */
struct sw_queue_owner {
	enum sw_account_kind kind;
	/* For people: alice@example.com, uid 33 www-data, client 198.51.100.7, local mail. */
	struct sw_label name;
	struct sw_raw key; /* tells one from another; a login in lower case. Of *owners */
	double share;	   /* 0..1 of the messages */
	double error;	   /* half of a 95 % confidence interval; 0 when exact */
	double messages;
	/*
	 * Of a user ID: the script that handed in most of its messages, as in sw_queue_file; .n 0
	 * when none said so. Of *owners.
	 */
	struct sw_raw script;
	uint64_t script_uid;
	double script_share; /* 0..1 of the messages of this owner */
};

enum {
	SW_QUEUE_OWNERS_QUEUES = 6,
	SW_QUEUE_OWNERS_ALL = SW_QUEUE_OWNERS_QUEUES, /* as a queue's index: all of them */
	SW_QUEUE_OWNERS_MOST = 100000		      /* bounds `most` */
};

struct sw_queue_owners_queue {
	const char *name;    /* active, deferred, maildrop, incoming, corrupt, hold */
	struct sw_fault why; /* code not 0: it could not be read, nothing is known of it */
	uint64_t messages;   /* exact */
	uint64_t looked;     /* at so many of them */
	double weight;	     /* messages that each one looked at stands for */
	double bytes;	     /* of message content, estimated unless exact */
	int64_t oldest;	     /* arrival of the oldest that was seen; 0: none was */
	/* Code not 0: why the first file of it that said nothing did not; one that moved is none */
	struct sw_fault unread;
};

struct sw_queue_owners {
	uint64_t messages; /* in all queues that could be read, exact */
	uint64_t looked;   /* at so many of them */
	bool exact;	   /* that was all of them */
	/* Of those picked; not those that were moved meanwhile or are being written. */
	uint64_t unreadable;
	struct sw_fault first; /* why the first of these could not be read */
	struct sw_queue_owners_queue queue[SW_QUEUE_OWNERS_QUEUES];
	const struct sw_host *host; /* ours, as what follows */
	void *table;
	void *scripts;
};

/*
 * Who put the messages into the queues below `spool`: SASL accounts, local users, clients that did
 * not log in, from the queue files' own records as sw_queue_file_read() takes them. All messages
 * are counted; at most `most` of them (1..SW_QUEUE_OWNERS_MOST), each with the same chance, are
 * opened: 4 microseconds each when cached, 120 when not. Memory: some 2 MB and 460 bytes for each
 * of `most`. A message that an after-queue content filter brought back counts for the filter's
 * client. *ret ends with sw_queue_owners_free(), before `h` does, whatever is returned: 0 or
 * -ENOMEM. What befell a queue stands in its .why, and files that can't be read are counted: look
 * at both before you call a queue empty.
 */
int sw_queue_owners_read(const struct sw_host *h, int spool, size_t most,
			 struct sw_queue_owners *ret, struct sw_fault *why) SW_CHECK;

/*
 * The greatest owners of one queue (index of .queue) or of SW_QUEUE_OWNERS_ALL, at most `max`, the
 * greatest first, equal ones by key. Returns how many into ret. Of more than 2048 owners, and of
 * more than 512 scripts, the greatest are kept (Space-Saving), so nobody can hide behind invented
 * names.
 */
size_t sw_queue_owners_top(const struct sw_queue_owners *owners, size_t queue,
			   struct sw_queue_owner *ret, size_t max);

void sw_queue_owners_free(struct sw_queue_owners *owners);

#ifdef __cplusplus
}
#endif

#endif
