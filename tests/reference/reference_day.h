/*
 * reference_day: a day of each account (traffic/day.h) counted with all lines and all sets in
 * memory, by looking at everything again for each number. Slow and obvious, to be set beside
 * lib/traffic/day*.c. Written from the words of that header, not from the code.
 */
#ifndef SW_REFERENCE_DAY_H
#define SW_REFERENCE_DAY_H

#include <stddef.h>
#include <stdint.h>

struct ref_line {
	int64_t time;
	const char *program; /* smtpd, qmgr, smtp, pickup, ... */
	const char *text;
};

enum ref_day_what { REF_MESSAGES, REF_NETWORKS, REF_SENDERS, REF_EXTERNAL };

/* A number of an account (a login, or "uid N") in the day at moment m. */
unsigned ref_day(const struct ref_line *line, size_t n, const char *account, enum ref_day_what what,
		 int64_t m);

/* A sender as it counts, terminated. */
void ref_day_sender(const char *sender, char ret[1024]);

#endif
