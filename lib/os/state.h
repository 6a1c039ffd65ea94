/*
 * state: a small block of memory that survives between runs, in one file of fixed size.
 *
 * Made for the hour when the disk is full: the room is taken when the file is made, and an update
 * writes in place, so it needs no new block and no new inode. Two slots: the older one is written,
 * then the other stays as it was, so a run killed at any instant, a torn write or a full copy-on-
 * write disk leaves the last whole slot. A slot counts only if its magic, version, size and
 * checksum are right; anything else reads as no state, and is said (damage). It is never the only
 * copy of anything that matters.
 */
#ifndef SW_STATE_H
#define SW_STATE_H

#include "os/host.h"

struct state {
	int fd; /* -1: there is no state, state_save() does nothing */
	bool read_only;
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
 * for a block of `size` bytes and copy the last state into `block`, which is zeroed when there is
 * none. `version` is of the block's layout; another version's state is dropped. A file that is
 * neither empty nor ours is left as it is. The file is locked without waiting: while another run
 * holds it, the state can be read and state_save() does nothing. Returns 0; -ENOENT when path is
 * NULL, empty or no regular file (/dev/null), -EEXIST when it is somebody else's, -errno when it
 * can't be made: *s is valid in every case and ends with state_close(). A file that may only be
 * read is read, and state_save() does nothing.
 */
int state_open(struct state *s, const char *path, uint32_t version, void *block, size_t size,
	       struct sw_fault *why) SW_CHECK;

/* Write the block as the new state. Returns 0 or -errno; the last state then stays. */
int state_save(struct state *s, uint32_t version, const void *block, struct sw_fault *why) SW_CHECK;

void state_close(struct state *s);

#endif
