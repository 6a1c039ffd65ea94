/* Who holds the queues: every queue file is counted, by what is asked for; as text and as an object. */
#include "incident/who.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "descriptors.h"
#include "incident/run.h"
#include "mailtext.h"
#include "printed.h"
#include "test.h"

static struct sw_host h;
static struct options options;
static struct run run = { .options = &options, .host = &h };
static int code;

static void who(void)
{
	code = who_run(&run);
}

static void begin(void)
{
	static const char *const queues[] = { "maildrop", "incoming", "active", "deferred", "hold" };

	h = host_new(NULL);
	options = (struct options){ .by = BY_ACCOUNT };
	host_file(&h, "/etc/postfix/main.cf", "myhostname = mx\nqueue_directory = /spool\n");
	host_file(&h, "/etc/passwd", "www-data:x:33:33::/var/www:/bin/sh\n");
	for (size_t i = 0; i < SW_COUNT(queues); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/spool/%s/.empty", queues[i]);
		host_file(&h, path, "");
	}
}

#define HERS(path_, login_) { .path = path_, .login = login_, .client = "192.0.2.1", .sender = "a@x", .to = { "r@y" } }

static const struct mail mails[] = {
	HERS("/spool/deferred/A1", "alice@x"),
	HERS("/spool/hold/A2", "Alice@X"),
	HERS("/spool/active/A3", "alice@x"),
	{ .path = "/spool/incoming/B1", .login = "bob", .client = "192.0.2.9", .sender = "",
	  .to = { "r@y", "s@Y", "t@z" } },
	{ .path = "/spool/deferred/C1", .client = "192.0.2.7", .sender = "c@x", .to = { "r@z" } },
	{ .path = "/spool/deferred/L1", .sender = "", .to = { "a@x" } },
	{ .path = "/spool/maildrop/Z1", .login = "33", .client = "192.0.2.7", .sender = "c@x", .to = { "r@z" } },
};

