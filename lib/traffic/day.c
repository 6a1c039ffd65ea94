#include "traffic/day.h"

#include "traffic/day_parts.h"
#include "traffic/delivery.h"
#include "traffic/events.h"
#include "traffic/network.h"
#include "traffic/role.h"
#include "postfix/account.h"

/* Seconds that the stamps of a line and of its copy can differ by: two programs round them. */
enum { COPY_LAG = 1 };

static uint32_t check_of(struct sw_raw address)
{
	return (uint32_t)hash_bytes((struct hash_key){ 0, 0 }, address) & ~(uint32_t)DAY_OWN;
}

static uint32_t row_index(const struct day *d, const struct topk_row *row)
{
	return (uint32_t)(row - topk_row(d->account, 0));
}

/* By these a log is known again. */
static void add_seam(struct day *d, struct sw_raw key, struct sw_raw id, int64_t time)
{
	uint32_t at = day_bucket(time) + DAY_LAG / DAY_BUCKET - d->first;

	if (at < DAY_SPANS)
		d->seam[at] += hash_bytes((struct hash_key){ (uint64_t)time, 0 }, id) ^
			       hash_bytes((struct hash_key){ (uint64_t)time, 1 }, key);
}

struct idmap_value day_uncounted(struct sw_raw key, struct sw_raw address, int64_t time)
{
	return (struct idmap_value){ .row = UINT32_MAX,
				     .id = day_hash_of_key(key),
				     .check = check_of(address),
				     .flags = BEFORE,
				     .time = time };
}

bool day_count_message(struct day *d, struct sw_raw key, struct sw_raw address, int64_t time,
		       struct idmap_value *ret)
{
	const struct topk_row *row = topk_count(d->account, key, 1);
	struct day_account *a = day_account_of(d, row);
	uint64_t network = day_network(address);

	if (!day_add(d, a, day_bucket(time), 1, 0))
		return false;
	if (network)
		(void)day_see(d, &a->list[DAY_LIST_NETWORKS], network, day_bucket(time));
	*ret = (struct idmap_value){ .row = row_index(d, row),
				     .id = row->id,
				     .check = check_of(address),
				     .flags = d->serial++ * SERIAL,
				     .time = time };
	return true;
}

/* A message with an ID, counted now or not. */
static void count(struct day *d, struct sw_raw key, struct sw_raw address, struct sw_raw id,
		  int64_t time)
{
	struct idmap_value value;

	if (!day_counts(d, time))
		idmap_put(d->id, id, day_uncounted(key, address, time));
	else if (day_count_message(d, key, address, time, &value))
		idmap_put(d->id, id, value);
}

/* As in lib/traffic/counts.c: the same line a second time, of a log that two programs write. */
static bool is_copy(struct day *d, struct sw_raw id, struct sw_raw key, struct sw_raw address,
		    int64_t time)
{
	const struct idmap_value *known = idmap_get(d->id, id);
	bool copy = known && (known->check & ~(uint32_t)DAY_OWN) == check_of(address) &&
		    time - known->time <= COPY_LAG && known->time - time <= COPY_LAG &&
		    day_is_of_account(d, known, key);

	d->ids += !copy;
	d->copies += copy;
	return copy;
}

static uint64_t recipient_of(const struct day *d, struct sw_raw recipient)
{
	return hash_bytes(d->host->secret, recipient);
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
	if (time >= day_time(d->end) && client->orig_queue_id.n == 0) {
		forget(d, client->queue_id);
	} else if (!is_copy(d, client->queue_id, key, client->address, time)) {
		if (day_comes_back(d, client, key, time))
			day_take_back(d, client, time);
		else
			count(d, key, client->address, client->queue_id, time);
	}
}

