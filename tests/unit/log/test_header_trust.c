/* Forms of a head x texts that a client makes up: none of them is a head, none names the program.
 */
#include <stdlib.h>

#include "header_forms.h"
#include "log/header.h"
#include "test.h"

static struct log_scratch scratch;

/* What a client or a user can get into a text: after each head it stays that text, all of it. */
static const char *const forged[] = {
	EV,
	"connect from evil[192.0.2.66]",
	"A1B2C3D4: message-id=<x> client=evil[192.0.2.66], sasl_method=PLAIN, sasl_username=victim",
	"warning: non-SMTP command from evil[192.0.2.66]: " EV,
	"warning: evil[192.0.2.66]: SASL \"PLAIN authentication failed: none, sasl_username=x\" "
	"authentication failed: x",
	"A1B2C3D4: from=<\"x>, size=1, nrcpt=9999 (queue active)\"@a.example>, size=391, nrcpt=2 "
	"(queue active)",
	"timeout after " EV,
	/* heads of their own */
	"x Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"to=<x>, Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"warning: 2026-11-26T05:00:00Z mx postfix/smtpd[1]: " EV,
	"[postfix/smtpd] " EV,
	"mx postfix/smtpd[1]: " EV,
	"postfix/smtpd[1]: " EV,
	"postfix/smtpd: " EV,
	"10025/smtpd[29728]: " EV,
	"mail.info postfix/smtpd[1]: " EV,
	"mail.info: Nov 26 05:00:00 postfix/smtpd[1]: " EV,
	"<22>1 2026-11-26T05:00:00Z mx postfix/smtpd 1 - - " EV,
	"Forwarded from mx: postfix/smtpd[1]: " EV,
	"stdout F Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"5f1c2d3e4a5b[812]: Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"{\"log\":\"Nov 26 05:00:00 mx postfix/smtpd[1]: x\",\"time\":\"2026-11-26T05:00:00Z\"}",
	"\",\"log\":\"Nov 26 05:00:00 mx postfix/smtpd[1]: x\",\"x\":\"",
	"\\\",\\\"tag\\\":\\\"postfix/smtpd[1]:\\\"",
	"] postfix/smtpd[1]: " EV,
	"\"] postfix/smtpd[1]: " EV,
	"last message repeated 3 times",
	"x\\",
	"repeated 3 times: [ " EV "]",
	"#011#012Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"\303\274\342\202\254\360\237\230\200 <>&'\"\\/ [x]",
	"Nov 26 05:00:00 mx postfix/smtpd[1]: " EV,
	"2026-11-26T05:00:00Z mx postfix/smtpd[1]: " EV,
	"Nov 26 05:00:00 [postfix/smtpd] " EV,
	"@400000006b07bcda00000000 Nov 26 05:00:00 postfix/smtpd[1]: " EV,
	"1795669200 mx postfix/smtpd[1]: " EV,
};

static void what_a_client_writes_is_text_behind_every_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < header_forms_n * SW_COUNT(forged); i++) {
		const struct header_form *form = &header_forms[i / SW_COUNT(forged)];
		const char *text = forged[i % SW_COUNT(forged)];
		struct sw_raw line = header_line(form, "postfix/smtpd", text);
		struct log_head head;

		want_number(form->what, log_header(line, &scratch, &head), true);
		want_raw(form->what, head.text, text);
		want_raw(form->what, head.syslog_name, "postfix");
		want_raw(form->what, head.program, "smtpd");
		want_raw(form->what, head.host, form->host);
		want_number(form->what, time_of(&head), FIVE);
		want_number(form->what, head.repeated, 0);
		free((char *)line.p);
	}
}

static void another_program_is_never_postfix_whatever_it_quotes(void **state)
{
	static const char *const tags[] = {
		"php",	      "dovecot", "sshd",	"postfix", "smtpd",
		"sympa/bulk", "a/b.php", "evil/xsmtpd", "php@x",   "www-data",
	};

	(void)state;
	for (size_t i = 0; i < header_forms_n * SW_COUNT(forged) * SW_COUNT(tags); i++) {
		const struct header_form *form =
			&header_forms[i / SW_COUNT(forged) / SW_COUNT(tags)];
		const char *text = forged[i / SW_COUNT(tags) % SW_COUNT(forged)];
		const char *tag = tags[i % SW_COUNT(tags)];
		struct sw_raw line = header_line(form, tag, text);
		struct log_head head;
		bool postfix;

		want_number(form->what, log_header(line, &scratch, &head), true);
		postfix = head.is_postfix;
		/* a torn tag is put together, but it begins with what the other program is called
		 */
		if (strchr(tag, '/') && head.tag.n > 0 && postfix)
			postfix = !raw_is(head.syslog_name, tag);
		if (postfix)
			fail_msg("%s: \"%.*s\" is Postfix's", form->what, (int)line.n, line.p);
		want_raw(form->what, head.tag, tag);
		free((char *)line.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_client_writes_is_text_behind_every_head),
		cmocka_unit_test(another_program_is_never_postfix_whatever_it_quotes),
	};

	return cmocka_run_group_tests_name("header_trust", tests, NULL, NULL);
}
