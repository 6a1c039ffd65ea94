#include "inode/pattern.h"

#include <stdlib.h>

enum { STARS_MAX = 3, DEPTH_MAX = SW_INODE_DIR_PATH / 2 };

/* Directories that lie on one another. */
struct merged {
	uint64_t inodes;  /* what they hold, without hitters of the walk */
	uint64_t rest;	  /* and without patterns below */
	uint64_t largest; /* inodes of one of them */
	uint32_t up;	  /* number of the merged one above; the first is that of the hitter */
	uint32_t like;	  /* one of them, for the name */
	uint32_t number;
	uint32_t depth;
};

struct merge {
	const struct walk *walk;
	const struct hitters *hitters;
	uint64_t least;
	size_t room;
	struct hash_key key;
	uint32_t *in; /* the directories: in_n of them, parents before children */
	uint32_t in_n;
	uint32_t *to;	     /* of each directory of the walk its merged one, if it is in */
	struct merged *node; /* n of them, parents before children */
	uint32_t n;
	uint32_t *slot; /* 2^bits numbers of nodes, by the one above and the name; 0: empty */
	unsigned bits;
	uint32_t stars;
};

/* The merged directory of this name in `up`, where names matter; a new one if there is none. */
static uint32_t place(struct merge *m, uint32_t up, uint32_t id)
{
	struct sw_raw name = walk_directory(m->walk, id).name;
	bool star = m->node[up].depth < m->stars;
	uint64_t hash = star ? 0 : hash_bytes(m->key, name);
	uint32_t mask = ((uint32_t)1 << m->bits) - 1;
	uint32_t i = (uint32_t)((hash + up) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - m->bits));

	for (; m->slot[i]; i = (i + 1) & mask) {
		const struct merged *node = &m->node[m->slot[i]];

		if (node->up == up &&
		    (star || raw_same(name, walk_directory(m->walk, node->like).name)))
			return m->slot[i];
	}
	m->slot[i] = m->n;
	m->node[m->n] = (struct merged){ .up = up, .like = id, .depth = m->node[up].depth + 1 };
	return m->n++;
}

static void lay(struct merge *m, uint32_t stars)
{
	m->stars = stars;
	m->n = 1;
	m->node[0] = (struct merged){ 0 };
	memset(m->slot, 0, ((size_t)1 << m->bits) * sizeof(*m->slot));
	for (uint32_t k = 0; k < m->in_n; k++) {
		uint32_t id = m->in[k];
		struct walk_directory d = walk_directory(m->walk, id);
		uint64_t inodes = m->hitters->rest[id];
		struct merged *node;

		m->to[id] = k == 0 ? 0 : place(m, m->to[d.parent], id);
		node = &m->node[m->to[id]];
		node->number++;
		node->inodes += inodes;
		node->rest += d.inodes;
		if (inodes > node->largest)
			node->largest = inodes;
	}
}

/* Its path below the root of the walk into ret; false when that is too long. */
static bool spell(const struct merge *m, uint32_t i, struct sw_inode_pattern *ret)
{
	uint32_t down[DEPTH_MAX];
	uint32_t depth = m->node[i].depth;
	size_t n = walk_path(m->walk, m->in[0], ret->path, m->room); /* it fits: a hitter's does */

	if (depth > DEPTH_MAX)
		return false;
	for (uint32_t at = depth; at-- > 0; i = m->node[i].up)
		down[at] = i;
	for (uint32_t at = 0; at < depth; at++) {
		struct sw_raw name = walk_directory(m->walk, m->node[down[at]].like).name;

		if (at < m->stars)
			name = raw_of("*");
		if (n + 1 + name.n > m->room)
			return false;
		if (n > 0)
			ret->path[n++] = '/';
		memcpy(ret->path + n, name.p, name.n);
		n += name.n;
	}
	ret->path_n = n;
	return true;
}

