/* Who speaks, by the program's name or, where that is lost, by what it says. */
#include "test.h"
#include "traffic/role.h"

static void a_program_has_its_role(void **state)
{
	static const struct {
		const char *program;
		enum role want;
	} rows[] = {
		{ "smtpd", ROLE_SMTPD },     { "qmgr", ROLE_QMGR },	  { "nqmgr", ROLE_QMGR },
		{ "oqmgr", ROLE_QMGR },	     { "pickup", ROLE_PICKUP },	  { "cleanup", ROLE_CLEANUP },
		{ "local", ROLE_LOCAL },     { "qmqpd", ROLE_QMQPD },	  { "master", ROLE_BLOCKED },
		{ "postdrop", ROLE_BLOCKED }, { "sendmail", ROLE_BLOCKED }, { "", ROLE_UNKNOWN },
		{ "smtp", ROLE_NOBODY },     { "smtpdx", ROLE_NOBODY },	  { "anvil", ROLE_NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].program, role_of(raw_of(rows[i].program)), rows[i].want);
}

static void a_text_tells_who_says_it(void **state)
{
	static const struct {
		const char *text;
		enum role want;
	} rows[] = {
		{ "A1B2C3D4: client=mx[192.0.2.1]", ROLE_SMTPD },
		{ "NOQUEUE: reject: MAIL from mx[192.0.2.1]: 452 4.3.1 x", ROLE_SMTPD },
		{ "proxy-accept: END-OF-MESSAGE: 250 ok; from=<a>", ROLE_SMTPD },
		{ "A1B2C3D4: uid=33 from=<x>", ROLE_PICKUP },
		{ "A1B2C3D4: from=<x>, size=1, nrcpt=1 (queue active)", ROLE_QMGR },
		{ "A1B2C3D4: message-id=<x>", ROLE_CLEANUP },
		{ "A1B2C3D4: to=<x>, relay=local", ROLE_LOCAL },
		{ "warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling",
		  ROLE_BLOCKED },
		{ "warning: mail_queue_enter: create file a/1.2: x", ROLE_CLEANUP },
		{ "A1B2C3D4: warning: client=x", ROLE_NOBODY },
		{ "A1B2C3D4: x: client=x", ROLE_NOBODY },
		{ "connect from mx[192.0.2.1]", ROLE_NOBODY },
		{ "", ROLE_NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, role_by(raw_of(rows[i].text)), rows[i].want);
}

static void that_a_client_came_or_went_matters_to_nobody(void **state)
{
	static const struct {
		enum role role;
		const char *text;
		bool want;
	} rows[] = {
		{ ROLE_SMTPD, "connect from mx[192.0.2.1]", false },
		{ ROLE_SMTPD, "disconnect from mx[192.0.2.1] ehlo=1", false },
		{ ROLE_SMTPD, "lost connection after DATA", true },
		{ ROLE_SMTPD, "A1B2C3D4: client=mx[192.0.2.1]", true },
		{ ROLE_SMTPD, "", true },
		{ ROLE_UNKNOWN, "connect from mx[192.0.2.1]", true },
		{ ROLE_QMGR, "disconnect from mx[192.0.2.1]", true },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, role_may_matter(rows[i].role, raw_of(rows[i].text)),
			    rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_has_its_role),
		cmocka_unit_test(a_text_tells_who_says_it),
		cmocka_unit_test(that_a_client_came_or_went_matters_to_nobody),
	};

	return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
