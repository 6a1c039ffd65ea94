#include "traffic/day.h"

#include "traffic/day_parts.h"
#include "traffic/delivery.h"
#include "traffic/events.h"
#include "traffic/network.h"
#include "traffic/role.h"
#include "postfix/account.h"

/* Seconds that the stamps of a line and of its copy can differ by: two programs round them. */
enum { COPY_LAG = 1 };

/*
 * What is kept of a queue ID, in idmap_value.flags; above them stands the message's serial number,
 * which a second ID of the same message shares with the first.
 */
enum {
	OF_NOBODY = 1,	/* from a loopback address, without a login: it may be somebody's */
	HAS_SENDER = 2, /* its sender is counted, or not to be */
	CAME_BACK = 4,	/* a filter that logs in has put it back once */
	WAITS = 8,	/* recipients of it wait: see day_pairs_wait() */
	SECOND = 16,	/* it has an ID before this one, in the words of the log itself */
	BEFORE = 32,	/* not counted now: it has no row, and for its id a hash of the key */
	SERIAL = 64,
};

static uint32_t check_of(struct sw_raw address)
{
	return (uint32_t)hash_bytes((struct hash_key){ 0, 0 }, address);
}

static uint32_t row_index(const struct day *d, const struct topk_row *row)
{
	return (uint32_t)(row - topk_row(d->account, 0));
}

/* Is a message of that time counted now? Else it was, or it is not over yet. */
static bool counts(const struct day *d, int64_t time)
{
	uint32_t bucket = day_bucket(time);

	return bucket >= d->from && bucket < d->end;
}

static bool is_late(const struct idmap_value *message, int64_t time)
{
	return time - message->time > DAY_LAG;
}

/* The account of a message, while it has its place. */
static struct day_account *account_of(struct day *d, const struct idmap_value *message)
{
	const struct topk_row *row = topk_row(d->account, message->row);

	return row->id == message->id ? day_account_of(d, row) : NULL;
}

/* By these a log is known again. */
static void add_seam(struct day *d, struct sw_raw key, struct sw_raw id, int64_t time)
{
	uint32_t at = day_bucket(time) + DAY_LAG / DAY_BUCKET - d->first;

	if (at < DAY_SPANS)
		d->seam[at] += hash_bytes((struct hash_key){ (uint64_t)time, 0 }, id) ^
			       hash_bytes((struct hash_key){ (uint64_t)time, 1 }, key);
}

static uint32_t hash_of_key(struct sw_raw key)
{
	return (uint32_t)(hash_bytes((struct hash_key){ 0, 1 }, key) >> 32);
}

static bool is_of_account(struct day *d, const struct idmap_value *message, struct sw_raw key)
{
	const struct topk_row *row;

	if (message->flags & OF_NOBODY)
		return false;
	if (message->flags & BEFORE)
		return message->id == hash_of_key(key);
	row = topk_find(d->account, key);
	return row && row->id == message->id;
}

/* One that is not counted now, but whose ID may come again. */
static void remember(struct day *d, struct sw_raw key, struct sw_raw address, struct sw_raw id,
		     int64_t time)
{
	idmap_put(d->id, id,
		  (struct idmap_value){ .row = UINT32_MAX,
					.id = hash_of_key(key),
					.check = check_of(address),
					.flags = BEFORE,
					.time = time });
}

/* One message more. */
static void count(struct day *d, struct sw_raw key, struct sw_raw address, struct sw_raw id,
		  int64_t time)
{
	const struct topk_row *row = topk_count(d->account, key, 1);
	struct day_account *a = day_account_of(d, row);
	uint64_t network = day_network(address);

	if (!day_add(d, a, day_bucket(time), 1, 0))
		return;
	if (network)
		(void)day_see(d, &a->list[DAY_LIST_NETWORKS], network, day_bucket(time));
	if (id.n == 0)
		a->blind = day_bucket(time);
	else
		idmap_put(d->id, id,
			  (struct idmap_value){ .row = row_index(d, row),
						.id = row->id,
						.check = check_of(address),
						.flags = d->serial++ * SERIAL,
						.time = time });
}

/* As in lib/traffic/counts.c: the same line a second time, of a log that two programs write. */
static bool is_copy(struct day *d, struct sw_raw id, struct sw_raw key, struct sw_raw address,
		    int64_t time)
{
	const struct idmap_value *known = idmap_get(d->id, id);
	bool copy = known && known->check == check_of(address) && time - known->time <= COPY_LAG &&
		    known->time - time <= COPY_LAG && is_of_account(d, known, key);

	d->ids += !copy;
	d->copies += copy;
	return copy;
}

static uint64_t recipient_of(const struct day *d, struct sw_raw recipient)
{
	return hash_bytes(d->host->secret, recipient);
}

