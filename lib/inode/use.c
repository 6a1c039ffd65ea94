#include "spoolwatch/inode.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "os/mounts.h"
#include "os/vfs.h"

enum { MOUNTS_MAX = 65536 };

struct list {
	struct mount *item;
	size_t n;
	size_t size;
};

/*
 * Types that hold no files of anybody (the kernel's own views), or that only show the files of
 * another file system. overlay answers statvfs(2) with the numbers of its upper layer's disk.
 */
static bool is_pseudo(struct sw_raw type)
{
	static const char *const pseudo[] = {
		"proc",		 "sysfs",
		"cgroup",	 "cgroup2",
		"overlay",	 "overlayfs",
		"aufs",		 "unionfs",
		"efivarfs",	 "autofs",
		"devpts",	 "debugfs",
		"tracefs",	 "securityfs",
		"pstore",	 "bpf",
		"configfs",	 "fusectl",
		"hugetlbfs",	 "mqueue",
		"nsfs",		 "rpc_pipefs",
		"selinuxfs",	 "smackfs",
		"binfmt_misc",	 "binder",
		"resctrl",	 "usbfs",
		"none",		 "nfsd",
		"rootfs",	 "fuse.lxcfs",
		"fuse.portal",	 "fuse.gvfsd-fuse",
		"fuse.snapfuse",
	};

	for (size_t i = 0; i < SW_COUNT(pseudo); i++)
		if (raw_is(type, pseudo[i]))
			return true;
	return false;
}

static int add(const struct mount *m, void *ctx)
{
	struct list *list = ctx;

	if (list->n == MOUNTS_MAX)
		return -E2BIG;
	if (list->n == list->size) {
		size_t size = list->size ? 2 * list->size : 64;
		struct mount *grown = realloc(list->item, size * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		list->item = grown;
		list->size = size;
	}
	list->item[list->n++] = *m;
	return 0;
}

static bool same_device(const struct mount *a, const struct mount *b)
{
	return a->major == b->major && a->minor == b->minor;
}

/* The mount table can list a point more than once; what was mounted last is what a path reaches. */
static bool is_covered(const struct list *list, size_t i)
{
	for (size_t k = i + 1; k < list->n; k++)
		if (raw_same(list->item[k].point, list->item[i].point))
			return true;
	return false;
}

/* The index of the shortest mount point of the device of mount i; the first of equals. */
static size_t shortest(const struct list *list, const bool *keep, size_t i)
{
	size_t best = i;

	for (size_t k = 0; k < list->n; k++)
		if (keep[k] && same_device(&list->item[k], &list->item[i]) &&
		    (list->item[k].point.n < list->item[best].point.n ||
		     (list->item[k].point.n == list->item[best].point.n && k < best)))
			best = k;
	return best;
}

static void measure(struct sw_inode_use *use, const struct vfs_query *q, unsigned timeout_ms)
{
	uint64_t available = q->got.f_favail < q->got.f_ffree ? q->got.f_favail : q->got.f_ffree;

	use->percent = NAN;
	if (q->error == -ETIMEDOUT) {
		sw_fault(&use->why, ETIMEDOUT, "no answer within %u.%u s (%.*s)", timeout_ms / 1000,
			 timeout_ms % 1000 / 100, (int)use->type.n, use->type.p);
		return;
	}
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
	use->percent = use->used + available == 0
			       ? 100
			       : 100.0 * (double)use->used / (double)(use->used + available);
}

static int report(const struct sw_host *h, const struct list *list, const size_t *chosen, size_t n,
		  unsigned timeout_ms, sw_inode_fn fn, void *ctx, struct sw_fault *why)
{
	struct vfs_query *q = calloc(n ? n : 1, sizeof(*q));
	char **path = calloc(n ? n : 1, sizeof(*path));
	int rc = q && path ? 0 : sw_fault_errno(why, ENOMEM, "list of file systems");

	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct mount *m = &list->item[chosen[i]];

		path[i] = strndup(m->point.p, m->point.n);
		if (!path[i])
			rc = sw_fault_errno(why, ENOMEM, "list of file systems");
		q[i].path = path[i];
		q[i].doubtful = vfs_is_doubtful(m->type);
	}
	if (rc == 0)
		vfs_ask(h, q, n, timeout_ms);
	for (size_t i = 0; i < n && rc == 0; i++) {
		const struct mount *m = &list->item[chosen[i]];
		struct sw_inode_use use = { .mount = m->point,
					    .device = m->device,
					    .type = m->type };

		if (q[i].error == -ENOENT) /* covered by a mount on a directory above it */
			continue;
		measure(&use, &q[i], timeout_ms);
		if (use.why.code || use.files > 0)
			rc = fn(&use, ctx);
	}
	for (size_t i = 0; path && i < n; i++)
		free(path[i]);
	free(path);
	free(q);
	return rc;
}

int sw_inode_each(const struct sw_host *h, unsigned timeout_ms, sw_inode_skip_fn skip,
		  void *skip_ctx, sw_inode_fn fn, void *ctx, size_t *bad, struct sw_fault *why)
{
	struct list list = { 0 };
	char *memory = NULL;
	bool *keep = NULL;
	size_t *chosen = NULL;
	size_t n = 0;
	int rc = mounts_each(h, add, &list, &memory, bad, why);

	if (rc == 0 && list.n > 0) {
		keep = calloc(list.n, sizeof(*keep));
		chosen = calloc(list.n, sizeof(*chosen));
		if (!keep || !chosen)
			rc = -ENOMEM;
	}
	for (size_t i = 0; i < list.n && rc == 0; i++) {
		const struct mount *m = &list.item[i];

		keep[i] = !is_pseudo(m->type) && !is_covered(&list, i) &&
			  !(skip && skip(m->device, m->point, m->type, skip_ctx));
	}
	for (size_t i = 0; i < list.n && rc == 0; i++)
		if (keep[i] && shortest(&list, keep, i) == i)
			chosen[n++] = i;
	if (rc == 0)
		rc = report(h, &list, chosen, n, timeout_ms, fn, ctx, why);
	else
		sw_fault_errno(why, -rc, "list of file systems");
	free(chosen);
	free(keep);
	free(list.item);
	free(memory);
	return rc;
}
