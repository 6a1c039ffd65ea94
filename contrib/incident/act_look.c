/* Counting by looking: what of the selection is in hold, what is elsewhere, what bounced. */
#include <fcntl.h>

#include "incident/act.h"
#include "incident/bounce.h"

const char *const act_queues[4] = { "maildrop", "incoming", "active", "deferred" };

static int count_held(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	struct stat st;

	(void)ctx;
	/* else it is gone meanwhile */
	if (fstatat(m->directory, m->id, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (a->file.rcpt_todo > 0)
			a->count.held++;
		else
			a->count.done++;
		a->count.flight += locks_has(&a->locks, st.st_dev, st.st_ino);
		a->count.theirs += !act_is_ours(a, &st);
	}
	return 0;
}

static bool is_seen(struct sw_raw id, void *ctx)
{
	return idmap_get(((struct act *)ctx)->ids, id);
}

struct left {
	struct act *a;
	size_t queue;
};

static int count_left(const struct sw_queue_message *m, void *ctx)
{
	struct left *l = ctx;
	struct act *a = l->a;
	const struct sw_queue_file *f = &a->file;
	struct sw_fault ignored = { 0 };

	/* of what can't be read nothing is known, and it is none of them */
	(void)!sw_queue_file_read(m->directory, m->id, select_depth(&a->select), &a->file,
				  &ignored);
	if (select_has(&a->select, f)) {
		a->count.left++;
		a->count.queue[l->queue]++;
		idmap_put(a->ids, raw_from(m->id, m->id_n), (struct idmap_value){ 0 });
	} else if (f->local && f->sender.p && f->sender.n == 0) {
		a->count.bounces += bounce_is_of(m->directory, m->id, is_seen, a);
	}
	return 0;
}

int act_look(struct act *a, struct sw_fault *why)
{
	int rc;

	a->looks = true;
	a->count = (struct act_count){ 0 };
	locks_free(&a->locks);
	rc = locks_read(a->run->host, a->in.hold, &a->locks, why);
	if (rc == 0)
		rc = act_each(a, "hold", SW_QUEUE_FILE_ALL, count_held, NULL);
	for (size_t i = SW_COUNT(act_queues); rc == 0 && i > 0; i--) {
		struct left left = { .a = a, .queue = i - 1 };

		rc = sw_queue_each(a->in.spool, act_queues[i - 1], count_left, &left, why);
	}
	a->looks = false;
	if (rc < 0)
		fault_wrap(why, &a->failed, "%s", "");
	return rc;
}
