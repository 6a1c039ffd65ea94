/* past_messages: who used the account, and its messages, from lines of the log. */
#include "base/rank.h"
#include "incident/past_parts.h"
#include "postfix/account.h"
#include "traffic/events.h"
#include "traffic/role.h"

/* As in lib/traffic/day.c: the stamps of a line and of its copy can differ by so many seconds. */
enum { COPY_LAG = 1 };

static uint32_t check_of(struct sw_raw address)
{
	return (uint32_t)hash_bytes((struct hash_key){ 0, 0 }, address);
}

static uint64_t name_of(struct sw_raw id)
{
	const uint64_t hash = hash_bytes((struct hash_key){ 0x70617374, 0 }, id);

	return hash ? hash : 1;
}

static struct sw_raw key_of(const struct network_address *address)
{
	return raw_from((const char *)address->byte, sizeof(address->byte));
}

/* --- logins */

/* Postfix cuts a name that failed. */
static bool is_failed_name(struct past *p, struct sw_raw user)
{
	const struct sw_raw asked = p->select->asked;

	if (asked.n <= LOGIN_NAME)
		return select_folds(p->select, user);
	return user.n == LOGIN_NAME && memcmp(user.p, asked.p, LOGIN_NAME) == 0;
}

static void take_failed(struct past *p, const struct failures_login *login)
{
	struct topk *tables[2] = { p->failing, NULL };

	p->silent += login->silent ? login->n : 0;
	if (login->user.n > 0 && is_failed_name(p, login->user)) {
		if (p->failures == 0)
			p->failed_first = login->time;
		p->failed_last = login->time;
		p->failures += login->n;
		tables[1] = p->failed;
	}
	for (size_t i = 0; i < SW_COUNT(tables) && login->address; i++) {
		struct past_failure *f;

		if (!tables[i])
			continue;
		f = topk_count(tables[i], key_of(login->address), login->n)->value;
		if (f->first == 0)
			f->first = login->time;
		f->last = login->time;
	}
}

static struct past_use *use(struct past *p, const struct network_address *address, int64_t time)
{
	struct past_use *u = topk_count(p->used, key_of(address), 1)->value;

	if (u->first == 0) {
		const struct topk_row *failing = topk_find(p->failing, key_of(address));

		u->first = time;
		u->before = failing ? failing->count - failing->error : 0;
		u->since = failing ? ((const struct past_failure *)failing->value)->first : 0;
	}
	if (time > u->last)
		u->last = time;
	return u;
}

/* A message is counted by its line, which may be a copy. */
void past_login(const struct failures_login *login, void *ctx)
{
	struct past *p = ctx;

	if (p->select->by != BY_ACCOUNT)
		return;
	if (login->failed)
		take_failed(p, login);
	else if (!login->message && select_is(p->select, login->user))
		use(p, login->address, login->time)->logins++;
}

/* --- messages */

static bool is_before(const void *a, const void *b)
{
	return ((const struct past_message *)a)->hash < ((const struct past_message *)b)->hash;
}

static void keep_sample(struct past *p, struct sw_raw id, const struct network_address *address,
			int64_t time)
{
	struct past_message m = { .hash = name_of(id), .time = time, .has_address = address };

	if (id.n >= sizeof(m.id))
		return;
	memcpy(m.id, id.p, id.n);
	if (address)
		m.address = *address;
	p->samples = rank_add(p->sample, p->samples, PAST_SAMPLE, sizeof(m), &m, is_before);
}

static void count(struct past *p, struct sw_raw id, struct sw_raw host, struct sw_raw from,
		  int64_t time)
{
	struct network_address address;
	const bool has_address = network_address(from, &address);

	if (p->messages++ == 0)
		p->first = time;
	if (time > p->last)
		p->last = time;
	if (has_address) {
		struct past_use *u = use(p, &address, time);

		u->messages++;
		u->host_n = (uint8_t)(host.n < PAST_HOST ? host.n : PAST_HOST);
		memcpy(u->host, host.p, u->host_n);
	}
	if (id.n == 0) {
		p->without_id++;
		return;
	}
	keep_sample(p, id, has_address ? &address : NULL, time);
	p->ids++;
	idmap_put(
		p->id, id,
		(struct idmap_value){
			.flags = OF_IT, .id = p->serial++, .check = check_of(from), .time = time });
}

const struct idmap_value *past_known(const struct past *p, struct sw_raw id)
{
	const struct idmap_value *known = id.n > 0 ? idmap_get(p->id, id) : NULL;

	return known && known->flags & OF_IT ? known : NULL;
}

static bool is_copy(const struct past *p, struct sw_raw id, struct sw_raw from, int64_t time)
{
	const struct idmap_value *known = past_known(p, id);

	return known && known->check == check_of(from) && time - known->time <= COPY_LAG &&
	       known->time - time <= COPY_LAG;
}

/* An ID is one of its messages'; what waited for that is taken. */
static void own(struct past *p, struct sw_raw id, struct idmap_value value)
{
	p->ids++;
	idmap_put(p->id, id, value);
	for (size_t i = 0; i < LATE; i++) {
		const size_t at = (p->late->next + i) % LATE;

		if (p->late->line[at].id != name_of(id))
			continue;
		p->late->line[at].id = 0;
		past_text(p, raw_from(p->late->line[at].text, p->late->line[at].n),
			  p->late->line[at].role, p->late->line[at].time);
	}
}

