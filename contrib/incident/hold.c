/*
 * hold: what is not yet delivered of a selection goes into hold.
 *
 * A message that waits in active is known to qmgr(8), which forgets it only when its turn comes or
 * Postfix is reloaded: the journal knows what came from there. postsuper(1) is told the queue in
 * which each was seen, and looks nowhere else.
 */
#include "incident/act.h"

/* By name of the journal's queues of origin. */
static const char *const origins[JOURNAL_QUEUES] = { "incoming", "active", "deferred" };

/* `more`: another batch follows. Other than 0 ends the pass. */
static int send_off(struct act *a, enum journal_queue queue, bool more)
{
	uint64_t n;
	int rc;

	if (a->batch.ids == 0)
		return 0;
	act_note(a);
	a->record->from[queue] += a->batch.ids;
	act_begin(a, false);
	rc = act_move(a, "-h", origins[queue], more);
	n = act_verify(a, &a->batch, &a->select, queue == JOURNAL_DEFERRED);
	a->moved += n;
	a->record->from[queue] -= a->batch.ids - n; /* what went elsewhere meanwhile */
	a->journal.block.batch.n = 0;
	act_batch_clear(&a->batch);
	return rc < 0 || run_is_ended();
}

static int add(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	enum journal_queue queue = *(enum journal_queue *)ctx;
	int rc = 0;

	if (act_known(a, raw_from(m->id, m->id_n)) & ACT_STUCK ||
	    act_batch_add(&a->batch, m->id, false))
		return 0;
	rc = send_off(a, queue, true);
	(void)act_batch_add(&a->batch, m->id, false);
	return rc;
}

/* Once through the queues; 0 when none is left that is not in hold, as far as could be seen. */
static int pass(struct act *a)
{
	enum journal_queue queue = JOURNAL_INCOMING;
	int rc = 0;

	a->moved = 0;
	for (; rc == 0 && queue < JOURNAL_QUEUES; queue++) {
		act_batch_clear(&a->batch);
		rc = act_each(a, origins[queue], select_depth(&a->select), add, &queue);
		if (rc == 0)
			rc = send_off(a, queue, false);
	}
	return rc;
}

void hold_all(struct act *a)
{
	int rc = 0;

	a->full = false;
	for (int i = 0; rc == 0 && i < ACT_PASSES && !run_is_ended(); i++) {
		rc = pass(a);
		if (rc == 0 && a->moved == 0)
			break;
	}
}

int hold_run(struct run *r)
{
	struct sw_fault why = { 0 };
	struct act *a;
	int rc = act_open(r, &a, &why);

	if (rc < 0)
		return run_fail(r, &why);
	say_progress_begin(&a->progress);
	if (r->options->yes) {
		hold_all(a);
		if (!a->failed.code && !run_is_ended()) {
			/* what was still being written, or on its way between two queues */
			run_pause(ACT_LATER_MS);
			hold_all(a);
		}
	}
	rc = act_look(a, &why);
	say_progress_end(&a->progress);
	if (rc < 0)
		rc = run_fail(r, &why);
	else
		rc = r->options->yes ? act_say(a) : act_say_dry(a);
	act_close(a);
	return rc;
}
