/* The log reader of the door: what may be believed of each minute, and who sent in it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "spoolwatch/log.h"
#include "test.h"

#define AT(clock, daemon) "2026-11-23T" clock "Z mx postfix/" daemon "[1]: "
#define LOGIN(id, user)                                                                            \
	id ": client=pc.example[192.0.2.1], sasl_method=PLAIN, sasl_username=" user "\n"
#define ACTIVE(id, n) id ": from=<x>, size=1, nrcpt=" n " (queue active)\n"

enum { NOW = 1795431600, MINUTE = NOW - 60 * 2 }; /* host_new()'s; 10:58, the last whole one */

static const char lively[] = AT("10:00:00", "qmgr") "x\n" AT("10:55:10", "smtpd") LOGIN("A1AAAAAAAA", "Alice")
	AT("10:57:10", "smtpd") LOGIN("B1BBBBBBBB", "alice") AT("10:57:11",
								"qmgr") ACTIVE("B1BBBBBBBB", "3")
		AT("10:57:20", "pickup") "C1CCCCCCCC: uid=33 from=<web>\n" AT("10:58:59", "smtpd")
			LOGIN("D1DDDDDDDD", "bob");
static const char packed[] = AT("10:58:59", "smtpd") LOGIN("D1DDDDDDDD", "bob");
static const char quiet[] = AT("10:40:00", "smtpd") LOGIN("A1AAAAAAAA", "alice");
static const char ahead[] = AT("11:59:00", "smtpd") LOGIN("A1AAAAAAAA", "alice");

/* Ten messages of which nobody says where they come from. */
#define NOWHERE(id)                                                                                \
	AT("10:56:0" id, "cleanup") "A" id "AAAAAAAA: message-id=<x@y>\n" AT("10:56:0" id, "qmgr")  \
		ACTIVE("A" id "AAAAAAAA", "1")
static const char mute[] = AT("10:00:00", "qmgr") "x\n" NOWHERE("0") NOWHERE("1") NOWHERE("2")
	NOWHERE("3") NOWHERE("4") NOWHERE("5") NOWHERE("6") NOWHERE("7") NOWHERE("8") NOWHERE("9");

/* Postfix moved a message a minute before now. */
static void move_queue(const struct sw_host *h)
{
	const struct timespec times[] = { { .tv_sec = NOW - 60 }, { .tv_sec = NOW - 60 } };

	host_file(h, "/var/spool/postfix/active/A1AAAAAAAA", "");
	assert_int_equal(utimensat(AT_FDCWD, host_path(h, "/var/spool/postfix/active"), times, 0),
			 0);
}

static struct sw_log *opened(const struct sw_host *h, const struct sw_log_where *where)
{
	struct sw_fault why = { 0 };
	struct sw_log *log = NULL;

	want_number("opened", sw_log_open(h, where, 5, &log, &why), 0);
	want_number("no fault of the call", why.code, 0);
	return log;
}

