#include "os/mount_map.h"

#include <errno.h>
#include <stdlib.h>

#include "os/vfs.h"

/* Byte by byte, so that one pass over a path gives the hash of each directory on its way. */
static uint64_t step(const struct mount_map *map, uint64_t hash, char c)
{
	return (hash ^ (unsigned char)c) * map->factor + (hash >> 29);
}

static uint64_t hash_of(const struct mount_map *map, struct sw_raw point)
{
	uint64_t hash = map->factor;

	for (size_t i = 0; i < point.n; i++)
		hash = step(map, hash, point.p[i]);
	return hash;
}

static uint32_t *find(const struct mount_map *map, uint64_t hash, struct sw_raw point)
{
	size_t mask = ((size_t)1 << map->bits) - 1;
	size_t i = (size_t)((hash * map->factor) >> (64 - map->bits));

	while (map->slot[i] && !raw_same(map->item[map->slot[i] - 1].point, point))
		i = (i + 1) & mask;
	return &map->slot[i];
}

static bool may_block(const struct mount *m, bool autofs)
{
	if (raw_is(m->type, "autofs"))
		return autofs;
	return vfs_is_doubtful(m->type) && !vfs_is_kernel(m->type);
}

static int add(const struct mount *m, void *ctx)
{
	struct mount_map *map = ctx;

	if (map->n == MOUNT_MAP_MAX)
		return -E2BIG;
	if (map->n == map->size) {
		size_t size = map->size ? 2 * map->size : 16;
		struct mount *grown = realloc(map->item, size * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		map->item = grown;
		map->size = size;
	}
	if (may_block(m, true)) {
		/* autofs of binfmt_misc is on every host with systemd */
		map->passable |= m->point.n > 1 && !raw_starts(m->point, "/proc/");
	}
	map->item[map->n++] = *m;
	return 0;
}

int mount_map_from(char *table, size_t n, uint64_t secret, struct mount_map *ret, size_t *bad)
{
	int rc;

	*ret = (struct mount_map){ .bits = 4,
				   .factor = (secret ^ UINT64_C(0x9e3779b97f4a7c15)) | 1,
				   .memory = table };
	rc = mounts_parse(table, n, add, ret, bad);
	while (((size_t)1 << ret->bits) < 2 * ret->n)
		ret->bits++;
	if (rc < 0)
		return rc;
	ret->slot = calloc((size_t)1 << ret->bits, sizeof(*ret->slot));
	if (!ret->slot)
		return -ENOMEM;
	for (size_t i = 0; i < ret->n; i++)
		*find(ret, hash_of(ret, ret->item[i].point), ret->item[i].point) = (uint32_t)i + 1;
	return 0;
}

int mount_map_read(const struct sw_host *h, struct mount_map *ret, size_t *bad,
		   struct sw_fault *why)
{
	struct sw_raw table;
	int rc = mounts_read(h, &table, why);

	*ret = (struct mount_map){ .n = 0 };
	if (rc < 0)
		return rc;
	rc = mount_map_from((char *)table.p, table.n, h->secret.k0, ret, bad);
	return rc < 0 ? sw_fault_errno(why, -rc, "list of file systems") : 0;
}

void mount_map_free(struct mount_map *map)
{
	free(map->item);
	free(map->slot);
	free(map->memory);
	*map = (struct mount_map){ .n = 0 };
}

size_t mount_map_on(const struct mount_map *map, struct sw_raw point)
{
	uint32_t found = map->slot ? *find(map, hash_of(map, point), point) : 0;

	return found ? found - 1 : MOUNT_MAP_NONE;
}

/* A way down a path: the mounts on the directories that it passes, "/" first. */
struct way {
	const struct mount_map *map;
	struct sw_raw path;
	size_t at;
	uint64_t hash;
};

static struct way way_of(const struct mount_map *map, struct sw_raw path)
{
	return (struct way){ .map = map, .path = path, .hash = map->factor };
}

/* The next mount on the way; false at the end of the path. */
static bool next(struct way *w, size_t *ret)
{
	while (w->at < w->path.n) {
		struct sw_raw point;
		uint32_t found;

		w->hash = step(w->map, w->hash, w->path.p[w->at++]);
		if (w->at > 1 && w->at < w->path.n && w->path.p[w->at] != '/')
			continue;
		point = raw_from(w->path.p, w->at);
		found = *find(w->map, w->hash, point);
		if (!found)
			continue;
		*ret = found - 1;
		return true;
	}
	return false;
}

size_t mount_map_of(const struct mount_map *map, struct sw_raw path)
{
	struct way w = way_of(map, path);
	size_t last = MOUNT_MAP_NONE;

	while (map->slot && next(&w, &last))
		;
	return last;
}

size_t mount_map_doubt(const struct mount_map *map, struct sw_raw path, bool autofs)
{
	struct way w = way_of(map, path);
	size_t i;

	while (map->passable && next(&w, &i))
		if (map->item[i].point.n > 1 && may_block(&map->item[i], autofs))
			return i;
	return MOUNT_MAP_NONE;
}

uint64_t mount_map_mark(const struct mount_map *map, size_t i)
{
	const struct mount *m = &map->item[i];
	struct hash_key key = { m->id, (uint64_t)m->major << 32 | m->minor };

	return hash_bytes(key, m->point) | 1;
}

/*
 * Numbers and places in the table are kept when a mount is moved, with all that hangs on it (the
 * real root comes later than /proc, which was moved to it): what stands later covers nothing that
 * hangs on it.
 */
static bool covers(const struct mount_map *map, size_t later, size_t i, bool next_above)
{
	const struct mount *m = &map->item[later];
	const struct mount *under = &map->item[i];

	return later > i && m->point.n > 1 &&
	       (next_above ? under->parent != m->id : under->parent == m->parent);
}

size_t mount_map_cover(const struct mount_map *map, size_t i)
{
	enum { DEEPEST = 32 };
	size_t on[DEEPEST];
	size_t n = 0;
	struct way w = way_of(map, map->item[i].point);

	while (n < DEEPEST && next(&w, &on[n])) {
		for (size_t above = 0; above < n; above++)
			if (covers(map, on[above], on[n], above + 1 == n))
				return on[above];
		n++;
	}
	/* the last one on the way is on this mount's own point */
	return n < DEEPEST && on[n - 1] != i ? on[n - 1] : MOUNT_MAP_NONE;
}
