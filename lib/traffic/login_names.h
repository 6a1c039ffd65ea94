/*
 * login_names: who it was that smtpd refused, where it does not say so itself.
 *
 * Dovecot's line comes before smtpd's: with auth_failure_delay and the penalty of an address up to
 * 17 seconds; saslauthd's at once, and without an address. Each line names one failure, the oldest
 * first; another database that refuses the same user of the same address at the same second is the
 * same login. What nobody asks for is forgotten.
 */
#ifndef SW_TRAFFIC_LOGIN_NAMES_H
#define SW_TRAFFIC_LOGIN_NAMES_H

#include "traffic/login_events.h"
#include "traffic/network.h"

enum { LOGIN_NAMES = 256, LOGIN_NAMES_LAG = 30, LOGIN_NAMES_AT_ONCE = 3 /* seconds */ };

struct login_names {
	struct login_named {
		int64_t time; /* of the line; long ago: the name was taken */
		bool has_address;
		struct network_address address;
		unsigned char by_n, n;
		char by[16];
		char name[LOGIN_NAME];
	} ring[LOGIN_NAMES];
	size_t next;
};

/* A line of another program; one of a session that is none of Postfix's is left out. */
void login_names_add(struct login_names *l, const struct login_refusal *line, int64_t time);

/*
 * smtpd refused an address (NULL: not known) at `time`, and names nobody. Takes the name: *ret is
 * of *l until login_names_add(). False when nobody has named it.
 */
bool login_names_take(struct login_names *l, const struct network_address *address, int64_t time,
		      struct sw_raw *ret);

#endif
