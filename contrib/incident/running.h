/*
 * running: has what runs read what main.cf and master.cf say?
 *
 * master(8) reads master.cf when it starts and at each reload, and then starts a new qmgr(8); other
 * daemons read main.cf when they start. A file's time is that of its inode's last change, which
 * nobody can set back: `cp -p` and `touch -d` do that to the other one.
 */
#ifndef SW_INCIDENT_RUNNING_H
#define SW_INCIDENT_RUNNING_H

#include "incident/setup.h"

enum running_state {
	RUNNING_AS_WRITTEN,
	RUNNING_STOPPED, /* what is written will run */
	RUNNING_CHANGED, /* master.cf, since it was read */
	RUNNING_UNSEEN,	 /* it runs, and no qmgr of it is seen: not known */
};

/* Nanoseconds since the epoch. */
struct running_times {
	int64_t now;
	int64_t main_cf, master_cf;
	int64_t qmgr; /* when it began; 0: none is seen */
	bool runs;    /* where none is seen: does Postfix run? */
};

struct running {
	enum running_state state;
	uint64_t qmgr;	  /* its process; 0 */
	int64_t changed;  /* when the last of both files was */
	int64_t reloaded; /* or started; 0: not known */
	size_t before;	  /* so many smtpd(8) began before that change and may go by the old */
	bool main_is_last;
	bool main_is_ahead, master_is_ahead; /* changed after now: no reload will mend that */
};

/* What these times say; the rest of *ret is 0. */
void running_judge(const struct running_times *t, struct running *ret);

/* Look at an instance. 0, or -errno: /proc or one of the files can't be looked at. */
int running_look(const struct setup *s, struct running *ret, struct sw_fault *why) SW_CHECK;

/* Did an smtpd begin before the last change? */
bool running_is_before(const struct running *r, int64_t began);

#endif
