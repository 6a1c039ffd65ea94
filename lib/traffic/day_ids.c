/* Which message a queue ID is of, and what came of it under that ID. */
#include <errno.h>

#include "traffic/day_parts.h"
#include "traffic/network.h"

struct day_account *day_account_of_message(struct day *d, const struct idmap_value *message)
{
	const struct topk_row *row;

	if (message->flags & (OF_NOBODY | BEFORE) || !day_counts(d, message->time))
		return NULL;
	row = topk_row(d->account, message->row);
	return row->id == message->id ? day_account_of(d, row) : NULL;
}

uint32_t day_hash_of_key(struct sw_raw key)
{
	return (uint32_t)(hash_bytes((struct hash_key){ 0, 1 }, key) >> 32);
}

bool day_is_of_account(struct day *d, const struct idmap_value *message, struct sw_raw key)
{
	const struct topk_row *row;

	if (message->flags & OF_NOBODY)
		return false;
	if (message->flags & BEFORE)
		return message->id == day_hash_of_key(key);
	row = topk_find(d->account, key);
	return row && row->id == message->id;
}

void day_count_recipient(struct day *d, struct idmap_value *message, uint64_t recipient,
			 int64_t time)
{
	struct day_account *a = day_account_of_message(d, message);
	bool through = message->flags & THROUGH;
	uint64_t serial = (uint64_t)message->id << 32 | message->flags / SERIAL << 1 | through;
	enum day_pair pair;

	if (!a)
		return;
	pair = day_pairs_add(d->pairs, day_mix(recipient ^ day_mix(serial)), time);
	if (pair == DAY_PAIR_NEW) {
		(void)day_add(d, a, day_bucket(message->time), 0, 1);
		message->check += (message->check & DAY_OWN) < DAY_OWN && !through;
	} else if (pair == DAY_PAIR_FULL) {
		d->short_until = day_bucket(message->time);
	} else if (pair == DAY_PAIR_NO_MEMORY) {
		d->failed = ENOMEM;
	}
}

uint64_t day_id_name(const struct day *d, struct sw_raw id)
{
	return hash_bytes(d->host->secret, id);
}

void day_see_sender(struct day *d, const struct idmap_value *message, struct sw_raw text,
		    uint64_t hash)
{
	struct day_account *a = day_account_of_message(d, message);
	struct day_seen *seen =
		a ? day_see(d, &a->list[DAY_LIST_SENDERS], hash, day_bucket(message->time)) : NULL;

	if (seen)
		day_tell(d, a, seen, text);
}

void day_tie(struct day *d, struct sw_raw id, struct idmap_value second, int64_t time)
{
	const struct idmap_value *known = idmap_get(d->id, id);
	bool nobodys = known && known->flags & OF_NOBODY;
	bool waits = nobodys && known->flags & WAITS;
	bool is_sent = nobodys && known->flags & HAS_SENDER;
	uint64_t name = day_id_name(d, id);
	struct idmap_value *place;
	struct sw_raw text;
	uint64_t hash;

	if (is_sent && !(second.flags & HAS_SENDER) &&
	    day_pairs_take_sender(d->pairs, name, &text, &hash)) {
		second.flags |= HAS_SENDER;
		day_see_sender(d, &second, text, hash);
	}
	second.flags &= ~(uint32_t)(WAITS | OF_NOBODY | FILTERED);
	idmap_put(d->id, id, second);
	place = idmap_get(d->id, id);
	while (waits && place && day_pairs_take(d->pairs, name, &hash))
		day_count_recipient(d, place, hash, time);
}

bool day_is_free(struct day *d, struct sw_raw id, int64_t time)
{
	const struct idmap_value *known = idmap_get(d->id, id);

	return !known || known->flags & OF_NOBODY || day_is_late(known, time);
}

struct idmap_value *day_message_of(struct day *d, struct sw_raw id, int64_t time)
{
	struct idmap_value *known = id.n > 0 ? idmap_get(d->id, id) : NULL;

	return known && !(known->flags & OF_NOBODY) && !day_is_late(known, time) ? known : NULL;
}

/*
 * Did a content filter that logs in put a message back that was counted? As in lib/traffic/counts.c
 * each can come back so once.
 */
bool day_comes_back(struct day *d, const struct event_client *client, struct sw_raw key,
		    int64_t time)
{
	struct idmap_value *first = day_message_of(d, client->orig_queue_id, time);

	if (!first || first->flags & CAME_BACK || !day_is_of_account(d, first, key))
		return false;
	first->flags |= CAME_BACK;
	return true;
}

/* A message came back: those that it was given to itself were the filter's. */
static void pass_over(struct day *d, struct idmap_value *first)
{
	struct day_account *a = day_account_of_message(d, first);
	uint32_t own = first->check & DAY_OWN;

	if (a && own == DAY_OWN)
		d->short_until = day_bucket(first->time);
	else if (a && own > 0)
		(void)day_add(d, a, day_bucket(first->time), 0, -own);
	first->check -= own;
	first->flags |= FILTERED;
}

/* A client without a login: a message of nobody's, or one that comes back. */
void day_take_back(struct day *d, const struct event_client *client, int64_t time)
{
	struct idmap_value *first = day_message_of(d, client->orig_queue_id, time);

	if (first) {
		struct idmap_value second;

		if (!raw_same(client->orig_queue_id, client->queue_id))
			pass_over(d, first);
		second = *first;
		second.flags |= HAS_SENDER | THROUGH;
		day_tie(d, client->queue_id, second, time);
	} else if (d->proxies->any || network_is_loopback(client->address)) {
		idmap_put(d->id, client->queue_id,
			  (struct idmap_value){
				  .row = UINT32_MAX, .flags = OF_NOBODY, .time = time });
	}
}
