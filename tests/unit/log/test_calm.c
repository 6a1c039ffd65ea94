/* Hosts that once read 0, or too little, where more was true; and calm ones that were called dead.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sourcetext.h"

#define BSD(clock, tag, text) "Nov 23 " clock " mx " tag "[1]: " text "\n"
#define LOST(clock)	      "20261123 " clock "|mx|postfix/smtpd|1|x\n"
#define DOVECOT(clock)	      LINE(clock, "dovecot", "x")
#define SAID(clock, text)                                                                          \
	"{\"log\":\"" text "\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-23T" clock "Z\"}\n"

static void a_rotated_file_that_is_gone_is_missed_by_its_number(void **state)
{
	static const struct source_row rows[] = {
		{ ".1 is gone, .2 is of yesterday",
		  .file = { { "/var/log/mail.log", AT("10:50:30", "a") AT("10:59:00", "b") },
			    { "/var/log/mail.log.2", OLD, 90000 } },
		  .heard = "a|b|", .states = "UUUUUU.........", .doubt = LOG_BEGINS },
		{ ".1 lies beside it, .2.gz in its olddir",
		  .file = { { "/var/log/mail.log", AT("10:50:30", "a") AT("10:59:00", "b") },
			    { "/var/log/mail.log.1", OLD AT("10:49:00", "z"), 660 },
			    { "/var/log/archive/mail.log.2.gz", OLD, 90000 } },
		  .heard = "old|z|a|b|", .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void a_log_that_was_just_rotated_has_no_clock_yet(void **state)
{
	static const struct source_row rows[] = {
		{ "copytruncate, the last line came half an hour before",
		  .file = { { "/var/log/mail.log", "", 300 },
			    { "/var/log/mail.log.1", BSD("10:25:00", "postfix/smtpd", "a"), 300 } },
		  .moved = 2100, .heard = "a|", .states = KNOWN },
		{ "create",
		  .file = { { "/var/log/mail.log", "", 300 },
			    { "/var/log/mail.log.1", BSD("10:25:00", "postfix/smtpd", "a"),
			      2100 } },
		  .moved = 2100, .heard = "", .states = KNOWN },
		{ "Postfix was heard ten days ago, in a packed file",
		  .file = { { "/var/log/mail.log", "", 3 * 86400 },
			    { "/var/log/mail.log.1.gz",
			      "2026-11-13T05:00:00Z mx postfix/smtpd[1]: a\n", 10 * 86400 } },
		  .moved = 10 * 86400, .heard = "", .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void other_programs_tell_of_their_own_clocks(void **state)
{
	static const struct source_row rows[] = {
		{ "theirs is an hour behind, and Postfix's is right",
		  .file = { { "/var/log/mail.log",
			      BSD("10:00:00", "postfix/smtpd", "a") BSD(
				      "10:59:00", "postfix/smtpd", "b") BSD("09:59:30", "app", "x"),
			      20 } },
		  .heard = "a|b|", .states = KNOWN },
		{ "theirs is an hour ahead",
		  .file = { { "/var/log/mail.log",
			      BSD("10:00:00", "postfix/smtpd", "a") BSD(
				      "10:59:00", "postfix/smtpd", "b") BSD("11:59:30", "app", "x"),
			      20 } },
		  .heard = "a|b|", .states = KNOWN },
		{ "Postfix's is an hour behind, no queue is here to tell",
		  .file = { { "/var/log/mail.log",
			      BSD("09:00:00", "postfix/smtpd", "a") BSD("10:59:20", "dovecot", "x")
				      BSD("09:59:30", "postfix/smtpd", "b")
					      BSD("10:59:40", "dovecot", "x"),
			      20 } },
		  .heard = "a|b|", .states = U, .doubt = LOG_ZONE },
		{ "an hour behind, last written eleven minutes ago",
		  .file = { { "/var/log/mail.log",
			      BSD("08:00:00", "postfix/smtpd", "a")
				      BSD("09:49:00", "postfix/smtpd", "b"),
			      660 } },
		  .heard = "a|b|", .states = U, .doubt = LOG_ZONE },
	};

	(void)state;
	source_try_all(rows);
}

static void lines_of_postfix_that_are_not_understood_are_missed(void **state)
{
	static const struct source_row rows[] = {
		{ "while Dovecot's are understood",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:52:00", "a") AT("10:54:30", "b") LOST("10:55:10")
				      DOVECOT("10:55:20") LOST("10:55:30") DOVECOT("10:56:20")
					      LOST("10:57:10") DOVECOT("10:58:20") } },
		  .heard = "old|a|b|", .states = ".........UUUUUU", .doubt = LOG_STAMPS },
		{ "and then again they are",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:50:00", "z") AT("10:52:00", "a") AT("10:54:30", "b")
				      LOST("10:55:10") DOVECOT("10:55:20") LOST("10:55:30")
					      LOST("10:57:10") AT("10:58:20", "c") } },
		  .heard = "old|z|a|b|c|", .states = ".........UUUUU.", .doubt = LOG_STAMPS },
		{ "one may be somebody's text: the minute waits",
		  .file = { { "/var/log/mail.log", OLD AT("10:59:30", "a") LOST("10:59:40") } },
		  .heard = "old|a|", .states = "..............?", .doubt = LOG_STAMPS },
		{ "a container's lines without a header are none of them",
		  .where = { .logfile = "mail.log" },
		  .file = { { "/var/log/mail.log",
			      SAID("10:00:00", "Nov 23 10:00:00 mx postfix/smtpd[1]: old") SAID(
				      "10:40:00", "Nov 23 10:40:00 mx postfix/smtpd[1]: z")
				      SAID("10:50:00", "at a.java") SAID("10:50:00", "at b.java")
					      SAID("10:50:00", "at c.java") SAID(
						      "10:56:00",
						      "Nov 23 10:56:00 mx postfix/smtpd[1]: a")
						      SAID("10:57:00", "Nov 23 10:57:00 mx "
								       "postfix/smtpd[1]: b") } },
		  .heard = "old|z|a|b|", .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void nobody_hides_the_next_line(void **state)
{
	static const struct source_row rows[] = {
		{ "text that looks like a part of Docker's",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:50:00", "a") "{\"log\":\"x\"}\n" AT("10:55:00", "b") } },
		  .heard = "old|a|b|", .states = KNOWN },
		{ "like one of Kubernetes'",
		  .file = { { "/var/log/mail.log",
			      OLD AT("10:50:00", "a") "2026-11-23T10:50:00Z stdout P x\n" AT(
				      "10:55:00", "b") } },
		  .heard = "old|a|b|", .states = KNOWN },
	};

	(void)state;
	source_try_all(rows);
}

static void what_a_pattern_finds_by_the_way_proves_nothing(void **state)
{
	static const struct source_row rows[] = {
		{ "a log of Dovecot alone beside Postfix's", .where = { .logfile = "*.log" },
		  .file = { { "/var/log/mail.log", ALIVE },
			    { "/var/log/dovecot.log", DOVECOT("10:00:00") DOVECOT("10:59:00") } },
		  .heard = "old|alive|", .states = KNOWN },
		{ "that one alone", .where = { .logfile = "*.log" },
		  .file = { { "/var/log/dovecot.log", DOVECOT("10:00:00") DOVECOT("10:59:00") } },
		  .heard = "", .states = U, .doubt = LOG_OTHERS },
		{ "but when it is named", .where = { .logfile = "mail.log dovecot.log" },
		  .file = { { "/var/log/mail.log", ALIVE },
			    { "/var/log/dovecot.log", DOVECOT("10:00:00") DOVECOT("10:59:00") } },
		  .heard = "old|alive|", .states = U, .doubt = LOG_OTHERS },
	};

	(void)state;
	source_try_all(rows);
}

static void no_log_of_many_is_left_out_without_a_word(void **state)
{
	static const struct source_row none = { .file = { { NULL, NULL, 0 } } };
	static const struct log_where where = { .logfile = "m*" };

	(void)state;
	for (int n = 64; n <= 65; n++) {
		struct sw_host h = source_host(&none);
		struct source_got got = { .n = 0 };
		struct sw_fault why = { 0 };

		for (int i = 0; i < n; i++) {
			char path[32];

			snprintf(path, sizeof(path), "/var/log/m%c%c", 'a' + i / 26, 'a' + i % 26);
			host_file(&h, path, ALIVE);
			source_time(&h, path, NOW);
		}
		source_read(&h, &where, &got, &why);
		want_number("returned", got.rc, 0);
		want_text("64 are read, 65 are too many", got.states, n == 64 ? KNOWN : U);
		want_number("messages", got.n, n == 64 ? 2 * 64 : 0);
		host_remove(&h);
	}
}

static void a_log_beside_no_queue_is_calm_for_a_day(void **state)
{
	static const struct source_row rows[] = {
		{ "for two hours",
		  .file = { { "/var/log/mail.log", "2026-11-23T09:00:00Z mx postfix/smtpd[1]: a\n",
			      7200 } },
		  .heard = "a|", .states = KNOWN },
		{ "not for two days",
		  .file = { { "/var/log/mail.log", "2026-11-21T10:00:00Z mx postfix/smtpd[1]: a\n",
			      2 * 86400 } },
		  .heard = "a|", .states = WAITS, .doubt = LOG_UNSEEN },
	};

	(void)state;
	source_try_all(rows);
}

static void a_wrong_checksum_spoils_all_of_its_file(void **state)
{
	static const struct source_row row = {
		.file = { { "/var/log/mail.log", AT("10:55:10", "now") },
			  { "/var/log/mail.log.1.gz", OLD AT("10:50:00", "a") AT("10:54:00", "b"),
			    360 } }
	};
	struct sw_host h = source_host(&row);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };
	unsigned char sum;
	int fd = open(host_path(&h, "/var/log/mail.log.1.gz"), O_RDWR | O_CLOEXEC);
	off_t at = lseek(fd, -8, SEEK_END);

	(void)state;
	assert_int_equal(pread(fd, &sum, 1, at), 1);
	sum ^= 1;
	assert_int_equal(pwrite(fd, &sum, 1, at), 1);
	close(fd);
	source_time(&h, "/var/log/mail.log.1.gz", NOW - 360);
	source_read(&h, &row.where, &got, &why);
	want_text("a wrong checksum", got.states, "UUUUUUUUUUU....");
	want_number("the reason", got.why->doubt, LOG_PART);
	host_remove(&h);
}

static void a_hole_at_the_end_hides_no_line(void **state)
{
	static const struct source_row row = { .file = { { "/var/log/mail.log", ALIVE } } };
	struct sw_host h = source_host(&row);
	struct source_got got = { .n = 0 };
	struct sw_fault why = { 0 };

	(void)state;
	assert_int_equal(truncate(host_path(&h, "/var/log/mail.log"), (off_t)5 << 30), 0);
	source_time(&h, "/var/log/mail.log", NOW);
	source_read(&h, &row.where, &got, &why);
	want_text("5 GiB of nothing", got.heard, "old|alive|");
	want_text("5 GiB of nothing", got.states, KNOWN);
	host_remove(&h);
}

/* A line a second, and of the time `late` thousands that a relay kept for an hour. */
static void what_a_relay_sends_in_one_go_hides_no_line(void **state)
{
	enum { SECONDS = 4000, BURST = 8000 };
	static const int late[] = { 30, 300, 600, 880, 1400 };
	char *text = malloc((SECONDS + BURST) * 64);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SW_COUNT(late); i++) {
		static const struct source_row none = { .file = { { NULL, NULL, 0 } } };
		struct sw_host h = source_host(&none);
		struct source_got got = { .n = 0 };
		struct sw_fault why = { 0 };
		size_t n = 0;

		for (int age = SECONDS; age > 0; age--) {
			int64_t t = NOW - age;

			n += (size_t)sprintf(text + n, "%lld mx postfix/qmgr[1]: x\n",
					     (long long)t);
			for (int k = 0; age == late[i] && k < BURST; k++)
				n += (size_t)sprintf(text + n,
						     "%lld app relay[1]: a text that is longer\n",
						     (long long)t - 3600);
		}
		host_bytes(&h, "/var/log/mail.log", text, n);
		source_time(&h, "/var/log/mail.log", NOW);
		source_read(&h, &none.where, &got, &why);
		if (got.n < NOW - SINCE)
			fail_msg("sent %d s ago: got %d lines, want %d at least", late[i], got.n,
				 NOW - SINCE);
		want_text("a burst", got.states, KNOWN);
		host_remove(&h);
	}
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rotated_file_that_is_gone_is_missed_by_its_number),
		cmocka_unit_test(a_log_that_was_just_rotated_has_no_clock_yet),
		cmocka_unit_test(other_programs_tell_of_their_own_clocks),
		cmocka_unit_test(lines_of_postfix_that_are_not_understood_are_missed),
		cmocka_unit_test(nobody_hides_the_next_line),
		cmocka_unit_test(what_a_pattern_finds_by_the_way_proves_nothing),
		cmocka_unit_test(no_log_of_many_is_left_out_without_a_word),
		cmocka_unit_test(a_log_beside_no_queue_is_calm_for_a_day),
		cmocka_unit_test(a_wrong_checksum_spoils_all_of_its_file),
		cmocka_unit_test(a_hole_at_the_end_hides_no_line),
		cmocka_unit_test(what_a_relay_sends_in_one_go_hides_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
