/* What the next run is told. */
#include <stdlib.h>

#include "traffic/day_parts.h"
#include "traffic/day_state.h"

struct out {
	unsigned char *p;
	size_t n;
	bool full;
};

static void put_bytes(struct out *o, const void *bytes, size_t n)
{
	o->full |= n > DAY_STATE_SIZE - o->n;
	if (o->full)
		return;
	memcpy(o->p + o->n, bytes, n);
	o->n += n;
}

/* Seven bits a byte, the lowest first. Nearly all are one: this is most of the time that it takes.
 */
static inline void put(struct out *o, uint64_t x)
{
	unsigned char b[10];
	size_t n = 0;

	if (x <= 127 && o->n < DAY_STATE_SIZE && !o->full) {
		o->p[o->n++] = (unsigned char)x;
		return;
	}
	for (; x > 127; x >>= 7)
		b[n++] = (unsigned char)(x | 128);
	b[n++] = (unsigned char)x;
	put_bytes(o, b, n);
}

/* A bucket of the days that are kept; 0 is none. */
static void put_bucket(struct out *o, uint32_t bucket, uint32_t oldest)
{
	put(o, bucket >= oldest ? bucket - oldest + 1 : 0);
}

static void put_list(struct out *o, const struct day_list *list, uint32_t oldest)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->n; i++)
		n += list->seen[i].recent || list->seen[i].last >= oldest;
	put(o, n);
	put_bucket(o, list->dropped, oldest);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct day_seen *s = &list->seen[i];

		if (!s->recent && s->last < oldest)
			continue;
		put_bytes(o, &s->key, sizeof(s->key));
		put_bucket(o, s->last, oldest);
		put(o, s->recent);
	}
}

static void put_cells(struct out *o, const struct day_account *a, uint32_t oldest, uint32_t end)
{
	uint32_t last = oldest;
	uint32_t at = day_cells_before(a, oldest);
	uint32_t n = day_cells_before(a, end);

	put(o, n - at + a->packed);
	for (; at < n; at++) {
		const struct day_cell *c = &a->cell[at];
		uint32_t messages = c->messages - (at > 0 ? c[-1].messages : 0);
		uint32_t external = c->external - (at > 0 ? c[-1].external : 0);

		if (a->packed > 0 && at == a->packed_end) {
			put_bytes(o, a->packed_bytes.p, a->packed_bytes.n);
		} else {
			/* of most messages there is one recipient */
			put(o, c->bucket - last);
			put(o, 2 * (uint64_t)messages + (messages != external));
			if (messages != external)
				put(o, external);
		}
		last = c->bucket;
	}
}

static void put_account(struct out *o, struct sw_raw name, const struct day_account *a,
			uint32_t oldest, uint32_t end)
{
	put(o, name.n);
	put_bytes(o, name.p, name.n);
	put(o, a->until >= oldest ? a->lost : 0);
	put_bucket(o, a->until, oldest);
	put_bucket(o, a->blind, oldest);
	put_cells(o, a, oldest, end);
	put_list(o, &a->list[DAY_LIST_NETWORKS], oldest);
	put_list(o, &a->list[DAY_LIST_SENDERS], oldest);
	put(o, a->texts);
	for (uint32_t i = 0; i < a->texts; i++) {
		put_bytes(o, &a->text[i].key, sizeof(a->text[i].key));
		put(o, a->text[i].n);
		put_bytes(o, a->text[i].text, a->text[i].n);
	}
}

static void put_label(struct out *o, const struct sw_label *label)
{
	char text[SW_LABEL_MAX];
	size_t n = sw_label_decode(label, text, sizeof(text));

	put(o, n);
	put_bytes(o, text, n);
}

/* Why a part of the day is not known: so that the next runs can say it, too. */
static void put_reason(struct out *o, const struct day *d)
{
	const struct log_reason *why = &d->reason;

	put(o, d->doubted ? why->doubt : LOG_FINE);
	put(o,
	    (uint64_t)why->for_adm | (uint64_t)why->by_config << 1 | (uint64_t)why->journal << 2);
	put_bytes(o, &why->heard, sizeof(why->heard));
	put_label(o, &why->where);
	put(o, (uint64_t)why->cause.code);
	put_label(o, &why->cause.text);
}

struct order {
	uint64_t messages;
	uint32_t row;
};

static int by_messages(const void *first, const void *second)
{
	const struct order *a = first;
	const struct order *b = second;

	if (a->messages != b->messages)
		return a->messages < b->messages ? 1 : -1;
	return (a->row > b->row) - (a->row < b->row);
}

static uint32_t messages_of(const struct day_account *a, uint32_t oldest, uint32_t end)
{
	uint32_t first = day_cells_before(a, oldest);
	uint32_t n = day_cells_before(a, end);

	if (n == first)
		return 0;
	return a->cell[n - 1].messages - (first > 0 ? a->cell[first - 1].messages : 0);
}

/* The rows of which something is to be kept, those with most messages first. */
static size_t sort_rows(const struct day *d, uint32_t oldest, uint32_t end, struct order *ret)
{
	size_t n = 0;

	for (uint32_t row = 0; row < topk_rows(d->account); row++) {
		ret[n] = (struct order){ .row = row };
		ret[n].messages = messages_of(&d->of[row], oldest, end);
		n += ret[n].messages > 0;
	}
	qsort(ret, n, sizeof(*ret), by_messages);
	return n;
}

size_t day_state_write(const struct day *d, uint64_t source, uint32_t end, void *ret)
{
	struct order *order = malloc(DAY_ACCOUNTS * sizeof(*order));
	struct day_state_head head = { .source = source,
				       .read_whole = d->read_whole,
				       .end = end,
				       .until = d->end,
				       .base = d->base,
				       .short_until = d->short_until };
	uint32_t oldest = end - DAY_STATE_KEPT;
	struct out o = { .p = ret, .n = sizeof(head) };
	size_t n;

	if (!order)
		return 0;
	n = sort_rows(d, oldest, end, order);
	/* nothing new: the messages that the state knows have not been read again, all of them */
	head.seam = d->resumed && end == d->from ? d->seam_of_state : day_seam_before(d, end);
	head.lost = day_lost(d);
	head.lost_until = head.lost ? (topk_evicted(d->account) ? d->end : d->lost_until) : 0;
	for (uint32_t i = 0; i < DAY_STATE_KEPT; i++)
		head.known[i] =
			oldest + i >= d->first && day_state_of(d, oldest + i) == LOG_MINUTE_KNOWN;
	put_reason(&o, d);
	for (size_t i = 0; i < n && !o.full; i++) {
		size_t before = o.n;

		put_account(&o, topk_row(d->account, order[i].row)->name, &d->of[order[i].row],
			    oldest, end);
		head.accounts += !o.full;
		if (!o.full)
			continue;
		o.n = before;
		head.lost = order[i].messages > head.lost ? order[i].messages : head.lost;
		head.lost_until = d->end;
	}
	free(order);
	head.bytes = (uint32_t)o.n;
	memcpy(ret, &head, sizeof(head));
	return o.n;
}
