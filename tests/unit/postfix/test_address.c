/* Parts of mail addresses. */
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
	};

	(void)state;
	for (size_t i = 0; i < SW_COUNT(rows); i++) {
		char got[ADDRESS_DOMAIN + 1];
		size_t n = address_domain(raw_of(rows[i].recipient), got);

		got[n] = '\0';
		want_text(rows[i].recipient, got, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_destination_is_the_domain_of_the_recipient),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
