#include "inode/dirs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "inode/hitters.h"
#include "inode/owners.h"
#include "inode/pattern.h"
#include "inode/seen.h"
#include "os/clock.h"
#include "os/walk.h"

enum { OWNERS_PART = 10 }; /* of the time, for whose the files are */

/* What the walk tells of each file. */
struct meeting {
	const struct inode_dirs_question *question;
	uint64_t files;
	struct seen seen;
	struct owners owners;
};

static bool is_new(uint32_t directory, const struct dir_entry *entry, void *ctx)
{
	struct meeting *m = ctx;

	if (m->question->met)
		m->question->met(++m->files, m->question->ctx);
	if (!seen_first(&m->seen, entry->inode))
		return false;
	owners_meet(&m->owners, directory, entry);
	return true;
}

/* The mount point and a path below it; its length. */
static size_t spell(const struct sw_inode_dirs *dirs, char *buf, const char *path, size_t path_n)
{
	size_t n = strlen(dirs->mount_point);

	memcpy(buf, dirs->mount_point, n);
	if (path_n == 0)
		return n;
	if (buf[n - 1] != '/')
		buf[n++] = '/';
	memcpy(buf + n, path, path_n);
	return n + path_n;
}

static void report(struct sw_inode_dirs *dirs, const struct hitters *h, size_t i, uint64_t least,
		   struct hash_key key)
{
	struct sw_inode_dir *item = &dirs->item[i];
	size_t room = SW_INODE_DIR_PATH - strlen(dirs->mount_point) - 1;
	char path[SW_INODE_DIR_PATH];

	item->path_n = spell(dirs, item->path, path,
			     walk_path(dirs->walk, h->found[i], path, sizeof(path)));
	item->inodes = h->rest[h->found[i]];
	item->patterns =
		pattern_find(dirs->walk, h, i, least, room, key, item->pattern, &dirs->coarse);
	for (size_t k = 0; k < item->patterns; k++) {
		struct sw_inode_pattern *p = &item->pattern[k];

		memcpy(path, p->path, p->path_n);
		p->path_n = spell(dirs, p->path, path, p->path_n);
	}
}

/* The list, and whose the files are. */
static int rank(const struct sw_host *h, struct sw_inode_dirs *dirs, uint64_t used,
		struct owners *owners, int64_t until, struct sw_fault *why)
{
	size_t room = SW_INODE_DIR_PATH - strlen(dirs->mount_point) - 1;
	uint64_t all = used > dirs->counted ? used : dirs->counted;
	uint64_t least = ((dirs->cut ? dirs->counted : all) + 9) / 10;
	struct sw_inode_owner owner[SW_INODE_DIRS_MAX] = { 0 };
	struct hitters found;
	int rc = hitters_find(dirs->walk, least, room, &found, why);

	if (rc < 0)
		return rc;
	dirs->n = found.n < SW_INODE_DIRS_MAX ? found.n : SW_INODE_DIRS_MAX;
	dirs->more = found.n - dirs->n;
	owners_ask(owners, dirs->walk, found.of, dirs->n, until, owner);
	for (size_t i = 0; i < dirs->n; i++) {
		report(dirs, &found, i, least, h->secret);
		dirs->item[i].percent = 100.0 * (double)dirs->item[i].inodes / (double)all;
		dirs->item[i].owner = owner[i];
	}
	dirs->below = found.below;
	found.below = NULL;
	hitters_free(&found);
	return 0;
}

static void tell_sums(struct sw_inode_dirs *dirs, const struct walk_sums *sums)
{
	dirs->counted = sums->inodes;
	dirs->directories = sums->directories;
	dirs->unreadable = sums->unreadable;
	dirs->mounts = sums->mounts;
	dirs->unread = sums->unread;
	dirs->cut = sums->cut;
	dirs->coarse = sums->coarse;
	if (sums->first.code)
		fault_wrap(&dirs->first, &sums->first, "below %s: ", dirs->mount_point);
}

int inode_dirs_scan_at(const struct sw_host *h, const struct inode_dirs_question *q,
		       struct sw_inode_dirs *ret, struct sw_fault *why)
{
	struct meeting m = { .question = q };
	struct walk_options options = { .budget_ms = q->budget_ms - q->budget_ms / OWNERS_PART,
					.counts = is_new,
					.ctx = &m };
	int64_t until = clock_ms() + q->budget_ms;
	struct walk *walk = NULL;
	int rc;

	*ret = (struct sw_inode_dirs){ .mount_point = q->mount_point };
	if (*q->mount_point != '/' || strlen(q->mount_point) >= SW_INODE_DIR_PATH)
		return sw_fault(why, EINVAL, "not a mount point: %s", q->mount_point);
	rc = seen_new(&m.seen, h->secret, why);
	if (rc == 0)
		rc = owners_new(&m.owners, h->secret, why);
	if (rc == 0)
		rc = walk_run(q->root, &options, &walk, why);
	ret->walk = walk;
	if (rc == 0) {
		tell_sums(ret, walk_sums(walk));
		ret->uncertain = m.seen.uncertain;
		rc = rank(h, ret, q->used, &m.owners, until, why);
	}
	seen_free(&m.seen);
	owners_free(&m.owners);
	if (rc < 0)
		sw_inode_dirs_free(ret);
	return rc;
}

int sw_inode_dirs_scan(const struct sw_host *h, const char *mount_point, uint64_t used,
		       unsigned budget_ms, struct sw_inode_dirs *ret, struct sw_fault *why)
{
	struct inode_dirs_question q = { .mount_point = mount_point,
					 .used = used,
					 .budget_ms = budget_ms };
	int rc;

	*ret = (struct sw_inode_dirs){ .mount_point = mount_point };
	if (*mount_point != '/')
		return sw_fault(why, EINVAL, "not a mount point: %s", mount_point);
	q.root = host_openat(h, mount_point, O_RDONLY | O_DIRECTORY, why);
	if (q.root < 0)
		return q.root;
	rc = inode_dirs_scan_at(h, &q, ret, why);
	close(q.root);
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
