/* exactly_log: a log file, its writer, and rotation by every habit, a step at a time. */
#include "exactly.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum { PATH_BYTES = 4096, NUMBERED = 20 };

static const char *path_of(const struct log *l, const char *name)
{
	static char path[2][PATH_BYTES];
	static int which;

	which = 1 - which;
	snprintf(path[which], PATH_BYTES, "%s/%s", l->directory, name);
	return path[which];
}

static const char *numbered(const struct log *l, unsigned n, const char *end)
{
	static char name[2][64];
	static int which;

	which = 1 - which;
	snprintf(name[which], sizeof(name[0]), "%s.%u%s", l->name, n, end);
	return name[which];
}

static void touch(const char *path, int64_t time)
{
	const struct timespec times[2] = { { .tv_sec = time }, { .tv_sec = time } };

	utimensat(AT_FDCWD, path, times, 0);
}

static bool is_there(const struct log *l, const char *name)
{
	return access(path_of(l, name), F_OK) == 0;
}

static void reopen(struct log *l, int64_t now)
{
	int append = l->habit == LOG_HOLES ? 0 : O_APPEND;

	if (l->fd >= 0)
		close(l->fd);
	l->fd = open(path_of(l, l->name), O_WRONLY | O_CREAT | append | O_CLOEXEC, 0644);
	l->offset = 0;
	touch(path_of(l, l->name), now);
}

void log_begin(struct log *l, const char *directory, enum log_habit habit, struct dice *d)
{
	*l = (struct log){ .habit = habit, .dice = d, .fd = -1 };
	snprintf(l->directory, sizeof(l->directory), "%s", directory);
	snprintf(l->name, sizeof(l->name), "%s",
		 habit == LOG_DATEEXT || habit == LOG_POSTFIX ? "maillog" : "mail.log");
}

void log_end(struct log *l)
{
	if (l->fd >= 0)
		close(l->fd);
}

void log_write(struct log *l, struct flow *t, int64_t now)
{
	int64_t last = 0;

	if (l->fd < 0)
		reopen(l, now);
	for (; t->written < t->n && t->line[t->written].time <= now; t->written++) {
		const struct flow_line *line = &t->line[t->written];
		size_t n = strlen(line->text);

		if (l->habit == LOG_HOLES)
			l->offset += pwrite(l->fd, line->text, n, l->offset);
		else
			(void)!write(l->fd, line->text, n);
		last = line->time;
	}
	if (last > 0) {
		const struct timespec times[2] = { { .tv_sec = last }, { .tv_sec = last } };

		futimens(l->fd, times);
	}
}

/* Copy bytes of a file from the place that the copy has reached; `all`, or about half of them. */
static void copy(const struct log *l, const char *from, const char *to, bool all, int64_t now)
{
	int in = open(path_of(l, from), O_RDONLY);
	int out = open(path_of(l, to), O_WRONLY | O_CREAT, 0644);
	off_t at = lseek(out, 0, SEEK_END);
	off_t end = lseek(in, 0, SEEK_END);
	char buf[8192];

	end = all ? end : (off_t)dice(l->dice, (uint32_t)end + 1);
	while (at < end) {
		size_t n = (size_t)(end - at) < sizeof(buf) ? (size_t)(end - at) : sizeof(buf);

		at += pwrite(out, buf, (size_t)pread(in, buf, n, at), at);
	}
	close(in);
	close(out);
	touch(path_of(l, to), now);
}

/* gzip(1): half of the output, then all with the time of the input, then the input goes. */
static bool compress_step(struct log *l, const char *name, unsigned step, int64_t now)
{
	char to[300];
	char temporary[300];
	struct stat st;
	gzFile gz;
	FILE *f;

	snprintf(to, sizeof(to), "%s.gz", name);
	if (step == 2) {
		unlink(path_of(l, name));
		return true;
	}
	if (step == 0) { /* outside the directory: nobody must see it whole */
		char buf[8192];
		size_t n;

		snprintf(temporary, sizeof(temporary), "../compressed");
		f = fopen(path_of(l, name), "r");
		gz = gzopen(path_of(l, temporary), "w");
		while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
			gzwrite(gz, buf, (unsigned)n);
		gzclose(gz);
		fclose(f);
	}
	copy(l, "../compressed", to, step == 1, now);
	if (step == 1 && stat(path_of(l, name), &st) == 0)
		touch(path_of(l, to), st.st_mtime);
	return false;
}