static size_t keep(struct sw_inode_pattern *list, size_t n, const struct sw_inode_pattern *one)
{
	size_t to = n;

	for (; to > 0 && one->inodes > list[to - 1].inodes; to--)
		if (to < SW_INODE_PATTERNS)
			list[to] = list[to - 1];
	if (to < SW_INODE_PATTERNS)
		list[to] = *one;
	return n < SW_INODE_PATTERNS ? n + 1 : n;
}

static bool is_many(const struct merge *m, const struct merged *node)
{
	uint32_t many = node->depth > m->stars ? PATTERN_MANY : 2 * PATTERN_MANY;

	/* so there are as many of them, too */
	return node->rest >= m->least && node->largest <= node->inodes / many;
}

static bool take(const struct merge *m, uint32_t i, struct sw_inode_pattern *ret)
{
	if (!is_many(m, &m->node[i]) || !spell(m, i, ret))
		return false;
	ret->inodes = m->node[i].rest;
	ret->directories = m->node[i].number;
	return true;
}

/* The patterns that go deeper than the stars, and what they hold together. */
static uint64_t collect(struct merge *m, struct sw_inode_pattern *ret, size_t *ret_n)
{
	uint64_t sum = 0;

	*ret_n = 0;
	for (uint32_t i = m->n; i-- > 1;) {
		struct merged *node = &m->node[i];
		struct sw_inode_pattern one;

		if (node->depth > m->stars && take(m, i, &one)) {
			*ret_n = keep(ret, *ret_n, &one);
			sum += node->rest;
		} else {
			m->node[node->up].rest += node->rest;
		}
	}
	return sum;
}

/* After a collect() that found none: the deepest one of stars alone. */
static size_t collect_stars(const struct merge *m, struct sw_inode_pattern *ret)
{
	for (uint32_t i = m->n; i-- > 1;)
		if (m->node[i].depth <= m->stars && take(m, i, ret))
			return 1;
	return 0;
}

/* As few stars as tell half of what can be told, else those that tell most. */
static size_t search(struct merge *m, struct sw_inode_pattern *ret)
{
	uint64_t all = m->hitters->rest[m->in[0]] - walk_directory(m->walk, m->in[0]).inodes;
	uint64_t best = 0;
	size_t n = 0;

	for (uint32_t stars = 1; stars <= STARS_MAX && best < all / 2; stars++) {
		struct sw_inode_pattern got[SW_INODE_PATTERNS];
		size_t got_n;
		uint64_t sum;

		lay(m, stars);
		sum = collect(m, got, &got_n);
		if (sum > best) {
			best = sum;
			n = got_n;
			memcpy(ret, got, n * sizeof(*ret));
		}
	}
	return n > 0 ? n : collect_stars(m, ret);
}

size_t pattern_find(const struct walk *walk, const struct hitters *h, size_t item, uint64_t least,
		    size_t room, struct hash_key key,
		    struct sw_inode_pattern ret[SW_INODE_PATTERNS], bool *starved)
{
	uint32_t kept = walk_kept(walk);
	uint32_t top = h->found[item];
	struct merge m = {
		.walk = walk, .hitters = h, .least = least, .room = room, .key = key, .bits = 4
	};
	size_t n = 0;

	if (h->rest[top] - walk_directory(walk, top).inodes < least)
		return 0;
	for (uint32_t i = top; i < kept; i++)
		m.in_n += h->of[i] == item;
	while (m.in_n > ((uint32_t)1 << m.bits) / 2)
		m.bits++;
	m.in = malloc(m.in_n * sizeof(*m.in));
	m.to = malloc(kept * sizeof(*m.to));
	m.node = malloc(m.in_n * sizeof(*m.node));
	m.slot = malloc(((size_t)1 << m.bits) * sizeof(*m.slot));
	if (m.in && m.to && m.node && m.slot) {
		m.in_n = 0;
		for (uint32_t i = top; i < kept; i++)
			if (h->of[i] == item)
				m.in[m.in_n++] = i;
		n = search(&m, ret);
	} else {
		*starved = true;
	}
	free(m.in);
	free(m.to);
	free(m.node);
	free(m.slot);
	return n;
}
