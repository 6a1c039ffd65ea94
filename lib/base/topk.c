#include "base/topk.h"

#include <errno.h>

enum { FEW = 256 }; /* buckets that lie beside the first rows: most tables need no others */

struct topk {
	struct block block; /* that holds this, too; .memory NULL: it is the caller's */
	size_t slots, rows, name_max, value_size;
	size_t value_at, record_size;
	struct hash_key key;
	struct topk_row *row;
	char *record; /* of each slot its name and, at value_at, its value: one page for the first
		       */
	uint32_t *bucket; /* row + 1, or 0; open addressing, linear; at most half of them taken */
	size_t buckets;
	uint32_t *many;	  /* as many buckets as all slots need */
	uint32_t *victim; /* rows that had the smallest count when last looked */
	size_t victims;
	uint64_t smallest;
	uint64_t evicted;
	uint32_t next_id;
	struct topk_row *last; /* that was counted: it often is the next one, too */
	uint32_t few[FEW];
};

/* So that all begin where any type may. */
static size_t rounded(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

static size_t most_buckets(size_t slots)
{
	size_t most = FEW;

	while (most < 2 * slots)
		most *= 2;
	return most;
}

size_t topk_room(size_t slots, size_t name_max, size_t value_size)
{
	struct topk *t;

	return block_room(1, sizeof(*t)) + block_room(slots, sizeof(*t->row)) +
	       block_room(slots, rounded(name_max) + rounded(value_size)) +
	       block_room(most_buckets(slots), sizeof(*t->many)) +
	       block_room(slots, sizeof(*t->victim));
}

struct topk *topk_in(struct block *block, size_t slots, size_t name_max, size_t value_size,
		     struct hash_key key)
{
	struct topk *t = block_take(block, 1, sizeof(*t));

	t->slots = slots;
	t->name_max = name_max;
	t->value_size = rounded(value_size);
	t->value_at = rounded(name_max);
	t->record_size = t->value_at + t->value_size;
	t->key = key;
	t->row = block_take(block, slots, sizeof(*t->row));
	t->record = block_take(block, slots, t->record_size);
	t->many = block_take(block, most_buckets(slots), sizeof(*t->many));
	t->victim = block_take(block, slots, sizeof(*t->victim));
	t->bucket = t->few;
	t->buckets = FEW;
	return t;
}

int topk_new(size_t slots, size_t name_max, size_t value_size, struct hash_key key,
	     struct topk **ret, struct sw_fault *why)
{
	struct block block;

	*ret = NULL;
	if (!block_new(&block, topk_room(slots, name_max, value_size)))
		return sw_fault_errno(why, ENOMEM, "table of %zu names", slots);
	*ret = topk_in(&block, slots, name_max, value_size, key);
	topk_own(*ret, &block);
	return 0;
}

void topk_own(struct topk *t, const struct block *block)
{
	t->block = *block;
}

void topk_free(struct topk *t)
{
	struct block block;

	if (!t)
		return;
	block = t->block;
	block_free(&block);
}

static bool is_row(const struct topk *t, size_t i, uint64_t hash, struct sw_raw name)
{
	const struct topk_row *r = &t->row[i];

	return r->hash == hash && r->name_whole == name.n &&
	       (r->name.n == 0 || memcmp(r->name.p, name.p, r->name.n) == 0);
}

/* The bucket of a name, or the free one where it belongs. */
static size_t bucket_of(const struct topk *t, uint64_t hash, struct sw_raw name)
{
	size_t b = (size_t)hash & (t->buckets - 1);

	while (t->bucket[b] && !is_row(t, t->bucket[b] - 1, hash, name))
		b = (b + 1) & (t->buckets - 1);
	return b;
}

/* Linear probing has no tombstones: what follows moves up into the gap (Knuth 6.4, R). */
static void unlink_row(struct topk *t, size_t i)
{
	size_t mask = t->buckets - 1;
	size_t gap = (size_t)t->row[i].hash & mask;
	size_t b;

	while (t->bucket[gap] != i + 1)
		gap = (gap + 1) & mask;
	for (b = (gap + 1) & mask; t->bucket[b]; b = (b + 1) & mask) {
		size_t home = (size_t)t->row[t->bucket[b] - 1].hash & mask;

		if (((b - home) & mask) >= ((b - gap) & mask)) {
			t->bucket[gap] = t->bucket[b];
			gap = b;
		}
	}
	t->bucket[gap] = 0;
}

/*
 * A row with the smallest count. The rows that share it are listed in one pass and used up before
 * the next pass: the smallest count only grows, so the passes together stay linear in what is
 * counted.
 */
static size_t pick_victim(struct topk *t)
{
	for (;;) {
		while (t->victims > 0) {
			size_t i = t->victim[--t->victims];

			if (t->row[i].count == t->smallest)
				return i;
		}
		t->smallest = UINT64_MAX;
		for (size_t i = 0; i < t->rows; i++)
			if (t->row[i].count < t->smallest)
				t->smallest = t->row[i].count;
		for (size_t i = 0; i < t->rows; i++)
			if (t->row[i].count == t->smallest)
				t->victim[t->victims++] = (uint32_t)i;
	}
}

/* Twice as many buckets. */
static void grow(struct topk *t)
{
	t->bucket = t->many;
	memset(t->bucket, 0, t->buckets * sizeof(*t->bucket)); /* behind these they are zeros */
	t->buckets *= 2;
	for (size_t i = 0; i < t->rows; i++) {
		size_t b = (size_t)t->row[i].hash & (t->buckets - 1);

		while (t->bucket[b])
			b = (b + 1) & (t->buckets - 1);
		t->bucket[b] = (uint32_t)i + 1;
	}
}

static struct topk_row *set_row(struct topk *t, size_t i, struct sw_raw name, uint64_t inherited)
{
	struct topk_row *r = &t->row[i];
	char *record = t->record + i * t->record_size;

	*r = (struct topk_row){
		.name = raw_from(record, name.n < t->name_max ? name.n : t->name_max),
		.name_whole = name.n,
		.count = inherited,
		.error = inherited,
		.id = t->next_id++,
		.value = record + t->value_at,
	};
	if (r->name.n > 0)
		memcpy(record, name.p, r->name.n);
	memset(r->value, 0, t->value_size);
	return r;
}

static struct topk_row *place(struct topk *t, uint64_t hash, struct sw_raw name)
{
	size_t i = t->rows;
	uint64_t inherited = 0;
	struct topk_row *r;

	if (t->rows < t->slots) {
		if (2 * (t->rows + 1) > t->buckets)
			grow(t);
		t->rows++;
	} else {
		i = pick_victim(t);
		inherited = t->row[i].count;
		unlink_row(t, i);
		t->evicted++;
	}
	r = set_row(t, i, name, inherited);
	r->hash = hash;
	t->bucket[bucket_of(t, hash, name)] = (uint32_t)i + 1;
	return r;
}

struct topk_row *topk_find(struct topk *t, struct sw_raw name)
{
	uint32_t found = t->bucket[bucket_of(t, hash_bytes(t->key, name), name)];

	return found ? &t->row[found - 1] : NULL;
}

struct topk_row *topk_count(struct topk *t, struct sw_raw name, uint64_t n)
{
	struct topk_row *r = t->last;
	uint64_t hash;
	uint32_t found;

	if (!r || name.n > t->name_max || !raw_same(r->name, name) || r->name_whole != name.n) {
		hash = hash_bytes(t->key, name);
		found = t->bucket[bucket_of(t, hash, name)];
		r = found ? &t->row[found - 1] : place(t, hash, name);
		t->last = r;
	}
	r->count += n;
	return r;
}

struct topk_row *topk_append(struct topk *t, struct sw_raw name)
{
	return t->rows < t->slots ? set_row(t, t->rows++, name, 0) : NULL;
}

void topk_lose(struct topk *t, uint64_t evicted)
{
	t->evicted = evicted;
}

size_t topk_rows(const struct topk *t)
{
	return t->rows;
}

struct topk_row *topk_row(struct topk *t, size_t i)
{
	return &t->row[i];
}

uint64_t topk_evicted(const struct topk *t)
{
	return t->evicted;
}
