#include "traffic/counts.h"

#include "postfix/account.h"
#include "traffic/events.h"
#include "traffic/tables.h"

/* Older client lines, that a queue manager line of the window can belong to, come with it. */
enum { JOIN = LOG_DISORDER };

/*
 * A message whose recipients come later than this after its client line has none here: who tells a
 * minute again must not find less than before, because the client line is too old by then.
 */
enum { JOIN_LAG = 600 };

/* Flags of a queue ID: its recipients are counted; a filter has put it back once. */
enum { ID_COUNTED = 1, ID_BACK = 2 };

int traffic_new(struct traffic *s, const struct sw_host *h, unsigned minutes, bool local,
		struct sw_fault *why)
{
	int64_t end = h->now - TRAFFIC_LATE - (h->now - TRAFFIC_LATE) % 60;
	int rc;

	*s = (struct traffic){ .host = h,
			       .minutes = minutes < TRAFFIC_MINUTES ? minutes : TRAFFIC_MINUTES,
			       .local = local,
			       .clock = { .now = h->now } };
	s->start = end - 60 * (int64_t)s->minutes;
	rc = topk_new(TRAFFIC_ACCOUNTS, TRAFFIC_NAME, sizeof(struct account), h->secret,
		      &s->account, why);
	if (rc == 0)
		rc = topk_new(TRAFFIC_PEERS, sizeof(uint32_t) + ADDRESS_MAX, sizeof(struct peer),
			      h->secret, &s->peer, why);
	if (rc == 0)
		rc = idmap_new(TRAFFIC_IDS, h->secret, &s->id, why);
	return rc;
}

void traffic_free(struct traffic *s)
{
	topk_free(s->account);
	topk_free(s->peer);
	idmap_free(s->id);
	s->account = NULL;
	s->peer = NULL;
	s->id = NULL;
}

/*
 * When a message was logged: a minute of the window, or BEFORE it but near enough for a join. False
 * when it is neither.
 */
enum { BEFORE = -1 };

struct moment {
	int64_t time;
	int minute;
};

static bool when(struct traffic *s, const struct log_source_message *message, struct moment *ret)
{
	if (!log_source_time(&s->clock, message, &ret->time) || ret->time < s->start - JOIN ||
	    ret->time >= s->start + 60 * (int64_t)s->minutes)
		return false;
	ret->minute = ret->time < s->start ? BEFORE : (int)((ret->time - s->start) / 60);
	return true;
}

static uint32_t row_index(const struct traffic *s, const struct topk_row *row)
{
	return (uint32_t)(row - topk_row(s->account, 0));
}

static void count_peer(struct traffic *s, const struct topk_row *account,
		       const struct event_client *client, int minute)
{
	char key[sizeof(account->id) + ADDRESS_MAX];
	size_t n = client->address.n < ADDRESS_MAX ? client->address.n : ADDRESS_MAX;
	struct topk_row *row;
	struct peer *peer;

	memcpy(key, &account->id, sizeof(account->id));
	memcpy(key + sizeof(account->id), client->address.p, n);
	row = topk_count(s->peer, raw_from(key, sizeof(account->id) + n), 1);
	peer = row->value;
	peer->account = account->id;
	peer->row = row_index(s, account);
	peer->minutes |= (uint64_t)1 << minute;
	peer->minute[minute] =
		(uint16_t)(peer->minute[minute] + (peer->minute[minute] < UINT16_MAX));
	peer->name_n = (uint16_t)(client->name.n < NAME_KEPT ? client->name.n : NAME_KEPT);
	memcpy(peer->name, client->name.p, peer->name_n);
}

/* One more message of an account; one of BEFORE only makes it known. */
static struct topk_row *count(struct traffic *s, struct sw_raw key, int minute)
{
	struct topk_row *row = topk_count(s->account, key, 1);

	if (minute >= 0) {
		((struct account *)row->value)->minute[TRAFFIC_MESSAGES][minute]++;
		s->total[TRAFFIC_MESSAGES][minute]++;
	}
	return row;
}

