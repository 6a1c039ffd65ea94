#include "inode/use.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "inode/disk.h"
#include "os/mark.h"
#include "os/vfs.h"

static bool is_one_of(struct sw_raw type, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (raw_is(type, names[i]))
			return true;
	return false;
}

/* They answer statvfs(2) with the numbers of the disk that their upper layer lies on. */
static bool is_union(struct sw_raw type)
{
	static const char *const unions[] = { "overlay", "overlayfs", "aufs", "unionfs" };

	return is_one_of(type, unions, SW_COUNT(unions));
}

/*
 * Types that hold no files of anybody (the kernel's own views), that only show the files of another
 * file system, or an image that is full as it was made.
 */
static bool is_pseudo(struct sw_raw type)
{
	static const char *const views[] = {
		"autofs",	   "none",	    "fuse.lxcfs",      "fuse.portal",
		"fuse.gvfsd-fuse", "fuse.snapfuse", "fuse.squashfuse", "fuse.squashfuse_ll",
	};

	return is_one_of(type, views, SW_COUNT(views)) || vfs_is_kernel(type);
}

/* A union is a view; but the root of a container may be all that is seen of its disk. */
static bool is_storage(const struct mount *m)
{
	return is_union(m->type) ? raw_is(m->point, "/") : !is_pseudo(m->type);
}

/* An image that is full as it was made, by whatever program (fuse.NAME.AppImage). */
static bool is_image(const struct mount *m, const struct sw_inode_use *use)
{
	return raw_starts(m->type, "fuse.") &&
	       (raw_is(m->options, "ro") || raw_starts(m->options, "ro,")) && use->why.code == 0 &&
	       use->used == use->files && use->blocks_available == 0;
}

/* In two answers of one disk: nothing but what was made or removed meanwhile is between them. */
static bool is_close(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) <= 64 + a / 256;
}

static bool is_same_disk(const struct sw_inode_use *a, const struct sw_inode_use *b)
{
	return a->blocks == b->blocks && is_close(a->used, b->used) && is_close(a->files, b->files);
}

/* Is it a union whose disk is told by a mount of its own, or of which a copied host has no number?
 */
static bool is_superfluous(const struct sw_inode_use *use, size_t n, size_t i)
{
	if (!is_union(use[i].type))
		return false;
	for (size_t k = 0; k < n; k++)
		if (k != i && !use[k].why.code && use[k].files > 0 &&
		    is_same_disk(&use[i], &use[k]))
			return true;
	return use[i].why.code == ENODATA;
}

static uint64_t available(const struct statvfs *got)
{
	return got->f_favail < got->f_ffree ? got->f_favail : got->f_ffree;
}

/* Of whom nothing came: the mount itself, or one that its path leads through. */
static int say_silent(struct sw_inode_use *use, const struct mount *who, const struct vfs_query *q,
		      unsigned timeout_ms)
{
	struct sw_label way = label_new();

	if (!raw_same(who->point, use->mount)) {
		sw_label_print(&way, ", on the way to it");
		if (who->point.n < SW_LABEL_MAX / 3) {
			sw_label_print(&way, " from ");
			sw_label_add_name(&way, who->point);
		}
	}
	if (q->error == -EBUSY)
		return sw_fault(&use->why, EBUSY,
				"no answer yet to %d earlier questions%s, none is put now (%.*s)",
				MARKS, way.s, (int)who->type.n, who->type.p);
	return sw_fault(&use->why, ETIMEDOUT, "no answer within %u.%u s%s (%.*s)",
			timeout_ms / 1000, timeout_ms % 1000 / 100, way.s, (int)who->type.n,
			who->type.p);
}

static void measure(struct sw_inode_use *use, const struct vfs_query *q)
{
	if (q->error == -ENODATA) {
		sw_fault(&use->why, ENODATA, "not in the file statvfs of this copied host");
		return;
	}
	if (q->error) {
		sw_fault_errno(&use->why, -q->error, "statvfs %s", q->path);
		return;
	}
	use->files = q->got.f_files;
	use->used = q->got.f_files > q->got.f_ffree ? q->got.f_files - q->got.f_ffree : 0;
	use->blocks = q->got.f_blocks;
	use->blocks_available = q->got.f_bavail;
	use->percent =
		use->used + available(&q->got) == 0
			? 100
			: 100.0 * (double)use->used / (double)(use->used + available(&q->got));
}

/* What is known before anybody is asked. */
static struct sw_inode_use use_of(const struct mount_map *map, const struct disk *d)
{
	const struct mount *m = &map->item[d->mount];

	return (struct sw_inode_use){
		.mount = m->point,
		.device = m->device,
		.type = m->type,
		.percent = NAN,
		.doubtful = vfs_is_doubtful(m->type) ||
			    mount_map_doubt(map, m->point, false) != MOUNT_MAP_NONE,
		.file = d->file,
		.part = m->root.n > 1 || is_union(m->type),
		.expires = d->expires,
		.mount_id = mount_map_mark(map, d->mount),
	};
}