void day_client(struct day *d, const struct event_client *client, struct sw_raw key,
		const struct log_message *message)
{
	int64_t time = message->time;

	if (time < d->begin || time >= d->stop)
		return;
	if (raw_is(client->queue_id, "NOQUEUE")) {
		if (client->user.n > 0)
			add_seam(d, key, client->queue_id, time);
		if (d->from < d->end)
			day_proxy_begin(d, client, key, message);
	} else if (client->user.n > 0) {
		take_login(d, client, key, time);
	} else if (d->from < d->end) {
		day_take_back(d, client, time);
	}
}

static void take_client(struct day *d, const struct log_message *message)
{
	struct sw_raw text = message->text;
	struct sw_raw address = raw_skip(text, raw_find(text, '['));
	struct event_client client;
	char buf[ACCOUNT_KEY];

	if (address.n > 0)
		address = raw_skip(address, 1);
	/* most mail comes from other servers */
	if (!d->proxies->any && raw_find(text, ',') == text.n && !network_is_loopback(address) &&
	    !raw_starts(address, "::1]"))
		return;
	if (event_client(text, &client))
		day_client(d, &client, account_login(client.user, buf), message);
}

static void take_pickup(struct day *d, struct sw_raw text, int64_t time)
{
	static const struct sw_raw here = { "", 0 };
	struct idmap_value *first;
	struct event_pickup pickup;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;

	if (!event_pickup(text, &pickup))
		return;
	if (pickup.requeued) {
		first = day_message_of(d, pickup.orig_id, time);
		if (first) {
			struct idmap_value second = *first;

			second.flags |= HAS_SENDER;
			day_tie(d, pickup.queue_id, second, time);
		}
		return;
	}
	key = account_uid(pickup.uid, buf);
	add_seam(d, key, pickup.queue_id, time);
	if (d->local && d->from < d->end && !is_copy(d, pickup.queue_id, key, here, time))
		count(d, key, here, pickup.queue_id, time);
}

void day_active(struct day *d, struct sw_raw id, struct sw_raw sender, int64_t time)
{
	char folded[ACCOUNT_KEY];
	struct idmap_value *known;
	uint64_t hash;

	if (time < day_time(d->from) || d->from >= d->end || time >= d->stop)
		return;
	known = idmap_get(d->id, id);
	if (!known || known->flags & HAS_SENDER || day_is_late(known, time) ||
	    (known->flags & OF_NOBODY ? !d->proxies->any : !day_counts(d, known->time)))
		return;
	known->flags |= HAS_SENDER;
	sender = day_sender(sender, folded, sizeof(folded));
	hash = hash_bytes((struct hash_key){ 0, 0 }, sender);
	if (known->flags & OF_NOBODY)
		day_pairs_wait_sender(d->pairs, day_id_name(d, id), sender, hash);
	else
		day_see_sender(d, known, sender, hash);
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
	struct idmap_value *known = idmap_get(d->id, id);
	struct delivery delivery;
	struct sw_raw server;
	struct sw_raw queued;

	/* nobody's may turn out to be one's that came just before it */
	if (!known || day_is_late(known, time) ||
	    (!(known->flags & OF_NOBODY) && !day_counts(d, known->time)) ||
	    !delivery_event(text, &delivery))
		return;
	server = delivery_server(&delivery);
	queued = delivery_queued_as(&delivery);
	if (network_is_loopback(server)) {
		struct idmap_value second = *known;

		second.flags |= HAS_SENDER;
		if (queued.n > 0 && !(known->flags & OF_NOBODY) && day_is_free(d, queued, time))
			day_tie(d, queued, second, time);
	} else if (server.n > 0 && known->flags & OF_NOBODY) {
		known->flags |= WAITS;
		day_pairs_wait(d->pairs, day_id_name(d, id), recipient_of(d, delivery.recipient));
	} else if (server.n > 0 && !(known->flags & FILTERED)) {
		day_count_recipient(d, known, recipient_of(d, delivery.recipient), time);
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
			take_client(d, message);
		else if (d->proxies->any)
			day_proxy_end(d, message);
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