static void count_recipient(struct day *d, const struct idmap_value *message, uint64_t recipient,
			    int64_t time)
{
	struct day_account *a = account_of(d, message);
	uint64_t serial = (uint64_t)message->id << 32 | message->flags / SERIAL;
	enum day_pair pair;

	if (!a)
		return;
	pair = day_pairs_add(d->pairs, day_mix(recipient ^ day_mix(serial)), time);
	if (pair == DAY_PAIR_NEW)
		(void)day_add(d, a, day_bucket(message->time), 0, 1);
	else if (pair == DAY_PAIR_FULL)
		d->short_until = day_bucket(message->time);
}

static uint64_t name_of(const struct day *d, struct sw_raw id)
{
	return hash_bytes(d->host->secret, id);
}

/* A second ID of a message whose first one is known; what waited for that is counted. */
static void tie(struct day *d, struct sw_raw id, const struct idmap_value *first, uint32_t flags,
		int64_t time)
{
	const struct idmap_value *known = idmap_get(d->id, id);
	struct idmap_value second = *first;
	bool waits = known && known->flags & WAITS;
	uint64_t recipient;

	if (known && !(known->flags & OF_NOBODY) && !is_late(known, time) && flags == 0)
		return; /* it is somebody's */
	second.flags &= ~(uint32_t)(WAITS | OF_NOBODY);
	second.flags |= HAS_SENDER | flags;
	idmap_put(d->id, id, second);
	while (waits && day_pairs_take(d->pairs, name_of(d, id), &recipient))
		if (counts(d, second.time))
			count_recipient(d, &second, recipient, time);
}

static const struct idmap_value *message_of(struct day *d, struct sw_raw id, int64_t time)
{
	const struct idmap_value *known = id.n > 0 ? idmap_get(d->id, id) : NULL;

	return known && !(known->flags & OF_NOBODY) && !is_late(known, time) ? known : NULL;
}

/*
 * Did a content filter that logs in put a message back that was counted? As in lib/traffic/counts.c
 * each can come back so once.
 */
static bool comes_back(struct day *d, const struct event_client *client, struct sw_raw key,
		       int64_t time)
{
	const struct idmap_value *first = message_of(d, client->orig_queue_id, time);

	if (!first || first->flags & CAME_BACK || !is_of_account(d, first, key))
		return false;
	idmap_get(d->id, client->orig_queue_id)->flags |= CAME_BACK;
	return true;
}

/* A client without a login: a message of nobody's, or one that comes back. */
static void take_back(struct day *d, const struct event_client *client, int64_t time)
{
	const struct idmap_value *first = message_of(d, client->orig_queue_id, time);

	if (first) {
		struct idmap_value copy = *first;

		tie(d, client->queue_id, &copy, SECOND, time);
	} else if (network_is_loopback(client->address)) {
		idmap_put(d->id, client->queue_id,
			  (struct idmap_value){
				  .row = UINT32_MAX, .flags = OF_NOBODY, .time = time });
	}
}

/* A message after the day: no line of its ID is that of an older one's any more. */
static void forget(struct day *d, struct sw_raw id)
{
	struct idmap_value *known = idmap_get(d->id, id);

	if (known)
		known->time = INT64_MIN / 2;
}

static void take_login(struct day *d, const struct event_client *client, struct sw_raw key,
		       int64_t time)
{
	add_seam(d, key, client->queue_id, time);
	if (d->from >= d->end)
		return; /* the state has all of the day */
	if (raw_is(client->queue_id, "NOQUEUE")) {
		if (counts(d, time))
			count(d, key, client->address, raw_from(NULL, 0), time);
	} else if (time >= day_time(d->end) && client->orig_queue_id.n == 0) {
		forget(d, client->queue_id);
	} else if (!is_copy(d, client->queue_id, key, client->address, time)) {
		if (comes_back(d, client, key, time))
			take_back(d, client, time);
		else if (!counts(d, time))
			remember(d, key, client->address, client->queue_id, time);
		else
			count(d, key, client->address, client->queue_id, time);
	}
}

void day_client(struct day *d, const struct event_client *client, struct sw_raw key, int64_t time)
{
	if (time < d->begin || time >= d->stop)
		return;
	if (client->user.n > 0)
		take_login(d, client, key, time);
	else if (!raw_is(client->queue_id, "NOQUEUE") && d->from < d->end)
		take_back(d, client, time);
}

static void take_client(struct day *d, struct sw_raw text, int64_t time)
{
	struct sw_raw address = raw_skip(text, raw_find(text, '['));
	struct event_client client;
	char buf[ACCOUNT_KEY];

	if (address.n > 0)
		address = raw_skip(address, 1);
	/* most mail comes from other servers */
	if (raw_find(text, ',') == text.n && !network_is_loopback(address) &&
	    !raw_starts(address, "::1]"))
		return;
	if (event_client(text, &client))
		day_client(d, &client, account_login(client.user, buf), time);
}

