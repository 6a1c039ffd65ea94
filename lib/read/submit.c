#include "read/submit.h"

#include <stdlib.h>

struct counts {
	uint32_t minute[SUBMIT_MINUTES];
};

/* A pair's name in the table: the account's id and the address. */
enum { ADDRESS_MAX = 46, NAME_KEPT = 64 };

struct peer {
	uint32_t account;
	uint32_t name_n;
	char name[NAME_KEPT];
};

int submit_new(struct submit *s, const struct host *h, unsigned minutes, struct fault *why)
{
	int64_t end = h->now - h->now % 60;
	int rc;

	*s = (struct submit){ .minutes = minutes < SUBMIT_MINUTES ? minutes : SUBMIT_MINUTES,
			      .clock = { .now = h->now } };
	s->start = end - 60 * (int64_t)s->minutes;
	rc = table_new(SUBMIT_ACCOUNTS, SUBMIT_NAME, sizeof(struct counts), h->secret, &s->account,
		       why);
	if (rc == 0)
		rc = table_new(SUBMIT_PEERS, sizeof(uint32_t) + ADDRESS_MAX, sizeof(struct peer),
			       h->secret, &s->peer, why);
	return rc;
}

void submit_free(struct submit *s)
{
	table_free(s->account);
	table_free(s->peer);
	s->account = NULL;
	s->peer = NULL;
}

static struct raw fold(struct raw user, char buf[2048])
{
	size_t n = user.n < 2048 ? user.n : 2048; /* Postfix cuts a log text at 2000 bytes */

	for (size_t i = 0; i < n; i++)
		buf[i] = user.p[i] >= 'A' && user.p[i] <= 'Z' ? (char)(user.p[i] | 0x20)
							      : user.p[i];
	return raw_from(buf, n);
}

static void count_peer(struct submit *s, uint32_t account, const struct log_client *client)
{
	char key[sizeof(account) + ADDRESS_MAX];
	size_t n = client->address.n < ADDRESS_MAX ? client->address.n : ADDRESS_MAX;
	struct table_row *row;
	struct peer *peer;

	memcpy(key, &account, sizeof(account));
	memcpy(key + sizeof(account), client->address.p, n);
	row = table_count(s->peer, raw_from(key, sizeof(account) + n), 1);
	peer = row->value;
	peer->account = account;
	peer->name_n = (uint32_t)(client->name.n < NAME_KEPT ? client->name.n : NAME_KEPT);
	memcpy(peer->name, client->name.p, peer->name_n);
}

int submit_line(struct raw line, void *ctx)
{
	struct submit *s = ctx;
	struct log_head head;
	struct log_client client;
	struct table_row *row;
	char folded[2048];
	int64_t time;
	int64_t minute;

	if (!logline_split(line, &head) || !raw_is(head.daemon, "smtpd") ||
	    !logline_client(head.text, &client) || client.user.n == 0 ||
	    !logline_time(&s->clock, head.stamp, &time) || time < s->start)
		return 0;
	minute = (time - s->start) / 60;
	if (minute >= s->minutes)
		return 0;
	row = table_count(s->account, fold(client.user, folded), 1);
	((struct counts *)row->value)->minute[minute]++;
	s->total[minute]++;
	count_peer(s, row->id, &client);
	return 0;
}

int submit_read(struct submit *s, const struct host *h, const struct maillog_where *where,
		unsigned minutes, struct fault *why)
{
	int rc = submit_new(s, h, minutes, why);

	if (rc == 0)
		rc = maillog_window(h, where, s->start, &s->clock, submit_line, s, why);
	return rc;
}

static bool is_before(const struct submit_account *a, const struct submit_account *b)
{
	size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
	int order;

	if (a->count != b->count)
		return a->count > b->count;
	order = n ? memcmp(a->name.p, b->name.p, n) : 0;
	return order ? order < 0 : a->name.n < b->name.n;
}

size_t submit_busiest(const struct submit *s, unsigned first, unsigned n, uint64_t floor,
		      struct submit_account *ret, size_t max)
{
	size_t found = 0;
	size_t kept = 0;

	for (size_t i = 0; i < table_rows(s->account); i++) {
		const struct table_row *row = table_row(s->account, i);
		const struct counts *c = row->value;
		struct submit_account a = { .name = row->name, .error = row->error, .id = row->id };
		size_t at;

		for (unsigned m = first; m < first + n && m < s->minutes; m++)
			a.count += c->minute[m];
		if (a.count == 0 || a.count < floor)
			continue;
		found++;
		at = kept < max ? kept++ : max;
		while (at > 0 && is_before(&a, &ret[at - 1])) {
			if (at < max)
				ret[at] = ret[at - 1];
			at--;
		}
		if (at < max)
			ret[at] = a;
	}
	return found;
}

void submit_peers(const struct submit *s, uint32_t account_id, struct submit_peers *ret)
{
	*ret = (struct submit_peers){ .count = 0 };
	for (size_t i = 0; i < table_rows(s->peer); i++) {
		const struct table_row *row = table_row(s->peer, i);
		const struct peer *peer = row->value;
		struct raw address = raw_skip(row->name, sizeof(account_id));
		bool better;

		if (peer->account != account_id)
			continue;
		better = row->count > ret->count ||
			 (row->count == ret->count && memcmp(address.p, ret->address.p,
							     address.n < ret->address.n
								     ? address.n
								     : ret->address.n) < 0);
		ret->others++;
		if (!better)
			continue;
		ret->address = address;
		ret->name = raw_from(peer->name, peer->name_n);
		ret->count = row->count;
	}
	if (ret->others > 0)
		ret->others--;
}
