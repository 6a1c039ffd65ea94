#include "parts/culprit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/users.h"
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
	return hash_bytes((struct hash_key){ 0, 0 }, bytes);
}

int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why)
{
	const char *outside = sw_munin_text(m, "scan_file");
	struct sw_fault no_state = { 0 };
	int rc;

	*c = (struct culprit){ .m = m, .keep = outside ? KEEP_OUTSIDE : KEEP };
	c->memory = calloc(1, sizeof(*c->memory));
	if (!c->memory)
		return sw_fault_errno(why, ENOMEM, "scan of the directories");
	c->deadline_ms =
		host_until(sw_munin_host(m), (int64_t)sw_munin_count(m, "scan_seconds") * 1000);
	rc = state_open(&c->state,
			outside ? outside : host_env(sw_munin_host(m), "MUNIN_STATEFILE"),
			CULPRIT_VERSION, c->memory, sizeof(*c->memory), &no_state);
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

static bool is_below(struct sw_raw path, struct sw_raw above)
{
	return path.n > above.n && memcmp(path.p, above.p, above.n) == 0 &&
	       (path.p[above.n] == '/' || above.p[above.n - 1] == '/');
}

/* What was counted: the directory without those of the list that are in it. */
static uint64_t what_is(const struct sw_inode_dirs *dirs, size_t i)
{
	struct sw_raw path = inode_dir_path(&dirs->item[i]);
	uint64_t what = hash_of(path) + dirs->more;

	for (size_t k = 0; k < dirs->n; k++)
		if (is_below(inode_dir_path(&dirs->item[k]), path))
			what += hash_of(inode_dir_path(&dirs->item[k])) | 1;
	return what ? what : 1;
}

static uint64_t grown(const struct culprit_sizes *base, const struct culprit_size *now)
{
	for (size_t i = 0; i < SW_INODE_DIRS_MAX; i++)
		if (base->of[i].what == now->what && base->of[i].inodes < now->inodes)
			return now->inodes - base->of[i].inodes;
	return 0;
}

/*
 * What each directory has grown by, when the same was counted at the base; and note what it is now.
 * A walk that was cut counts now more, now less of the same.
 */
static void grow(struct culprit *c, struct culprit_entry *e, const struct sw_inode_dirs *dirs,
		 struct words_culprit *facts)
{
	struct culprit_sizes now = { .when = sw_munin_host(c->m)->now };

	if (dirs->cut)
		return;
	for (size_t i = 0; i < dirs->n; i++)
		now.of[i] = (struct culprit_size){ what_is(dirs, i), dirs->item[i].inodes };
	if (now.when - e->base.when >= BASE_AGE && e->last.when > e->base.when &&
	    now.when - e->last.when >= BASE_AGE)
		e->base = e->last;
	if (e->base.when == 0)
		e->base = now;
	e->last = now;
	facts->since = e->base.when;
	for (size_t i = 0; i < dirs->n; i++)
		facts->of[i].grown = grown(&e->base, &now.of[i]);
}

/* Is a directory the spool, a queue of it or a hash directory of that? By number: a link may lead
 * there. */
static bool is_in(const struct sw_host *h, struct sw_raw directory, int spool)
{
	struct sw_fault why = { 0 };
	char path[SW_INODE_DIR_PATH + sizeof("/../..")];
	struct stat want;
	static const char *const above[] = { "", "/..", "/../.." };
	bool same = false;

	if (fstat(spool, &want) < 0)
		return false;
	for (size_t up = 0; up < SW_COUNT(above) && !same; up++) {
		struct stat got;
		int fd;

		snprintf(path, sizeof(path), "%.*s%s", (int)directory.n, directory.p, above[up]);
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
	bool any = false;

	if (spool_open(h, &where, &spool, &why) == 0)
		directory = spool_directory(&spool, &why);
	for (size_t i = 0; i < dirs->n && directory >= 0; i++)
		any |= facts->of[i].queue = is_in(h, inode_dir_path(&dirs->item[i]), directory);
	if (any)
		facts->who = queuer(h, directory);
	spool_close(&spool);
}

typedef char user_name[USERS_NAME];

/* The names of those whose the files are. */
static void find_users(const struct sw_host *h, const struct sw_inode_dirs *dirs,
		       user_name name[SW_INODE_DIRS_MAX], struct words_culprit *facts)
{
	for (size_t i = 0; i < dirs->n; i++) {
		if (dirs->item[i].owner.looked == 0 || facts->of[i].queue)
			continue;
		users_name(h, dirs->item[i].owner.uid, name[i]);
		facts->of[i].user = name[i];
	}
}

static struct sw_label scan(struct culprit *c, struct culprit_entry *e,
			    const struct sw_inode_use *use, struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(c->m);
	struct words_culprit facts = {
		.use = use,
		.copied = h->copied,
		.advice = { .time = "env.scan_seconds",
			    .permission = "user root in plugin-conf.d",
			    .hidden_by = "ProtectHome, PrivateTmp of munin-node",
			    .seen_by = "env.scan_file" },
	};
	struct sw_label text = label_new();
	int64_t left = c->deadline_ms - clock_ms();
	user_name names[SW_INODE_DIRS_MAX];
	char mount[4096];
	struct sw_inode_dirs dirs;

	if (left <= 0)
		sw_fault(why, ETIME, "env.scan_seconds went to other file systems");
	if (left <= 0 || use->mount.n >= sizeof(mount))
		return text;
	memcpy(mount, use->mount.p, use->mount.n);
	mount[use->mount.n] = '\0';
	if (sw_inode_dirs_scan(h, mount, h->copied ? 0 : use->used, (unsigned)left, &dirs, why) < 0)
		return text;
	facts.dirs = &dirs;
	grow(c, e, &dirs, &facts);
	find_queuer(c, &dirs, &facts);
	find_users(h, &dirs, names, &facts);
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
