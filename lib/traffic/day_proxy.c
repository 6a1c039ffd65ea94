/* Messages that go through smtpd_proxy_filter, and the queue IDs that they get. */
#include "postfix/account.h"
#include "traffic/day_parts.h"

/* To whom it went is not known. */
static void lose(struct day *d, const struct proxy_open *open)
{
	const struct idmap_value message = {
		.row = open->row, .id = open->id, .flags = open->flags, .time = open->time
	};
	struct day_account *a = open->key ? day_account_of_message(d, &message) : NULL;

	if (a && day_bucket(open->time) > a->blind)
		a->blind = day_bucket(open->time);
}

void day_proxy_begin(struct day *d, const struct event_client *client, struct sw_raw key,
		     const struct log_message *message)
{
	struct idmap_value value;
	struct proxy_open *open;
	struct proxy_open lost;
	bool login = client->user.n > 0;

	if (login && proxy_is_second(d->id, 2 * d->copies > d->ids, client, key, message->time))
		return;
	open = proxy_begin(d->proxies, log_message_pid(message), login ? proxy_key(key) : 0,
			   message->time, &lost);
	lose(d, &lost);
	if (!login)
		return;
	value = day_uncounted(key, client->address, message->time);
	if (day_counts(d, message->time) &&
	    !day_count_message(d, key, client->address, message->time, &value))
		return;
	open->row = value.row;
	open->id = value.id;
	open->flags = value.flags;
	open->check = value.check;
}

void day_proxy_end(struct day *d, const struct log_message *message)
{
	struct proxy_open open;
	struct proxy_end end;
	char buf[ACCOUNT_KEY];
	uint64_t key;

	if (!proxy_ends(message->text, &end))
		return;
	key = proxy_key(account_login(end.user, buf));
	if (!proxy_close(d->proxies, log_message_pid(message), key, &open) || !open.key ||
	    !end.accepted)
		return;
	if (end.queue_id.n == 0 || message->time - open.time > DAY_LAG)
		lose(d, &open);
	else
		day_tie(d, end.queue_id,
			(struct idmap_value){ .row = open.row,
					      .id = open.id,
					      .check = open.check,
					      .flags = open.flags,
					      .time = open.time },
			message->time);
}

void day_proxies_end(struct day *d)
{
	for (size_t i = 0; d->proxies->any && i < PROXY_OPEN; i++)
		lose(d, &d->proxies->open[i]);
}
