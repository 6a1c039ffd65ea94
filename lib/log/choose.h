/* choose: which log is this Postfix's; for lib/log/source.c. */
#ifndef SW_LOG_CHOOSE_H
#define SW_LOG_CHOOSE_H

#include "log/source.h"

enum { LOG_PATH = 4096, LOG_NAMED = 64 };

struct log_place {
	char path[LOG_PATH];
	bool matched; /* a pattern stands for it: it may be no log of Postfix's */
};

struct log_choice {
	bool journal;
	bool named;	       /* by main.cf or a setting: no other takes its place */
	bool by_config;	       /* by main.cf */
	struct log_reason why; /* doubt: nothing can be read at all, and why */
	size_t n;	       /* files to read, if it is not the journal */
	struct log_place place[LOG_NAMED];
};

/* Decide; what was looked at stands in *report. 0 or -ENOMEM. */
int log_choose(const struct sw_host *h, const struct log_where *where, struct log_reader *reader,
	       struct log_choice *ret, struct log_report *report, struct sw_fault *why) SW_CHECK;

#endif
