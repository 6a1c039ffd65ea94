#include "traffic/counts.h"

#include <errno.h>

#include "log/file.h"
#include "postfix/account.h"
#include "traffic/day.h"
#include "traffic/events.h"
#include "traffic/role.h"
#include "traffic/tables.h"

/* Older client lines, that a queue manager line of the window can belong to, come with it. */
enum { JOIN = 120 };

/* Seconds that the stamps of a line and of its copy can differ by: two programs round them. */
enum { COPY_LAG = 1 };

int traffic_new(struct traffic *s, const struct sw_host *h, unsigned minutes, bool local,
		struct sw_fault *why)
{
	int64_t end = h->now - TRAFFIC_LATE - (h->now - TRAFFIC_LATE) % 60;
	size_t account;
	size_t peer;

	*s = (struct traffic){ .host = h,
			       .minutes = minutes < TRAFFIC_MINUTES ? minutes : TRAFFIC_MINUTES,
			       .local = local };
	s->start = end - 60 * (int64_t)s->minutes;
	log_proof_begin(&s->proof, h->now, s->start, s->minutes);
	account = sizeof(struct account) + 2 * s->minutes * sizeof(uint32_t);
	peer = sizeof(struct peer) + s->minutes * sizeof(uint16_t);
	if (!block_new(&s->memory, topk_room(TRAFFIC_ACCOUNTS, TRAFFIC_NAME, account) +
					   topk_room(TRAFFIC_PEERS, PEER_NAME, peer) +
					   idmap_room(TRAFFIC_IDS) +
					   block_room(1, sizeof(*s->proxies))))
		return sw_fault_errno(why, ENOMEM, "count messages");
	s->account = topk_in(&s->memory, TRAFFIC_ACCOUNTS, TRAFFIC_NAME, account, h->secret);
	s->peer = topk_in(&s->memory, TRAFFIC_PEERS, PEER_NAME, peer, h->secret);
	s->id = idmap_in(&s->memory, TRAFFIC_IDS, h->secret);
	s->proxies = block_take(&s->memory, 1, sizeof(*s->proxies));
	return 0;
}

void traffic_free(struct traffic *s)
{
	block_free(&s->memory);
	s->proxies = NULL;
	s->account = NULL;
	s->peer = NULL;
	s->id = NULL;
}

/*
 * When a message was logged: a minute of the window, or BEFORE it but near enough for a join. False
 * when it is neither.
 */
struct moment {
	int64_t time;
	int minute;
};

static bool when(const struct traffic *s, const struct log_message *message, struct moment *ret)
{
	ret->time = message->time;
	if (ret->time < s->start - JOIN || ret->time >= s->start + 60 * (int64_t)s->minutes)
		return false;
	ret->minute = ret->time < s->start ? BEFORE : (int)((ret->time - s->start) / 60);
	return true;
}

static void count_peer(struct traffic *s, const struct topk_row *account,
		       const struct event_client *client, int minute)
{
	char key[PEER_NAME];
	size_t n = client->address.n < ADDRESS_MAX ? client->address.n : ADDRESS_MAX;
	struct topk_row *row;
	struct peer *peer;

	memcpy(key, &account->id, sizeof(account->id));
	memcpy(key + sizeof(account->id), client->address.p, n);
	row = topk_count(s->peer, raw_from(key, sizeof(account->id) + n), 1);
	peer = row->value;
	peer->account = account->id;
	peer->row = account_row(s, account);
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

	if (minute >= 0)
		traffic_add(s, row->value, TRAFFIC_MESSAGES, minute, 1);
	return row;
}

static uint32_t check_of(struct sw_raw address)
{
	return (uint32_t)hash_bytes((struct hash_key){ 0, 0 }, address);
}

static void remember(struct traffic *s, struct sw_raw id, const struct topk_row *row,
		     struct sw_raw address, int64_t time)
{
	/* a new client line takes an ID over: short ones are used again within seconds */
	idmap_put(s->id, id,
		  (struct idmap_value){ .row = account_row(s, row),
					.id = row->id,
					.check = check_of(address),
					.time = time });
}

