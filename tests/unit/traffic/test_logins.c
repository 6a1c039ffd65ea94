#include "traffic/logins.h"
#include "test.h"

/* host_new()'s now is 2026-11-23T11:00:00Z */
#define LINE(clock, client, user)                                                                  \
	"2026-11-23T" clock "Z mx postfix/submission/smtpd[1]: A1AAAAAAAA: client=pc[" client      \
	"], sasl_method=PLAIN, sasl_username=" user "\n"

static const char text[] = LINE("10:40:00", "192.0.2.1", "long.ago") LINE(
	"10:51:00", "192.0.2.1",
	"Alice@example.com") LINE("10:52:00", "192.0.2.1",
				  "bob") LINE("10:53:00", "192.0.2.1", "alice@EXAMPLE.com")
	LINE("10:54:00", "192.0.2.10", "carol") LINE("10:55:00", "2001:db8::1", "dave")
	/* a HELO, a sender, a name behind the address: nobody's login */
	"2026-11-23T10:56:00Z mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 554 "
	"helo=<A1AAAAAAAA: client=pc[192.0.2.1], sasl_method=PLAIN, sasl_username=mallory>\n"
	"2026-11-23T10:57:00Z mx postfix/smtpd[1]: B1AAAAAAAA: client=pc[192.0.2.1], "
	"sasl_sender=x, sasl_username=mallory\n"
	"2026-11-23T10:57:00Z mx postfix/cleanup[1]: A1AAAAAAAA: client=pc[192.0.2.1], "
	"sasl_method=PLAIN, sasl_username=mallory\n"
	"2026-11-23T10:58:00Z mx postfix/smtpd[1]: C1AAAAAAAA: client=pc[192.0.2.3]\n";

static bool is_client(struct sw_raw address, void *ctx)
{
	return raw_is(address, ctx);
}

static void an_address_is_used_by_who_logged_in_from_it(void **state)
{
	static const struct {
		const char *address, *account;
		uint64_t others;
	} rows[] = {
		{ "192.0.2.1", "alice@example.com", 1 },
		{ "192.0.2.10", "carol", 0 },
		{ "2001:db8::1", "dave", 0 },
		{ "192.0.2.3", "", 0 }, /* without a login */
		{ "192.0.2.4", "", 0 },
	};
	struct sw_host h = host_new(NULL);
	const struct log_where where = { .logfile = "/var/log/mail.log" };
	struct logins_query query[SW_COUNT(rows)];
	struct sw_fault why = { 0 };

	(void)state;
	host_file(&h, "/var/log/mail.log", text);
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		query[i] = (struct logins_query){ .is_client = is_client,
						  .ctx = (void *)(uintptr_t)rows[i].address };
	want_number("find", logins_find(&h, &where, query, SW_COUNT(rows), &why), 0);
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		want_text(rows[i].address, query[i].account.s, rows[i].account);
		want_number(rows[i].address, query[i].others, rows[i].others);
	}
	host_remove(&h);
}

static void a_log_that_is_not_there_names_nobody(void **state)
{
	struct sw_host h = host_new(NULL);
	const struct log_where where = { .logfile = "/var/log/mail.log" };
	struct logins_query query = { .is_client = is_client, .ctx = (char[]){ "192.0.2.1" } };
	struct sw_fault why = { 0 };

	(void)state;
	want_number("find", logins_find(&h, &where, &query, 1, &why), 0);
	want_text("nobody", query.account.s, "");
	host_remove(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_used_by_who_logged_in_from_it),
		cmocka_unit_test(a_log_that_is_not_there_names_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
