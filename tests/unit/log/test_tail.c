/* What the ends of a log tell. */
#include <time.h>
#include <unistd.h>

#include "log/file.h"
#include "log/tail.h"
#include "os/clock.h"
#include "sourcetext.h"

/* A log of many lines of another program, one a second, the last at NOW; Postfix's at one of them. */
static struct sw_host busy_host(const char *path, int lines, int heard)
{
	static char text[8 << 20];
	struct sw_host h = host_new(NULL);
	size_t n = 0;

	for (int i = lines; i-- > 0;) {
		time_t t = NOW - i;
		struct tm tm;

		n += strftime(text + n, 64, "%Y-%m-%dT%H:%M:%SZ mx ", gmtime_r(&t, &tm));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s[1]: %0100d\n",
				      i == heard ? "postfix/smtpd" : "dovecot", i);
	}
	host_bytes(&h, path, text, n);
	source_time(&h, path, NOW);
	return h;
}

static void postfix_is_heard_far_from_the_end(void **state)
{
	static const struct {
		const char *what;
		int lines, heard;
		bool in_tail, in_all;
	} rows[] = {
		{ "near the end", 1000, 10, true, true },
		{ "in the first line of a short log", 100, 99, true, true },
		{ "2 MiB before", 30000, 15000, false, true },
		{ "across the blocks that are read", 30000, 2000, false, true },
		{ "5 MiB before", 50000, 40000, false, true },
		{ "nowhere", 1000, -1, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		struct sw_host h = busy_host("/var/log/mail.log", rows[i].lines, rows[i].heard);
		int64_t want = NOW - rows[i].heard;
		struct sw_fault why = { 0 };
		struct log_facts facts;
		int fd = open(host_path(&h, "/var/log/mail.log"), O_RDONLY | O_CLOEXEC);

		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail(fd, &r, &facts, &why), 0);
		want_number(rows[i].what, facts.heard, rows[i].in_tail ? want : 0);
		want_number(rows[i].what, facts.last, NOW);
		want_number(rows[i].what, log_tail_heard(&h, "/var/log/mail.log", &r),
			    rows[i].in_all ? want : 0);
		close(fd);
		host_remove(&h);
	}
}

/* Each place of a line over the blocks' bounds: none is lost between two of them. */
static void no_line_is_lost_between_two_blocks(void **state)
{
	enum { AT = LOG_FILE_TAIL / 137 }; /* bytes of a line: the first bound is near there */

	(void)state;
	for (int heard = AT - 40; heard < AT + 40; heard++) {
		static struct log_reader r;
		struct sw_host h = busy_host("/var/log/mail.log", 2 * AT, heard);

		r = (struct log_reader){ .clock.now = NOW };
		want_number("heard", log_tail_heard(&h, "/var/log/mail.log", &r), NOW - heard);
		host_remove(&h);
	}
}

static void it_is_heard_in_what_rotation_made_of_the_log(void **state)
{
	static const struct {
		const char *what;
		struct source_file file[3];
		int64_t want;
	} rows[] = {
		{ "nothing", { { 0 } }, 0 },
		{ "just rotated", { { "/var/log/mail.log", "" }, { "/var/log/mail.log.1", ALIVE, 60 } },
		  NOW - 60 },
		{ "nothing was logged since", { { "/var/log/mail.log.1", ALIVE, 60 } }, NOW - 60 },
		{ "five weeks before", { { "/var/log/mail.log", "" },
					 { "/var/log/mail.log.1", ALIVE, 36 * 86400 } }, 0 },
		{ "what can't be read is passed over",
		  { { "/var/log/mail.log", "" },
		    { "/var/log/mail.log.1.xz", ALIVE, 60 },
		    { "/var/log/mail.log.2.gz", OLD, 3600 } },
		  NOW - 3600 },
		{ "the log goes before what is older",
		  { { "/var/log/mail.log", OLD }, { "/var/log/mail.log.1", ALIVE, 4000 } },
		  NOW - 3600 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		struct sw_host h = host_new(NULL);

		host_file(&h, "/var/log/lastlog", "");
		for (size_t k = 0; k < 3 && rows[i].file[k].path; k++)
			source_put(&h, &rows[i].file[k]);
		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail_heard(&h, "/var/log/mail.log", &r), rows[i].want);
		host_remove(&h);
	}
}