/* Make room for .1: each step one rename, the oldest first. False when all is done. */
static bool shift_step(struct log *l)
{
	if (l->oldest == 0)
		for (l->oldest = NUMBERED; l->oldest > 0; l->oldest--)
			if (is_there(l, numbered(l, l->oldest, "")) ||
			    is_there(l, numbered(l, l->oldest, ".gz")))
				break;
	if (l->oldest == 0)
		return false;
	for (int gz = 0; gz < 2; gz++) {
		const char *from = numbered(l, l->oldest, gz ? ".gz" : "");

		if (is_there(l, from))
			rename(path_of(l, from),
			       path_of(l, numbered(l, l->oldest + 1, gz ? ".gz" : "")));
	}
	l->oldest--;
	return l->oldest > 0;
}

static void name_by_date(struct log *l, int64_t now)
{
	time_t seconds = (time_t)now;
	struct tm tm;
	char stamp[64];

	strftime(stamp, sizeof(stamp), l->habit == LOG_POSTFIX ? ".%Y%m%d-%H%M%S" : "-%Y%m%d%H%M%S",
		 gmtime_r(&seconds, &tm));
	snprintf(l->rotated, sizeof(l->rotated), "%s%s", l->name, stamp);
}

enum { SHIFT = 1, MOVE, CREATE, HUP, COMPRESS };

static void begin_rotation(struct log *l, int64_t now)
{
	l->step = SHIFT;
	l->oldest = 0;
	if (l->habit == LOG_DATEEXT || l->habit == LOG_POSTFIX) {
		name_by_date(l, now);
		l->step = MOVE;
	} else {
		snprintf(l->rotated, sizeof(l->rotated), "%s", numbered(l, 1, ""));
	}
}

bool log_is_fragile(const struct log *l)
{
	bool copies = l->habit == LOG_COPYTRUNCATE || l->habit == LOG_HOLES;

	return copies && (l->step == CREATE || l->step == HUP);
}

static void copytruncate_step(struct log *l, int64_t now)
{
	if (l->step == MOVE)
		copy(l, l->name, l->rotated, false, now);
	else if (l->step == CREATE)
		copy(l, l->name, l->rotated, true, now);
	else if (truncate(path_of(l, l->name), 0) == 0)
		touch(path_of(l, l->name), now);
}

static void rename_step(struct log *l, int64_t now)
{
	if (l->step == MOVE)
		rename(path_of(l, l->name), path_of(l, l->rotated));
	else if (l->step == CREATE) /* logrotate's create: the writer still has the old one */
		close(open(path_of(l, l->name), O_WRONLY | O_CREAT, 0644));
	else
		reopen(l, now);
}

void log_rotate(struct log *l, int64_t now)
{
	const char *what = l->rotated;

	if (l->fd < 0)
		return;
	if (l->step == 0)
		begin_rotation(l, now);
	if (l->step == SHIFT && shift_step(l))
		return;
	if (l->step == SHIFT) {
		l->step = MOVE;
		return;
	}
	if (l->step < COMPRESS) {
		if (l->habit == LOG_COPYTRUNCATE || l->habit == LOG_HOLES)
			copytruncate_step(l, now);
		else
			rename_step(l, now);
		l->step++;
		return;
	}
	if (l->habit == LOG_DELAYED)
		what = numbered(l, 2, "");
	if (!is_there(l, what) ||
	    (l->habit == LOG_DATEEXT && l->step == COMPRESS && one_in(l->dice, 3)) ||
	    compress_step(l, what, l->step - COMPRESS, now))
		l->step = 0;
	else
		l->step++;
}
