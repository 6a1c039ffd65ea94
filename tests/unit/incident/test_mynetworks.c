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
		{ "192.0.2.7]", "192.0.2.7", false },
		{ "[192.0.2.7]", "192.0.2.7", true },
		{ "[", "192.0.2.7", false },
		{ "[]", "192.0.2.7", false },
		{ "[x 192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.0/128", "192.0.2.0", false },
		{ "2001:db8::/129", "2001:db8::", false },
		{ "2001:db8::/128", "2001:db8::", true },
		{ "2001:db8::1", "2001:db8::1", true },
		{ "2001:db8::1", "2001:db8::2", false },
		{ "2001:db8::1", "2001:db8::", false }, /* its last bit */
		{ "!!192.0.2.7", "192.0.2.7", true },
		{ "!!!192.0.2.7 192.0.2.7", "192.0.2.7", false },
		{ "!", "192.0.2.7", false },
		{ "192.0.2.7/32/8", "192.0.2.7", false },
		{ "0.0.0.0/0\t!::/0\n2001:db8::/32", "2001:db8::1", false },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		struct network_address client;

		assert_true(network_address(raw_of(rows[i].client), &client));
		if (mynetworks_has(raw_of(rows[i].value), &client) != rows[i].want)
			fail_msg("%s in %s: want %d", rows[i].client, rows[i].value, rows[i].want);
	}
}

/* Each length of a network beside each bit that an address of it may have otherwise. */
static void so_many_bits_are_compared(void **state)
{
	static const struct {
		const char *network;
		unsigned bits;
	} rows[] = { { "192.0.2.170", 32 }, { "2001:db8:a5a5::ff", 128 } };

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++)
		for (unsigned length = 0; length <= rows[i].bits; length++)
			for (unsigned bit = 0; bit < rows[i].bits; bit++) {
				struct network_address client;
				unsigned at = bit + (i == 0 ? 96 : 0);
				char entry[64];

				assert_true(network_address(raw_of(rows[i].network), &client));
				client.byte[at / 8] ^= (unsigned char)(0x80 >> at % 8);
				snprintf(entry, sizeof(entry), "%s/%u", rows[i].network, length);
				if (mynetworks_has(raw_of(entry), &client) != (bit >= length))
					fail_msg("%s, bit %u", entry, bit);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_one_of_them),
		cmocka_unit_test(so_many_bits_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
