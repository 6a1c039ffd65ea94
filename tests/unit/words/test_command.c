#include "words/command.h"

#include "postfix/account.h"
#include "test.h"

static void a_login_is_named_as_a_shell_takes_it_or_not_at_all(void **state)
{
	static const struct {
		const char *what, *login, *want;
	} rows[] = {
		{ "a login", "Email@OurDomain.com", "spoolwatch contain email@ourdomain.com" },
		{ "what is no syntax", "a.b_c+d-e/f@x", "spoolwatch contain a.b_c+d-e/f@x" },
		{ "a dash at its head", "-yes", "spoolwatch contain -- -yes" },
		{ "a letter", "x", "spoolwatch contain x" },
		{ "a keyword", "ALL", "spoolwatch contain all" },
		{ "a blank", "sp ace@x", "" },
		{ "a command", "$(id)@x", "" },
		{ "quotes", "it's\"@x", "" },
		{ "a pattern", "a*@x", "" },
		{ "a percent sign, which is encoded", "a%24@x", "" },
		{ "another command", "a;id", "" },
		{ "a comment", "#a@x", "" },
		{ "another's home", "~root", "" },
		{ "no ASCII", "\xC3\xA4@x", "" },
		{ "control characters", "a\033[2J\n", "" },
	};
	static const char standard[] = "/etc/postfix";
	char key[ACCOUNT_KEY];
	char nul[] = "a\0b";

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].what,
			  words_contain(account_login(raw_of(rows[i].login), key), standard).s,
			  rows[i].want);
	want_text("a NUL", words_contain(raw_from(nul, 3), standard).s, "");
	want_text("a user ID", words_contain(account_uid(33, key), standard).s, "");
	want_text("an address", words_contain(account_client(raw_of("192.0.2.1"), key), standard).s,
		  "");
	want_text("local mail", words_contain(account_local(key), standard).s, "");
}

static void it_names_the_instance_whose_account_it_is(void **state)
{
	static const struct {
		const char *directory, *want;
	} rows[] = {
		{ "/etc/postfix", "spoolwatch contain a@x" },
		{ "/etc/postfix-out", "spoolwatch contain -c /etc/postfix-out a@x" },
		{ "/usr/local/etc/postfix", "spoolwatch contain -c /usr/local/etc/postfix a@x" },
		{ "/etc/post fix", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text(rows[i].directory, words_contain(raw_of("a@x"), rows[i].directory).s,
			  rows[i].want);
}

static void it_stands_behind_a_sentence_whole_or_not(void **state)
{
	struct sw_label command = words_contain(raw_of("a@x"), "/etc/postfix");
	struct sw_label nothing = label_new();
	const int room = SW_LABEL_MAX - (int)strlen(" (spoolwatch contain a@x)");

	(void)state;
	for (int more = 0; more < 2; more++) {
		struct sw_label text = sw_label_printed("%0*d", room + more, 7);

		words_contain_behind(&text, &command);
		want_number("bytes", text.n, more ? room + 1 : SW_LABEL_MAX);
		want_number("cut", text.cut, false);
	}
	words_contain_behind(&nothing, &command);
	want_text("behind nothing", nothing.s, "");
	sw_label_print(&nothing, "x");
	words_contain_behind(&nothing, &command);
	want_text("behind a letter", nothing.s, "x (spoolwatch contain a@x)");
	command = label_new();
	words_contain_behind(&nothing, &command);
	want_text("no command", nothing.s, "x (spoolwatch contain a@x)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_login_is_named_as_a_shell_takes_it_or_not_at_all),
		cmocka_unit_test(it_names_the_instance_whose_account_it_is),
		cmocka_unit_test(it_stands_behind_a_sentence_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
