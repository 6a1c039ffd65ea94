#include "words/culprit.h"

#include <errno.h>
#include <time.h>

#include "inode/use.h"
#include "words/share.h"

enum {
	LEAST_SEEN = 50,  /* percent of the inodes in use; below, something hides them */
	LEAST_FILES = 10, /* at which was looked; fewer fill no disk */
	LEAST_PATH = 60,  /* bytes that a path is never cut below */
	QUEUER = 170,	  /* bytes that the first directory leaves for who filled another */
};
static const double least_owner = 0.1;

/* +410000 since 10:05 */
static void add_growth(struct sw_label *text, const struct words_culprit *c, size_t i)
{
	time_t since = (time_t)c->since;
	struct tm tm;
	char clock[8];

	if (c->of[i].grown == 0 || !localtime_r(&since, &tm) ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0)
		return;
	sw_label_print(text, "+%llu since %s, ", (unsigned long long)c->of[i].grown, clock);
}

/* As any name, though the stars, which are ours, are not plain. */
static void add_pattern(struct sw_label *text, const struct sw_inode_pattern *p)
{
	char plain[SW_INODE_DIR_PATH];
	struct sw_label name = label_new();

	for (size_t i = 0; i < p->path_n; i++)
		plain[i] = p->path[i] == '*' ? '-' : p->path[i];
	sw_label_add_name(&name, raw_from(plain, p->path_n));
	if (name.s[0] == '[')
		sw_label_add_name(text, raw_from(p->path, p->path_n));
	else
		sw_label_add(text, raw_from(p->path, p->path_n));
}

static void add_patterns(struct sw_label *text, const struct sw_inode_dir *dir)
{
	for (size_t k = 0; k < dir->patterns; k++) {
		const struct sw_inode_pattern *p = &dir->pattern[k];

		sw_label_print(text, "%s %llu in ", k ? "," : ":", (unsigned long long)p->inodes);
		add_pattern(text, p);
		sw_label_print(text, ", %llu of them", (unsigned long long)p->directories);
	}
}

static void add_owner(struct sw_label *text, const struct words_culprit *c, size_t i)
{
	const struct sw_inode_owner *owner = &c->dirs->item[i].owner;

	if (!c->of[i].user || owner->looked < LEAST_FILES || owner->share < least_owner)
		return;
	sw_label_print(text, ", ");
	words_share(text, owner->share, owner->error);
	sw_label_print(text, " of uid %llu", (unsigned long long)owner->uid);
	if (*c->of[i].user) {
		sw_label_print(text, " ");
		sw_label_add_name(text, raw_of(c->of[i].user));
	}
}

static void add_unreadable(struct sw_label *text, const struct words_culprit *c)
{
	const struct sw_inode_dirs *dirs = c->dirs;

	words_count(text, dirs->unreadable, "directory", "directories");
	sw_label_print(text, " could not be read (");
	sw_label_append(text, &dirs->first.text);
	sw_label_print(text, ")");
	if (dirs->first.code == EACCES && c->advice.permission)
		sw_label_print(text, ": %s", c->advice.permission);
}

static void add_advice(struct sw_label *text, const char *advice)
{
	if (advice)
		sw_label_print(text, ": %s", advice);
}

/* The causes that can be seen, each with what helps. */
static void add_causes(struct sw_label *text, const struct words_culprit *c)
{
	const struct inode_unseen *u = c->unseen;
	const char *then = ": ";

	if (c->dirs->unreadable > 0) {
		sw_label_print(text, "%s", then);
		add_unreadable(text, c);
		then = ", ";
	}
	if (u && u->deleted > 0) {
		sw_label_print(text,
			       "%s%llu are deleted files that are still open, %llu of them in ",
			       then, (unsigned long long)u->deleted, (unsigned long long)u->held);
		sw_label_append(text, &u->holder);
		sw_label_print(text, ": restart that process");
		then = ", ";
	}
	if (u && u->of_systemd) {
		sw_label_print(text, "%sdirectories are hidden%s%s", then,
			       c->advice.hidden_by ? " by " : "",
			       c->advice.hidden_by ? c->advice.hidden_by : "");
		add_advice(text, c->advice.seen_by);
		then = ", ";
	}
	if (c->use->part) {
		sw_label_print(text,
			       "%sthe others can lie outside of what is mounted here (a "
			       "container, a bind mount)",
			       then);
		then = ", ";
	}
	if (c->dirs->mounts > 0) {
		sw_label_print(text, "%sfiles can lie below the ", then);
		words_count(text, c->dirs->mounts, "mount point", "mount points");
		sw_label_print(text, " in it (mount --bind shows them)");
		add_advice(text, c->advice.permission);
		then = ", ";
	}
	if (*then == ':') {
		sw_label_print(text, ", deleted files that are still open may be the others");
		if (u && !u->all_processes)
			add_advice(text, c->advice.permission);
	}
}

static uint64_t percent_seen(const struct words_culprit *c)
{
	return c->use->used ? 100 * c->dirs->counted / c->use->used : 100;
}

bool words_culprit_is_blind(const struct words_culprit *c)
{
	return !c->dirs->cut && !c->copied && percent_seen(c) < LEAST_SEEN;
}

