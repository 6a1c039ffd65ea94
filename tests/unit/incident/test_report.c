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

/* Of seven days; what is before the first line of a log is no hole in it. */
static void what_of_the_log_is_known_is_counted(void **state)
{
#define LINE(day, time) "2026-11-" day "T" time "+00:00 mx postfix/smtpd[7]: connect from a[192.0.2.1]\n"
	static const struct {
		const char *what, *log; /* NULL: there is none */
		const char *older;
		int64_t known, since; /* since: how long ago */
		bool begins;
		enum log_doubt hole;
	} rows[] = {
		{ "all", LINE("18", "13:50:30") LINE("26", "13:50:29"), NULL, 10080, 604830, true, LOG_FINE },
		{ "it begins", LINE("26", "12:50:31") LINE("26", "13:50:29"), NULL, 59, 3599, true, LOG_BEGINS },
		{ "it begins just now", LINE("26", "13:50:29"), NULL, 0, 1, true, LOG_BEGINS },
		{ "what is older can't be read", LINE("26", "12:50:31") LINE("26", "13:50:29"), "no gzip", 59, 3570, false, LOG_PART },
		{ "empty", "", NULL, 0, NOW, false, LOG_OTHERS },
		{ "none", NULL, NULL, 0, NOW, false, LOG_NOWHERE },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		const struct past *p;

		begin(MAIN, rows[i].log);
		if (rows[i].older)
			host_file(&h, "/var/log/mail.log.1.gz", rows[i].older);
		assert_int_equal(report_read(&run, &report, &why), 0);
		p = &report->past;
		want_number(rows[i].what, p->known, rows[i].known);
		want_number(rows[i].what, NOW - p->known_since, rows[i].since);
		want_number(rows[i].what, p->begins, rows[i].begins);
		want_number(rows[i].what, p->hole.doubt, rows[i].hole);
		end();
	}
}

/* Its own: eve's is later, and needs as many guesses. */
static void who_broke_in_is_told(void **state)
{
#define FAILED(user, time) AT(time) "warning: a[240.7.7.7]: SASL LOGIN authentication failed: x, sasl_username=" user "\n"
	static const char four[] = FAILED("bob@x", "40:01") FAILED("bob@x", "40:02") FAILED("bob@x", "40:03") FAILED("bob@x", "40:04");
	static const char fifth[] = FAILED("bob@x", "40:05");
	static const char in[] = AT("40:09") "4ABC01: client=a[240.7.7.7]" LOGIN;
	static const char eves[] = FAILED("eve@x", "41:01") FAILED("eve@x", "41:02") FAILED("eve@x", "41:03") FAILED("eve@x", "41:04")
		FAILED("eve@x", "41:05") AT("41:09") "4ABC02: client=a[240.7.7.7], sasl_method=PLAIN, sasl_username=eve@x\n";

	(void)state;
	for (int guesses = 4; guesses < 6; guesses++) {
		char log[4096];
		const struct break_in *broken;

		snprintf(log, sizeof(log), "%s%s%s%s", four, guesses > 4 ? fifth : "", in, eves);
		begin(MAIN, log);
		assert_int_equal(report_read(&run, &report, &why), 0);
		broken = &report->past.broken;
		want_number("failures", (int64_t)report->past.failures, guesses);
		want_number("broken into", broken->account != 0, guesses > 4);
		want_raw("whose", raw_from(broken->name, broken->name_n), guesses > 4 ? "bob@x" : "");
		want_number("since", NOW - broken->first, guesses > 4 ? 621 : NOW);
		report_free(report);
		options = (struct options){ .by = BY_UID, .value = "0" };
		assert_int_equal(report_read(&run, &report, &why), 0);
		want_number("of a local user nobody", report->past.broken.account != 0, false);
		end();
	}
}

/* Who guessed elsewhere comes from networks that are new: from three, after five guesses. */
static void who_came_in_from_many_networks_is_told(void **state)
{
	(void)state;
	for (int networks = 2; networks < 4; networks++) {
		char log[4096] = FAILED("bob@x", "40:01") FAILED("bob@x", "40:02") FAILED("bob@x", "40:03") FAILED("bob@x", "40:04")
			FAILED("bob@x", "40:05");
		size_t n = strlen(log);

		for (int i = 0; i < networks; i++)
			n += (size_t)snprintf(log + n, sizeof(log) - n, AT("41:0%d") "4ABC0%d: client=a[198.%d.7.7]" LOGIN, i, i, 40 + i);
		begin(MAIN, log);
		assert_int_equal(report_read(&run, &report, &why), 0);
		want_number("broken into", report->past.broken.account != 0, networks >= 3);
		want_number("networks", report->past.broken.networks, networks >= 3 ? networks : 0);
		end();
	}
}

/* Each kind of line is taken from the log. */
static void what_became_of_its_messages_is_told(void **state)
{
#define WHO(who) "2026-11-26T13:40:20+00:00 mx postfix/" who "[9]: 4ABC01: "
#define TO(who, relay) "to=<" who ">, relay=" relay ", delay=1, delays=1/0/0/0, "
	const struct past *p;

	(void)state;
	begin(MAIN, AT("40:01") "4ABC01: client=a[240.7.7.7]" LOGIN
	      WHO("qmgr") "from=<bob@x>, size=400, nrcpt=4 (queue active)\n"
	      WHO("smtp") TO("u@far.example", "mx.far.example[198.51.100.9]:25") "dsn=2.0.0, status=sent (250 2.0.0 Ok)\n"
	      WHO("error") TO("v@far.example", "none") "dsn=4.4.1, status=deferred (delivery temporarily suspended)\n"
	      WHO("local") TO("w@x", "local") "dsn=2.0.0, status=sent (delivered to mailbox)\n"
	      WHO("discard") TO("y@x", "none") "dsn=2.0.0, status=sent (x)\n"
	      WHO("smtp") TO("z@far.example", "mx.far.example[198.51.100.9]:25")
	      "dsn=5.1.1, status=bounced (host mx.far.example[198.51.100.9] said: 550 5.1.1 no such user (in reply to RCPT TO command))\n"
	      WHO("bounce") "sender non-delivery notification: 4ABC05\n"
	      AT("40:30") "warning: a[240.7.7.7]: SASL LOGIN authentication failed: x, sasl_username=bob@x\n");
	assert_int_equal(report_read(&run, &report, &why), 0);
	p = &report->past;
	want_number("messages", (int64_t)p->messages, 1);
	want_number("recipients", (int64_t)p->recipients, 4);
	want_number("sent", (int64_t)p->sent, 3);
	want_number("outside", (int64_t)p->sent_outside, 1);
	want_number("waiting", (int64_t)p->waiting, 1);
	want_number("bounced", (int64_t)p->bounced, 1);
	want_number("returned", (int64_t)p->returned, 1);
	want_number("failures", (int64_t)p->failures, 1);
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
		cmocka_unit_test(what_of_the_log_is_known_is_counted),
		cmocka_unit_test(who_broke_in_is_told),
		cmocka_unit_test(who_came_in_from_many_networks_is_told),
		cmocka_unit_test(what_became_of_its_messages_is_told),
		cmocka_unit_test(the_record_of_it_is_told),
		cmocka_unit_test(names_fold_as_the_instance_folds_them),
		cmocka_unit_test(queues_that_are_none_are_not_empty_ones),
		cmocka_unit_test(without_leave_there_is_none),
		cmocka_unit_test(a_signal_ends_it),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