static void a_stamp_of_each_end_is_found(void **state)
{
	static const struct {
		const char *what;
		struct source_file file;
		enum log_format format;
		int64_t first, last; /* 0: none */
	} rows[] = {
		{ "plain", { "/log", OLD LINE("10:59:00", "dovecot", "x") "half a line" }, LOG_PLAIN,
		  NOW - 3600, NOW - 60 },
		{ "lines without a stamp at both ends", { "/log", "x\n" ALIVE "y\n" }, LOG_PLAIN,
		  NOW - 3600, NOW - 60 },
		{ "none", { "/log", "x\ny\n" }, LOG_PLAIN, 0, 0 },
		{ "empty", { "/log", "" }, LOG_PLAIN, 0, 0 },
		{ "packed", { "/log.gz", ALIVE }, LOG_GZIP, NOW - 3600, NOW - 60 },
		{ "no such format", { "/log", ALIVE }, LOG_GZIP, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		struct sw_host h = host_new(NULL);
		struct log_set_file file = { .format = rows[i].format };
		int64_t got = -1;

		source_put(&h, &rows[i].file);
		file.fd = open(host_path(&h, rows[i].file.path), O_RDONLY | O_CLOEXEC);
		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail_stamp(&file, false, &r, &got), rows[i].first > 0);
		want_number(rows[i].what, rows[i].first ? got : 0, rows[i].first);
		want_number(rows[i].what, log_tail_stamp(&file, true, &r, &got), rows[i].last > 0);
		want_number(rows[i].what, rows[i].last ? got : 0, rows[i].last);
		close(file.fd);
		host_remove(&h);
	}
}

/* Lines that begin behind the first of the last 4096 bytes: before it may stand another's end. */
static void the_end_is_so_many_bytes(void **state)
{
	enum { NEAR = 4096, LINE = 128, LINES = 64 };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (int last = 60; last < 60 + LINE; last++) {
		static struct log_reader r;
		char text[LINE * (LINES + 2)];
		struct sw_fault why = { 0 };
		struct log_facts facts;
		size_t n = 0, want = 0;
		int fd;

		for (int i = 0; i <= LINES; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%-*s\n",
					      (i < LINES ? LINE : last) - 1,
					      "2026-11-23T10:59:00Z mx dovecot: x");
		for (size_t i = n - NEAR; i + 1 < n; i++)
			want += text[i] == '\n';
		host_bytes(&h, "/log", text, n);
		fd = open(host_path(&h, "/log"), O_RDONLY | O_CLOEXEC);
		r = (struct log_reader){ .clock.now = NOW };
		want_number("the end", log_tail_end(fd, &r, &facts, &why), 0);
		want_number("lines", facts.lines, want);
		close(fd);
	}
	host_remove(&h);
}

static void an_end_without_a_stamp_is_looked_at_further(void **state)
{
	static const struct {
		const char *what;
		int lines; /* without a stamp, of 100 bytes, behind one with */
		uint64_t stamped;
	} rows[] = { { "none", 0, 1 }, { "some", 30, 1 }, { "many", 60, 1 }, { "too many", 700, 0 } };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		static char text[80000];
		struct sw_fault why = { 0 };
		struct log_facts facts;
		size_t n = (size_t)snprintf(text, sizeof(text), ALIVE);
		int fd;

		for (int k = 0; k < rows[i].lines; k++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%-99s\n", "x");
		host_bytes(&h, "/log", text, n);
		fd = open(host_path(&h, "/log"), O_RDONLY | O_CLOEXEC);
		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail_end(fd, &r, &facts, &why), 0);
		want_number(rows[i].what, facts.stamped > 0, rows[i].stamped);
		close(fd);
	}
	host_remove(&h);
}

/* Of one stamp in the last 4096 bytes they are enough: what is before is not counted. */
static void an_end_with_one_stamp_is_not_looked_at_further(void **state)
{
	enum { LINES = 100, STAMPED = 80 };
	static struct log_reader r;
	struct sw_host h = host_new(NULL);
	char text[100 * LINES + 1];
	struct sw_fault why = { 0 };
	struct log_facts facts;
	int fd;

	(void)state;
	for (int i = 0; i < LINES; i++)
		snprintf(text + (size_t)i * 100, 101, "%-99s\n", i == STAMPED ? "2026-11-23T10:59:00Z mx dovecot: x" : "x");
	host_bytes(&h, "/log", text, sizeof(text) - 1);
	fd = open(host_path(&h, "/log"), O_RDONLY | O_CLOEXEC);
	r = (struct log_reader){ .clock.now = NOW };
	want_number("the end", log_tail_end(fd, &r, &facts, &why), 0);
	want_number("stamped", facts.stamped, 1);
	want_number("lines", facts.lines, 40);
	close(fd);
	host_remove(&h);
}

