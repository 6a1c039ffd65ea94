#include "parts/culprit.h"

#include <errno.h>
#include <stdlib.h>

#include "os/clock.h"
#include "os/confine.h"
#include "os/reach.h"
#include "parts/settings_paths.h"
#include "parts/state_path.h"
#include "words/command.h"
#include "words/culprit_facts.h"

/*
 * Config and fetch of one poll, and a second master's, share a scan; a scan from outside
 * (env.scan_file) is used until the next one of its timer is overdue.
 */
enum { KEEP = 120, KEEP_OUTSIDE = 900, BASE_AGE = 240 };

enum { INSTANCES = 8 }; /* of Postfix, beside the default one, whose queues are known */

/* Seconds: a clock that goes on by more may be wrong; "since 10:05" tells of today. */
enum { STEP = 1800, BASE_AGE_MAX = 86400 };

static uint64_t hash_of(struct sw_raw bytes)
{
	return hash_bytes((struct hash_key){ 0, 0 }, bytes);
}

int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why)
{
	const char *outside = sw_munin_text(m, "scan_file");
	struct sw_fault no_state = { 0 };
	const char *path = state_path(m, outside, &no_state);
	int64_t gone;
	int rc;

	*c = (struct culprit){
		.m = m, .queue = -1, .spool.directory = -1, .keep = outside ? KEEP_OUTSIDE : KEEP
	};
	c->memory = block_one(&c->block, sizeof(*c->memory));
	if (!c->memory)
		return sw_fault_errno(why, ENOMEM, "scan of the directories");
	c->left_ms = (int64_t)sw_munin_count(m, "scan_seconds") * 1000;
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
	for (size_t i = 0; i < c->instances; i++)
		spool_close(&c->instance[i].spool);
	free(c->instance);
	spool_close(&c->spool);
	block_free(&c->block);
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
			what += hash_of(inode_dir_path(&dirs->item[k]));
	return what;
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
	if (now.when - e->last.when >= BASE_AGE)
		e->base = e->last;
	if (now.when - e->base.when > BASE_AGE_MAX) /* or there is none */
		e->base = now;
	e->last = now;
	facts->since = e->base.when;
	for (size_t i = 0; i < dirs->n; i++)
		facts->of[i].grown = grown(&e->base, &now.of[i]);
}

/* What is looked into answers at once; a queue that may not is no part of it. */
static int queue_of(const struct sw_host *h, const char *config_directory, struct spool *ret,
		    struct sw_fault *why)
{
	const struct spool_where where = { .config_directory = config_directory };
	const char *path;
	int queue = -1;

	if (spool_open(h, &where, ret, why) == 0 && spool_path(ret, &path, why) == 0 &&
	    reach_is_sure(h, path))
		queue = spool_directory(ret, why);
	spool_settle(ret);
	return queue;
}

/* Of several instances the queue that is full is seldom the default one's. */
static void open_instances(struct culprit *c)
{
	struct sw_raw rest = raw_of("");
	struct sw_raw directory;

	if (spool_instances(&c->spool, &rest, &c->no_instances) < 0 || raw_trim(rest).n == 0)
		return;
	c->instance = calloc(INSTANCES, sizeof(*c->instance));
	if (!c->instance)
		sw_fault_errno(&c->no_instances, ENOMEM, "the instances of Postfix");
	while (c->instance && c->instances < INSTANCES && spool_next_instance(&rest, &directory)) {
		struct culprit_instance *one = &c->instance[c->instances];

		if (directory.n >= sizeof(one->config_directory))
			continue;
		memcpy(one->config_directory, directory.p, directory.n);
		one->queue = queue_of(sw_munin_host(c->m), one->config_directory, &one->spool,
				      &one->no_queue);
		c->instances++;
	}
}

