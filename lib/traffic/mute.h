/*
 * mute: is who accepts mail heard, when the queue manager is?
 *
 * In a chroot without a log socket smtpd(8) is mute, while cleanup(8) and qmgr(8) speak: the log is
 * alive, and no account is in it. At least LOG_PROOF_MUTE new messages with a sender that enter the
 * queue within ten minutes, while none came from smtpd, qmqpd, pickup (a requeued one neither) or
 * local(8), which forwards, say so. Then all is in doubt since the first of them. (A smtpd that
 * lives on when the log daemon is started anew is mute, too.)
 */
#ifndef SW_TRAFFIC_MUTE_H
#define SW_TRAFFIC_MUTE_H

#include "base/idmap.h"
#include "log/source.h"

struct mute {
	int64_t known;		      /* somebody's message was accepted last; 0: none */
	int64_t last[LOG_PROOF_MUTE]; /* when those entered that came from nowhere, a ring */
	unsigned n;
	uint64_t waiting; /* at most so many are kept of which the queue manager said nothing yet */
	int64_t first;	  /* the first of them since somebody's was accepted */
	int64_t from, to; /* the time that is in doubt; to 0: none */
};

/* A line of smtpd, qmqpd or pickup told of a message. */
void mute_accept(struct mute *m, int64_t time);

/*
 * A message of which nobody was heard; that each is counted once, the caller sees to. Of who
 * delivers (refusals.h) the same is counted, with mute_accept() for a line of a delivery.
 */
void mute_count(struct mute *m, int64_t time);

/* Does mute_enter() keep an ID at that time? */
static inline bool mute_asks(const struct mute *m, int64_t time)
{
	enum { KEPT_AFTER = 60 }; /* seconds: a busy server's all have somebody before them */

	return time - m->known > KEPT_AFTER;
}

/* cleanup: a new message; `ids` keeps it when nobody was heard for a minute. */
void mute_enter(struct mute *m, struct idmap *ids, struct sw_raw id, int64_t time);

/* qmgr: a message with a sender became active. `known`: what is kept of its ID, or NULL. */
void mute_active(struct mute *m, struct idmap_value *known, int64_t time);

/* local: a message was forwarded under a new ID. */
void mute_forward(struct mute *m, struct idmap_value *known);

/* The same of any text, for who looks at nothing else; `role` is of traffic/role.h. */
void mute_take(struct mute *m, struct idmap *ids, unsigned role, struct sw_raw text, int64_t time);

/* Put what is in doubt in doubt. */
void mute_doubt(const struct mute *m, const struct log_report *report, struct log_proof *proof);

#endif
