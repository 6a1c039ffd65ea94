/*
 * drawn: which names that others invent have a field, so that their number does not grow: a master
 * keeps a file for each field that it ever met.
 *
 * DRAWN_MAX of them, kept in the state file: who was there first stays, and gives way when nothing
 * of it was drawn for DRAWN_DAYS. Where there is no state file all that are proven may be drawn.
 */
#ifndef SW_PARTS_DRAWN_H
#define SW_PARTS_DRAWN_H

#include "munin/munin.h"
#include "os/state.h"

enum { DRAWN_MAX = 200, DRAWN_DAYS = 30, DRAWN_VERSION = 1 };

/* What is kept between runs. */
struct drawn_names {
	struct drawn_name {
		uint64_t hash; /* 0: free */
		int64_t day;   /* that it was drawn on last, counted from the epoch */
	} name[DRAWN_MAX];
};

struct drawn {
	struct state state;
	struct drawn_names names;
	int64_t day;
	bool changed;
	struct sw_fault why; /* there is no state */
};

/* Before the log is read: the file is opened. To be ended with drawn_close(). */
void drawn_open(struct drawn *d, struct sw_munin *m);

/*
 * May it be drawn? Then it has its place from now on. One that has none yet gets one only when it
 * is `proven`: no invention, as far as the caller can tell.
 */
bool drawn_may(struct drawn *d, struct sw_raw name, bool proven);

/* Keep it; what can't be kept is complained of. */
void drawn_close(struct drawn *d, struct sw_munin *m);

#endif
