/* process: what /proc tells of a process, and which ones manage the queues of an instance. */
#ifndef SW_INCIDENT_PROCESS_H
#define SW_INCIDENT_PROCESS_H

#include <sys/stat.h>

#include "base/fault.h"

enum { PROCESS_NAME = 16, QMGRS = 8 };

/* Told from a later one of the same number by when it began. */
struct process {
	uint64_t pid;
	uint64_t parent;
	uint64_t began; /* in ticks since the machine was booted */
	char name[PROCESS_NAME];
};

/*
 * Of `pid`, a name in the directory /proc (proc(5), PID/stat). False: there is none, or it has
 * ended.
 */
bool process_read(int proc, const char *pid, struct process *ret);

/* What stands in a PID/stat, any bytes. */
bool process_parse(struct sw_raw text, struct process *ret);

/*
 * When it began, in nanoseconds since the epoch, by the clock as it goes now: where that was set
 * meanwhile, not what it said then.
 */
int64_t process_time(const struct process *p);

/* The queue managers of an instance, the one that began last first. */
struct qmgrs {
	size_t n;
	struct process of[QMGRS];
};

/*
 * See those that run with this queue directory, also of another pid namespace below ours. 0, or
 * -errno when /proc can't be read.
 */
int qmgrs_see(const struct stat *queue_directory, struct qmgrs *ret, struct sw_fault *why) SW_CHECK;

#endif
