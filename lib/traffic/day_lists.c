/* What is kept of one account: cells of buckets, what was seen, the senders that are told. */
#include <errno.h>
#include <stdlib.h>

#include "traffic/day_parts.h"

enum { IDS = 65536 };

int day_new(struct day *d, const struct sw_host *h, int64_t m_first, int64_t m_last, bool local,
	    struct sw_fault *why)
{
	*d = (struct day){ .host = h, .local = local, .end = day_end(m_last) };
	d->first = day_end(m_first) - DAY_BUCKETS;
	d->from = d->first;
	d->base = d->end - DAY_RECENT;
	d->begin = day_time(d->first) - DAY_LAG;
	d->stop = m_last;
	memset(d->state, LOG_MINUTE_UNKNOWN, sizeof(d->state));
	if (!block_new(&d->memory, topk_room(DAY_ACCOUNTS, DAY_NAME, 1) + idmap_room(IDS) +
					   block_room(DAY_ACCOUNTS, sizeof(*d->of)) +
					   day_pairs_room() + block_room(1, sizeof(*d->proxies))))
		return sw_fault_errno(why, ENOMEM, "a day of each account");
	d->account = topk_in(&d->memory, DAY_ACCOUNTS, DAY_NAME, 1, h->secret);
	d->pairs = day_pairs_in(&d->memory);
	d->of = block_take(&d->memory, DAY_ACCOUNTS, sizeof(*d->of));
	d->id = idmap_in(&d->memory, IDS, h->secret);
	d->proxies = block_take(&d->memory, 1, sizeof(*d->proxies));
	return 0;
}

void day_lines_end(struct day *d)
{
	if (d->proxies)
		day_proxies_end(d);
	d->proxies = NULL;
	day_pairs_end(d->pairs);
	d->id = NULL;
	d->pairs = NULL;
}

void day_free(struct day *d)
{
	size_t rows;

	day_lines_end(d);
	rows = d->of && d->account ? topk_rows(d->account) : 0;
	/* no more: the pages of the others were never touched */
	for (size_t i = 0; i < rows; i++) {
		free(d->of[i].cell);
		free(d->of[i].list[DAY_LIST_NETWORKS].seen);
		free(d->of[i].list[DAY_LIST_SENDERS].seen);
	}
	block_free(&d->memory);
	*d = (struct day){ .host = d->host };
}

struct day_account *day_account_of(struct day *d, const struct topk_row *row)
{
	struct day_account *a = &d->of[row - topk_row(d->account, 0)];

	return a->id == row->id + 1 ? a : day_account_begin(d, row);
}

struct day_account *day_account_begin(struct day *d, const struct topk_row *row)
{
	struct day_account *a = &d->of[row - topk_row(d->account, 0)];

	a->id = row->id + 1;
	a->cells = a->texts = a->blind = a->packed = 0;
	for (int i = 0; i < 2; i++)
		a->list[i].n = a->list[i].dropped = 0;
	/* what came before it had this place is lost, and so is what the one before it had */
	a->lost = row->error < UINT32_MAX ? (uint32_t)row->error : UINT32_MAX;
	a->until = a->lost ? d->end : 0;
	if (row->error > 0) {
		d->lost_until = d->end;
		d->lost = row->error > d->lost ? row->error : d->lost;
	}
	return a;
}

static bool grow(struct day *d, void *array, uint32_t *room, uint32_t n, size_t size)
{
	uint32_t more = *room ? 2 * *room : 4;
	void *old;
	void *grown;

	if (n < *room)
		return true;
	memcpy(&old, array, sizeof(old));
	grown = realloc(old, more * size);
	if (!grown) {
		d->failed = ENOMEM;
		return false;
	}
	memcpy(array, &grown, sizeof(grown));
	*room = more;
	return true;
}

bool day_make_room(struct day *d, struct day_account *a, uint32_t n)
{
	struct day_cell *cell = n > a->room ? realloc(a->cell, (n + 4) * sizeof(*cell)) : a->cell;

	if (n <= a->room)
		return true;
	if (!cell) {
		d->failed = ENOMEM;
		return false;
	}
	a->cell = cell;
	a->room = n + 4;
	return true;
}

