#include "traffic/mute.h"

#include "traffic/events.h"
#include "traffic/role.h"

/* Flags of an ID, beside those of counts.c. */
enum { ID_ENTERED = 16, ID_FROM_NOWHERE = 32 };

void mute_accept(struct mute *m, int64_t time)
{
	if (time > m->known)
		m->known = time;
	m->n = 0;
}

void mute_enter(struct mute *m, struct idmap *ids, struct sw_raw id, int64_t time)
{
	if (!mute_asks(m, time) || idmap_get(ids, id))
		return;
	idmap_put(ids, id,
		  (struct idmap_value){ .row = UINT32_MAX, .flags = ID_ENTERED, .time = time });
	m->waiting++;
}

void mute_count(struct mute *m, int64_t time)
{
	int64_t oldest;

	if (m->n == 0)
		m->first = time;
	m->last[m->n++ % LOG_PROOF_MUTE] = time;
	if (m->n < LOG_PROOF_MUTE || time - m->known <= LOG_PROOF_QUIET)
		return;
	oldest = m->last[m->n % LOG_PROOF_MUTE];
	if (oldest < time - LOG_PROOF_QUIET)
		return;
	if (m->to == 0)
		m->from = m->first;
	m->to = time + 1;
}

static bool waits(const struct idmap_value *known)
{
	return known && known->flags & ID_ENTERED && !(known->flags & ID_FROM_NOWHERE);
}

void mute_active(struct mute *m, struct idmap_value *known, int64_t time)
{
	if (!waits(known))
		return;
	known->flags |= ID_FROM_NOWHERE;
	m->waiting--;
	mute_count(m, time);
}

void mute_forward(struct mute *m, struct idmap_value *known)
{
	if (!known || !(known->flags & ID_ENTERED))
		return;
	m->waiting -= waits(known);
	known->flags &= ~(uint32_t)ID_ENTERED;
	if (known->flags & ID_FROM_NOWHERE && m->n > 0)
		m->n--;
}

static void take_active(struct mute *m, struct idmap *ids, struct sw_raw text, int64_t time)
{
	struct idmap_value *known;
	struct sw_raw sender;
	struct sw_raw id;
	uint64_t recipients;

	if (m->waiting == 0 || !event_may_be_active(text, &id))
		return;
	known = idmap_get(ids, id);
	if (waits(known) && event_active(text, &id, &recipients, &sender) && !event_is_bounce(text))
		mute_active(m, known, time);
}

void mute_take(struct mute *m, struct idmap *ids, unsigned role, struct sw_raw text, int64_t time)
{
	struct event_pickup pickup;
	struct sw_raw id;

	switch (role) {
	case ROLE_SMTPD:
	case ROLE_QMQPD:
		if (event_is_accepted(text))
			mute_accept(m, time);
		break;
	case ROLE_PICKUP:
		if (event_pickup(text, &pickup))
			mute_accept(m, time);
		break;
	case ROLE_CLEANUP:
		if (mute_asks(m, time) && event_entered(text, &id))
			mute_enter(m, ids, id, time);
		break;
	case ROLE_QMGR:
		take_active(m, ids, text, time);
		break;
	case ROLE_LOCAL:
		if (event_forwarded(text, &id))
			mute_forward(m, idmap_get(ids, id));
		break;
	}
}

void mute_doubt(const struct mute *m, const struct log_report *report, struct log_proof *proof)
{
	struct log_reason why = { .doubt = LOG_MUTE };

	if (m->to == 0)
		return;
	if (report->chosen < report->candidates)
		why.where = report->candidate[report->chosen].where;
	log_proof_doubt(proof, m->from, m->to, &why);
}
