/*
 * sessions: SMTP sessions of an account, or of a client's address, that are open now, and their
 * end.
 *
 * A login is told by the log: the last that an smtpd(8) of this instance said of its client is
 * "client=..., sasl_username=LOGIN", and it serves one client at a time. One that has logged in and
 * sent nothing yet is not told: what it sends next is refused by the block.
 */
#ifndef SW_INCIDENT_SESSIONS_H
#define SW_INCIDENT_SESSIONS_H

#include "incident/setup.h"
#include "os/sockets.h"

enum { SESSIONS = 4096 };

struct session {
	uint64_t pid;  /* of the smtpd */
	int64_t began; /* that, in nanoseconds since the epoch */
	bool is_here;  /* in our network namespace: what it listens on is seen */
	bool has_socket;
	bool is_of_it;
	bool is_left; /* it was not ended */
	struct socket_seen socket;
};

struct sessions {
	struct session *session; /* of each smtpd that runs; ours */
	size_t n;
	size_t of_it; /* how many are the account's */
	size_t ended;
	struct sw_fault unknown; /* why there may be others */
};

/*
 * Find those of a login, or of an address where `is_client`. 0, also where ret->unknown says why
 * there may be more; -errno. To be freed always.
 */
int sessions_find(const struct setup *s, struct sw_raw name, bool is_client, struct sessions *ret,
		  struct sw_fault *why) SW_CHECK;

/*
 * End them as if the line had broken, never by a signal: after one master(8) starts no smtpd for a
 * minute. s->ended counts what is not there any more, is_left marks the others; why says the cause.
 */
void sessions_end(struct sessions *s, struct sw_fault *why);

void sessions_free(struct sessions *s);

#endif