uint32_t day_cells_before(const struct day_account *a, uint32_t bucket)
{
	uint32_t low = 0;
	uint32_t high = a->cells;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (a->cell[middle].bucket < bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool day_add(struct day *d, struct day_account *a, uint32_t bucket, uint32_t messages,
	     uint32_t external)
{
	uint32_t i = a->cells;

	/* most often it is the last one, or nearly so */
	while (i > 0 && a->cell[i - 1].bucket >= bucket)
		i--;
	if (i == a->cells || a->cell[i].bucket != bucket) {
		if (!grow(d, &a->cell, &a->room, a->cells, sizeof(*a->cell)))
			return false;
		memmove(&a->cell[i + 1], &a->cell[i], (a->cells - i) * sizeof(*a->cell));
		a->cell[i] = i > 0 ? a->cell[i - 1] : (struct day_cell){ 0 };
		a->cell[i].bucket = bucket;
		a->cells++;
	}
	for (; i < a->cells; i++) {
		a->cell[i].messages += messages;
		a->cell[i].external += external;
	}
	return true;
}

static void mark(const struct day *d, struct day_seen *s, uint32_t bucket)
{
	if (bucket >= d->base)
		s->recent |= (uint32_t)1 << (bucket - d->base);
	else if (bucket > s->last)
		s->last = bucket;
}

/* The one that was seen longest ago; of two the greater key. */
static struct day_seen *oldest(const struct day *d, struct day_list *list)
{
	struct day_seen *old = &list->seen[0];

	for (uint32_t i = 1; i < list->n; i++) {
		struct day_seen *s = &list->seen[i];
		uint32_t a = day_latest(d, s);
		uint32_t b = day_latest(d, old);

		if (a < b || (a == b && s->key > old->key))
			old = s;
	}
	return old;
}

struct day_seen *day_see(struct day *d, struct day_list *list, uint64_t key, uint32_t bucket)
{
	struct day_seen new = { .key = key };
	struct day_seen *old;
	uint32_t latest;

	for (uint32_t i = 0; i < list->n; i++)
		if (list->seen[i].key == key) {
			mark(d, &list->seen[i], bucket);
			return &list->seen[i];
		}
	mark(d, &new, bucket);
	if (list->n < DAY_SEEN) {
		if (!grow(d, &list->seen, &list->room, list->n, sizeof(new)))
			return NULL;
		list->seen[list->n] = new;
		return &list->seen[list->n++];
	}
	old = oldest(d, list);
	latest = day_latest(d, old);
	if (bucket < latest || (bucket == latest && key > old->key)) {
		list->dropped = bucket > list->dropped ? bucket : list->dropped;
		return NULL;
	}
	list->dropped = latest > list->dropped ? latest : list->dropped;
	*old = new;
	return old;
}

void day_rebase(struct day_list *list, uint32_t from, uint32_t to)
{
	uint32_t by = to - from;

	for (uint32_t i = 0; i < list->n && by > 0; i++) {
		struct day_seen *s = &list->seen[i];
		uint32_t gone = by < 32 ? s->recent & (((uint32_t)1 << by) - 1) : s->recent;

		if (gone)
			s->last = from + 31 - (uint32_t)__builtin_clz(gone);
		s->recent = by < 32 ? s->recent >> by : 0;
	}
}

static const struct day_seen *seen_of(const struct day_account *a, uint64_t key)
{
	const struct day_list *list = &a->list[DAY_LIST_SENDERS];

	for (uint32_t i = 0; i < list->n; i++)
		if (list->seen[i].key == key)
			return &list->seen[i];
	return NULL;
}

/* 0 when it is forgotten */
static uint32_t latest_of(const struct day *d, const struct day_account *a, uint64_t key)
{
	const struct day_seen *s = seen_of(a, key);

	return s ? day_latest(d, s) : 0;
}

void day_tell(const struct day *d, struct day_account *a, const struct day_seen *seen,
	      struct sw_raw text)
{
	uint32_t latest = day_latest(d, seen);
	struct day_text *worst = NULL;
	uint32_t worst_latest = 0;

	for (uint32_t i = 0; i < a->texts; i++) {
		uint32_t one = latest_of(d, a, a->text[i].key);

		if (a->text[i].key == seen->key)
			return;
		if (!worst || one < worst_latest ||
		    (one == worst_latest && a->text[i].key > worst->key)) {
			worst = &a->text[i];
			worst_latest = one;
		}
	}
	if (a->texts < DAY_TELLING)
		worst = &a->text[a->texts++];
	else if (latest < worst_latest || (latest == worst_latest && seen->key > worst->key))
		return;
	worst->key = seen->key;
	worst->n = (uint8_t)(text.n < DAY_SENDER ? text.n : DAY_SENDER);
	if (worst->n > 0)
		memcpy(worst->text, text.p, worst->n);
}
