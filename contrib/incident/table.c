#include "incident/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "incident/child.h"
#include "os/clock.h"

enum { TEXT_MAX = 16 << 20, ROOM = 256 << 10, LOCK_MS = 5000, INDEXED = 8192 };

#define REJECTED "REJECT this account is locked, please ask your postmaster"
#define HELD	 "HOLD the guard of spoolwatch has locked this account here"
/* so that one can be written over the other, on a full disk, too */
_Static_assert(sizeof(REJECTED) == sizeof(HELD), "lines of equal length");

#define HEADING "# spoolwatch(8) block and unblock write this file, with what Postfix reads.\n"

void table_name(const struct setup *s, enum table_name name, struct table *ret)
{
	static const struct {
		const char *type, *file, *check, *value, *other;
	} rows[TABLES] = {
		[TABLE_LOGIN] = { "lmdb", "spoolwatch_block", "check_sasl_access", REJECTED, HELD },
		[TABLE_PATTERN] = { "regexp", "spoolwatch_block.regexp", "check_sasl_access",
				    REJECTED, HELD },
		[TABLE_CLIENT] = { "lmdb", "spoolwatch_client", "check_client_access",
				   "REJECT this address is locked, please ask the postmaster" },
	};

	*ret = (struct table){ .setup = s,
			       .is_pattern = name == TABLE_PATTERN,
			       .value = rows[name].value,
			       .other = rows[name].other,
			       .check = rows[name].check };
	snprintf(ret->text, sizeof(ret->text), "%s/%s", s->config_directory, rows[name].file);
	snprintf(ret->map, sizeof(ret->map), "%s:%s", rows[name].type, ret->text);
}

void table_hold(struct table *t)
{
	const char *value = t->value;

	t->value = t->other;
	t->other = value;
}

static void indexed_path(const struct table *t, char ret[SETUP_PATH + 48])
{
	snprintf(ret, SETUP_PATH + 48, "%s%s", t->text, t->is_pattern ? "" : ".lmdb");
}

bool table_is_there(const struct table *t)
{
	char indexed[SETUP_PATH + 48];

	indexed_path(t, indexed);
	return access(t->text, F_OK) == 0 && access(indexed, F_OK) == 0;
}

static int postmap(const struct table *t, const char *option, const char *more, struct sw_raw in,
		   char said[CHILD_SAID], struct sw_fault *why)
{
	const char *argv[8] = { "postmap", NULL, NULL };
	size_t n = 3;

	if (option)
		argv[n++] = option;
	if (more)
		argv[n++] = more;
	argv[n++] = t->map;
	return setup_command(t->setup, argv, in, said, why);
}

static int failed(const struct table *t, const char *said, struct sw_fault *why)
{
	struct sw_raw cause = child_cause(said);

	return sw_fault(why, EIO, "postmap of %s failed: %.*s", t->map, (int)cause.n, cause.p);
}

/* Room that need not be looked for when there is none left; not all file systems can. */
static void keep_room(const char *path, int mode)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!fallocate(fd, mode, 0, ROOM);
	close(fd);
}

