/*
 * The verb contain: block, sessions, hold, and once more, in this order: the entrance is shut
 * before what came in is held. Where no block can be had it goes on with hold. With --save what is
 * known is kept first.
 */
#include "incident/contain.h"

#include <errno.h>
#include <stdlib.h>

#include "incident/doors.h"

/* What no file can keep stands on standard output, before anything is changed. */
static int keep_evidence(struct contain *c, struct run *r, struct sw_fault *why)
{
	int rc;

	if (!r->options->save || !r->options->yes)
		return 0;
	rc = report_read(r, &c->report, &c->unsaved);
	if (rc == 0)
		rc = report_save(c->report, r->options->save, c->evidence, &c->unsaved);
	if (run_is_ended())
		return sw_fault(why, EINTR, "ended by a signal, nothing was changed");
	if (rc == 0) {
		report_free(c->report);
		c->report = NULL;
	}
	if (rc == 0 || r->options->json)
		return 0;
	if (c->report) {
		report_say(stdout, c->report, REPORT_ALL_ROWS);
		putchar('\n');
		fflush(stdout);
	}
	return 0;
}

static void say_evidence(const struct contain *c)
{
	const struct run *r = c->act->run;

	if (!r->options->save)
		return;
	if (!r->options->yes) {
		fputs("What is known of it would be kept in ", stdout);
		say_shell(stdout, raw_of(r->options->save));
	} else if (!c->unsaved.code) {
		fputs("What was known of it before lies in ", stdout);
		say_shell(stdout, raw_of(c->evidence));
	} else if (c->report) {
		printf("What was known of it before stands above alone, no file keeps it: %s",
		       c->unsaved.text.s);
	} else {
		printf("What was known of it before could not be read: %s", c->unsaved.text.s);
	}
	putchar('\n');
}

static void say_evidence_json(const struct contain *c)
{
	const struct run *r = c->act->run;

	if (!r->options->save || !r->options->yes)
		return;
	fputs(",\"evidence\":", stdout);
	if (!c->unsaved.code) {
		say_json(stdout, raw_of(c->evidence));
		return;
	}
	fputs("null,\"not_saved\":", stdout);
	say_json(stdout, raw_from(c->unsaved.text.s, c->unsaved.text.n));
	if (!c->report)
		return;
	fputs(",\"report\":", stdout);
	report_say_json(stdout, c->report, REPORT_ALL_ROWS, NULL, NULL);
}

static int refuse(struct contain *c, const struct run *r)
{
	int rc = block_check(&c->setup, &c->unblocked);

	if (rc == 0)
		rc = block_target(r, &c->setup, &c->target, &c->unblocked);
	if (rc == 0 && !block_is_begun(&c->setup))
		rc = sw_fault(&c->unblocked, ENOENT,
			      "it wants tables and a line in main.cf, once: spoolwatch block "
			      "--init");
	if (rc == 0 && c->holds)
		block_target_hold(&c->target);
	return rc < 0 ? rc : block_do(r, &c->setup, &c->target, &c->block, &c->unblocked);
}

/* Those that began while the first were looked for, and sent by another name of the same login. */
static void end_more(struct contain *c)
{
	struct sessions more;
	struct sw_fault why = { 0 };

	if (c->unblocked.code)
		return;
	if (sessions_find(&c->setup, c->target.name, false, &more, &why) < 0) {
		c->block.sessions.unknown = why;
	} else if (more.of_it > 0) {
		const size_t ended = c->block.sessions.ended;

		sessions_end(&more, &c->block.left);
		sessions_free(&c->block.sessions);
		c->block.sessions = more;
		c->block.sessions.ended += ended;
		c->block.sessions.of_it += ended;
		more.session = NULL;
	}
	sessions_free(&more);
}

static void hold_twice(struct contain *c)
{
	struct act *a = c->act;

	say_progress_begin(&a->progress);
	hold_all(a);
	if (!a->failed.code && !run_is_ended()) {
		run_pause(ACT_LATER_MS);
		end_more(c);
		hold_all(a);
	}
}

void contain_say_undo(FILE *to, const struct contain *c)
{
	struct target t = c->target;

	t.name = c->act->select.asked;
	t.kind = TABLE_LOGIN;
	if (!c->unblocked.code) {
		block_say_undo(to, &c->setup, &t, "unblock");
		fputs(" && ", to);
	}
	block_say_undo(to, &c->setup, &t, "release");
}

static void say_number(const char *name, uint64_t n)
{
	printf(",\"%s\":%llu", name, (unsigned long long)n);
}