/* Must it be left alone? Then *use says why, and q->path stays NULL. */
static bool is_left_alone(const struct mount_map *map, const struct disk *d,
			  const struct inode_question *question, struct sw_inode_use *use)
{
	if (d->hidden != MOUNT_MAP_NONE) {
		struct sw_label over = label_new();

		sw_label_add_name(&over, map->item[d->hidden].point);
		sw_fault(&use->why, EACCES,
			 "hidden from this process: ProtectHome= or InaccessiblePaths= of its unit "
			 "covers %s",
			 over.s);
		use->hidden = true;
	} else if (d->expires > 0 &&
		   !(question->may_wake && question->may_wake(use, question->ctx))) {
		sw_fault(&use->why, EAGAIN,
			 "not asked, or autofs would never take it away (time-out %zu s)",
			 d->expires);
	}
	return use->why.code != 0;
}

static int ask(const struct sw_host *h, const struct mount_map *map, const struct disk *disk,
	       const struct inode_question *question, struct sw_inode_use *use, size_t n)
{
	struct vfs_query *q = calloc(n + 1, sizeof(*q));
	char **path = calloc(n + 1, sizeof(*path));
	size_t *of = calloc(n + 1, sizeof(*of));
	int rc = q && path && of ? 0 : -ENOMEM;
	size_t asked = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		use[i] = use_of(map, &disk[i]);
		if (is_left_alone(map, &disk[i], question, &use[i]))
			continue;
		path[asked] = strndup(use[i].mount.p, use[i].mount.n);
		if (!path[asked]) {
			rc = -ENOMEM;
			break;
		}
		q[asked].path = path[asked];
		q[asked].doubtful = disk[i].doubt != MOUNT_MAP_NONE;
		q[asked].mark = use[i].mount_id;
		of[asked++] = i;
	}
	if (rc == 0)
		vfs_ask(h, q, asked, question->timeout_ms);
	for (size_t k = 0; k < asked && rc == 0; k++) {
		struct sw_inode_use *u = &use[of[k]];
		const struct disk *d = &disk[of[k]];

		u->gone = q[k].error == -ENOENT; /* what covers it was mounted above it */
		if (q[k].error == -ETIMEDOUT || q[k].error == -EBUSY)
			say_silent(u, &map->item[d->doubt], &q[k], question->timeout_ms);
		else if (!u->gone)
			measure(u, &q[k]);
	}
	for (size_t k = 0; path && k < asked; k++)
		free(path[k]);
	free(path);
	free(of);
	free(q);
	return rc;
}

static int tell(const struct sw_host *h, const struct mount_map *map, const bool *keep,
		const struct inode_question *question)
{
	struct disk *disk = NULL;
	ssize_t n = disks_choose(h, map, keep, &disk);
	struct sw_inode_use *use = n > 0 ? calloc((size_t)n, sizeof(*use)) : NULL;
	int rc = n < 0 || (n > 0 && !use) ? -ENOMEM : 0;

	if (rc == 0 && n > 0)
		rc = ask(h, map, disk, question, use, (size_t)n);
	for (ssize_t i = 0; i < n && rc == 0; i++)
		if (!use[i].gone && (use[i].why.code || use[i].files > 0) &&
		    !is_image(&map->item[disk[i].mount], &use[i]) &&
		    !is_superfluous(use, (size_t)n, (size_t)i))
			rc = question->fn(&use[i], question->ctx);
	free(use);
	free(disk);
	return rc;
}

int inode_each(const struct sw_host *h, const struct inode_question *question, size_t *bad,
	       struct sw_fault *why)
{
	const struct mount_map *map = h->mounts ? h->mounts(h) : NULL;
	struct mount_map own = { .n = 0 };
	bool *keep = NULL;
	int rc = map ? 0 : mount_map_read(h, &own, bad, why);

	if (map)
		*bad += map->bad;
	else
		map = &own;
	if (rc == 0) {
		keep = calloc(map->n + 1, sizeof(*keep));
		rc = keep ? 0 : sw_fault_errno(why, ENOMEM, "list of file systems");
	}
	for (size_t i = 0; i < map->n && rc == 0; i++) {
		const struct mount *m = &map->item[i];

		keep[i] = is_storage(m) &&
			  !(question->skip &&
			    question->skip(m->device, m->point, m->type, question->skip_ctx));
	}
	if (rc == 0) {
		rc = tell(h, map, keep, question);
		if (rc == -ENOMEM)
			sw_fault_errno(why, ENOMEM, "list of file systems");
	}
	free(keep);
	mount_map_free(&own);
	return rc;
}

bool inode_is_space_missing(const struct sw_inode_use *use)
{
	static const char *const makers[] = { "xfs",	  "zfs",  "btrfs", "jfs",
					      "bcachefs", "f2fs", "ocfs2", "gfs2" };

	for (size_t i = 0; i < SW_COUNT(makers); i++)
		if (raw_is(use->type, makers[i]))
			return use->blocks > 0 && use->blocks_available <= use->blocks / 10 &&
			       use->files - use->used >= use->blocks_available;
	return false;
}

int sw_inode_each(const struct sw_host *h, unsigned timeout_ms, sw_inode_skip_fn skip,
		  void *skip_ctx, sw_inode_fn fn, void *ctx, size_t *bad, struct sw_fault *why)
{
	const struct inode_question question = {
		.timeout_ms = timeout_ms, .skip = skip, .skip_ctx = skip_ctx, .fn = fn, .ctx = ctx
	};

	return inode_each(h, &question, bad, why);
}
