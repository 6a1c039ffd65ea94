/*
 * others: the instances of Postfix beside the one that is looked at (multi_instance_directories of
 * main.cf). They have queues of their own: that nothing waits in this one says nothing of them.
 */
#ifndef SW_INCIDENT_OTHERS_H
#define SW_INCIDENT_OTHERS_H

#include "incident/run.h"

/*
 * "other instances of Postfix, with queues of their own, are not looked at: -c /etc/postfix-out";
 * empty where there is none, where -c has chosen one, and where it is not known.
 */
struct sw_label others_of(const struct run *r, struct spool *spool);

/* The same as `,"other_instances":["/etc/postfix-out"]`; nothing where there is none. */
void others_json(const struct run *r, struct spool *spool);

/* On stderr, behind what a verb says that looks at one instance or acts on it. */
void others_note(const struct run *r);

#endif
