#include "traffic/chain.h"

#include <errno.h>

#include "base/topk.h"
#include "log/file.h"
#include "traffic/events.h"
#include "traffic/proxy.h"

struct search {
	struct account_sought *origin;
	struct topk *index; /* of IDs; a row's value is the index of an origin */
	int64_t since;
};

static void note(struct search *s, struct sw_raw id, struct sw_raw key)
{
	struct topk_row *row = topk_find(s->index, id);
	struct account_sought *origin;

	if (!row)
		return;
	origin = &s->origin[*(size_t *)row->value];
	origin->key_n = key.n < ACCOUNT_SOUGHT_KEY ? key.n : ACCOUNT_SOUGHT_KEY;
	memcpy(origin->key, key.p, origin->key_n);
}

static int take(const struct log_message *message, void *ctx)
{
	struct search *s = ctx;
	struct event_client client;
	struct event_pickup pickup;
	struct proxy_end end;
	char buf[ACCOUNT_KEY];

	/* an ID of long ago was another message's */
	if (message->time < s->since)
		return 0;
	if (raw_is(message->program, "smtpd")) {
		if (event_client(message->text, &client) && client.user.n > 0)
			note(s, client.queue_id, account_login(client.user, buf));
		else if (proxy_ends(message->text, &end) && end.queue_id.n > 0 && end.user.n > 0)
			note(s, end.queue_id, account_login(end.user, buf));
	} else if (raw_is(message->program, "pickup")) {
		if (event_pickup(message->text, &pickup) && !pickup.requeued)
			note(s, pickup.queue_id, account_uid(pickup.uid, buf));
	}
	return 0;
}

int chain_find(const struct sw_host *h, const struct log_where *where, int64_t since,
	       struct account_sought *origin, size_t n, struct sw_fault *why)
{
	struct search s = { .origin = origin };
	struct log_report report;
	struct log_proof proof;
	int found = 0;
	int rc = n ? topk_new(n, ACCOUNT_SOUGHT_ID, sizeof(size_t), h->secret, &s.index, why) : 0;

	if (rc < 0 || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		origin[i].key_n = 0;
		*(size_t *)topk_count(s.index, raw_of(origin[i].id), 1)->value = i;
	}
	/* the message was there before the filter gave it back */
	since -= LOG_DISORDER;
	if (since < h->now - CHAIN_OLDEST)
		since = h->now - CHAIN_OLDEST;
	s.since = since;
	log_proof_begin(&proof, h->now, since, 1);
	rc = log_read(h, where, since, take, &s, &proof, &report, why);
	log_proof_passing(&proof, why);
	for (size_t i = 0; i < n; i++) {
		/* a filter can make several messages of one */
		const struct topk_row *row = topk_find(s.index, raw_of(origin[i].id));
		const struct account_sought *first = &origin[*(size_t *)row->value];

		if (first != &origin[i]) {
			memcpy(origin[i].key, first->key, first->key_n);
			origin[i].key_n = first->key_n;
		}
		found += first->key_n > 0;
	}
	topk_free(s.index);
	return rc < 0 ? rc : found;
}
