#include "read/origin.h"

#include "store/table.h"

struct search {
	struct origin *origin;
	struct table *index; /* of IDs; a row's value is the index of an origin */
	struct log_clock clock;
	int64_t since;
};

static void note(struct search *s, struct raw id, struct raw key)
{
	struct table_row *row = table_find(s->index, id);
	struct origin *origin;

	if (!row)
		return;
	origin = &s->origin[*(size_t *)row->value];
	origin->key_n = key.n < ORIGIN_KEY ? key.n : ORIGIN_KEY;
	memcpy(origin->key, key.p, origin->key_n);
}

static int take(const struct maillog_message *message, void *ctx)
{
	struct search *s = ctx;
	struct log_client client;
	struct log_pickup pickup;
	char buf[ACCOUNT_KEY];
	int64_t time;

	/* an ID of long ago was another message's */
	if (!maillog_time(&s->clock, message, &time) || time < s->since)
		return 0;
	if (raw_is(message->head.daemon, "smtpd")) {
		if (logline_client(message->head.text, &client) && client.user.n > 0)
			note(s, client.queue_id, account_login(client.user, buf));
	} else if (raw_is(message->head.daemon, "pickup")) {
		if (logline_pickup(message->head.text, &pickup) && !pickup.requeued)
			note(s, pickup.queue_id, account_uid(pickup.uid, buf));
	}
	return 0;
}

int origin_find(const struct host *h, const struct maillog_where *where, int64_t since,
		struct origin *origin, size_t n, struct fault *why)
{
	static const char *const words[] = { ", sasl_method=", "/pickup[", NULL };
	struct search s = { .origin = origin, .clock = { .now = h->now } };
	struct maillog_report report;
	struct maillog_where at = *where;
	int found = 0;
	int rc = n ? table_new(n, ORIGIN_ID, sizeof(size_t), h->secret, &s.index, why) : 0;

	if (rc < 0 || n == 0)
		return rc;
	for (size_t i = 0; i < n; i++) {
		origin[i].key_n = 0;
		*(size_t *)table_count(s.index, raw_of(origin[i].id), 1)->value = i;
	}
	at.words = words;
	if (since < h->now - ORIGIN_OLDEST)
		since = h->now - ORIGIN_OLDEST;
	s.since = since;
	rc = maillog_window(h, &at, since, &s.clock, take, &s, &report, why);
	for (size_t i = 0; i < n; i++) {
		/* a filter can make several messages of one */
		const struct table_row *row = table_find(s.index, raw_of(origin[i].id));
		const struct origin *first = &origin[*(size_t *)row->value];

		if (first != &origin[i]) {
			memcpy(origin[i].key, first->key, first->key_n);
			origin[i].key_n = first->key_n;
		}
		found += first->key_n > 0;
	}
	table_free(s.index);
	return rc < 0 ? rc : found;
}
