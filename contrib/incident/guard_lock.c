/* What the guard does to an account, and what becomes of its locks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "incident/contain.h"
#include "incident/guard.h"
#include "incident/guard_files.h"

/* How many percent of the inodes of the queues' file system are in use. */
static bool is_short(struct guard *g)
{
	const struct sw_host *h = g->run->host;
	struct sw_fault ignored = { 0 };
	struct statvfs st;
	const char *path;
	uint64_t used;

	if (spool_path(&g->spool, &path, &ignored) < 0 || h->statvfs(h, path, &st) < 0 ||
	    st.f_files == 0 || st.f_ffree > st.f_files)
		return false;
	used = st.f_files - st.f_ffree;
	return 100 * used >= g->config->number[GUARD_REJECT_INODES] * (used + st.f_favail);
}

/* The options of a verb of its own for one account; `name` has room for it. */
static struct options options_of(const struct guard *g, struct sw_raw key,
				 char name[LOCKED_NAME + 1])
{
	struct options o = *g->run->options;
	size_t n = key.n < LOCKED_NAME ? key.n : LOCKED_NAME;

	memcpy(name, key.p, n);
	name[n] = '\0';
	o.value = name;
	o.by = BY_ACCOUNT;
	o.yes = true;
	return o;
}

static void keep_undo(struct locked_record *r, const struct contain *c)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = c->act ? open_memstream(&text, &n) : NULL;

	if (!to)
		return;
	contain_say_undo(to, c);
	if (say_close(to, &text))
		snprintf(r->undo, sizeof(r->undo), "%s", n < sizeof(r->undo) ? text : "");
	free(text);
}

static void complain_of(struct guard *g, const struct locked_record *r, const char *what,
			const struct sw_fault *why)
{
	struct sw_label text = guard_name(r);

	sw_label_print(&text, "%s", what);
	sw_label_append(&text, &why->text);
	guard_complain(g, &text);
}

static void note(struct guard *g, struct locked_record *r, const struct run *one,
		 const struct contain *c, int rc, const struct sw_fault *why)
{
	r->blocked = c->blocked;
	r->rejects = c->blocked && !c->holds;
	if (c->act)
		r->held = (uint32_t)c->act->count.held;
	keep_undo(r, c);
	if (rc < 0)
		complain_of(g, r, ": ", why);
	else if (!c->blocked)
		complain_of(g, r, " is held, but not blocked: ", &c->unblocked);
	else if (c->act->failed.code || c->act->stuck.code)
		complain_of(g, r, " is not held whole: ",
			    c->act->failed.code ? &c->act->failed : &c->act->stuck);
	if (rc == 0)
		r->phase = contain_is_done(one, c) ? LOCKED_DONE : LOCKED_PARTLY;
	g->partly |= r->phase != LOCKED_DONE;
}

void guard_lock(struct guard *g, struct locked_record *r)
{
	static const struct verb verb = { .name = "guard" };
	char name[LOCKED_NAME + 1];
	const struct options options = options_of(g, raw_from(r->name, r->name_n), name);
	struct run one = { .options = &options, .verb = &verb, .host = g->run->host };
	struct contain *c = calloc(1, sizeof(*c));
	struct sw_fault why = { 0 };
	int rc;

	if (!c) {
		g->partly = true;
		return;
	}
	c->holds = !is_short(g) && !r->rejects;
	rc = contain_do(&one, c, &why);
	note(g, r, &one, c, rc, &why);
	contain_end(c);
	free(c);
	guard_save(g);
}

bool guard_is_blocked(const struct guard *g, struct sw_raw key)
{
	char name[LOCKED_NAME + 1];
	const struct options options = options_of(g, key, name);
	const struct run one = { .options = &options, .host = g->run->host };
	struct sw_fault why = { 0 };
	struct target t;
	struct setup s;
	int rc = 0;

	if (g->run->host->copied)
		return false;
	if (setup_open(&one, &s, &why) == 0 && block_check(&s, &why) == 0 && block_is_begun(&s) &&
	    block_target(&one, &s, &t, &why) == 0)
		rc = table_ask(&t.table, t.name, &why);
	setup_close(&s);
	return rc > 0 || rc == -EEXIST;
}

static void lift(struct guard *g, struct locked_record *r, const char *why)
{
	locked_end(&g->locked.block, r);
	g->lifted++;
	if (!g->run->options->json)
		printf("%s: %s\n", guard_name(r).s, why);
}

/* One that is blocked by a table: is it still? */
static void look_at_block(struct guard *g, struct locked_record *r, struct setup *s, bool is_short)
{
	char name[LOCKED_NAME + 1];
	const struct options options = options_of(g, raw_from(r->name, r->name_n), name);
	const struct run one = { .options = &options, .host = g->run->host };
	struct sw_fault behind = { 0 };
	struct sw_fault why = { 0 };
	struct target t;
	int rc = block_target(&one, s, &t, &why);

	if (rc == 0)
		rc = table_ask(&t.table, t.name, &why);
	/* a line of somebody else in its place is his decision */
	if (rc == 0 || rc == -EEXIST) {
		lift(g, r, "its lock was lifted by somebody");
		return;
	}
	if (rc == TABLE_OTHER && is_short && g->config->hold) {
		rc = table_put(&t.table, t.name, &behind, &why);
		if (rc == 0 && t.table.is_pattern)
			rc = setup_reload(s, &why);
	}
	if (rc > 0)
		r->rejects = rc != TABLE_OTHER;
	if (rc < 0)
		complain_of(g, r, ": its lock could not be looked at: ", &why);
}

static void tend_one(struct guard *g, struct locked_record *r, struct setup *s, bool is_short)
{
	struct sw_raw name = raw_from(r->name, r->name_n);
	bool goes_on = g->config->hold && r->phase != LOCKED_DONE;

	if (r->phase == LOCKED_BEGUN && !goes_on)
		r->blocked = guard_is_blocked(g, name);
	if (r->blocked)
		look_at_block(g, r, s, is_short);
	else if ((r->phase == LOCKED_PARTLY || !goes_on) &&
		 !guard_files_is_held(g->directory, name))
		lift(g, r, "it is not blocked, and nothing of it is in hold any more");
	if (r->ended == 0 && goes_on && !run_is_ended())
		guard_lock(g, r);
}

void guard_tend(struct guard *g)
{
	struct locked_block *b = &g->locked.block;
	struct sw_fault why = { 0 };
	struct setup s;
	bool full;

	if (locked_in_force(b) == 0)
		return;
	full = is_short(g);
	if (setup_open(g->run, &s, &why) == 0) {
		for (size_t i = 0; i < LOCKED_RECORDS; i++)
			if (locked_is_in_force(&b->record[i]))
				tend_one(g, &b->record[i], &s, full);
	} else {
		guard_complain(g, &why.text);
	}
	setup_close(&s);
}
