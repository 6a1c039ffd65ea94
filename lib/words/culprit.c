#include "words/culprit.h"

#include <errno.h>
#include <time.h>

#include "words/share.h"

enum { LEAST_SEEN = 50 }; /* percent of the inodes in use; below, something hides them */

/* (+410000 since 10:05) */
static void add_growth(struct sw_label *text, const struct words_culprit *c)
{
	time_t since = (time_t)c->since;
	struct tm tm;
	char clock[8];

	if (c->grown == 0 || !localtime_r(&since, &tm) ||
	    strftime(clock, sizeof(clock), "%H:%M", &tm) == 0)
		return;
	sw_label_print(text, " (+%llu since %s)", (unsigned long long)c->grown, clock);
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

	if (dirs->cut)
		sw_label_print(text, ", so far: not all directories in the time%s%s",
			       c->advice.time ? " of " : "", c->advice.time ? c->advice.time : "");
	if (dirs->unreadable > 0) {
		sw_label_print(text, ", ");
		add_unreadable(text, c);
	}
	if (dirs->uncertain > 0)
		sw_label_print(text, ", %llu of them may be further names of one inode",
			       (unsigned long long)dirs->uncertain);
}

static struct sw_label directory(const struct words_culprit *c, size_t i)
{
	const struct sw_inode_dir *dir = &c->dirs->item[i];
	struct sw_label text = sw_label_printed("%llu", (unsigned long long)dir->inodes);

	if (i == 0)
		words_of(&text, c->use->files, c->use->files);
	sw_label_print(&text, " in ");
	sw_label_add_name(&text, inode_dir_path(dir));
	if (c->over[i].n > 0) {
		sw_label_print(&text, " below the mount point ");
		sw_label_append(&text, &c->over[i]);
		sw_label_print(&text, ": mount --bind shows it");
	}
	if (i == 0)
		add_growth(&text, c);
	if (i == c->queue && c->who.n > 0) {
		sw_label_print(&text, ", queued by ");
		sw_label_append(&text, &c->who);
	}
	if (i == 0)
		add_doubts(&text, c);
	return text;
}

struct sw_label words_culprit(const struct words_culprit *c)
{
	struct sw_label text = label_new();

	if (words_culprit_is_blind(c))
		return blind(c);
	for (size_t i = 0; i < c->dirs->n; i++) {
		struct sw_label one = directory(c, i);

		if (!words_then(&text, &one))
			break;
	}
	return text;
}
