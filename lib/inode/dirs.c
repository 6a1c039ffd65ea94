#include "inode/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/walk.h"

/*
 * The inode numbers that were seen. One slot is for 64 numbers side by side, so that the files of a
 * directory, which a file system puts near each other, share slots. Kept half empty until the
 * largest size; the hash is multiplicative with a secret factor.
 */
enum { SLOTS_FIRST_BITS = 10, SLOTS_LAST_BITS = 21 };

struct slot {
	uint64_t group; /* inode number / 64 */
	uint64_t seen;	/* 0: the slot is empty */
};

struct set {
	struct slot *slot;
	unsigned bits; /* 2^bits slots */
	size_t used;
	uint64_t factor;
	uint64_t uncertain;
};

static struct slot *find(const struct set *s, uint64_t group)
{
	size_t mask = ((size_t)1 << s->bits) - 1;
	size_t i = (size_t)((group * s->factor) >> (64 - s->bits));

	while (s->slot[i].seen && s->slot[i].group != group)
		i = (i + 1) & mask;
	return &s->slot[i];
}

/* Make room for one more; false when there is none. */
static bool widen(struct set *s)
{
	struct set wide = {
		.bits = s->bits + 1, .used = s->used, .factor = s->factor, .uncertain = s->uncertain
	};
	size_t slots = (size_t)1 << s->bits;

	if (s->used < slots / 2)
		return true;
	if (s->bits == SLOTS_LAST_BITS)
		return s->used < slots / 8 * 7;
	wide.slot = calloc(2 * slots, sizeof(*wide.slot));
	if (!wide.slot)
		return s->used < slots / 8 * 7;
	for (size_t i = 0; i < slots; i++)
		if (s->slot[i].seen)
			*find(&wide, s->slot[i].group) = s->slot[i];
	free(s->slot);
	*s = wide;
	return true;
}

static bool is_new(uint32_t directory, const struct dir_entry *entry, void *ctx)
{
	struct set *s = ctx;
	struct slot *slot = find(s, entry->inode / 64);
	uint64_t bit = (uint64_t)1 << (entry->inode % 64);
	bool seen = slot->seen & bit;

	(void)directory;
	/* FUSE_UNKNOWN_INO, and what other file systems say for "none" */
	if (entry->inode == UINT32_MAX || entry->inode == UINT64_MAX || entry->inode == 0) {
		s->uncertain++;
		return true;
	}
	if (slot->seen) {
		slot->seen |= bit;
		return !seen;
	}
	if (!widen(s)) {
		s->uncertain++;
		return true;
	}
	slot = find(s, entry->inode / 64);
	slot->group = entry->inode / 64;
	slot->seen = bit;
	s->used++;
	return true;
}

/* Where the hogs are: a tree of the directories that hold 5 % of all. Disjoint ones are 20. */
enum { LARGE_PERCENT = 5, MOST_PERCENT = 80, DISJOINT_MAX = 100 / LARGE_PERCENT };

struct choice {
	const struct walk *walk;
	const uint64_t *below;
	uint32_t *first_child, *sibling; /* of the large ones; 0 is none */
	uint32_t found[DISJOINT_MAX];
	size_t n;
};

/* A directory is taken apart into its large children, `largest` first among them. */
struct parts {
	uint32_t largest;
	unsigned n;
	bool explain;	/* together they hold most of it */
	bool dominated; /* one of them alone does */
};

static struct parts take_apart(const struct choice *c, uint32_t id)
{
	struct parts p = { 0 };
	uint64_t sum = 0;
	double most = (double)c->below[id] * MOST_PERCENT / 100;

	for (uint32_t i = c->first_child[id]; i; i = c->sibling[i]) {
		if (p.n++ == 0 || c->below[i] > c->below[p.largest])
			p.largest = i;
		sum += c->below[i];
	}
	p.explain = p.n > 0 && (double)sum >= most;
	p.dominated = p.n > 0 && (double)c->below[p.largest] >= most;
	return p;
}

/*
 * Is it better to name the children? The recursion ends because without a dominating child each
 * level has less than 80 % of the one above, and 5 % of all is the least.
 */
static bool leads_on(const struct choice *c, uint32_t id)
{
	struct parts p = take_apart(c, id);

	if (!p.explain || p.dominated)
		return p.dominated;
	for (uint32_t i = c->first_child[id]; i; i = c->sibling[i])
		if (leads_on(c, i))
			return true;
	return false;
}

