/* Parts of mail addresses. */
#include <stdlib.h>

#include "postfix/address.h"
#include "test.h"

static void a_destination_is_the_domain_of_the_recipient(void **state)
{
	static const struct {
		const char *recipient;
		const char *want;
	} rows[] = {
		{ "a@x.example", "x.example" },
		{ "a@X.Example.", "x.example" },
		{ "\"a@b\"@c.example", "c.example" },
		{ "a@[192.0.2.1]", "[192.0.2.1]" },
		{ "a", "" },
		{ "", "" },
		{ "a@", "" },
		{ "a@\303\204.example", "\303\204.example" },
		{ "a@AZaz09@", "" },
		{ "a@[`{AZaz09", "[`{azaz09" }, /* what stands beside the letters */
		{ "a@.", "" },
		{ "a@...", "" },
		{ "a@b..", "b" },
		{ "@c", "c" },
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[ADDRESS_DOMAIN];
		size_t n = address_domain(raw_of(rows[i].recipient), got);

		want_raw(rows[i].recipient, raw_from(got, n), rows[i].want);
	}
}

static void no_byte_is_written_or_read_behind_a_domain(void **state)
{
	char address[ADDRESS_DOMAIN + 4];

	(void)state;
	memset(address, 'X', sizeof(address));
	address[0] = '@';
	for (size_t n = 0; n < sizeof(address); n++) {
		char *got = malloc(ADDRESS_DOMAIN);
		char *exact = malloc(n + 1);
		size_t want = n < ADDRESS_DOMAIN ? n : ADDRESS_DOMAIN;

		assert_true(got && exact);
		memset(got, '#', ADDRESS_DOMAIN);
		memcpy(exact, address, n + 1);
		want_number("bytes", address_domain(raw_from(exact, n + 1), got), want);
		for (size_t i = 0; i < ADDRESS_DOMAIN; i++)
			want_number("a byte", got[i], i < want ? 'x' : '#');
		free(exact);
		free(got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_destination_is_the_domain_of_the_recipient),
		cmocka_unit_test(no_byte_is_written_or_read_behind_a_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
