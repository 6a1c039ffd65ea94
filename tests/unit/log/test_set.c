#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "log/set_parts.h"
#include "os/unpack.h"
#include "test.h"

enum { NOW = 1795431600, SINCE = NOW - 1200 };

static void written(const struct sw_host *h, const char *path, int64_t age)
{
	const struct timespec times[2] = { { .tv_sec = NOW - age }, { .tv_sec = NOW - age } };

	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), times, 0), 0);
}

static bool ends_with(const char *name, const char *end)
{
	return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static void put_at(const struct sw_host *h, const char *path, int64_t age, const char *text)
{
	static const struct {
		const char *end;
		const char *bytes;
	} formats[] = { { ".xz", "\xfd"
				 "7zXZ" },
			{ ".zst", "\x28\xb5\x2f\xfd" },
			{ ".bz2", "BZh91AY&SY" } };
	char own[512];

	snprintf(own, sizeof(own), "Nov 23 11:00:00 mx postfix/smtpd[1]: first line of %s\n", path);
	for (size_t i = 0; i < SW_COUNT(formats); i++)
		if (ends_with(path, formats[i].end)) {
			host_bytes(h, path, formats[i].bytes, strlen(formats[i].bytes) + 1);
			written(h, path, age);
			return;
		}
	host_file(h, path, "");
	if (ends_with(path, ".gz")) {
		gzFile gz = gzopen(host_path(h, path), "w");

		assert_true(gzputs(gz, text ? text : own) > 0);
		assert_int_equal(gzclose(gz), Z_OK);
	} else {
		host_file(h, path, text ? text : own);
	}
	written(h, path, age);
}

/* A file of /var/log with lines that no other file has, last written at NOW - age. A NULL text is
 * one by its name. */
static void put(const struct sw_host *h, const char *name, int64_t age, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "/var/log/%s", name);
	put_at(h, path, age, text);
}

/* In these tests a line may begin with @ and its stamp: seconds before NOW. */
static bool first_stamp(const char *text, int64_t *ret)
{
	if (text[0] != '@')
		return false;
	*ret = NOW - strtoll(text + 1, NULL, 10);
	return true;
}

static int take_piece(struct sw_raw piece, void *ctx)
{
	snprintf(ctx, 2000, "%.*s", (int)piece.n, piece.p);
	return 1;
}

static bool stamp(const struct log_set_file *file, bool last, int64_t *ret, void *ctx)
{
	static const struct unpack_limits limits = { 1 << 20, INT64_MAX };
	struct sw_fault ignored = { 0 };
	char text[2000] = "";
	const char *at = text;

	(void)ctx;
	if (file->format == LOG_GZIP)
		(void)!unpack_each(file->fd, UNPACK_GZIP, &limits, take_piece, text, &ignored);
	else if (file->format == LOG_PLAIN)
		(void)!pread(file->fd, text, sizeof(text) - 1, 0);
	for (const char *p = text; last && (p = strstr(p, "\n@")); p++)
		at = p + 1;
	return first_stamp(at, ret);
}