static void take_pickup(struct day *d, struct sw_raw text, int64_t time)
{
	static const struct sw_raw here = { "", 0 };
	const struct idmap_value *first;
	struct event_pickup pickup;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;

	if (!event_pickup(text, &pickup))
		return;
	if (pickup.requeued) {
		first = message_of(d, pickup.orig_id, time);
		if (first) {
			struct idmap_value copy = *first;

			tie(d, pickup.queue_id, &copy, SECOND, time);
		}
		return;
	}
	key = account_uid(pickup.uid, buf);
	add_seam(d, key, pickup.queue_id, time);
	if (!d->local || d->from >= d->end || is_copy(d, pickup.queue_id, key, here, time))
		return;
	if (counts(d, time))
		count(d, key, here, pickup.queue_id, time);
	else
		remember(d, key, here, pickup.queue_id, time);
}

void day_active(struct day *d, struct sw_raw id, struct sw_raw sender, int64_t time)
{
	char folded[ACCOUNT_KEY];
	struct idmap_value *known;
	struct day_account *a;
	struct day_seen *seen;

	if (time < day_time(d->from) || d->from >= d->end || time >= d->stop)
		return;
	known = idmap_get(d->id, id);
	if (!known || known->flags & (OF_NOBODY | HAS_SENDER) || is_late(known, time) ||
	    !counts(d, known->time))
		return;
	known->flags |= HAS_SENDER;
	a = account_of(d, known);
	if (!a)
		return;
	sender = day_sender(sender, folded, sizeof(folded));
	seen = day_see(d, &a->list[DAY_LIST_SENDERS], hash_bytes((struct hash_key){ 0, 0 }, sender),
		       day_bucket(known->time));
	if (seen)
		day_tell(d, a, seen, sender);
}

static void take_active(struct day *d, struct sw_raw text, int64_t time)
{
	struct sw_raw sender;
	struct sw_raw id;
	uint64_t recipients;

	if (event_may_be_active(text, &id) && event_active(text, &id, &recipients, &sender))
		day_active(d, id, sender, time);
}

static void take_delivery(struct day *d, struct sw_raw text, int64_t time)
{
	struct sw_raw id = raw_from(text.p, raw_find(text, ':'));
	const struct idmap_value *second;
	struct idmap_value *known = idmap_get(d->id, id);
	struct delivery delivery;
	struct sw_raw server;
	struct sw_raw queued;

	if (!known || is_late(known, time) || !counts(d, known->time) ||
	    !delivery_event(text, &delivery))
		return;
	server = delivery_server(&delivery);
	queued = delivery_queued_as(&delivery);
	if (network_is_loopback(server)) {
		struct idmap_value copy = *known;

		if (queued.n > 0 && !(known->flags & OF_NOBODY))
			tie(d, queued, &copy, 0, time);
	} else if (server.n > 0 && known->flags & OF_NOBODY) {
		known->flags |= WAITS;
		day_pairs_wait(d->pairs, name_of(d, id), recipient_of(d, delivery.recipient));
	} else if (server.n > 0) {
		/* a filter on another host, whose pass has come back already */
		second = message_of(d, queued, time);
		if (second && second->flags & SECOND && second->id == known->id &&
		    second->flags / SERIAL == known->flags / SERIAL && !raw_same(queued, id))
			return;
		count_recipient(d, known, recipient_of(d, delivery.recipient), time);
	}
}

void day_message(struct day *d, const struct log_message *message)
{
	struct sw_raw text = message->text;
	unsigned role;
	bool counted = message->time >= day_time(d->from) && d->from < d->end;

	if (message->time < d->begin || message->time >= d->stop)
		return;
	role = message->role ? message->role : role_of_day(message->program);
	switch (role == ROLE_UNKNOWN ? role_by(text) : role) {
	case ROLE_SMTPD:
		if (event_is_accepted(text) || raw_starts(text, "NOQUEUE: client="))
			take_client(d, text, message->time);
		break;
	case ROLE_PICKUP:
		take_pickup(d, text, message->time);
		break;
	case ROLE_QMGR: /* before, all are of messages that are not counted now */
		if (counted)
			take_active(d, text, message->time);
		break;
	case ROLE_LOCAL: /* of a tag that was cut: smtp's lines look like that */
		if (counted && role == ROLE_UNKNOWN)
			take_delivery(d, text, message->time);
		break;
	case ROLE_SMTP:
		if (counted)
			take_delivery(d, text, message->time);
		break;
	default:
		break;
	}
}
