#include "inode/hitters.h"

#include <errno.h>
#include <stdlib.h>

/* Children behind their parents: one pass each way does for sums and for path lengths. */
static void measure(const struct walk *walk, struct hitters *h, uint32_t *path_n)
{
	uint32_t n = walk_kept(walk);

	for (uint32_t i = 0; i < n; i++) {
		struct walk_directory d = walk_directory(walk, i);

		h->below[i] = h->rest[i] = d.inodes;
		if (i > 0)
			path_n[i] = path_n[d.parent] + 1 + (uint32_t)d.name.n;
	}
}

static void pick(const struct walk *walk, uint64_t least, size_t room, const uint32_t *path_n,
		 struct hitters *h)
{
	for (uint32_t i = walk_kept(walk); i-- > 0;) {
		uint32_t parent = walk_directory(walk, i).parent;

		if (h->rest[i] >= least && path_n[i] <= room && h->n < HITTERS_MAX)
			h->found[h->n++] = i;
		else if (i != WALK_ROOT)
			h->rest[parent] += h->rest[i];
		if (i != WALK_ROOT)
			h->below[parent] += h->below[i];
	}
	if (h->n == 0)
		h->found[h->n++] = WALK_ROOT;
}

/* The larger first; of equals the longer path, so that a spool's deferred is before its defer. */
static bool is_before(const struct walk *walk, const struct hitters *h, const uint32_t *path_n,
		      uint32_t a, uint32_t b)
{
	if (h->rest[a] != h->rest[b])
		return h->rest[a] > h->rest[b];
	if (path_n[a] != path_n[b])
		return path_n[a] > path_n[b];
	return raw_order(walk_directory(walk, a).name, walk_directory(walk, b).name) < 0;
}

static void sort(const struct walk *walk, struct hitters *h, const uint32_t *path_n)
{
	for (size_t i = 1; i < h->n; i++) {
		uint32_t one = h->found[i];
		size_t to = i;

		for (; to > 0 && is_before(walk, h, path_n, one, h->found[to - 1]); to--)
			h->found[to] = h->found[to - 1];
		h->found[to] = one;
	}
}

static void give_out(const struct walk *walk, struct hitters *h)
{
	uint32_t n = walk_kept(walk);

	memset(h->of, HITTERS_NONE, n);
	for (size_t i = 0; i < h->n; i++)
		h->of[h->found[i]] = (uint8_t)i;
	for (uint32_t i = 1; i < n; i++)
		if (h->of[i] == HITTERS_NONE)
			h->of[i] = h->of[walk_directory(walk, i).parent];
}

int hitters_find(const struct walk *walk, uint64_t least, size_t room, struct hitters *ret,
		 struct sw_fault *why)
{
	uint32_t n = walk_kept(walk);
	uint32_t *path_n = calloc(n, sizeof(*path_n));

	*ret = (struct hitters){ .below = malloc(n * sizeof(*ret->below)),
				 .rest = malloc(n * sizeof(*ret->rest)),
				 .of = malloc(n) };
	if (!path_n || !ret->below || !ret->rest || !ret->of) {
		free(path_n);
		hitters_free(ret);
		return sw_fault_errno(why, ENOMEM, "ranking of directories");
	}
	measure(walk, ret, path_n);
	pick(walk, least, room, path_n, ret);
	sort(walk, ret, path_n);
	give_out(walk, ret);
	free(path_n);
	return 0;
}

void hitters_free(struct hitters *h)
{
	free(h->below);
	free(h->rest);
	free(h->of);
	*h = (struct hitters){ 0 };
}
