/*
 * release: what we, or a map's HOLD, put into hold goes on.
 *
 * A message that qmgr(8) still remembers from active would be dropped by it as done when it comes
 * there again: so Postfix is reloaded first, unless all are known to have come from elsewhere.
 */
#include <fcntl.h>

#include "incident/act.h"

static bool may_be_remembered(const struct act *a)
{
	const struct act_count *c = &a->count;
	const struct journal_record *r = a->record;

	return !r || a->journal.broken.code || r->from[JOURNAL_ACTIVE] > 0 ||
	       c->held + c->done - c->theirs >
		       r->from[JOURNAL_INCOMING] + r->from[JOURNAL_DEFERRED];
}

/* `more`: another batch follows. Other than 0 ends the walk. */
static int send_off(struct act *a, bool more)
{
	uint64_t done;
	uint64_t n;
	int rc;

	if (a->batch.ids == 0)
		return 0;
	rc = act_move(a, "-H", "hold", more);
	n = act_gone(a, &a->batch, &done);
	a->released += n;
	a->gone_done += done;
	a->moved += n + done;
	act_batch_clear(&a->batch);
	return rc < 0 || run_is_ended();
}

static int add(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	bool done = a->file.rcpt_todo == 0;
	struct stat st;
	int rc;

	(void)ctx;
	if (fstatat(m->directory, m->id, &st, AT_SYMLINK_NOFOLLOW) < 0 || !act_is_ours(a, &st) ||
	    act_known(a, raw_from(m->id, m->id_n)) & ACT_STUCK ||
	    act_batch_add(&a->batch, m->id, done))
		return 0;
	rc = send_off(a, true);
	(void)act_batch_add(&a->batch, m->id, done);
	return rc;
}

static void release_all(struct act *a)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < ACT_PASSES; i++) {
		a->moved = 0;
		act_batch_clear(&a->batch);
		rc = act_each(a, "hold", SW_QUEUE_FILE_ALL, add, NULL);
		if (rc == 0)
			rc = send_off(a, false);
		if (a->moved == 0)
			break;
	}
}

static int release(struct act *a, struct sw_fault *why)
{
	int rc = act_look(a, why);

	if (rc < 0 || !a->run->options->yes)
		return rc;
	if (a->count.held + a->count.done > a->count.theirs && !run_is_ended()) {
		rc = may_be_remembered(a) ? instance_forget(&a->in, why) : 0;
		if (rc < 0)
			return rc;
		release_all(a);
	}
	rc = act_look(a, why);
	/* nothing of ours is left: what comes into hold from now on is somebody else's */
	if (rc == 0 && a->record && a->count.held + a->count.done == a->count.theirs)
		*a->record = (struct journal_record){ .key = 0 };
	return rc;
}

int release_run(struct run *r)
{
	struct sw_fault why = { 0 };
	struct act *a;
	int rc = act_open(r, &a, &why);

	if (rc < 0)
		return run_fail(r, &why);
	say_progress_begin(&a->progress);
	rc = release(a, &why);
	say_progress_end(&a->progress);
	if (rc < 0)
		rc = run_fail(r, &why);
	else
		rc = r->options->yes ? act_say(a) : act_say_dry(a);
	act_close(a);
	return rc;
}
