/* Lines of smtpd, Dovecot and saslauthd, edited and made of pieces, read as regular expressions read them. */
#include <stdlib.h>

#include "pieces.h"
#include "reference_login_events.h"
#include "test.h"

enum { LINES = 20000 };

static void want_agreement(const char *line, size_t n)
{
	/* exactly as large as it is, so that a step behind it is seen */
	char *exact = malloc(n ? n : 1);

	assert_non_null(exact);
	memcpy(exact, line, n);
	if (!reference_login_agrees(raw_from(exact, n)))
		fail_msg("the reference says something else of \"%.*s\"", (int)n, line);
	free(exact);
}

static const char *const lines[] = {
	"warning: unknown[192.0.2.9]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
	"warning: pc.example[2001:db8::9]:40312: SASL CRAM-MD5 authentication failed: x, sasl_username=bob",
	"warning: unknown[unknown]: SASL A23456789_12345678-0 authentication failed:  x , sasl_username=b",
	"warning: unknown[192.0.2.9]: SASL \"x authentication failed: y\" authentication aborted",
	"warning: a[192.0.2.9]: SASL PLAIN authentication failed: Connection lost to authentication server",
	"warning: a[192.0.2.9]: SASL PLAIN authentication failed: (reason unavailable), sasl_username= ",
	"auth: passwd-file(bob,192.0.2.9,master,<A>): Password mismatch",
	"auth: Info: sql-9_Z(b,::9): pam_authenticate() failed (given password: x)",
	"auth-worker(4711): Warning: conn unix:auth-worker (pid=17,uid=97): auth-worker<39>: sql(bob,192.0.2.9): Unknown user",
	"auth(b,192.0.2.9,sasl:plain,master)<4711><Q9>: Error: request [3]: sql: Invalid credentials",
	"auth-worker(b,192.0.2.9,sasl:)<>: request [3]: : authentication failed",
	"imap-login: Info: Login: user=<b>, method=PLAIN, rip=192.0.2.9, lip=192.0.2.1, mpid=5",
	"a-z_9-login: Logged in: user=<b>, rip=192.0.2.9",
	"do_auth         : auth failure: [user=bob] [service=smtp] [realm=x] [mech=pam] [reason=PAM auth error]",
};

static void a_line_that_is_a_little_different_is_what_it_says(void **state)
{
	char line[300];

	(void)state;
	for (size_t i = 0; i < SW_COUNT(lines); i++) {
		size_t n = strlen(lines[i]);

		for (size_t cut = 0; cut <= n; cut++) {
			want_agreement(lines[i], cut);
			want_agreement(lines[i] + cut, n - cut);
		}
		for (int k = 0; k < LINES / 10; k++) {
			size_t length = n;

			memcpy(line, lines[i], n);
			for (size_t edits = 1 + pieces_draw(3); edits > 0; edits--)
				length = pieces_edit(line, length, length, "<>()[]:, @09azAZ_-=\t");
			want_agreement(line, length);
		}
	}
}

static void a_line_made_of_pieces_is_what_it_says(void **state)
{
	static const struct {
		const char *head;
		const char *piece[20];
	} kinds[] = {
		{ "warning: unknown[192.0.2.9]: SASL ",
		  { "LOGIN", "A23456789_12345678-0", "A", "-", "\"", " ", ",", " authentication failed:",
		    " authentication failed: ", " authentication aborted", ", sasl_username=", "(unavailable)", "bob",
		    "generic failure", "Temporary authentication failure", "Can't connect to authentication server" } },
		{ "auth: ",
		  { "sql", "(", "(b,192.0.2.9", ",::9", ",<", ">", ",<A>", ",master", "): ", "): Password mismatch", ",x",
		    "Info: ", "Debug: ", " unknown user", "given pass", "-", "_", "b" } },
		{ "auth-worker(",
		  { "47", "x", ")", "): ", ",192.0.2.9", ",sasl:", ",sasl:plain", "<47>", "<a>", "<>", "<", "Error: ", "request [",
		    "request [3]: ", "sql: ", "password mismatch", "conn unix:", "): auth-worker<", ">: ",
		    "sql(b,::9): invalid credentials" } },
		{ "imap",
		  { "-login: ", "-login", ": ", "Info: ", "Login: ", "Logged in: ", "user=<", "b", ">, method=", ">", ", rip=",
		    ", rip=192.0.2.9", ", lip=", ", lip=192.0.2.1", ", ", "<", "_", "-" } },
		{ "do_auth",
		  { " ", ": auth failure: [user=", "b", "@x", "]", "] [service=smtp]", " [service=", "smtp", " [realm=", " [realm=]",
		    " [mech=x]", " [reason=x]", " [reason=", "[", ": ",
		    " : auth failure: [user=b] [service=smtp] [realm=r] [mech=m]",
		    " : auth failure: [user=0123456789012345678901234567890123456789012345678901234567890123456789012345678",
		    "0123456789" } },
	};
	char line[1000];

	(void)state;
	for (int i = 0; i < LINES; i++) {
		size_t kind = (size_t)i % SW_COUNT(kinds);
		size_t n = (size_t)snprintf(line, sizeof(line), "%s", kinds[kind].head);
		size_t pieces = 0;

		while (pieces < SW_COUNT(kinds[kind].piece) && kinds[kind].piece[pieces])
			pieces++;
		n += pieces_make(line + n, sizeof(line) - n, kinds[kind].piece, pieces, 9);
		want_agreement(line, n);
	}
}

static void a_user_and_his_realm_are_as_long_as_a_name_can_be(void **state)
{
	char line[400];

	(void)state;
	for (int user = LOGIN_NAME - 6; user < LOGIN_NAME + 3; user++)
		for (int realm = 0; realm < 9; realm++)
			want_agreement(line, (size_t)snprintf(line, sizeof(line),
							      "do_auth : auth failure: [user=%0*d] [service=smtp] "
							      "[realm=%.*s] [mech=m] [reason=r]",
							      user, 7, realm, "abcdefghi"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_that_is_a_little_different_is_what_it_says),
		cmocka_unit_test(a_user_and_his_realm_are_as_long_as_a_name_can_be),
		cmocka_unit_test(a_line_made_of_pieces_is_what_it_says),
	};

	return cmocka_run_group_tests_name("login_events_slow", tests, NULL, NULL);
}