static void choose(struct choice *c, uint32_t id)
{
	struct parts p = take_apart(c, id);
	uint64_t start = c->below[id];

	while (p.explain && (id == WALK_ROOT || leads_on(c, id))) {
		if (!p.dominated)
			start = c->below[p.largest];
		else if (c->below[p.largest] < start / 2) /* most of most of most of it */
			break;
		for (uint32_t i = c->first_child[id]; i; i = c->sibling[i])
			if (i != p.largest)
				choose(c, i);
		id = p.largest;
		p = take_apart(c, id);
	}
	if (c->n < DISJOINT_MAX)
		c->found[c->n++] = id;
}

/* Children behind their parents: one pass each way does for sums and for path lengths. */
static int link_large(struct choice *c, uint64_t *below, size_t room, uint64_t counted)
{
	uint32_t n = walk_kept(c->walk);
	uint32_t *path_n = calloc(n, sizeof(*path_n));
	uint64_t least = counted / (100 / LARGE_PERCENT) + 1;

	c->below = below;
	c->first_child = calloc(n, sizeof(*c->first_child));
	c->sibling = calloc(n, sizeof(*c->sibling));
	if (!path_n || !c->first_child || !c->sibling) {
		free(path_n);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < n; i++)
		below[i] = walk_directory(c->walk, i).inodes;
	for (uint32_t i = n - 1; i > 0; i--)
		below[walk_directory(c->walk, i).parent] += below[i];
	for (uint32_t i = 1; i < n; i++) {
		struct walk_directory d = walk_directory(c->walk, i);

		path_n[i] = path_n[d.parent] + 1 + (uint32_t)d.name.n;
		if (path_n[i] > room || below[i] < least) {
			path_n[i] = UINT32_MAX / 2; /* and so what is below it */
			continue;
		}
		c->sibling[i] = c->first_child[d.parent];
		c->first_child[d.parent] = i;
	}
	free(path_n);
	return 0;
}

/* The larger first; of equals the longer path, so that a spool's deferred is before its defer. */
static int by_size(const void *one, const void *other)
{
	const struct sw_inode_dir *a = one;
	const struct sw_inode_dir *b = other;

	if (a->inodes != b->inodes)
		return a->inodes > b->inodes ? -1 : 1;
	if (a->path_n != b->path_n)
		return a->path_n > b->path_n ? -1 : 1;
	return memcmp(a->path, b->path, a->path_n);
}

static void report(const struct choice *c, struct sw_inode_dirs *hogs, struct sw_raw mount_point)
{
	struct sw_inode_dir all[DISJOINT_MAX];

	for (size_t i = 0; i < c->n; i++) {
		struct sw_inode_dir *hog = &all[i];
		size_t n = mount_point.n;

		memcpy(hog->path, mount_point.p, n);
		if (c->found[i] != WALK_ROOT) {
			if (hog->path[n - 1] != '/')
				hog->path[n++] = '/';
			n += walk_path(c->walk, c->found[i], hog->path + n, SW_INODE_DIR_PATH - n);
		}
		hog->path_n = n;
		hog->inodes = c->below[c->found[i]];
		hog->percent = 100.0 * (double)hog->inodes / (double)hogs->counted;
	}
	qsort(all, c->n, sizeof(*all), by_size);
	hogs->n = c->n < SW_INODE_DIRS_MAX ? c->n : SW_INODE_DIRS_MAX;
	memcpy(hogs->item, all, hogs->n * sizeof(*all));
}

static int rank(struct sw_inode_dirs *hogs, struct sw_raw mount_point, struct sw_fault *why)
{
	struct choice c = { .walk = hogs->walk };
	int rc;

	hogs->below = calloc(walk_kept(hogs->walk), sizeof(*hogs->below));
	rc = hogs->below
		     ? link_large(&c, hogs->below, SW_INODE_DIR_PATH - mount_point.n, hogs->counted)
		     : -ENOMEM;
	if (rc == 0) {
		choose(&c, WALK_ROOT);
		report(&c, hogs, mount_point);
	} else {
		sw_fault_errno(why, ENOMEM, "ranking of directories");
	}
	free(c.first_child);
	free(c.sibling);
	return rc;
}