static void remember(struct traffic *s, struct sw_raw id, const struct topk_row *row, int64_t time)
{
	/* a new client line takes an ID over: short ones are used again within seconds */
	idmap_put(s->id, id,
		  (struct idmap_value){ .row = row_index(s, row), .id = row->id, .time = time });
}

/*
 * Did a content filter that logs in put a message back that was counted? Each message can come back
 * once; more would let a client with a login claim it for all of his.
 */
static bool comes_back(struct traffic *s, const struct event_client *client, struct sw_raw key)
{
	struct idmap_value *first;
	const struct topk_row *row;

	if (client->orig_queue_id.n == 0)
		return false;
	first = idmap_get(s->id, client->orig_queue_id);
	row = topk_find(s->account, key);
	if (!first || !row || first->id != row->id || first->flags & ID_BACK)
		return false;
	first->flags |= ID_BACK;
	return true;
}

static void take_client(struct traffic *s, const struct log_source_message *message)
{
	struct event_client client;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	struct topk_row *row;
	struct moment at;

	if (!event_client(message->head.text, &client) || client.user.n == 0 ||
	    !when(s, message, &at))
		return;
	key = account_login(client.user, buf);
	if (comes_back(s, &client, key))
		return;
	row = count(s, key, at.minute);
	if (at.minute != BEFORE)
		count_peer(s, row, &client, at.minute);
	if (!raw_is(client.queue_id, "NOQUEUE"))
		remember(s, client.queue_id, row, at.time);
}

static void take_pickup(struct traffic *s, const struct log_source_message *message)
{
	struct event_pickup pickup;
	char buf[ACCOUNT_KEY];
	struct moment at;

	if (!event_pickup(message->head.text, &pickup) || pickup.requeued || !when(s, message, &at))
		return;
	remember(s, pickup.queue_id, count(s, account_uid(pickup.uid, buf), at.minute), at.time);
}

static void take_active(struct traffic *s, const struct log_source_message *message)
{
	struct idmap_value *known;
	struct topk_row *row;
	struct sw_raw id;
	uint64_t recipients;
	uint32_t *sum;
	struct moment at;

	if (!event_active(message->head.text, &id, &recipients))
		return;
	known = idmap_get(s->id, id);
	if (!known || known->flags & ID_COUNTED || !when(s, message, &at))
		return;
	known->flags |= ID_COUNTED;
	row = topk_row(s->account, known->row);
	/* counted by a run before; out of reach of the next ones; or the account lost its place */
	if (at.minute == BEFORE || at.time - known->time > JOIN_LAG || row->id != known->id)
		return;
	sum = &((struct account *)row->value)->minute[TRAFFIC_RECIPIENTS][at.minute];
	*sum = recipients < UINT32_MAX - *sum ? *sum + (uint32_t)recipients : UINT32_MAX;
	s->total[TRAFFIC_RECIPIENTS][at.minute] +=
		recipients < UINT32_MAX ? recipients : UINT32_MAX;
}

int traffic_message(const struct log_source_message *message, void *ctx)
{
	struct traffic *s = ctx;

	if (raw_is(message->head.daemon, "smtpd"))
		take_client(s, message);
	else if (raw_is(message->head.daemon, "qmgr"))
		take_active(s, message);
	else if (s->local && raw_is(message->head.daemon, "pickup"))
		take_pickup(s, message);
	return 0;
}

int traffic_read(struct traffic *s, const struct sw_host *h, const struct log_source_where *where,
		 unsigned minutes, bool local, struct sw_fault *why)
{
	static const char *const words[] = { ", sasl_method=", " (queue active)", "/pickup[",
					     NULL };
	static const char *const without_local[] = { ", sasl_method=", " (queue active)", NULL };
	struct log_source_where at = *where;
	int rc = traffic_new(s, h, minutes, local, why);

	at.words = local ? words : without_local;
	if (rc == 0)
		rc = log_source_window(h, &at, s->start, &s->clock, traffic_message, s, &s->report,
				       why);
	return rc;
}
