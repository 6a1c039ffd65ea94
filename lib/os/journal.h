/*
 * journal: messages of the systemd journal (systemd.journal-fields(7)), through sd-journal.
 * journal_systemd.c where libsystemd is there, else journal_none.c; make picks one.
 */
#ifndef SW_JOURNAL_H
#define SW_JOURNAL_H

#include "os/host.h"

/* One message; borrowed until the function returns. */
struct journal_entry {
	int64_t time;		  /* seconds since the epoch, when journald received it */
	struct sw_raw identifier; /* SYSLOG_IDENTIFIER: postfix/submission/smtpd */
	struct sw_raw text;	  /* MESSAGE */
};

typedef int (*journal_fn)(const struct journal_entry *entry, void *ctx);
/*
 * Call fn for each message of time `since` or later from a program of one of these names (NULL at
 * the end), oldest first. The names are matches of the journal's own index, so that what others
 * write costs little. The program is what journald itself saw (_COMM), it is what the identifier
 * ends in, and run by root or the user ID `owner` (_UID; where owner is -1, by any below 1000):
 * anybody can give logger(1) a tag.
 * A copied host's journal is read from its var/log/journal.
 * Returns 0, what fn returned, or -errno: -ENOTSUP without libsystemd, -ENOENT when the journal has
 * no message of these programs at all, which is also what one that may not be read looks like.
 */
int journal_window(const struct sw_host *h, int64_t since, const char *const *programs,
		   int64_t owner, journal_fn fn, void *ctx, struct sw_fault *why) SW_CHECK;

/* The same from the last message backwards, at most JOURNAL_BACK of them. */
enum { JOURNAL_BACK = 1000 };
int journal_back(const struct sw_host *h, const char *const *programs, int64_t owner, journal_fn fn,
		 void *ctx, struct sw_fault *why) SW_CHECK;

#endif