int inode_dirs_scan_at(const struct sw_host *h, int root, const char *mount_point,
		       unsigned budget_ms, struct sw_inode_dirs *ret, struct sw_fault *why)
{
	/* the golden ratio's bits, of which the secret flips some: it may be 0 */
	struct set set = { .bits = SLOTS_FIRST_BITS,
			   .factor = (h->secret.k0 ^ UINT64_C(0x9e3779b97f4a7c15)) | 1 };
	struct walk_options options = { .budget_ms = budget_ms, .counts = is_new, .ctx = &set };
	const struct walk_sums *sums;
	struct walk *walk = NULL;
	int rc;

	*ret = (struct sw_inode_dirs){ .mount_point = mount_point };
	if (*mount_point != '/' || strlen(mount_point) >= SW_INODE_DIR_PATH)
		return sw_fault(why, EINVAL, "not a mount point: %s", mount_point);
	set.slot = calloc((size_t)1 << set.bits, sizeof(*set.slot));
	if (!set.slot)
		return sw_fault_errno(why, ENOMEM, "count inodes");
	rc = walk_run(root, &options, &walk, why);
	ret->walk = walk;
	if (rc == 0) {
		sums = walk_sums(ret->walk);
		ret->counted = sums->inodes;
		ret->directories = sums->directories;
		ret->unreadable = sums->unreadable;
		ret->mounts = sums->mounts;
		ret->unread = sums->unread;
		ret->cut = sums->cut;
		ret->uncertain = set.uncertain;
		if (sums->first.code)
			fault_wrap(&ret->first, &sums->first, "below %s: ", mount_point);
		rc = rank(ret, raw_of(mount_point), why);
	}
	free(set.slot);
	if (rc < 0)
		sw_inode_dirs_free(ret);
	return rc;
}

int sw_inode_dirs_scan(const struct sw_host *h, const char *mount_point, unsigned budget_ms,
		       struct sw_inode_dirs *ret, struct sw_fault *why)
{
	int root;
	int rc;

	*ret = (struct sw_inode_dirs){ .mount_point = mount_point };
	if (*mount_point != '/')
		return sw_fault(why, EINVAL, "not a mount point: %s", mount_point);
	root = host_openat(h, mount_point, O_RDONLY | O_DIRECTORY, why);
	if (root < 0)
		return root;
	rc = inode_dirs_scan_at(h, root, mount_point, budget_ms, ret, why);
	close(root);
	return rc;
}

/* The number of a kept directory by its path. */
static bool look_up(const struct sw_inode_dirs *hogs, struct sw_raw path, uint32_t *ret)
{
	struct sw_raw rest = path;
	struct sw_raw above = raw_of(hogs->mount_point);
	struct sw_raw name;
	uint32_t id = WALK_ROOT;
	uint32_t n = walk_kept(hogs->walk);

	while (above.n > 0 && above.p[above.n - 1] == '/')
		above.n--;
	if (rest.n < above.n || memcmp(rest.p, above.p, above.n) != 0)
		return false;
	rest = raw_skip(rest, above.n);
	if (rest.n > 0 && rest.p[0] != '/')
		return false;
	while (raw_word(&rest, "/", &name)) {
		uint32_t i = id + 1;

		while (i < n && !(walk_directory(hogs->walk, i).parent == id &&
				  raw_same(walk_directory(hogs->walk, i).name, name)))
			i++;
		if (i >= n)
			return false;
		id = i;
	}
	*ret = id;
	return true;
}

bool inode_dirs_below(const struct sw_inode_dirs *hogs, struct sw_raw path, uint64_t *ret)
{
	uint32_t id;

	if (!look_up(hogs, path, &id))
		return false;
	*ret = hogs->below[id];
	return true;
}

bool inode_dirs_children(const struct sw_inode_dirs *hogs, struct sw_raw path, inode_child_fn fn,
			 void *ctx)
{
	uint32_t id;

	if (!look_up(hogs, path, &id))
		return false;
	for (uint32_t i = id + 1; i < walk_kept(hogs->walk); i++)
		if (walk_directory(hogs->walk, i).parent == id)
			fn(walk_directory(hogs->walk, i).name, hogs->below[i], ctx);
	return true;
}

void sw_inode_dirs_free(struct sw_inode_dirs *hogs)
{
	walk_free(hogs->walk);
	free(hogs->below);
	hogs->walk = NULL;
	hogs->below = NULL;
}
