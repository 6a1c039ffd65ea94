#include "parts/culprit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"
#include "parts/settings_paths.h"
#include "postfix/spool.h"
#include "words/culprit.h"
#include "words/queue.h"

/*
 * Config and fetch of one poll, and a second master's, share a scan; a scan from outside
 * (env.scan_file) is used until the next one of its timer is overdue.
 */
enum { KEEP = 120, KEEP_OUTSIDE = 900, BASE_AGE = 240, SAMPLE = 300 };

/* Seconds: a clock that goes on by more may be wrong; "since 10:05" tells of today. */
enum { STEP = 1800, BASE_AGE_MAX = 86400 };

static uint64_t hash_of(struct sw_raw bytes)
{
	uint64_t hash = hash_bytes((struct hash_key){ 0, 0 }, bytes);

	return hash ? hash : 1;
}

int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why)
{
	const char *outside = sw_munin_text(m, "scan_file");
	struct sw_fault no_state = { 0 };
	const char *path = outside ? outside : host_env(sw_munin_host(m), "MUNIN_STATEFILE");
	int64_t gone;
	int rc;

	*c = (struct culprit){ .m = m, .keep = outside ? KEEP_OUTSIDE : KEEP };
	c->memory = calloc(1, sizeof(*c->memory));
	if (!c->memory)
		return sw_fault_errno(why, ENOMEM, "scan of the directories");
	c->deadline_ms =
		host_until(sw_munin_host(m), (int64_t)sw_munin_count(m, "scan_seconds") * 1000);
	/* a scan from outside is root's, and read by whoever the plugin is */
	rc = (outside ? state_open_shared : state_open)(&c->state, path, CULPRIT_VERSION, c->memory,
							sizeof(*c->memory), &no_state);
	timeline_go(&c->memory->line, &c->memory->other, sizeof(c->memory->line),
		    sw_munin_host(m)->now, (struct timeline_step){ STEP, 60, BASE_AGE_MAX }, &gone);
	if (rc == -EEXIST) { /* somebody else's */
		sw_munin_complain(m, &no_state);
	} else if (rc < 0 && outside && settings_scan_file(m)) {
		struct sw_fault why_not = { 0 };

		fault_wrap(&why_not, &no_state,
			   "no scan in env.scan_file yet (its timer must be on): ");
		sw_munin_complain(m, &why_not);
	}
	if (c->state.damage.code)
		sw_munin_complain(m, &c->state.damage);
	return 0;
}

void culprit_close(struct culprit *c)
{
	struct sw_fault why = { 0 };

	if (c->changed && state_save(&c->state, CULPRIT_VERSION, c->memory, &why) < 0)
		sw_munin_complain(c->m, &why);
	state_close(&c->state);
	free(c->memory);
	c->memory = NULL;
}

static struct culprit_entry *entry_of(struct culprit *c, struct sw_raw mount)
{
	uint64_t hash = hash_of(mount);
	struct culprit_entry *oldest = &c->memory->line.entry[0];

	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++) {
		struct culprit_entry *e = &c->memory->line.entry[i];

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
	if (e->base == 0 || now - e->base > BASE_AGE_MAX) {
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
	struct spool spool;
	int directory = -1;

	facts->queue = dirs->n;
	if (spool_open(h, &where, &spool, &why) == 0)
		directory = spool_directory(&spool, &why);
	for (size_t i = 0; i < dirs->n && facts->queue == dirs->n && directory >= 0; i++)
		if (is_in(h, inode_dir_path(&dirs->item[i]), directory))
			facts->queue = i;
	if (facts->queue < dirs->n)
		facts->who = queuer(h, directory);
	spool_close(&spool);
}

static struct sw_label scan(struct culprit *c, struct culprit_entry *e,
			    const struct sw_inode_use *use, struct sw_fault *why)
{
	struct words_culprit facts = {
		.use = use,
		.copied = sw_munin_host(c->m)->copied,
		.advice = { .time = "env.scan_seconds",
			    .permission = "user root in plugin-conf.d",
			    .hidden_by = "ProtectHome, PrivateTmp of munin-node",
			    .seen_by = "env.scan_file" },
	};
	struct sw_label text = label_new();
	int64_t left = c->deadline_ms - clock_ms();
	char mount[4096];
	struct sw_inode_dirs dirs;

	if (left <= 0)
		sw_fault(why, ETIME, "env.scan_seconds went to other file systems");
	if (left <= 0 || use->mount.n >= sizeof(mount))
		return text;
	memcpy(mount, use->mount.p, use->mount.n);
	mount[use->mount.n] = '\0';
	if (sw_inode_dirs_scan(sw_munin_host(c->m), mount, (unsigned)left, &dirs, why) < 0)
		return text;
	facts.dirs = &dirs;
	grow(c, e, &dirs.item[0], &facts);
	find_queuer(c, &dirs, &facts);
	text = words_culprit(&facts);
	sw_inode_dirs_free(&dirs);
	return text;
}

struct sw_label culprit_of(struct culprit *c, const struct sw_inode_use *use, struct sw_fault *why)
{
	struct culprit_entry *e = entry_of(c, use->mount);
	int64_t now = sw_munin_host(c->m)->now;
	struct sw_label text;

	if (e->when > 0 && now >= e->when && now - e->when < c->keep) {
		e->text[SW_LABEL_MAX] = '\0';
		return label_kept(e->text);
	}
	text = scan(c, e, use, why);
	if (text.n == 0)
		return text;
	e->when = now;
	memcpy(e->text, text.s, text.n + 1u);
	c->changed = true;
	return text;
}