static void each_message_counts_for_what_is_asked(void **state)
{
	static const struct {
		enum options_by by;
		size_t top;
		const char *text, *object;
	} rows[] = {
		{ BY_ACCOUNT, 0,
		  "         7  messages in all\n"
		  "         3  alice@x\n"
		  "         1  local mail\n"
		  "         1  client 192.0.2.7\n"
		  "         1  33\n"
		  "         1  bob\n",
		  "{\"schema\":1,\"by\":\"account\",\"total\":7,\"exact\":true,\"rows\":[{\"name\":\"alice@x\",\"messages\":3,\"kind\":\"account\"},"
		  "{\"name\":\"local mail\",\"messages\":1,\"kind\":\"local\"},{\"name\":\"client 192.0.2.7\",\"messages\":1,\"kind\":\"client\"},"
		  "{\"name\":\"33\",\"messages\":1,\"kind\":\"account\"},{\"name\":\"bob\",\"messages\":1,\"kind\":\"account\"}]}\n" },
		{ BY_ACCOUNT, 1,
		  "         7  messages in all\n"
		  "         3  alice@x\n"
		  "            and 4 more (--top 5)\n",
		  "{\"schema\":1,\"by\":\"account\",\"total\":7,\"exact\":true,\"rows\":[{\"name\":\"alice@x\",\"messages\":3,\"kind\":\"account\"}]}\n" },
		{ BY_CLIENT, 4,
		  "         7  messages in all\n"
		  "         3  192.0.2.1\n"
		  "         2  192.0.2.7\n"
		  "         1  no client\n"
		  "         1  192.0.2.9\n",
		  NULL },
		{ BY_CLIENT, 2, NULL,
		  "{\"schema\":1,\"by\":\"client\",\"total\":7,\"exact\":true,\"rows\":[{\"name\":\"192.0.2.1\",\"messages\":3,\"kind\":\"client\"},"
		  "{\"name\":\"192.0.2.7\",\"messages\":2,\"kind\":\"client\"}]}\n" },
		{ BY_CLIENT, 3, NULL,
		  "{\"schema\":1,\"by\":\"client\",\"total\":7,\"exact\":true,\"rows\":[{\"name\":\"192.0.2.1\",\"messages\":3,\"kind\":\"client\"},"
		  "{\"name\":\"192.0.2.7\",\"messages\":2,\"kind\":\"client\"},{\"name\":null,\"messages\":1,\"kind\":\"none\"}]}\n" },
		{ BY_SENDER, 0,
		  "         7  messages in all\n"
		  "         3  a@x\n"
		  "         2  [] the null sender, of bounces\n"
		  "         2  c@x\n",
		  NULL },
		{ BY_DOMAIN, 0,
		  "         7  messages in all\n"
		  "         4  y\n"
		  "         3  z\n"
		  "         1  x\n",
		  NULL },
		{ BY_UID, 0,
		  "         7  messages in all\n"
		  "         7  no uid\n",
		  NULL },
		{ BY_REASON, 0,
		  "         7  messages in all\n"
		  "         4  no reason\n"
		  "         2  450 slow down\n"
		  "         1  550 no\n"
		  "         1  x\n",
		  NULL },
	};
	static char got[8192];
	const int before = descriptors_open();

	(void)state;
	begin();
	for (size_t i = 0; i < SW_COUNT(mails); i++)
		put_mail(&h, &mails[i]);
	/* one that is being written is none yet */
	mail_n = 0;
	mail_record('C', "%15d %15d %15d %15d %15d", 0, 0, 0, 0, 0);
	mail_record('T', "%d 0", 5);
	host_bytes(&h, "/spool/incoming/G1", mail, mail_n);
	host_file(&h, "/spool/defer/Z/Z1", "reason=x\n\n");
	host_file(&h, "/spool/defer/A/A1", "reason=host y[192.0.2.3] said: 450 slow down\n\n"
					   "recipient=s@y\nreason=host y[192.0.2.3] said: 450 slow down\n\n");
	host_file(&h, "/spool/defer/C1", "recipient=r@y\nreason=host y[192.0.2.3] said: 450 slow down\n\n"
					 "recipient=s@y\nreason=host z[192.0.2.3] said: 550 no\n\n"
					 "recipient=t@y\n\n");
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		options.by = rows[i].by;
		options.top = rows[i].top;
		options.json = false;
		printed(stdout, who, got, sizeof(got));
		if (rows[i].text)
			want_text("text", got, rows[i].text);
		want_number("exact", code, EXIT_DONE);
		options.json = true;
		printed(stdout, who, got, sizeof(got));
		if (rows[i].object)
			want_text("an object", got, rows[i].object);
		want_number("exact", code, EXIT_DONE);
	}
	host_remove(&h);
	want_number("descriptors", descriptors_open(), before);
}

static void more_rows_than_are_wanted_are_counted(void **state)
{
	static char got[8192];

	(void)state;
	for (int n = 19; n < 23; n++) {
		char want[64];

		begin();
		for (int i = 0; i < n; i++) {
			char path[32];
			char login[16];

			snprintf(path, sizeof(path), "/spool/hold/A%d", i + 10);
			snprintf(login, sizeof(login), "u%d", i);
			put_mail(&h, &(struct mail)HERS(path, login));
		}
		printed(stdout, who, got, sizeof(got));
		snprintf(want, sizeof(want), "            and %d more (--top %d)\n", n - 20, n);
		want_number("more", strstr(got, " more (") != NULL, n > 20);
		if (n > 20)
			want_in("so many", got, want);
		host_remove(&h);
	}
}

static void what_could_not_be_read_is_said(void **state)
{
	static char got[8192];
	FILE *f;

	(void)state;
	begin();
	put_mail(&h, &mails[0]);
	host_file(&h, "/spool/hold/X1", "x");
	host_file(&h, "/spool/incoming/X2", "x");
	printed(stderr, who, got, sizeof(got));
	want_text("why", got, "spoolwatch: who: 2 queue files could not be read: X2 is not a queue file\n");
	want_number("not exact", code, EXIT_PARTLY);
	options.json = true;
	printed(stdout, who, got, sizeof(got));
	want_in("nor as an object", got, "\"total\":1,\"exact\":false,");
	host_remove(&h);
	/* one that does not say whose it is: those behind it count */
	begin();
	f = fopen("tests/unit/queue/files/crafted/04-length-5-bytes-too-many-bits", "r");
	assert_non_null(f);
	mail_n = fread(mail, 1, sizeof(mail), f);
	fclose(f);
	host_bytes(&h, "/spool/incoming/D1", mail, mail_n);
	assert_int_equal(chmod(host_path(&h, "/spool/incoming/D1"), 0700), 0);
	put_mail(&h, &mails[0]);
	put_mail(&h, &mails[1]);
	printed(stderr, who, got, sizeof(got));
	want_text("why", got, "spoolwatch: who: 1 queue files could not be read: D1 is damaged\n");
	options.json = true;
	printed(stdout, who, got, sizeof(got));
	want_in("the others", got, "\"total\":2,\"exact\":false,");
	host_remove(&h);
	begin();
	host_file(&h, "/etc/postfix/main.cf", "myhostname = mx\nqueue_directory = /nowhere\n");
	printed(stderr, who, got, sizeof(got));
	want_in("no queues", got, "spoolwatch: ");
	want_number("no queues", code, EXIT_PARTLY);
	host_remove(&h);
}