/* A second ID of a message of it. */
void past_tie(struct past *p, struct sw_raw id, const struct idmap_value *first, int64_t time)
{
	struct idmap_value second = *first;

	second.flags = OF_IT | COUNTED;
	second.time = time;
	own(p, id, second);
}

void past_wait(struct past *p, struct sw_raw id, struct sw_raw text, unsigned role, int64_t time)
{
	const size_t at = p->late->next++ % LATE;

	if (text.n > LATE_TEXT)
		return;
	p->late->line[at].id = name_of(id);
	p->late->line[at].time = time;
	p->late->line[at].role = role;
	p->late->line[at].n = text.n;
	memcpy(p->late->line[at].text, text.p, text.n);
}

/* The IDs of others' messages: one that was of it is no more, and a filter's may be yet. */
static void take_other(struct past *p, const struct event_client *client, int64_t time)
{
	struct idmap_value *known = idmap_get(p->id, client->queue_id);
	const struct idmap_value *first = past_known(p, client->orig_queue_id);

	if (first) {
		const struct idmap_value copy = *first;

		past_tie(p, client->queue_id, &copy, time);
	} else if (network_is_loopback(client->address)) {
		p->ids++;
		idmap_put(p->id, client->queue_id,
			  (struct idmap_value){ .flags = OF_NOBODY, .time = time });
	} else if (known) {
		known->flags = 0;
	}
}

/* One goes to a filter before the queue, of whomever: a process has one client at a time. */
static void take_proxied(struct past *p, const struct event_client *client, bool is_it,
			 int64_t time)
{
	const struct failures_kept *kept = p->logins.saved;
	char buf[ACCOUNT_KEY];
	const struct sw_raw key = account_login(client->user, buf);
	struct proxy_open lost;
	struct proxy_open *open;

	if (proxy_is_second(p->id, 2 * kept->copies > kept->ids, client, key, time))
		return;
	open = proxy_begin(p->proxies, p->pid, proxy_key(key), time, &lost);
	if (!is_it)
		return;
	open->flags = OF_IT;
	open->id = p->serial++;
	open->check = check_of(client->address);
	count(p, raw_from(NULL, 0), client->name, client->address, time);
}

/* It came back from there, and has an ID now. */
static void take_proxy_end(struct past *p, struct sw_raw text, int64_t time)
{
	struct proxy_open open;
	struct proxy_end end;
	char buf[ACCOUNT_KEY];

	if (!proxy_ends(text, &end) ||
	    !proxy_close(p->proxies, p->pid, proxy_key(account_login(end.user, buf)), &open) ||
	    open.flags != OF_IT || end.queue_id.n == 0)
		return;
	p->without_id--;
	own(p, end.queue_id,
	    (struct idmap_value){
		    .flags = OF_IT, .id = open.id, .check = open.check, .time = time });
}

void past_client(struct past *p, struct sw_raw text, int64_t time)
{
	struct event_client client;
	struct idmap_value *first;
	bool is_it;

	if (!event_client(text, &client)) {
		take_proxy_end(p, text, time);
		return;
	}
	is_it = p->select->by == BY_ACCOUNT && select_is(p->select, client.user);
	if (raw_is(client.queue_id, "NOQUEUE")) {
		take_proxied(p, &client, is_it, time);
		return;
	}
	if (!is_it) {
		take_other(p, &client, time);
		return;
	}
	if (is_copy(p, client.queue_id, client.address, time))
		return;
	first = client.orig_queue_id.n > 0 ? idmap_get(p->id, client.orig_queue_id) : NULL;
	/* a filter that logs in puts a message back once */
	if (first && first->flags & OF_IT && !(first->flags & CAME_BACK)) {
		const struct idmap_value copy = *first;

		first->flags |= CAME_BACK;
		past_tie(p, client.queue_id, &copy, time);
		return;
	}
	count(p, client.queue_id, client.name, client.address, time);
}

void past_pickup(struct past *p, struct sw_raw text, int64_t time)
{
	static const struct sw_raw here = { "", 0 };
	const struct idmap_value *first;
	struct event_pickup pickup;

	if (!event_pickup(text, &pickup))
		return;
	first = past_known(p, pickup.orig_id);
	if (first) {
		const struct idmap_value copy = *first;

		past_tie(p, pickup.queue_id, &copy, time);
	} else if (p->select->by == BY_UID && !pickup.requeued && pickup.uid == p->select->uid) {
		if (!is_copy(p, pickup.queue_id, here, time))
			count(p, pickup.queue_id, here, here, time);
	} else if (idmap_get(p->id, pickup.queue_id)) {
		idmap_get(p->id, pickup.queue_id)->flags = 0;
	}
}

void past_active(struct past *p, struct sw_raw text, int64_t time)
{
	struct sw_raw sender;
	struct sw_raw id;
	struct idmap_value *known;
	uint64_t recipients;

	if (!event_may_be_active(text, &id))
		return;
	known = idmap_get(p->id, id);
	if (known && known->flags & OF_NOBODY)
		past_wait(p, id, text, ROLE_QMGR, time);
	if (!known || !(known->flags & OF_IT) || known->flags & COUNTED ||
	    !event_active(text, &id, &recipients, &sender))
		return;
	known->flags |= COUNTED;
	p->recipients += recipients;
	topk_count(p->sender, sender, 1);
}