static struct sw_label blind(const struct words_culprit *c)
{
	struct sw_label text = sw_label_printed("%llu", (unsigned long long)c->use->used);

	words_of(&text, c->use->files, c->use->files);
	sw_label_print(&text, " inodes, %s%llu%% of them in directories seen from here",
		       percent_seen(c) ? "only " : "less than ",
		       (unsigned long long)(percent_seen(c) ? percent_seen(c) : 1));
	add_causes(&text, c);
	return text;
}

static void add_doubts(struct sw_label *text, const struct words_culprit *c)
{
	const struct sw_inode_dirs *dirs = c->dirs;

	if (dirs->cut) {
		sw_label_print(text, ", so far");
		if (c->use->used > 0 && percent_seen(c) <= 100)
			sw_label_print(text, " after %llu%% of the inodes in use",
				       (unsigned long long)percent_seen(c));
		sw_label_print(text, ": not all directories in the time%s%s",
			       c->advice.time ? " of " : "", c->advice.time ? c->advice.time : "");
	}
	if (dirs->unreadable > 0) {
		sw_label_print(text, ", ");
		add_unreadable(text, c);
	}
	if (dirs->coarse)
		sw_label_print(text, ", memory was too short for the directories in it");
	if (c->doubt.n > 0) {
		sw_label_print(text, ", ");
		sw_label_append(text, &c->doubt);
	}
	if (dirs->uncertain > 0)
		sw_label_print(text, ", %llu of them may be further names of one inode",
			       (unsigned long long)dirs->uncertain);
}

/* What stands behind the path. */
static struct sw_label details(const struct words_culprit *c, size_t i, bool bare, bool first_queue)
{
	const struct sw_inode_dir *dir = &c->dirs->item[i];
	struct sw_label text = label_new();

	if (c->over[i].n > 0) {
		struct sw_label over = label_short(&c->over[i], LEAST_PATH);

		sw_label_print(&text, " below the mount point ");
		sw_label_append(&text, &over);
	}
	sw_label_print(&text, " (");
	add_growth(&text, c, i);
	words_share(&text, dir->percent / 100, 0);
	if (!bare && !c->of[i].queue)
		add_patterns(&text, dir);
	sw_label_print(&text, ")");
	if (c->over[i].n > 0)
		sw_label_print(&text, ": mount --bind shows it");
	if (!bare && !c->of[i].queue)
		add_owner(&text, c, i);
	if (first_queue && c->who.n > 0) {
		sw_label_print(&text, ", queued by ");
		sw_label_append(&text, &c->who);
	}
	if (i == 0)
		add_doubts(&text, c);
	return text;
}

/* In `room` bytes, at the cost of the path, but not of all of it. */
static struct sw_label directory(const struct words_culprit *c, size_t i, size_t room, bool bare,
				 bool first_queue)
{
	const struct sw_inode_dir *dir = &c->dirs->item[i];
	struct sw_label text = sw_label_printed("%llu", (unsigned long long)dir->inodes);
	struct sw_label path = label_new();
	struct sw_label more = details(c, i, bare, first_queue);

	if (i == 0)
		words_of(&text, c->use->files, c->use->files);
	sw_label_print(&text, " in ");
	sw_label_add_name(&path, inode_dir_path(dir));
	room = room > (size_t)text.n + more.n + LEAST_PATH ? room - text.n - more.n : LEAST_PATH;
	path = label_short(&path, room);
	sw_label_append(&text, &path);
	sw_label_append(&text, &more);
	return text;
}

/* Which of the directories bears the name of who queued it; dirs->n: none. */
static size_t queue_of(const struct words_culprit *c)
{
	size_t i = 0;

	while (i < c->dirs->n && !c->of[i].queue)
		i++;
	return i;
}

struct sw_label words_space(const struct sw_inode_use *use)
{
	struct sw_label text = label_new();

	if (!inode_is_space_missing(use))
		return text;
	sw_label_print(&text, "space is what is missing: %.1f%% of it is in use, and ",
		       100 - 100 * (double)use->blocks_available / (double)use->blocks);
	sw_label_add_name(&text, use->type);
	sw_label_print(&text, " makes inodes of free space");
	return text;
}

struct sw_label words_culprit(const struct words_culprit *c)
{
	size_t queue = queue_of(c);
	size_t left = queue > 0 && queue < c->dirs->n && c->who.n > 0 ? QUEUER : 0;
	struct sw_label text = label_new();
	size_t i = 0;

	if (words_culprit_is_blind(c))
		return blind(c);
	for (; i < c->dirs->n; i++) {
		size_t room = i > 0 ? SIZE_MAX : SW_LABEL_MAX - left;
		struct sw_label one = directory(c, i, room, false, i == queue);

		if (words_then(&text, &one))
			continue;
		if (i == queue && text.n + QUEUER / 2 < SW_LABEL_MAX)
			room = SW_LABEL_MAX - text.n - strlen(", then ");
		one = directory(c, i, room, true, i == queue);
		text = i > 0 ? text : label_new(); /* which was cut */
		if (!words_then(&text, &one))
			break;
	}
	if (i == c->dirs->n && c->dirs->more > 0) {
		struct sw_label more = sw_label_printed("%llu more of a tenth each",
							(unsigned long long)c->dirs->more);

		words_then(&text, &more);
	}
	return text;
}