/* What was whole when it was moved on, and lost its end with the power: no message that is not there, no local mail. */
static void what_is_cut_off_is_said(void **state)
{
	static const struct {
		const char *path;
		int recipients; /* that its first record tells */
		const char *want;
	} rows[] = {
		{ "/spool/active/G1", 0, "spoolwatch: who: 1 queue files could not be read: G1 is cut off\n" },
		{ "/spool/deferred/G1", 0, "spoolwatch: who: 1 queue files could not be read: G1 is cut off\n" },
		{ "/spool/deferred/G1", 1, "spoolwatch: who: 1 queue files could not be read: G1 is cut off\n" },
		{ "/spool/hold/G1", 1, "spoolwatch: who: 1 queue files could not be read: G1 is cut off\n" },
		{ "/spool/incoming/G1", 0, "" },
	};
	static char got[8192];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin();
		mail_n = 0;
		mail_record('C', "%15d %15d %15d %15d %15d", 0, 0, rows[i].recipients, 0, 0);
		mail_record('T', "%d 0", 5);
		host_bytes(&h, rows[i].path, mail, mail_n);
		put_mail(&h, &mails[0]);
		printed(stderr, who, got, sizeof(got));
		want_text(rows[i].path, got, rows[i].want);
		want_number(rows[i].path, code, *rows[i].want ? EXIT_PARTLY : EXIT_DONE);
		printed(stdout, who, got, sizeof(got));
		want_text(rows[i].path, got, "         1  messages in all\n         1  alice@x\n");
		host_remove(&h);
	}
	begin(); /* whose it is stands before the end */
	mail_n = 0;
	mail_record('C', "%15d %15d %15d %15d %15d", 0, 0, 1, 0, 0);
	mail_record('T', "%d 0", 5);
	mail_record('A', "sasl_username=bob");
	host_bytes(&h, "/spool/hold/G1", mail, mail_n);
	printed(stdout, who, got, sizeof(got));
	want_text("a login is told", got, "         1  messages in all\n         1  bob\n");
	host_remove(&h);
}

/* Beside the rows as they are met: case is folded, kinds are not. */
static void rows_that_differ_in_case_are_one(void **state)
{
	static const struct {
		char kind;
		const char *name;
		unsigned n;
	} met[] = { { 'n', "A@x", 1 }, { 'n', "a@x", 2 }, { 'c', "a@x", 4 }, { 'c', "A@X", 2 }, { 'n', "b@x", 3 }, { 'n', "B@X", 3 }, { 'n', "b@X", 1 }, { 'n', "Z", 5 } };
	static struct who w;
	struct who_row *rows = NULL;
	struct sw_fault why = { 0 };
	const char kind[2] = { WHO_NAMED, WHO_CLIENT };
	char got[256] = "";

	(void)state;
	w = (struct who){ .utf8 = true };
	assert_int_equal(topk_new(16, 1 + WHO_NAME, 8, (struct hash_key){ 1, 2 }, &w.table, &why), 0);
	for (size_t i = 0; i < SW_COUNT(met); i++) {
		char key[16];

		snprintf(key, sizeof(key), "%c%s", kind[met[i].kind == 'c'], met[i].name);
		topk_count(w.table, raw_of(key), met[i].n);
	}
	want_number("rows", who_rows(&w, &rows, &why), 4);
	for (size_t i = 0; i < 4; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%c %.*s %d\n", (char)rows[i].kind == kind[1] ? 'c' : 'n',
			 (int)rows[i].name.n, rows[i].name.p, (int)rows[i].messages);
	want_text("put together", got, "n b@x 7\nc a@x 6\nn Z 5\nn a@x 3\n");
	free(rows);
	who_free(&w);
}

