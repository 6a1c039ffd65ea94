/*
 * state: a small block of memory that survives between runs, in one file of fixed size.
 *
 * Made for the hour when the disk is full: the room is taken when the file is made, and an update
 * writes in place, so it needs no new block and no new inode. Two slots: the older one is written,
 * then the other stays as it was, so a run killed at any instant, a torn write or a full copy-on-
 * write disk leaves the last whole slot. A slot counts only if its magic, version, size and
 * checksum are right; anything else, another byte order too, reads as no state, and is said
 * (damage). It is never the only copy of anything that matters. A slot has room for the whole
 * block, and holds what of it is not zero: a run reads and checks no more than that.
 */
#ifndef SW_STATE_H
#define SW_STATE_H

#include "os/host.h"

enum { STATE_AHEAD = 48 }; /* bytes */

struct state {
	int fd; /* -1: there is no state, state_save() does nothing */
	bool read_only;
	bool busy; /* another run has it */
	size_t size;
	uint64_t sequence;
	unsigned slot; /* the one that holds the last state */
	/*
	 * Code not 0: there was a state of ours, and no slot of it is whole. The block is zeroed
	 * and was saved so, if that could be: the next run finds it fine.
	 */
	struct sw_fault damage;
};

/*
 * Open or make the file at `path` (not below the host's root: it is Munin's own MUNIN_STATEFILE)
 * for a block of `size` bytes (at most 4 MB) and copy the last state into `block`, which the caller
 * has zeroed, and which stays so when there is none. `version` is of the block's layout; another
 * version's state is dropped. It is made with mode 0600. The file is locked without waiting: while
 * another run holds it, the state can be read and state_save() does nothing. A file that may only
 * be read is read, and state_save() does nothing.
 *
 * Ours is a regular file with one name, of our owner (root's may be read), that is empty or has our
 * mark; or a piece of the mark alone or our length in zeros, which a crash can leave. Any other is
 * left bit for bit; what is no regular file is not even opened.
 *
 * Returns 0; -ENOENT when path is NULL, empty or /dev/null, or its directory is not there; -EEXIST
 * when what is there is not ours; -errno when it can't be made: *s is valid in every case and ends
 * with state_close().
 */
int state_open(struct state *s, const char *path, uint32_t version, void *block, size_t size,
	       struct sw_fault *why) SW_CHECK;

/*
 * The same of a state that is a row of bytes, at most `size` of them, in a file like that of a
 * block: it is read into memory once, and nothing else of the `size` is touched. *ret is the row,
 * without zeros at its end, or with more of them; its .n is 0 when there is none. It is borrowed
 * from *memory, which the caller free()s.
 */
int state_open_bytes(struct state *s, const char *path, uint32_t version, size_t size,
		     struct sw_raw *ret, void **memory, struct sw_fault *why) SW_CHECK;

/* The same of a file that other users are to read: it is made with mode 0644. */
int state_open_shared(struct state *s, const char *path, uint32_t version, void *block, size_t size,
		      struct sw_fault *why) SW_CHECK;

/*
 * The last state of a file below the host's root into `block`, which the caller has zeroed, to look
 * at it alone: nothing is made, locked or written. 1; 0: none was ever saved in this layout;
 * -EEXIST: the file is not ours; -EBADMSG: none is whole, or a machine of another byte order has
 * written it; -errno, -ENOENT among them.
 */
int state_look(const struct sw_host *h, const char *path, uint32_t version, void *block,
	       size_t size, struct sw_fault *why) SW_CHECK;

/* Write the block as the new state. Returns 0 or -errno; the last state then stays. */
int state_save(struct state *s, uint32_t version, const void *block, struct sw_fault *why) SW_CHECK;

/*
 * The same of n bytes; the STATE_AHEAD bytes before them are the caller's, too, and are written to.
 * That it comes to the disk is not waited for: it is there before the next one is written over the
 * slot of the one before. So a run need not wait for a disk that has nothing to do yet, a power
 * failure within half a minute can lose the last state, never both; and what a disk refuses is said
 * by the next run.
 */
int state_save_bytes(struct state *s, uint32_t version, char *bytes, size_t n,
		     struct sw_fault *why) SW_CHECK;

void state_close(struct state *s);

#endif
