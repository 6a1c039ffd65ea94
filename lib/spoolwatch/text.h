/*
 * text: what all of spoolwatch speaks in: outside bytes, text that may be printed, why something
 * failed, and the machine that is looked at. SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Of the whole library:
 *
 * Stable. What these headers declare keeps its name and meaning within one SW_VERSION_MAJOR (from
 * 1 on; in 0.x within one MINOR). A struct may get new members at its end, which do nothing while
 * they are zero: so start every struct that you fill with zeros, and compile anew. There is one
 * kind of linking, static.
 *
 * Threads. There is no state between calls but what you hold. Two threads may call anything at a
 * time with things of their own, but sw_log_open(), which may load a library (one thread at a
 * time), and sw_munin_main(), which is for a program that has one thread.
 *
 * The process. No call ends it, prints, changes its environment, its directory, its signals, its
 * locale or its user, or leaves a descriptor or memory behind that its pair does not take back.
 * Descriptors are opened O_CLOEXEC. A child is made, and waited for, by sw_inode_each() (one for
 * each file system that may be on a network) and by sw_queue_open(), sw_log_open() (postconf(1),
 * when main.cf has a value with a '$'): who has a handler for SIGCHLD, or ignores it, must expect
 * that. sw_munin_main() alone owns its process and says what it does to it.
 *
 * Errors. What can fail returns 0 (or what it says) or -errno, and takes `struct sw_fault *why`
 * last, never NULL, which must be zero before: the first fault stays.
 */
#ifndef SPOOLWATCH_TEXT_H
#define SPOOLWATCH_TEXT_H

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

#if defined(__GNUC__)
#define SW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SW_CHECK	     __attribute__((warn_unused_result))
#else
#define SW_PRINTF(fmt, args)
#define SW_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bytes from outside (a log, a queue file, a directory). Borrowed: they lie in memory of somebody
 * else and are valid as long as that is. Any byte can be among them, NUL, newline and ESC included,
 * and they are not terminated. They reach output only as a label or a field.
 */
struct sw_raw {
	const char *p; /* may be NULL when n is 0 */
	size_t n;
};

/*
 * Text that may be printed.
 *
 * Kept: letters, digits, space and @ . _ + - / : , = ( ) % [ ]. Every other byte becomes %XX. A
 * '%' of the input that two hexadecimal digits follow becomes %25, so sw_label_decode() gives back
 * exactly the bytes that went in. What is kept is no syntax to any reader behind Munin:
 * munin-limits pastes labels and extinfo into `sh -c` (Munin 2.0.73, LimitsOld.pm:706-756), its
 * text datafile ends a line at '#' and joins it at a final '\', web pages take graph_info as HTML.
 *
 * A struct of zeros is an empty label. A label is a value: copy it as you like.
 */
enum { SW_LABEL_MAX = 350 }; /* bytes; Munin's Nagios contacts cut there (${strtrunc:350}) */

struct sw_label {
	char s[SW_LABEL_MAX + 1]; /* terminated, printable ASCII only */
	uint16_t n;		  /* strlen(s) */
	uint16_t whole;		  /* end of the last whole character that leaves room for "..." */
	bool cut;		  /* something did not fit; s ends in "..." */
};

/*
 * Add outside bytes, converted. Cut on a whole character (of UTF-8 where the input is UTF-8) with
 * "..." when SW_LABEL_MAX is reached; after a cut nothing more is added. Any input is legal.
 */
void sw_label_add(struct sw_label *l, struct sw_raw bytes);

/*
 * Add a name that others chose (an account, a mount point) so that it can't be read as a piece of
 * our sentence: a name of letters, digits and @ . _ + - / % alone stands as it is, any other is
 * put in [ ], with the brackets inside it encoded.
 */
void sw_label_add_name(struct sw_label *l, struct sw_raw name);

/* Add what was converted already, cut like everything else. */
void sw_label_append(struct sw_label *l, const struct sw_label *more);

/*
 * Add words of your own. What the arguments bring in is converted like everything else; of a
 * result beyond 4 * SW_LABEL_MAX bytes the rest is left out.
 */
void sw_label_print(struct sw_label *l, const char *fmt, ...) SW_PRINTF(2, 3);

/* A new label from outside bytes, or from words of your own. */
struct sw_label sw_label_from(struct sw_raw bytes);
struct sw_label sw_label_printed(const char *fmt, ...) SW_PRINTF(1, 2);

/*
 * Undo the conversion: the bytes that sw_label_add() was given, into buf of `size` bytes
 * (SW_LABEL_MAX always suffices), not terminated. Returns how many. A label that was cut gives back
 * what was kept and "...".
 */
size_t sw_label_decode(const struct sw_label *l, char *buf, size_t size);

/* Why something failed: one sentence, made where it happened. */
struct sw_fault {
	int code;	      /* an errno, 0 while nothing has failed */
	struct sw_label text; /* printable: what the sentence quotes from outside is converted */
};

/*
 * Fill *why, unless an earlier fault is already in it (the first one is the cause), and return
 * -code. `code` is an errno above 0; its strerror() is NOT added: see sw_fault_errno().
 */
int sw_fault(struct sw_fault *why, int code, const char *fmt, ...) SW_PRINTF(3, 4);

/* The same with ": " and what the errno means at the end. */
int sw_fault_errno(struct sw_fault *why, int code, const char *fmt, ...) SW_PRINTF(3, 4);

/* Whom a message counts for. */
enum sw_account_kind {
	SW_ACCOUNT_LOGIN,  /* a SASL login */
	SW_ACCOUNT_UID,	   /* a local user */
	SW_ACCOUNT_CLIENT, /* the address of a client that did not log in */
	SW_ACCOUNT_LOCAL   /* made on this host, it is not known by whom */
};

/* The machine that is looked at, and its clock. Opaque. */
struct sw_host;

/*
 * The machine itself (root NULL or "/"), or a directory that stands for "/": the copied disk of a
 * server after an incident, a test's. `now` is the time to take for now, in seconds since the
 * epoch; 0 means the clock's, read once, here: so open one for each look at a machine. *ret is the
 * caller's, to end with sw_host_close() after all that was read through it has ended. Returns 0 or
 * -errno, with *ret set to NULL.
 *
 * In a copied root symbolic links stay inside it where the kernel can do that (openat2, Linux 5.6);
 * file systems are asked nothing, their numbers stand in its file /statvfs (`stat -f -c '%c %d %n'
 * MOUNTPOINT...`).
 */
int sw_host_open(const char *root, int64_t now, struct sw_host **ret,
		 struct sw_fault *why) SW_CHECK;

void sw_host_close(struct sw_host *h); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif
