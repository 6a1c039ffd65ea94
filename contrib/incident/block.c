/* The verbs block and unblock: a login, or an address, is refused on every port. */
#include <errno.h>
#include <stdlib.h>

#include "incident/block.h"
#include "incident/say.h"

static int usage(const struct run *r, const char *sentence)
{
	fprintf(stderr, "spoolwatch: %s %s; see spoolwatch --help\n", r->verb->name, sentence);
	return EXIT_USAGE;
}

static bool is_asked_wrong(const struct options *o)
{
	return !o->init && o->by != BY_ACCOUNT && o->by != BY_CLIENT;
}

int block_target(const struct run *r, const struct setup *s, struct target *ret,
		 struct sw_fault *why)
{
	enum access_kind kind = ACCESS_PLAIN;

	ret->name = raw_of(r->options->value);
	ret->kind = TABLE_CLIENT;
	ret->holds = false;
	if (r->options->by == BY_CLIENT) {
		ret->name = origin_address(ret->name, ret->client);
	} else {
		kind = access_kind(ret->name, s->utf8, why);
		ret->kind = kind == ACCESS_PATTERN_ONLY ? TABLE_PATTERN : TABLE_LOGIN;
	}
	if (kind == ACCESS_NEVER)
		return -why->code;
	if (kind == ACCESS_PATTERN_ONLY && !s->regexp)
		return sw_fault(why, ENOTSUP,
				"no table of this Postfix can hold such a name (postconf -m has no "
				"regexp)");
	table_name(s, ret->kind, &ret->table);
	return 0;
}

void block_target_hold(struct target *t)
{
	table_hold(&t->table);
	t->holds = true;
}

static void say_block(const struct run *r, const struct setup *s, const struct target *t,
		      const struct block_outcome *o)
{
	if (r->options->json) {
		block_json_begin(r, t);
		block_json_force(s, &o->force);
		block_json_sessions(&o->sessions);
		block_json_undo(s, t, "unblock");
		return;
	}
	block_say_commands(s, &o->force);
	block_say_before(o);
	if (t->kind == TABLE_CLIENT)
		block_say_nft(t);
	if (r->options->yes)
		block_say_left(&o->sessions, &o->left);
	block_say_name(t);
	printf(r->options->yes ? " is blocked: " : " would be blocked (--yes does it): ");
	block_say_force(&o->force);
	block_say_sessions(&o->sessions, r->options->yes);
	if (r->options->yes) {
		fputs("; undo: ", stdout);
		block_say_undo(stdout, s, t, "unblock");
	}
	putchar('\n');
}

static int put(const struct run *r, const struct setup *s, const struct target *t,
	       struct sw_fault *why)
{
	struct sw_fault behind = { 0 };
	int rc = table_ask(&t->table, t->name, why);

	/* who is refused already is not let in to be held */
	if (rc == TABLE_OTHER && t->holds)
		return 0;
	if (rc >= 0)
		rc = table_put(&t->table, t->name, &behind, why);

	if (rc == 0 && t->table.is_pattern)
		rc = setup_reload(s, why);
	if (rc == 0 && behind.code)
		fprintf(stderr,
			"spoolwatch: %s: it is blocked, but the text is not in step (%s): repeat "
			"this when there is room\n",
			r->verb->name, behind.text.s);
	return rc;
}

bool block_is_done(const struct block_outcome *o, bool acted)
{
	bool sessions = o->sessions.ended == o->sessions.of_it && !o->sessions.unknown.code;

	return force_is_whole(&o->force) && (sessions || !acted);
}

/* One that began before the last reload ends with its session. */
static void leave_out_ended(struct running *running, const struct sessions *s)
{
	for (size_t i = 0; i < s->n && running->before > 0; i++)
		if (s->session[i].is_of_it && !s->session[i].is_left &&
		    s->session[i].began < running->reloaded &&
		    running_is_before(running, s->session[i].began))
			running->before--;
}

