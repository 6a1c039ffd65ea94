/*
 * log: who submitted how much in the last minutes, from the mail log, and which of these minutes
 * may be believed. SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A message counts when smtpd(8) logs its client and login or pickup(8) its local user, its
 * recipients when qmgr(8) first makes it active. What comes again is not counted again: retries,
 * `postsuper -r`, what a content filter puts back.
 *
 * Hostile input: a client chooses most of what stands in a mail log. What is taken stands at places
 * that only syslogd or Postfix itself fills; any bytes are legal. (Any local user can write to
 * syslog in Postfix's name; only the journal tells.) Memory, some 10 MB, does not grow with the
 * log: of more than 4096 accounts or 16384 pairs of account and address the busiest are kept
 * (Space-Saving).
 */
#ifndef SPOOLWATCH_LOG_H
#define SPOOLWATCH_LOG_H

#include "spoolwatch/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SW_LOG_MINUTES = 60 }; /* the longest window */

struct sw_log; /* a window of a mail log that was read; opaque */

/* Which log. Zeros are what most hosts need. */
struct sw_log_where {
	/*
	 * An absolute path, and nothing takes its place; NULL: main.cf's maillog_file, else the
	 * first of the usual names in /var/log, else the systemd journal.
	 */
	const char *logfile;
	const char *config_directory; /* of main.cf; NULL: /etc/postfix */
	bool without_local;	      /* count SASL logins alone */
};

/*
 * Read the last `minutes` (1..SW_LOG_MINUTES) whole minutes before the host's now, through rotated
 * and compressed files; the one that is not five seconds over yet is not among them. The window is
 * found by the stamps in the log, so the same minute is told alike however often it is read. Stamps
 * without a zone are in that of this process (TZ).
 *
 * `where` may be NULL. *ret is the caller's, to end with sw_log_close(), before `h` does. A log
 * that is missing, unreadable or not to be believed is no failure here: its minutes say so. Returns
 * 0, -EINVAL for other numbers of minutes, or -ENOMEM.
 */
int sw_log_open(const struct sw_host *h, const struct sw_log_where *where, unsigned minutes,
		struct sw_log **ret, struct sw_fault *why) SW_CHECK;

/* What was read, or tried last: "/var/log/mail.log", "the journal"; empty when nothing was. */
struct sw_label sw_log_source(const struct sw_log *log);

struct sw_log_minute {
	int64_t start; /* seconds since the epoch */
	/*
	 * Code 0: the minute is known, and a 0 is a 0. Else the reason why it is not: no log, may
	 * not be read, a piece of the window is missing, the log has fallen silent while Postfix's
	 * queue moves on, its clock is not ours; then what was counted is "at least".
	 */
	struct sw_fault why;
	uint64_t messages; /* of all accounts */
	uint64_t recipients;
};

/* Minute i, 0 the oldest; false when there is none. */
bool sw_log_minute(const struct sw_log *log, unsigned i, struct sw_log_minute *ret);

enum sw_log_kind {
	SW_LOG_MESSAGES,
	SW_LOG_RECIPIENTS,
	SW_LOG_ADDRESSES /* distinct client addresses */
};

/* An account in some minutes. What is borrowed is of the log. */
struct sw_log_account {
	enum sw_account_kind kind; /* SW_ACCOUNT_LOGIN or SW_ACCOUNT_UID */
	struct sw_label name;	   /* for people: alice@example.com, uid 33 www-data */
	struct sw_raw key;	   /* tells one from another; a login in lower case */
	uint64_t messages;
	uint64_t recipients;
	uint64_t addresses;
	uint64_t error; /* counts may be too low by this much: 0 unless there were too many */
	struct sw_raw address; /* the busiest client address; n is 0 when none is known */
	struct sw_raw client;  /* its verified host name, or "unknown" */
	uint64_t from_address; /* messages from there */
};

/*
 * The accounts with most of a kind in minutes first..first+n-1, the greatest first (equal ones by
 * key), at most `max` of them into ret (NULL if max is 0). Returns how many accounts had any. An
 * empty list proves nothing where a minute is not known.
 */
size_t sw_log_top(const struct sw_log *log, enum sw_log_kind kind, unsigned first, unsigned n,
		  struct sw_log_account *ret, size_t max);

void sw_log_close(struct sw_log *log); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif
