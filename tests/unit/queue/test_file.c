/*
 * test_file: real queue files of Postfix 3.7 and 3.12, damaged ones and hostile ones (files/).
 *     test_file dump FILE    prints what was found, for tests/system/postcat.sh
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "queue/file.h"
#include "test.h"

#define DATA "tests/unit/queue/files/"
#define C_RECORD                                                                                   \
	"C_            100             400               1               0             100       " \
	"        0"
#define C_EMPTY                                                                                    \
	"C_              0               0               0               0               0       " \
	"        0"
#define T_RECORD "T\0211795430912 842324"
#define LOGIN	 "A\021sasl_method=PLAINA\037sasl_username=alice@example.com"
#define SENDER	 "S\021alice@example.com"

static struct sw_queue_file q; /* too large for some stacks */
static struct sw_queue_file other;

/* A file in memory that gives at most `step` bytes a read. */
struct memory {
	const char *p;
	size_t n;
	size_t step;
	size_t reads;
};

/* Nothing is read over the end of one of the rooms into the next, where no sanitizer looks. */
static bool is_in_a_room(const struct sw_queue_file_room *room, const char *p, size_t n)
{
	return (p >= room->head && p + n <= room->head + sizeof(room->head)) ||
	       (p >= room->more && p + n <= room->more + sizeof(room->more));
}

static ssize_t memory_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	struct memory *m = ctx;

	assert_true(is_in_a_room(&q.room, ret, n) || is_in_a_room(&other.room, ret, n));

	m->reads++;
	assert_true(offset >= 0 && n > 0);
	if (offset >= (int64_t)m->n)
		return 0;
	if (n > m->n - (size_t)offset)
		n = m->n - (size_t)offset;
	if (m->step && n > m->step)
		n = m->step;
	memcpy(ret, m->p + offset, n);
	return (ssize_t)n;
}

static int parse(struct sw_raw file, const char *name, enum sw_queue_file_depth depth,
		 struct sw_queue_file *ret)
{
	struct memory m = { file.p, file.n, 0, 0 };
	struct sw_fault why = { 0 };

	return queue_file_parse(memory_pread, &m, name,
				depth == SW_QUEUE_FILE_ALL ? (int64_t)file.n : INT64_MAX, depth,
				NULL, ret, &why);
}

static int read_at(int directory, const char *name, enum sw_queue_file_depth depth,
		   struct sw_queue_file *ret)
{
	struct sw_fault why = { 0 };

	return sw_queue_file_read(directory, name, depth, ret, &why);
}

/* The file below data/qfile, read with sw_queue_file_read() in its own directory. */
static int read_data(const char *path, enum sw_queue_file_depth depth, struct sw_queue_file *ret)
{
	char full[512];
	char *slash;
	int directory;
	int rc;

	snprintf(full, sizeof(full), DATA "%s", path);
	slash = strrchr(full, '/');
	*slash = '\0';
	directory = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(directory >= 0);
	rc = read_at(directory, slash + 1, depth, ret);
	close(directory);
	return rc;
}

static struct sw_raw load(const char *path)
{
	char full[512];
	char *bytes = malloc(1 << 16);
	FILE *f;
	size_t n;

	snprintf(full, sizeof(full), DATA "%s", path);
	f = fopen(full, "r");
	assert_true(f && bytes);
	n = fread(bytes, 1, 1 << 16, f);
	fclose(f);
	return raw_from(bytes, n);
}

/* Lines of expected.tsv, split in place. */
enum {
	PATH,
	MODE,
	MTIME,
	ARRIVAL,
	CREATED,
	METHOD,
	USER,
	AUTH,
	CLIENT,
	LOG_CLIENT,
	IDENT,
	SENT_BY,
	TODO,
	DONE,
	CANCELED,
	SIZE,
	LENGTH,
	RCPT,
	COLUMNS
};

static void each_expected(void (*fn)(char *column[COLUMNS]))
{
	FILE *f = fopen(DATA "expected.tsv", "r");
	char line[4096];
	int rows = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *column[COLUMNS];
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		for (int i = 0; i < COLUMNS; i++)
			assert_non_null(column[i] = strsep(&rest, "\t"));
		fn(column);
		rows++;
	}
	fclose(f);
	assert_int_equal(rows, 32);
}

static void compare_submitter(char *column[COLUMNS])
{
	char arrival[64];

	snprintf(arrival, sizeof(arrival), "%lld %lld", (long long)q.arrival_time,
		 (long long)q.arrival_usec);
	want_number(column[PATH], q.state, SW_QUEUE_FILE_WHOLE);
	want_text(column[PATH], arrival, column[ARRIVAL]);
	want_number(column[PATH], q.create_time, atoll(column[CREATED]));
	want_raw(column[PATH], q.sasl_method, column[METHOD]);
	want_raw(column[PATH], q.sasl_username, column[USER]);
	want_raw(column[PATH], q.sasl_sender, column[AUTH]);
	want_raw(column[PATH], q.log_ident, column[IDENT]);
	want_number(column[PATH], q.data_size, atoll(column[SIZE]));
	want_number(column[PATH], q.cont_length, atoll(column[LENGTH]));
	want_number(column[PATH], q.rcpt_count, atoll(column[RCPT]));
	want_number(column[PATH], q.maildrop, column[SIZE][0] == '-');
}

static void compare_all(char *column[COLUMNS])
{
	want_number(column[PATH], read_data(column[PATH], SW_QUEUE_FILE_ALL, &q), 0);
	compare_submitter(column);
	want_raw(column[PATH], q.client_address, column[CLIENT]);
	want_raw(column[PATH], q.log_client_address, column[LOG_CLIENT]);
	want_raw(column[PATH], q.sender, column[SENT_BY]);
	want_number(column[PATH], q.sender.p != NULL, 1);
	want_number(column[PATH], q.rcpt_todo, atoll(column[TODO]));
	want_number(column[PATH], q.rcpt_done, atoll(column[DONE]));
	want_number(column[PATH], q.rcpt_canceled, atoll(column[CANCELED]));
	want_number(column[PATH], q.local, !column[CLIENT][0]);
}

