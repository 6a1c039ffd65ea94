#include "words/client.h"
#include "test.h"

static void a_client_is_told_in_one_sentence(void **state)
{
	static const struct {
		struct words_client client;
		const char *want;
	} rows[] = {
		{ { "198.51.100.7", 1, 0, 0 }, "198.51.100.7 1 connection" },
		{ { "198.51.100.7", 48, 3, 0 }, "198.51.100.7 48 connections, 3 of them half open" },
		{ { "198.51.100.7", 48, 0, 0, { .s = "a@example.com", .n = 13 }, 0 },
		  "198.51.100.7 48 connections, used by a@example.com" },
		{ { "198.51.100.7", 48, 1, 0, { .s = "a@example.com", .n = 13 }, 1 },
		  "198.51.100.7 48 connections, 1 of them half open, used by a@example.com +1 account" },
		{ { "2001:db8::/64", 48, 0, 1, { .s = "a@example.com", .n = 13 }, 2 },
		  "2001:db8::/64 48 connections from 1 address, used by a@example.com +2 accounts" },
		{ { "2001:db8::/64", 48, 0, 40 }, "2001:db8::/64 48 connections from 40 addresses" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_text("client", words_client(&rows[i].client).s, rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_client_is_told_in_one_sentence) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
