#include "traffic/day_state.h"

#include "traffic/day_parts.h"

enum { FEW = 24 }; /* cells */

struct in {
	const unsigned char *p;
	size_t n;
	bool bad;
};

static void get_bytes(struct in *in, void *ret, size_t n)
{
	in->bad |= n > in->n;
	if (in->bad) {
		memset(ret, 0, n);
		return;
	}
	memcpy(ret, in->p, n);
	in->p += n;
	in->n -= n;
}

/* A number of at most `most`; nearly all are small. */
static inline uint64_t get(struct in *in, uint64_t most)
{
	uint64_t x = 0;
	unsigned char b = 128;

	if (in->n > 0 && *in->p < 128 && *in->p <= most) {
		in->n--;
		return *in->p++;
	}

	for (unsigned shift = 0; b & 128 && shift < 63; shift += 7) {
		get_bytes(in, &b, 1);
		x |= (uint64_t)(b & 127) << shift;
	}
	in->bad |= x > most || b & 128;
	return in->bad ? 0 : x;
}

static uint32_t get_bucket(struct in *in, uint32_t oldest)
{
	uint32_t x = (uint32_t)get(in, 2 * DAY_SPANS);

	return x ? oldest + x - 1 : 0;
}

static void get_list(struct in *in, struct day *d, struct day_list *list,
		     const struct day_state_head *head)
{
	uint32_t oldest = head->end - DAY_STATE_KEPT;
	uint32_t n = (uint32_t)get(in, DAY_SEEN);
	uint32_t base = d->base;

	list->dropped = get_bucket(in, oldest);
	d->base = head->base;
	for (uint32_t i = 0; i < n && !in->bad; i++) {
		struct day_seen *s;
		uint64_t key;

		get_bytes(in, &key, sizeof(key));
		s = day_see(d, list, key, oldest);
		in->bad |= !s || list->n != i + 1;
		if (in->bad)
			break;
		s->last = get_bucket(in, oldest);
		s->recent = (uint32_t)get(in, UINT32_MAX);
		in->bad |= s->last >= head->base;
	}
	day_rebase(list, head->base, base);
	d->base = base;
}

/* What was sent in the next bucket in which something was, added to that of those before. */
static void get_cell(struct in *in, struct day_cell *cell)
{
	uint64_t sent;

	cell->bucket += (uint32_t)get(in, DAY_STATE_KEPT);
	sent = get(in, UINT64_C(2) * UINT32_MAX);
	cell->messages += (uint32_t)(sent / 2);
	cell->external += sent & 1 ? (uint32_t)get(in, UINT32_MAX) : (uint32_t)(sent / 2);
}

/* The same of as many as are two bytes, a gap and messages of one recipient each: nearly all are.
 */
static uint32_t get_short_cells(struct in *in, struct day_cell *cell, uint32_t n, uint32_t ends)
{
	const unsigned char *p = in->p;
	const unsigned char *last = in->n / 2 < n ? p + in->n / 2 * 2 : p + 2 * (size_t)n;
	uint32_t bucket = cell->bucket;
	uint32_t messages = 0;

	for (; p < last; p += 2) {
		if (p[0] - 1U > 126 || p[1] & 129 || bucket + p[0] >= ends)
			break;
		bucket += p[0];
		messages += p[1] / 2U;
	}
	n = (uint32_t)(p - in->p) / 2;
	in->n -= (size_t)(p - in->p);
	in->p = p;
	cell->bucket = bucket;
	cell->messages += messages;
	cell->external += messages;
	return n;
}

/* Of up to n cells those before `ends`, as their sum. Returns how many they are. */
static uint32_t get_sum(struct in *in, struct day_cell *cell, uint32_t n, uint32_t ends)
{
	uint32_t i = get_short_cells(in, cell, n, ends);

	while (i < n) {
		struct in rest = *in;
		struct day_cell next = *cell;

		get_cell(&rest, &next);
		if (rest.bad || next.bucket <= cell->bucket || next.bucket >= ends)
			break;
		*in = rest;
		*cell = next;
		i++;
		i += get_short_cells(in, cell, n - i, ends);
	}
	return i;
}

static void keep_cell(struct in *in, struct day *d, struct day_account *a, uint32_t most,
		      struct day_cell cell)
{
	/* most have few that are kept */
	in->bad |= a->cells == a->room &&
		   !day_make_room(d, a, a->cells == 0 && most > FEW ? FEW : most);
	if (!in->bad)
		a->cell[a->cells++] = cell;
}

/*
 * There are many: this is most of the time that a state takes, and memory for all of them would be
 * most of what a run touches. So of those with which no day begins or ends only sums are taken.
 */