/*
 * Does an ID stand here a second time, in a copy of its line? However late the second one is
 * written, both say when Postfix wrote it; later the ID is another message's.
 */
static bool is_copy(struct traffic *s, struct sw_raw id, struct sw_raw key, struct sw_raw address,
		    int64_t time)
{
	const struct idmap_value *known = idmap_get(s->id, id);
	const struct topk_row *row = known ? topk_find(s->account, key) : NULL;

	s->ids++;
	if (!row || known->id != row->id || known->check != check_of(address) ||
	    time - known->time > COPY_LAG || known->time - time > COPY_LAG)
		return false;
	s->copies++;
	s->ids--;
	return true;
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

static int minute_of(const struct traffic *s, int64_t time)
{
	return time < s->start ? BEFORE : (int)((time - s->start) / 60);
}

/* Could Postfix queue, or could it not? */
static void take_state(struct traffic *s, const struct log_message *message, struct sw_raw program,
		       bool accepted)
{
	uint64_t pid;
	struct sw_raw reason;
	enum blocked_cause cause;

	if (message->time >= s->start + 60 * (int64_t)s->minutes)
		return;
	if (accepted) {
		mute_accept(&s->mute, message->time);
		blocked_accept(&s->blocked, message->time, minute_of(s, message->time));
		return;
	}
	cause = blocked_event(program, message->text, &pid, &reason);
	if (cause != BLOCKED_NOT)
		blocked_take(&s->blocked, cause, pid, reason, message->time,
			     minute_of(s, message->time));
}

/* A message of an account, from an address. */
static struct topk_row *count_client(struct traffic *s, const struct event_client *client,
				     struct sw_raw key, int minute)
{
	struct topk_row *row = count(s, key, minute);

	if (minute != BEFORE)
		count_peer(s, row, client, minute);
	return row;
}

/* One that goes to a proxy filter. */
static void take_proxied(struct traffic *s, const struct event_client *client, struct sw_raw key,
			 const struct log_message *message, const struct moment *at)
{
	if (client->user.n == 0)
		traffic_proxy_begin(s, NULL, client->user, message);
	else if (!proxy_is_second(s->id, 2 * s->copies > s->ids, client, key, at->time))
		traffic_proxy_begin(s, count_client(s, client, key, at->minute), key, message);
}

static void take_client(struct traffic *s, const struct log_message *message)
{
	struct event_client client;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	struct moment at = { 0 };
	bool counted = when(s, message, &at);

	if ((!counted && !s->day) || !event_client(message->text, &client))
		return;
	key = client.user.n > 0 ? account_login(client.user, buf)
				: account_client(client.address, buf);
	if (s->day)
		day_client(s->day, &client, key, message);
	if (!counted)
		return;
	if (raw_is(client.queue_id, "NOQUEUE")) {
		take_proxied(s, &client, key, message, &at);
		return;
	}
	if (is_copy(s, client.queue_id, key, client.address, at.time) || client.user.n == 0 ||
	    comes_back(s, &client, key))
		return;
	remember(s, client.queue_id, count_client(s, &client, key, at.minute), client.address,
		 at.time);
}

static void take_pickup(struct traffic *s, const struct log_message *message)
{
	static const struct sw_raw here = { "", 0 };
	struct event_pickup pickup;
	char buf[ACCOUNT_KEY];
	struct sw_raw key;
	struct moment at;
	bool accepted = event_pickup(message->text, &pickup);

	take_state(s, message, raw_of("pickup"), accepted);
	if (!accepted || !s->local || pickup.requeued || !when(s, message, &at))
		return;
	key = account_uid(pickup.uid, buf);
	if (!is_copy(s, pickup.queue_id, key, here, at.time))
		remember(s, pickup.queue_id, count(s, key, at.minute), here, at.time);
}

static void take_active(struct traffic *s, const struct log_message *message)
{
	struct idmap_value *known;
	struct topk_row *row;
	struct sw_raw sender;
	struct sw_raw id;
	uint64_t recipients;
	struct moment at;

	if (!event_may_be_active(message->text, &id))
		return;
	idmap_expect(s->id, id);
	if (s->day)
		day_expect(s->day, s->id, id);
	if (!event_active(message->text, &id, &recipients, &sender))
		return;
	if (s->day)
		day_active(s->day, id, sender, message->time);
	if (s->proxies->any)
		traffic_proxy_wait(s, id, recipients, message->time);
	known = idmap_get(s->id, id);
	if (!known)
		return;
	if (known->row == UINT32_MAX && !event_is_bounce(message->text))
		mute_active(&s->mute, known, message->time);
	if (known->row == UINT32_MAX || known->flags & ID_COUNTED || !when(s, message, &at))
		return;
	known->flags |= ID_COUNTED;
	row = topk_row(s->account, known->row);
	/* counted by a run before; out of reach of the next ones; or the account lost its place */
	if (at.minute == BEFORE || at.time - known->time > JOIN_LAG || row->id != known->id)
		return;
	traffic_add(s, row->value, TRAFFIC_RECIPIENTS, at.minute, recipients);
}

static void take_smtpd(struct traffic *s, const struct log_message *message)
{
	struct sw_raw text = message->text;
	bool accepted = event_is_accepted(text);
	/* who did not log in does not, and of his IDs no copy is told */
	bool matters = !accepted || raw_starts(raw_skip(text, raw_find(text, ',')), ", sasl_");

	if (accepted && matters) {
		struct sw_raw id = raw_from(text.p, raw_find(text, ':'));

		idmap_expect(s->id, id);
		if (s->day)
			day_expect(s->day, s->id, id);
	}
	take_state(s, message, raw_of("smtpd"), accepted);
	if (!accepted && traffic_proxy_end(s, message)) {
		if (s->day)
			day_message(s->day, message);
		return;
	}
	if (matters)
		take_client(s, message);
	else if (s->day)
		day_message(s->day, message);
}

int traffic_message(const struct log_message *message, void *ctx)
{
	struct traffic *s = ctx;
	struct sw_raw text = message->text;
	struct sw_raw program = message->program;
	enum role role = message->role ? message->role : role_of(program);
	struct sw_raw id;

	if (role == ROLE_UNKNOWN)
		role = role_by(text);
	if (s->day && role != ROLE_SMTPD && role != ROLE_QMGR)
		day_message(s->day, message);
	switch (role) {
	case ROLE_SMTPD:
		take_smtpd(s, message);
		break;
	case ROLE_QMGR:
		s->managed = true;
		take_active(s, message);
		break;
	case ROLE_PICKUP:
		take_pickup(s, message);
		break;
	case ROLE_CLEANUP:
		/* nearly all are not asked for */
		if (!mute_asks(&s->mute, message->time) && !raw_starts(text, "warning: "))
			break;
		if (event_entered(text, &id))
			mute_enter(&s->mute, s->id, id, message->time);
		else
			take_state(s, message, raw_of("cleanup"), false);
		break;
	case ROLE_LOCAL:
		if (event_forwarded(text, &id))
			mute_forward(&s->mute, idmap_get(s->id, id));
		break;
	case ROLE_QMQPD:
		take_state(s, message, raw_of("qmqpd"), event_is_accepted(text));
		break;
	case ROLE_BLOCKED:
		take_state(s, message, program.n > 0 ? program : raw_of("master"), false);
		break;
	case ROLE_SMTP:
	case ROLE_UNKNOWN:
	case ROLE_NOBODY:
		break;
	}
	return 0;
}

int traffic_log(struct traffic *s, const struct log_where *where, int64_t since,
		struct sw_fault *why)
{
	int rc = log_read(s->host, where, since, traffic_message, s, &s->proof, &s->report, why);

	if (rc == 0)
		mute_doubt(&s->mute, &s->report, &s->proof);
	return rc;
}

int traffic_read(struct traffic *s, const struct sw_host *h, const struct log_where *where,
		 unsigned minutes, bool local, struct sw_fault *why)
{
	int rc = traffic_new(s, h, minutes, local, why);
	struct log_where asked = *where;

	asked.role = role_of;
	asked.may_matter = role_may_matter;
	asked.dull = role_dull;
	return rc ? rc : traffic_log(s, &asked, s->start, why);
}
