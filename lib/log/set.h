/*
 * logset: a log file and what rotation has made of it.
 *
 * By their names (log/rotated.h), in these directories: the log's own; where the log is a symbolic
 * link, that of each file it leads to, under the name that it has there (a container's log as
 * Kubernetes links it); those that the caller names (logrotate's `olddir`, which is not looked up
 * in logrotate's configuration); and old, OLD, archive, archives and rotated below them.
 * Not taken: an olddir elsewhere that the caller does not name; a suffix that begins with a letter
 * and no separator; a container's file of before its restart (0.log beside 1.log).
 *
 * What could not be had is in the set as well, with the reason, so that nobody takes minutes for
 * calm that nobody has read.
 */
#ifndef SW_LOG_SET_H
#define SW_LOG_SET_H

#include "log/rotated.h"
#include "os/host.h"

enum { LOG_SET_MAX = 4096 }; /* files; descriptors most often end before */

/* Ends of time: not known. */
#define LOG_NEVER INT64_MIN

struct log_set_file {
	int fd; /* to read with pread(2); -1: see why */
	enum log_format format;
	struct sw_fault why; /* names the file; .code 0 when fd is open */
	/* By its name it is a rotated file of this log. Where false it is a hint: minutes that no
	   other file has may be in it, but none are in doubt because of it. */
	bool sure;
	int64_t written;       /* st_mtime, seconds; LOG_NEVER: not known */
	int64_t first;	       /* its first stamp, LOG_NEVER: not known, or nobody asked */
	const char *directory; /* the set's, ends in '/' */
	char name[256];
	struct { /* ours */
		enum log_rotated_kind kind;
		enum log_format format; /* by its name */
		int number;
		bool log, link, lost; /* lost: not even lstat(2) says when it was written */
		int64_t order, last;
		uint64_t device, inode;
		size_t place;
	} is;
};

struct log_set {
	struct log_set_file
		*file; /* oldest first; the log itself, when there is one, is the last */
	size_t n;
	bool others;  /* files that may be rotated ones were seen, taken or not */
	bool has_log; /* else it was just rotated, and nothing was logged since */
	/* When the youngest of the rotated files that end before the window was last written to:
	   the minutes from `since` to the first line of the oldest file here are quiet ones, not
	   missing ones. LOG_NEVER: no such file was seen. */
	int64_t before;
	/* There may be files that could not be seen: a directory can't be listed, a directory that
	   the caller named is not there, there are more than LOG_SET_MAX, files were renamed all
	   the time. .code 0: none of it. */
	struct sw_fault incomplete;
	struct log_set_places *places; /* ours: the directories' names */
};

/*
 * The stamp of a file's first line that is understood, or of its last one. False when there is
 * none. The file is open; of a compressed file the last one costs reading all of it: it is asked
 * only of those whose name alone does not say that they are rotated ones, and of the file before
 * such a one.
 */
typedef bool (*log_set_stamp_fn)(const struct log_set_file *file, bool last, int64_t *ret,
				 void *ctx);

struct log_set_request {
	const char *path;	    /* of the log, absolute */
	int64_t since;		    /* files last written before are left out */
	const char *const *olddirs; /* NULL at the end, at most 8; absolute, or relative to the
				       log's directory; NULL: none */
	log_set_stamp_fn stamp;	    /* NULL: only names that are sure are taken */
	void *ctx;
};

/*
 * Open the log and each rotated file that was written at `since` or later. All descriptors are of
 * one moment: when files were renamed meanwhile, it is done again. A file that is the same as
 * another (hard link, .1 beside its .1.gz while gzip works, a copy that copytruncate has just made)
 * is there once. Symbolic links are followed, within the root.
 *
 * A file whose name is not sure is taken only when its lines fill a gap: its first stamp is older
 * than the log's first one, its last one not younger, and it overlaps no other file.
 *
 * The order is that of st_mtime, then of the numbers and names; that of the first stamps where both
 * differ by more than two hours (files copied without their times).
 *
 * Returns 0, or -errno for the log itself: it can't be opened, is no regular file (-EINVAL), or is
 * not there and no rotated file of the window either (-ENOENT). Else *ret ends with
 * log_set_close(). Cost: a listing of each directory, one lstat(2) for each name that shares the
 * stem, a look at the first bytes of each file of the window. Any name and any bytes are legal.
 */
int log_set_open(const struct sw_host *h, const struct log_set_request *request,
		 struct log_set *ret, struct sw_fault *why) SW_CHECK;

void log_set_close(struct log_set *s);

#endif
