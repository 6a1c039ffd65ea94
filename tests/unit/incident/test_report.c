/* What a report reads of a host: the log, the queues, the journal; and when it refuses. */
#include "incident/report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

enum { NOW = 1795701030 /* 2026-11-26T13:50:30Z */ };

#define MAIN "myhostname = mx\nqueue_directory = /spool\n"
#define AT(time) "2026-11-26T13:" time "+00:00 mx postfix/submission/smtpd[7]: "
#define LOGIN ", sasl_method=PLAIN, sasl_username=bob@x\n"

static struct sw_host h;
static struct options options;
static struct run run = { .options = &options, .host = &h };
static struct report *report;
static struct sw_fault why;

static void begin(const char *main_cf, const char *log)
{
	h = host_new(NULL);
	h.now = NOW;
	why = (struct sw_fault){ 0 };
	options = (struct options){ .by = BY_ACCOUNT, .value = "bob@x" };
	host_file(&h, "/etc/postfix/main.cf", main_cf);
	if (log)
		host_file(&h, "/var/log/mail.log", log);
	for (size_t i = 0; i < QUEUED_QUEUES; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/spool/%s/.empty", queued_queues[i]);
		host_file(&h, path, "");
	}
}

static void end(void)
{
	report_free(report);
	host_remove(&h);
}

static struct past_use network(const char *text)
{
	struct network_address address;
	struct topk_row *row;

	assert_true(network_address(raw_of(text), &address));
	row = topk_find(report->network, raw_from((const char *)address.byte, sizeof(address.byte)));
	assert_non_null(row);
	return *(struct past_use *)row->value;
}

static void addresses_of_a_network_are_added_up(void **state)
{
	struct past_use use;

	(void)state;
	begin(MAIN, AT("40:01") "4ABC01: client=a[240.7.7.7]" LOGIN
	      AT("40:05") "4ABC02: client=a[240.7.8.8]" LOGIN
	      AT("40:09") "4ABC03: client=a[240.7.7.7]" LOGIN
	      AT("41:00") "4ABC04: client=a[240.8.7.7]" LOGIN
	      "2026-11-26T13:41:09+00:00 mx dovecot: imap-login: Login: user=<bob@x>, method=PLAIN, "
	      "rip=240.7.9.9, lip=192.0.2.1, mpid=5, TLS, session=<x>\n");
	assert_int_equal(report_read(&run, &report, &why), 0);
	want_number("addresses", (int64_t)topk_rows(report->past.used), 4);
	want_number("networks", (int64_t)topk_rows(report->network), 2);
	use = network("240.7.0.0");
	want_number("messages", (int64_t)use.messages, 3);
	want_number("logins", (int64_t)use.logins, 1);
	want_number("first", use.first - NOW, -629);
	want_number("last", use.last - NOW, -561);
	use = network("240.8.0.0");
	want_number("messages", (int64_t)use.messages, 1);
	want_number("first", use.first - NOW, -570);
	want_number("last", use.last - NOW, -570);
	want_number("queues", report->no_queue.code, 0);
	want_number("whole", queued_is_whole(&report->queued), true);
	want_number("no record", (int64_t)report->journal.key, 0);
	end();
}

/* What the journal has of it, on these queues; nothing of others, and of a damaged one no more. */
static void the_record_of_it_is_told(void **state)
{
	static struct journal j;
	struct select select;
	struct stat st;
	uint64_t key;

	(void)state;
	begin(MAIN, "");
	host_file(&h, JOURNAL_DIRECTORY "/.x", "");
	assert_int_equal(select_new(&options, true, &select, &why), 0);
	assert_int_equal(stat(host_path(&h, "/spool/hold"), &st), 0);
	key = journal_key(select_key(&select), st.st_dev, st.st_ino);
	select_free(&select);
	assert_int_equal(journal_open(&j, host_path(&h, JOURNAL_PATH), &why), 0);
	journal_take(&j, key, "account bob@x")->deleted = 3;
	journal_take(&j, key + 1, "account eve@x")->deleted = 9;
	journal_take(&j, key + 2, "account ann@x")->deleted = 9;
	journal_save(&j);
	journal_close(&j);
	assert_int_equal(report_read(&run, &report, &why), 0);
	want_number("deleted", (int64_t)report->journal.deleted, 3);
	want_text("whose", report->journal.select, "account bob@x");
	report_free(report);
	options.value = "eve@x";
	assert_int_equal(report_read(&run, &report, &why), 0);
	want_number("another's", (int64_t)report->journal.key, 0);
	end();
}

