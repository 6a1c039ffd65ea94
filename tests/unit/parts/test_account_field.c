#include "parts/account_field.h"
#include "test.h"

static void an_account_keeps_its_field_name_whatever_draws_it(void **state)
{
	char buf[ACCOUNT_KEY];

	(void)state;
	want_text("a login", account_field(account_login(raw_of("alice@example.com"), buf)).s,
		  "u_alice_example_com_82d9a68d");
	want_text("a login of digits", account_field(account_login(raw_of("33"), buf)).s,
		  sw_field_hashed("u_", raw_of("33")).s);
	want_text("a user", account_field(account_uid(33, buf)).s,
		  sw_field_hashed("l_", raw_of("\00133")).s);
	want_text("a client", account_field(account_client(raw_of("192.0.2.1"), buf)).s,
		  sw_field_hashed("c_", raw_of("\002192.0.2.1")).s);
	want_text("local mail", account_field(account_local(buf)).s,
		  sw_field_hashed("l_", raw_of("\003")).s);
}

static void no_login_takes_the_prefix_of_another_kind(void **state)
{
	(void)state;
	for (int first = 0; first < 256; first++) {
		char login[] = { (char)first, '3', '3' };
		char buf[ACCOUNT_KEY];
		struct sw_field f =
			account_field(account_login(raw_from(login, sizeof(login)), buf));

		want_number("prefix", strncmp(f.s, "u_", 2), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_keeps_its_field_name_whatever_draws_it),
		cmocka_unit_test(no_login_takes_the_prefix_of_another_kind),
	};

	return cmocka_run_group_tests_name("account_field", tests, NULL, NULL);
}