/* Postfix's queue directories, once. */
static void open_queue(struct culprit *c)
{
	if (c->spool.host)
		return;
	c->queue = queue_of(sw_munin_host(c->m), sw_munin_text(c->m, "config_directory"), &c->spool,
			    &c->no_queue);
	open_instances(c);
}

/* Is one of the directories of a queue? Then *queue is it, and the configuration of that. */
static bool find_queue(struct culprit_facts *s, struct culprit *c, int *queue, const char **config)
{
	const struct sw_host *h = sw_munin_host(c->m);

	*queue = c->queue;
	*config = sw_munin_text(c->m, "config_directory");
	if (culprit_facts_find_queue(s, h, *queue, &c->no_queue))
		return true;
	for (size_t i = 0; i < c->instances; i++) {
		*queue = c->instance[i].queue;
		*config = c->instance[i].config_directory;
		if (culprit_facts_find_queue(s, h, *queue, &c->instance[i].no_queue))
			return true;
	}
	return culprit_facts_find_queue(s, h, -1, &c->no_instances);
}

static struct sw_label scan_with(struct culprit_facts *s, struct culprit *c,
				 struct culprit_entry *e, const struct sw_inode_use *use,
				 struct sw_fault *why)
{
	const struct sw_host *h = sw_munin_host(c->m);
	const int64_t began = clock_ms();
	const int64_t until = host_until(h, c->left_ms);
	struct sw_label text;
	const char *config;
	int queue;
	int rc;

	s->words = (struct words_culprit){
		.use = use,
		.copied = h->copied,
		.advice = { .time = "env.scan_seconds",
			    .permission = "user root in plugin-conf.d",
			    .hidden_by = "ProtectHome or PrivateTmp of munin-node",
			    .seen_by = "env.scan_file" },
	};
	if (until <= began)
		sw_fault(why, ETIME, "env.scan_seconds went to other file systems");
	if (until <= began || use->mount.n >= sizeof(s->mount))
		return label_new();
	memcpy(s->mount, use->mount.p, use->mount.n);
	s->mount[use->mount.n] = '\0';
	rc = sw_inode_dirs_scan(h, s->mount, h->copied ? 0 : use->used, (unsigned)(until - began),
				&s->dirs, why);
	s->words.dirs = &s->dirs;
	if (rc == 0 && words_culprit_is_blind(&s->words))
		culprit_facts_look_further(s, h, until);
	c->left_ms -= clock_ms() - began;
	if (rc < 0)
		return label_new();
	grow(c, e, &s->dirs, &s->words);
	if (find_queue(s, c, &queue, &config)) {
		/*
		 * Not before, though others name the directories: who is confined may not see what
		 * processes outside hold open (ptrace(2)), and that is looked for.
		 */
		confine(CONFINE_WRITE | CONFINE_EXEC);
		culprit_facts_find_queuer(s, h, queue, config);
	}
	culprit_facts_find_users(s, h);
	text = words_culprit(&s->words);
	words_contain_behind(&text, &s->contain);
	return text;
}

static struct sw_label scan(struct culprit *c, struct culprit_entry *e,
			    const struct sw_inode_use *use, struct sw_fault *why)
{
	struct culprit_facts *s = calloc(1, sizeof(*s));
	struct sw_label text = label_new();

	open_queue(c);
	if (s) {
		text = scan_with(s, c, e, use, why);
		sw_inode_dirs_free(&s->dirs);
	} else {
		sw_fault_errno(why, ENOMEM, "scan of the directories");
	}
	free(s);
	return text;
}

static bool is_fresh(const struct culprit *c, const struct culprit_entry *e)
{
	int64_t now = sw_munin_host(c->m)->now;

	return now >= e->when && now - e->when < c->keep;
}

struct sw_label culprit_kept(struct culprit *c, const struct sw_inode_use *use)
{
	uint64_t hash = hash_of(use->mount);

	for (size_t i = 0; i < CULPRIT_FILE_SYSTEMS; i++) {
		struct culprit_entry *e = &c->memory->line.entry[i];

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
