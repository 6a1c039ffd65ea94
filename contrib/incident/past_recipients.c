/* past_recipients: what became of the recipients of its messages. */
#include "incident/past_parts.h"
#include "postfix/address.h"
#include "traffic/role.h"

/* What became of a recipient, in idmap_value.flags. */
enum { TRIED = 1, SENT = 2, BOUNCED = 4, WAITS = 8, REFUSED = 16 };

static struct idmap_value *pair_of(struct past *p, uint32_t serial, struct sw_raw recipient)
{
	char name[sizeof(serial) + 2048];
	const size_t n = recipient.n < 2048 ? recipient.n : 2048;
	struct idmap_value *known;
	struct sw_raw key;

	memcpy(name, &serial, sizeof(serial));
	memcpy(name + sizeof(serial), recipient.p, n);
	key = raw_from(name, sizeof(serial) + n);
	known = idmap_get(p->pair, key);
	if (!known) {
		idmap_put(p->pair, key, (struct idmap_value){ .flags = 0 });
		p->pairs++;
		known = idmap_get(p->pair, key);
	}
	return known;
}

static void count_outside(struct past *p, const struct delivery *d)
{
	char domain[ADDRESS_DOMAIN];

	p->outside++;
	topk_count(p->domain, raw_from(domain, address_domain(d->recipient, domain)), 1);
}

static void count_refused(struct past *p, const struct delivery *d, int64_t time)
{
	const struct refusal_reason why = refusal_reason(d);
	char key[1 + ADDRESS_DOMAIN] = { (char)('0' + why.kind) };
	const size_t n = 1 + address_domain(d->recipient, key + 1);
	struct past_refused *r = topk_count(p->refused, raw_from(key, n), 1)->value;

	r->last = time;
	r->at_connect = why.at_connect;
	r->words_n = (uint8_t)(why.words.n < PAST_WORDS ? why.words.n : PAST_WORDS);
	if (r->words_n > 0)
		memcpy(r->words, why.words.p, r->words_n);
}

static void take_status(struct past *p, const struct delivery *d, struct idmap_value *pair,
			bool outside)
{
	const uint32_t over = SENT | BOUNCED;

	if (pair->flags & over)
		return;
	if (raw_is(d->status, "deferred")) {
		p->waiting += !(pair->flags & WAITS);
		pair->flags |= WAITS;
	} else if (raw_is(d->status, "sent")) {
		pair->flags |= SENT;
		p->sent++;
		p->sent_outside += outside;
	} else if (raw_is(d->status, "bounced") || raw_is(d->status, "expired")) {
		pair->flags |= BOUNCED;
		p->bounced++;
	}
	p->waiting -= pair->flags & over && pair->flags & WAITS;
}

/* Handed to a filter on this host, or one elsewhere that has put it back already? */
static bool is_passed_on(struct past *p, const struct idmap_value *known, const struct delivery *d,
			 int64_t time)
{
	const struct sw_raw queued = delivery_queued_as(d);
	const struct sw_raw server = delivery_server(d);
	const struct idmap_value *second = past_known(p, queued);
	struct idmap_value copy = *known;

	if (queued.n == 0 || !raw_is(d->status, "sent") || raw_same(queued, d->queue_id))
		return false;
	if (second && second->id == known->id)
		return true;
	if (!network_is_loopback(server))
		return false;
	past_tie(p, queued, &copy, time);
	return true;
}

void past_delivery(struct past *p, struct sw_raw text, unsigned role, int64_t time)
{
	const struct sw_raw id = raw_from(text.p, raw_find(text, ':'));
	const struct idmap_value *known = id.n > 0 ? idmap_get(p->id, id) : NULL;
	struct idmap_value *pair;
	struct delivery d;
	struct sw_raw server;
	bool outside;

	if (!known || !(known->flags & (OF_IT | OF_NOBODY)))
		return;
	if (known->flags & OF_NOBODY) {
		past_wait(p, id, text, role, time);
		return;
	}
	if (!delivery_event(text, &d) || is_passed_on(p, known, &d, time))
		return;
	known = idmap_get(p->id, id);
	if (!known) /* of too many; a tie took its place */
		return;
	server = delivery_server(&d);
	outside = role == ROLE_SMTP && server.n > 0 && !network_is_loopback(server);
	pair = pair_of(p, known->id, d.recipient);
	if (outside && !(pair->flags & TRIED)) {
		pair->flags |= TRIED;
		count_outside(p, &d);
	}
	if ((role == ROLE_SMTP || role == ROLE_ERROR) && delivery_is_refused(&d) &&
	    !(pair->flags & REFUSED)) {
		pair->flags |= REFUSED;
		count_refused(p, &d, time);
	}
	take_status(p, &d, pair, outside);
}
