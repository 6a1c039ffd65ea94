/* locks: who holds file locks, of /proc/locks (proc_locks(5)); no file is touched for it. */
#ifndef SW_INCIDENT_LOCKS_H
#define SW_INCIDENT_LOCKS_H

#include <sys/types.h>

#include "os/host.h"

struct locks_line {
	int64_t pid; /* -1: of an open file description, whoever has it */
	unsigned major, minor;
	uint64_t inode;
	bool waits; /* it is not held, but waited for */
};

struct locks {
	struct locks_line *line; /* that are held; ours */
	size_t n;
	bool loose; /* stat(2) tells devices of this file system otherwise: the inode counts */
};

/* One line of it; false for any other text. */
bool locks_parse(struct sw_raw line, struct locks_line *ret);

/*
 * Read it now, to ask for files of the file system of `fd`. 0 or -errno; ends with locks_free() in
 * any case.
 */
int locks_read(const struct sw_host *h, int fd, struct locks *ret, struct sw_fault *why) SW_CHECK;
void locks_free(struct locks *l);

/* Is a file locked, which a delivery agent does as long as it delivers it? */
bool locks_has(const struct locks *l, dev_t device, ino_t inode);

/* The process that has an open file locked; 0: nobody, or it can't be seen; -1: not told. */
int64_t locks_holder(const struct sw_host *h, int fd);

#endif
