#include "traffic/network.h"
#include "test.h"

static void an_address_is_of_its_network_however_it_is_spelt(void **state)
{
	static const struct {
		const char *text, *usual, *network; /* usual NULL: it is none */
	} rows[] = {
		{ "192.0.2.9", "192.0.2.9", "192.0.0.0" },
		{ "::ffff:192.0.2.9", "192.0.2.9", "192.0.0.0" },
		{ "::FFFF:c000:209", "192.0.2.9", "192.0.0.0" },
		{ "3fff:a::9", "3fff:a::9", "3fff:a::" },
		{ "3FFF:000a:0:1:0:0:0:9", "3fff:a:0:1::9", "3fff:a::" },
		{ "3fff:ab:1::5", "3fff:ab:1::5", "3fff:ab::" },
		{ "3fff:ab:ff01::5", "3fff:ab:ff01::5", "3fff:ab::" },
		{ "1111:2222:3333:4444:5555:6666:255.255.255.255", "1111:2222:3333:4444:5555:6666:ffff:ffff",
		  "1111:2222::" },
		{ "1111:2222:3333:4444:5555:6666:255.255.255.2555", NULL, "" },
		{ "%", NULL, "" },
		{ "7", NULL, "" },
		{ "fe80::1%eth0", "fe80::1", "fe80::" },
		{ "::1", "::1", "::" },
		{ "0.0.0.0", "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255", "255.255.0.0" },
		{ "192.0.2", NULL, "" },
		{ "192.0.2.", NULL, "" },
		{ "192.0..9", NULL, "" },
		{ ".192.0.2.9", NULL, "" },
		{ "192.0.2.9.", NULL, "" },
		{ "192.0.2.9.1", NULL, "" },
		{ "192.0.02.9", NULL, "" },
		{ "192.0.00.9", NULL, "" },
		{ "192.0.2.0009", NULL, "" },
		{ "192.0.2.-9", NULL, "" },
		{ "192.0.2.256", NULL, "" },
		{ "192.0.2.9 ", NULL, "" },
		{ "3fff:a::9::1", NULL, "" },
		{ "unknown", NULL, "" },
		{ "", NULL, "" },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct network_address address;
		char buf[NETWORK_TEXT];
		bool is = network_address(raw_of(rows[i].text), &address);

		want_number(rows[i].text, is, rows[i].usual != NULL);
		if (!is)
			continue;
		want_raw(rows[i].text, network_text(&address, buf), rows[i].usual);
		address = network_of(&address);
		want_raw(rows[i].text, network_text(&address, buf), rows[i].network);
	}
	{
		struct network_address address;

		char buf[NETWORK_TEXT];

		assert_false(network_address(raw_from("192.0.2.9\0x", 11), &address));
		assert_false(network_address(raw_from("::1\0x", 5), &address));
		/* what stands behind it is none of it */
		assert_true(network_address(raw_from("192.0.2.19", 9), &address));
		want_raw("a digit less", network_text(&address, buf), "192.0.2.1");
		assert_true(network_address(raw_from("3fff::19", 7), &address));
		want_raw("a digit less", network_text(&address, buf), "3fff::1");
	}
}

static void an_address_of_this_host_is_a_loopback(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} rows[] = {
		{ "127.0.0.1", true },	    { "127.0.0.2", true },   { "::1", true },
		{ "::ffff:127.0.0.1", true }, { "12.7.0.1", false },   { "::11", false },
		{ "1::1", false },	    { "192.0.2.1", false },  { "unknown", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		want_number(rows[i].text, network_is_loopback(raw_of(rows[i].text)), rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_of_its_network_however_it_is_spelt),
		cmocka_unit_test(an_address_of_this_host_is_a_loopback),
	};

	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