static void compare_who(char *column[COLUMNS])
{
	bool login = column[USER][0];
	bool milter = strstr(column[PATH], "7FA17A7611A"); /* its S is behind a pointer */

	want_number(column[PATH], read_data(column[PATH], SW_QUEUE_FILE_WHO, &q), 0);
	compare_submitter(column);
	want_raw(column[PATH], q.client_address, login ? "" : column[CLIENT]);
	want_raw(column[PATH], q.sender, milter ? "" : column[SENT_BY]);
	want_number(column[PATH], q.local, !column[CLIENT][0]);
}

static void every_real_file_says_what_was_expected(void **state)
{
	(void)state;
	each_expected(compare_all);
}

static void the_submitter_is_the_same_without_the_rest(void **state)
{
	(void)state;
	each_expected(compare_who);
}

static void local_mail_has_the_uid_of_its_sender(void **state)
{
	static const struct {
		const char *path;
		long long want; /* -1 for none */
	} rows[] = {
		{ "spool/deferred/D/DB856A76051", 33 }, { "spool/deferred/D/DF4A9A76055", 33 },
		{ "spool/deferred/E/E51BAA76024", -1 }, /* a bounce: Postfix's own */
		{ "spool/deferred/6/6C11EA760CB", -1 }, /* came from a client */
		{ "spool/deferred/C/CDC93A76011", -1 },
	};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (enum sw_queue_file_depth depth = SW_QUEUE_FILE_WHO; depth <= SW_QUEUE_FILE_ALL;
		     depth++) {
			want_number(rows[i].path, read_data(rows[i].path, depth, &q), 0);
			want_number(rows[i].path, q.has_uid ? (long long)q.uid : -1, rows[i].want);
		}
	assert_int_equal(stat(DATA "spool/maildrop/4jY2yb41hLz1bgFh", &st), 0);
	assert_int_equal(read_data("spool/maildrop/4jY2yb41hLz1bgFh", SW_QUEUE_FILE_WHO, &q), 0);
	assert_true(q.has_uid && q.uid == st.st_uid);
}

