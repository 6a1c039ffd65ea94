#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "log/set.h"
#include "test.h"

enum { NOW = 1795431600, SINCE = NOW - 1200 };

static void written(const struct sw_host *h, const char *path, int64_t age)
{
	const struct timespec times[2] = { { .tv_sec = NOW - age }, { .tv_sec = NOW - age } };

	assert_int_equal(utimensat(AT_FDCWD, host_path(h, path), times, 0), 0);
}

/* A file of lines that no other file has, last written at NOW - age. A NULL text is one by its
 * name. */
static void put(const struct sw_host *h, const char *name, int64_t age, const char *text)
{
	char path[512], own[512];

	snprintf(path, sizeof(path), "/var/log/%s", name);
	snprintf(own, sizeof(own), "Nov 23 11:00:00 mx postfix/smtpd[1]: first line of %s\n", name);
	if (strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".gz") == 0) {
		gzFile gz;

		host_file(h, path, "");
		gz = gzopen(host_path(h, path), "w");
		assert_true(gzputs(gz, text ? text : own) > 0);
		assert_int_equal(gzclose(gz), Z_OK);
	} else {
		host_file(h, path, text ? text : own);
	}
	written(h, path, age);
}

/* The names of the set, the oldest first, and what is said about the unread; or the error. */
static const char *names(const struct sw_host *h, const char *path)
{
	static char text[4096];
	struct log_set set;
	struct sw_fault why = { 0 };
	int rc = log_set_open(h, path, SINCE, &set, &why);
	size_t n = 0;

	text[0] = '\0';
	if (rc < 0) {
		snprintf(text, sizeof(text), "%s (%s)", strerror(-rc), why.text.s);
		return text;
	}
	if (why.code)
		fail_msg("%s: got the fault %s, want none", path, why.text.s);
	for (size_t i = 0; i < set.n; i++) {
		want_number(set.source[i].name, fcntl(set.source[i].fd, F_GETFD) & FD_CLOEXEC,
			    FD_CLOEXEC);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i ? " " : "",
				      set.source[i].name);
	}
	if (set.unread.n)
		snprintf(text + n, sizeof(text) - n, " | %s", set.unread.s);
	log_set_close(&set);
	return text;
}

