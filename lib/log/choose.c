#include "log/choose.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/print.h"
#include "log/rotated.h"
#include "log/usual.h"
#include "log/window.h"
#include "os/dir.h"

static void join(char path[LOG_PATH], const char *directory, struct sw_raw name)
{
	if (name.p[0] == '/') /* no name is empty */
		print_text(path, LOG_PATH, "%.*s", (int)name.n, name.p);
	else
		print_text(path, LOG_PATH, "%s/%.*s", directory, (int)name.n, name.p);
}

struct match {
	const char *pattern;
	const char *directory;
	struct log_choice *choice;
	bool full;
};

static void too_many(struct log_choice *c)
{
	c->why = (struct log_reason){ .doubt = LOG_UNREADABLE,
				      .where = sw_label_printed("env.logfile") };
	sw_fault(&c->why.cause, E2BIG, "more than %d files", LOG_NAMED);
}

static int add_match(const struct dir_entry *entry, void *ctx)
{
	struct match *m = ctx;

	if (fnmatch(m->pattern, entry->name, FNM_PERIOD) != 0)
		return 0;
	if (m->choice->n == LOG_NAMED) {
		m->full = true;
		return 1;
	}
	m->choice->place[m->choice->n].matched = true;
	join(m->choice->place[m->choice->n].path, m->directory,
	     raw_from(entry->name, entry->length));
	m->choice->n++;
	return 0;
}

/* What rotation has made of another one comes with that one. */
static void drop_rotated(struct log_choice *c, size_t from)
{
	for (size_t i = from; i < c->n;) {
		struct sw_raw name = raw_of(strrchr(c->place[i].path, '/') + 1);
		bool is_rotated = false;

		for (size_t k = from; k < c->n && !is_rotated; k++)
			is_rotated =
				k != i &&
				log_rotated_from(raw_of(strrchr(c->place[k].path, '/') + 1), name)
						.kind >= LOG_LIKELY_ROTATED;
		if (is_rotated)
			c->place[i] = c->place[--c->n];
		else
			i++;
	}
}

static int by_path(const void *a, const void *b)
{
	const struct log_place *x = a;
	const struct log_place *y = b;

	return strcmp(x->path, y->path);
}

/*
 * The files that a path with a pattern in its last part stands for, by name: a directory's order is
 * another one on the next host. The path itself if there is none.
 */
static void add_matches(const struct sw_host *h, struct log_choice *c)
{
	struct log_place *place = &c->place[c->n];
	char pattern[LOG_PATH];
	struct sw_fault ignored = { 0 };
	char *slash = strrchr(place->path, '/');
	size_t before = c->n;
	char directory[LOG_PATH];
	struct match m = { pattern, directory, c, false };
	struct sw_fault cause = { 0 };
	int fd;

	memcpy(pattern, slash + 1, strlen(slash));
	memcpy(directory, place->path, (size_t)(slash - place->path));
	directory[slash - place->path] = '\0';
	fd = host_openat(h, *directory ? directory : "/", O_RDONLY | O_DIRECTORY, &cause);
	if (fd >= 0) {
		(void)!dir_each(fd, add_match, &m, &ignored);
		close(fd);
	} else if (fd != -ENOENT && fd != -ENOTDIR) {
		c->why = (struct log_reason){ .doubt = fd == -EACCES ? LOG_DENIED : LOG_UNREADABLE,
					      .passes = log_window_can_pass(-fd),
					      .where = sw_label_from(raw_of(directory)),
					      .cause = cause };
	}
	if (m.full)
		too_many(c);
	if (c->n == before)
		c->n++; /* such as it is: it is not there */
	drop_rotated(c, before);
	qsort(&c->place[before], c->n - before, sizeof(c->place[0]), by_path);
}

/* strpbrk(3) has pages of its own, which a start need not touch. */
static bool is_pattern(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && (strchr(name, '*') || strchr(name, '?') || strchr(name, '['));
}

static void name_files(const struct sw_host *h, const struct log_where *where,
		       struct log_choice *ret)
{
	const char *directory = where->logdir ? where->logdir : LOG_DIRECTORY;
	struct sw_raw rest = raw_of(where->logfile);
	struct sw_raw word;

	ret->named = true;
	while (ret->n < LOG_NAMED && raw_word(&rest, " \t", &word)) {
		const char *path = ret->place[ret->n].path;

		ret->place[ret->n].matched = false;
		join(ret->place[ret->n].path, directory, word);
		if (is_pattern(path))
			add_matches(h, ret);
		else
			ret->n++;
	}
	if (raw_word(&rest, " \t", &word))
		too_many(ret);
}

/* maillog_file of main.cf. False when Postfix logs to syslog. */
static bool name_by_config(const struct log_where *where, struct log_choice *ret)
{
	struct sw_fault why = { 0 };
	const char *path = "";

	if (!where->spool)
		return false;
	if (spool_maillog_file(where->spool, &path, &why) < 0) {
		ret->named = true;
		ret->why = (struct log_reason){ .doubt = LOG_NO_CONFIG,
						.passes = log_window_can_pass(why.code) ||
							  why.code == ETIME,
						.cause = why };
		return true;
	}
	if (!*path)
		return false;
	ret->named = true;
	ret->by_config = true;
	print_text(ret->place[0].path, LOG_PATH, "%s", path);
	ret->n = 1;
	if (strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0)
		ret->why = (struct log_reason){ .doubt = LOG_STDOUT,
						.by_config = true,
						.where = sw_label_from(raw_of(path)) };
	return true;
}

int log_choose(const struct sw_host *h, const struct log_where *where, struct log_reader *reader,
	       struct log_choice *ret, struct log_report *report, struct sw_fault *why)
{
	ret->journal = false;
	ret->named = false;
	ret->by_config = false;
	ret->n = 0;
	ret->why = (struct log_reason){ .doubt = LOG_FINE };
	*report = (struct log_report){ .candidates = 0, .chosen = LOG_CANDIDATES };
	if (where->journal == LOG_JOURNAL_YES) {
		ret->journal = true;
		ret->named = true;
		return 0;
	}
	if (where->logfile && raw_trim(raw_of(where->logfile)).n > 0) {
		name_files(h, where, ret);
		return 0;
	}
	if (name_by_config(where, ret))
		return 0;
	return log_usual(h, where, reader, ret, report, why);
}
