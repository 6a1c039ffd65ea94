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
	uint64_t pid;		  /* _PID, as the kernel says it; 0: not known */
	/*
	 * A container's output, as the runtime gave it to the journal (CONTAINER_NAME): the text is
	 * a line with a header of its own, the identifier that of the container.
	 */
	bool contained;
	bool other; /* one of the query's `others` wrote it */
};

/* A value other than 0 ends the reading and is what journal_read() returns. */
typedef int (*journal_fn)(const struct journal_entry *entry, void *ctx);

/* Of what is read backwards, and of the names of containers, at most so many are asked. */
enum { JOURNAL_BACK = 1000, JOURNAL_CONTAINERS = 64 };

struct journal_query {
	const char *const *programs; /* NULL at the end */
	/*
	 * Identifiers of programs of root's that are given, too; NULL at the end, NULL: none. What
	 * writes them is of that name, or Dovecot's own `log`, through which all of it logs.
	 */
	const char *const *others;
	int64_t owner;	/* a user ID, or -1 */
	int64_t since;	/* seconds since the epoch */
	bool backwards; /* from the last message, whatever `since` says */
	journal_fn fn;
	void *ctx;
	int64_t begins; /* out: the first entry of the whole journal; 0: not known */
};

/*
 * Call fn for each message of time `since` or later from a program of one of these names, oldest
 * first. The names are matches of the journal's own index, so that what others write costs little.
 * The program is what journald itself saw (_COMM), it is what the identifier ends in, and run by
 * root or the user ID `owner` (_UID; where owner is -1, by any below 1000): anybody can give
 * logger(1) a tag. With them come the lines of containers, which a runtime of root's has written.
 * A copied host's journal is read from its var/log/journal.
 * Returns 0, what fn returned, or -errno: -ENOTSUP without libsystemd, -ENOENT when the journal has
 * no message of these at all, which is also what one that may not be read looks like.
 */
int journal_read(const struct sw_host *h, struct journal_query *query,
		 struct sw_fault *why) SW_CHECK;

#endif