static void every_habit_of_rotation_is_known(void **state)
{
	static const struct {
		const char *what;
		const char *log;
		const char *rotated; /* files, the oldest first, ten minutes between them */
		const char *want;
	} rows[] = {
		{ "nothing rotated", "mail.log", "", "mail.log" },
		{ "numbers", "mail.log", "mail.log.2 mail.log.1",
		  "mail.log.2 mail.log.1 mail.log" },
		{ "compressed", "mail.log", "mail.log.2.gz mail.log.1.gz",
		  "mail.log.2.gz mail.log.1.gz mail.log" },
		{ "with delaycompress", "mail.log", "mail.log.2.gz mail.log.1",
		  "mail.log.2.gz mail.log.1 mail.log" },
		{ "savelog", "mail.log", "mail.log.1.gz mail.log.0",
		  "mail.log.1.gz mail.log.0 mail.log" },
		{ "dateext", "maillog", "maillog-20261122.gz maillog-20261123",
		  "maillog-20261122.gz maillog-20261123 maillog" },
		{ "dateext by the hour", "maillog", "maillog-2026112310.gz maillog-2026112311",
		  "maillog-2026112310.gz maillog-2026112311 maillog" },
		{ "dateext with seconds", "mail.log", "mail.log-20261123-1795431000.gz",
		  "mail.log-20261123-1795431000.gz mail.log" },
		{ "Postfix's own", "maillog", "maillog.20261123-104320.gz maillog.20261123-105320",
		  "maillog.20261123-104320.gz maillog.20261123-105320 maillog" },
		{ "no rotation", "mail.log",
		  "mail.log.save mail.log.1.bak mail.log~ mail.log.old mail.logx mail.log1 "
		  "mail.log. "
		  "mail.log.gz mail.log.a1 mail.log.1.gz.tmp mail.log.1x mail.logger.1 mail.err.1 "
		  "xmail.log.1 mail.log.-1 mail.log-",
		  "mail.log" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_raw rest = raw_of(rows[i].rotated);
		struct sw_raw name;
		char path[64];
		int64_t age = 1100;

		while (raw_word(&rest, " ", &name)) {
			char copy[64];

			snprintf(copy, sizeof(copy), "%.*s", (int)name.n, name.p);
			put(&h, copy, age, NULL);
			age = age > 600 ? 600 : age - 1;
		}
		put(&h, rows[i].log, 0, NULL);
		snprintf(path, sizeof(path), "/var/log/%s", rows[i].log);
		want_text(rows[i].what, names(&h, path), rows[i].want);
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

static void a_format_that_is_not_read_is_said(void **state)
{
	static const struct {
		const char *name;
		int64_t age;
		bool want;
	} rows[] = {
		{ "mail.log.1.lz4", 600, true },   { "mail.log-20261123.lz4", 600, true },
		{ "mail.log.2.lz4", 1300, false }, { "mail.log.save.lz4", 600, false },
		{ "mail.log.1.bak", 600, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		char want[128] = "mail.log";

		put(&h, rows[i].name, rows[i].age, NULL);
		put(&h, "mail.log", 0, NULL);
		if (rows[i].want)
			snprintf(want, sizeof(want),
				 "mail.log | %s is compressed in a way that is not "
				 "read, only .gz, .xz, .zst and .bz2 are",
				 rows[i].name);
		want_text(rows[i].name, names(&h, "/var/log/mail.log"), want);
		host_remove(&h);
	}
}

/* As after `cp -r` of a copied host, or a backup that came back: all are of now. */
static void of_too_many_files_the_youngest_are_read(void **state)
{
	enum { MANY = 60 };

	(void)state;
	for (int apart = 0; apart < 2; apart++) {
		struct sw_host h = host_new(NULL);
		char want[4096] = "";
		size_t n = 0;

		for (int i = MANY; i >= 1; i--) {
			char name[32];

			snprintf(name, sizeof(name), "mail.log.%d", i);
			put(&h, name, 10 * i * apart, NULL);
			if (i < LOG_SET_MAX)
				n += (size_t)snprintf(want + n, sizeof(want) - n, "%s ", name);
		}
		put(&h, "mail.log", 0, NULL);
		snprintf(want + n, sizeof(want) - n, "mail.log");
		want_text(apart ? "each older than the one before" : "all of one second",
			  names(&h, "/var/log/mail.log"), want);
		host_remove(&h);
	}
}

static int first_is_log(void *ctx)
{
	struct sw_host *h = ctx;
	struct log_set set;
	struct sw_fault why = { 0 };
	int rc = log_set_open(h, "/var/log/mail.log", SINCE, &set, &why);

	if (rc == 0 && (set.n != 1 || strcmp(set.source[0].name, "mail.log") != 0))
		rc = -EILSEQ;
	log_set_close(&set);
	return rc;
}

static void what_can_be_no_log_is_said(void **state)
{
	struct sw_host h = host_new(NULL);

	(void)state;
	want_text("no directory", names(&h, "/var/log/mail.log"),
		  "No such file or directory (open /var/log/mail.log: No such file or directory)");
	put(&h, "mail.log.1", 2000, NULL);
	want_text("only an old rotated one", names(&h, "/var/log/mail.log"),
		  "No such file or directory (open /var/log/mail.log: No such file or directory)");
	assert_int_equal(mkdir(host_path(&h, "/var/log/mail"), 0755), 0);
	want_in("a directory", names(&h, "/var/log/mail"), "/var/log/mail is no regular file");
	assert_int_equal(mkfifo(host_path(&h, "/var/log/fifo"), 0644), 0);
	want_in("a FIFO", names(&h, "/var/log/fifo"), "no regular file");
	put(&h, "mail.log", 0, NULL);
	assert_int_equal(symlink("/var/log/mail.log", host_path(&h, "/var/log/link")), 0);
	want_text("a symbolic link", names(&h, "/var/log/link"), "link");
	assert_int_equal(mkdir(host_path(&h, "/var/log/mail.log.2"), 0755), 0);
	want_text("a directory with a rotated name", names(&h, "/var/log/mail.log"), "mail.log");
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/var/log"), 0711), 0);
	want_number("a directory that can't be listed", as_nobody(first_is_log, &h), 0);
	assert_int_equal(chmod(host_path(&h, "/var/log/mail.log"), 0600), 0);
	want_number("a log that may not be read", as_nobody(first_is_log, &h),
		    geteuid() == 0 ? -EACCES : 0);
	assert_int_equal(chmod(host_path(&h, "/var/log"), 0755), 0);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_habit_of_rotation_is_known),
		cmocka_unit_test(files_of_before_the_window_are_left_out),
		cmocka_unit_test(between_rename_and_create_the_rotated_file_is_the_log),
		cmocka_unit_test(what_is_there_twice_is_read_once),
		cmocka_unit_test(while_gzip_works_the_plain_file_counts),
		cmocka_unit_test(holes_that_copytruncate_leaves_do_not_make_files_the_same),
		cmocka_unit_test(a_format_that_is_not_read_is_said),
		cmocka_unit_test(of_too_many_files_the_youngest_are_read),
		cmocka_unit_test(what_can_be_no_log_is_said),
	};

	return cmocka_run_group_tests_name("logset", tests, NULL, NULL);
}
