#include "parts/culprit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "inode/dirs.h"
#include "postfix/spool.h"
#include "words/queue.h"

/*
 * Config and fetch of one poll, and a second master's, share a scan; a scan from outside
 * (env.scan_file) is used until the next one of its timer is overdue.
 */
enum { KEEP = 120, KEEP_OUTSIDE = 900, BASE_AGE = 240, SAMPLE = 300, LEAST_SEEN = 50 };

static uint64_t hash_of(struct sw_raw bytes)
{
	uint64_t hash = hash_bytes((struct hash_key){ 0, 0 }, bytes);

	return hash ? hash : 1;
}

int culprit_open(struct culprit *c, struct sw_munin *m, struct sw_fault *why)
{
	const char *outside = sw_munin_text(m, "scan_file");
	struct sw_fault no_state = { 0 };

	*c = (struct culprit){ .m = m, .keep = outside ? KEEP_OUTSIDE : KEEP };
	c->memory = calloc(1, sizeof(*c->memory));
	if (!c->memory)
		return sw_fault_errno(why, ENOMEM, "scan of the directories");
	c->deadline_ms = clock_ms() + (int64_t)sw_munin_count(m, "scan_seconds") * 1000;
	if (state_open(&c->state, outside ? outside : host_env(sw_munin_host(m), "MUNIN_STATEFILE"),
		       CULPRIT_VERSION, c->memory, sizeof(*c->memory), &no_state) < 0 &&
	    outside) {
		struct sw_fault why_not = { 0 };

		fault_wrap(&why_not, &no_state, "no scan in env.scan_file yet, is its timer on? ");
		sw_munin_complain(m, &why_not);
	}
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

/* +410000 since 10:05, when the first directory is the one it was */
static void add_growth(struct culprit *c, struct sw_label *text, struct culprit_entry *e,
		       const struct sw_inode_dir *first)
{
	int64_t now = sw_munin_host(c->m)->now;
	uint64_t path = hash_of(inode_dir_path(first));
	struct tm tm;
	char clock[8];
	time_t base;

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
	base = (time_t)e->base;
	if (e->base_path != path || first->inodes <= e->base_inodes || !localtime_r(&base, &tm) ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0)
		return;
	sw_label_print(text, " (+%llu since %s)",
		       (unsigned long long)(first->inodes - e->base_inodes), clock);
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
 * Who queued it, when the directory is Postfix's queue directory or one in it; false when it is
 * not. It takes a count of the queue and SAMPLE files, whatever time the walk has used up: in the
 * hour that all this is for, the walk is cut off and the name is what counts.
 */
static bool add_queuer(struct culprit *c, struct sw_label *text, const struct sw_inode_dir *hog)
{
	static const char *const queues[] = { "active",	  "deferred", "maildrop",
					      "incoming", "corrupt",  "hold" };
	const struct sw_host *h = sw_munin_host(c->m);
	struct queue_sample s = { .n = SW_COUNT(queues) };
	struct sw_queue_owners holders = { .messages = 0 };
	struct sw_fault why = { 0 };
	char path[MAINCF_VALUE];
	struct sw_label who;
	int spool;

	if (queue_directory(h, sw_munin_text(c->m, "config_directory"), path, &why) < 0)
		return false;
	spool = host_openat(h, path, O_PATH | O_DIRECTORY, &why);
	if (spool < 0)
		return false;
	if (!is_in(h, inode_dir_path(hog), spool)) {
		close(spool);
		return false;
	}
	for (size_t i = 0; i < s.n; i++)
		s.queue[i].name = queues[i];
	if (queue_sample_take(&s, spool, SAMPLE, (uint64_t)(h->now / 60), &why) == 0 &&
	    queue_owners_read(h, spool, &s, NULL, &holders, &why) == 0) {
		who = words_queue(&holders, SW_QUEUE_OWNERS_ALL);
		if (who.n > 0) {
			sw_label_print(text, ", queued by ");
			sw_label_append(text, &who);
		}
	}
	sw_queue_owners_free(&holders);
	queue_sample_free(&s);
	close(spool);
	return true;
}

/* What keeps the answer from being whole. */
static void add_doubts(struct culprit *c, struct sw_label *text, const struct sw_inode_dirs *hogs,
		       const struct sw_inode_use *use)
{
	uint64_t seen = use->used ? 100 * hogs->counted / use->used : 100;

	if (hogs->cut)
		sw_label_print(text,
			       ", so far: not all directories in the time of env.scan_seconds");
	if (hogs->unreadable > 0) {
		sw_label_print(text, ", %llu directories could not be read (",
			       (unsigned long long)hogs->unreadable);
		sw_label_append(text, &hogs->first.text);
		sw_label_print(text, ")%s",
			       hogs->first.code == EACCES ? ": user root in plugin-conf.d" : "");
	} else if (!hogs->cut && seen < LEAST_SEEN && !sw_munin_host(c->m)->copied)
		sw_label_print(
			text,
			", only %llu%% of the inodes in use are seen from here "
			"(ProtectHome, PrivateTmp of munin-node, or deleted files): env.scan_file",
			(unsigned long long)seen);
	if (hogs->uncertain > 0)
		sw_label_print(text, ", %llu of them may be further names of one inode",
			       (unsigned long long)hogs->uncertain);
}

static struct sw_label scan(struct culprit *c, struct culprit_entry *e,
			    const struct sw_inode_use *use, struct sw_fault *why)
{
	struct sw_label text = label_new();
	bool named = false; /* who queued it */
	int64_t left = c->deadline_ms - clock_ms();
	char mount[4096];
	struct sw_inode_dirs hogs;

	if (left <= 0)
		sw_fault(why, ETIME, "env.scan_seconds went to other file systems");
	if (left <= 0 || use->mount.n >= sizeof(mount))
		return text;
	memcpy(mount, use->mount.p, use->mount.n);
	mount[use->mount.n] = '\0';
	if (sw_inode_dirs_scan(sw_munin_host(c->m), mount, (unsigned)left, &hogs, why) < 0)
		return text;
	for (size_t i = 0; i < hogs.n; i++) {
		const struct sw_inode_dir *hog = &hogs.item[i];
		struct sw_label piece = label_new();

		if (i == 0)
			sw_label_print(&piece, "%llu of %llu in ", (unsigned long long)hog->inodes,
				       (unsigned long long)use->files);
		else
			sw_label_print(&piece, ", then %llu in ", (unsigned long long)hog->inodes);
		sw_label_add_name(&piece, inode_dir_path(hog));
		if (i == 0) {
			add_growth(c, &piece, e, hog);
			named = add_queuer(c, &piece, hog);
			text = piece;
			add_doubts(c, &text, &hogs, use);
			continue;
		}
		if (!named)
			named = add_queuer(c, &piece, hog);
		if (!label_add_whole(&text, &piece))
			break;
	}
	sw_inode_dirs_free(&hogs);
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
