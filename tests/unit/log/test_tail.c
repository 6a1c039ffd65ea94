/* What the ends of a log tell. */
#include <time.h>
#include <unistd.h>

#include "log/tail.h"
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
		{ "5 MiB before", 50000, 40000, false, false },
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
	enum { AT = 1735 }; /* lines of 151 bytes: the first bound is near there */

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
		{ "the day before", { { "/var/log/mail.log", "" },
				      { "/var/log/mail.log.1", ALIVE, 90000 } }, 0 },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postfix_is_heard_far_from_the_end),
		cmocka_unit_test(no_line_is_lost_between_two_blocks),
		cmocka_unit_test(it_is_heard_in_what_rotation_made_of_the_log),
		cmocka_unit_test(a_stamp_of_each_end_is_found),
	};

	return cmocka_run_group_tests_name("tail", tests, NULL, NULL);
}
