#include "parts/culprit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/reach.h"
#include "parts/settings_paths.h"
#include "postfix/spool.h"
#include "words/culprit.h"
#include "words/queue.h"

/*
 * Config and fetch of one poll, and a second master's, share a scan; a scan from outside
 * (env.scan_file) is used until the next one of its timer is overdue.
 */
enum { KEEP = 120, KEEP_OUTSIDE = 900, BASE_AGE = 240, SAMPLE = 300 };

static uint64_t hash_of(struct sw_raw bytes)
{
	uint64_t hash = hash_bytes((struct hash_key){ 0, 0 }, bytes);

	return hash ? hash : 1;
}

int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why)
{
	const char *outside = sw_munin_text(m, "scan_file");
	const char *path = outside ? outside : host_env(sw_munin_host(m), "MUNIN_STATEFILE");
	struct sw_fault no_state = { 0 };
	int rc;

	*c = (struct culprit){ .m = m, .keep = outside ? KEEP_OUTSIDE : KEEP };
	c->memory = calloc(1, sizeof(*c->memory));
	if (!c->memory)
		return sw_fault_errno(why, ENOMEM, "scan of the directories");
	c->left_ms = (int64_t)sw_munin_count(m, "scan_seconds") * 1000;
	if (path && !reach_is_sure(sw_munin_host(m), path)) {
		sw_fault(&no_state, EREMOTE, "%s may be on a network, and not answer: not opened",
			 path);
		path = NULL;
	}
	rc = state_open(&c->state, path, CULPRIT_VERSION, c->memory, sizeof(*c->memory), &no_state);
	if (rc == -EEXIST) { /* somebody else's */
		sw_munin_complain(m, &no_state);
	} else if (rc < 0 && outside && settings_scan_file(m)) {
		struct sw_fault why_not = { 0 };

		fault_wrap(&why_not, &no_state,
			   "no scan in env.scan_file yet (its timer must be on): ");
		sw_munin_complain(m, &why_not);
	}
	c->disks = (struct disks){ .memory = &c->memory->disks,
				   .now = sw_munin_host(m)->now,
				   .kept = c->state.fd >= 0,
				   .values = outside };
	if (c->state.damage.code)
		sw_munin_complain(m, &c->state.damage);
	return 0;
}

void culprit_close(struct culprit *c)
{
	struct sw_fault why = { 0 };

	if ((c->changed || c->disks.changed) &&
	    state_save(&c->state, CULPRIT_VERSION, c->memory, &why) < 0)
		sw_munin_complain(c->m, &why);
	state_close(&c->state);
	free(c->memory);
	c->memory = NULL;
}

static struct culprit_entry *entry_of(struct culprit *c, struct sw_raw mount)
{
	uint64_t hash = hash_of(mount);
	struct culprit_entry *oldest = &c->memory->entry[0];

	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++) {
		struct culprit_entry *e = &c->memory->entry[i];

		if (e->mount == hash)
			return e;
		if (e->when < oldest->when)
			oldest = e;
	}
	*oldest = (struct culprit_entry){ .mount = hash };
	return oldest;
}

/* What the first directory has grown by, when it is the one it was; and note what it is now. */
static void grow(struct culprit *c, struct culprit_entry *e, const struct sw_inode_dir *first,
		 struct words_culprit *facts)
{
	int64_t now = sw_munin_host(c->m)->now;
	uint64_t path = hash_of(inode_dir_path(first));

	if (now - e->base >= BASE_AGE && e->when > e->base && now - e->when >= BASE_AGE) {
		e->base = e->when;
		e->base_path = e->last_path;
		e->base_inodes = e->last_inodes;
	}
	if (e->base == 0) {
		e->base = now;
		e->base_path = path;
		e->base_inodes = first->inodes;
	}
	e->last_path = path;
	e->last_inodes = first->inodes;
	facts->since = e->base;
	if (e->base_path == path && first->inodes > e->base_inodes)
		facts->grown = first->inodes - e->base_inodes;
}

/* Is a directory this one, or right below it? By number: a link may lead there. */
static bool is_in(const struct sw_host *h, struct sw_raw directory, int spool)
{
	struct sw_fault why = { 0 };
	char path[SW_INODE_DIR_PATH + sizeof("/..")];
	struct stat want;
	bool same = false;

	if (fstat(spool, &want) < 0)
		return false;
	for (int up = 0; up < 2 && !same; up++) {
		struct stat got;
		int fd;

		snprintf(path, sizeof(path), "%.*s%s", (int)directory.n, directory.p,
			 up ? "/.." : "");
		fd = host_openat(h, path, O_PATH | O_DIRECTORY, &why);
		same = fd >= 0 && fstat(fd, &got) == 0 && want.st_dev == got.st_dev &&
		       want.st_ino == got.st_ino;
		if (fd >= 0)
			close(fd);
	}
	return same;
}

/*
 * Who queued what is in the queue directory. It takes a count of the queue and SAMPLE files,
 * whatever time the walk has used up: in the hour that all this is for, the walk is cut off and the
 * name is what counts.
 */
static struct sw_label queuer(const struct sw_host *h, int spool)
{
	struct queue_sample s = { .n = SPOOL_QUEUES };
	struct sw_queue_owners owners = { .messages = 0 };
	struct sw_label who = label_new();
	struct sw_fault why = { 0 };

