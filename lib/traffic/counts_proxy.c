/* Recipients of messages that go through smtpd_proxy_filter. */
#include "postfix/account.h"
#include "traffic/tables.h"

void traffic_proxy_begin(struct traffic *s, const struct topk_row *row, struct sw_raw key,
			 const struct log_message *message)
{
	struct proxy_open lost; /* a message that nobody took */
	struct proxy_open *open = proxy_begin(s->proxies, log_message_pid(message), proxy_key(key),
					      message->time, &lost);

	open->row = row ? account_row(s, row) : UINT32_MAX;
	open->id = row ? row->id : 0;
}

void traffic_proxy_wait(struct traffic *s, struct sw_raw id, uint64_t recipients, int64_t time)
{
	struct idmap_value *known = idmap_get(s->id, id);
	struct idmap_value value = { .row = UINT32_MAX };

	if (known)
		value = *known;
	if (value.row != UINT32_MAX || value.flags & ID_WAITS)
		return;
	value.flags |= ID_WAITS;
	value.check = recipients < UINT32_MAX ? (uint32_t)recipients : UINT32_MAX;
	value.time = time;
	idmap_put(s->id, id, value);
}

/* What the queue manager said of it before its account was known. */
static void add_recipients(struct traffic *s, const struct idmap_value *known,
			   const struct proxy_open *open)
{
	struct topk_row *row = topk_row(s->account, open->row);
	int64_t minute = (known->time - s->start) / 60;

	if (known->time >= s->start && minute < s->minutes && row->id == open->id &&
	    known->time - open->time <= JOIN_LAG)
		traffic_add(s, row->value, TRAFFIC_RECIPIENTS, (int)minute, known->check);
}

bool traffic_proxy_end(struct traffic *s, const struct log_message *message)
{
	const struct idmap_value *known;
	struct idmap_value value;
	struct proxy_open open;
	struct proxy_end end;
	char buf[ACCOUNT_KEY];
	uint64_t key;

	if (!proxy_ends(message->text, &end))
		return false;
	key = proxy_key(account_login(end.user, buf));
	if (!proxy_close(s->proxies, log_message_pid(message), key, &open) || !open.key ||
	    end.queue_id.n == 0)
		return true;
	known = idmap_get(s->id, end.queue_id);
	if (known && known->row != UINT32_MAX)
		return true; /* it is somebody's */
	value = (struct idmap_value){ .row = open.row, .id = open.id, .time = open.time };
	if (known && known->flags & ID_WAITS) {
		add_recipients(s, known, &open);
		value.flags = ID_COUNTED;
	}
	idmap_put(s->id, end.queue_id, value);
	return true;
}
