#include "read/origin.h"

#include "store/table.h"

struct search {
	struct origin *origin;
	struct table *index; /* of IDs; a row's value is the index of its origin */
	int found;
};

static void note(struct search *s, struct raw id, struct raw key)
{
	struct table_row *row = table_find(s->index, id);
	struct origin *origin;

	if (!row)
		return;
	origin = &s->origin[*(size_t *)row->value];
	s->found += origin->key_n == 0;
	origin->key_n = key.n < ORIGIN_KEY ? key.n : ORIGIN_KEY;
	memcpy(origin->key, key.p, origin->key_n);
}

static int take(const struct maillog_message *message, void *ctx)
{
	struct search *s = ctx;
	struct log_client client;
	struct log_pickup pickup;
	char buf[ACCOUNT_KEY];

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
	struct search s = { .origin = origin };
	struct log_clock clock = { .now = h->now };
	struct maillog_report report;
	struct maillog_where at = *where;
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
	rc = maillog_window(h, &at, since, &clock, take, &s, &report, why);
	table_free(s.index);
	return rc < 0 ? rc : s.found;
}
