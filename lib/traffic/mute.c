#include "traffic/mute.h"

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
	if (mute_asks(m, time) && !idmap_get(ids, id))
		idmap_put(ids, id,
			  (struct idmap_value){
				  .row = UINT32_MAX, .flags = ID_ENTERED, .time = time });
}

void mute_active(struct mute *m, struct idmap_value *known, int64_t time)
{
	int64_t oldest;

	if (!known || !(known->flags & ID_ENTERED) || known->flags & ID_FROM_NOWHERE)
		return;
	known->flags |= ID_FROM_NOWHERE;
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

void mute_forward(struct mute *m, struct idmap_value *known)
{
	if (!known || !(known->flags & ID_ENTERED))
		return;
	known->flags &= ~(uint32_t)ID_ENTERED;
	if (known->flags & ID_FROM_NOWHERE && m->n > 0)
		m->n--;
}
