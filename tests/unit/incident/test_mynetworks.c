#include "incident/mynetworks.h"

#include "test.h"

static void who_is_one_of_them(void **state)
{
	static const struct {
		const char *value, *client;
		bool want;
	} rows[] = {
		{ "127.0.0.0/8 [::1]/128", "127.0.0.1", true },
		{ "127.0.0.0/8 [::1]/128", "::1", true },
		{ "127.0.0.0/8, [::1]/128", "::ffff:127.9.9.9", true },
		{ "127.0.0.0/8", "128.0.0.1", false },
		{ "", "127.0.0.1", false },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.8", false },
		{ "192.0.2.0/25", "192.0.2.127", true },
		{ "192.0.2.0/25", "192.0.2.128", false },
		{ "0.0.0.0/0", "203.0.113.1", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "[2001:db8::]/32", "2001:db8:1::1", true },
		{ "2001:db8::/32", "2001:db9::1", false },
		{ "!192.0.2.7 192.0.2.0/24", "192.0.2.7", false },
		{ "!192.0.2.7 192.0.2.0/24", "192.0.2.8", true },
		{ "192.0.2.0/24 !192.0.2.7", "192.0.2.7", true },
		{ "hash:/etc/postfix/net, /etc/nets $x 192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.0/33", "192.0.2.0", false },
		{ "192.0.2.0/18446744073709551615", "192.0.2.0", false },
		{ "192.0.2.0/", "192.0.2.0", false },
		{ "[192.0.2.7", "192.0.2.7", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct network_address client;

		assert_true(network_address(raw_of(rows[i].client), &client));
		if (mynetworks_has(raw_of(rows[i].value), &client) != rows[i].want)
			fail_msg("%s in %s: want %d", rows[i].client, rows[i].value, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_one_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