/* A container's log may begin with lines that have none: in the first 64 KiB it is looked for. */
static void the_first_stamp_may_stand_far_from_the_beginning(void **state)
{
	static const struct {
		const char *what;
		int lines; /* without a stamp, of 100 bytes, before one with */
		bool is;
	} rows[] = { { "first", 0, true },
		     { "in the first 4096 bytes", 39, true },
		     { "behind them", 41, true },
		     { "in the last line that counts", 654, true },
		     { "too far", 657, false } };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		static char text[80000];
		struct log_set_file file = { .format = LOG_PLAIN };
		int64_t got = 0;
		size_t n = 0;

		for (int k = 0; k < rows[i].lines; k++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%-99s\n", "x");
		n += (size_t)snprintf(text + n, sizeof(text) - n, ALIVE);
		host_bytes(&h, "/log", text, n);
		file.fd = open(host_path(&h, "/log"), O_RDONLY | O_CLOEXEC);
		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail_stamp(&file, false, &r, &got), rows[i].is);
		want_number(rows[i].what, got, rows[i].is ? NOW - 3600 : 0);
		close(file.fd);
	}
	host_remove(&h);
}

static void compressed_files_are_read_until_the_earlier_end(void **state)
{
	struct log_reader r = { .clock.now = NOW };
	int64_t now = clock_ms();

	(void)state;
	want_within("none is set", log_tail_by(&r, 5000) - now, 5000, 60000);
	r.unpack_by = now + 3600000;
	want_within("a later one", log_tail_by(&r, 5000) - now, 5000, 60000);
	r.unpack_by = now;
	want_number("an earlier one", log_tail_by(&r, 5000), now);
	r.unpack_by = 1;
	want_number("long ago", log_tail_by(&r, 5000), 1);
}

/* A log that is alone is read where it was opened, though its name may be gone. */
static void what_was_seen_is_not_looked_for_again(void **state)
{
	static const struct {
		const char *what;
		struct source_file file[2];
		int64_t want;
	} rows[] = {
		{ "alone", { { "/var/log/mail.log", ALIVE, 0 } }, NOW - 60 },
		{ "beside another", { { "/var/log/mail.log", ALIVE, 0 }, { "/var/log/mail.log.1", OLD, 60 } }, NOW - 3600 },
		{ "beside an old one", { { "/var/log/mail.log", ALIVE, 0 }, { "/var/log/mail.log.1", OLD, 90 * 86400 } }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		static struct log_reader r;
		const struct log_set_request request = { .path = "/var/log/mail.log", .since = SINCE };
		struct sw_host h = host_new(NULL);
		struct sw_fault why = { 0 };
		struct log_set set;

		for (size_t k = 0; k < 2 && rows[i].file[k].path; k++)
			source_put(&h, &rows[i].file[k]);
		want_number(rows[i].what, log_set_open(&h, &request, &set, &why), 0);
		assert_int_equal(remove(host_path(&h, "/var/log/mail.log")), 0);
		r = (struct log_reader){ .clock.now = NOW };
		want_number(rows[i].what, log_tail_heard_again(&h, "/var/log/mail.log", &set, &r),
			    rows[i].want);
		log_set_close(&set);
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postfix_is_heard_far_from_the_end),
		cmocka_unit_test(no_line_is_lost_between_two_blocks),
		cmocka_unit_test(it_is_heard_in_what_rotation_made_of_the_log),
		cmocka_unit_test(a_stamp_of_each_end_is_found),
		cmocka_unit_test(the_end_is_so_many_bytes),
		cmocka_unit_test(an_end_without_a_stamp_is_looked_at_further),
		cmocka_unit_test(an_end_with_one_stamp_is_not_looked_at_further),
		cmocka_unit_test(the_first_stamp_may_stand_far_from_the_beginning),
		cmocka_unit_test(compressed_files_are_read_until_the_earlier_end),
		cmocka_unit_test(what_was_seen_is_not_looked_for_again),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
