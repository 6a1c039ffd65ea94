#include "queue/count.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/dir.h"
#include "postfix/qid.h"

/* Postfix allows hash_queue_depth 10 (global/mail_params.h); deeper is not its doing. */
enum { DEPTH_MAX = 10 };

struct walk {
	const struct walk *above;
	int directory;
	int depth;
	char hash[QUEUE_HASH]; /* 2 bytes a level, then zeros */
	const char *queue;
	sw_queue_fn fn;
	void *ctx;
	struct sw_fault *why;
};

static int visit(const struct dir_entry *entry, void *ctx);

/*
 * Of a directory that was removed while we read it the kernel says ENOENT; so can any other that
 * fails (FUSE, NFS), and then what was not read may hold messages.
 */
static bool is_removed(int directory)
{
	struct stat st;

	return fstat(directory, &st) == 0 && st.st_nlink == 0;
}

static int scan(struct walk *w)
{
	struct sw_fault why = { 0 };
	int rc = dir_each(w->directory, visit, w, &why);

	if (!why.code) /* the end, or what fn returned */
		return rc;
	if (rc == -ENOENT && w->depth > 0 && is_removed(w->directory))
		return 0;
	if (rc == -ENOENT) /* not our -ENOENT: the queue was there */
		why.code = EIO;
	return fault_wrap(w->why, &why, "queue %s: ", w->queue);
}

/* Does a link lead to a directory that it is reached through? Postfix would walk there for ever. */
static bool leads_back(const struct walk *w, int directory)
{
	struct stat st;
	struct stat above;

	if (fstat(directory, &st) < 0)
		return false;
	for (; w; w = w->above)
		if (fstat(w->directory, &above) == 0 && above.st_dev == st.st_dev &&
		    above.st_ino == st.st_ino)
			return true;
	return false;
}

static int open_hash(const struct walk *w, const char *name, struct sw_fault *why)
{
	static const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;
	int fd = openat(w->directory, name, flags | O_NOFOLLOW);
	bool is_link = fd < 0 && (errno == ENOTDIR || errno == ELOOP);

	if (is_link) /* scan_dir(3) of Postfix follows it */
		fd = openat(w->directory, name, flags);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return -ENOENT; /* removed meanwhile, or not Postfix's */
	if (fd < 0)
		return sw_fault_errno(why, errno, "open %s/.../%s", w->queue, name);
	if (!is_link || !leads_back(w, fd))
		return fd;
	close(fd);
	return sw_fault(why, ELOOP, "%s/%s%s is a link to a directory above it", w->queue, w->hash,
			name);
}

static int descend(struct walk *w, const struct dir_entry *entry)
{
	struct walk below = *w;
	int rc;

	if (w->depth == DEPTH_MAX)
		return 0;
	below.above = w;
	below.hash[2 * w->depth] = entry->name[0];
	below.hash[2 * w->depth + 1] = '/';
	below.depth++;
	below.directory = open_hash(w, entry->name, w->why);
	if (below.directory < 0)
		return below.directory == -ENOENT ? 0 : below.directory;
	rc = scan(&below);
	close(below.directory);
	return rc;
}

static int visit(const struct dir_entry *entry, void *ctx)
{
	struct walk *w = ctx;

	/* one character is a hash directory; no stat, as mail_scan_dir.c:43-62 has it */
	if (entry->length == 1)
		return descend(w, entry);
	if ((entry->type != DT_REG && entry->type != DT_UNKNOWN) ||
	    !qid_is(raw_from(entry->name, entry->length)))
		return 0;
	return w->fn(
		&(struct sw_queue_message){ entry->name, entry->length, w->directory, w->hash },
		w->ctx);
}

int sw_queue_each(int spool, const char *queue, sw_queue_fn fn, void *ctx, struct sw_fault *why)
{
	struct walk w = { .queue = queue, .fn = fn, .ctx = ctx, .why = why };
	int rc;

	w.directory = openat(spool, queue, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	if (w.directory < 0)
		return sw_fault_errno(why, errno, "open %s", queue);
	rc = scan(&w);
	close(w.directory);
	return rc;
}

static int count_one(const struct sw_queue_message *message, void *ctx)
{
	(void)message;
	++*(uint64_t *)ctx;
	return 0;
}

int sw_queue_count(int spool, const char *queue, uint64_t *ret, struct sw_fault *why)
{
	uint64_t n = 0;
	int rc = sw_queue_each(spool, queue, count_one, &n, why);

	if (rc == 0)
		*ret = n;
	return rc;
}