static void say_json_all(const struct run *r, const struct contain *c)
{
	const struct act_count *n = &c->act->count;
	struct target t = { .name = c->act->select.asked, .kind = TABLE_LOGIN };
	char *undo = NULL;
	size_t size;
	FILE *to = open_memstream(&undo, &size);

	block_json_begin(r, &t);
	block_json_force(&c->setup, &c->block.force);
	block_json_sessions(&c->block.sessions);
	if (c->unblocked.code) {
		fputs(",\"not_blocked\":", stdout);
		say_json(stdout, raw_from(c->unblocked.text.s, c->unblocked.text.n));
	}
	say_number("held", n->held);
	say_number("already_delivered", n->done);
	say_number("strangers_put_back", c->act->strangers);
	say_number("bounces", n->bounces);
	say_number("left", n->left);
	say_evidence_json(c);
	if (to) {
		contain_say_undo(to, c);
		if (say_close(to, &undo)) {
			fputs(",\"undo\":", stdout);
			say_json(stdout, raw_from(undo, size));
		}
		free(undo);
	}
	puts("}");
}

static bool is_undone(const struct act *a)
{
	return a->failed.code || a->stuck.code || a->count.left > 0 || a->unreadable > 0 ||
	       run_is_ended();
}

static void say_all(const struct run *r, const struct contain *c)
{
	const struct act_count *n = &c->act->count;
	const bool yes = r->options->yes;
	struct sw_label name = act_name(c->act);

	if (!c->unblocked.code) {
		block_say_commands(&c->setup, &c->block.force);
		block_say_before(&c->block);
	}
	if (!c->unblocked.code && yes)
		block_say_left(&c->block.sessions, &c->block.left);
	doors_say(stdout, c->act->select.asked);
	say_evidence(c);
	printf("%s ", name.s);
	if (c->unblocked.code) {
		fputs("is NOT blocked", stdout);
	} else {
		fputs(yes ? "is blocked: " : "would be blocked (--yes does it all): ", stdout);
		block_say_force(&c->block.force);
		block_say_sessions(&c->block.sessions, yes);
	}
	printf("; held %llu", (unsigned long long)n->held);
	if (yes && is_undone(c->act))
		printf(" of %llu", (unsigned long long)(n->held + n->left));
	printf(" messages, %llu %s", (unsigned long long)n->left, yes ? "left" : "to be held");
	if (n->done > 0)
		printf(", %llu delivered already", (unsigned long long)n->done);
	if (n->bounces > 0)
		printf(", %llu bounces of it in the queues", (unsigned long long)n->bounces);
	if (yes) {
		fputs("; undo: ", stdout);
		contain_say_undo(stdout, c);
	}
	putchar('\n');
}

bool contain_is_done(const struct run *r, const struct contain *c)
{
	if (c->unblocked.code || !block_is_done(&c->block, r->options->yes))
		return false;
	return !is_undone(c->act) || !r->options->yes;
}

static int say(const struct run *r, const struct contain *c)
{
	const struct act *a = c->act;

	if (c->unblocked.code)
		fprintf(stderr, "spoolwatch: contain: it is not blocked: %s\n",
			c->unblocked.text.s);
	if (a->failed.code || a->stuck.code)
		fprintf(stderr, "spoolwatch: contain: %s\n",
			a->failed.code ? a->failed.text.s : a->stuck.text.s);
	if (c->unsaved.code)
		fprintf(stderr, "spoolwatch: contain: the report is in no file: %s\n",
			c->unsaved.text.s);
	if (r->options->json)
		say_json_all(r, c);
	else
		say_all(r, c);
	return contain_is_done(r, c) && !c->unsaved.code ? EXIT_DONE : EXIT_PARTLY;
}

int contain_do(struct run *r, struct contain *c, struct sw_fault *why)
{
	static const struct verb holds = { .name = "hold" };
	struct sw_fault cause = { 0 };
	int rc = setup_open(r, &c->setup, &cause);

	if (rc == -EPERM)
		return fault_wrap(why, &cause, "%s", "");
	if (keep_evidence(c, r, why) < 0)
		return -EINTR;
	/* what can't be blocked is held all the same */
	if (rc < 0)
		c->unblocked = cause;
	else
		c->blocked = refuse(c, r) == 0;
	cause = (struct sw_fault){ 0 };
	c->hold = *r;
	c->hold.verb = &holds;
	rc = act_open(&c->hold, &c->act, &cause);
	if (rc == 0 && r->options->yes)
		hold_twice(c);
	if (rc == 0)
		rc = act_look(c->act, &cause);
	if (c->act)
		say_progress_end(&c->act->progress);
	if (rc == 0)
		return 0;
	return r->options->yes
		       ? fault_wrap(why, &cause, "it is %s, and how much is held is not known: ",
				    c->blocked ? "blocked" : "NOT blocked")
		       : fault_wrap(why, &cause, "%s", "");
}

void contain_end(struct contain *c)
{
	if (c->report)
		report_free(c->report);
	if (c->act)
		act_close(c->act);
	c->act = NULL;
	block_outcome_free(&c->block);
	setup_close(&c->setup);
}

int contain_run(struct run *r)
{
	struct contain c = { .act = NULL };
	struct sw_fault why = { 0 };
	int rc;

	run_catch_signals();
	rc = contain_do(r, &c, &why);
	rc = rc < 0 ? run_fail(r, &why) : say(r, &c);
	contain_end(&c);
	return rc;
}
