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

/* Of what a damaged file holds the difference may not be a number. */
static int64_t between(int64_t from, int64_t to)
{
	int64_t gone;

	return __builtin_sub_overflow(to, from, &gone) ? INT64_MAX : gone;
}

static bool is_doubtful(const struct timeline *t, struct timeline_step steps)
{
	return t->jump >= steps.far && between(t->begun, t->last) <= steps.moment;
}

bool timeline_go(void *line, void *other, size_t size, int64_t now, struct timeline_step steps,
		 int64_t *ret_gone)
{
	struct timeline *t = line;
	struct timeline *second = other;
	bool switched = fits(second, now) && (!fits(t, now) || second->last > t->last);
	bool fresh = !switched && !fits(t, now);
	bool changed = switched || fresh || t->last != now;

	if (switched)
		swap(line, other, size);
	if (switched && second->last > now && is_doubtful(second, steps))
		second->is_old = 0; /* its time will come, and it must not be taken then */
	*ret_gone = fresh ? -1 : between(t->last, now);
	if (fresh || *ret_gone > steps.step) {
		if (t->is_old && (!second->is_old || !is_doubtful(t, steps)))
			memcpy(other, line, size);
		t->begun = now;
		t->jump = fresh ? INT64_MAX : *ret_gone;
	}
	if (fresh && t->is_old) /* what was never begun is zeros */
		memset((char *)line + sizeof(*t), 0, size - sizeof(*t));
	t->last = now;
	t->is_old = 1;
	return changed;
}
