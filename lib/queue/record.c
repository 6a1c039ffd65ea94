#include "queue/record.h"

#include "base/num.h"

enum {
	FIRST_READ = 4096, /* holds the head of every file seen, and all of most */
	LENGTH_BYTES = 4,
};

bool queue_record_stop(struct queue_records *from, enum queue_record_end end)
{
	if (from->end < end)
		from->end = end;
	return false;
}

/* Read on at `offset` behind the *have bytes in `to`, until `want` are there or the file ends. */
static void fill(struct queue_records *from, char *to, size_t *have, size_t want, size_t most,
		 int64_t offset)
{
	while (*have < want) {
		ssize_t n =
			from->pread(from->ctx, to + *have, most - *have, offset + (int64_t)*have);

		if (n < 0)
			from->error = (int)n;
		if (n <= 0)
			return;
		*have += (size_t)n;
	}
}

/* Can `n` bytes at `offset` be in memory at once? */
static bool fits(int64_t offset, size_t n)
{
	return n <= SW_QUEUE_FILE_MORE ||
	       (n <= SW_QUEUE_FILE_HEAD && offset <= (int64_t)(SW_QUEUE_FILE_HEAD - n));
}

/* What is not in memory yet, or not in the head. */
static __attribute__((noinline)) struct sw_raw view_more(struct queue_records *from, int64_t offset,
							 size_t n)
{
	struct sw_queue_file_room *room = from->room;
	size_t skip;

	if (offset > from->size - (int64_t)n) /* spares the read that only finds the end */
		n = offset < from->size ? (size_t)(from->size - offset) : 0;
	if (offset <= (int64_t)(SW_QUEUE_FILE_HEAD - n)) {
		skip = (size_t)offset;
		if (room->head_n == 0)
			fill(from, room->head, &room->head_n, 1, FIRST_READ, 0);
		if (room->head_n < skip + n)
			fill(from, room->head, &room->head_n, skip + n, SW_QUEUE_FILE_HEAD, 0);
		return skip < room->head_n ? raw_from(room->head + skip, room->head_n - skip)
					   : raw_from(room->head, 0);
	}
	if (offset < room->more_at || offset - room->more_at > (int64_t)(SW_QUEUE_FILE_MORE - n)) {
		room->more_at = offset;
		room->more_n = 0;
	}
	skip = (size_t)(offset - room->more_at);
	fill(from, room->more, &room->more_n, skip + n, SW_QUEUE_FILE_MORE, room->more_at);
	return skip < room->more_n ? raw_from(room->more + skip, room->more_n - skip)
				   : raw_from(room->more, 0);
}

/*
 * The file from `offset`: at least n bytes, which must fit; fewer only where it ends or can't be
 * read. Those outside the head are valid until the next view.
 */
static inline struct sw_raw view(struct queue_records *from, int64_t offset, size_t n)
{
	const struct sw_queue_file_room *room = from->room;

	if (offset > (int64_t)room->head_n - (int64_t)n || offset + (int64_t)n > from->size)
		return view_more(from, offset, n);
	return raw_from(room->head + offset, room->head_n - (size_t)offset);
}

bool queue_record_next(struct queue_records *from, struct queue_record *ret)
{
	struct sw_raw b = view(from, from->at, 1 + LENGTH_BYTES);
	unsigned char c;
	size_t i = 0;

	if (b.n == 0)
		return queue_record_stop(from, QUEUE_RECORD_SHORT);
	ret->type = (unsigned char)b.p[0];
	ret->length = 0;
	do {
		if (i == LENGTH_BYTES)
			return queue_record_stop(from, QUEUE_RECORD_BAD);
		if (++i == b.n)
			return queue_record_stop(from, QUEUE_RECORD_SHORT);
		c = (unsigned char)b.p[i];
		ret->length |= (size_t)(c & 0x7f) << 7 * (i - 1);
	} while (c & 0x80);
	if (ret->length > QUEUE_RECORD_LONGEST && !from->content)
		return queue_record_stop(from, QUEUE_RECORD_BAD);
	ret->data = from->at + 1 + (int64_t)i;
	from->budget -= ret->data - from->at + (int64_t)ret->length;
	from->at = ret->data + (int64_t)ret->length;
	if (from->at > from->size)
		return queue_record_stop(from, QUEUE_RECORD_SHORT);
	return from->budget >= 0 || queue_record_stop(from, QUEUE_RECORD_BAD);
}

bool queue_record_data(struct queue_records *from, const struct queue_record *r, struct sw_raw *ret)
{
	if (!fits(r->data, r->length))
		return queue_record_stop(from, QUEUE_RECORD_BAD);
	*ret = view(from, r->data, r->length);
	if (ret->n < r->length)
		return queue_record_stop(from, QUEUE_RECORD_SHORT);
	ret->n = r->length;
	return true;
}

bool queue_record_keep(struct queue_records *from, struct sw_raw bytes, struct sw_raw *ret)
{
	struct sw_queue_file_room *room = from->room;

	if (bytes.p < room->head || bytes.p >= room->head + SW_QUEUE_FILE_HEAD) {
		if (bytes.n > SW_QUEUE_FILE_KEPT - room->kept_n)
			return queue_record_stop(from, QUEUE_RECORD_BAD);
		bytes.p = memcpy(room->kept + room->kept_n, bytes.p, bytes.n);
		room->kept_n += bytes.n;
	}
	*ret = bytes;
	return true;
}

/* Postfix prints numbers with 15 places. */
static struct sw_raw behind_blanks(struct sw_raw b)
{
	while (b.n >= 8 && memcmp(b.p, "        ", 8) == 0)
		b = raw_skip(b, 8);
	if (b.n >= 4 && memcmp(b.p, "    ", 4) == 0)
		b = raw_skip(b, 4);
	if (b.n >= 2 && memcmp(b.p, "  ", 2) == 0)
		b = raw_skip(b, 2);
	while (b.n > 0 && raw_is_blank(b.p[0]))
		b = raw_skip(b, 1);
	return b;
}

bool queue_record_number(struct sw_raw *rest, int64_t *ret)
{
	enum { FITS = 18 }; /* so many digits always do */
	struct sw_raw b = behind_blanks(*rest);
	uint64_t value = 0;
	size_t n = 0;

	for (; n < b.n; n++) {
		unsigned digit = (unsigned char)b.p[n] - (unsigned)'0';

		if (digit > 9)
			break;
		value = value * 10 + digit;
	}
	if (n == 0 || n > FITS || (n < b.n && !raw_is_blank(b.p[n]))) {
		while (n < b.n && !raw_is_blank(b.p[n]))
			n++;
		if (!num_from(raw_from(b.p, n), &value))
			return false;
	}
	if (value > QUEUE_RECORD_NUMBER)
		return false;
	*rest = raw_skip(b, n);
	*ret = (int64_t)value;
	return true;
}

bool queue_record_target(struct queue_records *from, const struct queue_record *r, int64_t *ret)
{
	struct sw_raw b;

	if (!queue_record_data(from, r, &b))
		return false;
	return (queue_record_number(&b, ret) && raw_trim(b).n == 0) ||
	       queue_record_stop(from, QUEUE_RECORD_BAD);
}

bool queue_record_jump(struct queue_records *from, int64_t target, int *jumps)
{
	if (target >= from->size || --*jumps < 0)
		return queue_record_stop(from, QUEUE_RECORD_BAD);
	from->at = target;
	return true;
}
