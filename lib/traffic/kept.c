#include "traffic/kept.h"

#include <errno.h>
#include <stdlib.h>

#include "log/kept.h"
#include "traffic/tables.h"

enum { LAYOUT = 1 };

/* What differs is another window's. */
static void keep_window(struct pack *to, const struct traffic *s)
{
	pack_number(to, LAYOUT);
	pack_time(to, s->start);
	pack_number(to, s->minutes);
	pack_number(to, s->local);
}

static void take_window(struct sw_raw *from, const struct traffic *s)
{
	bool is_same = pack_take_number(from, UINT64_MAX) == LAYOUT;

	is_same &= pack_take_time(from) == s->start;
	is_same &= pack_take_number(from, UINT64_MAX) == s->minutes;
	is_same &= pack_take_bool(from) == s->local;
	if (!is_same)
		pack_spoil(from);
}

static void keep_blocked(struct pack *to, const struct blocked *b)
{
	pack_number(to, b->cause);
	pack_bytes(to, raw_of(b->reason));
	pack_time(to, b->since);
	pack_time(to, b->last);
	pack_time(to, b->accepted);
	pack_number(to, b->minutes);
	for (size_t i = 0; i < BLOCKED_CLIENTS; i++) {
		pack_number(to, b->client[i].pid);
		pack_time(to, b->client[i].last);
	}
}

static void take_blocked(struct sw_raw *from, struct blocked *ret, uint64_t minutes)
{
	struct sw_raw reason;

	ret->cause = (enum blocked_cause)pack_take_number(from, BLOCKED_DAEMON);
	reason = pack_take_bytes(from, BLOCKED_REASON - 1);
	if (raw_find(reason, '\0') < reason.n)
		pack_spoil(from);
	else if (reason.n > 0)
		memcpy(ret->reason, reason.p, reason.n);
	ret->since = pack_take_time(from);
	ret->last = pack_take_time(from);
	ret->accepted = pack_take_time(from);
	ret->minutes = pack_take_number(from, minutes);
	for (size_t i = 0; i < BLOCKED_CLIENTS; i++) {
		ret->client[i].pid = pack_take_number(from, UINT64_MAX);
		ret->client[i].last = pack_take_time(from);
	}
}

static void keep_accounts(struct pack *to, const struct traffic *s)
{
	size_t rows = topk_rows(s->account);

	pack_number(to, topk_evicted(s->account));
	pack_number(to, rows);
	for (size_t i = 0; i < rows; i++) {
		const struct topk_row *row = topk_row(s->account, i);
		struct account *account = row->value;

		pack_bytes(to, row->name);
		pack_number(to, row->error);
		for (unsigned m = 0; m < s->minutes; m++) {
			pack_number(to, account_minutes(s, account, TRAFFIC_MESSAGES)[m]);
			pack_number(to, account_minutes(s, account, TRAFFIC_RECIPIENTS)[m]);
		}
	}
}

static void take_accounts(struct sw_raw *from, struct traffic *s)
{
	size_t rows;

	topk_lose(s->account, pack_take_number(from, UINT64_MAX));
	rows = (size_t)pack_take_number(from, TRAFFIC_ACCOUNTS);
	for (size_t i = 0; i < rows && !pack_is_bad(*from); i++) {
		struct topk_row *row = topk_append(s->account, pack_take_bytes(from, TRAFFIC_NAME));
		struct account *account = row->value;

		row->error = pack_take_number(from, UINT64_MAX);
		for (unsigned m = 0; m < s->minutes; m++) {
			account_add(s, account, TRAFFIC_MESSAGES, m,
				    pack_take_number(from, UINT32_MAX));
			account_add(s, account, TRAFFIC_RECIPIENTS, m,
				    pack_take_number(from, UINT32_MAX));
		}
	}
}

/* A pair whose account lost its place counts for nobody. */
static bool is_of_account(const struct traffic *s, const struct peer *peer)
{
	return topk_row(s->account, peer->row)->id == peer->account;
}

static void keep_peers(struct pack *to, const struct traffic *s)
{
	size_t pairs = topk_rows(s->peer);
	size_t n = 0;

	for (size_t i = 0; i < pairs; i++)
		n += is_of_account(s, topk_row(s->peer, i)->value);
	pack_number(to, n);
	for (size_t i = 0; i < pairs; i++) {
		const struct topk_row *row = topk_row(s->peer, i);
		const struct peer *peer = row->value;

		if (!is_of_account(s, peer))
			continue;
		pack_number(to, peer->row);
		pack_bytes(to, raw_skip(row->name, sizeof(peer->account)));
		pack_bytes(to, raw_from(peer->name, peer->name_n));
		pack_number(to, peer->minutes);
		for (unsigned m = 0; m < s->minutes; m++)
			if (peer->minutes >> m & 1)
				pack_number(to, peer->minute[m]);
	}
}