int table_create(const struct table *t, struct sw_fault *why)
{
	char indexed[SETUP_PATH + 48];
	char said[CHILD_SAID];
	int fd = open(t->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int rc;

	if (fd < 0 && errno != EEXIST)
		return sw_fault_errno(why, errno, "make %s", t->text);
	if (fd >= 0) {
		bool bad = fchmod(fd, 0644) < 0 ||
			   write(fd, HEADING, strlen(HEADING)) != (ssize_t)strlen(HEADING);

		close(fd);
		if (bad) {
			unlink(t->text);
			return sw_fault(why, ENOSPC, "%s could not be written", t->text);
		}
	}
	keep_room(t->text, FALLOC_FL_KEEP_SIZE);
	indexed_path(t, indexed);
	if (t->is_pattern || access(indexed, F_OK) == 0)
		return 0;
	rc = postmap(t, NULL, NULL, raw_of(""), said, why);
	if (rc == 0)
		keep_room(indexed, 0);
	return rc <= 0 ? rc : failed(t, said, why);
}

int table_ask(const struct table *t, struct sw_raw name, struct sw_fault *why)
{
	char said[CHILD_SAID];
	char in[ACCESS_NAME + 1];
	struct sw_raw rest;
	struct sw_raw line;
	int rc;

	memcpy(in, name.p, name.n);
	in[name.n] = '\n';
	rc = postmap(t, "-q", "-", raw_from(in, name.n + 1), said, why);
	if (rc < 0)
		return rc;
	rest = raw_of(said);
	while (raw_line(&rest, &line)) {
		if (line.n <= name.n || line.p[name.n] != '\t' ||
		    !raw_same(raw_from(line.p, name.n), name))
			continue;
		line = raw_skip(line, name.n + 1);
		if (t->other && raw_is(line, t->other))
			return TABLE_OTHER;
		return raw_is(line, t->value)
			       ? 1
			       : sw_fault(why, EEXIST,
					  "somebody has written %.*s for it into %s: that "
					  "stays as it is",
					  (int)line.n, line.p, t->text);
	}
	/* of a name that is not there it says nothing, with 1 */
	return rc == 1 && !strstr(said, "fatal: ") ? 0 : failed(t, said, why);
}

/* The text, locked. */
struct open_text {
	int fd;
	struct sw_raw text;
};

static void close_text(struct open_text *o)
{
	free((char *)o->text.p);
	if (o->fd >= 0)
		close(o->fd);
}

static int read_text(const struct table *t, struct open_text *o, struct sw_fault *why)
{
	struct stat st;
	char *text;
	ssize_t n;

	if (fstat(o->fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > TEXT_MAX)
		return sw_fault(why, EFBIG, "%s is no file of at most 16 MiB", t->text);
	text = malloc((size_t)st.st_size + 1);
	n = text ? pread(o->fd, text, (size_t)st.st_size, 0) : -1;
	if (n < 0) {
		free(text);
		return sw_fault_errno(why, text ? errno : ENOMEM, "read %s", t->text);
	}
	o->text = raw_from(text, (size_t)n);
	return 0;
}

static int open_text(const struct table *t, struct open_text *ret, struct sw_fault *why)
{
	const int64_t until = clock_ms() + LOCK_MS;

	*ret = (struct open_text){ .fd = open(t->text, O_RDWR | O_CLOEXEC) };
	if (ret->fd < 0)
		return sw_fault_errno(why, errno, "open %s", t->text);
	while (flock(ret->fd, LOCK_EX | LOCK_NB) < 0) {
		if (clock_ms() >= until)
			return sw_fault(why, EBUSY, "another process writes %s: try again",
					t->text);
		run_pause(50);
	}
	return read_text(t, ret, why);
}

/* One write(2) leaves no half lines behind, also where the disk was full in the middle. */
static int write_at(const struct table *t, const struct open_text *o, size_t at, const char *buf,
		    size_t n, struct sw_fault *why)
{
	ssize_t done = pwrite(o->fd, buf, n, (off_t)at);

	if (done == (ssize_t)n)
		return 0;
	if (at == o->text.n)
		(void)!ftruncate(o->fd, (off_t)at);
	return sw_fault_errno(why, done < 0 ? errno : ENOSPC, "write %s", t->text);
}

static struct sw_raw text_key(const struct table *t, struct sw_raw name, char buf[ACCESS_PATTERN])
{
	return t->is_pattern ? access_pattern(name, buf) : name;
}

static bool find(const struct table *t, const struct open_text *o, struct sw_raw name,
		 struct access_line *ret)
{
	char buf[ACCESS_PATTERN];

	return access_find(o->text, text_key(t, name, buf), t->setup->utf8 && !t->is_pattern,
			   t->is_pattern, ret) &&
	       (raw_is(ret->value, t->value) || (t->other && raw_is(ret->value, t->other)));
}

static int add_line(const struct table *t, const struct open_text *o, struct sw_raw name,
		    struct sw_fault *why)
{
	char pattern[ACCESS_PATTERN];
	char buf[ACCESS_PATTERN + 128];
	struct access_line line;
	size_t n;

	if (find(t, o, name, &line))
		return raw_is(line.value, t->value)
			       ? 0
			       : write_at(t, o, (size_t)(line.value.p - o->text.p), t->value,
					  line.value.n, why);
	n = access_added(o->text, text_key(t, name, pattern), t->value, buf, sizeof(buf));
	return write_at(t, o, o->text.n, buf, n, why);
}

/*
 * What stands behind the line is written over it in one piece that ends in newlines for what
 * becomes free: whoever looks, or kills us, in between meets lines that are whole.
 */
static int remove_line(const struct table *t, const struct open_text *o, struct sw_raw name,
		       struct sw_fault *why)
{
	struct access_line line;
	size_t tail;
	char *buf;
	int rc = 0;

	if (!find(t, o, name, &line))
		return 0;
	access_cut(o->text, &line);
	tail = o->text.n - line.at - line.n;
	buf = malloc(tail + line.n);
	if (!buf)
		return sw_fault_errno(why, ENOMEM, "write %s", t->text);
	memcpy(buf, o->text.p + line.at + line.n, tail);
	memset(buf + tail, '\n', line.n);
	if (tail > 0)
		rc = write_at(t, o, line.at, buf, tail + line.n, why);
	free(buf);
	if (rc == 0 && ftruncate(o->fd, (off_t)(o->text.n - line.n)) < 0)
		rc = sw_fault_errno(why, errno, "write %s", t->text);
	return rc;
}

/* Into the indexed table, or out of it. */
static int index_name(const struct table *t, struct sw_raw name, bool in, struct sw_fault *why)
{
	char said[CHILD_SAID];
	char line[ACCESS_NAME + 128];
	int n = in ? snprintf(line, sizeof(line), "%.*s\t%s\n", (int)name.n, name.p, t->value)
		   : snprintf(line, sizeof(line), "%.*s\n", (int)name.n, name.p);
	struct sw_raw text = raw_from(line, (size_t)n);
	int rc = postmap(t, in ? "-ir" : "-d", in ? NULL : "-", text, said, why);

	/* -d: 1 where it was not there */
	if (rc < 0 || rc == 0 || (!in && rc == 1 && !strstr(said, "fatal: ")))
		return rc < 0 ? rc : 0;
	return failed(t, said, why);
}

static int change(const struct table *t, const struct open_text *o, struct sw_raw name, bool in,
		  struct sw_fault *behind, struct sw_fault *why)
{
	int was = table_ask(t, name, why);
	struct sw_fault *text_why = t->is_pattern ? why : behind;
	int rc = 0;

	if (was < 0)
		return was;
	if (!t->is_pattern && was != (in ? 1 : 0))
		rc = index_name(t, name, in, why);
	/* of patterns the text is what Postfix reads, of an index it is kept in step */
	if (rc == 0) {
		rc = in ? add_line(t, o, name, text_why) : remove_line(t, o, name, text_why);
		rc = t->is_pattern ? rc : 0;
	}
	if (rc == 0)
		rc = table_ask(t, name, why);
	if (rc < 0 || rc == in)
		return rc < 0 ? rc : 0;
	return sw_fault(why, EIO,
			in ? "%s was written and does not hold it (is the disk full)"
			   : "%s was written and still holds it (is the disk full)",
			t->map);
}

static int change_locked(const struct table *t, struct sw_raw name, bool in,
			 struct sw_fault *behind, struct sw_fault *why)
{
	struct open_text o;
	int rc = open_text(t, &o, why);

	*behind = (struct sw_fault){ 0 };
	if (rc == 0)
		rc = change(t, &o, name, in, behind, why);
	close_text(&o);
	return rc;
}

int table_put(const struct table *t, struct sw_raw name, struct sw_fault *behind,
	      struct sw_fault *why)
{
	return change_locked(t, name, true, behind, why);
}

int table_take(const struct table *t, struct sw_raw name, struct sw_fault *behind,
	       struct sw_fault *why)
{
	return change_locked(t, name, false, behind, why);
}