static void a_local_message_names_the_script_in_its_header(void **state)
{
	static const struct {
		const char *path;
		const char *want; /* UID:NAME, cut; "" for none */
	} rows[] = {
		{ "spool/deferred/2/2A5F324", "1001:mailer.php" },
		{ "spool/deferred/3/3344626", "1001:mailer.php(3) :\teval()'d code" },
		{ "spool/deferred/4/4680630", "1001:xxxxxxxxxxxxxxxx" }, /* 3000 of them */
		{ "spool/deferred/4/4F62735", "" },			 /* in a part of it alone */
		{ "spool/deferred/D/DB856A76051", "" },
		{ "spool/maildrop/70AD137", "1001:mailer.php" },
		{ "spool/maildrop/7626938", "1001:mailer.php(3) :\teval()'d code" },
		{ "spool/maildrop/79F2C39", "" },
		{ "spool/maildrop/8217A3A", "1001:mailer.php" }, /* sendmail -t */
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (enum sw_queue_file_depth depth = SW_QUEUE_FILE_WHO; depth <= SW_QUEUE_FILE_ALL;
		     depth++) {
			char got[400] = "";

			want_number(rows[i].path, read_data(rows[i].path, depth, &q), 0);
			want_number(rows[i].path, q.state, SW_QUEUE_FILE_WHOLE);
			if (q.script.p)
				snprintf(got, sizeof(got), "%llu:%.*s",
					 (unsigned long long)q.script_uid, (int)q.script.n,
					 q.script.p);
			if (strlen(got) == 5 + 255)
				got[5 + 16] = '\0';
			want_text(rows[i].path, got, rows[i].want);
		}
}

/* What a milter takes out becomes a 'w', what it puts in stands at the end, behind a 'p'. */
static void a_milter_may_have_changed_the_header(void **state)
{
	struct sw_raw file = load("spool/deferred/2/2A5F324");
	char *line = memmem(file.p, file.n, "N\051X-PHP", 7);
	char *end = (char *)file.p + file.n;

	(void)state;
	assert_non_null(line);
	*line = 'w';
	assert_int_equal(parse(file, "2A5F324", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("the next one", q.script, "second.php");
	snprintf(line, 20, "p\017%015zu", file.n);
	memcpy(line + 17, "w\030", 2);
	file.n += (size_t)sprintf(end, "N\051X-PHP-Originating-Script: 1001:milter.phpp\017%015zu",
				  (size_t)(line + 17 - file.p));
	assert_int_equal(parse(file, "2A5F324", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("in its place", q.script, "milter.php");
	/* a loop: it ends, and says nothing */
	*(char *)memmem(end, 64, "-Script", 7) = '_';
	snprintf(end + 43, 18, "p\017%015zu", file.n - 60);
	assert_int_equal(parse(file, "2A5F324", SW_QUEUE_FILE_ALL, &q), 0);
	want_raw("a loop", q.script, "");
	want_number("and no harm", q.state, SW_QUEUE_FILE_WHOLE);
	free((char *)file.p);
}

/* The same lines under another name are nobody's of ours. */
static void a_script_without_a_uid_is_none(void **state)
{
	struct sw_raw file = load("spool/deferred/2/2A5F324");

	(void)state;
	assert_int_equal(parse(file, "2A5F325", SW_QUEUE_FILE_WHO, &q), 0);
	assert_true(q.local && !q.has_uid && !q.script.p);
	free((char *)file.p);
}

static void a_received_header_of_somebody_else_is_no_uid(void **state)
{
	struct sw_raw file = load("spool/deferred/D/DB856A76051");

	(void)state;
	/* as if header_checks had dropped Postfix's: this one has an ID that was guessed */
	assert_int_equal(parse(file, "DB856A76052", SW_QUEUE_FILE_ALL, &q), 0);
	assert_true(q.local && !q.has_uid);
	assert_int_equal(parse(file, "DB856A76051", SW_QUEUE_FILE_ALL, &q), 0);
	assert_true(q.local && q.has_uid && q.uid == 33);
	free((char *)file.p);
}

static void the_client_is_found_in_mail_without_a_login(void **state)
{
	(void)state;
	assert_int_equal(read_data("spool/deferred/4/43F97A76130", SW_QUEUE_FILE_ALL, &q), 0);
	want_raw("name not verified", q.client_name, "unknown");
	assert_int_equal(read_data("spool/deferred/6/6C11EA760CB", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("relayed", q.client_name, "localhost");
	want_raw("relayed", q.log_client_name, "localhost");
	assert_int_equal(read_data("spool/deferred/B/BB0B0A76129", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("through a content filter", q.log_ident, "B575BA76125");
}

/* `postcat ID | grep sasl_username` finds "victim" in these three times. */
static void a_sasl_sender_can_blame_nobody(void **state)
{
	static const char *const rows[] = { "spool/deferred/C/C38BEA760CF",
					    "spool-3.12/deferred/7/7D99AA86676" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (enum sw_queue_file_depth depth = SW_QUEUE_FILE_WHO; depth <= SW_QUEUE_FILE_ALL;
		     depth++) {
			struct sw_raw file = load(rows[i]);

			assert_non_null(memmem(file.p, file.n, "sasl_username=victim", 20));
			free((char *)file.p);
			want_number(rows[i], read_data(rows[i], depth, &q), 0);
			assert_null(q.sasl_username.p);
			want_raw(rows[i], q.sasl_sender,
				 "\"x, sasl_method=PLAIN, sasl_username=victim\"");
			want_raw(rows[i], q.client_address, "127.0.0.1");
		}
}

static void a_login_may_look_like_two(void **state)
{
	(void)state;
	assert_int_equal(read_data("spool/deferred/2/223BBA760F7", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("one name", q.sasl_username, "bob smith, sasl_username=alice@mx.example.com");
}

/* qmgr(8) takes blanks off, smtpd(8) and its maps do not. */
static void blanks_at_the_ends_of_a_login_are_kept_beside_it(void **state)
{
	static const char file[] = C_RECORD T_RECORD "A\024sasl_username= lead " SENDER "E\000";

	(void)state;
	assert_int_equal(parse(raw_from(file, sizeof(file) - 1), "A1", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("for qmgr(8)", q.sasl_username, "lead");
	want_raw("for a map", q.sasl_login, " lead ");
}

static void note_recipient(struct sw_raw recipient, void *ctx)
{
	struct sw_label *l = ctx;

	sw_label_print(l, l->n > 0 ? " " : "");
	sw_label_add(l, recipient);
}

static void recipients_that_wait_are_told_and_no_others(void **state)
{
	static const char file[] = C_RECORD T_RECORD SENDER
		"R\001aD\001bO\001cR\001dM\000N\001eR\001fX\000R\001gE\000";
	struct sw_label told = label_new();
	const struct queue_file_told to = { note_recipient, &told };
	struct sw_fault why = { 0 };
	int directory;
	struct sw_host h = host_new(NULL);
	char text[sizeof(file)];
	char *numbers;

	(void)state;
	memcpy(text, file, sizeof(file));
	/* the content is N and R, six bytes; it begins behind M */
	numbers = text + 2;
	memcpy(numbers, "              6", 15);
	snprintf(numbers + 15, 17, "%16zu",
		 (size_t)((char *)memmem(text, sizeof(text), "M\000N", 3) - text + 2));
	numbers[31] = ' ';
	host_bytes(&h, "/A1", text, sizeof(text) - 1);
	directory = open(host_path(&h, "/"), O_RDONLY | O_DIRECTORY);
	assert_true(directory >= 0);
	assert_int_equal(queue_file_read_told(directory, "A1", SW_QUEUE_FILE_ALL, &to, &q, &why),
			 0);
	close(directory);
	want_number("they are counted, too", q.rcpt_todo, 3);
	want_text("those of the content are its own", told.s, "a d g");
	host_remove(&h);
}

/* A milter overwrote S with a pointer: what follows in the file is rubble. */
static void a_changed_sender_is_followed_where_nobody_logged_in(void **state)
{
	struct sw_raw file = load("spool/deferred/7/7FA17A7611A");
	char *name = memmem(file.p, file.n, "sasl_username=", 14);

	(void)state;
	assert_int_equal(parse(file, "A1", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("login", q.sasl_username, "alice@mx.example.com");
	assert_null(q.sender.p);
	assert_non_null(name);
	name[12] = 'X';
	assert_int_equal(parse(file, "A1", SW_QUEUE_FILE_WHO, &q), 0);
	assert_int_equal(q.state, SW_QUEUE_FILE_WHOLE);
	want_raw("none", q.sasl_username, "");
	want_raw("behind the pointer", q.sender, "changed-sender-by-milter@example.net");
	want_raw("and back", q.client_address, "127.0.0.1");
	free((char *)file.p);
}

static void a_file_being_written_is_told(void **state)
{
	(void)state;
	assert_int_equal(read_data("snap/incoming/4B16DA7606B", SW_QUEUE_FILE_ALL, &q), 0);
	assert_int_equal(q.state, SW_QUEUE_FILE_GROWING);
	assert_int_equal(q.data_offset, 0);
	assert_true(q.sender.n > 0 && q.rcpt_todo > 0);
	assert_int_equal(read_data("snap/incoming/4B16DA7606B", SW_QUEUE_FILE_WHO, &other), 0);
	assert_int_equal(other.state, SW_QUEUE_FILE_GROWING);
	assert_true(raw_same(q.sasl_username, other.sasl_username));
}

static void requeued_mail_keeps_its_login(void **state)
{
	(void)state;
	assert_int_equal(read_data("snap/maildrop-requeued/942F3A760CD", SW_QUEUE_FILE_ALL, &q), 0);
	want_raw("requeued", q.sasl_username, "bob@mx.example.com");
	assert_false(q.maildrop || q.has_uid || q.local);
	assert_int_equal(q.state, SW_QUEUE_FILE_WHOLE);
	assert_int_equal(read_data("spool/deferred/C/C473FA7601A", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("taken again", q.sasl_username, "bob@mx.example.com");
	want_raw("taken again", q.log_ident, "942F3A760CD");
}

static void crafted_files_do_no_harm(void **state)
{
	static const struct {
		const char *name;
		int who;
		enum sw_queue_file_state who_state;
		int all;
		enum sw_queue_file_state all_state;
		const char *user; /* "9000" for that many */
		const char *sender;
	} rows[] = {
		{ "01-empty", 0, SW_QUEUE_FILE_GROWING, 0, SW_QUEUE_FILE_GROWING, "", "" },
		{ "02-truncated-in-length", 0, SW_QUEUE_FILE_GROWING, 0, SW_QUEUE_FILE_GROWING, "",
		  "" },
		{ "03-truncated-in-data", 0, SW_QUEUE_FILE_GROWING, 0, SW_QUEUE_FILE_GROWING, "",
		  "" },
		{ "04-length-5-bytes-too-many-bits", 0, SW_QUEUE_FILE_DAMAGED, 0,
		  SW_QUEUE_FILE_DAMAGED, "", "" },
		{ "05-length-4-bytes-268435455", 0, SW_QUEUE_FILE_DAMAGED, 0, SW_QUEUE_FILE_DAMAGED,
		  "", "" },
		{ "06-ptr-loop-to-itself", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "" },
		{ "07-ptr-beyond-eof", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "" },
		{ "08-ptr-negative", 0, SW_QUEUE_FILE_DAMAGED, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "" },
		{ "09-ptr-not-a-number", 0, SW_QUEUE_FILE_DAMAGED, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "" },
		/* the content of all these is not where C says that it is */
		{ "10-two-sasl_username-first-wins", 0, SW_QUEUE_FILE_WHOLE, 0,
		  SW_QUEUE_FILE_DAMAGED, "alice@example.com", "alice@example.com" },
		{ "11-sasl_username-after-sender", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "", "alice@example.com" },
		{ "12-attr-blanks-around-equal", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "alice@example.com" },
		{ "13-attr-without-equal", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED, "",
		  "alice@example.com" },
		{ "14-sender-with-newline-and-nul", 0, SW_QUEUE_FILE_WHOLE, 0,
		  SW_QUEUE_FILE_DAMAGED, "alice@example.com", NULL },
		{ "15-unknown-type", 0, SW_QUEUE_FILE_DAMAGED, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "" },
		{ "16-nonminimal-length-encoding", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "alice@example.com" },
		{ "17-no-C-record-like-maildrop", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_WHOLE,
		  "", "alice@example.com" },
		{ "18-username-9000-bytes", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "9000", "alice@example.com" },
		{ "19-all-D-recipients", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "alice@example.com" },
		{ "20-not-a-queue-file", -EBADMSG, SW_QUEUE_FILE_WHOLE, -EBADMSG,
		  SW_QUEUE_FILE_WHOLE, "", "" },
		{ "21-ptr-zero-is-dummy", 0, SW_QUEUE_FILE_WHOLE, 0, SW_QUEUE_FILE_DAMAGED,
		  "alice@example.com", "alice@example.com" },
	};

	(void)state;
	for (size_t i = 0; i < 2 * SW_COUNT(rows); i++) {
		bool all = i % 2;
		char path[128];

		snprintf(path, sizeof(path), "crafted/%s", rows[i / 2].name);
		want_number(path, read_data(path, all ? SW_QUEUE_FILE_ALL : SW_QUEUE_FILE_WHO, &q),
			    all ? rows[i / 2].all : rows[i / 2].who);
		want_number(path, q.state, all ? rows[i / 2].all_state : rows[i / 2].who_state);
		if (strcmp(rows[i / 2].user, "9000") == 0)
			want_number(path, q.sasl_username.n, 9000);
		else
			want_raw(path, q.sasl_username, rows[i / 2].user);
		if (rows[i / 2].sender)
			want_raw(path, q.sender, rows[i / 2].sender);
	}
	assert_int_equal(read_data("crafted/14-sender-with-newline-and-nul", SW_QUEUE_FILE_WHO, &q),
			 0);
	assert_true(memchr(q.sender.p, '\n', q.sender.n) && memchr(q.sender.p, '\0', q.sender.n));
	assert_int_equal(read_data("crafted/19-all-D-recipients", SW_QUEUE_FILE_ALL, &q), 0);
	assert_true(q.rcpt_done == 1 && q.rcpt_todo == 0);
}

/* Rows of our own: what the samples lack. */
static void what_stands_in_the_wrong_place_does_not_count(void **state)
{
#define ROW(what, file, want, how)                                                                 \
	{                                                                                          \
		what, { file, sizeof(file) - 1 }, want, how                                        \
	}
	static const struct {
		const char *what;
		struct sw_raw file;
		const char *user;
		enum sw_queue_file_state state;
	} rows[] = {
		ROW("plain", C_RECORD T_RECORD LOGIN SENDER, "alice@example.com",
		    SW_QUEUE_FILE_WHOLE),
		/* to the place behind it */
		ROW("after a pointer",
		    C_RECORD T_RECORD "p\01700000000000013"
				      "3" LOGIN SENDER,
		    "", SW_QUEUE_FILE_GROWING),
		ROW("after a recipient", C_RECORD T_RECORD "R\001x" LOGIN SENDER, "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("in the content", C_RECORD T_RECORD "S\000M\000" LOGIN SENDER, "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("after the end", C_RECORD T_RECORD "E\000" LOGIN SENDER, "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("an empty one is the first too",
		    C_RECORD T_RECORD "A\016sasl_username=" LOGIN SENDER "E\000", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("another name with the same end",
		    C_RECORD T_RECORD "A\024xsasl_username=alice" SENDER "E\000", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("a NUL in the name",
		    C_RECORD T_RECORD "A\025sasl_username\000x=alice" SENDER "E\000", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("a word behind the name",
		    C_RECORD T_RECORD "A\025sasl_username x=alice" SENDER "E\000", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("no name", C_RECORD T_RECORD "A\006=alice" SENDER "E\000", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("a length of five bytes",
		    C_RECORD T_RECORD "A\237\200\200\200\000sasl_username=alice@example.com", "",
		    SW_QUEUE_FILE_DAMAGED),
		ROW("type 0", C_RECORD T_RECORD "\000\000" LOGIN SENDER, "", SW_QUEUE_FILE_DAMAGED),
		ROW("no login yet, cleanup at work", C_EMPTY T_RECORD "S\000", "",
		    SW_QUEUE_FILE_GROWING),
		ROW("cleanup at work", C_EMPTY T_RECORD LOGIN SENDER, "alice@example.com",
		    SW_QUEUE_FILE_GROWING),
		ROW("in maildrop, from a local user", T_RECORD LOGIN SENDER "R\001b", "",
		    SW_QUEUE_FILE_WHOLE),
		ROW("a dummy C in maildrop (3.11)", T_RECORD "C\021-1 -1 -1 -1 -1 -1S\001aR\001b",
		    "", SW_QUEUE_FILE_WHOLE),
	};
#undef ROW

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number(rows[i].what, parse(rows[i].file, "A1", SW_QUEUE_FILE_WHO, &q), 0);
		want_raw(rows[i].what, q.sasl_username, rows[i].user);
		want_number(rows[i].what, q.state, rows[i].state);
		want_number(rows[i].what, parse(rows[i].file, "A1", SW_QUEUE_FILE_ALL, &q), 0);
		want_raw(rows[i].what, q.sasl_username, rows[i].user);
	}
}

/* Records in the content, were it read, and attributes behind it. */
static void the_content_is_not_looked_at(void **state)
{
	static const char content[] = "R\001xD\001xA\020client_address=1";
	static const char rest[] = "X\000A\020client_address=1R\001bE\000";
	char bytes[512];
	size_t n = sizeof(content) - 1;
	size_t head;

	(void)state;
	head = (size_t)snprintf(bytes, sizeof(bytes),
				"C_%15zu %15d %15d %15d %15zu %15d" T_RECORD "S\001aR\001bM", n,
				97 + 19 + 3 + 3 + 2, 1, 0, n, 0) +
	       1; /* M's length is the NUL */
	memcpy(bytes + head, content, n);
	memcpy(bytes + head + n, rest, sizeof(rest) - 1);
	assert_int_equal(
		parse(raw_from(bytes, head + n + sizeof(rest) - 1), "A1", SW_QUEUE_FILE_ALL, &q),
		0);
	want_number("state", q.state, SW_QUEUE_FILE_WHOLE);
	want_number("offset", q.data_offset, head);
	want_number("open", q.rcpt_todo, 2);
	want_number("done", q.rcpt_done, 0);
	assert_null(q.client_address.p);
}

/* More than the window behind the head can show is seen where it ends within the head. */
static void a_long_record_is_seen_up_to_the_end_of_the_head(void **state)
{
	enum { LONG = 9000, NAME = sizeof("client_name=") - 1 };
	static char bytes[SW_QUEUE_FILE_HEAD + 100];

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		size_t filler = SW_QUEUE_FILE_HEAD - LONG - 3 - (sizeof(C_RECORD) - 1) - 3 + over;
		char *p = bytes;

		memset(bytes, 'n', sizeof(bytes));
		p += sprintf(p, C_RECORD "w%c%c", (int)(filler | 128), (int)(filler >> 7));
		p += filler;
		p += sprintf(p, "A%c%cclient_name=", (LONG & 127) | 128, LONG >> 7);
		memcpy(p + LONG - NAME, "S\001aR\001b", 6);
		want_number("read",
			    parse(raw_from(bytes, (size_t)(p + LONG - NAME + 6 - bytes)), "A1",
				  SW_QUEUE_FILE_WHO, &q),
			    0);
		want_number("state", q.state, over ? SW_QUEUE_FILE_DAMAGED : SW_QUEUE_FILE_WHOLE);
		want_number("name", q.client_name.n, over ? 0 : LONG - NAME);
	}
}

/* What stands behind the head is copied, as far as there is room. */
static void what_is_kept_from_far_behind_is_bounded(void **state)
{
	enum { FAR = 20000, ROOM = SW_QUEUE_FILE_KEPT };
	static const struct {
		const char *what;
		size_t name, sender; /* bytes */
		enum sw_queue_file_state state;
	} rows[] = {
		{ "little", 10, 10, SW_QUEUE_FILE_WHOLE },
		{ "as much as there is room", 1000, ROOM - 1000, SW_QUEUE_FILE_WHOLE },
		{ "one byte more", 1000, ROOM - 999, SW_QUEUE_FILE_DAMAGED },
		{ "all of it", ROOM, 0, SW_QUEUE_FILE_WHOLE },
		{ "alone too much", ROOM + 1, 0, SW_QUEUE_FILE_DAMAGED },
	};
	static char bytes[FAR + 2 * ROOM];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		size_t length = sizeof("client_name=") - 1 + rows[i].name;
		char *p = bytes + FAR;

		memset(bytes, 'w', sizeof(bytes));
		memcpy(bytes, C_RECORD "p\00720000  ", sizeof(C_RECORD "p\00720000  ") - 1);
		p += sprintf(p, "A%c%cclient_name=", (int)(length | 128), (int)(length >> 7));
		memset(p, 'n', rows[i].name);
		p += rows[i].name;
		p += sprintf(p, "S%c%c", (int)(rows[i].sender | 128), (int)(rows[i].sender >> 7));
		memset(p, 's', rows[i].sender);
		p += rows[i].sender;
		memcpy(p, "R\001x", 3);
		want_number(rows[i].what,
			    parse(raw_from(bytes, (size_t)(p + 3 - bytes)), "A1", SW_QUEUE_FILE_WHO,
				  &q),
			    0);
		want_number(rows[i].what, q.state, rows[i].state);
		if (rows[i].state != SW_QUEUE_FILE_WHOLE)
			continue;
		want_number(rows[i].what, q.client_name.n, rows[i].name);
		want_number("who has a client is not local", q.local, rows[i].name == 0);
		want_number(rows[i].what, q.sender.n, rows[i].sender);
		for (size_t k = 0; k < rows[i].name; k++)
			want_number("the name stays whole", q.client_name.p[k], 'n');
		for (size_t k = 0; k < rows[i].sender; k++)
			want_number("the sender, too", q.sender.p[k], 's');
	}
}

static void what_is_no_queue_file_is_refused(void **state)
{
	static const char *const rows[] = { "#!/bin/sh\n", "S\001a",
					    "T\001x",	   "T\001-",
					    "C\00512",	   "C\003x y",
					    "\177ELF",	   "C\377\377\377\377\001" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_number(rows[i], parse(raw_of(rows[i]), "A1", SW_QUEUE_FILE_WHO, &q),
			    i == 4 ? 0 : -EBADMSG); /* the fifth ends inside its first record */
		want_number(rows[i], q.sasl_username.n, 0);
	}
}

static void cut_short_at_any_byte(const char *path, bool step)
{
	struct sw_raw file = load(path);
	struct sw_raw user;

	assert_int_equal(parse(file, "A1", SW_QUEUE_FILE_ALL, &other), 0);
	user = other.sasl_username;
	for (size_t n = 0; n < file.n; n += step && n > 4096 ? 61 : 1) {
		char *exact = malloc(n ? n : 1); /* a read behind the end is seen */

		assert_non_null(exact);
		memcpy(exact, file.p, n);
		for (enum sw_queue_file_depth depth = SW_QUEUE_FILE_WHO; depth <= SW_QUEUE_FILE_ALL;
		     depth++) {
			want_number(path, parse(raw_from(exact, n), "A1", depth, &q), 0);
			if (q.sasl_username.p && !raw_same(q.sasl_username, user))
				fail_msg("%s cut to %zu: another user", path, n);
			if (q.sender.p && !raw_same(q.sender, other.sender))
				fail_msg("%s cut to %zu: another sender", path, n);
			if (depth == SW_QUEUE_FILE_ALL && q.state == SW_QUEUE_FILE_WHOLE &&
			    n + 2 < file.n &&
			    !strstr(path, "7FA17A7611A")) /* there E is not at the end */
				fail_msg("%s cut to %zu: looks whole", path, n);
		}
		free(exact);
	}
	free((char *)file.p);
}

static void cut_row(char *column[COLUMNS])
{
	cut_short_at_any_byte(column[PATH], true);
}

static void a_truncated_file_never_shows_another_user(void **state)
{
	(void)state;
	each_expected(cut_row);
	cut_short_at_any_byte("snap/incoming/4B16DA7606B", true);
	cut_short_at_any_byte("crafted/18-username-9000-bytes", true);
	cut_short_at_any_byte("crafted/10-two-sasl_username-first-wins", false);
}

/* NFS and FUSE may give less than was asked for. */
static void short_reads_change_nothing(void **state)
{
	static const char *const rows[] = { "spool/deferred/7/7FA17A7611A",
					    "crafted/18-username-9000-bytes",
					    "spool/deferred/B/B8E3BA76010" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw file = load(rows[i]);
		struct memory m = { file.p, file.n, 7, 0 };
		struct sw_fault why = { 0 };

		assert_int_equal(parse(file, "A1", SW_QUEUE_FILE_ALL, &q), 0);
		assert_int_equal(queue_file_parse(memory_pread, &m, "A1", (int64_t)file.n,
						  SW_QUEUE_FILE_ALL, NULL, &other, &why),
				 0);
		assert_true(raw_same(q.sasl_username, other.sasl_username));
		assert_true(raw_same(q.sender, other.sender));
		want_number(rows[i], other.rcpt_todo, q.rcpt_todo);
		want_number(rows[i], other.state, q.state);
		free((char *)file.p);
	}
}

static void a_login_costs_one_read_whatever_the_file(void **state)
{
	static const char *const rows[] = { "spool/deferred/7/7FA17A7611A",
					    "spool/deferred/B/B8E3BA76010",
					    "spool/deferred/C/CDC93A76011",
					    "snap/incoming/4B16DA7606B" };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw file = load(rows[i]);
		struct memory m = { file.p, file.n, 0, 0 };
		struct sw_fault why = { 0 };

		assert_int_equal(queue_file_parse(memory_pread, &m, "A1", INT64_MAX,
						  SW_QUEUE_FILE_WHO, NULL, &q, &why),
				 0);
		want_number(rows[i], m.reads, 1);
		free((char *)file.p);
	}
}

/* Neither does each record that stands behind the head. */
static void what_is_read_from_far_behind_costs_a_read_a_window(void **state)
{
	enum { FAR = 20000, RECORD = 7, MOST = SW_QUEUE_FILE_MORE / RECORD };
	static const struct {
		unsigned recipients, reads;
	} rows[] = { { 0, 2 }, { 1, 2 }, { MOST / 2, 2 }, { MOST + 10, 3 }, { 3 * MOST + 10, 5 } };
	static char bytes[FAR + 4 * SW_QUEUE_FILE_MORE];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct memory m = { bytes, FAR, 0, 0 };
		struct sw_fault why = { 0 };

		memset(bytes, 'w', FAR);
		memcpy(bytes, C_RECORD "p\00720000  ", sizeof(C_RECORD "p\00720000  ") - 1);
		for (unsigned k = 0; k < rows[i].recipients; k++, m.n += RECORD)
			memcpy(bytes + m.n, "R\005a@b.c", RECORD);
		memcpy(bytes + m.n, "E", 2);
		m.n += 2;
		assert_int_equal(queue_file_parse(memory_pread, &m, "A1", (int64_t)m.n,
						  SW_QUEUE_FILE_ALL, NULL, &q, &why),
				 0);
		want_number("whole", q.state, SW_QUEUE_FILE_WHOLE);
		want_number("recipients", q.rcpt_todo, rows[i].recipients);
		want_within("reads", m.reads, 1, rows[i].reads);
	}
}

/* Pointers forth and back, to the same place, far away. */
static void loops_end_soon(void **state)
{
	static const char head[] = C_RECORD T_RECORD;
	static const char *const rows[] = {
		"p\017            116p\017            133p\017            116",
		"p\017            133p\017            116",
		"K\001xp\017            116",
		"p\017281474976710655",
	};

	(void)state;
	for (size_t i = 0; i < 2 * SW_COUNT(rows); i++) {
		char bytes[512];
		struct memory m = { bytes, 0, 0, 0 };
		struct sw_fault why = { 0 };

		memcpy(bytes, head, sizeof(head) - 1);
		m.n = sizeof(head) - 1 + strlen(rows[i / 2]);
		memcpy(bytes + sizeof(head) - 1, rows[i / 2], strlen(rows[i / 2]));
		assert_int_equal(queue_file_parse(memory_pread, &m, "A1",
						  i % 2 ? (int64_t)m.n : INT64_MAX,
						  i % 2 ? SW_QUEUE_FILE_ALL : SW_QUEUE_FILE_WHO,
						  NULL, &q, &why),
				 0);
		want_number(rows[i / 2], q.state != SW_QUEUE_FILE_WHOLE, 1);
		want_within("reads", m.reads, 1, 70);
	}
}

static void what_is_no_regular_file_is_refused_at_once(void **state)
{
	static const char *const rows[] = { "link", "fifo", "directory", "socket", "device" };
	struct sw_host h = host_new(NULL);
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int directory;
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	host_bytes(&h, "/1234567890A", C_RECORD T_RECORD LOGIN SENDER,
		   sizeof(C_RECORD T_RECORD LOGIN SENDER) - 1);
	directory = open(h.root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(directory >= 0 && s >= 0);
	assert_int_equal(symlinkat("1234567890A", directory, "link"), 0);
	assert_int_equal(mkfifoat(directory, "fifo", 0700), 0);
	assert_int_equal(mkdirat(directory, "directory", 0700), 0);
	assert_int_equal(symlinkat("/dev/zero", directory, "device"), 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", host_path(&h, "/socket"));
	assert_int_equal(bind(s, (struct sockaddr *)&a, sizeof(a)), 0);
	for (size_t i = 0; i < 2 * SW_COUNT(rows); i++) {
		struct sw_fault why = { 0 };

		want_number(rows[i / 2],
			    sw_queue_file_read(directory, rows[i / 2],
					       i % 2 ? SW_QUEUE_FILE_ALL : SW_QUEUE_FILE_WHO, &q,
					       &why),
			    -EBADMSG);
		want_in(rows[i / 2], why.text.s, "is not a queue file");
		assert_int_equal(q.sasl_username.n, 0);
	}
	assert_int_equal(read_at(directory, "1234567890A", SW_QUEUE_FILE_WHO, &q), 0);
	want_raw("beside them", q.sasl_username, "alice@example.com");
	close(s);
	close(directory);
	host_remove(&h);
}

static void a_file_that_was_moved_is_no_fault(void **state)
{
	struct sw_fault why = { 0 };

	(void)state;
	assert_int_equal(
		sw_queue_file_read(AT_FDCWD, DATA "0123456789A", SW_QUEUE_FILE_WHO, &q, &why),
		-ENOENT);
	assert_int_equal(why.code, 0);
}

static int read_forbidden(void *ctx)
{
	struct sw_fault why = { 0 };
	int rc = sw_queue_file_read(*(int *)ctx, "1234567890A", SW_QUEUE_FILE_WHO, &q, &why);

	return strstr(why.text.s, "open 1234567890A: Permission denied") ? rc : -EINVAL;
}

static int read_foreign(void *ctx)
{
	struct sw_fault why = { 0 };
	int rc = sw_queue_file_read(*(int *)ctx, "4jY2yb41hLz1bgFh", SW_QUEUE_FILE_WHO, &q, &why);

	return rc < 0 ? rc : q.has_uid && q.uid == 33 ? 0 : -EINVAL;
}

static void modes_and_owners_count(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_raw file = load("spool/maildrop/4jY2yb41hLz1bgFh");
	int directory;

	(void)state;
	host_bytes(&h, "/1234567890A", file.p, file.n);
	host_bytes(&h, "/4jY2yb41hLz1bgFh", file.p, file.n);
	directory = open(h.root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(directory >= 0);
	assert_int_equal(fchmodat(directory, "1234567890A", 0000, 0), 0);
	assert_int_equal(fchmod(directory, 0711), 0);
	assert_int_equal(as_nobody(read_forbidden, &directory), -EACCES);
	if (geteuid() == 0) { /* O_NOATIME is refused to others than the owner */
		assert_int_equal(fchownat(directory, "4jY2yb41hLz1bgFh", 33, 33, 0), 0);
		assert_int_equal(as_nobody(read_foreign, &directory), 0);
	}
	close(directory);
	free((char *)file.p);
	host_remove(&h);
}

/* The sanitizers make system calls of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define ALLOW(call, to) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, to, 0)

/* Reads in a child that is killed for any other system call; 2 where that can't be had. */
static int read_confined(int directory, enum sw_queue_file_depth depth)
{
	bool all = depth == SW_QUEUE_FILE_ALL;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_openat, 7),
		ALLOW(SYS_pread64, 6),
		ALLOW(SYS_close, 5),
		ALLOW(SYS_exit_group, 4),
		/* fstat(3) by any name */
		ALLOW(all ? SYS_fstat : SYS_close, 3),
		ALLOW(all ? SYS_statx : SYS_close, 2),
#ifdef SYS_newfstatat
		ALLOW(all ? SYS_newfstatat : SYS_close, 1),
#else
		ALLOW(SYS_close, 1),
#endif
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { SW_COUNT(code), code };
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (!SANITIZED && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
				   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)))
			_exit(2);
		_exit(read_at(directory, "B8E3BA76010", depth, &q) < 0 ||
		      !raw_is(q.sasl_username, "alice@mx.example.com"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void nothing_is_called_but_open_pread_and_close(void **state)
{
	int directory = open(DATA "spool/deferred/B", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int file = openat(directory, "B8E3BA76010", O_RDONLY | O_CLOEXEC);
	int who;
	int all;

	(void)state;
	assert_true(directory >= 0 && file >= 0);
	assert_int_equal(flock(file, LOCK_EX), 0); /* qmgr's, which must not stop us */
	who = read_confined(directory, SW_QUEUE_FILE_WHO);
	all = read_confined(directory, SW_QUEUE_FILE_ALL); /* fstat too, for the size */
	close(file);
	close(directory);
	if (who == 2)
		skip(); /* no seccomp here */
	assert_int_equal(who, 0);
	assert_int_equal(all, 0);
}

/* Reads in a child for which fstat(3) fails, by any name. 0: it said so; 2: that can't be had. */
static int read_unseen(int directory, const char *name, enum sw_queue_file_depth depth)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(SYS_fstat, 3),
		ALLOW(SYS_statx, 2),
#ifdef SYS_newfstatat
		ALLOW(SYS_newfstatat, 1),
#else
		ALLOW(SYS_fstat, 1),
#endif
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ESTALE),
	};
	struct sock_fprog program = { SW_COUNT(code), code };
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct sw_fault why = { 0 };

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			_exit(2);
		_exit(sw_queue_file_read(directory, name, depth, &q, &why) != -ESTALE ||
		      !strstr(why.text.s, "stat ") || !strstr(why.text.s, name) ||
		      q.sasl_username.n > 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Its size, and who submitted it, are then not known. */
static void a_file_that_can_not_be_looked_at_is_a_fault(void **state)
{
	int directory = open(DATA "spool", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int sent = read_unseen(directory, "deferred/B/B8E3BA76010", SW_QUEUE_FILE_ALL);
	int local = read_unseen(directory, "maildrop/70AD137", SW_QUEUE_FILE_WHO);

	(void)state;
	close(directory);
	if (sent == 2)
		skip(); /* no seccomp here */
	want_number("its size", sent, 0);
	want_number("its owner", local, 0);
}

static ssize_t broken_pread(void *ctx, char *ret, size_t n, int64_t offset)
{
	(void)ret;
	return offset < *(int64_t *)ctx
		       ? memory_pread(&(struct memory){ C_RECORD T_RECORD, 116, 0, 0 }, ret, n,
				      offset)
		       : -EIO;
}

static void a_disk_error_is_one(void **state)
{
	(void)state;
	for (int64_t good = 0; good <= 116; good += 116) {
		struct sw_fault why = { 0 };

		assert_int_equal(queue_file_parse(broken_pread, &good, "A1", INT64_MAX,
						  SW_QUEUE_FILE_WHO, NULL, &q, &why),
				 -EIO);
		want_text("sentence", why.text.s, "read A1: Input/output error");
		assert_int_equal(q.arrival_time, 0);
	}
}

static void dump_raw(const char *name, struct sw_raw value)
{
	if (value.p)
		printf("%s=%.*s\n", name, (int)value.n, value.p);
}

static int dump(const char *path)
{
	struct sw_fault why = { 0 };

	if (sw_queue_file_read(AT_FDCWD, path, SW_QUEUE_FILE_ALL, &q, &why) < 0) {
		printf("%s\n", why.text.s);
		return 1;
	}
	if (q.state != SW_QUEUE_FILE_WHOLE)
		printf("state=%d\n", q.state);
	if (!q.maildrop)
		printf("size=%lld %lld %lld %lld\n", (long long)q.data_size,
		       (long long)q.data_offset, (long long)q.rcpt_count, (long long)q.cont_length);
	printf("arrival=%lld\n", (long long)q.arrival_time);
	if (q.create_time)
		printf("create=%lld\n", (long long)q.create_time);
	dump_raw("sasl_method", q.sasl_method);
	dump_raw("sasl_username", q.sasl_username);
	dump_raw("sasl_sender", q.sasl_sender);
	dump_raw("log_ident", q.log_ident);
	dump_raw("client_name", q.client_name);
	dump_raw("client_address", q.client_address);
	dump_raw("log_client_name", q.log_client_name);
	dump_raw("log_client_address", q.log_client_address);
	dump_raw("sender", q.sender);
	printf("rcpt=%llu %llu %llu\n", (unsigned long long)q.rcpt_todo,
	       (unsigned long long)q.rcpt_done, (unsigned long long)q.rcpt_canceled);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_real_file_says_what_was_expected),
		cmocka_unit_test(the_submitter_is_the_same_without_the_rest),
		cmocka_unit_test(local_mail_has_the_uid_of_its_sender),
		cmocka_unit_test(a_local_message_names_the_script_in_its_header),
		cmocka_unit_test(a_milter_may_have_changed_the_header),
		cmocka_unit_test(a_script_without_a_uid_is_none),
		cmocka_unit_test(a_received_header_of_somebody_else_is_no_uid),
		cmocka_unit_test(the_client_is_found_in_mail_without_a_login),
		cmocka_unit_test(a_sasl_sender_can_blame_nobody),
		cmocka_unit_test(a_login_may_look_like_two),
		cmocka_unit_test(blanks_at_the_ends_of_a_login_are_kept_beside_it),
		cmocka_unit_test(recipients_that_wait_are_told_and_no_others),
		cmocka_unit_test(a_changed_sender_is_followed_where_nobody_logged_in),
		cmocka_unit_test(a_file_being_written_is_told),
		cmocka_unit_test(requeued_mail_keeps_its_login),
		cmocka_unit_test(crafted_files_do_no_harm),
		cmocka_unit_test(what_stands_in_the_wrong_place_does_not_count),
		cmocka_unit_test(the_content_is_not_looked_at),
		cmocka_unit_test(a_long_record_is_seen_up_to_the_end_of_the_head),
		cmocka_unit_test(what_is_kept_from_far_behind_is_bounded),
		cmocka_unit_test(what_is_no_queue_file_is_refused),
		cmocka_unit_test(a_truncated_file_never_shows_another_user),
		cmocka_unit_test(short_reads_change_nothing),
		cmocka_unit_test(a_login_costs_one_read_whatever_the_file),
		cmocka_unit_test(what_is_read_from_far_behind_costs_a_read_a_window),
		cmocka_unit_test(loops_end_soon),
		cmocka_unit_test(what_is_no_regular_file_is_refused_at_once),
		cmocka_unit_test(a_file_that_was_moved_is_no_fault),
		cmocka_unit_test(modes_and_owners_count),
		cmocka_unit_test(nothing_is_called_but_open_pread_and_close),
		cmocka_unit_test(a_file_that_can_not_be_looked_at_is_a_fault),
		cmocka_unit_test(a_disk_error_is_one),
	};

	if (argc == 3 && strcmp(argv[1], "dump") == 0)
		return dump(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