static void names_fold_as_the_instance_folds_them(void **state)
{
	static const struct {
		const char *main_cf;
		bool utf8;
	} rows[] = { { MAIN, true },
		     { MAIN "smtputf8_enable = yes\n", true },
		     { MAIN "smtputf8_enable = no\n", false },
		     { MAIN "smtputf8_enable =   no  \n", false },
		     { MAIN "smtputf8_enable = now\n", true } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin(rows[i].main_cf, "");
		assert_int_equal(report_read(&run, &report, &why), 0);
		want_number(rows[i].main_cf, report->select.utf8, rows[i].utf8);
		end();
	}
}

static void queues_that_are_none_are_not_empty_ones(void **state)
{
	(void)state;
	begin("myhostname = mx\nqueue_directory = /var/log\n", "");
	assert_int_equal(report_read(&run, &report, &why), 0);
	want_number("why", report->no_queue.code, ENOENT);
	want_text("why", report->no_queue.text.s, "/var/log holds no queue of Postfix");
	end();
	begin("myhostname = mx\nqueue_directory = /nowhere\n", "");
	assert_int_equal(report_read(&run, &report, &why), 0);
	want_number("why", report->no_queue.code, ENOENT);
	want_number("nothing else is looked for", report->queued.broken.code, 0);
	end();
}

static int read_it(void *ctx)
{
	int rc = report_read(&run, &report, &why);

	(void)ctx;
	if (rc == -EACCES && strncmp(why.text.s, "neither the mail log nor the queues may be read: ", 49) != 0)
		rc = -EINVAL;
	if (rc == 0)
		report_free(report);
	return rc;
}

/* Where nobody lets us read anything there is no report; else what is known is told. */
static void without_leave_there_is_none(void **state)
{
	enum { NONE = 1 };
	static const char lines[] = AT("40:01") "4ABC01: client=a[240.7.7.7]" LOGIN;
	static const struct {
		const char *what;
		unsigned log, spool, active; /* modes; NONE: it is not there */
		int want;
		bool old; /* and an older log, which may not be read */
		bool message;
	} rows[] = {
		{ "all may be read", 0644, 0755, 0755, 0, false, false },
		{ "the log alone", 0644, 0, 0755, 0, false, false },
		{ "the queues alone", 0, 0755, 0755, 0, false, false },
		{ "neither", 0, 0, 0755, -EACCES, false, false },
		{ "no queue of them", 0, 0755, 0, -EACCES, false, false },
		{ "no queue, but a message", 0, 0755, 0, 0, false, true },
		{ "half of the log", 0644, 0, 0755, 0, true, false },
		{ "there is no log", NONE, 0, 0755, 0, false, false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		begin(MAIN, lines);
		assert_int_equal(chmod(h.root_path, 0755), 0);
		if (rows[i].log == NONE)
			assert_int_equal(unlink(host_path(&h, "/var/log/mail.log")), 0);
		else
			assert_int_equal(chmod(host_path(&h, "/var/log/mail.log"), rows[i].log), 0);
		if (rows[i].old) {
			host_file(&h, "/var/log/mail.log.1", lines);
			assert_int_equal(chmod(host_path(&h, "/var/log/mail.log.1"), 0), 0);
		}
		if (rows[i].message)
			host_file(&h, "/spool/hold/4ABC01", "x");
		assert_int_equal(chmod(host_path(&h, "/spool/active"), rows[i].active), 0);
		assert_int_equal(chmod(host_path(&h, "/spool"), rows[i].spool), 0);
		want_number(rows[i].what, as_nobody(read_it, NULL), rows[i].want);
		assert_int_equal(chmod(host_path(&h, "/spool"), 0755), 0);
		assert_int_equal(chmod(host_path(&h, "/spool/active"), 0755), 0);
		host_remove(&h);
	}
}

/* The last one: the signal stays. */
static void a_signal_ends_it(void **state)
{
	(void)state;
	begin(MAIN, AT("40:01") "4ABC01: client=a[240.7.7.7]" LOGIN);
	run_catch_signals();
	assert_int_equal(raise(SIGTERM), 0);
	want_number("ended", report_read(&run, &report, &why), -EINTR);
	want_text("ended", why.text.s, "ended by a signal");
	assert_null(report);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_a_network_are_added_up),
		cmocka_unit_test(the_record_of_it_is_told),
		cmocka_unit_test(names_fold_as_the_instance_folds_them),
		cmocka_unit_test(queues_that_are_none_are_not_empty_ones),
		cmocka_unit_test(without_leave_there_is_none),
		cmocka_unit_test(a_signal_ends_it),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