	for (size_t i = 0; i < s.n; i++)
		s.queue[i].name = spool_queues[i].name;
	if (queue_sample_take(&s, spool, SAMPLE, (uint64_t)(h->now / 60), &why) == 0 &&
	    queue_owners_read(h, spool, &s, NULL, &owners, &why) == 0)
		who = words_queue(&owners, SW_QUEUE_OWNERS_ALL);
	sw_queue_owners_free(&owners);
	queue_sample_free(&s);
	return who;
}

/* Which of the directories is Postfix's queue directory or one in it, and who filled it. */
static void find_queuer(struct culprit *c, const struct sw_inode_dirs *dirs,
			struct words_culprit *facts)
{
	const struct sw_host *h = sw_munin_host(c->m);
	struct sw_fault why = { 0 };
	const struct spool_where where = { .config_directory =
						   sw_munin_text(c->m, "config_directory") };
	const char *path;
	struct spool spool;
	int directory = -1;

	facts->queue = dirs->n;
	/* what is looked into answers at once; a queue that may not is no part of it */
	if (spool_open(h, &where, &spool, &why) == 0 && spool_path(&spool, &path, &why) == 0 &&
	    reach_is_sure(h, path))
		directory = spool_directory(&spool, &why);
	for (size_t i = 0; i < dirs->n && facts->queue == dirs->n && directory >= 0; i++)
		if (is_in(h, inode_dir_path(&dirs->item[i]), directory))
			facts->queue = i;
	if (facts->queue < dirs->n)
		facts->who = queuer(h, directory);
	spool_close(&spool);
}

/*
 * The scan met less than half of what is in use: look below what is mounted in it, then for other
 * causes. The second scan stands for the first where it explains more.
 */
static void look_further(struct culprit *c, const char *mount, int64_t until,
			 struct sw_inode_dirs *dirs, struct words_culprit *facts,
			 struct inode_unseen *unseen)
{
	const struct sw_host *h = sw_munin_host(c->m);
	struct sw_fault ignored = { 0 };
	struct sw_inode_dirs below;
	int64_t left = until - clock_ms();

	if (dirs->mounts > 0 && left > 0 &&
	    inode_unseen_below(h, mount, (unsigned)left, &below, &ignored) == 0) {
		sw_inode_dirs_free(dirs);
		*dirs = below;
		for (size_t i = 0; i < dirs->n; i++)
			facts->over[i] = inode_unseen_over(h, mount, &dirs->item[i]);
	}
	if (words_culprit_is_blind(facts)) {
		inode_unseen_look(h, raw_of(mount), until, unseen);
		facts->unseen = unseen;
	}
}

static struct sw_label scan(struct culprit *c, struct culprit_entry *e,
			    const struct sw_inode_use *use, struct sw_fault *why)
{
	struct words_culprit facts = {
		.use = use,
		.copied = sw_munin_host(c->m)->copied,
		.advice = { .time = "env.scan_seconds",
			    .permission = "user root in plugin-conf.d",
			    .hidden_by = "ProtectHome or PrivateTmp of munin-node",
			    .seen_by = "env.scan_file" },
	};
	struct sw_label text = label_new();
	const int64_t began = clock_ms();
	const int64_t until = host_until(sw_munin_host(c->m), c->left_ms);
	char mount[4096];
	struct inode_unseen unseen;
	struct sw_inode_dirs dirs;

	if (until <= began)
		sw_fault(why, ETIME, "env.scan_seconds went to other file systems");
	if (until <= began || use->mount.n >= sizeof(mount))
		return text;
	memcpy(mount, use->mount.p, use->mount.n);
	mount[use->mount.n] = '\0';
	if (sw_inode_dirs_scan(sw_munin_host(c->m), mount, (unsigned)(until - began), &dirs, why) <
	    0) {
		c->left_ms -= clock_ms() - began;
		return text;
	}
	facts.dirs = &dirs;
	if (words_culprit_is_blind(&facts))
		look_further(c, mount, until, &dirs, &facts, &unseen);
	c->left_ms -= clock_ms() - began;
	grow(c, e, &dirs.item[0], &facts);
	find_queuer(c, &dirs, &facts);
	text = words_culprit(&facts);
	sw_inode_dirs_free(&dirs);
	return text;
}

static bool is_fresh(const struct culprit *c, const struct culprit_entry *e)
{
	int64_t now = sw_munin_host(c->m)->now;

	return e->when > 0 && now >= e->when && now - e->when < c->keep;
}

struct sw_label culprit_kept(struct culprit *c, const struct sw_inode_use *use)
{
	uint64_t hash = hash_of(use->mount);

	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++) {
		struct culprit_entry *e = &c->memory->entry[i];

		e->text[SW_LABEL_MAX] = '\0';
		if (e->mount == hash && is_fresh(c, e))
			return label_kept(e->text);
	}
	return label_new();
}

struct sw_label culprit_of(struct culprit *c, const struct sw_inode_use *use, struct sw_fault *why)
{
	struct sw_label text = culprit_kept(c, use);
	struct culprit_entry *e;

	if (text.n > 0)
		return text;
	e = entry_of(c, use->mount);
	text = scan(c, e, use, why);
	if (text.n == 0)
		return text;
	e->when = sw_munin_host(c->m)->now;
	memcpy(e->text, text.s, text.n + 1u);
	c->changed = true;
	return text;
}
