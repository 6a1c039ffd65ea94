/* child: a program of Postfix that is run and waited for, whatever signal comes meanwhile. */
#ifndef SW_INCIDENT_CHILD_H
#define SW_INCIDENT_CHILD_H

#include <sys/types.h>

#include "base/fault.h"

enum { CHILD_SAID = 4096 };

/*
 * Run argv[0] (a path) in a session of its own, so that a ^C at the terminal does not reach
 * it, with `in` on its standard input; `keep` (or -1) is a descriptor that it inherits, whose lock
 * so lasts until it has ended even where we are killed. The end of what it says on stdout and
 * stderr goes into `said`, terminated. Of `in` at most PIPE_BUF bytes are allowed: a killed writer
 * has written all of them or none. Returns its exit status, 128 + signal, or -errno.
 */
int child_run(const char *const *argv, struct sw_raw in, int keep, char said[CHILD_SAID],
	      struct sw_fault *why) SW_CHECK;

/* One that was started and waits for what it is to read. All 0: none. */
struct child {
	pid_t pid;
	int in;	     /* our end of its standard input */
	int out;     /* memory that takes what it says */
	off_t heard; /* of that, bytes which were heard when it was fed before */
	/*
	 * End it soon after it says "fatal:": it has done all it will then, and programs of Postfix
	 * sleep a second.
	 */
	bool hasty;
};

/* The same in steps: one that is started; given something, and again; and finished. */
int child_start(const char *const *argv, int keep, struct child *ret,
		struct sw_fault *why) SW_CHECK;
int child_finish(struct child *c, const char *name, struct sw_raw in, char said[CHILD_SAID],
		 struct sw_fault *why) SW_CHECK;

/*
 * Write `in` to it and wait until what it says ends with a line that has the words `until`: then it
 * has done all of it and waits for more, and c->pid stays. As child_finish() where it has ended, or
 * will not say that.
 */
int child_feed(struct child *c, const char *name, struct sw_raw in, struct sw_raw until,
	       char said[CHILD_SAID], struct sw_fault *why) SW_CHECK;

/* The last line of such text that says "fatal:" or "panic:", or else the last line. */
struct sw_raw child_cause(const char *said);

#endif
