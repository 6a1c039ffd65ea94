#include <errno.h>

#include "traffic/chain.h"
#include "test.h"

#define AT(clock, daemon) "2026-11-23T" clock "Z mx postfix/" daemon "[1]: "
#define CLIENT		  ": client=pc.example[192.0.2.1]"
#define LOGIN(user)	  CLIENT ", sasl_method=PLAIN, sasl_username=" user "\n"

enum { NOW = 1795431600 }; /* 2026-11-23T11:00:00Z, as host_new() has it */

static const char text[] = AT("10:49:59", "smtpd") "8088888888" LOGIN("z") AT("10:50:00", "submission/smtpd") "A1AAAAAAAA" LOGIN("Alice@Example."
										 "com")
	AT("10:50:01",
	   "smtpd") "B1BBBBBBBB" CLIENT
		    "\n" AT("10:50:02", "pickup") "C1CCCCCCCC: uid=33 from=<web>\n" AT(
			    "10:50:03",
			    "pickup") "D1DDDDDDDD: uid=103 from=<a> orig_id=C1CCCCCCCC\n" AT("10:"
											     "50:"
											     "04",
											     "smtp"
											     "d") "E1EEEEEEEE" LOGIN("bob")
			    AT("10:50:05", "smtpd") "F1FFFFFFFF" LOGIN("bob") AT("10:50:06", "smtp"
											     "d") "1011111111" CLIENT ", sasl_sender=x, sasl_method=PLAIN, sasl_username=victim\n" AT(
				    "10:50:07",
				    "smtpd") "2022222222" CLIENT
					     ", sasl_method=PLAIN, sasl_username=dave, "
					     "sasl_sender=x, "
					     "sasl_username=victim\n" AT(
						     "10:50:08",
						     "cleanup") "3033333333" LOGIN("victim")
						     AT("10:50:09",
							"pickup") "4044444444: uid=40 "
								  "from=<x, "
								  "sasl_method=PLAIN, "
								  "sasl_username=victim>"
								  "\n" AT("10:50:10",
									  "pic"
									  "ku"
									  "p") "5055555555: uid=41 "
									       "from=<x> "
									       "orig_id=C1CCCCCCCC>"
									       "\n" AT("10:50:11", "smt"
												   "pd") "4jY2t64rKTz1bgFB" LOGIN("long@example.com")
										       AT("10:50:"
											  "12",
											  "smtpd") "6066666666" LOGIN("bob "
														      "smith, "
														      "sasl_"
														      "usernam"
														      "e="
														      "alice")
											       AT("10:"
												  "55:"
												  "00",
												  "smtp"
												  "d") "E1EEEEEEEE" LOGIN("carol")
												       AT("10:55:01", "pickup") "F1FFFFFFFF: uid=33 from=<web>\n" AT(
													       "10:55:02",
													       "smtpd") "NOQUEUE" LOGIN("victim")
	AT("10:55:03", "smtpd") "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as 8199999999; "
				"from=<queued as 8299999999> to=<b> proto=ESMTP helo=<c> "
				"sasl_username=<Erin>\n"
	AT("10:55:04", "smtpd") "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as 8399999999; "
				"from=<a> to=<b> proto=ESMTP helo=<c> sasl_method=PLAIN "
				"sasl_username=dave sasl_sender=< sasl_username=<victim>\n"
													       AT("10:59:00",
														  "qmgr") "A1AAAAAAAA: removed\n";

static const struct log_where where = { .journal = LOG_JOURNAL_NO };

static struct account_sought asked(const char *id)
{
	struct account_sought o = { .key_n = 99 };

	snprintf(o.id, sizeof(o.id), "%s", id);
	return o;
}

/* The account for people, "" for none; static buffer. */
static const char *found(const struct sw_host *h, const struct account_sought *o)
{
	static struct sw_label name;

	name = o->key_n ? account_name(h, raw_from(o->key, o->key_n)) : label_new();
	return name.s;
}

static void the_log_says_who_had_an_id_first(void **state)
{
	static const struct {
		const char *what;
		const char *id;
		const char *want;
	} rows[] = {
		{ "a login, in lower case", "A1AAAAAAAA", "alice@example.com" },
		{ "a client without a login", "B1BBBBBBBB", "" },
		{ "a user", "C1CCCCCCCC", "uid 33" },
		{ "requeued", "D1DDDDDDDD", "" },
		{ "used twice", "E1EEEEEEEE", "carol" },
		{ "a login's, then a user's", "F1FFFFFFFF", "uid 33" },
		{ "a sasl_sender without a login", "1011111111", "" },
		{ "a sasl_sender behind a login", "2022222222", "dave" },
		{ "another daemon", "3033333333", "" },
		{ "a user's sender that lies", "4044444444", "uid 40" },
		{ "a sender that looks requeued", "5055555555", "uid 41" },
		{ "a long ID", "4jY2t64rKTz1bgFB", "long@example.com" },
		{ "a login like two", "6066666666", "[bob smith, sasl_username=alice]" },
		{ "a login of one letter", "8088888888", "z" },
		{ "through a filter before the queue", "8199999999", "erin" },
		{ "what its sender says is queued", "8299999999", "" },
		{ "a sasl_sender there", "8399999999", "" },
		{ "not in the log", "7077777777", "" },
		{ "the start of another", "A1AAAAAAA", "" },
		{ "in other case", "a1aaaaaaaa", "" },
	};
	struct sw_host h = host_new(NULL);
	struct account_sought origin[SW_COUNT(rows)];
	struct sw_fault why = { 0 };
	int want = 0;

	(void)state;
	host_file(&h, "/var/log/mail.log", text);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		origin[i] = asked(rows[i].id);
		want += *rows[i].want != '\0';
	}
	want_number("found", chain_find(&h, &where, NOW - 1200, origin, SW_COUNT(rows), &why),
		    want);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what, found(&h, &origin[i]), rows[i].want);
	host_remove(&h);
}