static void get_cells(struct in *in, struct day *d, struct day_account *a,
		      const struct day_state_head *head, uint64_t *messages)
{
	const uint32_t begins = d->end - DAY_BUCKETS; /* the last day does */
	const uint32_t ends = d->first + DAY_BUCKETS; /* the first one does */
	uint32_t n = (uint32_t)get(in, DAY_STATE_KEPT);
	struct day_cell cell = { .bucket = head->end - DAY_STATE_KEPT };
	bool passed = false;

	for (uint32_t i = 0; i < n && !in->bad;) {
		uint32_t before = cell.bucket;

		get_cell(in, &cell);
		in->bad |= cell.bucket <= before && i > 0;
		keep_cell(in, d, a, n, cell);
		i++;
		if (!passed && !in->bad && cell.bucket >= begins && cell.bucket < ends) {
			const char *from = (const char *)in->p;
			uint32_t between = get_sum(in, &cell, n - i, ends);

			passed = true;
			i += between;
			a->packed = between > 0 ? between - 1 : 0;
			a->packed_end = a->cells;
			a->packed_bytes = raw_from(from, (size_t)((const char *)in->p - from));
			if (between > 0)
				keep_cell(in, d, a, n, cell);
		}
	}
	in->bad |= n > 0 && cell.bucket >= head->end;
	*messages = cell.messages;
}

static void get_texts(struct in *in, struct day_account *a)
{
	a->texts = (uint32_t)get(in, DAY_TELLING);
	for (uint32_t i = 0; i < a->texts && !in->bad; i++) {
		get_bytes(in, &a->text[i].key, sizeof(a->text[i].key));
		a->text[i].n = (uint8_t)get(in, DAY_SENDER);
		get_bytes(in, a->text[i].text, a->text[i].n);
	}
}

static void get_account(struct in *in, struct day *d, const struct day_state_head *head)
{
	char name[DAY_NAME];
	size_t n = (size_t)get(in, DAY_NAME);
	struct topk_row *row;
	struct day_account *a;
	uint64_t messages = 0;

	get_bytes(in, name, n);
	if (in->bad || topk_find(d->account, raw_from(name, n))) {
		in->bad = true;
		return;
	}
	row = topk_count(d->account, raw_from(name, n), 1);
	a = day_account_begin(d, row);
	a->lost = (uint32_t)get(in, UINT32_MAX);
	a->until = get_bucket(in, head->end - DAY_STATE_KEPT);
	a->blind = get_bucket(in, head->end - DAY_STATE_KEPT);
	get_cells(in, d, a, head, &messages);
	get_list(in, d, &a->list[DAY_LIST_NETWORKS], head);
	get_list(in, d, &a->list[DAY_LIST_SENDERS], head);
	get_texts(in, a);
	if (!in->bad && messages > 1)
		(void)topk_count(d->account, raw_from(name, n), messages - 1);
}

static struct sw_label get_label(struct in *in)
{
	char text[SW_LABEL_MAX];
	size_t n = (size_t)get(in, sizeof(text));

	get_bytes(in, text, n);
	return sw_label_from(raw_from(text, in->bad ? 0 : n));
}

static void get_reason(struct in *in, struct day *d)
{
	struct log_reason *why = &d->reason;
	uint64_t flags;

	why->doubt = (enum log_doubt)get(in, LOG_PART);
	flags = get(in, 7);
	why->for_adm = flags & 1;
	why->by_config = flags & 2;
	why->journal = flags & 4;
	get_bytes(in, &why->heard, sizeof(why->heard));
	why->where = get_label(in);
	why->cause.code = (int)get(in, INT32_MAX);
	why->cause.text = get_label(in);
}

bool day_state_read(struct day *d, uint64_t source, const void *bytes, size_t n)
{
	struct in in = { .p = bytes, .n = n };
	struct day_state_head head;

	get_bytes(&in, &head, sizeof(head));
	if (in.bad || head.bytes != n || head.source != source || head.until > d->end ||
	    head.end > head.until || head.end <= d->first || head.until - head.base != DAY_RECENT ||
	    head.end < DAY_STATE_KEPT || head.accounts > DAY_ACCOUNTS)
		return false;
	get_reason(&in, d);
	for (uint32_t i = 0; i < head.accounts && !in.bad; i++)
		get_account(&in, d, &head);
	if (in.bad || in.n > 0)
		return false;
	for (uint32_t i = 0; i < DAY_STATE_KEPT; i++) {
		uint32_t bucket = head.end - DAY_STATE_KEPT + i;

		if (bucket < d->first)
			continue;
		if (head.known[i] == 1)
			d->state[bucket - d->first] = LOG_MINUTE_KNOWN;
		else
			d->doubted = d->reason.doubt != LOG_FINE;
	}
	/* what came after the last bucket, and belongs to it, was seen when that became known */
	for (uint32_t i = 0; i < DAY_LAG / DAY_BUCKET && head.end == d->end; i++)
		d->state[head.end - d->first + i] = LOG_MINUTE_KNOWN;
	d->lost_until = head.lost_until < d->first ? 0 : head.lost_until;
	d->lost = d->lost_until ? head.lost : 0;
	d->short_until = head.short_until;
	d->read_whole = head.read_whole;
	d->seam_of_state = head.seam;
	d->resumed = true;
	d->from = head.end;
	d->begin = day_time(d->from) - DAY_LAG;
	return true;
}

size_t day_state_size(struct sw_raw bytes)
{
	struct day_state_head head = { .bytes = 0 };

	if (bytes.n > 0)
		memcpy(&head, bytes.p, bytes.n < sizeof(head) ? bytes.n : sizeof(head));
	return head.bytes <= DAY_STATE_SIZE ? head.bytes : 0;
}

bool day_state_fits(const struct day *d)
{
	return !d->resumed || day_seam_before(d, d->from) == d->seam_of_state;
}
