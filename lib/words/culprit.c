#include "words/culprit.h"

#include <errno.h>
#include <time.h>

#include "words/share.h"

/* Percent of the inodes in use, below which something hides them; bytes of a path. */
enum { LEAST_SEEN = 50, PATH_LEAST = 60 };

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

	sw_label_print(text, ", ");
	words_count(text, dirs->unreadable, "directory", "directories");
	sw_label_print(text, " could not be read (");
	sw_label_append(text, &dirs->first.text);
	sw_label_print(text, ")");
	if (dirs->first.code == EACCES && c->advice.permission)
		sw_label_print(text, ": %s", c->advice.permission);
}

static void add_hidden(struct sw_label *text, const struct words_culprit *c, uint64_t seen)
{
	sw_label_print(text, ", only %llu%% of the inodes in use are seen from here (",
		       (unsigned long long)seen);
	if (c->advice.hidden_by)
		sw_label_print(text, "%s, or ", c->advice.hidden_by);
	sw_label_print(text, "deleted files)");
	if (c->advice.seen_by)
		sw_label_print(text, ": %s", c->advice.seen_by);
}

static void add_doubts(struct sw_label *text, const struct words_culprit *c)
{
	const struct sw_inode_dirs *dirs = c->dirs;
	uint64_t seen = c->use->used ? 100 * dirs->counted / c->use->used : 100;

	if (dirs->cut)
		sw_label_print(text, ", so far: not all directories in the time%s%s",
			       c->advice.time ? " of " : "", c->advice.time ? c->advice.time : "");
	if (dirs->unreadable > 0)
		add_unreadable(text, c);
	else if (!dirs->cut && seen < LEAST_SEEN && !c->copied)
		add_hidden(text, c, seen);
	if (dirs->uncertain > 0)
		sw_label_print(text, ", %llu of them may be further names of one inode",
			       (unsigned long long)dirs->uncertain);
}

/* A long path is cut, not who filled it, which stands behind. */
static void add_path(struct sw_label *text, struct sw_raw path, const struct sw_label *behind)
{
	struct sw_label name = label_new();
	int room = SW_LABEL_MAX - text->n - behind->n;

	sw_label_add_name(&name, path);
	if (room < PATH_LEAST)
		room = PATH_LEAST;
	if (name.n > room)
		name = label_short(&name, (size_t)room);
	sw_label_append(text, &name);
}

static struct sw_label directory(const struct words_culprit *c, size_t i)
{
	const struct sw_inode_dir *dir = &c->dirs->item[i];
	struct sw_label text = sw_label_printed("%llu", (unsigned long long)dir->inodes);
	struct sw_label behind = label_new();

	if (i == 0)
		words_of(&text, c->use->files, c->use->files);
	sw_label_print(&text, " in ");
	if (i == 0)
		add_growth(&behind, c);
	if (i == c->queue && c->who.n > 0) {
		sw_label_print(&behind, ", queued by ");
		sw_label_append(&behind, &c->who);
	}
	add_path(&text, inode_dir_path(dir), &behind);
	sw_label_append(&text, &behind);
	if (i == 0)
		add_doubts(&text, c);
	return text;
}

struct sw_label words_culprit(const struct words_culprit *c)
{
	struct sw_label text = label_new();

	for (size_t i = 0; i < c->dirs->n; i++) {
		struct sw_label one = directory(c, i);

		if (!words_then(&text, &one))
			break;
	}
	return text;
}
