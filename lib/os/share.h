/*
 * share: of many runs that ask the same at once, one finds the answer, and the others take it.
 *
 * By one file of fixed size, in which one run at a time is the reader: it holds a lock, which the
 * kernel takes from a killed one. The others wait for it. What they then find is theirs only where
 *
 *   - its reading began after they did: so it is what they themselves could have read. A number
 *     that each reading counts up says so, no clock. A file that was left behind by an earlier run
 *     answers nobody, and nothing of what the answer hangs on (a log that grows, its rotated files,
 *     the journal, a queue that moves, main.cf) has to be known;
 *   - the run that asks is like the one that read (os/likeness.h);
 *   - the bytes are whole, by a checksum. They are outside bytes all the same.
 *
 * Whatever fails, the run reads by itself, as it would without the file; nothing is said of it. The
 * file is its user's alone (0600; one that others may write to is not used), made by
 * own_file_open() with all of its room. A reader for whom nobody waits writes one number into it
 * and no more.
 */
#ifndef SW_SHARE_H
#define SW_SHARE_H

#include "os/host.h"

/*
 * The longest wait for another run, in milliseconds (less where the run has less time), and the
 * longest answer.
 */
enum { SHARE_WAIT = 10000, SHARE_ROOM = 2 << 20 };

struct share {
	int fd;		      /* -1: nothing is shared */
	uint64_t number;      /* of our reading */
	struct sw_raw answer; /* another run's; n is 0: there is none, read */
};

/*
 * Come before anything of what the answer hangs on is read. `path`: of the file, not below the
 * host's root; NULL: share nothing. Waits. Afterwards s->answer is there, to be judged by its own
 * parser, or this run is the reader, or it shares nothing (s->fd is -1): ends with share_end() in
 * every case.
 */
void share_begin(struct share *s, const struct sw_host *h, const char *path);

/* Is this run the reader, and does another one wait for it? */
bool share_is_wanted(const struct share *s);

/* The reader's answer for those who wait. One of more than SHARE_ROOM bytes is not kept. */
void share_keep(struct share *s, const struct sw_host *h, struct sw_raw answer);

/* Let the next one read; s->answer is gone. */
void share_end(struct share *s);

#endif