int block_do(const struct run *r, struct setup *s, const struct target *t,
	     struct block_outcome *ret, struct sw_fault *why)
{
	struct sw_fault unknown = { 0 };
	int rc;

	*ret = (struct block_outcome){ 0 };
	rc = force_look(s, t->kind, &ret->force, why);
	if (rc == 0 && r->options->yes)
		rc = put(r, s, t, why);
	if (rc == 0 &&
	    sessions_find(s, t->name, t->kind == TABLE_CLIENT, &ret->sessions, &unknown) < 0)
		ret->sessions.unknown = unknown;
	if (rc == 0 && r->options->yes) {
		sessions_end(&ret->sessions, &ret->left);
		leave_out_ended(&ret->force.running, &ret->sessions);
	}
	return rc;
}

void block_outcome_free(struct block_outcome *o)
{
	sessions_free(&o->sessions);
	force_free(&o->force);
}

static int block(const struct run *r, struct setup *s, const struct target *t)
{
	struct sw_fault why = { 0 };
	struct block_outcome o;
	int rc = block_do(r, s, t, &o, &why);

	if (rc == 0)
		say_block(r, s, t, &o);
	if (rc < 0)
		rc = run_fail(r, &why);
	else
		rc = block_is_done(&o, r->options->yes) ? EXIT_DONE : EXIT_PARTLY;
	block_outcome_free(&o);
	return rc;
}

static int unblock(const struct run *r, const struct setup *s, const struct target *t)
{
	struct sw_fault behind = { 0 };
	struct sw_fault why = { 0 };
	bool there = table_is_there(&t->table);
	int was = there ? table_ask(&t->table, t->name, &why) : 0;
	int rc = was;

	if (rc >= 0 && there && r->options->yes)
		rc = table_take(&t->table, t->name, &behind, &why);
	if (rc >= 0 && was && r->options->yes && t->table.is_pattern)
		rc = setup_reload(s, &why);
	if (rc < 0)
		return run_fail(r, &why);
	if (behind.code)
		fprintf(stderr, "spoolwatch: unblock: the text is not in step: %s\n",
			behind.text.s);
	if (r->options->json) {
		block_json_begin(r, t);
		printf(",\"was_blocked\":%s", was ? "true" : "false");
		block_json_undo(s, t, "block");
		return behind.code ? EXIT_PARTLY : EXIT_DONE;
	}
	block_say_name(t);
	if (!was)
		fputs(" is not blocked", stdout);
	else
		fputs(r->options->yes ? " is no longer blocked; undo: "
				      : " would be unblocked (--yes does it)",
		      stdout);
	if (was && r->options->yes)
		block_say_undo(stdout, s, t, "block");
	putchar('\n');
	return behind.code ? EXIT_PARTLY : EXIT_DONE;
}

int block_check(const struct setup *s, struct sw_fault *why)
{
	if (s->lmdb)
		return 0;
	return sw_fault(why, ENOTSUP,
			"this Postfix reads no lmdb tables (postconf -m), and of others an open "
			"session sees no change: install them (Debian: postfix-lmdb)");
}

static int act(const struct run *r, struct setup *s)
{
	struct sw_fault why = { 0 };
	struct target t;

	if (block_check(s, &why) < 0)
		return run_fail(r, &why);
	if (r->options->init)
		return block_init(r, s);
	if (block_target(r, s, &t, &why) < 0)
		return run_fail(r, &why);
	if (strcmp(r->verb->name, "unblock") == 0)
		return unblock(r, s, &t);
	return block_is_begun(s) ? block(r, s, &t) : block_not_begun(r, s);
}

int block_run(struct run *r)
{
	struct sw_fault why = { 0 };
	struct setup s;
	int rc;

	if (is_asked_wrong(r->options))
		return usage(r, "takes an account or --client");
	run_catch_signals();
	rc = setup_open(r, &s, &why);
	rc = rc < 0 ? run_fail(r, &why) : act(r, &s);
	setup_close(&s);
	return rc;
}
