/* role: which programs' lines matter to who counts traffic, and which of their texts may. */
#ifndef SW_TRAFFIC_ROLE_H
#define SW_TRAFFIC_ROLE_H

#include "log/shape.h"

enum role {
	ROLE_NOBODY,
	ROLE_SMTPD,
	ROLE_QMGR,
	ROLE_PICKUP,
	ROLE_CLEANUP,
	ROLE_LOCAL,
	ROLE_QMQPD,
	ROLE_BLOCKED, /* master and commands: no more than that Postfix can't queue */
	ROLE_SMTP,    /* asked for by role_of_day() alone */
	ROLE_UNKNOWN, /* a tag that RFC 5424 cut at its slash: see role_by() */
};

/* The enum role of a program; n is 0: unknown. */
unsigned role_of(struct sw_raw program);

/* The same, with smtp(8), who brings mail to other servers. */
unsigned role_of_day(struct sw_raw program);

/* False for lines of smtpd on connections, and those of smtp that are no delivery. */
bool role_may_matter(unsigned role, struct sw_raw text);

/* These, and most of qmgr: of messages that are removed. */
extern const struct log_dull role_dull[];

/* Whose a text is, as far as it matters: behind its first colon, or at its beginning. */
enum role role_by(struct sw_raw text);

#endif
