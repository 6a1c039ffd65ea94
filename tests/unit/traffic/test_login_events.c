#include "traffic/login_events.h"

#include "reference_login_events.h"
#include "test.h"

static void smtpd_says_whose_login_failed(void **state)
{
	static const struct {
		const char *what, *text;
		bool is;
		const char *address, *user;
		const char *marks; /* s: silent, b: backend, u: unclear */
	} rows[] = {
		{ "2.11", "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", true, "192.0.2.9", "", "s" },
		{ "2.11, Cyrus", "warning: pc.example[192.0.2.9]: SASL PLAIN authentication failed: authentication failure", true, "192.0.2.9", "", "s" },
		{ "3.6.4", "warning: pc.example[2001:db8::9]: SASL CRAM-MD5 authentication failed: PDMxLi4uPg==", true, "2001:db8::9", "", "s" },
		{ "3.5.8 without words", "warning: pc.example[192.0.2.9]: SASL LOGIN authentication failed: ", true, "192.0.2.9", "", "su" },
		{ "the end of them trimmed", "warning: pc.example[192.0.2.9]: SASL LOGIN authentication failed:", true, "192.0.2.9", "", "su" },
		{ "3.5.25", "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: authentication failure, sasl_username=bob@example.com", true, "192.0.2.9", "bob@example.com", "" },
		{ "3.7.11", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: (reason unavailable), sasl_username=bob", true, "192.0.2.9", "bob", "u" },
		{ "3.8.6, a port", "warning: unknown[192.0.2.9]:40312: SASL PLAIN authentication failed: Password:, sasl_username=bob", true, "192.0.2.9", "bob", "" },
		{ "3.10, an unknown mechanism", "warning: unknown[192.0.2.9]: SASL FOO authentication failed: Invalid authentication mechanism: 'FOO', sasl_username=(unavailable)", true, "192.0.2.9", "", "" },
		{ "3.12", "warning: unknown[192.0.2.9]: SASL login authentication failed: authentication failure, sasl_username=Bob", true, "192.0.2.9", "Bob", "" },
		{ "no user", "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: x, sasl_username=(unavailable)", true, "192.0.2.9", "", "" },
		{ "an empty user", "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: x, sasl_username=", true, "192.0.2.9", "", "" },
		{ "no address", "warning: unknown[unknown]: SASL LOGIN authentication failed: x, sasl_username=bob", true, "", "bob", "" },
		{ "the server is away", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: Connection lost to authentication server, sasl_username=(unavailable)", true, "192.0.2.9", "", "b" },
		{ "of old", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: Connection lost to authentication server", true, "192.0.2.9", "", "sb" },
		{ "its database is away", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: Temporary authentication failure, sasl_username=bob", true, "192.0.2.9", "bob", "b" },
		{ "it can't be reached", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: Can't connect to authentication server, sasl_username=(unavailable)", true, "192.0.2.9", "", "b" },
		{ "as a user's name", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: x, sasl_username=Connection lost to authentication server", true, "192.0.2.9", "Connection lost to authentication server", "" },
		{ "Cyrus knows no more", "warning: unknown[192.0.2.9]: SASL PLAIN authentication failed: generic failure", true, "192.0.2.9", "", "su" },
		{ "a user in a user", "warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: x, sasl_username=x, sasl_username=boss", true, "192.0.2.9", "x, sasl_username=boss", "" },
		{ "a line in a mechanism", "warning: unknown[192.0.2.9]: SASL \"PLAIN authentication failed: none, sasl_username=boss\" authentication failed: no mechanism available, sasl_username=(unavailable)", true, "192.0.2.9", "", "" },
		{ "a mechanism that the reason repeats", "warning: unknown[192.0.2.9]: SASL \"FOO, sasl_username=boss\" authentication failed: Invalid authentication mechanism: '\"FOO, sasl_username=boss\"', sasl_username=(unavailable)", true, "192.0.2.9", "", "" },
		{ "a long mechanism", "warning: unknown[192.0.2.9]: SASL AAAAAAAAAAAAAAAAAAAAA authentication failed: x, sasl_username=boss", true, "192.0.2.9", "", "" },
		{ "aborted", "warning: unknown[192.0.2.9]: SASL LOGIN authentication aborted", false, "", "", "" },
		{ "a mechanism of that name, aborted", "warning: unknown[192.0.2.9]: SASL \"x authentication failed: y\" authentication aborted", false, "", "", "" },
		{ "the library's own words", "warning: SASL authentication failure: Password verification failed", false, "", "", "" },
		{ "a command", "warning: non-SMTP command from unknown[192.0.2.9]: warning: home.example[203.0.113.9]: SASL LOGIN authentication failed: x, sasl_username=boss", false, "", "", "" },
		{ "a reject", "NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 SASL LOGIN authentication failed: x", false, "", "", "" },
		{ "nothing", "", false, "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct login_failure got;
		bool is = login_failure(raw_of(rows[i].text), &got);
		char marks[4];

		want_number(rows[i].what, is, rows[i].is);
		assert_true(reference_login_agrees(raw_of(rows[i].text)));
		if (!is)
			continue;
		snprintf(marks, sizeof(marks), "%s%s%s", got.silent ? "s" : "", got.backend ? "b" : "",
			 got.unclear ? "u" : "");
		want_raw(rows[i].what, got.address, rows[i].address);
		want_raw(rows[i].what, got.user, rows[i].user);
		want_text(rows[i].what, marks, rows[i].marks);
	}
}

static void smtpd_says_that_nobody_answers(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "warning: SASL: Connect to private/auth failed: Connection refused", true },
		{ "warning: SASL authentication failure: cannot connect to saslauthd server: No such file or directory", true },
		{ "warning: SASL authentication failure: Password verification failed", false },
		{ "warning: unknown[192.0.2.9]: SASL: Connect to ", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, login_is_lost(raw_of(rows[i].text)), rows[i].want);
}

static void dovecot_says_whom_it_refused(void **state)
{
	static const struct {
		const char *what, *text;
		const char *user, *address, *by; /* user NULL: it does not */
		bool session;
	} rows[] = {
		{ "2.2, SQL", "auth-worker(4711): sql(bob@example.com,192.0.2.9): Password mismatch", "bob@example.com", "192.0.2.9", "sql", false },
		{ "2.2, of IMAP", "auth-worker(4711): sql(bob@example.com,192.0.2.9,<Qm3dxYzAAAA>): unknown user", "bob@example.com", "192.0.2.9", "sql", true },
		{ "2.2, a file", "auth: passwd-file(bob,192.0.2.9): unknown user", "bob", "192.0.2.9", "passwd-file", false },
		{ "2.3, a file", "auth: passwd-file(bob,2001:db8::9): Password mismatch", "bob", "2001:db8::9", "passwd-file", false },
		{ "2.3, of a master", "auth: passwd-file(bob,192.0.2.9,master): Password mismatch", "bob", "192.0.2.9", "passwd-file", false },
		{ "2.3, of a master, of IMAP", "auth: passwd-file(bob,192.0.2.9,master,<Qm3dxYzAAAA>): Password mismatch", "bob", "192.0.2.9", "passwd-file", true },
		{ "2.3, a worker", "auth-worker(4711): conn unix:auth-worker (pid=17,uid=97): auth-worker<3>: sql(bob,192.0.2.9): Password mismatch", "bob", "192.0.2.9", "sql", false },
		{ "2.3, PAM", "auth-worker(4711): pam(bob,192.0.2.9): pam_authenticate() failed: Authentication failure (Password mismatch?)", "bob", "192.0.2.9", "pam", false },
		{ "2.3, its password shown", "auth: passwd-file(bob,192.0.2.9): Password mismatch (given password: x,198.51.100.7): unknown user)", "bob", "192.0.2.9", "passwd-file", false },
		{ "2.4", "auth(bob@example.com,192.0.2.9,sasl:plain): passwd-file: Password mismatch", "bob@example.com", "192.0.2.9", "passwd-file", false },
		{ "2.4, of IMAP", "auth(bob@example.com,192.0.2.9,sasl:plain)<Qm3dxYzAAAA>: passwd-file: Password mismatch", "bob@example.com", "192.0.2.9", "passwd-file", true },
		{ "2.4, of a master", "auth(bob,192.0.2.9,sasl:login,master): ldap: unknown user", "bob", "192.0.2.9", "ldap", false },
		{ "2.4, a worker", "auth-worker(bob,192.0.2.9,sasl:plain)<4711>: request [3]: sql: Password mismatch", "bob", "192.0.2.9", "sql", false },
		{ "2.4, a worker, of IMAP", "auth-worker(bob,192.0.2.9,sasl:plain)<4711><Qm3dxYzAAAA>: request [3]: sql: Password mismatch", "bob", "192.0.2.9", "sql", true },
		{ "2.3, its own log", "auth: Info: passwd-file(bob,192.0.2.9): Password mismatch", "bob", "192.0.2.9", "passwd-file", false },
		{ "2.2, a worker, its own log", "auth-worker(4711): Info: sql(bob,192.0.2.9): unknown user", "bob", "192.0.2.9", "sql", false },
		{ "2.3, a worker, its own log", "auth-worker(4711): Info: conn unix:auth-worker (pid=17,uid=97): auth-worker<3>: sql(bob,192.0.2.9): Password mismatch", "bob", "192.0.2.9", "sql", false },
		{ "2.4, its own log", "auth(bob,192.0.2.9,sasl:plain): Info: passwd-file: Password mismatch", "bob", "192.0.2.9", "passwd-file", false },
		{ "a line in a user", "auth: passwd-file(x,203.0.113.9): Password mismatch,192.0.2.9): unknown user", "x,203.0.113.9): Password mismatch", "192.0.2.9", "passwd-file", false },
		{ "a line in a user, 2.4", "auth(x,203.0.113.9,sasl:plain): sql: Password mismatch,192.0.2.9,sasl:plain): sql: Password mismatch", "x,203.0.113.9,sasl:plain): sql: Password mismatch", "192.0.2.9", "sql", false },
		{ "a session in a user", "auth: passwd-file(x,<A>,192.0.2.9): unknown user", "x,<A>", "192.0.2.9", "passwd-file", false },
		{ "no address", "auth: passwd-file(bob,nowhere): unknown user", NULL, "", "", false },
		{ "another reason", "auth: passwd-file(bob,192.0.2.9): user is disabled", NULL, "", "", false },
		{ "debug", "auth: Debug: passwd-file(bob,192.0.2.9): Password mismatch", NULL, "", "", false },
		{ "a worker without a number", "auth-worker(4711x): sql(bob,192.0.2.9): Password mismatch", NULL, "", "", false },
		{ "a request without one", "auth-worker(4711): conn unix:auth-worker (pid=17,uid=97): auth-worker<3x>: sql(bob,192.0.2.9): Password mismatch", NULL, "", "", false },
		{ "nothing between it and the text", "auth-worker(4711): conn unix:auth-worker (pid=17,uid=97): auth-worker<3>sql(bob,192.0.2.9): Password mismatch", NULL, "", "", false },
		{ "imap-login", "imap-login: Disconnected (auth failed, 3 attempts in 6 secs): user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, TLS", NULL, "", "", false },
		{ "nothing", "", NULL, "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct login_refusal got;
		bool is = login_dovecot_refused(raw_of(rows[i].text), &got);

		want_number(rows[i].what, is, rows[i].user != NULL);
		assert_true(reference_login_agrees(raw_of(rows[i].text)));
		if (!is)
			continue;
		want_raw(rows[i].what, got.user, rows[i].user);
		want_raw(rows[i].what, got.address, rows[i].address);
		want_raw(rows[i].what, got.by, rows[i].by);
		want_number(rows[i].what, got.session, rows[i].session);
	}
}

static void dovecot_says_who_got_in(void **state)
{
	static const struct {
		const char *what, *text;
		const char *user, *address; /* user NULL: nobody */
	} rows[] = {
		{ "2.2", "imap-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=27548, TLS, session=<Qm3dxYzAAAA>", "bob", "192.0.2.9" },
		{ "2.3", "pop3-login: Login: user=<bob@example.com>, method=PLAIN, rip=2001:db8::9, lip=2001:db8::1, mpid=5, secured, session=<A>", "bob@example.com", "2001:db8::9" },
		{ "its own log", "imap-login: Info: Login: user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=5, TLS", "bob", "192.0.2.9" },
		{ "2.4", "managesieve-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=5, TLS, session=<A>", "bob", "192.0.2.9" },
		{ "the other word", "submission-login: Logged in: user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, session=<A>", "bob", "192.0.2.9" },
		{ "without a method", "imap-login: Login: user=<bob>, rip=192.0.2.9, lip=192.0.2.1", "bob", "192.0.2.9" },
		{ "an address in a user", "imap-login: Login: user=<x>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1", "x>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1", "192.0.2.9" },
		{ "nobody", "imap-login: Login: user=<>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1", NULL, "" },
		{ "2.2, refused", "imap-login: Disconnected (auth failed, 3 attempts in 6 secs): user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1", NULL, "" },
		{ "2.3, refused", "imap-login: Disconnected: Aborted login by logging out (auth failed, 3 attempts in 22 secs): user=<bob>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, secured, session=<A>", NULL, "" },
		{ "a login in a user", "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<imap-login: Login: user=<boss>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1", NULL, "" },
		{ "no user, and an address behind ours", "imap-login: Login: user=<, lip=>, rip=192.0.2.9", NULL, "" },
		{ "no service", "-login: Login: user=<bob>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1", NULL, "" },
		{ "no address", "imap-login: Login: user=<bob>, method=PLAIN, rip=, lip=192.0.2.1", NULL, "" },
		{ "the client's program", "imap-login: ID sent: name=x, user=<bob>, rip=192.0.2.9, lip=192.0.2.1", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct sw_raw user;
		struct sw_raw address;
		bool is = login_dovecot_entered(raw_of(rows[i].text), &user, &address);
		bool may = login_dovecot_may_enter(raw_of(rows[i].text));

		/* in a log that others write to as well it bears no level */
		want_number(rows[i].what, !may && is, strstr(rows[i].text, ": Info: ") != NULL);

		want_number(rows[i].what, is, rows[i].user != NULL);
		assert_true(reference_login_agrees(raw_of(rows[i].text)));
		if (!is)
			continue;
		want_raw(rows[i].what, user, rows[i].user);
		want_raw(rows[i].what, address, rows[i].address);
	}
}

static void saslauthd_says_whom_it_refused(void **state)
{
	static const struct {
		const char *what, *text, *user; /* NULL: nobody */
	} rows[] = {
		{ "as 2.1.27 pads it", "do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]", "bob" },
		{ "a realm", "do_auth : auth failure: [user=bob] [service=smtp] [realm=example.com] [mech=sasldb] [reason=Unknown]", "bob@example.com" },
		{ "a domain and a realm", "do_auth : auth failure: [user=bob@example.org] [service=smtp] [realm=example.com] [mech=pam] [reason=x]", "bob@example.org" },
		{ "of IMAP", "do_auth : auth failure: [user=bob] [service=imap] [realm=] [mech=pam] [reason=x]", NULL },
		{ "a service in a user", "do_auth : auth failure: [user=x] [service=smtp] [realm=] [mech=y] [service=imap] [realm=] [mech=pam] [reason=x]", NULL },
		{ "it let him in", "do_auth : auth success (cached): [user=bob] [service=smtp] [realm=] [mech=pam]", NULL },
		{ "nobody", "do_auth : auth failure: [user=] [service=smtp] [realm=] [mech=pam] [reason=x]", NULL },
		{ "nobody, of a realm", "do_auth : auth failure: [user=] [service=smtp] [realm=x] [mech=pam] [reason=x]", "@x" },
		{ "cut", "do_auth : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct login_refusal got;
		char buf[LOGIN_NAME];
		bool is = login_saslauthd_refused(raw_of(rows[i].text), buf, &got);

		want_number(rows[i].what, is, rows[i].user != NULL);
		assert_true(reference_login_agrees(raw_of(rows[i].text)));
		if (is)
			want_raw(rows[i].what, got.user, rows[i].user);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtpd_says_whose_login_failed),
		cmocka_unit_test(smtpd_says_that_nobody_answers),
		cmocka_unit_test(dovecot_says_whom_it_refused),
		cmocka_unit_test(dovecot_says_who_got_in),
		cmocka_unit_test(saslauthd_says_whom_it_refused),
	};

	return cmocka_run_group_tests_name("login_events", tests, NULL, NULL);
}
