#include "postfix/locked.h"

#include <errno.h>
#include <stdio.h>

#include "base/raw.h"
#include "postfix/spool.h"

static void end_text(char *text, size_t size)
{
	text[size - 1] = '\0';
}

void locked_repair(struct locked_block *b)
{
	end_text(b->trouble, sizeof(b->trouble));
	if (b->run < 0)
		b->run = 0;
	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		struct locked_record *r = &b->record[i];

		if (r->kind >= LOCKED_KINDS || r->name_n > LOCKED_NAME || r->since < 0 ||
		    r->told < 0 || r->ended < 0)
			*r = (struct locked_record){ 0 };
		end_text(r->reason, sizeof(r->reason));
		end_text(r->undo, sizeof(r->undo));
	}
}

void locked_path(const char *config_directory, char ret[LOCKED_PATH_ROOM])
{
	struct sw_raw name = raw_of("");

	if (config_directory && strcmp(config_directory, SPOOL_CONFIG_DIRECTORY) != 0)
		name = spool_instance_name(raw_of(config_directory));
	if (name.n > 128)
		name.n = 128;
	snprintf(ret, LOCKED_PATH_ROOM, LOCKED_PATH "%s%.*s", name.n ? "-" : "", (int)name.n,
		 name.n ? name.p : "");
}

int locked_open(struct locked *ret, const char *path, struct sw_fault *why)
{
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = state_open_shared(&ret->state, path, LOCKED_VERSION, &ret->block, sizeof(ret->block),
			       why);
	locked_repair(&ret->block);
	if (rc == 0 && ret->state.busy)
		return sw_fault(why, EBUSY, "another guard is at work: it has %s locked", path);
	if (rc == 0 && ret->state.fd < 0)
		return sw_fault(why, EROFS, "%s may only be read", path);
	return rc;
}

int locked_save(struct locked *l, struct sw_fault *why)
{
	return state_save(&l->state, LOCKED_VERSION, &l->block, why);
}

void locked_close(struct locked *l)
{
	state_close(&l->state);
}

int locked_read(const struct sw_host *h, const char *path, struct locked_block *ret,
		struct sw_fault *why)
{
	struct sw_fault cause = { 0 };
	int rc;

	memset(ret, 0, sizeof(*ret));
	rc = state_look(h, path, LOCKED_VERSION, ret, sizeof(*ret), &cause);
	locked_repair(ret);
	if (rc < 0)
		return fault_wrap(why, &cause, rc == -ENOENT ? "no guard has run here: " : "");
	if (ret->run == 0)
		return sw_fault(why, ENOENT, "no guard has run here: %s is empty", path);
	return 0;
}

void locked_begin(struct locked_block *b, int64_t now)
{
	if (now > b->run && b->run > 0)
		b->elapsed += (uint64_t)(now - b->run < LOCKED_STEP ? now - b->run : LOCKED_STEP);
	b->run = now;
	b->trouble[0] = '\0';
}

void locked_end(const struct locked_block *b, struct locked_record *r)
{
	r->ended = b->run;
	r->ended_at = b->elapsed;
}

bool locked_is_in_force(const struct locked_record *r)
{
	return r->kind == LOCKED_LOCK && r->ended == 0;
}

struct locked_record *locked_find(struct locked_block *b, enum locked_kind kind, struct sw_raw name)
{
	struct locked_record *found = NULL;

	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		struct locked_record *r = &b->record[i];

		if (r->kind != (uint32_t)kind || !raw_same(raw_from(r->name, r->name_n), name))
			continue;
		if (locked_is_in_force(r))
			return r;
		if (!found || r->at > found->at)
			found = r;
	}
	return found;
}

/* What goes first: lower is sooner. */
static unsigned worth(const struct locked_record *r)
{
	if (r->kind == LOCKED_NONE)
		return 0;
	return r->kind == LOCKED_LOCK ? 2 : 1;
}

struct locked_record *locked_take(struct locked_block *b, enum locked_kind kind, struct sw_raw name)
{
	struct locked_record *best = NULL;

	if (name.n > LOCKED_NAME)
		return NULL;
	for (size_t i = 0; i < LOCKED_RECORDS; i++) {
		struct locked_record *r = &b->record[i];

		if (locked_is_in_force(r))
			continue;
		if (!best || worth(r) < worth(best) ||
		    (worth(r) == worth(best) && r->at < best->at))
			best = r;
	}
	if (!best)
		return NULL;
	*best = (struct locked_record){ .since = b->run,
					.at = b->elapsed,
					.kind = (uint32_t)kind,
					.name_n = (uint32_t)name.n };
	memcpy(best->name, name.p, name.n);
	return best;
}

unsigned locked_in_force(const struct locked_block *b)
{
	unsigned n = 0;

	for (size_t i = 0; i < LOCKED_RECORDS; i++)
		n += locked_is_in_force(&b->record[i]);
	return n;
}

unsigned locked_of_hour(const struct locked_block *b, enum locked_kind kind)
{
	unsigned n = 0;

	for (size_t i = 0; i < LOCKED_RECORDS; i++)
		n += b->record[i].kind == (uint32_t)kind &&
		     locked_age(b, b->record[i].at) < LOCKED_HOUR;
	return n;
}
