#include "read/qrecord.h"

#include "base/num.h"

enum {
	FIRST_READ = 4096, /* holds the head of every file seen, and all of most */
	LENGTH_BYTES = 4,
};

bool qrecord_stop(struct qrecords *from, enum qrecord_end end)
{
	if (from->end < end)
		from->end = end;
	return false;
}

/* Read on at `offset` behind the *have bytes in `to`, until `want` are there or the file ends. */
static void fill(struct qrecords *from, char *to, size_t *have, size_t want, size_t most,
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
	return n <= QRECORD_MORE || (n <= QRECORD_HEAD && offset <= (int64_t)(QRECORD_HEAD - n));
}

/*
 * The file from `offset`: at least n bytes, which must fit; fewer only where it ends or can't be
 * read. Those outside the head are valid until the next view.
 */
static struct raw view(struct qrecords *from, int64_t offset, size_t n)
{
	struct qrecord_room *room = from->room;
	size_t skip;

	if (offset > from->size - (int64_t)n) /* spares the read that only finds the end */
		n = offset < from->size ? (size_t)(from->size - offset) : 0;
	if (offset <= (int64_t)(QRECORD_HEAD - n)) {
		skip = (size_t)offset;
		if (room->head_n == 0)
			fill(from, room->head, &room->head_n, 1, FIRST_READ, 0);
		if (room->head_n < skip + n)
			fill(from, room->head, &room->head_n, skip + n, QRECORD_HEAD, 0);
		return skip < room->head_n ? raw_from(room->head + skip, room->head_n - skip)
					   : raw_from(room->head, 0);
	}
	if (offset < room->more_at || offset - room->more_at > (int64_t)(QRECORD_MORE - n)) {
		room->more_at = offset;
		room->more_n = 0;
	}
	skip = (size_t)(offset - room->more_at);
	fill(from, room->more, &room->more_n, skip + n, QRECORD_MORE, room->more_at);
	return skip < room->more_n ? raw_from(room->more + skip, room->more_n - skip)
				   : raw_from(room->more, 0);
}

bool qrecord_next(struct qrecords *from, struct qrecord *ret)
{
	struct raw b = view(from, from->at, 1 + LENGTH_BYTES);
	unsigned char c;
	size_t i = 0;

	if (b.n == 0)
		return qrecord_stop(from, QRECORD_SHORT);
	ret->type = (unsigned char)b.p[0];
	ret->length = 0;
	do {
		if (i == LENGTH_BYTES)
			return qrecord_stop(from, QRECORD_BAD);
		if (++i == b.n)
			return qrecord_stop(from, QRECORD_SHORT);
		c = (unsigned char)b.p[i];
		ret->length |= (size_t)(c & 0x7f) << 7 * (i - 1);
	} while (c & 0x80);
	if (ret->length > QRECORD_LONGEST && !from->content)
		return qrecord_stop(from, QRECORD_BAD);
	ret->data = from->at + 1 + (int64_t)i;
	from->budget -= ret->data - from->at + (int64_t)ret->length;
	from->at = ret->data + (int64_t)ret->length;
	if (from->at > from->size)
		return qrecord_stop(from, QRECORD_SHORT);
	return from->budget >= 0 || qrecord_stop(from, QRECORD_BAD);
}

bool qrecord_data(struct qrecords *from, const struct qrecord *r, struct raw *ret)
{
	if (!fits(r->data, r->length))
		return qrecord_stop(from, QRECORD_BAD);
	*ret = view(from, r->data, r->length);
	if (ret->n < r->length)
		return qrecord_stop(from, QRECORD_SHORT);
	ret->n = r->length;
	return true;
}

bool qrecord_keep(struct qrecords *from, struct raw bytes, struct raw *ret)
{
	struct qrecord_room *room = from->room;

	if (bytes.p < room->head || bytes.p >= room->head + QRECORD_HEAD) {
		if (bytes.n > QRECORD_KEPT - room->kept_n)
			return qrecord_stop(from, QRECORD_BAD);
		bytes.p = memcpy(room->kept + room->kept_n, bytes.p, bytes.n);
		room->kept_n += bytes.n;
	}
	*ret = bytes;
	return true;
}

bool qrecord_number(struct raw *rest, int64_t *ret)
{
	struct raw b = *rest;
	uint64_t value;
	size_t n = 0;

	while (b.n > 0 && raw_is_blank(b.p[0]))
		b = raw_skip(b, 1);
	while (n < b.n && !raw_is_blank(b.p[n]))
		n++;
	if (!num_from(raw_from(b.p, n), &value) || value > QRECORD_NUMBER)
		return false;
	*rest = raw_skip(b, n);
	*ret = (int64_t)value;
	return true;
}
