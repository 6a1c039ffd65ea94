/* Whose message a queue ID is. */
#include "traffic/events.h"
#include "traffic/network.h"
#include "traffic/refusals_tables.h"

void refusals_know(struct refusals *s, struct sw_raw id, struct sw_raw key, int64_t time)
{
	struct idmap_value value = { .flags = ID_NOBODYS, .time = time };
	struct topk_row *row;

	if (key.n > 0) {
		row = topk_count(s->account, key, 1);
		value.row = (uint32_t)(row - topk_row(s->account, 0));
		value.id = row->id;
		value.flags = 0;
	}
	idmap_put(s->id, id, value);
}

bool refusals_follow(struct refusals *s, struct sw_raw first, struct sw_raw id, int64_t time)
{
	const struct idmap_value *known = first.n > 0 ? idmap_get(s->id, first) : NULL;
	struct idmap_value value;

	if (!known)
		return false;
	value = *known;
	value.flags &= ~(uint32_t)ID_TOLD;
	value.time = time;
	idmap_put(s->id, id, value);
	return true;
}

/* What a filter puts back without a word of where it came from is somebody's, but whose? */
static void take_no_login(struct refusals *s, const struct event_client *client, int64_t time)
{
	if (refusals_follow(s, client->orig_queue_id, client->queue_id, time))
		return;
	if (network_is_loopback(client->address))
		idmap_put(s->id, client->queue_id,
			  (struct idmap_value){ .flags = ID_UNKNOWN, .time = time });
	else
		refusals_know(s, client->queue_id, client->user, time);
}

/* One goes to a filter before the queue. */
static void take_proxied(struct refusals *s, struct sw_raw key, const struct log_message *message)
{
	struct proxy_open lost;
	struct proxy_open *open = proxy_begin(s->proxies, log_message_pid(message), proxy_key(key),
					      message->time, &lost);

	if (key.n > 0) {
		const struct topk_row *row = topk_count(s->account, key, 1);

		open->row = (uint32_t)(row - topk_row(s->account, 0));
		open->id = row->id;
	}
}

/* It came back from there. */
static void take_proxy_end(struct refusals *s, const struct log_message *message)
{
	struct proxy_open open;
	struct proxy_end end;
	char buf[ACCOUNT_KEY];

	if (proxy_ends(message->text, &end) &&
	    proxy_close(s->proxies, log_message_pid(message),
			proxy_key(account_login(end.user, buf)), &open) &&
	    open.key && end.queue_id.n > 0)
		idmap_put(s->id, end.queue_id,
			  (struct idmap_value){
				  .row = open.row, .id = open.id, .time = message->time });
}

void refusals_take_client(struct refusals *s, const struct log_message *message)
{
	struct sw_raw text = message->text;
	int64_t time = message->time;
	struct event_client client;
	char buf[ACCOUNT_KEY];

	if (!event_client(text, &client))
		take_proxy_end(s, message);
	else if (raw_is(client.queue_id, "NOQUEUE"))
		take_proxied(s, account_login(client.user, buf), message);
	else if (client.user.n > 0)
		refusals_know(s, client.queue_id, account_login(client.user, buf), time);
	else
		take_no_login(s, &client, time);
}

/* What `postsuper -r` put back is no uid's: its own line is followed, or its file asked. */
void refusals_take_pickup(struct refusals *s, struct sw_raw text, int64_t time)
{
	struct event_pickup pickup;
	char buf[ACCOUNT_KEY];

	if (!event_pickup(text, &pickup))
		return;
	if (!pickup.requeued)
		refusals_know(s, pickup.queue_id, account_uid(pickup.uid, buf), time);
	else
		(void)refusals_follow(s, pickup.orig_id, pickup.queue_id, time);
}

/* A bounce comes from nobody; what somebody sent without a sender is his all the same. */
void refusals_take_bounce(struct refusals *s, struct sw_raw text, int64_t time)
{
	static const struct sw_raw nobody = { NULL, 0 };
	struct sw_raw id = raw_from(text.p, raw_find(text, ':'));

	if (event_is_bounce(text) && !idmap_get(s->id, id))
		refusals_know(s, id, nobody, time);
}
