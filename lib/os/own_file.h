/*
 * own_file: a file of ours in a directory of others (Munin's plugin state): its room is taken when
 * it is made, so that what is written later needs no new inode and no new block, and a mark in it
 * says that it is ours. No file without the mark is ever written to.
 */
#ifndef SW_OWN_FILE_H
#define SW_OWN_FILE_H

#include <sys/types.h>

#include "base/fault.h"

enum { OWN_FILE_MARK = 8 }; /* bytes */

struct own_layout {
	const char *mark; /* OWN_FILE_MARK bytes at the file's beginning; the first is not 0 */
	off_t second;	  /* where the mark stands once more; 0: nowhere */
	off_t size;	  /* of the whole file */
};

/*
 * Open or make the file at `path` (not below a host's root). Ours is a regular file with one name,
 * of our owner (root's may be read), that is empty or has our mark; or a piece of the mark alone or
 * our length in zeros, which a crash can leave. Any other is left bit for bit; what is no regular
 * file is not even opened. One of ours that has another length gets this one. *ret_read_only: it
 * may only be read, and stays as it is.
 *
 * Returns a descriptor of the caller's; -ENOENT when its directory is not there, -EEXIST when what
 * is there is not ours, -ENOSPC and others when it can't be made.
 */
int own_file_open(const char *path, mode_t mode, const struct own_layout *layout,
		  bool *ret_read_only, struct sw_fault *why) SW_CHECK;

/* Is an open file one of ours, by what stands in it? Nothing is written. */
bool own_file_is(int fd, const struct own_layout *layout) SW_CHECK;

#endif