/* A filter may split one message into several, all of the same first ID. */
static void an_id_that_is_asked_for_twice_is_found_twice(void **state)
{
	struct sw_host h = host_new(NULL);
	struct account_sought origin[] = { asked("A1AAAAAAAA"), asked("C1CCCCCCCC"),
					   asked("A1AAAAAAAA") };
	struct sw_fault why = { 0 };

	(void)state;
	host_file(&h, "/var/log/mail.log", text);
	assert_true(chain_find(&h, &where, NOW - 1200, origin, SW_COUNT(origin), &why) > 0);
	want_text("last", found(&h, &origin[2]), "alice@example.com");
	want_text("between", found(&h, &origin[1]), "uid 33");
	want_text("first", found(&h, &origin[0]), "alice@example.com");
	host_remove(&h);
}

static void in_a_log_that_cannot_be_read_nobody_is_found(void **state)
{
	static const struct log_where nowhere = { .journal = LOG_JOURNAL_NO, .zone = "No/Where" };
	struct sw_host h = host_new(NULL);
	struct account_sought origin = asked("A1AAAAAAAA");
	struct sw_fault why = { 0 };

	(void)state;
	want_number("no log", chain_find(&h, &where, NOW - 60, &origin, 1, &why), 0);
	want_number("nobody", origin.key_n, 0);
	want_number("nothing asked", chain_find(&h, &where, NOW - 60, NULL, 0, &why), 0);
	want_number("no fault", why.code, 0);
	want_number("no such zone", chain_find(&h, &nowhere, NOW - 60, &origin, 1, &why) < 0, true);
	want_in("why", why.text.s, "No/Where");
	want_number("nobody", origin.key_n, 0);
	host_remove(&h);
}

/* log_read() gives older messages, too: the same ID may then have been another's. */
static void what_was_logged_before_is_left_alone(void **state)
{
	struct sw_host h = host_new(NULL);
	struct account_sought origin = asked("A1AAAAAAAA");
	struct sw_fault why = { 0 };

	(void)state;
	host_file(&h, "/var/log/mail.log",
		  AT("08:00:00", "smtpd") "A1AAAAAAAA" LOGIN("old")
			  AT("10:59:00", "qmgr") "X1: removed\n");
	want_number("found", chain_find(&h, &where, 0, &origin, 1, &why), 0);
	want_text("nobody", found(&h, &origin), "");
	host_remove(&h);
}

static void the_log_is_read_back_to_a_bound(void **state)
{
	static const struct {
		const char *what;
		int64_t since;
		const char *clock;
		bool found;
	} rows[] = {
		{ "ten minutes before", NOW - 600, "10:40:00", true },
		{ "a second more", NOW - 600, "10:39:59", false },
		{ "an hour at most", 0, "10:00:00", true },
		{ "a second more", 0, "09:59:59", false },
		{ "an hour at most, of what was asked for", NOW - 3600, "09:59:59", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_host h = host_new(NULL);
		struct account_sought origin = asked("A1AAAAAAAA");
		struct sw_fault why = { 0 };
		char log[512];

		snprintf(log, sizeof(log),
			 AT("%s", "smtpd") "A1AAAAAAAA" LOGIN("alice")
				 AT("10:59:00", "qmgr") "X1: removed\n",
			 rows[i].clock);
		host_file(&h, "/var/log/mail.log", log);
		want_number(rows[i].what, chain_find(&h, &where, rows[i].since, &origin, 1, &why),
			    rows[i].found);
		want_text(rows[i].what, found(&h, &origin), rows[i].found ? "alice" : "");
		host_remove(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_says_who_had_an_id_first),
		cmocka_unit_test(an_id_that_is_asked_for_twice_is_found_twice),
		cmocka_unit_test(in_a_log_that_cannot_be_read_nobody_is_found),
		cmocka_unit_test(the_log_is_read_back_to_a_bound),
		cmocka_unit_test(what_was_logged_before_is_left_alone),
	};

	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
