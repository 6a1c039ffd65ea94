/*
 * delete: what is in hold, after all of the selection went there. In hold nobody but an admin
 * moves a file, its inode is in use, so its ID can be no other message's: what was read is what is
 * deleted.
 *
 * While a delivery agent has a message open it may still write a log for it, which nobody would
 * ever remove: the message waits until it is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "incident/act.h"
#include "os/clock.h"

enum { FLIGHT_MS = 120000, LOOK_MS = 300, LOGS = 64 };

/* `more`: another batch follows. */
static int send_off(struct act *a, bool more)
{
	struct sw_raw rest = raw_from(a->batch.text, a->batch.n);
	char id[JOURNAL_ID];
	uint64_t done;
	uint64_t n;
	int rc;

	if (a->batch.ids == 0)
		return 0;
	/* with the batch it is on the disk before the first of them is gone */
	evidence_text(&a->evidence, a->record->evidence);
	act_begin(a, true);
	rc = act_move(a, "-d", "hold", more);
	n = act_gone(a, &a->batch, &done);
	a->deleted += n;
	a->gone_done += done;
	a->record->deleted += n + done;
	a->moved += n + done;
	while (act_batch_next(&rest, id))
		act_sweep(a, id);
	a->journal.block.batch.n = 0;
	act_batch_clear(&a->batch);
	return rc < 0 || run_is_ended();
}

static int add(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	bool done = a->file.rcpt_todo == 0;
	struct stat st;
	int rc;

	(void)ctx;
	if (act_known(a, raw_from(m->id, m->id_n)) & ACT_STUCK ||
	    fstatat(m->directory, m->id, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (locks_has(&a->locks, st.st_dev, st.st_ino)) {
		a->waiting++;
		return 0;
	}
	evidence_add(&a->evidence, m->id, a->reads ? &a->file : NULL);
	a->reads = evidence_wants(&a->evidence);
	if (act_batch_add(&a->batch, m->id, done))
		return 0;
	rc = send_off(a, true);
	(void)act_batch_add(&a->batch, m->id, done);
	return rc;
}

/* What is in hold and not being delivered. 0, or other when it can't go on. */
static int delete_held(struct act *a)
{
	int rc;

	locks_free(&a->locks);
	a->waiting = 0;
	a->moved = 0;
	a->reads = evidence_wants(&a->evidence);
	act_batch_clear(&a->batch);
	rc = locks_read(a->run->host, a->in.hold, &a->locks, &a->failed);
	if (rc == 0)
		rc = act_each(a, "hold", SW_QUEUE_FILE_ALL, add, NULL);
	a->reads = false;
	return rc == 0 ? send_off(a, false) : rc;
}

static int give_up_log(struct act *a, const struct sw_queue_message *m, void *ctx)
{
	unsigned *logs = ctx;

	*logs += act_give_up_log(a, m->id);
	return *logs == LOGS;
}

/*
 * Where hold takes not one name (it wants hash directories, or its own last block is full): a log
 * of what is to be deleted is of no use to anybody.
 */
static bool make_room(struct act *a)
{
	unsigned logs = 0;

	(void)!act_each(a, "deferred", select_depth(&a->select), give_up_log, &logs);
	return logs > 0;
}

/* One round; true when another is wanted: what was deleted has made room. */
static bool delete_round(struct act *a)
{
	struct sw_fault full;

	hold_all(a);
	if (a->failed.code && !a->full)
		return false;
	full = a->failed;
	a->failed = (struct sw_fault){ 0 };
	if (delete_held(a) != 0 || !full.code)
		return false;
	if (a->moved > 0 || make_room(a))
		return true;
	a->failed = full;
	return false;
}

/* In rounds: where hold takes no more names, and while messages are being delivered. */
static void delete_all(struct act *a)
{
	const int64_t until = clock_ms() + FLIGHT_MS;

	while (!run_is_ended() && !a->failed.code) {
		if (delete_round(a))
			continue;
		if (a->waiting == 0 || clock_ms() >= until)
			break;
		run_pause(LOOK_MS);
	}
}

int delete_run(struct run *r)
{
	struct sw_fault why = { 0 };
	struct act *a;
	int rc = act_open(r, &a, &why);

	if (rc < 0)
		return run_fail(r, &why);
	say_progress_begin(&a->progress);
	if (r->options->yes) {
		act_note(a);
		evidence_begin(&a->evidence, r->host->secret, a->record->evidence);
		delete_all(a);
		if (!a->failed.code && !run_is_ended()) {
			run_pause(ACT_LATER_MS);
			delete_all(a);
		}
	}
	rc = act_look(a, &why);
	/* the evidence stays; what comes into hold from now on is somebody else's */
	if (rc == 0 && a->record && a->count.held + a->count.done == 0) {
		a->record->since = 0;
		memset(a->record->from, 0, sizeof(a->record->from));
	}
	say_progress_end(&a->progress);
	if (rc < 0)
		rc = run_fail(r, &why);
	else
		rc = r->options->yes ? act_say(a) : act_say_dry(a);
	act_close(a);
	return rc;
}
