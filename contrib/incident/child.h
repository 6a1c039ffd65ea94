/* child: a program of Postfix that is run and waited for, whatever signal comes meanwhile. */
#ifndef SW_INCIDENT_CHILD_H
#define SW_INCIDENT_CHILD_H

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

/* The last line of such text that says "fatal:" or "panic:", or else the last line. */
struct sw_raw child_cause(const char *said);

#endif
