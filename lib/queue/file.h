/*
 * qfile: the envelope of one queue file: who submitted the message, when, to how many.
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
 * (for the one exception see uid).
 *
 * Hostile input (a local user's sender can hold newline and NUL up to 3.11): values hold any bytes,
 * up to 16 KB; wrong text in them is all that a made-up file can do. Pointers and lengths lead to
 * at most 64 jumps and 32 KB of records (SW_QUEUE_FILE_WHO), 20000 jumps and no more bytes of
 * records than the file has (SW_QUEUE_FILE_ALL).
 */
#ifndef SW_QUEUE_FILE_H
#define SW_QUEUE_FILE_H

#include "base/fault.h"
#include "queue/record.h"

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
	SW_QUEUE_FILE_ALL,
};

enum sw_queue_file_state {
	SW_QUEUE_FILE_WHOLE,   /* in order, as far as it was read */
	SW_QUEUE_FILE_GROWING, /* being written: C is still 0, or the file ends before what was
				  sought */
	SW_QUEUE_FILE_DAMAGED, /* then comes what Postfix never writes; what stood before it was
				  taken */
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
 * The same without a file: of `size` bytes (INT64_MAX when not known), which fn gives. `name` is
 * the queue ID, against which uid is checked. No system call of its own; uid of maildrop is not
 * set. Returns 0, -EBADMSG, or what fn failed with.
 */
int queue_file_parse(queue_record_pread_fn fn, void *ctx, const char *name, int64_t size,
		     enum sw_queue_file_depth depth, struct sw_queue_file *ret,
		     struct sw_fault *why) SW_CHECK;

#endif