/* Descriptors from the first one that was free on. */
static int open_from(int first, size_t most)
{
	int n = 0;

	for (int fd = first; fd < first + (int)most + 200; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static int first_free(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

/* The names of the set, the oldest first, in ( ) why one can't be had, a hint behind ?; what is
 * missing; or the error. */
static const char *names_of(const struct sw_host *h, const struct log_set_request *request)
{
	static char text[400000];
	struct log_set set;
	struct sw_fault why = { 0 };
	int first = first_free();
	int before = open_from(first, 0);
	int rc = log_set_open(h, request, &set, &why);
	size_t files = rc < 0 ? 0 : set.n;
	int with_it = open_from(first, files);
	size_t n = 0;
	int opened = 0;

	text[0] = '\0';
	if (rc < 0) {
		want_number("nothing is left open", with_it, before);
		snprintf(text, sizeof(text), "%s (%s)", strerror(-rc), why.text.s);
		return text;
	}
	if (why.code)
		fail_msg("%s: got the fault %s, want none", request->path, why.text.s);
	for (size_t i = 0; i < set.n; i++) {
		const struct log_set_file *file = &set.file[i];
		const char *below = strncmp(file->directory, "/var/log/", 9) == 0
					    ? file->directory + 9
					    : file->directory;

		want_number(file->name, file->fd < 0, file->why.code != 0);
		opened += file->fd >= 0;
		if (file->fd >= 0)
			want_number(file->name, fcntl(file->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s%s", i ? " " : "",
				      file->sure ? "" : "?", below, file->name);
		if (file->fd < 0)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "(%s)",
					      strerror(file->why.code));
	}
	if (set.n > 0)
		want_number("the log is the last", set.has_log,
			    strcmp(set.file[set.n - 1].name, strrchr(request->path, '/') + 1) == 0);
	if (set.incomplete.code)
		snprintf(text + n, sizeof(text) - n, " | %s", set.incomplete.text.s);
	log_set_close(&set);
	want_number("its files alone were open", with_it, open_from(first, files) + opened);
	want_number("nothing is left open", open_from(first, 0), before);
	want_number("nothing is left of it", set.n, 0);
	return text;
}

static const char *names(const struct sw_host *h, const char *path)
{
	return names_of(h, &(struct log_set_request){ .path = path, .since = SINCE });
}

/* With stamps asked for. */
static const char *proven(const struct sw_host *h, const char *path)
{
	return names_of(h,
			&(struct log_set_request){ .path = path, .since = SINCE, .stamp = stamp });
}

static void every_habit_of_rotation_is_known(void **state)
{
	static const struct {
		const char *what;
		const char *log;
		const char *rotated; /* files, the oldest first, ten minutes between them */
	} rows[] = {
		{ "nothing rotated", "mail.log", "" },
		{ "numbers", "mail.log", "mail.log.2 mail.log.1 " },
		{ "from 0", "mail.log", "mail.log.1 mail.log.0 " },
		{ "compressed", "mail.log", "mail.log.2.gz mail.log.1.gz " },
		{ "with delaycompress", "mail.log", "mail.log.2.gz mail.log.1 " },
		{ "xz", "mail.log", "mail.log.2.xz mail.log.1 " },
		{ "zstd", "mail.log", "mail.log.2.zst mail.log.1.zst " },
		{ "savelog", "mail.log", "mail.log.1.gz mail.log.0 " },
		{ "newsyslog", "maillog", "maillog.1.bz2 maillog.0.bz2 " },
		{ "dateext", "maillog", "maillog-20261122.gz maillog-20261123 " },
		{ "dateext by the hour", "maillog", "maillog-2026112310.gz maillog-2026112311 " },
		{ "dateext and hour", "mail.log", "mail.log-20261123_10 mail.log-20261123_11 " },
		{ "dateext with seconds", "mail.log", "mail.log-20261123-1795431000.gz " },
		{ "dateext with colons", "mail.log",
		  "mail.log.2026-11-23_10:45:03 mail.log.2026-11-23_11:00:03 " },
		{ "extension .log", "mail.log", "mail.2.log mail.1.log " },
		{ "and compressed", "mail.log", "mail.2.log.gz mail.1.log " },
		{ "dateext and extension", "mail.log", "mail-20261122.log.gz mail-20261123.log " },
		{ "extension log", "mail.log", "mail..2log mail..1log " },
		{ "extension log of maillog", "maillog", "mail.2log mail.1log " },
		{ "Postfix's own", "maillog",
		  "maillog.20261123-104320.gz maillog.20261123-105320 " },
		{ "svlogd", "current", "@400000006b07c5ad38dee044.s @400000006b07c5c83913e745.u " },
		{ "metalog", "current", "log-2026-11-23-10:00:00.gz log-2026-11-23-11:00:00 " },
		{ "Docker", "5f1c-json.log", "5f1c-json.log.2.gz 5f1c-json.log.1 " },
		{ "kubelet", "0.log", "0.log.20261123-104320.gz 0.log.20261123-105320 " },
		{ "olddir below", "mail.log", "old/mail.log.2.gz old/mail.log.1 " },
		{ "the last guess", "mail.log", "rotated/mail.log.2.gz rotated/mail.log.1 " },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].rotated);
		struct sw_raw name;
		char path[64], want[256];
		int64_t age = 1100;

		while (raw_word(&rest, " ", &name)) {
			char copy[64];

			snprintf(copy, sizeof(copy), "%.*s", (int)name.n, name.p);
			put(&h, copy, age, NULL);
			age = age > 600 ? 600 : age - 1;
		}
		put(&h, rows[i].log, 0, NULL);
		/* neighbours */
		put(&h, "mail.err", 5, NULL);
		put(&h, "mail.info.1", 5, NULL);
		put(&h, "mailman.log", 5, NULL);
		put(&h, "state", 5, NULL);
		snprintf(path, sizeof(path), "/var/log/%s", rows[i].log);
		snprintf(want, sizeof(want), "%s%s", rows[i].rotated, rows[i].log);
		want_text(rows[i].what, names(&h, path), want);
		host_remove(&h);
	}
}

static void directories_that_the_caller_names_are_searched(void **state)
{
	static const struct {
		const char *what;
		const char *olddirs[3];
		const char *put;
		const char *want;
	} rows[] = {
		{ "absolute",
		  { "/srv/old/" },
		  "/srv/old/mail.log.1",
		  "/srv/old/mail.log.1 mail.log" },
		{ "without a slash at the end",
		  { "/srv/old" },
		  "/srv/old/mail-20261123.log",
		  "/srv/old/mail-20261123.log mail.log" },
		{ "relative",
		  { "mail.d/gone" },
		  "/var/log/mail.d/gone/mail.log.1.gz",
		  "mail.d/gone/mail.log.1.gz mail.log" },
		{ "upwards", { "../old" }, "/var/old/mail.log.1", "../old/mail.log.1 mail.log" },
		{ "two",
		  { "/var/log", "/srv/a" },
		  "/srv/a/mail.log.1",
		  "/srv/a/mail.log.1 mail.log" },
		{ "not there",
		  { "/srv/b" },
		  "/srv/a/mail.log.1",
		  "mail.log | rotated files are not seen: open /srv/b/: No such file or "
		  "directory" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct log_set_request request = { .path = "/var/log/mail.log",
						   .since = SINCE,
						   .olddirs = rows[i].olddirs };

		put(&h, "mail.log", 0, NULL);
		put_at(&h, rows[i].put, 60, NULL);
		want_text(rows[i].what, names_of(&h, &request), rows[i].want);
		host_remove(&h);
	}
}

/* As Kubernetes and Docker link a container's log. */
static void what_a_link_leads_to_was_rotated_there(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	put_at(&h, "/var/lib/docker/5f/5f-json.log.1", 500, NULL);
	put_at(&h, "/var/lib/docker/5f/5f-json.log", 0, NULL);
	put_at(&h, "/var/log/pods/mail/0.log.20261123-104320", 900, NULL);
	put(&h, "mail-0.log.1", 1000, NULL);
	assert_int_equal(symlink("/var/lib/docker/5f/5f-json.log",
				 host_path(&h, "/var/log/pods/mail/0.log")),
			 0);
	assert_int_equal(symlink("pods/mail/0.log", host_path(&h, "/var/log/mail-0.log")), 0);
	want_text("two links", names(&h, "/var/log/mail-0.log"),
		  "mail-0.log.1 pods/mail/0.log.20261123-104320 "
		  "/var/lib/docker/5f/5f-json.log.1 mail-0.log");
	assert_int_equal(unlink(host_path(&h, "/var/log/mail-0.log.1")), 0);
	assert_int_equal(symlink("/var/log/pods/mail/0.log.20261123-104320",
				 host_path(&h, "/var/log/mail-0.log.1")),
			 0);
	want_text("a rotated file and a link to it", names(&h, "/var/log/mail-0.log"),
		  "pods/mail/0.log.20261123-104320 /var/lib/docker/5f/5f-json.log.1 mail-0.log");
	put(&h, "x.1", 500, NULL);
	put(&h, "x", 0, NULL);
	assert_int_equal(symlink("x", host_path(&h, "/var/log/short.log")), 0);
	want_text("the shortest link", names(&h, "/var/log/short.log"), "x.1 short.log");
	host_remove(&h);
}

/* Names that say nothing, and lines that do: files `name:first-last`, seconds before NOW. */
static void only_lines_that_fill_a_gap_prove_a_file(void **state)
{
	static const struct {
		const char *what;
		const char *log;
		const char *files; /* the log is the last one */
		const char *want;
	} rows[] = {
		{ "Plesk", "maillog", "maillog.processed:900-400 maillog:300-0",
		  "maillog.processed maillog" },
		{ "and what was rotated of it", "maillog",
		  "maillog.processed.1.gz:2000-1000 maillog.processed:900-400 maillog:300-0",
		  "maillog.processed.1.gz maillog.processed maillog" },
		{ "addextension", "mail.log",
		  "mail.log.2.old:900-600 mail.log.1.old:600-300 mail.log:300-0",
		  "mail.log.2.old mail.log.1.old mail.log" },
		{ "the log is still empty", "maillog",
		  "maillog.processed:900-0 maillog:", "maillog.processed maillog" },
		{ "another program's log", "mail.log", "mail-dovecot.log:9000-1 mail.log:800-0",
		  "mail.log" },
		{ "it begins where the log ended", "mail.log",
		  "mail-dovecot.log:300-0 mail.log:900-400", "mail.log" },
		{ "it has just been rotated too", "mail.log",
		  "mail.log.1:5000-30 mail-dovecot.log:9000-31 mail.log:20-0",
		  "mail.log.1 mail.log" },
		{ "a part of the log", "mail.log", "mail.log.grep:500-100 mail.log:800-0",
		  "mail.log" },
		{ "a part of a rotated one", "mail.log",
		  "mail.log.1:900-500 mail.log.grep:800-600 mail.log:400-0",
		  "mail.log.1 mail.log" },
		{ "two of which one is a part of the other", "mail.log",
		  "mail.log.grep:890-600 mail.log.save:900-500 mail.log:400-0",
		  "mail.log.save mail.log" },
		{ "a gap between two", "mail.log",
		  "mail.log.1:900-700 mail.log.x:600-500 mail.log:400-0",
		  "mail.log.1 mail.log.x mail.log" },
		{ "a part of a rotated one, from its first second on", "mail.log",
		  "mail.log.1:900-500 mail.log.grep:900-600 mail.log:400-0", "mail.log.1 mail.log" },
		{ "a part of the younger of two", "mail.log",
		  "mail.log.2:900-700 mail.log.1:690-500 mail.log.grep:680-600 mail.log:400-0",
		  "mail.log.2 mail.log.1 mail.log" },
		{ "a part of the log, from its first second on", "mail.log",
		  "mail.log.grep:800-700 mail.log:800-0", "mail.log" },
		{ "the seconds in which they were rotated", "mail.log",
		  "mail.log.1:900-700 mail.log.x:700-400 mail.log:400-0",
		  "mail.log.1 mail.log.x mail.log" },
		{ "a single line", "mail.log", "mail.log.1:900-700 mail.log.x:600-600 mail.log:400-0",
		  "mail.log.1 mail.log.x mail.log" },
		{ "lines that go back", "mail.log", "mail.log.1:900-700 mail.log.x:500-600 mail.log:400-0",
		  "mail.log.1 mail.log" },
		{ "another instance's own log", "mail.log", "mail.2.log:9000-1 mail.log:800-0",
		  "?mail.2.log(Bad message) mail.log" },
		{ "extension", "mail.log", "mail.2.log:900-601 mail.1.log:600-300 mail.log:300-0",
		  "mail.2.log mail.1.log mail.log" },
		{ "no stamp in it", "mail.log", "mail.log.offset: mail.log:800-0", "mail.log" },
		{ "a name that is sure needs no stamp", "mail.log",
		  "mail.log.1: mail.1.log: mail.log:800-0", "mail.1.log mail.log.1 mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].files);
		struct sw_raw word;
		char path[64];

		while (raw_word(&rest, " ", &word)) {
			char name[64], text[128];
			int first = 0, last = 0;

			assert_true(sscanf(word.p, "%63[^:]:%d-%d", name, &first, &last) > 0);
			snprintf(text, sizeof(text), first ? "@%2$d of %1$s\n@%3$d x\n" : "%s\n",
				 name, first, last);
			put(&h, name, last, text);
		}
		snprintf(path, sizeof(path), "/var/log/%s", rows[i].log);
		want_text(rows[i].what, proven(&h, path), rows[i].want);
		host_remove(&h);
	}
}

static void files_of_before_the_window_are_left_out(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	put(&h, "mail.log.3", 1202, NULL);
	put(&h, "mail.log.2", 1201, NULL);
	put(&h, "mail.log.1", 1200, NULL);
	put(&h, "mail.log", 90000, NULL); /* the log itself is always there */
	want_text("by their last write", names(&h, "/var/log/mail.log"), "mail.log.1 mail.log");
	host_remove(&h);
}

static void between_rename_and_create_the_rotated_file_is_the_log(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	put(&h, "mail-dovecot.log", 3, "@9000\n@3\n");
	put(&h, "mail.log.processed", 3, "@9000 x\n@4\n");
	want_in("no rotated file", proven(&h, "/var/log/mail.log"), "No such file");
	put(&h, "mail.log.1.old", 700, "@900 y\n@700\n");
	want_text("one with an extension", proven(&h, "/var/log/mail.log"), "mail.log.1.old");
	put(&h, "mail.log.1", 3, NULL);
	want_text("no log", names(&h, "/var/log/mail.log"), "mail.log.1");
	put(&h, "mail.log", 0, "");
	want_text("a log with nothing in it", names(&h, "/var/log/mail.log"),
		  "mail.log.1 mail.log");
	host_remove(&h);
}

static void what_is_there_twice_is_read_once(void **state)
{
	static const char two[] = "Nov 23 11:00:00 mx postfix/smtpd[1]: one\n"
				  "Nov 23 11:00:01 mx postfix/smtpd[1]: two\n";
	static const char one[] = "Nov 23 11:00:00 mx postfix/smtpd[1]: one\n";
	static const char half[] = "Nov 23 11:00:00 mx postfix/smtpd[1]: o";
	static const struct {
		const char *what;
		const char *rotated;
		const char *rotated_text;
		const char *log_text;
		const char *want;
	} rows[] = {
		{ "the copy of copytruncate", "mail.log.1", two, two, "mail.log" },
		{ "it is being made", "mail.log.1", half, two, "mail.log" },
		{ "the log has grown since", "mail.log.1", one, two, "mail.log" },
		{ "with dateext", "mail.log-20261123", one, two, "mail.log" },
		{ "it is compressed at once", "mail.log.1.gz", two, two, "mail.log" },
		{ "the log was truncated", "mail.log.1", two, "", "mail.log.1 mail.log" },
		{ "and has begun again", "mail.log.1", two,
		  "Nov 23 11:00:09 mx postfix/smtpd[1]: nine\n", "mail.log.1 mail.log" },
		{ "and a line is half written", "mail.log.1", two, "Nov 23 11:00",
		  "mail.log.1 mail.log" },
	};
	struct sw_host h;
	char path[4096];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		h = host_new(NULL);
		put(&h, rows[i].rotated, 10, rows[i].rotated_text);
		put(&h, "mail.log", 0, rows[i].log_text);
		want_text(rows[i].what, names(&h, "/var/log/mail.log"), rows[i].want);
		host_remove(&h);
	}
	h = host_new(NULL);
	put(&h, "mail.log", 0, two);
	snprintf(path, sizeof(path), "%s", host_path(&h, "/var/log/mail.log"));
	assert_int_equal(link(path, host_path(&h, "/var/log/mail.log.1")), 0);
	want_text("a hard link", names(&h, "/var/log/mail.log"), "mail.log");
	host_remove(&h);
	h = host_new(NULL);
	memset(path, 'x', 1000);
	snprintf(path, 8, "@700 y\n");
	path[7] = 'x';
	snprintf(path + 1000, 100, "\n@500 z\n");
	put(&h, "mail.log.1", 500, path);
	put(&h, "mail.log.2.gz", 400, path);
	path[600] = '\0';
	put(&h, "mail.log.head", 100, path);
	put(&h, "mail.log", 0, "@400\n");
	want_text("the surer name stays, then the plain file", proven(&h, "/var/log/mail.log"),
		  "mail.log.1 mail.log");
	assert_int_equal(remove(host_path(&h, "/var/log/mail.log.1")), 0);
	want_text("the surer name stays, though compressed", proven(&h, "/var/log/mail.log"),
		  "mail.log.2.gz mail.log");
	host_remove(&h);
}

static void while_gzip_works_the_plain_file_counts(void **state)
{
	struct sw_host h = host_new(NULL);
	char text[20000];
	struct stat st;
	off_t whole;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = (char)('!' + i * i % 89);
	text[sizeof(text) - 1] = '\0';
	put(&h, "mail.log", 0, NULL);
	put(&h, "mail.log.1", 300, text);
	put(&h, "mail.log.1.gz", 0, text);
	want_text("finished", names(&h, "/var/log/mail.log"), "mail.log.1 mail.log");
	put(&h, "mail.log.2", 1300, NULL);
	host_file(&h, "/var/log/mail.log.2.gz", "");
	written(&h, "/var/log/mail.log.2.gz", 0);
	want_text("of before the window", names(&h, "/var/log/mail.log"), "mail.log.1 mail.log");
	put(&h, "mail.log.2", 1200, NULL);
	put(&h, "mail.log.2.gz", 0, "another text\n");
	want_text("of its first second", names(&h, "/var/log/mail.log"),
		  "mail.log.2 mail.log.1 mail.log.2.gz mail.log");
	put(&h, "mail.log.2", 1300, NULL);
	assert_int_equal(remove(host_path(&h, "/var/log/mail.log.2.gz")), 0);
	assert_int_equal(stat(host_path(&h, "/var/log/mail.log.1.gz"), &st), 0);
	whole = st.st_size;
	for (off_t n = whole; n >= 0; n -= n > 64 ? 50 : 1) {
		char what[64];

		assert_int_equal(truncate(host_path(&h, "/var/log/mail.log.1.gz"), n), 0);
		snprintf(what, sizeof(what), "%lld of %lld bytes written", (long long)n,
			 (long long)whole);
		want_text(what, names(&h, "/var/log/mail.log"), "mail.log.1 mail.log");
	}
	host_remove(&h);
}

/* A writer that does not append goes on at its old offset: NULs, then lines, in the copies too. */
static void holes_that_copytruncate_leaves_do_not_make_files_the_same(void **state)
{
	struct sw_host h = host_new(NULL);
	char text[2000] = { 0 };

	(void)state;
	snprintf(text + 1000, 100, "Nov 23 11:00:00 mx postfix/smtpd[1]: one\n");
	host_bytes(&h, "/var/log/mail.log.1", text, 1000 + strlen(text + 1000));
	written(&h, "/var/log/mail.log.1", 300);
	memset(text, 0, sizeof(text));
	snprintf(text + 1041, 100, "Nov 23 11:10:00 mx postfix/smtpd[1]: two\n");
	host_bytes(&h, "/var/log/mail.log", text, 1041 + strlen(text + 1041));
	want_text("both begin with NULs", names(&h, "/var/log/mail.log"), "mail.log.1 mail.log");
	host_bytes(&h, "/var/log/mail.log.1", text, 1041 + strlen(text + 1041));
	written(&h, "/var/log/mail.log.1", 0);
	want_text("the copy is just made", names(&h, "/var/log/mail.log"), "mail.log");
	host_bytes(&h, "/var/log/mail.log.1", text, 1050);
	written(&h, "/var/log/mail.log.1", 0);
	want_text("it is being made", names(&h, "/var/log/mail.log"), "mail.log");
	host_remove(&h);
}

static void what_is_not_in_the_format_of_its_name_is_said(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		int64_t age;
		const char *want;
	} rows[] = {
		{ "mail.log.1.gz", "", 600, "mail.log.1.gz(Bad message) mail.log" },
		{ "mail.log.1.gz", "@600 text\n", 600, "mail.log.1.gz(Bad message) mail.log" },
		{ "mail.log.1.xz", "BZh91AY&SY", 600, "mail.log.1.xz mail.log" },
		{ "mail.log.1.xz", "", 600, "mail.log.1.xz(Bad message) mail.log" },
		{ "mail.log.1.zst", "x", 600, "mail.log.1.zst(Bad message) mail.log" },
		{ "mail.log.1.bz2", "BZh", 600, "mail.log.1.bz2(Bad message) mail.log" },
		{ "mail.log.1.bz2", "BZh", 1300, "mail.log" },
		{ "mail.log.1.lz4", "\x04\x22\x4d\x18", 600,
		  "mail.log.1.lz4(Operation not supported) mail.log" },
		{ "mail.log.1", "\x1f\x9d\x90", 600,
		  "mail.log.1(Operation not supported) mail.log" },
		{ "mail.log.1", "", 600, "mail.log.1 mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char path[64];

		snprintf(path, sizeof(path), "/var/log/%s", rows[i].name);
		host_bytes(&h, path, rows[i].bytes, strlen(rows[i].bytes));
		written(&h, path, rows[i].age);
		put(&h, "mail.log", 0, NULL);
		want_text(rows[i].name, names(&h, "/var/log/mail.log"), rows[i].want);
		host_remove(&h);
	}
}

/* A log in place of which a packed file was put is read as one; what is not read is text. */
static void the_log_itself_is_what_its_bytes_say(void **state)
{
	static const struct {
		const char *what;
		const char *bytes;
		enum log_format want;
	} rows[] = {
		{ "text", "x\n", LOG_PLAIN },
		{ "nothing", "", LOG_PLAIN },
		{ "gzip", "\x1f\x8b\x08\x01\x01\x01\x01\x01\x01\x01", LOG_GZIP },
		{ "bzip2", "BZh91AY&SY", LOG_BZIP2 },
		{ "lz4", "\x04\x22\x4d\x18", LOG_PLAIN },
		{ "compress", "\x1f\x9d\x90", LOG_PLAIN },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		const struct log_set_request request = { .path = "/var/log/mail.log",
							 .since = SINCE };
		struct sw_fault why = { 0 };
		struct log_set set;

		host_bytes(&h, "/var/log/mail.log", rows[i].bytes, strlen(rows[i].bytes));
		written(&h, "/var/log/mail.log", 7);
		assert_int_equal(log_set_open(&h, &request, &set, &why), 0);
		want_number(rows[i].what, set.n, 1);
		want_number(rows[i].what, set.file[0].format, rows[i].want);
		want_number(rows[i].what, set.file[0].written, NOW - 7);
		want_number(rows[i].what, set.file[0].sure, true);
		want_text(rows[i].what, set.file[0].directory, "/var/log/");
		want_text(rows[i].what, set.file[0].name, "mail.log");
		log_set_close(&set);
		host_remove(&h);
	}
}

static void a_directory_is_settled_a_tick_after_it_has_changed(void **state)
{
	enum { SECOND = 1000000000, TICK = 20000000 };
	static const struct {
		const char *what;
		struct timespec changed, now;
		bool want;
	} rows[] = {
		{ "at once", { 100, 5 }, { 100, 5 }, false },
		{ "a tick ago", { 100, 5 }, { 100, 5 + TICK }, false },
		{ "longer ago", { 100, 5 }, { 100, 6 + TICK }, true },
		{ "a tick ago, in the second before", { 99, SECOND - 1 }, { 100, TICK - 1 }, false },
		{ "longer ago, in the second before", { 99, SECOND - 1 }, { 100, TICK }, true },
		{ "in the next moment", { 100, 5 }, { 100, 4 }, false },
		{ "in the next second", { 101, 0 }, { 100, SECOND - 1 }, true },
		{ "two seconds ago", { 98, SECOND - 1 }, { 100, 0 }, true },
		{ "never", { INT64_MIN / 4, 0 }, { 100, 0 }, true },
		{ "at the end of time", { INT64_MAX / 4, 0 }, { 100, 0 }, true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].what, log_set_is_settled(&rows[i].changed, &rows[i].now),
			    rows[i].want);
}

/* 61 of a log that is rotated every 30 s; and after `cp -r` all are of one second. */
static void all_of_many_files_are_there(void **state)
{
	enum { MANY = 61 };

	(void)state;
	for (int apart = 0; apart < 2; apart++) {
		struct sw_host h = host_new(NULL);
		char want[4096] = "";
		size_t n = 0;

		for (int i = MANY; i >= 1; i--) {
			char name[32];

			snprintf(name, sizeof(name), "mail.log.%d", i);
			put(&h, name, 10 * i * apart, NULL);
			n += (size_t)snprintf(want + n, sizeof(want) - n, "%s ", name);
		}
		put(&h, "mail.log", 0, NULL);
		snprintf(want + n, sizeof(want) - n, "mail.log");
		want_text(apart ? "each older than the one before" : "all of one second",
			  names(&h, "/var/log/mail.log"), want);
		host_remove(&h);
	}
}

static void more_than_can_be_is_said(void **state)
{
	struct sw_host h = host_new(NULL);
	const char *got;
	char end[64];

	(void)state;
	put(&h, "mail.log", 0, NULL);
	for (int i = 1; i <= LOG_SET_MAX + 5; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/var/log/mail.log.%d", i);
		host_file(&h, path, path);
		written(&h, path, 100);
	}
	got = names(&h, "/var/log/mail.log");
	snprintf(end, sizeof(end), "mail.log.%d", LOG_SET_MAX - 1);
	if (strncmp(got, end, strlen(end)) != 0)
		fail_msg("got \"%.40s ...\", want %s first", got, end);
	want_in("the oldest are left out", strstr(got, " | "), "more than 4096 rotated files");
	for (int i = LOG_SET_MAX; i <= LOG_SET_MAX + 5; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/var/log/mail.log.%d", i);
		assert_int_equal(remove(host_path(&h, path)), 0);
	}
	want_number("so many can be", strstr(names(&h, "/var/log/mail.log"), " | ") == NULL, true);
	host_remove(&h);
}

/* As after `cp -r`, in whatever order: the times of the files say nothing, those of the lines do.
 */
static void copied_files_are_ordered_by_their_lines(void **state)
{
	static const char *const days[] = { "mail.log.10.gz", "mail.log.1", "mail.log.9.gz",
					    "mail.log.2.gz" };
	static const int first[] = { 10, 1, 9, 2 };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (int i = 0; i < 4; i++) {
		char text[64];

		snprintf(text, sizeof(text), "@%d\n", 86400 * first[i] + 100);
		put(&h, days[i], 10 - i, text);
	}
	put(&h, "mail.log", 12, "@100\n");
	want_text("copied", proven(&h, "/var/log/mail.log"),
		  "mail.log.10.gz mail.log.9.gz mail.log.2.gz mail.log.1 mail.log");
	host_remove(&h);
}

static int64_t before(const struct sw_host *h)
{
	const struct log_set_request request = { .path = "/var/log/mail.log", .since = SINCE };
	struct sw_fault why = { 0 };
	struct log_set set;
	int64_t ret;

	want_number("the log", log_set_open(h, &request, &set, &why), 0);
	ret = set.before;
	log_set_close(&set);
	return ret;
}

/* So that nobody waits whether it changes again. */
static void settle(const struct sw_host *h)
{
	written(h, "/var/log", 60);
}

/* Files "name:age name:age" of /var/log. */
static void put_all(const struct sw_host *h, const char *files)
{
	struct sw_raw rest = raw_of(files);
	struct sw_raw word;

	while (raw_word(&rest, " ", &word)) {
		char name[64];
		int age;

		assert_int_equal(sscanf(word.p, "%63[^:]:%d", name, &age), 2);
		put(h, name, age, NULL);
	}
	settle(h);
}

static void the_end_of_the_file_before_the_window_is_known(void **state)
{
	static const struct {
		const char *what, *files;
		int age; /* of it; 0: not known */
	} rows[] = {
		{ "none", "", 0 },
		{ "of the window", "mail.log.1:100", 0 },
		{ "of its first second", "mail.log.1:1200", 0 },
		{ "a second before", "mail.log.1:1201", 1201 },
		{ "two older ones", "mail.log.1:100 mail.log.2.gz:1300 mail.log.3.gz:9000", 1300 },
		{ "the younger one has the larger number", "mail.log.1:9000 mail.log.2:1300", 1300 },
		{ "a name that is not sure", "mail.log.1:100 mail.log.save:1250", 0 },
		{ "the first is missing", "mail.log.2:1300", 0 },
		{ "from 0", "mail.log.0:1300", 1300 },
		{ "from 0, which is of the window", "mail.log.0:100 mail.log.1:1300", 1300 },
		{ "0 is not everybody's first", "mail.log.1:100 mail.log.2:1300", 1300 },
		{ "one between", "mail.log.1:100 mail.log.3:1300", 0 },
		{ "one behind it", "mail.log.1:1300 mail.log.3:9000", 1300 },
		{ "dates can't tell", "mail.log-20261121:1300", 1300 },
		{ "one in its olddir", "mail.log.1:100 old/mail.log.2.gz:1300", 1300 },
		{ "the other", "old/mail.log.1:100 mail.log.2.gz:1300", 1300 },
		{ "old ones in both", "mail.log.4:9000 mail.log.1:100 old/mail.log.2:1300", 1300 },
		{ "and the other way", "mail.log.2:1300 mail.log.1:100 old/mail.log.4:9000", 1300 },
		{ "and one is missing", "mail.log.4:9000 mail.log.1:100 old/mail.log.3:1300", 0 },
		{ "of so many it can't be told", "mail.log.1:100 mail.log.64:1300", 1300 },
		{ "a number beyond all", "mail.log.1:100 mail.log.64:90 mail.log.2:1300", 1300 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);

		put(&h, "mail.log", 0, NULL);
		put_all(&h, rows[i].files);
		want_number(rows[i].what, before(&h),
			    rows[i].age ? NOW - rows[i].age : LOG_NEVER);
		host_remove(&h);
	}
}

static void one_of_sixty_that_is_missing_is_missed(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	put(&h, "mail.log", 0, NULL);
	for (int i = 1; i <= 63; i++) {
		char name[32];

		snprintf(name, sizeof(name), "mail.log.%d", i);
		put(&h, name, i < 63 ? 100 : 1300, NULL);
	}
	settle(&h);
	want_number("all are there", before(&h), NOW - 1300);
	assert_int_equal(remove(host_path(&h, "/var/log/mail.log.62")), 0);
	settle(&h);
	want_number("the last but one is not", before(&h), LOG_NEVER);
	host_remove(&h);
}

/* What is gone was written to before the file with the next smaller number beside it. */
static void a_link_to_what_is_gone_has_a_place_in_the_order(void **state)
{
	static const struct {
		const char *what, *files, *link, *want;
	} rows[] = {
		{ "alone", "mail.log:0", "mail.log.1", "mail.log.1(No such file or directory) mail.log" },
		{ "and no log", "", "mail.log.1", "mail.log.1(No such file or directory)" },
		{ "behind what is of before the window", "mail.log:0 mail.log.0:1300", "mail.log.1",
		  "mail.log" },
		{ "behind the first of some, in whatever order they are listed",
		  "mail.log:0 mail.log.5:9000 mail.log.0:1300 mail.log.6:9000", "mail.log.3", "mail.log" },
		{ "and no log, but another file", "mail.log.0:1300 mail.log.9:50", "mail.log.1",
		  "mail.log.9" },
		{ "before it", "mail.log:0 mail.log.1:1300", "mail.log.0",
		  "mail.log.0(No such file or directory) mail.log" },
		{ "between two", "mail.log:0 mail.log.1:300 mail.log.3:600", "mail.log.2",
		  "mail.log.3 mail.log.2(No such file or directory) mail.log.1 mail.log" },
		{ "the oldest of those with a smaller number tells",
		  "mail.log:0 mail.log.0:100 mail.log.1:300 mail.log.9:200", "mail.log.2",
		  "mail.log.2(No such file or directory) mail.log.1 mail.log.9 mail.log.0 mail.log" },
		{ "not one of another directory",
		  "mail.log:0 mail.log.1:300 old/mail.log.1:500 mail.log.3:600", "mail.log.2",
		  "mail.log.3 old/mail.log.1 mail.log.2(No such file or directory) mail.log.1 "
		  "mail.log" },
		{ "nor one without a number", "mail.log:0 mail.log-20261123:500 mail.log.1:300",
		  "mail.log.2",
		  "mail.log-20261123 mail.log.2(No such file or directory) mail.log.1 mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char path[64];

		host_file(&h, "/var/log/lastlog", "");
		put_all(&h, rows[i].files);
		snprintf(path, sizeof(path), "/var/log/%s", rows[i].link);
		assert_int_equal(symlink("/srv/gone", host_path(&h, path)), 0);
		settle(&h);
		want_text(rows[i].what, names(&h, "/var/log/mail.log"), rows[i].want);
		host_remove(&h);
	}
}

/* Of the log's links each directory is searched, by the name that it has there. */
static void links_of_the_log_are_followed_so_far_and_no_further(void **state)
{
	enum { CHAIN = LOG_SET_LINKS + 2 };
	struct sw_host h = host_new(NULL);
	char want[1024] = "";
	size_t n = 0;

	(void)state;
	for (int i = CHAIN - 1; i >= 0; i--) {
		char path[64], to[64];

		snprintf(path, sizeof(path), "/var/log/%d/%c.1", i, 'a' + i);
		put_at(&h, path, 20 + i, NULL);
		snprintf(path, sizeof(path), "/var/log/%d/%c", i, 'a' + i);
		snprintf(to, sizeof(to), i % 2 ? "../%d/%c" : "/var/log/%d/%c", i + 1, 'b' + i);
		if (i == CHAIN - 1)
			put_at(&h, path, 0, NULL);
		else
			assert_int_equal(symlink(to, host_path(&h, path)), 0);
		if (i < LOG_SET_LINKS && i > 0 && i % 2 == 0)
			n += (size_t)snprintf(want + n, sizeof(want) - n, "%d/../", i - 1);
		if (i < LOG_SET_LINKS)
			n += (size_t)snprintf(want + n, sizeof(want) - n, "%d/%c.1 ", i, 'a' + i);
	}
	snprintf(want + n, sizeof(want) - n, "0/a");
	want_text("a chain", names(&h, "/var/log/0/a"), want);
	host_remove(&h);
}

static int incomplete(const struct sw_host *h, size_t length)
{
	const struct log_set_request request = { .path = "/var/log/mail.log", .since = SINCE };
	struct sw_fault why = { 0 };
	struct log_set set;
	char to[4096];
	int code;

	memset(to, 'x', sizeof(to));
	for (size_t i = 200; i < length; i += 200)
		to[i] = '/';
	to[length - 2] = 'x';
	to[length] = '\0';
	(void)!remove(host_path(h, "/var/log/mail.log"));
	assert_int_equal(symlink(to, host_path(h, "/var/log/mail.log")), 0);
	settle(h);
	want_number("rotated files alone", log_set_open(h, &request, &set, &why), 0);
	code = set.incomplete.code;
	log_set_close(&set);
	return code;
}

static void a_link_is_followed_if_its_path_has_room(void **state)
{
	enum { MOST = LOG_SET_PATH - 1 - sizeof("/var/log/") + 1 };
	struct sw_host h = host_new(NULL);

	(void)state;
	put(&h, "mail.log.1", 100, NULL);
	want_number("to nowhere", incomplete(&h, 300), ENOENT);
	want_number("as long as can be", incomplete(&h, MOST) != 0, true);
	want_number("a byte longer", incomplete(&h, MOST + 1), 0);
	host_remove(&h);
}

static void so_many_directories_of_the_callers_are_searched(void **state)
{
	const char *olddirs[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL };
	const struct log_set_request request = { .path = "/var/log/mail.log",
						 .since = SINCE,
						 .olddirs = olddirs };
	struct sw_host h = host_new(NULL);

	(void)state;
	put_all(&h, "1/mail.log.9:1000 2/mail.log.8:900 3/mail.log.7:800 4/mail.log.6:700 "
		    "5/mail.log.5:600 6/mail.log.4:500 7/mail.log.3:400 8/mail.log.2:300 "
		    "9/mail.log.1:200 mail.log:0");
	want_text("eight", names_of(&h, &request),
		  "1/mail.log.9 2/mail.log.8 3/mail.log.7 4/mail.log.6 5/mail.log.5 6/mail.log.4 "
		  "7/mail.log.3 8/mail.log.2 mail.log");
	host_remove(&h);
}

struct looked {
	const struct sw_host *h;
	const char *want;
	int descriptors; /* the standard ones and the root's among them; 0: as many as there are */
};

/* In a child: 0 when the set is what is wanted. */
static int look(void *ctx)
{
	const struct looked *looked = ctx;
	struct sw_host h = *looked->h;
	const char *got;

	if (looked->descriptors > 0) {
		const struct rlimit limit = { (rlim_t)looked->descriptors,
					      (rlim_t)looked->descriptors };

		if (h.root != 3 && dup2(h.root, 3) < 0)
			return -EBADF;
		h.root = 3;
		for (int fd = 4; fd < 100; fd++)
			close(fd);
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	got = names(&h, "/var/log/mail.log");
	if (strcmp(got, looked->want) == 0)
		return 0;
	fprintf(stderr, "got \"%s\", want \"%s\"\n", got, looked->want);
	return -EILSEQ;
}

static void want_as_nobody(const char *what, const struct sw_host *h, int descriptors,
			   const char *want)
{
	struct looked looked = { h, want, descriptors };

	assert_int_equal(chmod(h->root_path, 0755), 0);
	want_number(what, as_nobody(look, &looked), 0);
}

static void what_can_not_be_had_is_said(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	put(&h, "mail.log.3", 1000, NULL);
	put(&h, "mail.log.2", 800, NULL);
	put(&h, "mail.log.1", 600, NULL);
	put(&h, "mail.log", 0, NULL);
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log.2"), 0), 0);
	put(&h, "mail.log.save", 5, "of nobody");
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log.save"), 0), 0);
	want_as_nobody("mode 0", &h, 0,
		       "mail.log.3 mail.log.2(Permission denied) mail.log.1 "
		       "?mail.log.save(Permission denied) mail.log");
	assert_int_equal(remove(host_path(&h, "/var/log/mail.log.save")), 0);
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log.2"), 0644), 0);
	want_as_nobody("few descriptors: the youngest are opened", &h, 7,
		       "mail.log.3(Too many open files) mail.log.2(Too many open files) "
		       "mail.log.1 mail.log");
	want_as_nobody("fewer", &h, 6,
		       "mail.log.3(Too many open files) mail.log.2(Too many open files) "
		       "mail.log.1(Too many open files) mail.log");
	assert_int_equal(mkdir(host_path(&h, "/var/log/old"), 0700), 0);
	assert_int_equal(chmod(host_path(&h, "/var/log/old"), 0), 0);
	want_as_nobody("a directory that was guessed", &h, 0,
		       "?old/(Permission denied) mail.log.3 mail.log.2 mail.log.1 mail.log");
	assert_int_equal(chmod(host_path(&h, "/var/log"), 0711), 0);
	if (geteuid() == 0)
		want_as_nobody("a directory that can't be listed", &h, 0,
			       "?old/(Permission denied) mail.log | rotated files are not seen: "
			       "open /var/log/: Permission denied");
	assert_int_equal(chmod(host_path(&h, "/var/log"), 0755), 0);
	host_remove(&h);
}

/*
 * Rotate /var/log/mail.log until killed. There are so many files that opening them all takes
 * longer than a moment; each holds its line.
 */
enum { FILES = 500, FIRST_LINE = 1000 };

static void put_line(const struct sw_host *h, int number, int line)
{
	char name[64], text[64];

	snprintf(name, sizeof(name), number ? "/var/log/mail.log.%d" : "/var/log/mail.log", number);
	snprintf(text, sizeof(text), "line %d\n", line);
	host_file(h, name, text);
}

static void rotate_for_ever(const struct sw_host *h)
{
	int directory = open(host_path(h, "/var/log"), O_PATH);

	for (int line = FIRST_LINE + 1;; line++) {
		for (int i = FILES; i >= 0; i--) {
			char from[64], to[64];

			snprintf(from, sizeof(from), i ? "mail.log.%d" : "mail.log", i);
			snprintf(to, sizeof(to), "mail.log.%d", i + 1);
			(void)!renameat(directory, from, directory, to);
		}
		put_line(h, 0, line);
		nanosleep(&(struct timespec){ .tv_nsec = 22000000 + line % 4 * 12000000 }, NULL);
	}
}

static int line_of(const struct log_set_file *file)
{
	char text[64] = "";
	int line = -1;

	if (file->fd < 0 || pread(file->fd, text, sizeof(text) - 1, 0) <= 0 ||
	    sscanf(text, "line %d", &line) != 1)
		return -1; /* it is being created */
	return line;
}

static void a_set_is_of_one_moment(void **state)
{
	const struct log_set_request request = { .path = "/var/log/mail.log", .since = 0 };
	struct sw_host h = host_new(NULL);
	pid_t pid;

	(void)state;
	for (int i = FILES; i >= 0; i--)
		put_line(&h, i, FIRST_LINE - i);
	pid = fork();
	if (pid == 0)
		rotate_for_ever(&h);
	for (int i = 0; i < 15; i++) {
		struct sw_fault why = { 0 };
		struct log_set set;
		int next = -1;
		int rc = log_set_open(&h, &request, &set, &why);

		for (size_t k = 0; rc == 0 && k < set.n; k++) {
			int line = line_of(&set.file[k]);

			if (set.incomplete.code || line < 0)
				continue;
			if (next >= 0 && line != next)
				fail_msg("round %d: got line %d after line %d", i, line, next - 1);
			next = line + 1;
		}
		log_set_close(&set);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	host_remove(&h);
}

/* The memory of a process can't be read at its address 0. */
static void what_can_not_be_read_is_said(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_host here = { .root = open("/", O_PATH | O_CLOEXEC), .root_path = "/" };
	struct log_set_request request = { .since = 0 };
	char path[4096], want[8300];

	(void)state;
	put(&h, "mail.log", 0, NULL);
	assert_int_equal(symlink("/proc/self/mem", host_path(&h, "/var/log/mail.log.1")), 0);
	snprintf(path, sizeof(path), "%s", host_path(&h, "/var/log/mail.log"));
	snprintf(want, sizeof(want), "%s.1(Input/output error) %s", path, path);
	request.path = path;
	want_text("EIO", names_of(&here, &request), want);
	close(here.root);
	host_remove(&h);
}

static void links_are_followed_and_those_that_lead_nowhere_are_said(void **state)
{
	static const struct {
		const char *what;
		const char *name;
		const char *to;
		const char *want;
	} rows[] = {
		{ "to a file", "mail.log.1", "/srv/one", "mail.log.2 mail.log.1 mail.log" },
		{ "to an old file", "mail.log.1", "/srv/old", "mail.log.2 mail.log" },
		{ "to itself", "mail.log.1", "mail.log.1",
		  "mail.log.2 mail.log.1(Too many levels of symbolic links) mail.log" },
		{ "to what is gone", "mail.log.1", "/srv/gone",
		  "mail.log.2 mail.log.1(No such file or directory) mail.log" },
		{ "in the middle", "mail.log.3", "/srv/gone",
		  "mail.log.3(No such file or directory) mail.log.2 mail.log" },
		{ "of before the window", "mail.log.9", "/srv/gone", "mail.log.2 mail.log" },
		{ "named by its date", "mail.log-20261123", "/srv/gone",
		  "mail.log-20261123(No such file or directory) mail.log.2 mail.log" },
		{ "to a directory", "mail.log.1", "/srv/directory",
		  "mail.log.2 mail.log.1(Invalid argument) mail.log" },
		{ "out of the root", "mail.log.1", "../../../../../srv/one",
		  "mail.log.2 mail.log.1 mail.log" },
		{ "no rotated file's name", "mail.log.save", "/srv/gone", "mail.log.2 mail.log" },
		{ "to the log", "mail.log.1", "mail.log", "mail.log.2 mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct timespec long_ago[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
		struct sw_host h = host_new(NULL);
		char path[64];

		put_at(&h, "/srv/one", 100, NULL);
		put_at(&h, "/srv/old", 2000, NULL);
		put_at(&h, "/srv/directory/file", 0, NULL);
		written(&h, "/srv/directory", 10);
		put(&h, "mail.log.8", 1300, NULL);
		put(&h, "mail.log.2", 600, NULL);
		put(&h, "mail.log", 0, NULL);
		snprintf(path, sizeof(path), "/var/log/%s", rows[i].name);
		assert_int_equal(symlink(rows[i].to, host_path(&h, path)), 0);
		utimensat(AT_FDCWD, host_path(&h, path), long_ago, AT_SYMLINK_NOFOLLOW);
		want_text(rows[i].what, names(&h, "/var/log/mail.log"), rows[i].want);
		host_remove(&h);
	}
}

static void what_can_be_no_log_is_said(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	want_text("no directory", names(&h, "/var/log/mail.log"),
		  "No such file or directory (open /var/log/mail.log: No such file or directory)");
	put(&h, "mail.log.1", 1500, NULL);
	want_text("only an old rotated one", names(&h, "/var/log/mail.log"),
		  "No such file or directory (open /var/log/mail.log: No such file or directory)");
	assert_int_equal(mkdir(host_path(&h, "/var/log/mail"), 0755), 0);
	want_in("a directory", names(&h, "/var/log/mail"), "/var/log/mail is no regular file");
	assert_int_equal(mkfifo(host_path(&h, "/var/log/fifo"), 0644), 0);
	want_in("a FIFO", names(&h, "/var/log/fifo"), "no regular file");
	put(&h, "mail.log", 0, NULL);
	assert_int_equal(symlink("/var/log/mail.log", host_path(&h, "/var/log/link")), 0);
	want_text("a symbolic link", names(&h, "/var/log/link"), "link");
	assert_int_equal(remove(host_path(&h, "/var/log/mail.log.1")), 0);
	assert_int_equal(mkdir(host_path(&h, "/var/log/mail.log.2"), 0755), 0);
	written(&h, "/var/log/mail.log.2", 60);
	want_text("a directory with a rotated name", names(&h, "/var/log/mail.log"),
		  "mail.log.2(Invalid argument) mail.log");
	assert_int_equal(mkdir(host_path(&h, "/var/log/mail.log.d"), 0755), 0);
	want_text("and with another one", names(&h, "/var/log/mail.log"),
		  "mail.log.2(Invalid argument) mail.log");
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log"), 0), 0);
	want_as_nobody("a log that may not be read", &h, 0,
		       "Permission denied (open /var/log/mail.log: Permission denied)");
	host_remove(&h);
}

/* test_set LOG SINCE [OLDDIR]: its files, for tests/system/logrotate.sh */
static int show(char **argv)
{
	const struct sw_host h = { .root = open("/", O_PATH | O_CLOEXEC), .root_path = "/" };
	const char *const olddirs[] = { argv[3], NULL };
	const struct log_set_request request = { .path = argv[1],
						 .since = strtoll(argv[2], NULL, 10),
						 .olddirs = olddirs,
						 .stamp = stamp };
	struct sw_fault why = { 0 };
	struct log_set set;

	if (log_set_open(&h, &request, &set, &why) < 0) {
		printf("%s\n", why.text.s);
		return 1;
	}
	for (size_t i = 0; i < set.n; i++)
		printf("%s %s%s%s%s\n", log_format_name(set.file[i].format), set.file[i].directory,
		       set.file[i].name, set.file[i].fd < 0 ? ": " : "", set.file[i].why.text.s);
	if (set.incomplete.code)
		printf("incomplete %s\n", set.incomplete.text.s);
	log_set_close(&set);
	close(h.root);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_habit_of_rotation_is_known),
		cmocka_unit_test(directories_that_the_caller_names_are_searched),
		cmocka_unit_test(what_a_link_leads_to_was_rotated_there),
		cmocka_unit_test(only_lines_that_fill_a_gap_prove_a_file),
		cmocka_unit_test(files_of_before_the_window_are_left_out),
		cmocka_unit_test(between_rename_and_create_the_rotated_file_is_the_log),
		cmocka_unit_test(what_is_there_twice_is_read_once),
		cmocka_unit_test(while_gzip_works_the_plain_file_counts),
		cmocka_unit_test(holes_that_copytruncate_leaves_do_not_make_files_the_same),
		cmocka_unit_test(what_is_not_in_the_format_of_its_name_is_said),
		cmocka_unit_test(the_log_itself_is_what_its_bytes_say),
		cmocka_unit_test(a_directory_is_settled_a_tick_after_it_has_changed),
		cmocka_unit_test(all_of_many_files_are_there),
		cmocka_unit_test(more_than_can_be_is_said),
		cmocka_unit_test(copied_files_are_ordered_by_their_lines),
		cmocka_unit_test(the_end_of_the_file_before_the_window_is_known),
		cmocka_unit_test(one_of_sixty_that_is_missing_is_missed),
		cmocka_unit_test(a_link_to_what_is_gone_has_a_place_in_the_order),
		cmocka_unit_test(links_of_the_log_are_followed_so_far_and_no_further),
		cmocka_unit_test(a_link_is_followed_if_its_path_has_room),
		cmocka_unit_test(so_many_directories_of_the_callers_are_searched),
		cmocka_unit_test(what_can_not_be_had_is_said),
		cmocka_unit_test(a_set_is_of_one_moment),
		cmocka_unit_test(what_can_not_be_read_is_said),
		cmocka_unit_test(links_are_followed_and_those_that_lead_nowhere_are_said),
		cmocka_unit_test(what_can_be_no_log_is_said),
	};

	if (argc > 2)
		return show(argv);
	return cmocka_run_group_tests_name("logset", tests, NULL, NULL);
}
