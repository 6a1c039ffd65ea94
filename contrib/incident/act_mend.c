/*
 * What goes wrong between look and act is set right: strangers in hold, logs without a message,
 * what a killed run left in the middle.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "incident/act.h"

/* Messages in hold that are somebody else's, by inode: a reload may give them another queue ID. */
struct strangers {
	struct act *a;
	size_t n;
	ino_t inode[JOURNAL_BATCH / 2];
	struct act_batch batch;
};

static void note_stranger(struct strangers *s, const char *id)
{
	char path[INSTANCE_PATH];
	struct stat st;

	instance_path(&s->a->in, "hold", id, path);
	if (s->n < SW_COUNT(s->inode) &&
	    fstatat(s->a->in.spool, path, &st, AT_SYMLINK_NOFOLLOW) == 0)
		s->inode[s->n++] = st.st_ino;
}

static int find_stranger(const struct sw_queue_message *m, void *ctx)
{
	struct strangers *s = ctx;
	struct stat st;
	bool is_there = fstatat(m->directory, m->id, &st, AT_SYMLINK_NOFOLLOW) == 0;

	for (size_t i = 0; is_there && i < s->n; i++)
		if (s->inode[i] == st.st_ino && !act_batch_add(&s->batch, m->id, false))
			return 1;
	return 0;
}

/* As many as a batch holds. Returns how many there were, or -errno. */
static int put_back(struct strangers *s, struct sw_fault *why)
{
	struct act *a = s->a;
	int rc;

	act_batch_clear(&s->batch);
	rc = sw_queue_each(a->in.spool, "hold", find_stranger, s, why);
	if (rc >= 0 && s->batch.ids > 0)
		rc = instance_postsuper(&a->in, "-H", "hold", raw_from(s->batch.text, s->batch.n),
					false, why);
	return rc < 0 ? rc : (int)s->batch.ids;
}

/* Until none is found: postfix reload goes on to rename files in the background. */
static void put_all_back(struct strangers *s)
{
	enum { TRIES = 50 };
	struct act *a = s->a;
	struct sw_fault why = { 0 };
	int rc = instance_forget(&a->in, &why); /* one may have been in active */

	for (int i = 0; rc >= 0 && i < TRIES; i++) {
		rc = put_back(s, &why);
		if (rc == 0) {
			a->strangers += s->n;
			return;
		}
	}
	sw_fault(&a->failed, why.code ? why.code : EIO, "messages of others are in hold%s%s",
		 why.code ? ": " : "", why.text.s);
}

/* Has it recipients, all its marks, and no delivery that could make others? */
static bool waits(struct act *a, const char *id)
{
	char path[INSTANCE_PATH];
	struct stat st;

	instance_path(&a->in, "hold", id, path);
	return a->file.state == SW_QUEUE_FILE_WHOLE && a->file.rcpt_todo > 0 &&
	       fstatat(a->in.spool, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       !locks_has(&a->locks, st.st_dev, st.st_ino);
}

uint64_t act_verify(struct act *a, const struct act_batch *batch, struct select *select,
		    bool rested)
{
	static struct strangers s;
	struct sw_raw rest = raw_from(batch->text, batch->n);
	struct sw_fault why = { 0 };
	char id[JOURNAL_ID];
	uint64_t fine = 0;

	s.a = a;
	s.n = 0;
	locks_free(&a->locks);
	/* before their files: a mark is made before the lock goes */
	rested = rested && locks_read(a->run->host, a->in.hold, &a->locks, &why) == 0;
	while (act_batch_next(&rest, id)) {
		if (act_read_held(a, id, rested ? SW_QUEUE_FILE_ALL : select_depth(select), &why) <
		    0)
			continue;
		if (!select_has(select, &a->file)) {
			note_stranger(&s, id);
			continue;
		}
		fine++;
		if (rested && waits(a, id))
			act_know(a, raw_of(id), ACT_WAITS);
	}
	if (s.n > 0)
		put_all_back(&s);
	return fine;
}

uint64_t act_gone(const struct act *a, const struct act_batch *batch, uint64_t *ret_done)
{
	struct sw_raw rest = raw_from(batch->text, batch->n);
	char path[INSTANCE_PATH];
	char id[JOURNAL_ID];
	uint64_t n = 0;

	if (ret_done)
		*ret_done = 0;
	for (size_t i = 0; act_batch_next(&rest, id); i++) {
		instance_path(&a->in, "hold", id, path);
		if (faccessat(a->in.spool, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
			continue;
		if (ret_done && batch->done[i])
			++*ret_done;
		else
			n++;
	}
	return n;
}

static bool is_anywhere(struct act *a, const char *id)
{
	static const char *const queues[] = { "hold",	  "deferred", "active",
					      "incoming", "maildrop", "corrupt" };
	char path[INSTANCE_PATH];

	for (size_t i = 0; i < SW_COUNT(queues); i++) {
		instance_path(&a->in, queues[i], id, path);
		if (faccessat(a->in.spool, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
			return true;
	}
	return false;
}

/* As the owner of these directories: what he may not remove stays. */
static bool remove_log(const struct act *a, const char *path)
{
	bool gone = seteuid(a->in.mail_owner) == 0 && unlinkat(a->in.spool, path, 0) == 0;

	return seteuid(0) == 0 && gone;
}

bool act_give_up_log(struct act *a, const char *id)
{
	char path[INSTANCE_PATH];

	instance_path(&a->in, "defer", id, path);
	return remove_log(a, path);
}

void act_sweep(struct act *a, const char *id)
{
	static const char *const logs[] = { "defer", "bounce" };
	char path[INSTANCE_PATH];

	for (size_t i = 0; i < SW_COUNT(logs); i++) {
		instance_path(&a->in, logs[i], id, path);
		if (faccessat(a->in.spool, path, F_OK, AT_SYMLINK_NOFOLLOW) < 0 ||
		    is_anywhere(a, id))
			continue;
		(void)remove_log(a, path);
	}
}

/* What a run that was killed had begun. */
void act_recover(struct act *a)
{
	struct journal_batch *b = &a->journal.block.batch;
	struct act_batch batch = { .n = b->n };
	struct options o = { .by = (enum options_by)b->by, .value = b->name, .uid = b->uid };
	struct select select = { 0 };
	struct sw_fault ignored = { 0 };
	struct sw_raw rest;
	struct stat st;
	char id[JOURNAL_ID];

	if (b->n == 0 || fstat(a->in.hold, &st) < 0 || b->hold != st.st_ino)
		return;
	memcpy(batch.text, b->ids, b->n);
	rest = raw_from(batch.text, batch.n);
	if (b->deletes)
		while (act_batch_next(&rest, id))
			act_sweep(a, id);
	else if (b->by <= BY_UID && (*b->name || b->by == BY_SENDER) &&
		 select_new(&o, b->utf8, &select, &ignored) == 0)
		(void)act_verify(a, &batch, &select, false);
	select_free(&select);
	memset(b, 0, sizeof(*b));
	journal_save(&a->journal);
}