static void a_minute_is_known_or_says_why_not(void **state)
{
	static const struct {
		const char *what;
		const char *text; /* NULL: no log */
		bool moved;
		bool damaged; /* a rotated log of the window */
		int want;
		const char *words;
	} rows[] = {
		{ "a log that lives", lively, true, false, 0, "" },
		{ "calm without a queue", quiet, false, false, 0, "" },
		{ "no log", NULL, true, false, ENODATA, "no mail log" },
		{ "silent, and the queue moves", quiet, true, false, ENODATA, "its queue moved" },
		{ "a clock that is not ours", ahead, false, false, ENODATA, "in the future" },
		{ "a piece is missing", packed, true, true, ENODATA, "mail.log.1.gz" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct sw_log_minute m;
		struct sw_log *log;
		unsigned n = 0;

		if (rows[i].text)
			host_file(&h, "/var/log/mail.log", rows[i].text);
		if (rows[i].moved)
			move_queue(&h);
		if (rows[i].damaged)
			host_file(&h, "/var/log/mail.log.1.gz", "\x1f\x8b\x08 no gzip file");
		log = opened(&h, NULL);
		for (; sw_log_minute(log, n, &m); n++) {
			want_number(rows[i].what, m.why.code, rows[i].want);
			want_in(rows[i].what, m.why.text.s, rows[i].words);
			want_number("starts", m.start, MINUTE - 60 * 4 + 60 * (int64_t)n);
		}
		want_number("minutes", n, 5);
		sw_log_close(log);
		host_remove(&h);
	}
}

/* A chroot without a log socket: what came before is known, what comes then is not. */
static void where_smtpd_is_mute_no_minute_is_calm(void **state)
{
	struct sw_host h = host_new(NULL);
	struct sw_log_minute m;
	struct sw_log *log;

	(void)state;
	host_file(&h, "/var/log/mail.log", mute);
	move_queue(&h);
	log = opened(&h, NULL);
	for (unsigned i = 0; sw_log_minute(log, i, &m); i++) {
		want_number("known but for 10:56", m.why.code, i == 2 ? ENODATA : 0);
		want_in("why", m.why.text.s,
			i == 2 ? "/var/log/mail.log: the queue manager is heard, smtpd is not" : "");
	}
	sw_log_close(log);
	host_remove(&h);
}

static void minutes_and_accounts_are_counted(void **state)
{
	static const uint64_t messages[] = { 0, 1, 0, 2, 1 };
	struct sw_host h = host_new(NULL);
	struct sw_fault why = { 0 };
	struct sw_log_account top[3];
	struct sw_log_minute m;
	struct sw_log *log;

	(void)state;
	host_file(&h, "/var/log/mail.log", lively);
	log = opened(&h, NULL);
	want_text("source", sw_log_source(log).s, "/var/log/mail.log");
	for (unsigned i = 0; sw_log_minute(log, i, &m); i++)
		want_number("messages", m.messages, messages[i]);
	assert_true(sw_log_minute(log, 3, &m));
	want_number("recipients", m.recipients, 3);
	want_number("all", sw_log_top(log, SW_LOG_MESSAGES, 0, 5, NULL, 0), 3);
	want_number("most", sw_log_top(log, SW_LOG_MESSAGES, 0, 5, top, 3), 3);
	want_text("first", top[0].name.s, "alice");
	want_number("kind", top[0].kind, SW_ACCOUNT_LOGIN);
	want_number("messages", top[0].messages, 2);
	want_number("recipients", top[0].recipients, 3);
	want_number("addresses", top[0].addresses, 1);
	want_raw("address", top[0].address, "192.0.2.1");
	want_raw("client", top[0].client, "pc.example");
	want_number("from there", top[0].from_address, 2);
	want_text("a user", top[1].name.s, "uid 33");
	want_number("kind", top[1].kind, SW_ACCOUNT_UID);
	want_number("last minute", sw_log_top(log, SW_LOG_MESSAGES, 4, 99, top, 1), 1);
	want_text("last minute", top[0].name.s, "bob");
	want_number("beyond", sw_log_top(log, SW_LOG_MESSAGES, 5, 1, top, 3), 0);
	want_number("far beyond", sw_log_top(log, SW_LOG_MESSAGES, 1U << 30, 1, top, 3), 0);
	memset(top, 'x', sizeof(top));
	want_number("one", sw_log_top(log, SW_LOG_MESSAGES, 4, 1, top, 3), 1);
	want_number("and nothing behind it", memchr(&top[1], 0, sizeof(top[1])) == NULL, true);
	sw_log_close(log);
	assert_int_equal(sw_log_open(&h, NULL, SW_LOG_MINUTES, &log, &why), 0);
	want_number("to the end of an hour", sw_log_top(log, SW_LOG_MESSAGES, SW_LOG_MINUTES - 1, ~0U, top, 3), 1);
	want_text("to the end of an hour", top[0].name.s, "bob");
	want_number("of one message", top[0].messages, 1);
	sw_log_close(log);
	log = opened(&h, &(struct sw_log_where){ .without_local = true });
	want_number("without local users", sw_log_top(log, SW_LOG_MESSAGES, 0, 5, NULL, 0), 2);
	sw_log_close(log);
	host_remove(&h);
}

static void a_window_has_bounds(void **state)
{
	static const unsigned rows[] = { 0, SW_LOG_MINUTES + 1, ~0U };
	struct sw_host h = host_new(NULL);

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_log *log = (struct sw_log *)&h;
		struct sw_fault why = { 0 };

		want_number("minutes", sw_log_open(&h, NULL, rows[i], &log, &why), -EINVAL);
		want_in("why", why.text.s, "minutes of a log, allowed are 1 to 60");
		assert_null(log);
	}
	for (unsigned minutes = 1; minutes <= SW_LOG_MINUTES; minutes += SW_LOG_MINUTES - 1) {
		struct sw_fault why = { 0 };
		struct sw_log_minute m;
		struct sw_log *log;

		want_number("allowed", sw_log_open(&h, NULL, minutes, &log, &why), 0);
		want_text("no log, no source", sw_log_source(log).s, "");
		want_number("the last", sw_log_minute(log, minutes - 1, &m), true);
		want_number("is of the last minute", m.start, MINUTE);
		want_number("one more", sw_log_minute(log, minutes, &m), false);
		sw_log_close(log);
	}
	sw_log_close(NULL);
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_is_known_or_says_why_not),
		cmocka_unit_test(where_smtpd_is_mute_no_minute_is_calm),
		cmocka_unit_test(minutes_and_accounts_are_counted),
		cmocka_unit_test(a_window_has_bounds),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