static void take_peer(struct sw_raw *from, struct traffic *s, uint64_t minutes)
{
	size_t rows = topk_rows(s->account);
	uint32_t at = (uint32_t)pack_take_number(from, rows - 1); /* of no rows none is */
	struct sw_raw address = pack_take_bytes(from, ADDRESS_MAX);
	struct sw_raw name = pack_take_bytes(from, NAME_KEPT);
	char key[sizeof(at) + ADDRESS_MAX];
	struct peer *peer;
	uint32_t id;

	if (pack_is_bad(*from) || rows == 0) {
		pack_spoil(from);
		return;
	}
	id = topk_row(s->account, at)->id;
	memcpy(key, &id, sizeof(id));
	memcpy(key + sizeof(id), address.p, address.n);
	peer = topk_append(s->peer, raw_from(key, sizeof(id) + address.n))->value;
	peer->account = id;
	peer->row = at;
	peer->name_n = (uint16_t)name.n;
	memcpy(peer->name, name.p, name.n);
	peer->minutes = pack_take_number(from, minutes);
	for (unsigned m = 0; m < s->minutes; m++)
		if (peer->minutes >> m & 1)
			peer->minute[m] = (uint16_t)pack_take_number(from, UINT16_MAX);
}

static void take_peers(struct sw_raw *from, struct traffic *s, uint64_t minutes)
{
	size_t n = (size_t)pack_take_number(from, TRAFFIC_PEERS);

	for (size_t i = 0; i < n && !pack_is_bad(*from); i++)
		take_peer(from, s, minutes);
}

void traffic_keep(const struct traffic *s, struct sw_raw *ret)
{
	struct pack to = { .most = SHARE_ROOM };
	bool is_anybodys;

	keep_window(&to, s);
	is_anybodys = log_keep(&to, &s->proof, &s->report);
	pack_number(&to, s->managed);
	keep_blocked(&to, &s->blocked);
	for (unsigned m = 0; m < s->minutes; m++) {
		pack_number(&to, s->total[TRAFFIC_MESSAGES][m]);
		pack_number(&to, s->total[TRAFFIC_RECIPIENTS][m]);
	}
	keep_accounts(&to, s);
	keep_peers(&to, s);
	*ret = raw_from(to.p, to.n);
	if (to.failed || !is_anybodys) {
		free(to.p);
		*ret = raw_from(NULL, 0);
	}
}

int traffic_take_kept(struct traffic *s, struct sw_raw bytes)
{
	uint64_t minutes = UINT64_MAX >> (64 - s->minutes); /* one bit each */
	struct sw_raw from = bytes;

	take_window(&from, s);
	log_take_kept(&from, &s->proof, &s->report);
	s->managed = pack_take_bool(&from);
	take_blocked(&from, &s->blocked, minutes);
	for (unsigned m = 0; m < s->minutes; m++) {
		s->total[TRAFFIC_MESSAGES][m] = pack_take_number(&from, UINT64_MAX);
		s->total[TRAFFIC_RECIPIENTS][m] = pack_take_number(&from, UINT64_MAX);
	}
	take_accounts(&from, s);
	take_peers(&from, s, minutes);
	return pack_is_bad(from) || from.n > 0 ? -EBADMSG : 0;
}

/* False: read. */
static bool take_answer(struct traffic *s, struct sw_raw answer, const struct sw_host *h,
			unsigned minutes, bool local)
{
	struct sw_fault ignored = { 0 };

	if (answer.n == 0)
		return false;
	if (traffic_new(s, h, minutes, local, &ignored) == 0 && traffic_take_kept(s, answer) == 0)
		return true;
	traffic_free(s);
	return false;
}

void traffic_share(const struct traffic *s, struct share *share, const struct sw_host *h)
{
	struct sw_raw kept;

	if (!share_is_wanted(share))
		return;
	traffic_keep(s, &kept);
	share_keep(share, h, kept);
	free((char *)kept.p);
}

int traffic_read_shared(struct traffic *s, struct share *share, const struct sw_host *h,
			const struct log_where *where, unsigned minutes, bool local,
			struct sw_fault *why)
{
	int rc;

	if (take_answer(s, share->answer, h, minutes, local))
		return 0;
	rc = traffic_read(s, h, where, minutes, local, why);
	if (rc == 0)
		traffic_share(s, share, h);
	return rc;
}