static void a_log_lies_below_its_hash_directories_or_not(void **state)
{
	static const struct {
		const char *file, *hash;
		bool found;
	} rows[] = {
		{ "/defer/A/A1", "", true }, { "/defer/A/A1", "A/1/", true }, { "/defer/A1", "", true }, { "/defer/A/1/A1", "A/1/", true },
		{ "/defer/A/1/A1", "", false }, { "/defer/A1", "A/1/", true }, { "/bounce/A/A1", "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_queue_message m = { .id = "A1", .id_n = 2 };
		int fd;
		int spool;

		h = host_new(NULL);
		m.hash = rows[i].hash;
		host_file(&h, rows[i].file, "x");
		spool = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fd = who_log_open(spool, "defer", &m);
		want_number(rows[i].file, fd >= 0, rows[i].found);
		if (fd >= 0)
			close(fd);
		close(spool);
		host_remove(&h);
	}
}

/* Of two that are there, the one of `defer`'s own hash directories. */
static void of_two_logs_the_first_is_read(void **state)
{
	struct sw_queue_message m = { .id = "A1", .id_n = 2, .hash = "B/1/" };
	static const char *const files[] = { "/defer/A1", "/defer/B/1/A1", "/defer/A/A1" };
	char byte[2];

	(void)state;
	h = host_new(NULL);
	for (size_t i = 0; i < SW_COUNT(files); i++) {
		int spool = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		int fd;

		byte[0] = (char)('1' + i);
		byte[1] = '\0';
		host_file(&h, files[i], byte);
		fd = who_log_open(spool, "defer", &m);
		assert_int_equal(read(fd, byte, 1), 1);
		want_number(files[i], byte[0], (int)('1' + i));
		close(fd);
		close(spool);
	}
	host_remove(&h);
}

/* Of a log that is longer than what is read of it the last reason is cut: it counts where it is the only one. */
static void a_long_log_is_read_to_its_last_whole_entry(void **state)
{
	static char log[2 * WHO_LOG];
	static char got[1024];
	static const char first[] = "recipient=r@y\nreason=host y[192.0.2.3] said: 450 slow down\n\n";
	static const char second[] = "recipient=s@y\nreason=host y[192.0.2.3] said: 550 no ";

	(void)state;
	for (int both = 0; both < 2; both++) {
		begin();
		options.by = BY_REASON;
		put_mail(&h, &mails[0]);
		memset(log, 'x', sizeof(log));
		memcpy(log, both ? first : second, strlen(both ? first : second));
		if (both)
			memcpy(log + strlen(first), second, strlen(second));
		host_bytes(&h, "/spool/defer/A/A1", log, sizeof(log));
		printed(stdout, who, got, sizeof(got));
		want_in("so many rows", got, both ? "all\n         1  450 slow down\n" : "all\n         1  550 no ");
		want_number("no others", strstr(got, "550") != NULL, !both);
		host_remove(&h);
	}
}

/* The first that is looked at: the others go meanwhile. */
static void others_go(uint64_t n, void *ctx)
{
	const char *const *moves = ctx;
	const char *from = moves[0];

	for (int i = 0; i < 3 && n == 1; i++) {
		char path[2][256];

		snprintf(path[0], sizeof(path[0]), "%s/%s/A%d", h.root_path, from, i);
		snprintf(path[1], sizeof(path[1]), "%s/%s/A%d", h.root_path, moves[1], i);
		(void)rename(path[0], path[1]);
	}
	if (n == 1 && moves[2])
		assert_int_equal(renameat(h.root, "spool/active", h.root, moves[2]), 0);
}

/* Of deferred it is met in active, which was read before; else it is gone, and no fault. */
static void what_moves_meanwhile_is_counted(void **state)
{
	static const struct {
		const char *moves[3]; /* from where to where; what active is called then */
		int total;
	} rows[] = {
		{ { "spool/deferred", "spool/active", NULL }, 4 },
		{ { "spool/deferred", "spool/hold", NULL }, 5 }, /* hold is read after it */
		{ { "spool/deferred", "gone", NULL }, 2 },
		{ { "spool/deferred", "spool/active", "spool/inactive" }, 2 },
		{ { "spool/hold", "spool/active", NULL }, 1 },
		{ { "spool/incoming", "gone", NULL }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct who w;
		struct sw_fault why = { 0 };
		struct who_row *got = NULL;
		int before;

		begin();
		host_file(&h, "/gone/.empty", "");
		for (int k = 0; k < 3; k++) {
			char path[64];

			snprintf(path, sizeof(path), "/%s/A%d", rows[i].moves[0], k);
			put_mail(&h, &(struct mail)HERS(path, "alice@x"));
		}
		if (strcmp(rows[i].moves[0], "spool/hold") != 0) /* else it may be the first */
			put_mail(&h, &(struct mail)HERS("/spool/hold/Z9", "alice@x"));
		before = descriptors_open();
		w = (struct who){ .host = &h, .by = BY_ACCOUNT, .seen = others_go, .ctx = (void *)rows[i].moves };
		w.spool = open(host_path(&h, "/spool"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_int_equal(who_read(&w, &why), 0);
		want_number(rows[i].moves[0], (int64_t)w.total, rows[i].total);
		want_number("no fault", (int64_t)w.unreadable + w.broken.code, 0);
		want_number("rows", who_rows(&w, &got, &why), 1);
		want_number("alice's", (int64_t)got[0].messages, rows[i].total);
		free(got);
		who_free(&w);
		close(w.spool);
		want_number("descriptors", descriptors_open(), before);
		host_remove(&h);
	}
}

/* cleanup(8) writes the numbers of its first record last; those of maildrop have none. */
static void one_that_is_being_written_is_no_message_yet(void **state)
{
	static const struct {
		const char *path;
		int recipients; /* -1: of maildrop */
	} rows[] = {
		{ "/spool/incoming/G1", 0 },
		{ "/spool/incoming/G2", 1 },
		{ "/spool/maildrop/G3", -1 },
	};
	static char got[1024];
	char want[128];

	(void)state;
	begin();
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const int n = rows[i].recipients;

		mail_n = 0;
		if (n >= 0)
			mail_record('C', "%15d %15d %15d %15d %15d", 99 * n, 99 * n, n, 0, 99 * n);
		else
			mail_record('T', "%d 0", 5);
		mail_record('A', "sasl_username=%s", n > 0 ? "eve" : "bob");
		host_bytes(&h, rows[i].path, mail, mail_n);
	}
	printed(stdout, who, got, sizeof(got));
	snprintf(want, sizeof(want), "         2  messages in all\n         1  uid %u\n         1  eve\n", (unsigned)geteuid());
	want_text("text", got, want);
	want_number("exact", code, EXIT_DONE);
	options.by = BY_UID;
	snprintf(want, sizeof(want), "         2  messages in all\n         1  no uid\n         1  uid %u\n", (unsigned)geteuid());
	printed(stdout, who, got, sizeof(got));
	want_text("text", got, want);
	host_file(&h, "/etc/passwd", "");
	options.json = true;
	snprintf(want, sizeof(want), "\"rows\":[{\"name\":null,\"messages\":1,\"kind\":\"none\"},{\"name\":\"%u\",\"messages\":1,\"kind\":\"uid\"}]}\n", (unsigned)geteuid());
	printed(stdout, who, got, sizeof(got));
	want_in("as an object", got, want);
	host_remove(&h);
}

/* 0: nothing. */
static int what_is_not_said(void *ctx)
{
	static char got[1024];

	(void)ctx;
	options.json = true;
	printed(stderr, who, got, sizeof(got));
	return strcmp(got, "spoolwatch: who: open hold: Permission denied\n") != 0 || code != EXIT_NOT_PERMITTED ? -1 : 0;
}

static void a_queue_that_may_not_be_read_is_no_empty_one(void **state)
{
	static const struct verb verb = { .name = "who" };

	(void)state;
	begin();
	run.verb = &verb;
	put_mail(&h, &mails[0]);
	assert_int_equal(chmod(h.root_path, 0755), 0);
	assert_int_equal(chmod(host_path(&h, "/spool/hold"), 0), 0);
	want_number("what is not said", as_nobody(what_is_not_said, NULL), 0);
	assert_int_equal(chmod(host_path(&h, "/spool/hold"), 0755), 0);
	run.verb = NULL;
	host_remove(&h);
}

/* What it prints where stdout is a terminal. */
static void on_terminal(char *ret, size_t size)
{
	int ours = posix_openpt(O_RDWR | O_NOCTTY);
	int before = dup(STDOUT_FILENO);
	int theirs;
	size_t n = 0;

	assert_true(ours >= 0 && before >= 0 && grantpt(ours) == 0 && unlockpt(ours) == 0);
	theirs = open(ptsname(ours), O_RDWR | O_NOCTTY);
	assert_true(theirs >= 0);
	fflush(stdout);
	assert_int_equal(dup2(theirs, STDOUT_FILENO), STDOUT_FILENO);
	who();
	fputs("end", stdout);
	fflush(stdout);
	assert_int_equal(dup2(before, STDOUT_FILENO), STDOUT_FILENO);
	do { /* a terminal may give it in pieces */
		ssize_t m = read(ours, ret + n, size - 1 - n);

		assert_true(m > 0);
		n += (size_t)m;
		ret[n] = '\0';
	} while (!strstr(ret, "end"));
	close(theirs);
	close(ours);
	close(before);
}

static void who_waits_sees_a_sample_that_the_answer_takes_away(void **state)
{
	static const struct {
		int messages;
		const char *want;
	} rows[] = {
		{ 1000, "      1000  messages in all\r\n"
			"      1000  alice@x\r\nend" },
		{ 1001, "by a sample of 1000 of 1001 messages, all are looked at now:\r\n"
			"      1001  alice@x +-0%\r\n"
			"\033[2A\033[J      1001  messages in all\r\n"
			"      1001  alice@x\r\nend" },
	};
	char got[1024];
	int spool;

	(void)state;
	begin();
	put_mail(&h, &(struct mail)HERS("/spool/hold/A0", "alice@x"));
	spool = open(host_path(&h, "/spool/hold"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0, n = 1; i < SW_COUNT(rows); i++) {
		for (; n < (size_t)rows[i].messages; n++) {
			char name[24];

			snprintf(name, sizeof(name), "A%zu", n);
			assert_int_equal(linkat(spool, "A0", spool, name, 0), 0);
		}
		on_terminal(got, sizeof(got));
		want_text("on a terminal", got, rows[i].want);
		want_number("exact", code, EXIT_DONE);
	}
	options.json = true;
	on_terminal(got, sizeof(got));
	want_in("an object alone", got, "{\"schema\":1,\"by\":\"account\",\"total\":1001,");
	want_number("at once", got[0], '{');
	close(spool);
	host_remove(&h);
}

static void in_empty_queues_there_is_nobody(void **state)
{
	static char got[1024];

	(void)state;
	begin();
	printed(stdout, who, got, sizeof(got));
	want_text("text", got, "         0  messages in all\n");
	want_number("exact", code, EXIT_DONE);
	options.json = true;
	printed(stdout, who, got, sizeof(got));
	want_text("an object", got, "{\"schema\":1,\"by\":\"account\",\"total\":0,\"exact\":true,\"rows\":[]}\n");
	want_number("exact", code, EXIT_DONE);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_message_counts_for_what_is_asked),
		cmocka_unit_test(more_rows_than_are_wanted_are_counted),
		cmocka_unit_test(what_could_not_be_read_is_said),
		cmocka_unit_test(what_is_cut_off_is_said),
		cmocka_unit_test(rows_that_differ_in_case_are_one),
		cmocka_unit_test(a_log_lies_below_its_hash_directories_or_not),
		cmocka_unit_test(of_two_logs_the_first_is_read),
		cmocka_unit_test(a_long_log_is_read_to_its_last_whole_entry),
		cmocka_unit_test(what_moves_meanwhile_is_counted),
		cmocka_unit_test(one_that_is_being_written_is_no_message_yet),
		cmocka_unit_test(a_queue_that_may_not_be_read_is_no_empty_one),
		cmocka_unit_test(who_waits_sees_a_sample_that_the_answer_takes_away),
		cmocka_unit_test(in_empty_queues_there_is_nobody),
	};

	return cmocka_run_group_tests_name("who", tests, NULL, NULL);
}
