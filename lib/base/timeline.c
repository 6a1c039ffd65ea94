#include "base/timeline.h"

#include <string.h>

static bool fits(const struct timeline *t, int64_t now)
{
	return t->is_old && t->last <= now;
}

static void swap(char *a, char *b, size_t size)
{
	char piece[4096];

	for (size_t at = 0; at < size; at += sizeof(piece)) {
		size_t n = size - at < sizeof(piece) ? size - at : sizeof(piece);

		memcpy(piece, a + at, n);
		memcpy(a + at, b + at, n);
		memcpy(b + at, piece, n);
	}
}

bool timeline_go(void *line, void *other, size_t size, int64_t now, int64_t step, int64_t *ret_gone)
{
	struct timeline *t = line;
	const struct timeline *second = other;
	bool switched = fits(second, now) && (!fits(t, now) || second->last > t->last);
	bool fresh = !switched && !fits(t, now);
	bool changed = switched || fresh || t->last != now;

	if (switched) {
		swap(line, other, size);
	} else if (fresh) {
		if (t->is_old)
			memcpy(other, line, size);
		memset(line, 0, size);
	}
	/* of what a damaged file holds the difference may not be a number */
	if (fresh)
		*ret_gone = -1;
	else if (__builtin_sub_overflow(now, t->last, ret_gone))
		*ret_gone = INT64_MAX;
	if (*ret_gone > step)
		memcpy(other, line, size);
	t->last = now;
	t->is_old = 1;
	return changed;
}
